/*
 * A phrase: documents that hold all of its words first, then positions, the
 * rarest word's first, up to the first word that rules the document out.
 * (Of 298 phrases that alone spares 57 % of all positions.)
 */
#include "match.h"

#include "alloc.h"

/* The places at which the first word in order lets the phrase begin. */
static void
start_with(struct plan_node *phrase, const struct plan_node *word)
{
	const struct leaf *leaf = word->leaf;
	uint32_t offset = word->node->offset;
	size_t n = 0;

	if (leaf->n_positions > phrase->starts_capacity) {
		phrase->starts_capacity = leaf->n_positions * 3 / 2;
		phrase->starts = alloc_again(phrase->starts,
		    phrase->starts_capacity, sizeof *phrase->starts);
	}
	for (size_t i = 0; i < leaf->n_positions; i++)
		if (leaf->positions[i] >= offset)
			phrase->starts[n++] = leaf->positions[i] - offset;
	phrase->n_starts = n;
}

enum status
match_starts(struct plan *plan, struct plan_node *phrase, uint32_t document)
{
	for (size_t i = 0; i < phrase->n; i++) {
		struct plan_node *word = phrase->order[i];
		struct leaf *leaf = word->leaf;

		if (leaf_positions(leaf, document) != STATUS_OK)
			return plan_damaged(plan, "the places of a word");
		if (!i)
			start_with(phrase, word);
		else
			phrase->n_starts = span_keep_starts(phrase->starts,
			    phrase->n_starts, leaf->positions,
			    leaf->n_positions, word->node->offset);
		if (!phrase->n_starts)
			return STATUS_OK;
	}
	return match_scope(plan, phrase->scope, document, phrase->starts,
	    &phrase->n_starts, phrase->last_offset);
}

static bool
is_seen(const struct plan_node *phrase, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (phrase->order[j]->leaf == phrase->order[i]->leaf)
			return true;
	return false;
}

/* The candidates that hold all words. */
static enum status
match_words(struct plan *plan, struct plan_node *node,
    const uint64_t *candidates)
{
	window_copy(node->bits, candidates);
	for (size_t i = 0; i < node->n; i++) {
		struct plan_node *word = node->order[i];

		if (is_seen(node, i))
			continue;
		if (leaf_match(word->leaf, &plan->window, node->bits,
		    word->bits, NULL) != STATUS_OK)
			return plan_damaged(plan, "a list of documents");
		window_copy(node->bits, word->bits);
		if (window_is_empty(node->bits))
			break;
	}
	return STATUS_OK;
}

enum status
match_phrase(struct plan *plan, struct plan_node *node,
    const uint64_t *candidates)
{
	enum status status = match_words(plan, node, candidates);
	uint32_t d = window_next(node->bits, 0);

	for (; d < WINDOW_DOCUMENTS && status == STATUS_OK;
	     d = window_next(node->bits, d + 1)) {
		status = match_starts(plan, node, plan->window.start + d);
		if (!node->n_starts)
			window_drop(node->bits, d);
		else if (node->tfs)
			node->tfs[d] = (uint32_t)node->n_starts;
	}
	return status;
}
