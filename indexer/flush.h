/* Runs in memory to one segment of the index. */
#ifndef QUIRE_INDEXER_FLUSH_H
#define QUIRE_INDEXER_FLUSH_H

#include "run.h"
#include "status.h"
#include "store.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Writes the articles of `n` runs, in their order and without those that are
 * dropped, as a new segment, which the root does not list yet.  Sequence
 * numbers are taken from the root.  `now` is in seconds since 1970.
 * `*listed` has no documents if all are dropped, and then there is no
 * segment.
 */
enum status flush_runs(struct store *store, struct run *const *runs, size_t n,
    uint32_t now, struct root_segment *listed, struct error *error);

#endif
