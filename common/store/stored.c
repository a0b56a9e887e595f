/* Stored records: the text of a segment, unpacked chunk by chunk. */
#include "packed.h"
#include "segment_parts.h"
#include "store/bytes.h"

#include <string.h>
#include <zstd.h>

enum { CHUNK_HEADER = 4, CHUNK_RAW_MAX = 1 << 20 };

/* The last chunk that begins at or before `at`. */
static bool
find_chunk(struct segment *segment, uint64_t at, uint64_t *number,
    uint64_t *start)
{
	uint64_t low = 0;
	uint64_t high = segment->record.columns[COLUMN_CHUNK_START].n;

	if (high == 0)
		return false;
	while (high - low > 1) {
		uint64_t middle = low + (high - low) / 2;

		if (!segment_column(segment, COLUMN_CHUNK_START, middle,
		    start))
			return false;
		if (*start <= at)
			low = middle;
		else
			high = middle;
	}
	*number = low;
	return segment_column(segment, COLUMN_CHUNK_START, low, start) &&
	    *start <= at;
}

static bool
unpack(struct segment *segment, uint64_t number, struct buffer *raw)
{
	const uint8_t *bytes, *end;
	unsigned long long raw_size;
	uint64_t place;
	size_t size;

	if (!segment_column(segment, COLUMN_CHUNK_PLACE, number, &place))
		return false;
	bytes = segment_bytes(segment, STREAM_TEXT, (uint32_t)(place >> 16),
	    place & 0xffff, &end);
	if (!bytes || end - bytes < CHUNK_HEADER)
		return false;
	size = bytes_u16(bytes);
	bytes += CHUNK_HEADER;
	if (size > (size_t)(end - bytes))
		return false;
	raw_size = ZSTD_getFrameContentSize(bytes, size);
	if (raw_size == 0 || raw_size > CHUNK_RAW_MAX)
		return false;
	buffer_clear(raw);
	buffer_reserve(raw, raw_size);
	if (!packed_read(raw->bytes, raw_size, bytes, size))
		return false;
	raw->size = raw_size;
	return true;
}

/* Makes `record->chunk` the chunk that holds byte `at` of the text. */
static bool
load_chunk(struct segment *segment, struct stored_record *record, uint64_t at)
{
	uint64_t number, start;

	if (record->chunk_segment == segment && at >= record->chunk_start &&
	    at - record->chunk_start < record->chunk.size)
		return true;
	record->chunk_segment = NULL;
	if (!find_chunk(segment, at, &number, &start) ||
	    !unpack(segment, number, &record->chunk) ||
	    at - start >= record->chunk.size)
		return false;
	record->chunk_segment = segment;
	record->chunk_start = start;
	record->chunk_number = number;
	return true;
}

/* Appends bytes from `at` on until the record holds `wanted` of them. */
static bool
copy_bytes(struct segment *segment, struct stored_record *record, uint64_t at,
    size_t wanted)
{
	while (record->bytes.size < wanted) {
		size_t here, need = wanted - record->bytes.size;
		const uint8_t *from;

		if (!load_chunk(segment, record, at))
			return false;
		from = record->chunk.bytes + (at - record->chunk_start);
		here = record->chunk.size - (size_t)(at - record->chunk_start);
		if (here > need)
			here = need;
		buffer_append(&record->bytes, from, here);
		at += here;
	}
	return true;
}

static enum status
read_record(struct segment *segment, uint32_t document,
    struct stored_record *record)
{
	uint64_t at, size;
	size_t head = 0;

	buffer_clear(&record->bytes);
	if (!segment_column(segment, COLUMN_RECORD, document, &at))
		return STATUS_DAMAGED;
	do { /* the varint may go on in the next chunk */
		if (++head > VARINT_MAX ||
		    !copy_bytes(segment, record, at + head - 1, head))
			return STATUS_DAMAGED;
	} while (record->bytes.bytes[head - 1] & 0x80);
	if (!varint_get(record->bytes.bytes, record->bytes.bytes + head,
	    &size) || size > (uint64_t)1 << 32)
		return STATUS_DAMAGED;
	buffer_clear(&record->bytes);
	return copy_bytes(segment, record, at + head, size) ? STATUS_OK
	    : STATUS_DAMAGED;
}

enum status
segment_stored(struct segment *segment, uint32_t document,
    struct stored_record *record)
{
	enum status status = read_record(segment, document, record);

	return status == STATUS_OK ? status : segment_fail(segment);
}

enum status
stored_next(const struct stored_record *record, size_t *position,
    struct stored_field *field)
{
	const uint8_t *in = record->bytes.bytes + *position;
	const uint8_t *end = record->bytes.bytes + record->bytes.size;
	uint64_t length;

	if (*position == record->bytes.size)
		return STATUS_END;
	in = varint_get_u32(in, end, &field->field);
	in = varint_get(in, end, &length);
	if (!in || length > (uint64_t)(end - in))
		return STATUS_DAMAGED;
	field->text = (const char *)in;
	field->length = length;
	*position = (size_t)(in + length - record->bytes.bytes);
	return STATUS_OK;
}

bool
stored_field(const struct stored_record *record, uint32_t number,
    struct stored_field *field)
{
	size_t position = 0;

	while (stored_next(record, &position, field) == STATUS_OK)
		if (field->field == number)
			return true;
	return false;
}

void
stored_free(struct stored_record *record)
{
	buffer_free(&record->bytes);
	buffer_free(&record->chunk);
	*record = (struct stored_record){0};
}
