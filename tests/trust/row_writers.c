/*
 * Two writers at once.  While the first one waits for input, or is stopped,
 * the second one says within its time that it is busy, with the process id
 * of the first and when that began; searches work meanwhile.  Once the first
 * one goes on or is killed, the next one works at once.
 */
#include "moments.h"
#include "progress.h"
#include "sharing.h"
#include "support.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { WAITING, STOPPED, DEAD, N_KINDS };

enum {
	ROUNDS = 20,       /* of each kind, unless QUIRE_ROUNDS says how many */
	WORKERS = 6,       /* most of the time they wait */
	ARTICLES = 6000,   /* that the first one reads ... */
	WORDS = 30,
	MORE = 20,         /* ... and the second */
	KILLED = 128 + SIGKILL,
	TIME_LIMIT = 60,
};

/* Seconds: how long a writer waits for another one, and what it takes for
 * itself where several of them share two processors. */
static const double waits_least = 1.8, waits_most = 2 + 3, works_most = 3;

static const char *const kind_names[N_KINDS] = {"waiting", "stopped",
    "killed"};

struct round {
	struct trust_row *row;
	uint64_t item;
	int kind;
	char index[PATH_MAX], archive[PATH_MAX], more[PATH_MAX];
};

static void
failed(const struct round *round, const char *what, double seconds,
    const struct program_answer *answer)
{
	trust_failed(round->row, "item %llu, %s: %s, %.1f s: status %d: %s",
	    (unsigned long long)round->item, kind_names[round->kind], what,
	    seconds, answer->status, answer->err);
}

/* --- the first writer --- */

/*
 * Starts it; it holds the lock and has committed.  After the file, one that
 * waits reads a pipe, of which the other end is returned; else -1.
 */
static int
start_first(const struct round *round, struct program_run *run)
{
	const char *arguments[] = {"--json", "-i", round->index, "--commit",
	    "64K", "-j", "1", round->archive, round->kind == WAITING ? "-"
	    : NULL, NULL};
	int ends[2] = {-1, -1};

	if (round->kind != WAITING) {
		*run = program_start("quire-index", arguments);
	} else {
		if (pipe2(ends, O_CLOEXEC) != 0)
			abort();
		*run = program_start_reading("quire-index", arguments,
		    ends[0]);
		close(ends[0]);
	}
	moment_wait_commits(run, 1);
	return ends[1];
}

/* --- the second one --- */

static struct program_answer
run_second(const struct round *round, double *seconds)
{
	const char *arguments[] = {"-i", round->index, round->more, NULL};
	double begun = progress_now();
	struct program_answer answer = program_answer("quire-index",
	    arguments);

	*seconds = progress_now() - begun;
	return answer;
}

/* The whole message, with the minute in which the first one began. */
static bool
names_first(const struct round *round, const char *err, pid_t first,
    time_t started)
{
	for (time_t minute = started - 1; minute <= started + 1; minute++) {
		char wanted[PATH_MAX + 256], since[16];
		struct tm local;

		localtime_r(&minute, &local);
		strftime(since, sizeof since, "%H:%M", &local);
		snprintf(wanted, sizeof wanted, "quire-index: index %s is "
		    "being written by process %d since %s\n  hint: wait for "
		    "it; searching works meanwhile\n", round->index,
		    (int)first, since);
		if (!strcmp(err, wanted))
			return true;
	}
	return false;
}

static void
expect_busy(const struct round *round, pid_t first, time_t started)
{
	double seconds;
	struct program_answer answer = run_second(round, &seconds);

	if (answer.status != 2 || !names_first(round, answer.err, first,
	    started))
		failed(round, "the second", seconds, &answer);
	if (seconds < waits_least || seconds > waits_most)
		failed(round, "the second did not wait as long as it should",
		    seconds, &answer);
	program_answer_free(&answer);
	if (sharing_count(round->row, round->index, "number1") != 1)
		trust_failed(round->row, "item %llu: a search meanwhile",
		    (unsigned long long)round->item);
}

static void
expect_success(const struct round *round)
{
	double seconds;
	struct program_answer answer = run_second(round, &seconds);
	char query[32];

	if (answer.status != 0 || seconds > works_most)
		failed(round, "the next one", seconds, &answer);
	program_answer_free(&answer);
	snprintf(query, sizeof query, "number%d", ARTICLES + 1);
	if (sharing_count(round->row, round->index, query) != 1)
		trust_failed(round->row, "item %llu: its article is not there",
		    (unsigned long long)round->item);
	sharing_does(round->row, round->index, "--check");
}

/* --- rounds --- */

/* The first one comes to its end after it was waited for. */
static void
end_first(const struct round *round, struct program_run *run, int pipe_end)
{
	struct program_answer answer;

	if (round->kind == WAITING)
		close(pipe_end);
	else
		kill(run->process, round->kind == STOPPED ? SIGCONT : SIGKILL);
	answer = program_end(run, TIME_LIMIT);
	if (answer.status != (round->kind == DEAD ? KILLED : 0))
		failed(round, "the first", 0, &answer);
	program_answer_free(&answer);
}

static bool
has_ended(const struct program_run *run)
{
	char *out = program_output(run);
	bool ended = strstr(out, "\"summary\"") != NULL;

	free(out);
	return ended;
}

/* False if the first one had ended before it was hit. */
static bool
try_round(const struct round *round, const char *home, uint64_t *seed)
{
	time_t started = time(NULL);
	struct program_run run;
	int pipe_end;

	trust_clear(home);
	pipe_end = start_first(round, &run);
	if (round->kind != WAITING)
		moment_pause(moment_fraction(seed) * 0.05);
	if (round->kind == STOPPED)
		kill(run.process, SIGSTOP);
	if (has_ended(&run)) {
		struct program_answer answer;

		kill(run.process, SIGKILL);
		answer = program_end(&run, TIME_LIMIT);
		program_answer_free(&answer);
		return false;
	}
	if (round->kind != DEAD)
		expect_busy(round, run.process, started);
	end_first(round, &run, pipe_end);
	expect_success(round);
	return true;
}

static void
live_round(void *context, struct trust_row *row, const char *folder,
    uint64_t item)
{
	enum { TRIES_MOST = 50 };
	struct round round = {.row = row, .item = item,
	    .kind = (int)(item % N_KINDS)};
	uint64_t seed = trust_seed(row, item);
	char home[PATH_MAX];

	(void)context;
	signal(SIGPIPE, SIG_IGN);
	trust_path(home, folder, "home");
	trust_path(round.index, home, "i");
	trust_path(round.archive, folder, "a.jsonl");
	trust_path(round.more, folder, "more.jsonl");
	sharing_write(round.archive, &(struct sharing_articles){1, ARTICLES,
	    1, WORDS, 0});
	sharing_write(round.more, &(struct sharing_articles){1 + ARTICLES,
	    MORE, 1, WORDS, 0});
	for (int i = 0; i < TRIES_MOST; i++)
		if (try_round(&round, home, &seed)) {
			trust_count(row, 1);
			return;
		}
	trust_failed(row, "item %llu: the first one was never hit in time",
	    (unsigned long long)item);
}

int
main(void)
{
	uint64_t n = N_KINDS * trust_number("QUIRE_ROUNDS", ROUNDS);
	struct trust_row *row = trust_begin("two writers", n);
	char workers[16];

	snprintf(workers, sizeof workers, "%d", WORKERS);
	setenv("QUIRE_JOBS", workers, 0);
	trust_share(row, n, live_round, NULL);
	return trust_end(row);
}
