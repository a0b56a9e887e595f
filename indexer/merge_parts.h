/*
 * The inside of a merge; for merge*.c only.
 */
#ifndef QUIRE_INDEXER_MERGE_PARTS_H
#define QUIRE_INDEXER_MERGE_PARTS_H

#include "form_pairs.h"
#include "form_table.h"
#include "input_heap.h"
#include "posting_writer.h"
#include "segment_writer.h"
#include "status.h"
#include "store.h"
#include "store/posting_list.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MERGE_DEAD UINT32_MAX

enum { MERGE_BATCH = 256 }; /* numbers of a column read at a time */

/* A segment being merged. */
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
	struct input_heap heap; /* by their next term */
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
	uint64_t batch[MERGE_BATCH];
	uint32_t batch_first, batch_n;
};

/* Notes that an input cannot be read; the merge ends. */
static inline void
merge_fail(struct merge *merge)
{
	merge->status = STATUS_DAMAGED;
}

static inline bool
merge_is_going_on(const struct merge *merge)
{
	return merge->status == STATUS_OK &&
	    segment_writer_status(merge->segment) == STATUS_OK;
}

/* The number of a document in the merged segment, or MERGE_DEAD. */
static inline uint32_t
merge_number(const struct input *input, uint32_t document)
{
	return input->numbers ? input->numbers[document]
	    : input->first + document;
}

/*
 * Parts of writing the merged segment (merge_documents.c), in the order in
 * which they are called.
 */
void merge_number_documents(struct merge *merge);
uint64_t merge_first_sequence(struct merge *merge);
void merge_read_lengths(struct merge *merge);
void merge_sum_languages(struct merge *merge);
void merge_copy_text(struct merge *merge);
void merge_copy_columns(struct merge *merge);
void merge_copy_ids(struct merge *merge);

/* Writes all posting lists and the dictionary (merge_lists.c). */
void merge_write_lists(struct merge *merge);

#endif
