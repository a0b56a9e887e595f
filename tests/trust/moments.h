/* Moments that are chosen at random, and waiting for them. */
#ifndef QUIRE_TRUST_MOMENTS_H
#define QUIRE_TRUST_MOMENTS_H

#include <stdint.h>

void moment_pause(double seconds);

/* From 0 to below 1. */
double moment_fraction(uint64_t *seed);

#endif
