/*
 * Runs in memory to one segment: lists of the same term are taken from the
 * runs in their order, so their documents follow each other.
 */
#include "flush.h"

#include "alloc.h"
#include "form_pairs.h"
#include "form_table.h"
#include "input_heap.h"
#include "posting_writer.h"
#include "run_text.h"
#include "segment_writer.h"
#include "store/posting_block.h"

#include <stdlib.h>
#include <string.h>

enum { DROPPED = UINT32_MAX, LEAD_WORDS = 30, LONG_TITLE = UINT8_MAX };

/* A run on its way into the segment. */
struct input {
	const struct run *run;
	uint32_t first;    /* number of its first document in the segment */
	uint32_t *numbers; /* of all, or DROPPED; NULL if none is dropped, and
	                      they follow the first */
	uint8_t *titles;   /* words in the titles, up to LONG_TITLE; apart from
	                      the documents, as every posting asks for one */
	uint64_t *records; /* where those of its documents begin */
	uint32_t next;       /* place in run->order */
	uint32_t *codes;     /* form codes here to rows of the form table */
	uint32_t codes_capacity;
};

struct flush {
	struct input *inputs;
	size_t n_inputs;
	struct input_heap heap; /* by their next list */
	uint32_t n_documents;
	uint32_t now;
	uint32_t *lengths;
	struct segment_writer *segment;
	struct posting_writer *postings;
	struct form_table forms;
	struct form_pairs pairs;
	bool pairs_written;
	struct run_reader reader;
	/* Of the column being written. */
	enum column column;
	size_t column_input;
	uint32_t column_document;
};

/* --- documents --- */

static void
number_documents(struct flush *flush, struct input *input)
{
	const struct run *run = input->run;

	input->first = flush->n_documents;
	input->titles = alloc_bytes(run->n_documents);
	for (uint32_t d = 0; d < run->n_documents; d++) {
		uint32_t length = run->documents[d].title_length;

		input->titles[d] = (uint8_t)(length < LONG_TITLE ? length
		    : LONG_TITLE);
	}
	if (!run_any_dropped(run)) {
		flush->n_documents += run->n_documents;
		return;
	}
	input->numbers = alloc_zeroed(run->n_documents,
	    sizeof *input->numbers);
	for (uint32_t d = 0; d < run->n_documents; d++)
		input->numbers[d] = run->documents[d].dropped ? DROPPED
		    : flush->n_documents++;
}

static uint32_t
title_length(const struct input *input, uint32_t document)
{
	uint8_t length = input->titles[document];

	return length < LONG_TITLE ? length
	    : input->run->documents[document].title_length;
}

/* Calls on each living document of the inputs in order. */
#define FOR_DOCUMENTS(flush, input, document)                               \
	for (size_t i_ = 0; i_ < (flush)->n_inputs; i_++)                    \
		for (uint32_t d_ = 0; (input) = &(flush)->inputs[i_],        \
		    d_ < (input)->run->n_documents; d_++)                    \
			if ((document) = &(input)->run->documents[d_],       \
			    !(document)->dropped)

static void
put_chunk(void *context, const uint8_t *frame, size_t size, size_t raw_size)
{
	segment_writer_chunk(context, frame, size, raw_size);
}

static void
write_text(struct flush *flush)
{
	uint64_t start = 0;

	for (size_t i = 0; i < flush->n_inputs; i++) {
		struct input *input = &flush->inputs[i];

		input->records = alloc_zeroed(input->run->n_documents,
		    sizeof *input->records);
		start = run_text(input->run, put_chunk, flush->segment,
		    start, input->records);
	}
}

static uint64_t
column_value(const struct flush *flush, const struct input *input,
    const struct run_document *document)
{
	switch (flush->column) {
	case COLUMN_TITLE_LENGTH:
		return document->title_length;
	case COLUMN_DATE:
		return document->date.precision == DATE_NONE ? 0
		    : (uint64_t)(document->date.day + (1 << 24)) << 2 |
		    document->date.precision;
	case COLUMN_LANGUAGE:
		return document->language;
	case COLUMN_FILE:
		return document->file;
	case COLUMN_HASH:
		return document->hash;
	case COLUMN_ADDED:
		return document->added ? document->added : flush->now;
	case COLUMN_CHANGED:
		return document->changed ? document->changed : flush->now;
	case COLUMN_RECORD:
		return input->records[document - input->run->documents];
	case COLUMN_SOURCE:
		return document->source;
	default: /* sequence numbers follow the documents' */
		return 0;
	}
}

static void
column_rewind(void *context)
{
	struct flush *flush = context;

	flush->column_input = 0;
	flush->column_document = 0;
}

static uint64_t
column_next(void *context)
{
	struct flush *flush = context;

	for (;;) {
		const struct input *input =
		    &flush->inputs[flush->column_input];
		const struct run_document *document;

		if (flush->column_document == input->run->n_documents) {
			flush->column_input++;
			flush->column_document = 0;
			continue;
		}
		document = &input->run->documents[flush->column_document++];
		if (!document->dropped)
			return column_value(flush, input, document);
	}
}

