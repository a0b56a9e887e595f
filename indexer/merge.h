/*
 * Making one segment of neighbouring ones, without their dead articles.
 *
 * Tiers: four neighbours become one where none of them is larger than the
 * other three together.  So a hundred small updates leave a handful of
 * segments, and an article is written again a few times only.  A segment of
 * which over half is dead is rewritten.
 */
#ifndef QUIRE_INDEXER_MERGE_H
#define QUIRE_INDEXER_MERGE_H

#include "status.h"
#include "store.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether merging waits: it would leave more pages that a reader of an old
 * commit pins, and what is pinned exceeds half of what lives.  `pin` is that
 * reader.
 */
bool merge_is_postponed(struct store *store, struct store_pin *pin);

/*
 * Merges segments first to first + n - 1 of the root into one and commits
 * that.  n = 1 rewrites a segment without its dead articles.
 */
enum status merge_run(struct store *store, size_t first, size_t n,
    struct error *error);

/*
 * Rewrites those of the first `*n` segments of which over half is dead, so
 * that what is merged next finds their space free; `*n` are left of them.
 */
enum status merge_mostly_dead(struct store *store, size_t *n,
    struct error *error);

/* Merges as the tiers ask, looking only at segments from `first` on.  Both do
 * nothing while merging is postponed. */
enum status merge_tiers(struct store *store, size_t first,
    struct error *error);

#endif
