/*
 * quire-bench: Quire as one of the engines of a comparison.  Its commands
 * `index` and `search` print what the drivers of the other engines print, so
 * that one script makes one table of all; `process` times whole programs.
 */
#ifndef QUIRE_BENCH_H
#define QUIRE_BENCH_H

#include "status.h"

/* Each gets its own name as argv[0]; STATUS_INVALID without a message means
 * that the arguments are not understood. */
enum status bench_index(int argc, char **argv, struct error *error);
enum status bench_search(int argc, char **argv, struct error *error);
enum status bench_process(int argc, char **argv, struct error *error);

/* What a program took from its start to its end. */
struct process_times {
	double seconds;     /* by the clock */
	double cpu_seconds; /* user and system, all threads */
	int exit_status;
};

/*
 * Runs a program with its standard output at `out` (-1: nowhere).  STATUS_OK
 * whatever its exit status is, or STATUS_IO if it could not be run.
 */
enum status process_run(char *const *argv, int out,
    struct process_times *times, struct error *error);

/* Microseconds of a clock that only runs forward. */
double bench_now(void);

#endif
