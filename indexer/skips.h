/* Telling at once of records that could not be read. */
#ifndef QUIRE_INDEXER_SKIPS_H
#define QUIRE_INDEXER_SKIPS_H

#include "build.h"
#include "catalogue.h"
#include "arguments.h"
#include "ignored.h"
#include "progress.h"

#include <stdbool.h>
#include <stdint.h>

struct skips {
	const struct arguments *arguments;
	const char *name;           /* of the index */
	struct progress *progress;  /* the line that is in the way */
	unsigned n_told;
	struct ignored ignored;
	bool must_give;             /* the source was named: see skips_end */
	bool empty;                 /* one of those gave no article */
	/* Of the current source. */
	const char *shown;
	struct build_counts before;
	char *keys_seen;            /* of its first record without a text */
	unsigned n_without_text;
};

void skips_start(struct skips *skips, const struct arguments *arguments,
    const char *name, struct progress *progress);
void skips_watch(struct skips *skips, struct catalogue *catalogue);

/*
 * Before and after a source is read, with the counts as they are then.  A
 * source that `must_give` and has no article at all is told, and `empty`.
 */
void skips_begin(struct skips *skips, const char *shown,
    const struct build_counts *counts);
void skips_end(struct skips *skips, const struct build_counts *counts);

void skips_finish(struct skips *skips);

/* A source_failed (source.h) for those who do not want to know. */
void skips_ignore(void *context, uint32_t file, uint64_t line,
    const char *reason);

#endif
