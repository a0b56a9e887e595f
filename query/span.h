/*
 * Where words stand: phrases, NEAR and WINDOW over the positions of one
 * article.  Knows no index; the engine and the excerpts both use it, so that
 * what is marked is what matched.
 */
#ifndef QUIRE_QUERY_SPAN_H
#define QUIRE_QUERY_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Positions in one number: the part of the article (title, body, a field)
 * above the position in it, so that nothing reaches from part to part.
 */
enum { SPAN_PART_SHIFT = 40 };

enum span_part { PART_TITLE, PART_BODY, PART_FIELD /* + its number */ };

/* First and last position of an occurrence. */
struct span {
	uint64_t start, end;
};

struct spans {
	struct span *items; /* rising by start, then end; no two are equal */
	size_t n, capacity;
};

void spans_add(struct spans *spans, uint64_t start, uint64_t end);
void spans_free(struct spans *spans);

/* Sorts them and drops repetitions: after adding in any order. */
void spans_sort(struct spans *spans);

/*
 * Keeps those of `n` rising starting places at which `positions` (rising)
 * hold the word at `offset`; returns how many.
 */
size_t span_keep_starts(uint32_t *starts, size_t n, const uint32_t *positions,
    size_t n_positions, uint32_t offset);

/*
 * Whether some span of each side are a pair of NEAR: 1 to `distance` steps
 * between, in this order or, unless `ordered`, in the other.
 */
bool span_near_any(const struct spans *left, const struct spans *right,
    uint32_t distance, bool ordered);

/*
 * Calls `pair` for those pairs, `first` standing before `second`.  At most
 * SPAN_PAIRS_MAX in each order, which bounds the memory of a NEAR of NEAR.
 */
enum { SPAN_PAIRS_MAX = 1 << 20 };
typedef void span_pair(void *context, const struct span *first,
    const struct span *second, bool is_swapped);
void span_near(const struct spans *left, const struct spans *right,
    uint32_t distance, bool ordered, span_pair *pair, void *context);

/*
 * WINDOW: whether the words (n lists of their positions as spans of one
 * position) stand at different positions within `steps` steps.  Calls
 * `found`, if not NULL, for every window, with its first position, in order;
 * else stops at the first.
 */
typedef void span_found(void *context, uint64_t first, uint64_t last);
bool span_within(struct spans *const *words, size_t n, uint64_t steps,
    span_found *found, void *context);

#endif
