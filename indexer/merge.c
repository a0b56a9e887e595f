/*
 * Making one segment of neighbouring ones.  Everything is decoded and coded
 * again, but for chunks of text of which every article lives.  The first
 * input's numbering of forms is kept and new forms are added behind it
 * (measured: 0.6 % larger than the best numbering, and no second pass).
 */
#include "merge.h"

#include "alloc.h"
#include "form_pairs.h"
#include "form_table.h"
#include "posting_writer.h"
#include "segment_writer.h"
#include "store/bytes.h"
#include "store/dictionary.h"
#include "store/posting_list.h"
#include "text_packer.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

enum {
	DEAD = UINT32_MAX,
	COLUMN_BATCH = 256,
	CHUNK_HEADER = 4,
	TIER_WIDTH = 4,       /* neighbours that become one */
	DOCUMENTS_MAX = 100000000,
};

struct input {
	struct segment *segment;
	uint32_t *numbers;  /* of its documents afterwards; NULL if all live */
	uint32_t first;     /* number of its first living document */
	uint32_t n_documents, n_live;
	struct dictionary_cursor cursor;
	struct posting_list list;
	uint32_t *codes;    /* its form codes to rows of the form table */
	uint32_t codes_capacity;
};

struct merge {
	struct store *store;
	struct input *inputs;
	size_t n_inputs;
	size_t *heap, n_heap;
	uint32_t n_documents;
	uint64_t first_sequence;
	uint32_t *lengths;
	uint64_t *records; /* where each stored record begins */
	struct segment_writer *segment;
	struct posting_writer *postings;
	struct form_table forms;
	struct form_pairs pairs;
	bool pairs_written;
	enum status status; /* first failure to read an input */
	/* Of the column being written. */
	enum column column;
	size_t column_input;
	uint32_t column_document, written;
	uint64_t batch[COLUMN_BATCH];
	uint32_t batch_first, batch_n;
};

static void
fail(struct merge *merge)
{
	merge->status = STATUS_DAMAGED;
}

static bool
going_on(const struct merge *merge)
{
	return merge->status == STATUS_OK &&
	    segment_writer_status(merge->segment) == STATUS_OK;
}

/* --- documents --- */

static void
number_documents(struct merge *merge)
{
	for (size_t i = 0; i < merge->n_inputs; i++) {
		struct input *input = &merge->inputs[i];

		input->n_documents = segment_n_documents(input->segment);
		input->first = merge->n_documents;
		if (!segment_live(input->segment)) {
			merge->n_documents += input->n_documents;
			continue;
		}
		input->numbers = alloc_zeroed(input->n_documents,
		    sizeof *input->numbers);
		for (uint32_t d = 0; d < input->n_documents; d++)
			input->numbers[d] = segment_is_live(input->segment, d)
			    ? merge->n_documents++ : DEAD;
	}
}

static uint32_t
number_of(const struct input *input, uint32_t document)
{
	return input->numbers ? input->numbers[document]
	    : input->first + document;
}

static void
read_lengths(struct merge *merge)
{
	merge->lengths = alloc_zeroed(merge->n_documents,
	    sizeof *merge->lengths);
	for (size_t i = 0; i < merge->n_inputs; i++) {
		const struct input *input = &merge->inputs[i];
		uint32_t lengths[COLUMN_BATCH];

		for (uint32_t d = 0; d < input->n_documents;
		    d += COLUMN_BATCH) {
			uint32_t n = input->n_documents - d;

			n = n < COLUMN_BATCH ? n : COLUMN_BATCH;
			if (!segment_lengths(input->segment, d, n, lengths))
				fail(merge);
			for (uint32_t k = 0; k < n; k++)
				if (number_of(input, d + k) != DEAD)
					merge->lengths[number_of(input,
					    d + k)] = lengths[k];
		}
	}
}

/* --- text --- */

struct text_output {
	struct segment_writer *segment;
	uint64_t end;
};

static void
emit_chunk(void *context, const uint8_t *frame, size_t size, size_t raw_size)
{
	struct text_output *output = context;

	segment_writer_chunk(output->segment, frame, size, raw_size);
	output->end += raw_size;
}

