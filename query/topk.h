/*
 * The best k of a stream: a buffer of 2k that is cut to its best half
 * whenever it is full, behind a threshold (after iresearch's
 * NthPartitionScoreCollector).  A heap pays for every survivor; this pays
 * once a k.
 */
#ifndef QUIRE_QUERY_TOPK_H
#define QUIRE_QUERY_TOPK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct topk_entry {
	int64_t key; /* the higher the better */
	uint32_t segment, document; /* the lower the better among equals */
};

struct topk {
	size_t k;
	struct topk_entry *entries;
	size_t n, capacity;
	int64_t threshold; /* a key not above it cannot be among the best... */
	bool is_full;      /* ... if there are k already */
};

/* Wants the best k; SIZE_MAX for all, 0 for none. */
void topk_init(struct topk *topk, size_t k);
void topk_free(struct topk *topk);

/* For topk_put. */
void topk_store(struct topk *topk, int64_t key, uint32_t segment,
    uint32_t document);

/* Offers an entry.  Entries come in the archive's order. */
static inline void
topk_put(struct topk *topk, int64_t key, uint32_t segment, uint32_t document)
{
	if (!topk->is_full || key > topk->threshold)
		topk_store(topk, key, segment, document);
}

/* Leaves the best k in `entries`, best first, and their number in `n`. */
void topk_finish(struct topk *topk);

#endif
