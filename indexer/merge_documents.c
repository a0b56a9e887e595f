/*
 * Merging segments: everything that is kept for each document.  Chunks of
 * text of which every article lives are copied as they are; all else is
 * decoded and coded again.
 */
#include "merge_parts.h"

#include "alloc.h"
#include "store/bytes.h"
#include "text_packer.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

enum { CHUNK_HEADER = 4 };

void
merge_number_documents(struct merge *merge)
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
			    ? merge->n_documents++ : MERGE_DEAD;
	}
}

void
merge_read_lengths(struct merge *merge)
{
	merge->lengths = alloc_zeroed(merge->n_documents,
	    sizeof *merge->lengths);
	for (size_t i = 0; i < merge->n_inputs; i++) {
		const struct input *input = &merge->inputs[i];
		uint32_t lengths[MERGE_BATCH];

		for (uint32_t d = 0; d < input->n_documents;
		    d += MERGE_BATCH) {
			uint32_t n = input->n_documents - d;

			n = n < MERGE_BATCH ? n : MERGE_BATCH;
			if (!segment_lengths(input->segment, d, n, lengths))
				merge_fail(merge);
			for (uint32_t k = 0; k < n; k++)
				if (merge_number(input, d + k) != MERGE_DEAD)
					merge->lengths[merge_number(input,
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
		const uint8_t *bytes = NULL, *end = NULL;
		unsigned long long raw_size;
		uint64_t place;
		size_t size;

		if (segment_column(segment, COLUMN_CHUNK_PLACE, i, &place))
			bytes = segment_bytes(segment, STREAM_TEXT,
			    (uint32_t)(place >> 16), place & 0xffff, &end);
		if (!bytes || end - bytes < CHUNK_HEADER) {
			merge_fail(merge);
			return;
		}
		size = bytes_u16(bytes);
		if (size > (size_t)(end - bytes) - CHUNK_HEADER) {
			merge_fail(merge);
			return;
		}
		raw_size = ZSTD_getFrameContentSize(bytes + CHUNK_HEADER,
		    size);
		if (raw_size > UINT32_MAX) {
			merge_fail(merge);
			return;
		}
		emit_chunk(output, bytes + CHUNK_HEADER, size, raw_size);
	}
	for (uint32_t d = 0; d < input->n_documents; d++) {
		if (!segment_column(segment, COLUMN_RECORD, d, &at))
			merge_fail(merge);
		merge->records[merge_number(input, d)] = start + at;
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
	for (uint32_t d = 0; d < input->n_documents && merge_is_going_on(merge); d++) {
		uint32_t number = merge_number(input, d);

		if (number == MERGE_DEAD)
			continue;
		if (segment_stored(input->segment, d, &record) != STATUS_OK)
			merge_fail(merge);
		else
			merge->records[number] = start + text_packer_add(
			    &packer, record.bytes.bytes, record.bytes.size);
	}
	text_packer_flush(&packer);
	text_packer_free(&packer);
	stored_free(&record);
}

void
merge_copy_text(struct merge *merge)
{
	struct text_output output = {merge->segment, 0};

	merge->records = alloc_zeroed(merge->n_documents,
	    sizeof *merge->records);
	for (size_t i = 0; i < merge->n_inputs && merge_is_going_on(merge); i++) {
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

		merge->batch_n = n < MERGE_BATCH ? n : MERGE_BATCH;
		merge->batch_first = document;
		if (!segment_column_range(input->segment, merge->column,
		    document, merge->batch_n, merge->batch)) {
			memset(merge->batch, 0, sizeof merge->batch);
			merge_fail(merge);
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
		if (merge_number(input, document) == MERGE_DEAD)
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

void
merge_copy_columns(struct merge *merge)
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
uint64_t
merge_first_sequence(struct merge *merge)
{
	for (size_t i = 0; i < merge->n_inputs; i++) {
		struct input *input = &merge->inputs[i];
		uint64_t more;

		for (uint32_t d = 0; d < input->n_documents; d++) {
			if (merge_number(input, d) == MERGE_DEAD)
				continue;
			if (!segment_column(input->segment, COLUMN_SEQUENCE,
			    d, &more))
				merge_fail(merge);
			return segment_record(input->segment)
			    ->first_sequence + d + more;
		}
	}
	return 0;
}

void
merge_sum_languages(struct merge *merge)
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

struct id_collector {
	struct segment_id *rows;
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
	number = merge_number(collector->input, document);
	if (number != MERGE_DEAD && collector->n < collector->capacity)
		collector->rows[collector->n++] = (struct segment_id){hash,
		    number};
}

void
merge_copy_ids(struct merge *merge)
{
	struct id_collector collector = {.capacity = merge->n_documents};

	collector.rows = alloc_zeroed(merge->n_documents,
	    sizeof *collector.rows);
	for (size_t i = 0; i < merge->n_inputs; i++) {
		collector.input = &merge->inputs[i];
		if (segment_each_id(collector.input->segment, collect_id,
		    &collector) != STATUS_OK)
			merge_fail(merge);
	}
	if (collector.n != merge->n_documents)
		merge_fail(merge);
	segment_writer_ids(merge->segment, collector.rows, collector.n);
	free(collector.rows);
}
