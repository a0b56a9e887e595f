/*
 * A reader stays on an old state of an index through a hundred updates and
 * a compaction.  It has its old answers all the time; no writer waits for
 * it; the file grows by no more than what the updates write, and the writer
 * says who keeps it from shrinking.  Once the reader has ended the file is
 * as small as if there had been none.
 */
#include "progress.h"
#include "sharing.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	UPDATES = 100, /* unless QUIRE_UPDATES says how many */
	ARTICLES = 400,
	WORDS = 40,
	AFTER_COMPACTION = 10,
	WAIT_MOST = 5,        /* seconds, for a run of the writer */
	UPDATE_MOST = 150,    /* per cent of the bytes of a new index */
	NOT_SAID_MOST = 2,    /* while it keeps less than half of what lives */
};

struct parked {
	struct trust_row *row;
	char index[PATH_MAX], archive[PATH_MAX];
	struct sharing_reader reader;
	unsigned edition;
	uint64_t fresh;       /* bytes of the index when it was new */
	double slowest;
	uint64_t n_said;
};

/* Runs the writer; the answer is the caller's. */
static struct program_answer
write_index(struct parked *parked, const char *argument)
{
	const char *arguments[] = {"-i", parked->index, argument, NULL};
	double begun = progress_now(), seconds;
	struct program_answer answer = program_answer("quire-index",
	    arguments);

	seconds = progress_now() - begun;
	if (seconds > parked->slowest)
		parked->slowest = seconds;
	if (seconds > WAIT_MOST)
		trust_failed(parked->row, "edition %u: the writer took %.1f "
		    "seconds", parked->edition, seconds);
	return answer;
}

/* Every article in a new edition. */
static void
update(struct parked *parked, bool is_beside)
{
	struct sharing_articles articles = {1, ARTICLES, ++parked->edition,
	    WORDS, 0};
	struct program_answer answer;
	char who[64], query[32];

	sharing_write(parked->archive, &articles);
	answer = write_index(parked, parked->archive);
	if (answer.status != 0)
		trust_failed(parked->row, "edition %u: status %d: %s",
		    parked->edition, answer.status, answer.err);
	snprintf(who, sizeof who, "process %d reads the index",
	    (int)parked->reader.run.process);
	if (strstr(answer.out, who))
		parked->n_said++;
	else if (!is_beside && strstr(answer.out, "reads the index"))
		trust_failed(parked->row, "it says that somebody reads: %s",
		    answer.out);
	program_answer_free(&answer);
	snprintf(query, sizeof query, "edition%u", parked->edition);
	if (sharing_count(parked->row, parked->index, query) != ARTICLES)
		trust_failed(parked->row, "edition %u is not found",
		    parked->edition);
}

/* What the file may hold after so many updates of which all is kept. */
static void
look_at_size(struct parked *parked, uint64_t n_updates)
{
	uint64_t size = sharing_file_size(parked->index);
	uint64_t most = (1 + n_updates) * UPDATE_MOST * parked->fresh / 100;

	if (size > most)
		trust_failed(parked->row, "%llu bytes after %llu updates",
		    (unsigned long long)size, (unsigned long long)n_updates);
}

static void
look_at_reader(struct parked *parked)
{
	long n = sharing_reader_ask(&parked->reader, "edition1");
	long all = sharing_reader_ask(&parked->reader, "article");

	if (n != ARTICLES || all != ARTICLES)
		trust_failed(parked->row, "at edition %u the reader finds %ld "
		    "of edition 1, %ld in all", parked->edition, n, all);
}

static void
compact_beside(struct parked *parked)
{
	struct program_answer answer = write_index(parked, "--compact");
	char who[64];

	snprintf(who, sizeof who, "is open in process %d,",
	    (int)parked->reader.run.process);
	if (answer.status != 2 || !strstr(answer.err, who) ||
	    !strstr(answer.err, "--compact  again"))
		trust_failed(parked->row, "--compact beside it: status %d: "
		    "%s", answer.status, answer.err);
	program_answer_free(&answer);
}

/* Without the reader the file becomes small again. */
static void
end(struct parked *parked)
{
	uint64_t before = sharing_file_size(parked->index), after;

	if (sharing_reader_end(&parked->reader) != 0)
		trust_failed(parked->row, "the reader failed");
	update(parked, false);
	sharing_does(parked->row, parked->index, "--check");
	sharing_does(parked->row, parked->index, "--compact");
	sharing_does(parked->row, parked->index, "--check");
	after = sharing_file_size(parked->index);
	if (after > parked->fresh)
		trust_failed(parked->row, "in the end it has %llu bytes",
		    (unsigned long long)after);
	printf("# bytes: new %llu, with the reader %llu, compacted %llu; the "
	    "slowest run took %.2f s; said %llu times\n",
	    (unsigned long long)parked->fresh, (unsigned long long)before,
	    (unsigned long long)after, parked->slowest,
	    (unsigned long long)parked->n_said);
}

int
main(void)
{
	uint64_t n = trust_number("QUIRE_UPDATES", UPDATES), said;
	struct trust_row *row = trust_begin("parked reader", n);
	struct parked parked = {.row = row};
	char *folder = trust_folder();

	signal(SIGPIPE, SIG_IGN);
	trust_path(parked.index, folder, "i");
	trust_path(parked.archive, folder, "a.jsonl");
	update(&parked, false);
	parked.fresh = sharing_file_size(parked.index);
	sharing_reader_start(&parked.reader, parked.index);
	look_at_reader(&parked);
	for (uint64_t i = 0; i < n; i++) {
		update(&parked, true);
		look_at_size(&parked, i + 1);
		trust_count(row, 1);
	}
	if (parked.n_said + NOT_SAID_MOST < n)
		trust_failed(row, "who keeps old pages was said %llu times",
		    (unsigned long long)parked.n_said);
	look_at_reader(&parked);
	compact_beside(&parked);
	look_at_reader(&parked);
	said = parked.n_said;
	for (unsigned i = 0; i < AFTER_COMPACTION; i++)
		update(&parked, true);
	look_at_reader(&parked);
	if (parked.n_said != said + AFTER_COMPACTION)
		trust_failed(row, "after --compact it is not said");
	look_at_size(&parked, n + 1 + AFTER_COMPACTION);
	end(&parked);
	free(folder);
	return trust_end(row);
}
