/* Real values of a small index as targets read them. */
#include "samples.h"

#include "base.h"
#include "buffer.h"
#include "fuzz.h"
#include "store/posting_head.h"
#include "store/bytes.h"
#include "store/posting_list.h"
#include "store/snapshot.h"

#include <string.h>

/* The first byte of each target's input; see the targets. */
enum {
	POSTING_BLOCK = 3, POSTING_LIST = 4,
	DICTIONARY_BLOCK = 0, DICTIONARY_FORMS = 3,
	VALUES_ROOT = 0, VALUES_RECORD, VALUES_STAMP, VALUES_SRC,
	VALUES_STORED, VALUES_COLUMNS,
	STREAM_SAMPLE_MAX = 24000,
};

struct samples {
	sample_visit *visit;
	void *context;
	struct buffer bytes; /* of the sample being put together */
	struct segment *segment;
	unsigned n_block_lists;
};

static void
begin(struct samples *samples, uint8_t kind)
{
	buffer_clear(&samples->bytes);
	buffer_append_byte(&samples->bytes, kind);
}

static void
add_part(struct samples *samples, const void *bytes, size_t size)
{
	uint16_t n = (uint16_t)size;

	buffer_append(&samples->bytes, &n, sizeof n);
	if (size)
		buffer_append(&samples->bytes, bytes, size);
}

static void
end(struct samples *samples, const char *target)
{
	samples->visit(samples->context, target, samples->bytes.bytes,
	    samples->bytes.size);
}

/* --- values as they stand on disk --- */

static void
add_entry(struct samples *samples, const struct base_entry *entry)
{
	size_t size = entry->value_size - SEAL_SIZE;

	switch (entry->database) {
	case DATABASE_META:
		begin(samples, entry->key_size == 4 ? VALUES_ROOT
		    : VALUES_STAMP);
		buffer_append(&samples->bytes, entry->value, size);
		end(samples, "values");
		return;
	case DATABASE_SEG:
		begin(samples, VALUES_RECORD);
		buffer_append(&samples->bytes, entry->value, size);
		end(samples, "values");
		return;
	case DATABASE_SRC:
		begin(samples, VALUES_SRC);
		add_part(samples, entry->key, entry->key_size);
		buffer_append(&samples->bytes, entry->value, size);
		end(samples, "values");
		return;
	case DATABASE_DIC:
		begin(samples, DICTIONARY_BLOCK);
		add_part(samples, entry->key + 4, entry->key_size - 4);
		buffer_append(&samples->bytes, entry->value, size);
		end(samples, "dictionary");
		return;
	default:
		return;
	}
}

/* --- what the segments say --- */

/* The whole of a stream of a small segment: all of it is its tail. */
static const uint8_t *
stream_bytes(struct samples *samples, unsigned stream, size_t *size)
{
	const uint8_t *end = NULL, *bytes = segment_bytes(samples->segment,
	    stream, 0, 0, &end);

	*size = bytes ? (size_t)(end - bytes) : 0;
	return bytes;
}

static void
add_stream(struct samples *samples, unsigned stream)
{
	size_t size;
	const uint8_t *bytes = stream_bytes(samples, stream, &size);

	add_part(samples, bytes, size < STREAM_SAMPLE_MAX ? size
	    : STREAM_SAMPLE_MAX);
}

static void
add_blocks(struct samples *samples, const struct posting_list *list)
{
	struct posting_heads heads;

	posting_heads_start(&heads, list);
	while (posting_heads_next(&heads) == STATUS_OK) {
		struct posting_head head = posting_heads_entry(&heads);
		const uint8_t *end_of_stream, *bytes = segment_bytes(
		    samples->segment, STREAM_POSTINGS, head.extent,
		    head.offset, &end_of_stream);
		size_t left = (size_t)(end_of_stream - bytes);

		begin(samples, POSTING_BLOCK);
		buffer_append(&samples->bytes, &heads.first, 4);
		buffer_append(&samples->bytes, &heads.last, 4);
		buffer_append_byte(&samples->bytes, (uint8_t)(head.n - 1));
		buffer_append_byte(&samples->bytes, list->streams);
		buffer_append(&samples->bytes, bytes, left < 400 ? left
		    : 400);
		end(samples, "posting");
	}
}

