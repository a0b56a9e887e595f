/*
 * The engine's front door: segments in the archive's order, windows in each,
 * from every window the number of matches and the best of them.
 */
#include "search.h"

#include "alloc.h"
#include "match.h"
#include "plan.h"
#include "prune.h"
#include "score.h"
#include "topk.h"

#include <stdlib.h>

enum {
	DATE_BIAS = 1 << 24,   /* docs/FORMAT.md, section 7 */
	PRUNED_MOST = 100,     /* best; of more, too many must be scored */
};

/* A search under way. */
struct run {
	struct plan *plan;
	const struct search_options *options;
	struct topk topk;
	struct pruner *pruner; /* or NULL */
	bool can_prune;        /* in this segment */
	uint64_t total;
};

static struct date
date_of_value(uint64_t value)
{
	struct date date = { 0, DATE_NONE };

	if (value) {
		date.day = (int32_t)((int64_t)(value >> 2) - DATE_BIAS);
		date.precision = value & 3;
	}
	return date;
}

/* --- windows --- */

static enum status
put_by_score(struct run *run, const uint64_t *set)
{
	struct plan *plan = run->plan;
	enum status status = score_window(plan, set);

	if (status != STATUS_OK)
		return status;
	for (uint32_t i = 0; i < WINDOW_WORDS; i++) {
		uint64_t word = set[i];

		for (; word; word &= word - 1) {
			uint32_t d = i * 64 + (uint32_t)__builtin_ctzll(word);

			topk_put(&run->topk, plan->scores[d],
			    plan->segment_index, plan->window.start + d);
		}
	}
	return STATUS_OK;
}

static enum status
put_by_date(struct run *run, const uint64_t *set)
{
	struct plan *plan = run->plan;
	uint32_t d = window_next(set, 0);

	for (; d < WINDOW_DOCUMENTS; d = window_next(set, d + 1)) {
		struct date date;
		int64_t key;
		uint64_t value;

		if (!segment_column(plan->segment, COLUMN_DATE,
		    plan->window.start + d, &value))
			return plan_damaged(plan, "its dates");
		date = date_of_value(value);
		key = run->options->sort == SORT_NEW ? date.day : -date.day;
		if (date.precision == DATE_NONE)
			key = INT64_MIN;
		topk_put(&run->topk, key, plan->segment_index,
		    plan->window.start + d);
	}
	return STATUS_OK;
}

static enum status
search_window(struct run *run)
{
	struct plan *plan = run->plan;
	uint64_t living[WINDOW_WORDS];
	const uint64_t *set = plan->root->bits;
	bool prunes = run->can_prune && run->topk.is_full;
	enum status status;

	if (run->pruner)
		plan->has_scores = !prunes;
	plan_living(plan, living);
	status = match_node(plan, plan->root, living);
	if (status != STATUS_OK || window_is_empty(set))
		return status;
	run->total += window_count(set);
	if (!run->topk.k || run->options->first_only)
		return STATUS_OK;
	if (prunes)
		return pruner_put(run->pruner, set, &run->topk);
	return run->options->sort == SORT_BEST ? put_by_score(run, set) :
	    put_by_date(run, set);
}

static enum status
search_segment(struct run *run)
{
	struct plan *plan = run->plan;
	uint32_t n = segment_n_documents(plan->segment);
	uint32_t document = 0;

	while (document < n && !(run->options->first_only && run->total)) {
		enum status status = match_next(plan, plan->root, document,
		    &document);

		if (status != STATUS_OK || document >= n)
			return status;
		plan_open_window(plan, document);
		status = search_window(run);
		if (status != STATUS_OK)
			return status;
		document = plan->window.start + plan->window.n;
	}
	return STATUS_OK;
}

static enum status
search_segments(struct run *run)
{
	size_t n = snapshot_n_segments(run->plan->snapshot);
	enum status status = STATUS_OK;

	for (uint32_t i = 0; i < n && status == STATUS_OK; i++) {
		if (run->options->first_only && run->total)
			break;
		plan_enter(run->plan, i);
		run->can_prune = run->pruner && pruner_enter(run->pruner);
		status = search_segment(run);
	}
	return status;
}

/* --- hits --- */

