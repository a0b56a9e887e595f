/*
 * The root, the stamp and the segment record: encode beside decode.
 *
 * A reader takes bytes from the front while they last; once something is
 * missing it stays failed, so one check at the end serves all.
 */
#include "store/root.h"

#include "alloc.h"
#include "store/bytes.h"

#include <stdlib.h>
#include <string.h>

static const uint8_t magic[8] = {'Q', 'U', 'I', 'R', 'E', 0, FORMAT_VERSION,
    '\n'};
static const uint32_t byte_order = 0x01020304;

struct reader {
	const uint8_t *next, *end;
	bool failed;
};

static const uint8_t *
take(struct reader *reader, size_t size)
{
	const uint8_t *bytes = reader->next;

	if (reader->failed || (size_t)(reader->end - bytes) < size) {
		reader->failed = true;
		return NULL;
	}
	reader->next += size;
	return bytes;
}

static uint8_t
take_u8(struct reader *reader)
{
	const uint8_t *bytes = take(reader, 1);

	return bytes ? *bytes : 0;
}

static uint16_t
take_u16(struct reader *reader)
{
	const uint8_t *bytes = take(reader, 2);

	return bytes ? bytes_u16(bytes) : 0;
}

static uint32_t
take_u32(struct reader *reader)
{
	const uint8_t *bytes = take(reader, 4);

	return bytes ? bytes_u32(bytes) : 0;
}

static uint64_t
take_u64(struct reader *reader)
{
	const uint8_t *bytes = take(reader, 8);

	return bytes ? bytes_u64(bytes) : 0;
}

static void
put_u16(struct buffer *buffer, uint16_t value)
{
	buffer_append(buffer, &value, sizeof value);
}

static void
put_u32(struct buffer *buffer, uint32_t value)
{
	buffer_append(buffer, &value, sizeof value);
}

static void
put_u64(struct buffer *buffer, uint64_t value)
{
	buffer_append(buffer, &value, sizeof value);
}

static void
put_short_text(struct buffer *buffer, const char *text)
{
	buffer_append_byte(buffer, (uint8_t)strlen(text));
	buffer_append_string(buffer, text);
}

static void
take_short_text(struct reader *reader, char *text, size_t capacity)
{
	size_t length = take_u8(reader);
	const uint8_t *bytes = take(reader, length);

	text[0] = '\0';
	if (!bytes || length >= capacity) {
		reader->failed = true;
		return;
	}
	memcpy(text, bytes, length);
	text[length] = '\0';
}

void
root_init(struct root *root)
{
	*root = (struct root){.next_segment = 1, .next_source = 1,
	    .next_file = 1};
	root->n_fields = N_FIXED_FIELDS;
	root->fields = alloc_zeroed(N_FIXED_FIELDS, sizeof *root->fields);
	for (size_t i = 0; i < N_FIXED_FIELDS; i++)
		root->fields[i] = alloc_string(fixed_field_names[i]);
}

void
root_free(struct root *root)
{
	for (size_t i = 0; i < root->n_fields; i++)
		free(root->fields[i]);
	free(root->fields);
	free(root->segments);
	*root = (struct root){0};
}

void
root_encode(const struct root *root, struct buffer *payload)
{
	buffer_append(payload, magic, sizeof magic);
	put_u32(payload, byte_order);
	put_u32(payload, root->flags);
	put_u64(payload, root->made);
	put_u64(payload, root->changed);
	put_u64(payload, root->next_sequence);
	put_u32(payload, root->next_segment);
	put_u32(payload, root->next_source);
	put_u32(payload, root->next_file);
	put_u64(payload, root->commits);
	put_short_text(payload, root->program);
	put_short_text(payload, root->stemmer);
	put_u16(payload, (uint16_t)root->n_fields);
	for (size_t i = 0; i < root->n_fields; i++)
		put_short_text(payload, root->fields[i]);
	put_u32(payload, (uint32_t)root->n_segments);
	for (size_t i = 0; i < root->n_segments; i++) {
		const struct root_segment *segment = &root->segments[i];

		put_u32(payload, segment->number);
		put_u32(payload, segment->generation);
		put_u64(payload, segment->record_seal);
		put_u64(payload, segment->live_seal);
		put_u32(payload, segment->n_documents);
		put_u32(payload, segment->n_dead);
	}
}