static void
add_list(struct samples *samples, const struct posting_list *list)
{
	uint16_t n = (uint16_t)(segment_n_documents(samples->segment) - 1);
	bool in_blocks = !list->inline_bytes || list->forms_apart;

	if (in_blocks && samples->n_block_lists++ > 4)
		return;
	begin(samples, POSTING_LIST);
	buffer_append(&samples->bytes, &n, 2);
	n /= 2;
	buffer_append(&samples->bytes, &n, 2);
	add_part(samples, list->stem, list->stem_length);
	add_part(samples, list->entry.value, list->entry.value_size);
	if (in_blocks) {
		add_stream(samples, STREAM_HEADS);
		add_stream(samples, STREAM_POSTINGS);
		add_stream(samples, STREAM_POSITION_BLOCKS);
	}
	end(samples, "posting");
	if (!list->inline_bytes)
		add_blocks(samples, list);
}

static void
add_term(struct samples *samples, const struct dictionary_entry *entry)
{
	struct posting_list list;

	if (entry->key[0] == NAMESPACE_FORM) {
		begin(samples, DICTIONARY_FORMS);
		add_part(samples, entry->key + TERM_KEY_PREFIX,
		    entry->key_size - TERM_KEY_PREFIX);
		buffer_append(&samples->bytes, entry->value,
		    entry->value_size);
		end(samples, "dictionary");
		return;
	}
	FUZZ_CHECK(posting_list_open(&list, samples->segment, entry) ==
	    STATUS_OK);
	add_list(samples, &list);
}

/* Numbers of a column, eight bytes each. */
static void
add_column(struct samples *samples, enum column column)
{
	uint64_t values[64];
	uint64_t n = segment_record(samples->segment)->columns[column].n;

	if (n > 64)
		n = 64;
	FUZZ_CHECK(segment_column_range(samples->segment, column, 0, n,
	    values));
	buffer_append_byte(&samples->bytes, 64);
	add_part(samples, values, n * sizeof *values);
}

static void
add_stored(struct samples *samples)
{
	begin(samples, VALUES_STORED);
	buffer_append_byte(&samples->bytes, 0); /* packed already */
	add_stream(samples, STREAM_TEXT);
	add_column(samples, COLUMN_RECORD);
	add_column(samples, COLUMN_CHUNK_START);
	add_column(samples, COLUMN_CHUNK_PLACE);
	end(samples, "values");
	begin(samples, VALUES_COLUMNS);
	buffer_append(&samples->bytes, "\0\0\x0c\x18", 4);
	add_stream(samples, STREAM_COLUMNS + COLUMN_DATE);
	add_stream(samples, STREAM_COLUMNS + COLUMN_LENGTH);
	add_stream(samples, STREAM_LENGTHS);
	end(samples, "values");
}

static void
add_segment(struct samples *samples, struct segment *segment)
{
	struct dictionary_cursor cursor;
	enum status status = dictionary_seek(&cursor, segment, NULL, 0);

	samples->segment = segment;
	samples->n_block_lists = 0;
	for (; status == STATUS_OK; status = dictionary_next(&cursor))
		add_term(samples, &cursor.entry);
	FUZZ_CHECK(status == STATUS_END);
	add_stored(samples);
}

void
samples_each(sample_visit *visit, void *context)
{
	struct samples samples = {.visit = visit, .context = context};
	struct snapshot *snapshot;
	struct error error = {0};
	size_t n;
	struct base_entry *entries = base_entries(&n);

	for (size_t i = 0; i < n; i++)
		add_entry(&samples, &entries[i]);
	FUZZ_CHECK(snapshot_open(base_path(), "base", &snapshot, &error) ==
	    STATUS_OK);
	for (size_t i = 0; i < snapshot_n_segments(snapshot); i++)
		add_segment(&samples, snapshot_segment(snapshot, i));
	snapshot_close(snapshot);
	buffer_free(&samples.bytes);
}