static void
write_columns(struct flush *flush)
{
	static const enum column columns[] = {COLUMN_TITLE_LENGTH,
	    COLUMN_SEQUENCE, COLUMN_DATE, COLUMN_LANGUAGE, COLUMN_FILE,
	    COLUMN_HASH, COLUMN_ADDED, COLUMN_CHANGED, COLUMN_RECORD,
	    COLUMN_SOURCE};
	struct column_source source = {column_rewind, column_next, flush};

	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
		flush->column = columns[i];
		segment_writer_column(flush->segment, columns[i],
		    flush->n_documents, &source);
	}
}

static void
write_lengths(struct flush *flush)
{
	struct segment_record *record = segment_writer_record(flush->segment);
	const struct run_document *document;
	const struct input *input;
	uint32_t n = 0;

	flush->lengths = alloc_zeroed(flush->n_documents,
	    sizeof *flush->lengths);
	FOR_DOCUMENTS(flush, input, document) {
		flush->lengths[n++] = document->length;
		record->languages[document->language]++;
		record->text_size += document->text_size;
	}
	segment_writer_lengths(flush->segment, flush->lengths);
}

static void
write_ids(struct flush *flush)
{
	struct segment_id *ids = alloc_zeroed(flush->n_documents,
	    sizeof *ids);
	const struct run_document *document;
	const struct input *input;
	uint32_t n = 0;

	FOR_DOCUMENTS(flush, input, document) {
		ids[n] = (struct segment_id){document->id_hash, n};
		n++;
	}
	segment_writer_ids(flush->segment, ids, n);
	free(ids);
}

/* --- a heap of inputs by their next list --- */

static const struct run_list *
next_list(const struct input *input)
{
	return &input->run->lists[input->run->order[input->next].list];
}

static int
compare_next(const void *context, size_t a, size_t b)
{
	const struct flush *flush = context;
	const struct input *x = &flush->inputs[a], *y = &flush->inputs[b];

	return run_compare(x->run, x->next, y->run, y->next);
}

static void
start_heap(struct flush *flush)
{
	struct input_heap *heap = &flush->heap;

	heap->inputs = alloc_zeroed(flush->n_inputs, sizeof *heap->inputs);
	for (size_t i = 0; i < flush->n_inputs; i++)
		if (flush->inputs[i].run->n_lists)
			heap->inputs[heap->n++] = i;
	input_heap_start(heap, compare_next, flush);
}

/*
 * Asks for what will be needed some lists later: first the row of a list,
 * then its key and the start of its stream, which the row names.
 */
static void
ask_ahead(const struct input *input)
{
	enum { ROW = 8, STREAM = 4 };
	const struct run *run = input->run;
	const struct run_list *list;

	if (input->next + ROW >= run->n_lists)
		return;
	__builtin_prefetch(&run->lists[run->order[input->next + ROW].list]);
	list = &run->lists[run->order[input->next + STREAM].list];
	__builtin_prefetch(list->key);
	__builtin_prefetch(list->first);
}

/* Takes the first input off the heap, or on to its next list. */
static void
advance(struct flush *flush)
{
	struct input *input = &flush->inputs[flush->heap.inputs[0]];

	ask_ahead(input);
	input->next++;
	input_heap_advance(&flush->heap, input->next < input->run->n_lists,
	    compare_next, flush);
}

/* --- lists --- */

static uint8_t
list_streams(const uint8_t *key, size_t key_size)
{
	switch (key[0]) {
	case NAMESPACE_WORD:
		return STREAM_TF | STREAM_FLAGS | STREAM_POSITIONS;
	case NAMESPACE_FIELD:
		return key_size == TERM_KEY_PREFIX ? 0
		    : STREAM_TF | STREAM_POSITIONS;
	default:
		return 0;
	}
}

static void
collect_forms(struct flush *flush, struct input *input,
    const struct run_list *list)
{
	if (list->n_forms > input->codes_capacity) {
		input->codes_capacity = 2 * list->n_forms + 16;
		input->codes = alloc_again(input->codes,
		    input->codes_capacity, sizeof *input->codes);
	}
	for (uint32_t i = 0; i < list->n_forms; i++)
		input->codes[i] = form_table_add(&flush->forms,
		    list->forms[i].text, list->forms[i].length,
		    list->forms[i].count);
}

/* Title and lead of a document in which the word has these positions. */
static uint8_t
position_flags(const uint32_t *positions, uint32_t n, uint32_t title_length)
{
	uint8_t flags = positions[0] < title_length ? FLAG_TITLE : 0;
	uint32_t i = 0;

	while (i < n && positions[i] < title_length)
		i++;
	if (i < n && positions[i] - title_length < LEAD_WORDS)
		flags |= FLAG_LEAD;
	return flags;
}

static void
map_codes(struct flush *flush, const struct input *input)
{
	struct run_reader *reader = &flush->reader;

	/* The only form has code 0 in every run. */
	if (flush->forms.n == 1) {
		flush->forms.rows[0].used += reader->tf;
		return;
	}
	for (uint32_t i = 0; i < reader->tf; i++) {
		struct form_row *row =
		    &flush->forms.rows[input->codes[reader->codes[i]]];

		row->used++;
		reader->codes[i] = row->code;
	}
}

