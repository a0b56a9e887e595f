/* Moments that are chosen at random, and waiting for them. */
#include "moments.h"

#include "support.h"

#include <time.h>

void
moment_pause(double seconds)
{
	struct timespec time = {(time_t)seconds,
	    (long)((seconds - (double)(time_t)seconds) * 1e9)};

	nanosleep(&time, NULL);
}

double
moment_fraction(uint64_t *seed)
{
	return (double)(support_random(seed) >> 11) / 9007199254740992.0;
}
