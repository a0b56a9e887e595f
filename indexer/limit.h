/*
 * How many of each thing an index can number.  Numbers are 32 bits wide on
 * the disk and most are never given twice, so an index refuses the next one
 * in time, whole and searchable as it is.
 */
#ifndef QUIRE_INDEXER_LIMIT_H
#define QUIRE_INDEXER_LIMIT_H

#include "status.h"

#include <stdint.h>

enum limit {
	LIMIT_ARTICLES,  /* in all segments, dead ones too: merged they are
	                    one, with room for sums of a document and a window */
	LIMIT_SEQUENCE,  /* articles that ever were */
	LIMIT_SEGMENTS,  /* that ever were */
	LIMIT_FILES,     /* that ever were */
	LIMIT_SOURCES,   /* that ever were; ids are looked up in each */
	LIMIT_REMOVALS,  /* commits that remove something of one segment */
	N_LIMITS,
};

/* The most that there may be. */
uint64_t limit_most(enum limit limit);

/*
 * Whether there may be `more` after `n`: STATUS_OK, or FULL with a message
 * that calls the index `name`.
 */
enum status limit_check(enum limit limit, uint64_t n, uint64_t more,
    const char *name, struct error *error);

#endif
