/* Removing articles: those that are gone, those of a source, those named. */
#ifndef QUIRE_INDEXER_GONE_H
#define QUIRE_INDEXER_GONE_H

#include "batch.h"
#include "build.h"
#include "source.h"

#include <stdbool.h>
#include <stdint.h>

struct gone_options {
	const struct source *source; /* read to its end */
	const uint32_t *files;       /* numbers of its files */
	bool prune;
	/* Called once it is decided that what is gone is removed, before the
	 * commit: only now do the files count as read. */
	void (*decided)(void *context);
	void *context;
};

/*
 * Removes the articles of a source that its records did not show again, and
 * commits.  STATUS_INVALID with a message, removing nothing, if they are
 * over half and `prune` is not set.  Files with records that those removed
 * may have hidden count as not read afterwards; `*n_reopened` is how many.
 */
enum status gone_remove(const struct batch_target *target,
    const struct gone_options *options, struct build_counts *counts,
    size_t *n_reopened, struct error *error);

/*
 * Removes all articles of a source, and, unless it is kept, the source
 * itself; commits.  `*n` grows by how many.
 */
enum status gone_forget(struct store *store, struct catalogue *catalogue,
    struct catalogue_source *source, bool keep_source, uint64_t *n,
    struct error *error);

#endif
