/* Which matches of a window can still be among the best. */
#include "prune.h"

#include "alloc.h"
#include "store/frontier.h"

#include <stdlib.h>

enum {
	PRUNE_STEP = 256, /* documents that share a bound */
	STEPS = WINDOW_DOCUMENTS / PRUNE_STEP,
	STEP_WORDS = PRUNE_STEP / 64,
	CODES = 256,
	WORDS_MOST = 8,  /* of more, the bounds together say little */
	EXACT_MOST = 6,  /* words of which all combinations are looked at */
};

/* A list of a word, and what its head says of the next block. */
struct bounded_list {
	struct posting_heads heads;
	const struct posting_list *list;
	bool is_started, has_ended;
	int64_t block; /* bound of the current block */
};

struct pruned_word {
	struct plan_node *node;
	struct leaf *leaf;  /* of its own, to read frequencies behind the one
	                       that matches */
	struct bounded_list *lists;
	int64_t all;        /* bound of any document: of many occurrences in
	                       an empty one */
	int64_t bounds[STEPS]; /* in the window */
	uint64_t bits[WINDOW_WORDS];
	uint32_t *tfs;
	bool is_added;
};

/* A step of the window while its candidates are chosen. */
struct step {
	unsigned number;
	int64_t sums[WORDS_MOST + 1]; /* of the bounds of words i and after,
	                                 in order */
};

struct pruner {
	struct plan *plan;
	struct pruned_word *words;
	size_t n;
	double norms[CODES]; /* by the code of a length */
	/* Words of a step, by falling bounds. */
	unsigned *order;
	uint64_t candidates[WINDOW_WORDS];
};

static bool
is_plain_word(const struct plan_node *node)
{
	return node->kind == NODE_WORD && node->scores &&
	    node->scope == SCOPE_TEXT;
}

struct pruner *
pruner_create(struct plan *plan)
{
	struct plan_node *root = plan->root;
	bool is_word = root->kind == NODE_WORD;
	size_t n = is_word ? 1 : root->n;
	struct pruner *pruner;

	/* An AND has few matches, whose frequencies are at hand. */
	if (!is_word && root->kind != NODE_OR)
		return NULL;
	if (n > WORDS_MOST)
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (!is_plain_word(is_word ? root : root->children[i]))
			return NULL;
	pruner = alloc_zeroed(1, sizeof *pruner);
	pruner->plan = plan;
	pruner->n = n;
	pruner->words = alloc_zeroed(n, sizeof *pruner->words);
	pruner->order = alloc_zeroed(n, sizeof *pruner->order);
	for (size_t i = 0; i < n; i++) {
		struct pruned_word *word = &pruner->words[i];

		word->node = is_word ? root : root->children[i];
		word->leaf = leaf_create(word->node->leaf->word,
		    &plan->arena);
		word->lists = arena_alloc(&plan->arena,
		    word->leaf->word->n_lists_max * sizeof *word->lists + 1);
		word->tfs = arena_alloc(&plan->arena,
		    WINDOW_DOCUMENTS * sizeof *word->tfs);
	}
	for (unsigned code = 0; code < CODES; code++) {
		uint32_t length = frontier_value((uint8_t)code);

		bm25_norms(&plan->bm25, &length, 1, &pruner->norms[code]);
	}
	return pruner;
}

void
pruner_free(struct pruner *pruner)
{
	if (!pruner)
		return;
	for (size_t i = 0; i < pruner->n; i++)
		leaf_free(pruner->words[i].leaf);
	free(pruner->words);
	free(pruner->order);
	free(pruner);
}

/* --- bounds --- */

/* One more than the formula gives: where its parts are rounded, a greater tf
 * may come out less by one. */
static int64_t
bound(const struct pruner *pruner, const struct pruned_word *word,
    uint32_t tf, double norm)
{
	return bm25_score(&pruner->plan->bm25, word->node->idf, tf, norm) + 1;
}

bool
pruner_enter(struct pruner *pruner)
{
	double none;
	uint32_t empty = 0;

	bm25_norms(&pruner->plan->bm25, &empty, 1, &none);
	for (size_t i = 0; i < pruner->n; i++) {
		struct pruned_word *word = &pruner->words[i];

		if (word->node->leaf->has_codes)
			return false;
		leaf_enter(word->leaf, pruner->plan->segment_index);
		word->all = bound(pruner, word, UINT32_MAX, none);
		for (size_t l = 0; l < word->leaf->n; l++) {
			struct bounded_list *list = &word->lists[l];

			*list = (struct bounded_list){
			    .list = &word->leaf->cursors[l].list->list};
			posting_heads_start(&list->heads, list->list);
		}
	}
	return true;
}

