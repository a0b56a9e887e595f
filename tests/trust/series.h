/* What a program took each time it ran, and whether that grows. */
#ifndef QUIRE_TRUST_SERIES_H
#define QUIRE_TRUST_SERIES_H

#include "trust.h"

struct series {
	const char *name; /* as "KiB of a search" */
	long *values;
	size_t n;
};

void series_add(struct series *series, long value);

/*
 * Prints the mean of the first third and that of the last one.  If they are
 * to be alike it is a failure if the last one is more than 5 % above the
 * first, and by more than chance explains.
 */
void series_judge(const struct series *series, struct trust_row *row,
    bool are_alike);

#endif