/* Chunks of a segment without dead articles are copied as they are. */
static void
copy_chunks(struct merge *merge, const struct input *input,
    struct text_output *output)
{
	struct segment *segment = input->segment;
	uint64_t n = segment_record(segment)->columns[COLUMN_CHUNK_PLACE].n;
	uint64_t start = output->end, at = 0;

	for (uint64_t i = 0; i < n; i++) {
		const uint8_t *bytes = NULL, *end;
		unsigned long long raw_size;
		uint64_t place;
		size_t size;

		if (segment_column(segment, COLUMN_CHUNK_PLACE, i, &place))
			bytes = segment_bytes(segment, STREAM_TEXT,
			    (uint32_t)(place >> 16), place & 0xffff, &end);
		if (!bytes || end - bytes < CHUNK_HEADER) {
			fail(merge);
			return;
		}
		size = bytes_u16(bytes);
		if (size > (size_t)(end - bytes) - CHUNK_HEADER) {
			fail(merge);
			return;
		}
		raw_size = ZSTD_getFrameContentSize(bytes + CHUNK_HEADER,
		    size);
		if (raw_size > UINT32_MAX) {
			fail(merge);
			return;
		}
		emit_chunk(output, bytes + CHUNK_HEADER, size, raw_size);
	}
	for (uint32_t d = 0; d < input->n_documents; d++) {
		if (!segment_column(segment, COLUMN_RECORD, d, &at))
			fail(merge);
		merge->records[number_of(input, d)] = start + at;
	}
}

/* Of a segment with dead articles only the living records are kept. */
static void
copy_records(struct merge *merge, const struct input *input,
    struct text_output *output)
{
	uint64_t start = output->end;
	struct stored_record record = {0};
	struct text_packer packer;

	text_packer_start(&packer, emit_chunk, output);
	for (uint32_t d = 0; d < input->n_documents && going_on(merge); d++) {
		uint32_t number = number_of(input, d);

		if (number == DEAD)
			continue;
		if (segment_stored(input->segment, d, &record) != STATUS_OK)
			fail(merge);
		else
			merge->records[number] = start + text_packer_add(
			    &packer, record.bytes.bytes, record.bytes.size);
	}
	text_packer_flush(&packer);
	text_packer_free(&packer);
	stored_free(&record);
}

static void
copy_text(struct merge *merge)
{
	struct text_output output = {merge->segment, 0};

	merge->records = alloc_zeroed(merge->n_documents,
	    sizeof *merge->records);
	for (size_t i = 0; i < merge->n_inputs && going_on(merge); i++) {
		const struct input *input = &merge->inputs[i];

		if (input->numbers)
			copy_records(merge, input, &output);
		else
			copy_chunks(merge, input, &output);
	}
}

/* --- columns --- */

static void
column_rewind(void *context)
{
	struct merge *merge = context;

	merge->column_input = 0;
	merge->column_document = merge->written = 0;
	merge->batch_n = 0;
}

/* Number `document` of the column in the current input. */
static uint64_t
batched(struct merge *merge, const struct input *input, uint32_t document)
{
	if (merge->batch_n == 0 || document < merge->batch_first ||
	    document - merge->batch_first >= merge->batch_n) {
		uint32_t n = input->n_documents - document;

		merge->batch_n = n < COLUMN_BATCH ? n : COLUMN_BATCH;
		merge->batch_first = document;
		if (!segment_column_range(input->segment, merge->column,
		    document, merge->batch_n, merge->batch)) {
			memset(merge->batch, 0, sizeof merge->batch);
			fail(merge);
		}
	}
	return merge->batch[document - merge->batch_first];
}