static int64_t
block_bound(const struct pruner *pruner, const struct pruned_word *word,
    const uint8_t *frontier)
{
	int64_t most = 0;

	for (unsigned i = 0; i < FRONTIER_PAIRS; i++) {
		int64_t pair = bound(pruner, word, frontier_value(
		    frontier[2 * i]), pruner->norms[frontier[2 * i + 1]]);

		if (pair > most)
			most = pair;
	}
	return most;
}

/* Moves to the block that holds `target`, or the next one. */
static enum status
move_to(const struct pruner *pruner, const struct pruned_word *word,
    struct bounded_list *list, uint32_t target)
{
	enum status status;

	if (list->has_ended || (list->is_started &&
	    list->heads.last >= target))
		return STATUS_OK;
	status = posting_heads_seek(&list->heads, target);
	list->is_started = true;
	list->has_ended = status == STATUS_END;
	if (status == STATUS_OK)
		list->block = block_bound(pruner, word,
		    list->heads.frontier);
	return status == STATUS_END ? STATUS_OK : status;
}

/* The most that a list adds in each step of the window. */
static enum status
bound_list(const struct pruner *pruner, const struct pruned_word *word,
    struct bounded_list *list, int64_t most[STEPS])
{
	uint32_t start = pruner->plan->window.start;
	uint32_t at = start, end = start + WINDOW_DOCUMENTS;

	memset(most, 0, STEPS * sizeof *most);
	if (list->list->inline_bytes) {
		for (unsigned s = 0; s < STEPS; s++)
			most[s] = word->all;
		return STATUS_OK;
	}
	while (at < end) {
		enum status status = move_to(pruner, word, list, at);
		const struct posting_heads *heads = &list->heads;
		unsigned from, to;

		if (status != STATUS_OK)
			return status;
		if (list->has_ended || heads->first >= end)
			break;
		from = heads->first <= start ? 0
		    : (heads->first - start) / PRUNE_STEP;
		to = heads->last >= end ? STEPS - 1
		    : (heads->last - start) / PRUNE_STEP;
		for (unsigned s = from; s <= to; s++)
			if (list->block > most[s])
				most[s] = list->block;
		at = heads->last >= end ? end : heads->last + 1;
	}
	return STATUS_OK;
}

/* Occurrences of a document are summed over the lists of a word, and what a
 * sum adds is at most the sum of what its parts would. */
static enum status
bound_word(const struct pruner *pruner, struct pruned_word *word)
{
	memset(word->bounds, 0, sizeof word->bounds);
	for (size_t l = 0; l < word->leaf->n; l++) {
		int64_t most[STEPS];
		enum status status = bound_list(pruner, word,
		    &word->lists[l], most);

		if (status != STATUS_OK)
			return status;
		for (unsigned s = 0; s < STEPS; s++)
			word->bounds[s] += most[s];
	}
	return STATUS_OK;
}

/* --- candidates --- */

/* Sorts the words by their bounds in a step, the highest first. */
static void
order_words(struct pruner *pruner, unsigned step)
{
	unsigned *order = pruner->order;

	for (unsigned i = 0; i < pruner->n; i++) {
		int64_t bound = pruner->words[i].bounds[step];
		unsigned k = i;

		for (; k && pruner->words[order[k - 1]].bounds[step] < bound;
		     k--)
			order[k] = order[k - 1];
		order[k] = i;
	}
}

/*
 * Adds to `chosen` those documents of `from` whose words from the i-th in
 * order on have bounds of more than `threshold` together.
 */
static void
choose(const struct pruner *pruner, const struct step *step, unsigned i,
    int64_t threshold, const uint64_t from[STEP_WORDS],
    uint64_t chosen[STEP_WORDS])
{
	uint64_t with[STEP_WORDS], any = 0;
	const struct pruned_word *word;
	int64_t bound;

	/* Where the words are many, one that is needed must do. */
	for (; i < pruner->n && step->sums[i] > threshold; i++) {
		word = &pruner->words[pruner->order[i]];
		bound = word->bounds[step->number];
		any = 0;
		for (unsigned w = 0; w < STEP_WORDS; w++)
			any |= with[w] = from[w] & word->node->bits[
			    step->number * STEP_WORDS + w];
		if (!any)
			continue;
		if (bound > threshold || pruner->n > EXACT_MOST)
			for (unsigned w = 0; w < STEP_WORDS; w++)
				chosen[w] |= with[w];
		else
			choose(pruner, step, i + 1, threshold - bound, with,
			    chosen);
	}
}

/* The candidates of a step, of whose words the bounds are in order. */
static bool
choose_step(struct pruner *pruner, const uint64_t *set, unsigned number,
    int64_t threshold)
{
	struct step step = {.number = number};
	uint64_t *chosen = pruner->candidates + number * STEP_WORDS, any = 0;

	order_words(pruner, number);
	for (size_t i = pruner->n; i-- > 0;)
		step.sums[i] = step.sums[i + 1] +
		    pruner->words[pruner->order[i]].bounds[number];
	memset(chosen, 0, STEP_WORDS * sizeof *chosen);
	choose(pruner, &step, 0, threshold, set + number * STEP_WORDS,
	    chosen);
	for (unsigned w = 0; w < STEP_WORDS; w++)
		any |= chosen[w];
	return any != 0;
}

