/* Dates, fields that an article has, and ids: matched by columns. */
#include "match.h"

/* Up to this many candidates a column is read one by one. */
enum { FEW_CANDIDATES = 16 };

enum { DATE_BIAS = 1 << 24 }; /* docs/FORMAT.md, section 7 */

/* Whether a node matches a document with such a number in the column. */
typedef bool matches_value(const struct node *node, uint64_t value,
    uint64_t other);

/* Two columns, side by side; `other` may be `column` again. */
struct column_match {
	enum column column, other;
	matches_value *matches;
};

static bool
matches_date(const struct node *node, uint64_t value, uint64_t other)
{
	struct date date = { 0, DATE_NONE };

	(void)other;
	if (value) {
		date.day = (int32_t)((int64_t)(value >> 2) - DATE_BIAS);
		date.precision = value & 3;
	}
	return date_in_range(date, node->range);
}

static bool
matches_not_zero(const struct node *node, uint64_t value, uint64_t other)
{
	(void)node, (void)other;
	return value != 0;
}

/* Of a length and a title length: words are left for the body. */
static bool
matches_body(const struct node *node, uint64_t value, uint64_t other)
{
	(void)node;
	return value > other;
}

static enum status
match_few(struct plan *plan, struct plan_node *node,
    const struct column_match *match)
{
	uint32_t d = window_next(node->bits, 0);

	for (; d < WINDOW_DOCUMENTS; d = window_next(node->bits, d + 1)) {
		uint64_t document = plan->window.start + d;
		uint64_t value, other;

		if (!segment_column(plan->segment, match->column, document,
			&value) ||
		    !segment_column(plan->segment, match->other, document,
			&other))
			return plan_damaged(plan, "its columns");
		if (!match->matches(node->node, value, other))
			window_drop(node->bits, d);
	}
	return STATUS_OK;
}

/* Reads the columns of the whole window. */
static enum status
match_many(struct plan *plan, struct plan_node *node,
    const struct column_match *match)
{
	uint64_t values[WINDOW_DOCUMENTS], others[WINDOW_DOCUMENTS];
	uint32_t start = plan->window.start, n = plan->window.n;
	uint32_t d = window_next(node->bits, 0);
	const uint64_t *other = values;

	if (!segment_column_range(plan->segment, match->column, start, n,
	    values))
		return plan_damaged(plan, "its columns");
	if (match->other != match->column) {
		other = others;
		if (!segment_column_range(plan->segment, match->other, start,
		    n, others))
			return plan_damaged(plan, "its columns");
	}
	for (; d < WINDOW_DOCUMENTS; d = window_next(node->bits, d + 1))
		if (!match->matches(node->node, values[d], other[d]))
			window_drop(node->bits, d);
	return STATUS_OK;
}

static enum status
match_column(struct plan *plan, struct plan_node *node,
    const uint64_t *candidates, const struct column_match *match)
{
	window_copy(node->bits, candidates);
	if (window_is_sparse(candidates, 0, WINDOW_DOCUMENTS, FEW_CANDIDATES))
		return match_few(plan, node, match);
	return match_many(plan, node, match);
}

enum status
match_date(struct plan *plan, struct plan_node *node,
    const uint64_t *candidates)
{
	static const struct column_match match = { COLUMN_DATE, COLUMN_DATE,
		matches_date };

	return match_column(plan, node, candidates, &match);
}

/* Fields without a list of their own (plan.c) are columns. */
enum status
match_has(struct plan *plan, struct plan_node *node,
    const uint64_t *candidates)
{
	static const struct column_match title = { COLUMN_TITLE_LENGTH,
		COLUMN_TITLE_LENGTH, matches_not_zero };
	static const struct column_match body = { COLUMN_LENGTH,
		COLUMN_TITLE_LENGTH, matches_body };
	static const struct column_match date = { COLUMN_DATE, COLUMN_DATE,
		matches_not_zero };
	const char *field = node->node->field;

	if (node->leaf) {
		if (leaf_match(node->leaf, &plan->window, candidates,
		    node->bits, NULL) != STATUS_OK)
			return plan_damaged(plan, "a list of documents");
		return STATUS_OK;
	}
	if (!strcmp(field, "title"))
		return match_column(plan, node, candidates, &title);
	if (!strcmp(field, "body"))
		return match_column(plan, node, candidates, &body);
	if (!strcmp(field, "date"))
		return match_column(plan, node, candidates, &date);
	window_copy(node->bits, candidates); /* every article has an id */
	return STATUS_OK;
}

void
match_id(const struct plan *plan, struct plan_node *node,
    const uint64_t *candidates)
{
	window_clear(node->bits);
	for (size_t i = 0; i < node->n_places; i++) {
		const struct plan_place *place = &node->places[i];
		uint32_t d = place->document - plan->window.start;

		if (place->segment == plan->segment_index &&
		    d < plan->window.n && window_has(candidates, d))
			window_put(node->bits, d);
	}
}
