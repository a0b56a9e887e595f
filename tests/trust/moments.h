/* Moments that are chosen at random, and waiting for them. */
#ifndef QUIRE_TRUST_MOMENTS_H
#define QUIRE_TRUST_MOMENTS_H

#include "support_programs.h"

#include <stdint.h>

void moment_pause(double seconds);

/* From 0 to below 1. */
double moment_fraction(uint64_t *seed);

/* Commits that quire-index --json has told in whole lines. */
unsigned moment_count_commits(const char *out);

/*
 * Waits until quire-index --json has told so many commits, or has come to
 * its end.
 */
void moment_wait_commits(const struct program_run *run, unsigned n);

#endif