static uint64_t
column_next(void *context)
{
	struct merge *merge = context;

	for (;;) {
		const struct input *input =
		    &merge->inputs[merge->column_input];
		uint32_t document = merge->column_document++;
		uint64_t value;

		if (document == input->n_documents) {
			merge->column_input++;
			merge->column_document = 0;
			merge->batch_n = 0;
			continue;
		}
		if (number_of(input, document) == DEAD)
			continue;
		if (merge->column == COLUMN_RECORD)
			return merge->records[merge->written++];
		value = batched(merge, input, document);
		if (merge->column != COLUMN_SEQUENCE)
			return value;
		return value + segment_record(input->segment)
		    ->first_sequence + document - merge->first_sequence -
		    merge->written++;
	}
}

static void
copy_columns(struct merge *merge)
{
	static const enum column columns[] = {COLUMN_TITLE_LENGTH,
	    COLUMN_SEQUENCE, COLUMN_DATE, COLUMN_LANGUAGE, COLUMN_FILE,
	    COLUMN_HASH, COLUMN_ADDED, COLUMN_CHANGED, COLUMN_RECORD,
	    COLUMN_SOURCE};
	struct column_source source = {column_rewind, column_next, merge};

	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
		merge->column = columns[i];
		segment_writer_column(merge->segment, columns[i],
		    merge->n_documents, &source);
	}
}

/* The sequence number of the first living document. */
static uint64_t
first_sequence(struct merge *merge)
{
	for (size_t i = 0; i < merge->n_inputs; i++) {
		struct input *input = &merge->inputs[i];
		uint64_t more;

		for (uint32_t d = 0; d < input->n_documents; d++) {
			if (number_of(input, d) == DEAD)
				continue;
			if (!segment_column(input->segment, COLUMN_SEQUENCE,
			    d, &more))
				fail(merge);
			return segment_record(input->segment)
			    ->first_sequence + d + more;
		}
	}
	return 0;
}

static void
sum_languages(struct merge *merge)
{
	struct segment_record *record = segment_writer_record(merge->segment);

	merge->column = COLUMN_LANGUAGE;
	column_rewind(merge);
	for (uint32_t i = 0; i < merge->n_documents; i++)
		record->languages[column_next(merge) & 63]++;
	for (size_t i = 0; i < merge->n_inputs; i++) {
		const struct input *input = &merge->inputs[i];
		const struct segment_record *from =
		    segment_record(input->segment);

		/* Of the dead the share is taken off: a figure to show. */
		record->text_size += from->text_size *
		    (input->n_documents - segment_n_dead(input->segment)) /
		    input->n_documents;
	}
}

/* --- ids --- */

struct id_row {
	uint32_t hash, document;
};

static int
compare_ids(const void *a, const void *b)
{
	const struct id_row *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return (x->document > y->document) - (x->document < y->document);
}

struct id_collector {
	struct id_row *rows;
	const struct input *input;
	uint32_t n, capacity;
};

static void
collect_id(void *context, uint32_t hash, uint32_t document)
{
	struct id_collector *collector = context;
	uint32_t number;

	if (document >= collector->input->n_documents)
		return;
	number = number_of(collector->input, document);
	if (number != DEAD && collector->n < collector->capacity)
		collector->rows[collector->n++] = (struct id_row){hash,
		    number};
}

static void
copy_ids(struct merge *merge)
{
	struct id_collector collector = {.capacity = merge->n_documents};

	collector.rows = alloc_zeroed(merge->n_documents,
	    sizeof *collector.rows);
	for (size_t i = 0; i < merge->n_inputs; i++) {
		collector.input = &merge->inputs[i];
		if (segment_each_id(collector.input->segment, collect_id,
		    &collector) != STATUS_OK)
			fail(merge);
	}
	if (collector.n != merge->n_documents)
		fail(merge);
	qsort(collector.rows, collector.n, sizeof *collector.rows,
	    compare_ids);
	for (uint32_t i = 0; i < collector.n; i++)
		segment_writer_id(merge->segment, collector.rows[i].hash,
		    collector.rows[i].document);
	free(collector.rows);
}

/* --- a heap of inputs by their next term --- */

static int
compare_entries(const struct merge *merge, size_t a, size_t b)
{
	const struct dictionary_entry *x = &merge->inputs[a].cursor.entry;
	const struct dictionary_entry *y = &merge->inputs[b].cursor.entry;

	return dictionary_compare(x->key, x->key_size, y->key, y->key_size);
}

