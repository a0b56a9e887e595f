/*
 * The small values of an index and its stored records.  The first byte
 * chooses which.
 */
#include "fuzz.h"

#include "catalogue_parts.h"
#include "fake_segment.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

/* What was decoded is coded and decoded to the same again. */
static void
read_root(const uint8_t *bytes, size_t size)
{
	struct buffer once = {0}, twice = {0};
	struct error error = {0};
	struct root root, again;

	if (root_decode(&root, bytes, size, &error) != STATUS_OK) {
		FUZZ_CHECK(error.message[0]);
		FUZZ_CHECK(!root.fields && !root.segments);
		return;
	}
	FUZZ_CHECK(root.n_fields >= N_FIXED_FIELDS);
	root_encode(&root, &once);
	FUZZ_CHECK(root_decode(&again, once.bytes, once.size, &error) ==
	    STATUS_OK);
	root_encode(&again, &twice);
	FUZZ_CHECK(once.size == twice.size &&
	    memcmp(once.bytes, twice.bytes, once.size) == 0);
	root_free(&root);
	root_free(&again);
	buffer_free(&once);
	buffer_free(&twice);
}

static void
read_record(const uint8_t *bytes, size_t size)
{
	struct segment_record *record = malloc(2 * sizeof *record);
	struct buffer once = {0};

	if (segment_record_decode(&record[0], bytes, size)) {
		segment_record_encode(&record[0], &once);
		FUZZ_CHECK(segment_record_decode(&record[1], once.bytes,
		    once.size));
		FUZZ_CHECK(record[0].n_documents == record[1].n_documents);
		FUZZ_CHECK(record[0].n_terms == record[1].n_terms);
		FUZZ_CHECK(memcmp(record[0].languages, record[1].languages,
		    sizeof record[0].languages) == 0);
		for (unsigned i = 0; i < N_COLUMNS; i++)
			FUZZ_CHECK(record[0].columns[i].n ==
			    record[1].columns[i].n &&
			    record[0].columns[i].width <= 64);
	}
	buffer_free(&once);
	free(record);
}

static void
read_stamp(const uint8_t *bytes, size_t size)
{
	struct buffer once = {0};
	struct stamp stamp;

	if (!stamp_decode(&stamp, bytes, size))
		return;
	stamp_encode(&stamp, &once);
	FUZZ_CHECK(once.size == size && memcmp(once.bytes, bytes, size) == 0);
	buffer_free(&once);
}

static void
read_src(struct fuzz_input *input)
{
	struct root root = {.next_source = 1U << 31, .next_file = 1U << 31};
	size_t key_size, size;
	uint8_t *key = fuzz_part(input, &key_size);
	uint8_t *bytes = fuzz_rest(input, &size);

	if (key_size > 0)
		catalogue_value_is_sound(&root, key, key_size, bytes, size);
	free(bytes);
	free(key);
}

/* --- stored records --- */

/* A chunk of text as the writer packs it, or as the bytes have it. */
static uint8_t *
make_text(struct fuzz_input *input, bool is_packed, size_t *size)
{
	size_t raw_size;
	uint8_t *raw = fuzz_part(input, &raw_size), *text;

	if (!is_packed) {
		*size = raw_size;
		return raw;
	}
	text = malloc(4 + ZSTD_compressBound(raw_size));
	*size = ZSTD_compress(text + 4, ZSTD_compressBound(raw_size), raw,
	    raw_size, 1);
	text[0] = (uint8_t)*size;
	text[1] = (uint8_t)(*size >> 8);
	text[2] = text[3] = 0;
	*size += 4;
	text = realloc(text, *size);
	free(raw);
	return text;
}

static void
read_fields(const struct stored_record *record)
{
	struct stored_field field;
	size_t position = 0;

	while (stored_next(record, &position, &field) == STATUS_OK)
		FUZZ_CHECK(field.length <= record->bytes.size &&
		    position <= record->bytes.size);
	stored_field(record, FIELD_TITLE, &field);
}

static void
read_stored(struct fuzz_input *input)
{
	static const enum column columns[] = {COLUMN_RECORD,
	    COLUMN_CHUNK_START, COLUMN_CHUNK_PLACE};
	uint8_t packed = fuzz_u8(input);
	struct stored_record record = {0};
	struct fake_segment fake;
	size_t size;
	uint8_t *bytes = make_text(input, packed & 1, &size);

	fake_segment_start(&fake, 16);
	fake_segment_stream(&fake, STREAM_TEXT, bytes, size);
	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
		unsigned width = fuzz_u8(input) % 65U;

		bytes = fuzz_part(input, &size);
		fake_segment_column(&fake, columns[i], width, bytes, size);
	}
	for (uint32_t i = 0; i < 16; i++)
		if (segment_stored(&fake.segment, i, &record) == STATUS_OK)
			read_fields(&record);
	stored_free(&record);
	fake_segment_free(&fake);
}

static void
read_columns(struct fuzz_input *input)
{
	uint64_t values[64];
	uint32_t lengths[64], first = fuzz_u16(input);
	unsigned width = fuzz_u8(input) % 65U, n = fuzz_u8(input) % 65U;
	size_t size;
	uint8_t *bytes = fuzz_part(input, &size);
	struct fake_segment fake;

	fake_segment_start(&fake, 1 << 16);
	fake_segment_column(&fake, COLUMN_DATE, width, bytes, size);
	bytes = fuzz_part(input, &size);
	fake_segment_column(&fake, COLUMN_LENGTH, 16, bytes, size);
	bytes = fuzz_part(input, &size);
	fake_segment_stream(&fake, STREAM_LENGTHS, bytes, size);
	segment_column_range(&fake.segment, COLUMN_DATE, first, n, values);
	segment_lengths(&fake.segment, first, n, lengths);
	fake_segment_free(&fake);
}

void
fuzz_values(const uint8_t *bytes, size_t size)
{
	struct fuzz_input input = {bytes, bytes + size};
	uint8_t kind = fuzz_u8(&input) % 6;
	struct fuzz_input rest = input;
	size_t left;
	uint8_t *copy = fuzz_rest(&rest, &left);

	if (kind == 0)
		read_root(copy, left);
	else if (kind == 1)
		read_record(copy, left);
	else if (kind == 2)
		read_stamp(copy, left);
	else if (kind == 3)
		read_src(&input);
	else if (kind == 4)
		read_stored(&input);
	else
		read_columns(&input);
	free(copy);
}
