/*
 * What the memory that -m allows is used for, planned before and while a
 * source is read.
 */
#ifndef QUIRE_INDEXER_MEMORY_PLAN_H
#define QUIRE_INDEXER_MEMORY_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct memory_plan {
	uint64_t memory;       /* bytes in all */
	unsigned jobs;         /* threads: as many as memory allows */
	uint64_t parcel_size, batch_size; /* bytes of input, at most */
	uint64_t runs_size;    /* bytes that the runs of a batch may take */
	uint64_t words_memory; /* that a thread may keep between parcels */
	/* Of the parcels that came back, the most. */
	uint64_t run_most, words_most;
};

/*
 * Plans for a source of `input` bytes (0: not known), up to `jobs` threads
 * and commits of `commit_size` bytes of input (0: as memory allows), and has
 * malloc behave accordingly.
 */
void memory_plan_make(struct memory_plan *plan, uint64_t memory,
    unsigned jobs, uint64_t commit_size, uint64_t input);

/* Notes what a processed parcel took: its run, and its thread's lexicon. */
void memory_plan_note(struct memory_plan *plan, uint64_t run, uint64_t words);

/*
 * Whether one more parcel fits beside `inside` others and a batch of runs, if
 * each becomes as large as the largest so far: a text of few different words
 * and one of nothing else differ by more than ten times.
 */
bool memory_plan_fits(const struct memory_plan *plan, uint64_t inside,
    uint64_t batch);

#endif
