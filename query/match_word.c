/*
 * A word.  In any form and anywhere in the text its documents and
 * frequencies say all; an exact one, or one in the title or the body, is
 * checked by its positions.
 */
#include "match.h"

#include "alloc.h"

enum status
match_scope(struct plan *plan, enum node_scope scope, uint32_t document,
    uint32_t *positions, size_t *n, uint32_t reach)
{
	enum status status;
	uint32_t title;
	size_t kept = 0;

	if (scope == SCOPE_FIELD || (scope == SCOPE_TEXT && !reach) || !*n)
		return STATUS_OK;
	status = plan_title_length(plan, document, &title);
	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < *n; i++) {
		bool in_title = (uint64_t)positions[i] + reach < title;
		bool in_body = positions[i] >= title;

		if ((in_title && scope != SCOPE_BODY) ||
		    (in_body && scope != SCOPE_TITLE))
			positions[kept++] = positions[i];
	}
	*n = kept;
	return STATUS_OK;
}

enum status
match_positions(struct plan *plan, struct plan_node *word, uint32_t document)
{
	struct leaf *leaf = word->leaf;
	size_t n;

	if (leaf_positions(leaf, document) != STATUS_OK)
		return plan_damaged(plan, "the places of a word");
	n = leaf->n_positions;
	if (n > word->starts_capacity) {
		word->starts_capacity = n + n / 2;
		word->starts = alloc_again(word->starts,
		    word->starts_capacity, sizeof *word->starts);
	}
	if (n)
		memcpy(word->starts, leaf->positions,
		    n * sizeof *word->starts);
	word->n_starts = n;
	return match_scope(plan, word->scope, document, word->starts,
	    &word->n_starts, 0);
}

/* Drops documents in which no position counts. */
static enum status
check_positions(struct plan *plan, struct plan_node *node, uint32_t *tfs)
{
	uint32_t d = window_next(node->bits, 0);

	for (; d < WINDOW_DOCUMENTS; d = window_next(node->bits, d + 1)) {
		enum status status = match_positions(plan, node,
		    plan->window.start + d);

		if (status != STATUS_OK)
			return status;
		if (!node->n_starts)
			window_drop(node->bits, d);
		else if (tfs)
			tfs[d] = (uint32_t)node->n_starts;
	}
	return STATUS_OK;
}

enum status
match_word(struct plan *plan, struct plan_node *node,
    const uint64_t *candidates)
{
	uint32_t *tfs = plan->has_scores ? node->tfs : NULL;
	bool is_checked = node->leaf->has_codes ||
	    node->scope == SCOPE_TITLE || node->scope == SCOPE_BODY;

	if (leaf_match(node->leaf, &plan->window, candidates, node->bits,
	    is_checked ? NULL : tfs) != STATUS_OK)
		return plan_damaged(plan, "a list of documents");
	return is_checked ? check_positions(plan, node, tfs) : STATUS_OK;
}
