/* A run over an index; for update.c and removal.c only. */
#ifndef QUIRE_INDEXER_UPDATE_PARTS_H
#define QUIRE_INDEXER_UPDATE_PARTS_H

#include "build.h"
#include "catalogue.h"
#include "progress.h"
#include "skips.h"
#include "update.h"

struct update_run {
	struct update *update;
	struct store *store;
	struct catalogue *catalogue;
	struct build_counts counts;
	struct progress progress;
	struct skips skips;
	bool refused; /* the last source lost too much to be believed */
};

/* Opens the index of the run to write it; closed whatever is returned. */
enum status update_open(struct update_run *run, enum store_open_mode mode,
    struct error *error);
void update_close(struct update_run *run);

/* Says, where it is wanted, that a change to so many articles is on the disk;
 * `context` is the run. */
void update_committed(void *context, uint64_t articles);

#endif
