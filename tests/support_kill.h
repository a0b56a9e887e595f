/* Killing the indexer at a moment, and what it acknowledged before. */
#ifndef QUIRE_TESTS_SUPPORT_KILL_H
#define QUIRE_TESTS_SUPPORT_KILL_H

#include "support_programs.h"

#include <stdbool.h>
#include <stdint.h>

enum { COMMITS_MOST = 128 };

/* The articles told by each "committed". */
struct acknowledged {
	uint64_t of[COMMITS_MOST];
	unsigned n;
};

/* From the --json output of quire-index, perhaps cut short. */
struct acknowledged acknowledged_read(const char *out);

/* The last, 0 if none; and whether `n` is one of them or 0. */
uint64_t acknowledged_last(const struct acknowledged *commits);
bool acknowledged_has(const struct acknowledged *commits, uint64_t n);

/* Starts quire-index on an archive, with commits of 1 MB. */
struct program_run kill_start(const char *index, const char *archive);

/* Waits until so many commits are told, or it ends. */
void kill_wait(const struct program_run *run, unsigned n);

/* A moment: `seconds` after the start, or after so many commits. */
struct kill_moment {
	unsigned commits;
	double seconds;
};

/*
 * Starts quire-index and kills it at a moment.  False if it came to its end
 * before that; the test fails if it ends in another way.
 */
bool kill_at(const char *index, const char *archive,
    const struct kill_moment *moment, struct acknowledged *commits);

#endif
