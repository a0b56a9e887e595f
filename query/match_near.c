/*
 * NEAR and WINDOW: documents that match the operands, then where these
 * stand.
 */
#include "match.h"

/* --- where a node stands in a document --- */

/* Adds places in text or a field, `reach` steps long, as spans. */
static enum status
add_places(struct plan *plan, struct plan_node *node, uint32_t document,
    uint32_t reach)
{
	enum status status;
	uint32_t title = 0;

	node->spans.n = 0;
	if (node->part < PART_FIELD) {
		status = plan_title_length(plan, document, &title);
		if (status != STATUS_OK)
			return status;
	}
	for (size_t i = 0; i < node->n_starts; i++) {
		uint64_t part = node->part;
		uint64_t start = node->starts[i];

		if (part < PART_FIELD)
			part = start < title ? PART_TITLE : PART_BODY;
		start |= part << SPAN_PART_SHIFT;
		spans_add(&node->spans, start, start + reach);
	}
	return STATUS_OK;
}

static void
add_pair(void *context, const struct span *first, const struct span *second,
    bool is_swapped)
{
	(void)is_swapped;
	spans_add(context, first->start, second->end);
}

static enum status
near_spans(struct plan *plan, struct plan_node *node, uint32_t document)
{
	struct plan_node *left = node->children[0];
	struct plan_node *right = node->children[1];
	enum status status = match_spans(plan, left, document);

	if (status == STATUS_OK)
		status = match_spans(plan, right, document);
	if (status != STATUS_OK)
		return status;
	node->spans.n = 0;
	span_near(&left->spans, &right->spans, node->node->distance,
	    node->node->ordered, add_pair, &node->spans);
	spans_sort(&node->spans);
	return STATUS_OK;
}

static enum status
or_spans(struct plan *plan, struct plan_node *node, uint32_t document)
{
	node->spans.n = 0;
	for (size_t i = 0; i < node->n; i++) {
		struct plan_node *child = node->children[i];
		enum status status;

		if (!window_has(child->bits, document - plan->window.start))
			continue;
		status = match_spans(plan, child, document);
		if (status != STATUS_OK)
			return status;
		for (size_t s = 0; s < child->spans.n; s++)
			spans_add(&node->spans, child->spans.items[s].start,
			    child->spans.items[s].end);
	}
	spans_sort(&node->spans);
	return STATUS_OK;
}

enum status
match_spans(struct plan *plan, struct plan_node *node, uint32_t document)
{
	enum status status;

	switch (node->kind) {
	case NODE_WORD:
		status = match_positions(plan, node, document);
		return status != STATUS_OK ? status :
		    add_places(plan, node, document, 0);
	case NODE_PHRASE:
		status = match_starts(plan, node, document);
		return status != STATUS_OK ? status :
		    add_places(plan, node, document, node->last_offset);
	case NODE_NEAR:
		return near_spans(plan, node, document);
	case NODE_OR:
		return or_spans(plan, node, document);
	default:
		node->spans.n = 0;
		return STATUS_OK;
	}
}

/* --- matching --- */

/* The candidates that match all children. */
static enum status
match_children(struct plan *plan, struct plan_node *node,
    const uint64_t *candidates)
{
	window_copy(node->bits, candidates);
	for (size_t i = 0; i < node->n; i++) {
		enum status status = match_node(plan, node->order[i],
		    node->bits);

		if (status != STATUS_OK)
			return status;
		window_copy(node->bits, node->order[i]->bits);
		if (window_is_empty(node->bits))
			break;
	}
	return STATUS_OK;
}

static enum status
stands_near(struct plan *plan, struct plan_node *node, uint32_t document,
    bool *matches)
{
	struct plan_node *left = node->children[0];
	struct plan_node *right = node->children[1];
	enum status status = match_spans(plan, left, document);

	if (status == STATUS_OK)
		status = match_spans(plan, right, document);
	if (status == STATUS_OK)
		*matches = span_near_any(&left->spans, &right->spans,
		    node->node->distance, node->node->ordered);
	return status;
}

static enum status
stands_within(struct plan *plan, struct plan_node *node, uint32_t document,
    bool *matches)
{
	uint64_t steps = (uint64_t)node->node->distance + node->n;
	struct spans **words = node->word_spans;
	enum status status = STATUS_OK;

	for (size_t i = 0; i < node->n && status == STATUS_OK; i++) {
		status = match_spans(plan, node->children[i], document);
		words[i] = &node->children[i]->spans;
	}
	if (status == STATUS_OK)
		*matches = span_within(words, node->n,
		    steps < 2 ? 0 : steps - 2, NULL, NULL);
	return status;
}

static enum status
check_places(struct plan *plan, struct plan_node *node)
{
	enum status status = STATUS_OK;
	uint32_t d = window_next(node->bits, 0);

	for (; d < WINDOW_DOCUMENTS && status == STATUS_OK;
	     d = window_next(node->bits, d + 1)) {
		uint32_t document = plan->window.start + d;
		bool matches = false;

		status = node->kind == NODE_NEAR ?
		    stands_near(plan, node, document, &matches) :
		    stands_within(plan, node, document, &matches);
		if (!matches)
			window_drop(node->bits, d);
	}
	return status;
}

enum status
match_near(struct plan *plan, struct plan_node *node,
    const uint64_t *candidates)
{
	enum status status = match_children(plan, node, candidates);

	return status == STATUS_OK ? check_places(plan, node) : status;
}