static bool
comes_before(const struct merge *merge, size_t a, size_t b)
{
	int order = compare_entries(merge, a, b);

	return order ? order < 0 : a < b;
}

static void
sift_down(struct merge *merge, size_t at)
{
	for (;;) {
		size_t child = 2 * at + 1, kept = merge->heap[at];

		if (child >= merge->n_heap)
			return;
		if (child + 1 < merge->n_heap && comes_before(merge,
		    merge->heap[child + 1], merge->heap[child]))
			child++;
		if (!comes_before(merge, merge->heap[child], kept))
			return;
		merge->heap[at] = merge->heap[child];
		merge->heap[child] = kept;
		at = child;
	}
}

static void
start_heap(struct merge *merge)
{
	merge->heap = alloc_zeroed(merge->n_inputs, sizeof *merge->heap);
	for (size_t i = 0; i < merge->n_inputs; i++) {
		struct input *input = &merge->inputs[i];
		enum status status = dictionary_seek(&input->cursor,
		    input->segment, NULL, 0);

		if (status == STATUS_OK)
			merge->heap[merge->n_heap++] = i;
		else if (status != STATUS_END)
			fail(merge);
	}
	for (size_t i = merge->n_heap; i-- > 0;)
		sift_down(merge, i);
}

/* Moves the first input to its next term, or off the heap. */
static void
advance(struct merge *merge)
{
	struct input *input = &merge->inputs[merge->heap[0]];
	enum status status = dictionary_next(&input->cursor);

	if (status != STATUS_OK) {
		if (status != STATUS_END)
			fail(merge);
		merge->heap[0] = merge->heap[--merge->n_heap];
	}
	sift_down(merge, 0);
}

/* --- lists --- */

static void
collect_forms(struct merge *merge, struct input *input)
{
	struct form_cursor cursor;
	enum status status;

	form_cursor_start(&cursor, &input->list);
	while ((status = form_cursor_next(&cursor)) == STATUS_OK) {
		if (cursor.code >= input->codes_capacity) {
			input->codes_capacity = 2 * cursor.code + 16;
			input->codes = alloc_again(input->codes,
			    input->codes_capacity, sizeof *input->codes);
		}
		input->codes[cursor.code] = form_table_add(&merge->forms,
		    cursor.form, cursor.length, 1);
	}
	if (status != STATUS_END)
		fail(merge);
}

/* Form codes of one posting, renumbered; false if one is out of range. */
static bool
map_codes(struct merge *merge, const struct input *input,
    const uint32_t *codes, uint32_t n, uint32_t *mapped)
{
	uint32_t n_codes = input->list.n_forms ? input->list.n_forms : 1;

	for (uint32_t i = 0; i < n; i++) {
		struct form_row *row;

		if (codes[i] >= n_codes)
			return false;
		row = &merge->forms.rows[input->codes[codes[i]]];
		row->used++;
		mapped[i] = row->code;
	}
	return true;
}

static bool
copy_posting(struct merge *merge, const struct input *input,
    struct posting_cursor *cursor, unsigned i, struct buffer *mapped)
{
	const uint32_t *positions = NULL, *codes = NULL;
	uint32_t n = cursor->tfs[i];
	uint32_t number = number_of(input, cursor->documents[i]);
	uint32_t *out = NULL;

	if (number == DEAD)
		return true;
	if (input->list.streams & STREAM_POSITIONS) {
		if (!posting_cursor_positions(cursor, i, &positions, &codes,
		    &n))
			return false;
		buffer_clear(mapped);
		out = (uint32_t *)(void *)buffer_reserve(mapped, n * 4U);
		if (merge->forms.n && !map_codes(merge, input, codes, n, out))
			return false;
	}
	posting_writer_add(merge->postings, number, cursor->flags[i],
	    positions, merge->forms.n ? out : NULL, n);
	return true;
}

