/*
 * Queries are killed while they read, until all places that an index has
 * for readers are those of dead ones; another process keeps the index open,
 * so that nobody makes the places anew.  Then queries work at once, and an update uses
 * again the pages that the dead ones had kept.
 */
#include "moments.h"
#include "progress.h"
#include "sharing.h"
#include "store/environment.h"
#include "support.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	KILLS = 1000,    /* unless QUIRE_KILLS says how many */
	QUERIES = 2000,  /* of a reader that is killed: seconds of work */
	ARTICLES = 2000,
	WORDS = 40,
	ASKED_AFTER = 100,
	UPDATES = 20,
	KILLED = 128 + SIGKILL,
	START_MOST = 10, /* seconds */
};

static const double dies_within = 0.01, answers_within = 1;

struct dead {
	char index[PATH_MAX], archive[PATH_MAX], queries[PATH_MAX];
};

/* --- places of readers --- */

static int
count_line(const char *line, void *context)
{
	unsigned *n = context;
	int process;

	*n += sscanf(line, "%d", &process) == 1;
	return 0;
}

static unsigned
count_places(struct environment *environment)
{
	unsigned n = 0;

	mdb_reader_list(environment->env, count_line, &n);
	return n;
}

/* --- killing --- */

static void
write_queries(const char *path)
{
	FILE *file = fopen(path, "we");

	if (!file)
		abort();
	for (int i = 0; i < QUERIES; i++)
		fprintf(file, "article alpha OR edition%d\n", i);
	if (fclose(file) != 0)
		abort();
}

static bool
has_answered(const struct program_run *run)
{
	struct stat file;

	return fstat(run->out, &file) == 0 && file.st_size > 0;
}

/* From its first answer on it reads, for longer than it lives. */
static void
kill_reader(void *context, struct trust_row *row, const char *folder,
    uint64_t item)
{
	const struct dead *dead = context;
	const char *arguments[] = {"-i", dead->index, "--json", "-n", "0",
	    "--batch", dead->queries, NULL};
	uint64_t seed = trust_seed(row, item);
	struct program_run run = program_start("quire-query", arguments);
	double begun = progress_now();
	struct program_answer answer;

	(void)folder;
	while (!has_answered(&run) && progress_now() - begun < START_MOST)
		moment_pause(0.0005);
	moment_pause(moment_fraction(&seed) * dies_within);
	kill(run.process, SIGKILL);
	answer = program_end(&run, START_MOST);
	if (answer.status != KILLED || answer.out_size == 0)
		trust_failed(row, "item %llu: it ended with %d: %s",
		    (unsigned long long)item, answer.status, answer.err);
	else
		trust_count(row, 1);
	program_answer_free(&answer);
}

/* --- afterwards --- */

static void
ask_after(const struct dead *dead, struct trust_row *row)
{
	double slowest = 0;

	for (int i = 0; i < ASKED_AFTER; i++) {
		double begun = progress_now(), seconds;
		long n = sharing_count(row, dead->index, "article");

		seconds = progress_now() - begun;
		slowest = seconds > slowest ? seconds : slowest;
		if (n != ARTICLES)
			trust_failed(row, "query %d finds %ld", i, n);
		if (seconds > answers_within)
			trust_failed(row, "query %d takes %.1f seconds", i,
			    seconds);
	}
	printf("# the slowest query took %.3f s\n", slowest);
}

/* Kills more, until the last place is taken. */
static void
take_last_places(struct dead *dead, struct trust_row *row,
    struct environment *keeper, uint64_t n)
{
	unsigned most = 0, places = count_places(keeper);

	mdb_env_get_maxreaders(keeper->env, &most);
	for (unsigned i = 0; i < most && places < most; i++) {
		kill_reader(dead, row, NULL, n + i);
		places = count_places(keeper);
	}
	printf("# places of the dead: %u of %u\n", places, most);
	if (places != most)
		trust_failed(row, "not all places were taken");
}

/* Brings an index up to date with ever new editions; its bytes then. */
static uint64_t
update(struct trust_row *row, const char *index, const char *archive)
{
	struct sharing_articles articles = {1, ARTICLES, 0, WORDS, 0};

	for (articles.edition = 2; articles.edition < 2 + UPDATES;
	    articles.edition++) {
		sharing_write(archive, &articles);
		sharing_does(row, index, archive);
	}
	if (sharing_count(row, index, "edition21") != ARTICLES)
		trust_failed(row, "the last edition is not found");
	sharing_does(row, index, "--check");
	return sharing_file_size(index);
}

/* The same updates of a copy that nobody reads. */
static void
compare_sizes(const struct dead *dead, struct trust_row *row,
    const char *alone)
{
	char index[PATH_MAX];
	uint64_t size = update(row, dead->index, dead->archive);
	uint64_t right;

	right = update(row, trust_path(index, alone, "i"), dead->archive);
	printf("# bytes after %d updates: %llu, without dead readers %llu\n",
	    UPDATES, (unsigned long long)size, (unsigned long long)right);
	if (size > right)
		trust_failed(row, "pages of the dead are not used again");
}

int
main(void)
{
	uint64_t n = trust_number("QUIRE_KILLS", KILLS);
	struct trust_row *row = trust_begin("dead readers", n);
	struct sharing_articles articles = {1, ARTICLES, 1, WORDS, 0};
	struct environment keeper;
	struct error error = {0};
	struct dead dead;
	char *folder = trust_folder(), home[PATH_MAX], alone[PATH_MAX];

	trust_clear(trust_path(home, folder, "home"));
	trust_path(alone, folder, "alone");
	trust_path(dead.index, home, "i");
	trust_path(dead.archive, folder, "a.jsonl");
	write_queries(trust_path(dead.queries, folder, "queries"));
	sharing_write(dead.archive, &articles);
	sharing_does(row, dead.index, dead.archive);
	trust_copy(home, alone);
	if (environment_open(&keeper, dead.index, "i", false, &error) !=
	    STATUS_OK)
		trust_failed(row, "%s", error.message);
	if (row->failures == 0) {
		trust_share(row, n, kill_reader, &dead);
		take_last_places(&dead, row, &keeper, n);
		ask_after(&dead, row);
		compare_sizes(&dead, row, alone);
		environment_close(&keeper);
	}
	free(folder);
	return trust_end(row);
}
