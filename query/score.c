/*
 * Scores, added up node by node over the documents that are left.  All are
 * whole numbers, so the order of nodes changes nothing.
 */
#include "score.h"

/* Up to this many documents, lengths are read one by one. */
enum { FEW_DOCUMENTS = 64 };

static bool
fill_norms(struct plan *plan, const uint64_t *set)
{
	uint32_t lengths[WINDOW_DOCUMENTS];
	uint32_t start = plan->window.start;
	bool is_few = window_is_sparse(set, 0, WINDOW_DOCUMENTS,
	    FEW_DOCUMENTS);
	uint32_t d = window_next(set, 0);

	if (!is_few && !segment_lengths(plan->segment, start, plan->window.n,
	    lengths))
		return false;
	for (; d < WINDOW_DOCUMENTS; d = window_next(set, d + 1)) {
		if (is_few && !segment_lengths(plan->segment, start + d, 1,
		    &lengths[d]))
			return false;
		plan->norms[d] = bm25_norm(&plan->bm25, lengths[d]);
		plan->scores[d] = 0;
	}
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
