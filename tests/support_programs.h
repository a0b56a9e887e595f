/* Running the two programs as others do, from a Check program. */
#ifndef QUIRE_TESTS_SUPPORT_PROGRAMS_H
#define QUIRE_TESTS_SUPPORT_PROGRAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* A program that was started. */
struct program_run {
	pid_t process;
	int out, err; /* what it wrote so far, each a file */
};

struct program_answer {
	int status; /* exit status, or 128 + the signal that ended it */
	char *out, *err;
	size_t out_size, err_size;
	long memory; /* the most that it held, KiB; at least that of its parent
	              * when it was started */
};

/*
 * Starts quire-index or quire-query of this build.  `arguments` end in NULL
 * and do not hold the program's name.
 */
struct program_run program_start(const char *program,
    const char *const *arguments);

/* The same with `in` as its standard input. */
struct program_run program_start_reading(const char *program,
    const char *const *arguments, int in);

/*
 * Waits for its end, and kills it after `seconds`: an answer with status
 * 128 + SIGKILL.  Safe in threads.
 */
struct program_answer program_end(struct program_run *run, unsigned seconds);

/* What it has written to standard output so far; the text is the caller's. */
char *program_output(const struct program_run *run);

/* Both, with a limit of 20 seconds. */
struct program_answer program_answer(const char *program,
    const char *const *arguments);
void program_answer_free(struct program_answer *answer);

/*
 * Whether two answers have the same status and the same standard output, but
 * for the time that it says it took.
 */
bool program_is_same(const struct program_answer *a,
    const struct program_answer *b);

/* Whether the standard output of one begins that of the other, likewise. */
bool program_is_begin(const struct program_answer *a,
    const struct program_answer *b);

#endif