static int
compare_places(const void *a, const void *b)
{
	const struct hit *const *x = a, *const *y = b;

	if ((*x)->segment != (*y)->segment)
		return (*x)->segment < (*y)->segment ? -1 : 1;
	return ((*x)->document > (*y)->document) -
	    ((*x)->document < (*y)->document);
}

/* Scores `n` hits that lie in one window. */
static enum status
score_hits(struct plan *plan, struct hit **hits, size_t n)
{
	uint64_t set[WINDOW_WORDS];
	enum status status;

	plan_open_window(plan, hits[0]->document);
	window_clear(set);
	for (size_t i = 0; i < n; i++)
		window_put(set, hits[i]->document - plan->window.start);
	status = match_node(plan, plan->root, set);
	if (status == STATUS_OK)
		status = score_window(plan, plan->root->bits);
	for (size_t i = 0; i < n && status == STATUS_OK; i++)
		hits[i]->score = plan->scores[hits[i]->document -
		    plan->window.start];
	return status;
}

/* Hits that were chosen by date get their scores, window by window. */
static enum status
score_chosen(struct plan *plan, struct search_result *result)
{
	struct hit **hits = alloc_bytes(result->n_hits * sizeof *hits);
	enum status status = STATUS_OK;
	size_t i, n;

	for (i = 0; i < result->n_hits; i++)
		hits[i] = &result->hits[i];
	qsort(hits, result->n_hits, sizeof *hits, compare_places);
	plan->has_scores = true;
	for (i = 0; i < result->n_hits && status == STATUS_OK; i += n) {
		uint32_t segment = hits[i]->segment;
		uint32_t window = hits[i]->document / WINDOW_DOCUMENTS;

		for (n = 1; i + n < result->n_hits &&
		     hits[i + n]->segment == segment &&
		     hits[i + n]->document / WINDOW_DOCUMENTS == window;)
			n++;
		if (!i || hits[i - 1]->segment != segment)
			plan_enter(plan, segment);
		status = score_hits(plan, hits + i, n);
	}
	free(hits);
	return status;
}

static enum status
fill_hits(struct run *run, struct search_result *result)
{
	struct snapshot *snapshot = run->plan->snapshot;
	size_t skip = run->options->skip;

	topk_finish(&run->topk);
	if (skip >= run->topk.n)
		return STATUS_OK;
	result->n_hits = run->topk.n - skip;
	result->hits = alloc_zeroed(result->n_hits, sizeof *result->hits);
	for (size_t i = 0; i < result->n_hits; i++) {
		const struct topk_entry *entry = &run->topk.entries[skip + i];
		struct hit *hit = &result->hits[i];
		uint64_t date;

		hit->segment = entry->segment;
		hit->document = entry->document;
		hit->score = entry->key;
		if (!segment_column(snapshot_segment(snapshot,
		    entry->segment), COLUMN_DATE, entry->document, &date))
			return plan_damaged(run->plan, "its dates");
		hit->date = date_of_value(date);
	}
	return run->options->sort == SORT_BEST ? STATUS_OK :
	    score_chosen(run->plan, result);
}

enum status
search_run(struct snapshot *snapshot, const struct node *root,
    const struct search_options *options, struct search_result *result,
    struct error *error)
{
	struct run run = { .options = options };
	size_t k = options->limit;
	enum status status;

	*result = (struct search_result){0};
	if (k && options->skip)
		k = k < SIZE_MAX - options->skip ? k + options->skip :
		    SIZE_MAX;
	topk_init(&run.topk, k);
	status = plan_create(&run.plan, snapshot, root, options->k1,
	    options->b);
	run.plan->has_scores = k && options->sort == SORT_BEST &&
	    !options->first_only;
	if (status == STATUS_OK && run.plan->has_scores && k <= PRUNED_MOST)
		run.pruner = pruner_create(run.plan);
	if (status == STATUS_OK)
		status = search_segments(&run);
	if (status == STATUS_OK)
		status = fill_hits(&run, result);
	result->total = run.total;
	plan_report(run.plan, status, error);
	topk_free(&run.topk);
	pruner_free(run.pruner);
	plan_free(run.plan);
	return status;
}

void
search_result_free(struct search_result *result)
{
	free(result->hits);
	*result = (struct search_result){0};
}
