/* What an index holds, counted. */
#ifndef QUIRE_INDEXER_STATS_H
#define QUIRE_INDEXER_STATS_H

#include "status.h"
#include "store/snapshot.h"

#include <stddef.h>
#include <stdint.h>

enum stats_part {
	STATS_POSTINGS,   /* payload blocks */
	STATS_HEADS,
	STATS_POSITIONS,
	STATS_DICTIONARY, /* words, fields and values, as far as entries go */
	STATS_FORMS,      /* form entries of the dictionary, as well */
	STATS_TEXT,
	STATS_LENGTHS,
	STATS_COLUMNS,
	STATS_IDS,
	STATS_REST,       /* sources, records, room inside extents, pages */
	STATS_N_PARTS,
};

extern const char *const stats_part_names[STATS_N_PARTS];

struct stats {
	uint64_t articles, removed;  /* living, and dead but still there */
	uint64_t words;              /* of living articles */
	uint64_t different_words;    /* stems; those of the dead until merged */
	uint64_t text_size;          /* bytes that were indexed */
	uint64_t parts[STATS_N_PARTS]; /* bytes; they add up to `used` */
	uint64_t used, free, file;   /* bytes */
	uint64_t *by_source;         /* living articles by source number */
	size_t n_sources;
};

/* STATUS_OK or DAMAGED.  stats_free in both cases. */
enum status stats_count(struct snapshot *snapshot, struct stats *stats,
    struct error *error);
void stats_free(struct stats *stats);

#endif
