/* Moments that are chosen at random, and waiting for them. */
#include "moments.h"

#include "support.h"
#include "trust.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
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

unsigned
moment_count_commits(const char *out)
{
	unsigned n = 0;

	for (const char *end; (end = strchr(out, '\n')); out = end + 1)
		n += trust_told_in_line(out) > 0;
	return n;
}

void
moment_wait_commits(const struct program_run *run, unsigned n)
{
	for (bool waits = n > 0; waits;) {
		char *out = program_output(run);
		siginfo_t end = {.si_pid = 0};

		waits = moment_count_commits(out) < n &&
		    waitid(P_PID, (id_t)run->process, &end, WEXITED |
		    WNOHANG | WNOWAIT) == 0 && end.si_pid == 0;
		free(out);
		if (waits)
			moment_pause(0.0005);
	}
}
