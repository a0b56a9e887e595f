/* What the Check programs share: their main, a seed, a scratch folder. */
#ifndef QUIRE_TESTS_SUPPORT_H
#define QUIRE_TESTS_SUPPORT_H

#include <check.h>
#include <stdint.h>

/* Runs one suite and returns the exit status for main. */
int support_run(Suite *suite);

/*
 * The seed of a randomised test: QUIRE_SEED if set, else from the clock.
 * It is printed, so that a failure can be repeated.
 */
uint64_t support_seed(const char *test);

/* The next number of a stream that starts at any seed (splitmix64). */
uint64_t support_random(uint64_t *state);

/* A number below `n`, which is not 0. */
uint32_t support_below(uint64_t *state, uint32_t n);

/*
 * A new empty folder that is removed when the process ends.  The text is
 * the caller's to free.
 */
char *support_folder(void);

/* Removes a folder with all that is in it. */
void support_remove_folder(const char *path);

/* The folder of shared data beside the checkout, or NULL if it is absent. */
const char *support_shared(void);

#endif
