/*
 * Bringing an index up to date with its sources: the pipeline from archive
 * to committed segment.
 */
#ifndef QUIRE_INDEXER_BUILD_H
#define QUIRE_INDEXER_BUILD_H

#include "catalogue.h"
#include "source.h"
#include "status.h"
#include "store.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

struct build_counts {
	uint64_t added, updated, removed, unchanged, skipped, doubts, ignored;
	struct store_pin pin; /* the reader for whom merging waits, if any */
	uint64_t replaced;  /* records with the id of a later one */
	uint64_t text_size; /* bytes of text indexed */
	uint64_t read;      /* articles analysed so far, committed or not */
	uint64_t kept;      /* of them, those that are committed */
	uint32_t kept_file; /* the last of them; 0: none of this run */
	uint64_t kept_line;
};

/* What is being done, for a progress line. */
enum build_step { BUILD_READING, BUILD_WRITING, BUILD_MERGING };

struct build_options {
	unsigned jobs;      /* threads that analyse, 1 or more */
	uint64_t memory;    /* bytes, at least 64 MiB */
	uint64_t commit_size; /* bytes of input; 0: as memory allows */
	bool full;          /* read everything again */
	bool prune;         /* remove also where most is gone */
	const volatile sig_atomic_t *stop; /* set: commit and come back */
	/* All may be NULL.  Called by the thread that called build_run. */
	void (*committed)(void *context, uint64_t articles);
	void (*progress)(void *context, enum build_step step,
	    const struct build_counts *counts, uint64_t done, uint64_t total);
	void *context;
};

/*
 * Reads one source and commits what changed: new and changed articles,
 * removal of those that are gone.  At the end the segments of this run are
 * one, and the tiers of merge.h are kept.
 *
 * STATUS_OK; END if stopped by `stop` (all that was read is committed);
 * NOT_FOUND if the source cannot be opened, or INVALID if over half of
 * its articles are gone (nothing removed in both cases, unless `prune`);
 * others as the store says.  `counts` is added to in any case.
 */
enum status build_run(struct store *store, struct catalogue *catalogue,
    struct catalogue_source *source, const struct mapping *mapping,
    const struct build_options *options, struct build_counts *counts,
    struct error *error);

/*
 * Removes the articles with an id, of one source or (0) whatever theirs, and
 * what doubts quote of their files; `*n` says how many.  Committed when it
 * returns.
 */
enum status build_remove(struct store *store, struct catalogue *catalogue,
    uint32_t only, const char *id, uint64_t *n, struct error *error);

/* Removes a source with all its articles.  Committed when it returns. */
enum status build_forget(struct store *store, struct catalogue *catalogue,
    struct catalogue_source *source, uint64_t *n, struct error *error);

#endif
