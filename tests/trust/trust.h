/*
 * What the rows of `make trust` share.  A row is a program that tries one
 * kind of harm again and again, prints
 *
 *     name, count, failures, seed, seconds
 *
 * and ends with status 1 if anything failed or it tried too little.
 */
#ifndef QUIRE_TRUST_TRUST_H
#define QUIRE_TRUST_TRUST_H

#include "support_programs.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

/* In memory that the worker processes of a row share. */
struct trust_row {
	const char *name;
	uint64_t seed, least; /* fewer than `least` are a failure */
	uint64_t count, failures, next;
	uint64_t other; /* for the row itself */
	double started;
	bool is_quiet; /* failures are counted, not told */
};

/* The seed is QUIRE_SEED if that is set, else from the clock. */
struct trust_row *trust_begin(const char *name, uint64_t least);
int trust_end(struct trust_row *row);

/* Counts, from any worker. */
void trust_count(struct trust_row *row, uint64_t n);
void trust_failed(struct trust_row *row, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A number in the environment, or `usual`. */
uint64_t trust_number(const char *name, uint64_t usual);

/* A seed of its own for each item of a row. */
uint64_t trust_seed(const struct trust_row *row, uint64_t item);

/*
 * Does items 0 to n - 1 in as many processes as there are processors, each
 * with a folder of its own that is empty at first.  One that dies is a
 * failure, and another one goes on after its item.
 */
typedef void trust_work(void *context, struct trust_row *row,
    const char *folder, uint64_t item);
void trust_share(struct trust_row *row, uint64_t n, trust_work *work,
    void *context);

/* A new folder in memory if possible; removed when this process ends. */
char *trust_folder(void);

/* PATH/NAME in a buffer of the caller. */
char *trust_path(char path[PATH_MAX], const char *folder, const char *name);

/* What becomes of a call or an allocation: see shim.h.  NULL and 0: unset. */
struct trust_plan {
	const char *kinds, *deed, *log;
	uint64_t call, allocation;
	bool forever, no_sync;
	bool is_perhaps; /* threads: not surely reached */
};

/* What the preloaded library counted. */
struct trust_counts {
	uint64_t calls, allocations, fired;
	char kind;
};

/* Runs a program with the library preloaded.  `counts` may be NULL. */
struct program_answer trust_run(const char *program,
    const char *const *arguments, const struct trust_plan *plan,
    struct trust_counts *counts);

/* Only starts it; what the library counts is not told. */
struct program_run trust_start(const char *program,
    const char *const *arguments, const struct trust_plan *plan);

/* Whether a status is that of a signal or of a hang. */
bool trust_is_signal(const struct program_answer *answer);

/* The articles of the last whole line "committed" of --json, or 0. */
uint64_t trust_told(const char *out);

/* The same of the line that begins here. */
uint64_t trust_told_in_line(const char *line);

/* Makes `to` a copy of the folder `from`: files and folders of files. */
void trust_copy(const char *from, const char *to);
void trust_fill(const char *from, const char *to); /* `to` is there */
void trust_clear(const char *folder);

/* Whether two files hold the same; one that is not there is empty. */
bool trust_same_file(const char *a, const char *b);

#endif
