/*
 * A batch: parcels that become visible together.
 */
#ifndef QUIRE_INDEXER_BATCH_H
#define QUIRE_INDEXER_BATCH_H

#include "build.h"
#include "catalogue.h"
#include "field_names.h"
#include "known.h"
#include "parcel.h"
#include "store.h"

#include <stddef.h>
#include <stdint.h>

/* All zero is an empty batch. */
struct batch {
	struct parcel **parcels;
	size_t n, capacity;
	uint64_t size;   /* bytes of input */
	uint64_t memory; /* of the runs */
};

/* What a commit touches. */
struct batch_target {
	struct store *store;
	struct catalogue *catalogue;
	struct field_names *names;
	struct known *known;
	uint32_t source;
	size_t n_known_segments; /* those before are older than the run */
};

/* Adds a processed parcel, which the batch then owns. */
void batch_add(struct batch *batch, struct parcel *parcel);

/*
 * Decides which articles are new, changed or copies by id, writes the
 * segment, and commits it with everything that goes with it.  The batch is
 * empty afterwards, whatever happened.
 */
enum status batch_commit(struct batch *batch,
    const struct batch_target *target, struct build_counts *counts,
    struct error *error);

void batch_free(struct batch *batch);

#endif
