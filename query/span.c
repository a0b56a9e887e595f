/* Where words stand: phrases and NEAR. */
#include "span.h"

#include "alloc.h"
#include "store/layout.h"

#include <stdlib.h>

void
spans_add(struct spans *spans, uint64_t start, uint64_t end)
{
	if (spans->n == spans->capacity) {
		spans->capacity = spans->n ? 2 * spans->n : 16;
		spans->items = alloc_again(spans->items, spans->capacity,
		    sizeof *spans->items);
	}
	spans->items[spans->n++] = (struct span){ start, end };
}

void
spans_free(struct spans *spans)
{
	free(spans->items);
	*spans = (struct spans){0};
}

static int
compare(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (x->end > y->end) - (x->end < y->end);
}

void
spans_sort(struct spans *spans)
{
	size_t n = 0;

	if (spans->n < 2)
		return;
	qsort(spans->items, spans->n, sizeof *spans->items, compare);
	for (size_t i = 1; i < spans->n; i++)
		if (compare(&spans->items[n], &spans->items[i]))
			spans->items[++n] = spans->items[i];
	spans->n = n + 1;
}

size_t
span_keep_starts(uint32_t *starts, size_t n, const uint32_t *positions,
    size_t n_positions, uint32_t offset)
{
	size_t kept = 0, at = 0;

	for (size_t i = 0; i < n; i++) {
		uint64_t wanted = (uint64_t)starts[i] + offset;

		while (at < n_positions && positions[at] < wanted)
			at++;
		if (at == n_positions)
			break;
		starts[kept] = starts[i];
		kept += positions[at] == wanted;
	}
	return kept;
}

/* --- NEAR --- */

/*
 * In a field no distance above the gap between its values counts, so that
 * none reaches from one value into the next.
 */
static uint64_t
farthest(uint64_t end, uint32_t distance)
{
	if (end >> SPAN_PART_SHIFT >= PART_FIELD && distance > FIELD_VALUE_GAP)
		distance = FIELD_VALUE_GAP;
	return end + distance;
}

/* The first span that starts after a position. */
static size_t
first_after(const struct spans *spans, uint64_t position)
{
	size_t low = 0, high = spans->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (spans->items[middle].start <= position)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool
any_before(const struct spans *left, const struct spans *right,
    uint32_t distance)
{
	size_t at = 0;

	for (size_t i = 0; i < left->n; i++) {
		uint64_t end = left->items[i].end;

		/* Ends mostly rise, and so does the place; if not, search. */
		if (at && right->items[at - 1].start > end)
			at = first_after(right, end);
		while (at < right->n && right->items[at].start <= end)
			at++;
		if (at < right->n &&
		    right->items[at].start <= farthest(end, distance))
			return true;
	}
	return false;
}

bool
span_near_any(const struct spans *left, const struct spans *right,
    uint32_t distance, bool ordered)
{
	return any_before(left, right, distance) ||
	    (!ordered && any_before(right, left, distance));
}

static void
pairs_before(const struct spans *left, const struct spans *right,
    uint32_t distance, bool is_swapped, span_pair *pair, void *context)
{
	size_t n = 0;

	for (size_t i = 0; i < left->n; i++) {
		const struct span *first = &left->items[i];
		uint64_t most = farthest(first->end, distance);
		size_t at = first_after(right, first->end);

		for (; at < right->n && right->items[at].start <= most; at++) {
			if (n++ == SPAN_PAIRS_MAX)
				return;
			pair(context, first, &right->items[at], is_swapped);
		}
	}
}

void
span_near(const struct spans *left, const struct spans *right,
    uint32_t distance, bool ordered, span_pair *pair, void *context)
{
	pairs_before(left, right, distance, false, pair, context);
	if (!ordered)
		pairs_before(right, left, distance, true, pair, context);
}
