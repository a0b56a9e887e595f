/*
 * Scores, added up node by node over the documents that are left.  All are
 * whole numbers, so the order of nodes changes nothing.
 */
#include "score.h"

/* Up to this many documents, lengths are read one by one. */
enum { FEW_DOCUMENTS = 128 };

/* Lengths of some documents of the window, and with them their norms. */
static bool
fill_few(struct plan *plan, const uint64_t *set, const uint32_t *lengths)
{
	uint32_t d = window_next(set, 0);
	uint32_t length;

	for (; d < WINDOW_DOCUMENTS; d = window_next(set, d + 1)) {
		if (lengths)
			length = lengths[d];
		else if (!segment_lengths(plan->segment,
		    plan->window.start + d, 1, &length))
			return false;
		bm25_norms(&plan->bm25, &length, 1, &plan->norms[d]);
		plan->scores[d] = 0;
	}
	return true;
}

static bool
fill_norms(struct plan *plan, const uint64_t *set)
{
	uint32_t lengths[WINDOW_DOCUMENTS];
	uint32_t n = plan->window.n, count = window_count(set);

	if (count <= FEW_DOCUMENTS)
		return fill_few(plan, set, NULL);
	if (!segment_lengths(plan->segment, plan->window.start, n, lengths))
		return false;
	/* A division for each document costs more than finding some. */
	if (count < n / 4)
		return fill_few(plan, set, lengths);
	bm25_norms(&plan->bm25, lengths, n, plan->norms);
	memset(plan->scores, 0, n * sizeof *plan->scores);
	return true;
}

static void
score_node(struct plan *plan, const struct plan_node *node,
    const uint64_t *set)
{
	uint64_t both[WINDOW_WORDS];

	if (node->scores) {
		bm25_add(&plan->bm25, node->idf, set, node->bits, node->tfs,
		    plan->norms, plan->scores);
		return;
	}
	if (node->kind != NODE_AND && node->kind != NODE_OR &&
	    node->kind != NODE_NEAR && node->kind != NODE_WINDOW)
		return;
	for (unsigned w = 0; w < WINDOW_WORDS; w++)
		both[w] = set[w] & node->bits[w];
	if (window_is_empty(both))
		return;
	for (size_t i = 0; i < node->n; i++)
		score_node(plan, node->children[i], both);
}

enum status
score_window(struct plan *plan, const uint64_t *set)
{
	if (!fill_norms(plan, set))
		return plan_damaged(plan, "its lengths");
	score_node(plan, plan->root, set);
	return STATUS_OK;
}