static void
copy_list(struct flush *flush, const struct input *input,
    const struct run_list *list, uint8_t streams)
{
	struct run_reader *reader = &flush->reader;

	run_reader_start(reader, list);
	while (run_reader_next(reader)) {
		uint32_t number = input->numbers
		    ? input->numbers[reader->document]
		    : input->first + reader->document;
		uint8_t flags = 0;

		if (number == DROPPED)
			continue;
		if (streams & STREAM_FLAGS)
			flags = position_flags(reader->positions, reader->tf,
			    title_length(input, reader->document));
		if (list->n_forms)
			map_codes(flush, input);
		posting_writer_add(flush->postings, number, flags,
		    reader->positions, streams & STREAM_FORMS
		    ? reader->codes : NULL, reader->tf);
	}
}

/* Writes the list of the least term of all inputs. */
static void
write_list(struct flush *flush, size_t *same)
{
	const struct run *first = flush->inputs[flush->heap.inputs[0]].run;
	uint32_t place = flush->inputs[flush->heap.inputs[0]].next;
	const struct run_list *list = next_list(
	    &flush->inputs[flush->heap.inputs[0]]);
	const uint8_t *key = list->key;
	size_t key_size = list->key_size, n_same = 0;
	uint8_t streams = list_streams(key, key_size);
	const char *stem = (const char *)key + TERM_KEY_PREFIX;
	const struct form_text *texts;
	size_t n_texts = 0;

	form_table_clear(&flush->forms);
	while (flush->heap.n) {
		struct input *input = &flush->inputs[flush->heap.inputs[0]];

		if (run_compare(input->run, input->next, first, place) != 0)
			break;
		collect_forms(flush, input, next_list(input));
		same[n_same++] = flush->heap.inputs[0];
		advance(flush);
	}
	form_table_by_weight(&flush->forms);
	if (!form_table_is_plain(&flush->forms, stem,
	    key_size - TERM_KEY_PREFIX))
		streams |= STREAM_FORMS;
	posting_writer_start(flush->postings, key, key_size, streams);
	for (size_t i = 0; i < n_same; i++) {
		const struct input *input = &flush->inputs[same[i]];

		copy_list(flush, input, &input->run->lists[
		    input->run->order[input->next - 1].list], streams);
	}
	texts = form_table_texts(&flush->forms, &n_texts);
	posting_writer_finish(flush->postings, texts, n_texts);
	if (key[0] == NAMESPACE_WORD)
		form_pairs_add(&flush->pairs, key[1], stem,
		    key_size - TERM_KEY_PREFIX, &flush->forms);
}

static void
write_lists(struct flush *flush)
{
	size_t *same = alloc_zeroed(flush->n_inputs, sizeof *same);

	start_heap(flush);
	flush->postings = posting_writer_create(flush->segment);
	while (flush->heap.n &&
	    segment_writer_status(flush->segment) == STATUS_OK) {
		const struct run_list *list = next_list(
		    &flush->inputs[flush->heap.inputs[0]]);

		if (!flush->pairs_written && list->key[0] > NAMESPACE_FORM) {
			form_pairs_write(&flush->pairs, flush->segment);
			flush->pairs_written = true;
		}
		write_list(flush, same);
	}
	form_pairs_write(&flush->pairs, flush->segment);
	posting_writer_free(flush->postings);
	free(same);
}

static void
release(struct flush *flush)
{
	for (size_t i = 0; i < flush->n_inputs; i++) {
		free(flush->inputs[i].numbers);
		free(flush->inputs[i].titles);
		free(flush->inputs[i].records);
		free(flush->inputs[i].codes);
	}
	free(flush->inputs);
	free(flush->heap.inputs);
	free(flush->lengths);
	form_table_free(&flush->forms);
	form_pairs_free(&flush->pairs);
	run_reader_free(&flush->reader);
	segment_writer_free(flush->segment);
}

enum status
flush_runs(struct store *store, struct run *const *runs, size_t n,
    uint32_t now, struct root_segment *listed, struct error *error)
{
	struct flush flush = {.n_inputs = n, .now = now};
	struct root *root = store_root(store);
	enum status status;

	*listed = (struct root_segment){0};
	flush.inputs = alloc_zeroed(n, sizeof *flush.inputs);
	for (size_t i = 0; i < n; i++) {
		flush.inputs[i].run = runs[i];
		number_documents(&flush, &flush.inputs[i]);
	}
	if (flush.n_documents == 0) {
		release(&flush);
		return STATUS_OK;
	}
	status = store_room(store, flush.n_documents, error);
	if (status != STATUS_OK) {
		release(&flush);
		return status;
	}
	flush.segment = segment_writer_create(store, flush.n_documents,
	    root->next_sequence, error);
	root->next_sequence += flush.n_documents;
	write_text(&flush);
	write_columns(&flush);
	write_lengths(&flush);
	write_lists(&flush);
	write_ids(&flush);
	status = segment_writer_finish(flush.segment, listed);
	release(&flush);
	return status;
}