static void
take_fields(struct reader *reader, struct root *root)
{
	size_t n = take_u16(reader);

	if (n < N_FIXED_FIELDS)
		reader->failed = true;
	root->fields = alloc_zeroed(n, sizeof *root->fields);
	for (size_t i = 0; i < n && !reader->failed; i++) {
		size_t length = take_u8(reader);
		const uint8_t *bytes = take(reader, length);

		if (!bytes)
			break;
		root->fields[i] = alloc_text((const char *)bytes, length);
		root->n_fields = i + 1;
	}
}

static void
take_segments(struct reader *reader, struct root *root)
{
	size_t n = take_u32(reader);

	if (reader->failed || n > (size_t)(reader->end - reader->next) / 32) {
		reader->failed = true;
		return;
	}
	root->segments = alloc_zeroed(n, sizeof *root->segments);
	root->n_segments = n;
	for (size_t i = 0; i < n; i++) {
		struct root_segment *segment = &root->segments[i];

		segment->number = take_u32(reader);
		segment->generation = take_u32(reader);
		segment->record_seal = take_u64(reader);
		segment->live_seal = take_u64(reader);
		segment->n_documents = take_u32(reader);
		segment->n_dead = take_u32(reader);
	}
}

enum { PROGRAM_AT = 60 }; /* bytes before the version of the program */

enum status
root_of_another_machine(const char *name, struct error *error)
{
	error_set(error, STATUS_VERSION, "index %s was made on another kind "
	    "of machine", name);
	error_hint(error, "search it with the program that made it, or index "
	    "its sources again under another name");
	return STATUS_VERSION;
}

enum status
root_origin(const uint8_t *payload, size_t size, const char *name,
    struct error *error)
{
	struct reader reader = {payload, payload + size, false};
	char program[sizeof ((struct root *)NULL)->program];
	int format;

	if (size < PROGRAM_AT || memcmp(payload, magic, ROOT_FORMAT_AT) != 0)
		return STATUS_OK;
	if (bytes_u32(payload + sizeof magic) ==
	    __builtin_bswap32(byte_order))
		return root_of_another_machine(name, error);
	format = payload[ROOT_FORMAT_AT];
	if (format == FORMAT_VERSION)
		return STATUS_OK;
	take(&reader, PROGRAM_AT);
	take_short_text(&reader, program, sizeof program);
	error_set(error, STATUS_VERSION, "index %s was made by quire %s "
	    "(format %d); this is %s (format %d)", name,
	    reader.failed ? "of another version" : program, format,
	    QUIRE_VERSION, FORMAT_VERSION);
	error_hint(error, format > FORMAT_VERSION ? "update quire, or index "
	    "its sources again under another name" : "index its sources again "
	    "under another name");
	return STATUS_VERSION;
}

enum status
root_decode(struct root *root, const uint8_t *payload, size_t size,
    struct error *error)
{
	struct reader reader = {payload, payload + size, false};
	const uint8_t *start;

	*root = (struct root){0};
	start = take(&reader, sizeof magic);
	if (!start || memcmp(start, magic, sizeof magic) != 0 ||
	    take_u32(&reader) != byte_order)
		return error_set(error, STATUS_DAMAGED,
		    "the root of the index is damaged");
	root->flags = take_u32(&reader);
	root->made = take_u64(&reader);
	root->changed = take_u64(&reader);
	root->next_sequence = take_u64(&reader);
	root->next_segment = take_u32(&reader);
	root->next_source = take_u32(&reader);
	root->next_file = take_u32(&reader);
	root->commits = take_u64(&reader);
	take_short_text(&reader, root->program, sizeof root->program);
	take_short_text(&reader, root->stemmer, sizeof root->stemmer);
	take_fields(&reader, root);
	take_segments(&reader, root);
	if (reader.failed || reader.next != reader.end) {
		root_free(root);
		return error_set(error, STATUS_DAMAGED,
		    "the root of the index is damaged");
	}
	return STATUS_OK;
}