static bool
choose_all(struct pruner *pruner, const uint64_t *set, int64_t threshold)
{
	bool any = false;

	for (unsigned s = 0; s < STEPS; s++) {
		int64_t sum = 0;

		for (size_t i = 0; i < pruner->n; i++)
			sum += pruner->words[i].bounds[s];
		if (sum > threshold)
			any |= choose_step(pruner, set, s, threshold);
		else
			memset(pruner->candidates + s * STEP_WORDS, 0,
			    STEP_WORDS * sizeof *pruner->candidates);
	}
	return any;
}

/* --- scores --- */

static enum status
fill_norms(struct pruner *pruner)
{
	struct plan *plan = pruner->plan;
	uint32_t d = window_next(pruner->candidates, 0), length;

	for (; d < WINDOW_DOCUMENTS; d = window_next(pruner->candidates,
	     d + 1)) {
		if (!segment_lengths(plan->segment, plan->window.start + d,
		    1, &length))
			return plan_damaged(plan, "its lengths");
		bm25_norms(&plan->bm25, &length, 1, &plan->norms[d]);
		plan->scores[d] = 0;
	}
	return STATUS_OK;
}

/* Drops the candidates that cannot pass the threshold any more with `rest`
 * by step, what the words that are left may add. */
static bool
drop_low(struct pruner *pruner, const int64_t *rest, int64_t threshold)
{
	uint64_t *candidates = pruner->candidates;
	uint32_t d = window_next(candidates, 0);
	bool any = false;

	for (; d < WINDOW_DOCUMENTS; d = window_next(candidates, d + 1)) {
		if (pruner->plan->scores[d] + rest[d / PRUNE_STEP] <=
		    threshold)
			window_drop(candidates, d);
		else
			any = true;
	}
	return any;
}

static enum status
add_word(struct pruner *pruner, struct pruned_word *word)
{
	struct plan *plan = pruner->plan;
	uint64_t wanted[WINDOW_WORDS];

	for (unsigned w = 0; w < WINDOW_WORDS; w++)
		wanted[w] = pruner->candidates[w] & word->node->bits[w];
	if (window_is_empty(wanted))
		return STATUS_OK;
	if (leaf_match(word->leaf, &plan->window, wanted, word->bits,
	    word->tfs) != STATUS_OK)
		return plan_damaged(plan, "a list of documents");
	bm25_add(&plan->bm25, word->node->idf, wanted, word->bits, word->tfs,
	    plan->norms, plan->scores);
	return STATUS_OK;
}

/* The word with the highest bounds in the window that is not yet added. */
static struct pruned_word *
next_word(struct pruner *pruner)
{
	struct pruned_word *next = NULL;
	int64_t highest = -1;

	for (size_t i = 0; i < pruner->n; i++) {
		int64_t sum = 0;

		for (unsigned s = 0; s < STEPS; s++)
			sum += pruner->words[i].bounds[s];
		if (!pruner->words[i].is_added && sum > highest) {
			highest = sum;
			next = &pruner->words[i];
		}
	}
	return next;
}

static enum status
score(struct pruner *pruner, int64_t threshold)
{
	int64_t rest[STEPS] = {0};
	enum status status = fill_norms(pruner);

	for (size_t i = 0; i < pruner->n; i++) {
		pruner->words[i].is_added = false;
		for (unsigned s = 0; s < STEPS; s++)
			rest[s] += pruner->words[i].bounds[s];
	}
	for (size_t i = 0; i < pruner->n && status == STATUS_OK; i++) {
		struct pruned_word *word = next_word(pruner);

		word->is_added = true;
		status = add_word(pruner, word);
		for (unsigned s = 0; s < STEPS; s++)
			rest[s] -= word->bounds[s];
		if (!drop_low(pruner, rest, threshold))
			break;
	}
	return status;
}

enum status
pruner_put(struct pruner *pruner, const uint64_t *set, struct topk *topk)
{
	struct plan *plan = pruner->plan;
	enum status status = STATUS_OK;
	uint32_t d;

	for (size_t i = 0; i < pruner->n && status == STATUS_OK; i++)
		status = bound_word(pruner, &pruner->words[i]);
	if (status != STATUS_OK)
		return plan_damaged(plan, "a list of documents");
	if (!choose_all(pruner, set, topk->threshold))
		return STATUS_OK;
	status = score(pruner, topk->threshold);
	if (status != STATUS_OK)
		return status;
	d = window_next(pruner->candidates, 0);
	for (; d < WINDOW_DOCUMENTS; d = window_next(pruner->candidates,
	     d + 1))
		topk_put(topk, plan->scores[d], plan->segment_index,
		    plan->window.start + d);
	return STATUS_OK;
}
