/*
 * A reader is open while an index is compacted, or opens it meanwhile; then
 * come a new reader and a new writer.  Nothing is lost, whether the file was
 * swapped or not, and the old reader answers from its old file all the
 * time.
 */
#include "moments.h"
#include "progress.h"
#include "sharing.h"
#include "support.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	ROUNDS = 20, /* unless QUIRE_ROUNDS says how many */
	ARTICLES = 300,
	WORDS = 40,
	LACKING = 7,
	REVISED = ARTICLES - ARTICLES / LACKING,
	MORE = 50, /* by the new writer */
	TIME_LIMIT = 20,
};

struct round {
	struct trust_row *row;
	uint64_t item;
	char index[PATH_MAX], archive[PATH_MAX], more[PATH_MAX];
};

static void
failed(const struct round *round, const char *what,
    const struct program_answer *answer)
{
	trust_failed(round->row, "round %llu: %s: status %d: %s",
	    (unsigned long long)round->item, what, answer->status,
	    answer->err);
}

/* Two editions, of which the second lacks articles: some are dead. */
static void
make_index(const struct round *round)
{
	struct sharing_articles articles = {1, ARTICLES, 1, WORDS, 0};
	struct sharing_articles more = {1 + ARTICLES, MORE, 1, WORDS, 0};

	sharing_write(round->archive, &articles);
	sharing_does(round->row, round->index, round->archive);
	articles.edition = 2;
	articles.lacking = LACKING;
	sharing_write(round->archive, &articles);
	sharing_does(round->row, round->index, round->archive);
	sharing_write(round->more, &more);
}

static void
expect(const struct round *round, const char *query, long n, long wanted)
{
	if (n != wanted)
		trust_failed(round->row, "round %llu: %s: %ld are found, not "
		    "%ld", (unsigned long long)round->item, query, n, wanted);
}

static void
look(const struct round *round, long wanted)
{
	expect(round, "article", sharing_count(round->row, round->index,
	    "article"), wanted);
	expect(round, "edition2", sharing_count(round->row, round->index,
	    "edition2"), REVISED);
	sharing_does(round->row, round->index, "--check");
}

/* What the reader was the first to see it still sees. */
static void
look_through(const struct round *round, struct sharing_reader *reader)
{
	expect(round, "article, by the old reader",
	    sharing_reader_ask(reader, "article"), REVISED);
	expect(round, "number1 edition2, by the old reader",
	    sharing_reader_ask(reader, "number1 edition2"), 1);
	expect(round, "number7, by the old reader",
	    sharing_reader_ask(reader, "number7"), 0);
}

/* The reader is there before, or comes `delay` seconds after the start. */
static void
compact(const struct round *round, struct sharing_reader *reader,
    bool is_before, double delay)
{
	const char *arguments[] = {"-i", round->index, "--compact", NULL};
	struct program_answer answer;
	struct program_run run;
	char who[64];

	if (is_before) {
		sharing_reader_start(reader, round->index);
		look_through(round, reader);
	}
	run = program_start("quire-index", arguments);
	if (!is_before) {
		moment_pause(delay);
		sharing_reader_start(reader, round->index);
	}
	answer = program_end(&run, TIME_LIMIT);
	snprintf(who, sizeof who, "is open in process %d,",
	    (int)reader->run.process);
	if (answer.status == 0 && !is_before)
		__atomic_add_fetch(&round->row->other, 1, __ATOMIC_SEQ_CST);
	else if (answer.status != 2 || !strstr(answer.err, who))
		failed(round, "--compact", &answer);
	program_answer_free(&answer);
}

/* How long it takes undisturbed, on a copy. */
static double
measure(const struct round *round, const char *home, const char *copy)
{
	char index[PATH_MAX];
	double begun;

	trust_copy(home, copy);
	begun = progress_now();
	sharing_does(round->row, trust_path(index, copy, "i"), "--compact");
	return progress_now() - begun;
}

static void
live_round(void *context, struct trust_row *row, const char *folder,
    uint64_t item)
{
	struct round round = {.row = row, .item = item};
	uint64_t seed = trust_seed(row, item);
	char home[PATH_MAX], copy[PATH_MAX];
	struct sharing_reader reader;
	double seconds;

	(void)context;
	signal(SIGPIPE, SIG_IGN);
	trust_clear(trust_path(home, folder, "home"));
	trust_path(round.index, home, "i");
	trust_path(round.archive, folder, "a.jsonl");
	trust_path(round.more, folder, "more.jsonl");
	make_index(&round);
	seconds = measure(&round, home, trust_path(copy, folder, "copy"));
	compact(&round, &reader, item % 2 == 0, seconds *
	    moment_fraction(&seed));
	look_through(&round, &reader);
	look(&round, REVISED);
	sharing_does(row, round.index, round.more);
	look(&round, REVISED + MORE);
	look_through(&round, &reader);
	if (sharing_reader_end(&reader) != 0)
		trust_failed(row, "round %llu: the reader failed",
		    (unsigned long long)item);
	sharing_does(row, round.index, "--compact");
	look(&round, REVISED + MORE);
	trust_count(row, 1);
}

int
main(void)
{
	uint64_t n = trust_number("QUIRE_ROUNDS", ROUNDS);
	struct trust_row *row = trust_begin("a reader open while compacting",
	    n);

	trust_share(row, n, live_round, NULL);
	printf("# swapped while a reader came: %llu\n",
	    (unsigned long long)row->other);
	return trust_end(row);
}