static void
copy_list(struct merge *merge, const struct input *input)
{
	struct posting_cursor cursor;
	struct buffer mapped = {0};
	enum status status;

	posting_cursor_start(&cursor, &input->list);
	while ((status = posting_cursor_next(&cursor)) == STATUS_OK) {
		if (!posting_cursor_documents(&cursor) ||
		    !posting_cursor_tfs(&cursor) ||
		    !posting_cursor_flags(&cursor))
			break;
		for (unsigned i = 0; i < cursor.n; i++) {
			if (cursor.documents[i] >= input->n_documents ||
			    !copy_posting(merge, input, &cursor, i,
			    &mapped)) {
				fail(merge);
				break;
			}
		}
		if (!going_on(merge))
			break;
	}
	if (status != STATUS_END)
		fail(merge);
	posting_cursor_close(&cursor);
	buffer_free(&mapped);
}

/* Takes the inputs that hold the least term; returns how many. */
static size_t
take_same(struct merge *merge, struct dictionary_entry *entry, size_t *same,
    uint8_t *streams)
{
	size_t n = 0;

	*entry = merge->inputs[merge->heap[0]].cursor.entry;
	*streams = 0;
	while (merge->n_heap && going_on(merge)) {
		struct input *input = &merge->inputs[merge->heap[0]];

		if (dictionary_compare(input->cursor.entry.key,
		    input->cursor.entry.key_size, entry->key,
		    entry->key_size) != 0)
			break;
		if (entry->key[0] != NAMESPACE_FORM) {
			if (posting_list_open(&input->list, input->segment,
			    &input->cursor.entry) != STATUS_OK) {
				fail(merge);
				break;
			}
			*streams |= input->list.streams;
		}
		same[n++] = merge->heap[0];
		advance(merge);
	}
	return n;
}

static void
write_list(struct merge *merge, size_t *same)
{
	struct dictionary_entry entry;
	uint8_t streams;
	size_t n_same = take_same(merge, &entry, same, &streams);
	const char *stem = (const char *)entry.key + TERM_KEY_PREFIX;
	size_t stem_length = entry.key_size - TERM_KEY_PREFIX, n_texts;
	bool is_word = entry.key[0] == NAMESPACE_WORD;
	const struct form_text *texts;

	if (entry.key[0] == NAMESPACE_FORM) /* made anew from the lists */
		return;
	form_table_clear(&merge->forms);
	for (size_t i = 0; i < n_same && is_word; i++)
		collect_forms(merge, &merge->inputs[same[i]]);
	form_table_in_order(&merge->forms);
	streams &= (uint8_t)~STREAM_FORMS;
	if (!form_table_is_plain(&merge->forms, stem, stem_length))
		streams |= STREAM_FORMS;
	posting_writer_start(merge->postings, entry.key, entry.key_size,
	    streams);
	for (size_t i = 0; i < n_same && going_on(merge); i++)
		copy_list(merge, &merge->inputs[same[i]]);
	texts = form_table_texts(&merge->forms, &n_texts);
	posting_writer_finish(merge->postings, texts, n_texts);
	if (is_word)
		form_pairs_add(&merge->pairs, entry.key[1], stem, stem_length,
		    &merge->forms);
}

static void
write_lists(struct merge *merge)
{
	size_t *same = alloc_zeroed(merge->n_inputs, sizeof *same);

	start_heap(merge);
	merge->postings = posting_writer_create(merge->segment);
	while (merge->n_heap && going_on(merge)) {
		const struct dictionary_entry *entry =
		    &merge->inputs[merge->heap[0]].cursor.entry;

		if (!merge->pairs_written && entry->key[0] > NAMESPACE_FORM) {
			form_pairs_write(&merge->pairs, merge->segment);
			merge->pairs_written = true;
		}
		write_list(merge, same);
	}
	form_pairs_write(&merge->pairs, merge->segment);
	posting_writer_free(merge->postings);
	free(same);
}

/* --- the whole --- */

