/*
 * AND, OR and NOT, and the one switch a node and window.  A window is given
 * up as soon as nothing is left in it.
 */
#include "match.h"

static enum status
match_and(struct plan *plan, struct plan_node *node,
    const uint64_t *candidates)
{
	window_copy(node->bits, candidates);
	for (size_t i = 0; i < node->n; i++) {
		struct plan_node *child = node->order[i];
		enum status status = match_node(plan, child, node->bits);

		if (status != STATUS_OK)
			return status;
		window_copy(node->bits, child->bits);
		if (window_is_empty(node->bits))
			break;
	}
	return STATUS_OK;
}

static enum status
match_or(struct plan *plan, struct plan_node *node, const uint64_t *candidates)
{
	window_clear(node->bits);
	for (size_t i = 0; i < node->n; i++) {
		struct plan_node *child = node->order[i];
		enum status status = match_node(plan, child, candidates);

		if (status != STATUS_OK)
			return status;
		for (unsigned w = 0; w < WINDOW_WORDS; w++)
			node->bits[w] |= child->bits[w];
	}
	return STATUS_OK;
}

static enum status
match_not(struct plan *plan, struct plan_node *node,
    const uint64_t *candidates)
{
	struct plan_node *child = node->children[0];
	enum status status = match_node(plan, child, candidates);

	for (unsigned w = 0; w < WINDOW_WORDS; w++)
		node->bits[w] = candidates[w] & ~child->bits[w];
	return status;
}

enum status
match_node(struct plan *plan, struct plan_node *node,
    const uint64_t *candidates)
{
	switch (node->kind) {
	case NODE_WORD:
		return match_word(plan, node, candidates);
	case NODE_PHRASE:
		return match_phrase(plan, node, candidates);
	case NODE_NEAR:
	case NODE_WINDOW:
		return match_near(plan, node, candidates);
	case NODE_AND:
		return match_and(plan, node, candidates);
	case NODE_OR:
		return match_or(plan, node, candidates);
	case NODE_NOT:
		return match_not(plan, node, candidates);
	case NODE_DATE:
		return match_date(plan, node, candidates);
	case NODE_HAS:
		return match_has(plan, node, candidates);
	case NODE_ID:
		match_id(plan, node, candidates);
		return STATUS_OK;
	case NODE_ALL:
		window_copy(node->bits, candidates);
		return STATUS_OK;
	case NODE_NOTHING:
		break;
	}
	window_clear(node->bits);
	return STATUS_OK;
}

/* --- where to go on --- */

/* All children must match: the farthest of them. */
static enum status
next_of_all(struct plan *plan, struct plan_node *node, uint32_t target,
    uint32_t *next)
{
	*next = target;
	for (size_t i = 0; i < node->n && *next != UINT32_MAX; i++) {
		enum status status = match_next(plan, node->order[i], *next,
		    next);

		if (status != STATUS_OK)
			return status;
	}
	return STATUS_OK;
}

static enum status
next_of_any(struct plan *plan, struct plan_node *node, uint32_t target,
    uint32_t *next)
{
	*next = UINT32_MAX;
	for (size_t i = 0; i < node->n && *next != target; i++) {
		uint32_t found;
		enum status status = match_next(plan, node->children[i],
		    target, &found);

		if (status != STATUS_OK)
			return status;
		if (found < *next)
			*next = found;
	}
	return STATUS_OK;
}

static uint32_t
next_id(const struct plan *plan, const struct plan_node *node,
    uint32_t target)
{
	for (size_t i = 0; i < node->n_places; i++)
		if (node->places[i].segment == plan->segment_index &&
		    node->places[i].document >= target)
			return node->places[i].document;
	return UINT32_MAX;
}

enum status
match_next(struct plan *plan, struct plan_node *node, uint32_t target,
    uint32_t *next)
{
	*next = target;
	switch (node->kind) {
	case NODE_WORD:
		if (leaf_next(node->leaf, target, next) != STATUS_OK)
			return plan_damaged(plan, "a list of documents");
		return STATUS_OK;
	case NODE_HAS:
		if (node->leaf &&
		    leaf_next(node->leaf, target, next) != STATUS_OK)
			return plan_damaged(plan, "a list of documents");
		return STATUS_OK;
	case NODE_PHRASE:
	case NODE_NEAR:
	case NODE_WINDOW:
	case NODE_AND:
		return next_of_all(plan, node, target, next);
	case NODE_OR:
		return next_of_any(plan, node, target, next);
	case NODE_ID:
		*next = next_id(plan, node, target);
		return STATUS_OK;
	case NODE_NOTHING:
		*next = UINT32_MAX;
		return STATUS_OK;
	case NODE_NOT:
	case NODE_DATE:
	case NODE_ALL:
		break;
	}
	return STATUS_OK;
}
