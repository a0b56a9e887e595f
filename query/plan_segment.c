/* A plan in a segment: estimates, order of evaluation, windows. */
#include "plan.h"

#include <stdlib.h>

/* Exclusions come last: they can only look at what is left. */
static int
compare_cost(const void *a, const void *b)
{
	const struct plan_node *const *x = a, *const *y = b;
	bool x_not = (*x)->kind == NODE_NOT, y_not = (*y)->kind == NODE_NOT;

	if (x_not != y_not)
		return x_not - y_not;
	return ((*x)->estimate > (*y)->estimate) -
	    ((*x)->estimate < (*y)->estimate);
}

static uint64_t
least(const struct plan_node *node, uint64_t most)
{
	for (size_t i = 0; i < node->n; i++)
		if (node->children[i]->kind != NODE_NOT &&
		    node->children[i]->estimate < most)
			most = node->children[i]->estimate;
	return most;
}

static uint64_t
sum(const struct plan_node *node, uint64_t most)
{
	uint64_t total = 0;

	for (size_t i = 0; i < node->n; i++)
		total += node->children[i]->estimate;
	return total < most ? total : most;
}

/* At most how many documents of the segment a node matches, roughly. */
static uint64_t
estimate(const struct plan_node *node, uint64_t n)
{
	switch (node->kind) {
	case NODE_WORD:
		return node->leaf->df < n ? node->leaf->df : n;
	case NODE_HAS:
		return node->leaf && node->leaf->df < n ? node->leaf->df : n;
	case NODE_PHRASE:
	case NODE_NEAR:
	case NODE_WINDOW:
	case NODE_AND:
		return least(node, n);
	case NODE_OR:
		return sum(node, n);
	case NODE_DATE:
		/* A guess: ranges are mostly narrow, but each date is read. */
		return n / 2;
	case NODE_ID:
		return node->n_places;
	case NODE_NOTHING:
		return 0;
	case NODE_NOT:
	case NODE_ALL:
		break;
	}
	return n;
}

void
plan_enter(struct plan *plan, uint32_t i)
{
	plan->segment = snapshot_segment(plan->snapshot, i);
	plan->segment_index = i;
	plan->title_document = UINT32_MAX;
	for (size_t l = 0; l < plan->n_leaves; l++)
		leaf_enter(plan->leaves[l], i);
	/* Children were created after their parents. */
	for (size_t l = plan->n_nodes; l-- > 0;) {
		struct plan_node *node = plan->nodes[l];

		node->estimate = estimate(node,
		    segment_n_documents(plan->segment));
		if (node->n > 1)
			qsort(node->order, node->n, sizeof *node->order,
			    compare_cost);
	}
}

void
plan_open_window(struct plan *plan, uint32_t document)
{
	uint32_t n = segment_n_documents(plan->segment);

	plan->window.start = document - document % WINDOW_DOCUMENTS;
	n -= plan->window.start;
	plan->window.n = n < WINDOW_DOCUMENTS ? n : WINDOW_DOCUMENTS;
}

void
plan_living(const struct plan *plan, uint64_t *bits)
{
	const uint8_t *live = segment_live(plan->segment);
	uint32_t n = plan->window.n;

	window_clear(bits);
	for (uint32_t i = 0; i * 64 < n; i++) {
		uint64_t word = ~(uint64_t)0;

		if (live)
			memcpy(&word, live + plan->window.start / 8 + 8 * i,
			    sizeof word);
		if (n - i * 64 < 64)
			word &= ((uint64_t)1 << (n - i * 64)) - 1;
		bits[i] = word;
	}
}

enum status
plan_title_length(struct plan *plan, uint32_t document, uint32_t *length)
{
	uint64_t value;

	if (plan->title_document != document) {
		if (!segment_column(plan->segment, COLUMN_TITLE_LENGTH,
		    document, &value))
			return plan_damaged(plan, "its title lengths");
		plan->title_document = document;
		plan->title_length = value > UINT32_MAX ? UINT32_MAX :
		    (uint32_t)value;
	}
	*length = plan->title_length;
	return STATUS_OK;
}
