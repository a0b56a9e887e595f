/* Making one segment of neighbouring ones. */
#include "merge.h"

#include "alloc.h"
#include "merge_parts.h"

#include <stdlib.h>
#include <string.h>

enum {
	TIER_WIDTH = 4, /* neighbours that become one */
	DOCUMENTS_MAX = 100000000,
};

static void
release(struct merge *merge)
{
	for (size_t i = 0; i < merge->n_inputs; i++) {
		free(merge->inputs[i].numbers);
		free(merge->inputs[i].codes);
	}
	free(merge->inputs);
	free(merge->heap.inputs);
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

	merge->first_sequence = merge_first_sequence(merge);
	merge->segment = segment_writer_create(merge->store,
	    merge->n_documents, merge->first_sequence, error);
	merge_read_lengths(merge);
	merge_sum_languages(merge);
	merge_copy_text(merge);
	merge_copy_columns(merge);
	segment_writer_lengths(merge->segment, merge->lengths);
	merge_write_lists(merge);
	merge_copy_ids(merge);
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
	merge_number_documents(&merge);
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

/* Of the bytes in use, those of articles that live, by their number. */
static uint64_t
living_bytes(const struct root *root, uint64_t used)
{
	uint64_t n = 0, living = 0;

	for (size_t i = 0; i < root->n_segments; i++) {
		n += root->segments[i].n_documents;
		living += n_live(&root->segments[i]);
	}
	return n ? (uint64_t)((double)used * (double)living / (double)n)
	    : used;
}

/*
 * What is in use, dead articles included, is at most some 1.6 times what
 * lives; a merge of all adds that once, and what is pinned stays beside it.
 */
bool
merge_is_postponed(struct store *store, struct store_pin *pin)
{
	struct store_space space;

	return store_pin(store, pin, NULL) == STATUS_OK && pin->process &&
	    store_space(store, &space, NULL) == STATUS_OK &&
	    pin->bytes > living_bytes(store_root(store), space.used) / 2;
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
find_mostly_dead(const struct root *root, size_t first, size_t end,
    size_t *at)
{
	for (size_t i = first; i < end; i++)
		if (root->segments[i].n_dead * 2ULL >
		    root->segments[i].n_documents) {
			*at = i;
			return true;
		}
	return false;
}

enum status
merge_mostly_dead(struct store *store, size_t *n, struct error *error)
{
	enum status status = STATUS_OK;
	struct store_pin pin;
	size_t at;

	while (status == STATUS_OK && !merge_is_postponed(store, &pin) &&
	    find_mostly_dead(store_root(store), 0, *n, &at)) {
		size_t before = store_root(store)->n_segments;

		status = merge_run(store, at, 1, error);
		*n -= before - store_root(store)->n_segments;
	}
	return status;
}

enum status
merge_tiers(struct store *store, size_t first, struct error *error)
{
	enum status status = STATUS_OK;
	struct store_pin pin;
	size_t at;

	while (status == STATUS_OK && !merge_is_postponed(store, &pin)) {
		const struct root *root = store_root(store);

		if (find_mostly_dead(root, first, root->n_segments, &at))
			status = merge_run(store, at, 1, error);
		else if (find_row(root, first, &at))
			status = merge_run(store, at, TIER_WIDTH, error);
		else
			break;
	}
	return status;
}