static void
release(struct merge *merge)
{
	for (size_t i = 0; i < merge->n_inputs; i++) {
		free(merge->inputs[i].numbers);
		free(merge->inputs[i].codes);
	}
	free(merge->inputs);
	free(merge->heap);
	free(merge->lengths);
	free(merge->records);
	form_table_free(&merge->forms);
	form_pairs_free(&merge->pairs);
	segment_writer_free(merge->segment);
}

static enum status
write_segment(struct merge *merge, struct root_segment *listed,
    struct error *error)
{
	enum status status;

	merge->first_sequence = first_sequence(merge);
	merge->segment = segment_writer_create(merge->store,
	    merge->n_documents, merge->first_sequence, error);
	read_lengths(merge);
	sum_languages(merge);
	copy_text(merge);
	copy_columns(merge);
	segment_writer_lengths(merge->segment, merge->lengths);
	write_lists(merge);
	copy_ids(merge);
	if (merge->status != STATUS_OK)
		return environment_error(store_environment(merge->store),
		    MDB_CORRUPTED, "merging", error);
	status = segment_writer_finish(merge->segment, listed);
	return status;
}

/* Puts the merged segment in the place of its inputs and commits. */
static enum status
replace(struct store *store, size_t first, size_t n,
    const struct root_segment *listed, struct error *error)
{
	enum status status = store_commit_begin(store, error);
	struct root *root = store_root(store);
	size_t n_new = listed->n_documents ? 1 : 0;

	if (status != STATUS_OK)
		return status;
	if (n_new)
		root->segments[first] = *listed;
	memmove(root->segments + first + n_new, root->segments + first + n,
	    (root->n_segments - first - n) * sizeof *root->segments);
	root->n_segments -= n - n_new;
	return store_commit_end(store, error);
}

enum status
merge_run(struct store *store, size_t first, size_t n, struct error *error)
{
	struct merge merge = {.store = store, .n_inputs = n};
	struct root_segment listed = {0};
	struct segment **segments;
	enum status status;
	size_t n_segments;

	status = store_segments(store, &segments, &n_segments, error);
	if (status != STATUS_OK)
		return status;
	if (n == 0 || first + n > n_segments)
		return STATUS_OK;
	merge.inputs = alloc_zeroed(n, sizeof *merge.inputs);
	for (size_t i = 0; i < n; i++)
		merge.inputs[i].segment = segments[first + i];
	number_documents(&merge);
	if (merge.n_documents)
		status = write_segment(&merge, &listed, error);
	release(&merge);
	if (status == STATUS_OK)
		return replace(store, first, n, &listed, error);
	store_abort(store, NULL);
	return status;
}

/* --- tiers --- */

static uint64_t
n_live(const struct root_segment *segment)
{
	return segment->n_documents - segment->n_dead;
}

/*
 * The last row of TIER_WIDTH neighbours of which none is larger than the
 * others together: merging it at least doubles whatever is written again.
 */
static bool
find_row(const struct root *root, size_t first, size_t *start)
{
	for (size_t i = root->n_segments; i-- > first;) {
		uint64_t sum = 0, largest = 0;

		if (root->n_segments - i < TIER_WIDTH)
			continue;
		for (size_t k = i; k < i + TIER_WIDTH; k++) {
			uint64_t n = n_live(&root->segments[k]);

			sum += n;
			largest = n > largest ? n : largest;
		}
		if (2 * largest <= sum && sum <= DOCUMENTS_MAX) {
			*start = i;
			return true;
		}
	}
	return false;
}

static bool
find_mostly_dead(const struct root *root, size_t first, size_t *at)
{
	for (size_t i = first; i < root->n_segments; i++)
		if (root->segments[i].n_dead * 2ULL >
		    root->segments[i].n_documents) {
			*at = i;
			return true;
		}
	return false;
}

enum status
merge_tiers(struct store *store, size_t first, struct error *error)
{
	enum status status = STATUS_OK;
	size_t at;

	while (status == STATUS_OK) {
		const struct root *root = store_root(store);

		if (find_mostly_dead(root, first, &at))
			status = merge_run(store, at, 1, error);
		else if (find_row(root, first, &at))
			status = merge_run(store, at, TIER_WIDTH, error);
		else
			break;
	}
	return status;
}
