/*
 * Indexes of a random archive, and queries whose answers are compared with
 * those of the exhaustive searcher.  Used by tests, and by programs that are
 * none: what must not fail ends the process.
 */
#ifndef QUIRE_TESTS_SUPPORT_TRIAL_H
#define QUIRE_TESTS_SUPPORT_TRIAL_H

#include "store.h"
#include "store/snapshot.h"
#include "support_archive.h"
#include "support_oracle.h"

#include <stdbool.h>
#include <stdint.h>

enum { TRIAL_INDEXES = 3 };

/* One index, and where the articles are in it. */
struct trial_index {
	char *path;
	struct store *store;
	struct snapshot *snapshot; /* while it is looked at */
	uint32_t **documents;      /* of the archive, by segment and document */
	uint32_t n_segments;
};

/* An archive and its indexes, which differ in their segments only. */
struct trial {
	struct made_archive archive;
	struct trial_index indexes[TRIAL_INDEXES];
	size_t n_indexes;
	uint64_t seed;
	const char *state;   /* of the indexes, for messages */
	struct oracle_hit *expected;
	size_t n_expected;
};

void trial_create(struct trial *trial, const struct made_shape *shape,
    uint64_t seed);
void trial_free(struct trial *trial);

/* Some articles that are replaced in their own batch are never written: all
 * others live.  To be called before an index is made. */
void trial_choose(struct trial *trial);

/* A new index; it is closed with all others. */
struct trial_index *trial_open(struct trial *trial, const char *path);
void trial_close(struct trial *trial);

/* Adds articles of the archive as one segment, made of one to three runs. */
void trial_add(struct trial *trial, struct trial_index *index,
    uint32_t first, uint32_t n);

/* One of `n` living articles dies, one of `n` dead ones comes back. */
void trial_change(struct trial *trial, uint32_t n);

/* Merges neighbours, whose dead articles count no longer; of a trial with
 * one index. */
void trial_merge(struct trial *trial, uint32_t first, uint32_t n);

/* What was asked. */
struct trial_counts {
	uint32_t n, n_different;
	size_t n_found, n_hits; /* queries that find something; in all */
};

/*
 * Asks `n` random queries of all indexes, best first and by date, all answers
 * and the first ten.  What differs is printed.
 */
struct trial_counts trial_ask(struct trial *trial, const char *state,
    uint32_t n);

#endif
