/* Killing the indexer at a moment, and what it acknowledged before. */
#include "support_kill.h"

#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

enum { KILLED = 128 + SIGKILL, TIME_LIMIT = 60 };

struct acknowledged
acknowledged_read(const char *out)
{
	static const char name[] = "{\"type\":\"committed\",\"articles\":";
	struct acknowledged commits = {.n = 0};

	while ((out = strstr(out, name))) {
		out += sizeof name - 1;
		/* A line that was cut short acknowledges nothing. */
		if (!strchr(out, '\n'))
			break;
		ck_assert_uint_lt(commits.n, COMMITS_MOST);
		commits.of[commits.n++] = strtoull(out, NULL, 10);
	}
	return commits;
}

uint64_t
acknowledged_last(const struct acknowledged *commits)
{
	return commits->n ? commits->of[commits->n - 1] : 0;
}

bool
acknowledged_has(const struct acknowledged *commits, uint64_t n)
{
	for (unsigned i = 0; i < commits->n; i++)
		if (commits->of[i] == n)
			return true;
	return n == 0;
}

struct program_run
kill_start(const char *index, const char *archive)
{
	const char *arguments[] = {"--json", "-i", index, "--commit", "1M",
	    archive, NULL};

	return program_start("quire-index", arguments);
}

static void
pause_for(double seconds)
{
	struct timespec time = {(time_t)seconds,
	    (long)((seconds - (double)(time_t)seconds) * 1e9)};

	nanosleep(&time, NULL);
}

void
kill_wait(const struct program_run *run, unsigned n)
{
	for (bool waits = n > 0; waits;) {
		char *out = program_output(run);
		siginfo_t end = {.si_pid = 0};

		waits = acknowledged_read(out).n < n &&
		    waitid(P_PID, (id_t)run->process, &end, WEXITED |
		    WNOHANG | WNOWAIT) == 0 && end.si_pid == 0;
		free(out);
		if (waits)
			pause_for(0.0005);
	}
}

bool
kill_at(const char *index, const char *archive,
    const struct kill_moment *moment, struct acknowledged *commits)
{
	struct program_run run = kill_start(index, archive);
	struct program_answer answer;
	bool killed;

	kill_wait(&run, moment->commits);
	pause_for(moment->seconds);
	kill(run.process, SIGKILL);
	answer = program_end(&run, TIME_LIMIT);
	killed = answer.status == KILLED;
	ck_assert_msg(killed || answer.status == 0, "quire-index ends with "
	    "%d: %s", answer.status, answer.err);
	*commits = acknowledged_read(answer.out);
	program_answer_free(&answer);
	return killed;
}