int
root_field(const struct root *root, const char *name)
{
	for (size_t i = 0; i < root->n_fields; i++)
		if (strcmp(root->fields[i], name) == 0)
			return (int)i;
	return -1;
}

void
stamp_encode(const struct stamp *stamp, struct buffer *payload)
{
	put_u64(payload, stamp->transaction);
	for (size_t i = 0; i < N_DATABASES; i++) {
		put_u64(payload, stamp->databases[i].entries);
		put_u64(payload, stamp->databases[i].seals);
	}
}

bool
stamp_decode(struct stamp *stamp, const uint8_t *payload, size_t size)
{
	struct reader reader = {payload, payload + size, false};

	stamp->transaction = take_u64(&reader);
	for (size_t i = 0; i < N_DATABASES; i++) {
		stamp->databases[i].entries = take_u64(&reader);
		stamp->databases[i].seals = take_u64(&reader);
	}
	return !reader.failed && reader.next == reader.end;
}

void
segment_record_encode(const struct segment_record *record,
    struct buffer *payload)
{
	put_u32(payload, record->n_documents);
	put_u64(payload, record->n_words);
	put_u64(payload, record->first_sequence);
	put_u64(payload, record->text_size);
	put_u32(payload, record->n_dictionary_blocks);
	put_u32(payload, record->n_id_blocks);
	put_u64(payload, record->n_terms);
	buffer_append(payload, record->languages, sizeof record->languages);
	buffer_append_byte(payload, N_STREAMS);
	for (size_t i = 0; i < N_STREAMS; i++) {
		put_u32(payload, record->streams[i].n_full);
		put_u32(payload, record->streams[i].tail_extent);
		put_u16(payload, record->streams[i].tail_offset);
		put_u32(payload, record->streams[i].tail_size);
	}
	buffer_append_byte(payload, N_COLUMNS);
	for (size_t i = 0; i < N_COLUMNS; i++) {
		put_u64(payload, record->columns[i].base);
		put_u64(payload, record->columns[i].n);
		buffer_append_byte(payload, record->columns[i].width);
	}
	put_u16(payload, 0); /* words of the frequent list */
}

static void
take_streams(struct reader *reader, struct segment_record *record)
{
	size_t n = take_u8(reader);

	for (size_t i = 0; i < n && !reader->failed; i++) {
		struct stream_place place;

		place.n_full = take_u32(reader);
		place.tail_extent = take_u32(reader);
		place.tail_offset = take_u16(reader);
		place.tail_size = take_u32(reader);
		if ((size_t)place.tail_offset + place.tail_size >
		    EXTENT_PAYLOAD)
			reader->failed = true;
		if (i < N_STREAMS)
			record->streams[i] = place;
	}
}

static void
take_columns(struct reader *reader, struct segment_record *record)
{
	size_t n = take_u8(reader);

	for (size_t i = 0; i < n && !reader->failed; i++) {
		struct column_shape shape;

		shape.base = take_u64(reader);
		shape.n = take_u64(reader);
		shape.width = take_u8(reader);
		if (shape.width > 64)
			reader->failed = true;
		if (i < N_COLUMNS)
			record->columns[i] = shape;
	}
}

bool
segment_record_decode(struct segment_record *record, const uint8_t *payload,
    size_t size)
{
	struct reader reader = {payload, payload + size, false};
	const uint8_t *languages;

	*record = (struct segment_record){0};
	record->n_documents = take_u32(&reader);
	record->n_words = take_u64(&reader);
	record->first_sequence = take_u64(&reader);
	record->text_size = take_u64(&reader);
	record->n_dictionary_blocks = take_u32(&reader);
	record->n_id_blocks = take_u32(&reader);
	record->n_terms = take_u64(&reader);
	languages = take(&reader, sizeof record->languages);
	if (languages)
		memcpy(record->languages, languages,
		    sizeof record->languages);
	take_streams(&reader, record);
	take_columns(&reader, record);
	take_u16(&reader);
	return !reader.failed;
}

uint32_t
column_per_extent(enum column column, uint8_t width)
{
	if (column == COLUMN_LENGTH)
		return LENGTHS_PER_EXTENT;
	return width ? (EXTENT_PAYLOAD - 8U) * 8 / width : UINT32_MAX;
}
