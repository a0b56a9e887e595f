/*
 * Readers ask all the time while a writer changes, adds, removes, merges and
 * compacts, and while the index is checked and copied.  All answers of a
 * reader are those of one state that the index had meanwhile, none of them
 * of two; every copy shows such a state, too, and is whole.
 */
#include "generations.h"
#include "moments.h"
#include "progress.h"
#include "sharing.h"
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	READERS = 4,        /* unless QUIRE_READERS says how many */
	MINUTES = 1,        /* unless QUIRE_MINUTES says how many */
	LEAST_A_MINUTE = 2000,
	LEAST_LONG = 100000, /* in 30 minutes or more */
	LONG_MINUTES = 30,
	READERS_MOST = 64,
	WORDS = 30,
	TIME_LIMIT = 60,
};

enum { CHANGED, ADDED, REMOVED, COMPACTED, SWAPPED, CHECKED, COPIED,
	N_DEEDS };

static const char *const deed_names[N_DEEDS] = {"updates", "additions",
    "removals", "compactions", "swapped", "checks", "copies"};

/* What the processes share. */
struct common {
	bool is_over, is_quiet; /* nobody begins to read */
	uint64_t n_inside;      /* who reads */
	uint64_t deeds[N_DEEDS];
};

struct sharing {
	struct trust_row *row;
	struct generations *generations;
	struct common *common;
	char *folder, index[PATH_MAX], archive[GENERATION_SOURCES][PATH_MAX];
	double compaction; /* seconds of the last one */
};

static void
count_deed(const struct sharing *sharing, int deed)
{
	__atomic_add_fetch(&sharing->common->deeds[deed], 1,
	    __ATOMIC_SEQ_CST);
}

static bool
flag(const bool *what)
{
	return __atomic_load_n(what, __ATOMIC_SEQ_CST);
}

static void
set_flag(bool *what, bool value)
{
	__atomic_store_n(what, value, __ATOMIC_SEQ_CST);
}

/* --- reading --- */

/* The number of query "x" of a batch in a line, at its value; or NULL. */
static const char *
value_of(const char *line, const char *end, const char *name)
{
	const char *at = memmem(line, (size_t)(end - line), name,
	    strlen(name));

	return at ? at + strlen(name) : NULL;
}

/* The three answers as they are in the output. */
struct found {
	struct generation all;     /* by "article" */
	struct generation letters; /* by "alpha" and by "beta" */
	unsigned edition;          /* that was asked for ... */
	unsigned n_edition;        /* ... and found so often */
	const char *wrong;
};

static void
note_hit(struct found *found, const char *line, const char *end)
{
	const char *query = value_of(line, end, "\"query_id\":\"");
	const char *title = value_of(line, end, "\"title\":\"");
	struct generation *into;
	unsigned number, edition;

	if (!query || !title || sscanf(title, "article %u edition %u",
	    &number, &edition) != 2 || number == 0 ||
	    number > GENERATION_ARTICLES) {
		found->wrong = "a strange hit";
		return;
	}
	if (*query == 'e') {
		found->n_edition++;
		if (edition != found->edition)
			found->wrong = "an article of another edition";
		return;
	}
	if (*query != 'x' && (*query == 'b') != (number + edition) % 2)
		found->wrong = "an article without the word";
	into = *query == 'x' ? &found->all : &found->letters;
	if (into->editions[number - 1])
		found->wrong = "an article is found twice";
	into->editions[number - 1] = (uint16_t)edition;
}

static void
read_answers(struct found *found, const char *out)
{
	unsigned n = 0;

	for (const char *end; (end = strchr(out, '\n')); out = end + 1)
		if (value_of(out, end, "{\"type\":\"hit\""))
			note_hit(found, out, end);
	for (int i = 0; i < GENERATION_ARTICLES; i++)
		n += found->all.editions[i] == found->edition;
	if (n != found->n_edition)
		found->wrong = "not all of an edition are found";
	if (memcmp(&found->all, &found->letters, sizeof found->all) != 0)
		found->wrong = "two words find articles of two states";
}

/* The newest edition of which articles were there lately. */
static unsigned
newest(const struct generations *generations)
{
	const struct generation *last = generations_last(generations);
	unsigned edition = 1;

	for (int i = 0; i < GENERATION_ARTICLES; i++)
		if (last->editions[i] > edition)
			edition = last->editions[i];
	return edition;
}

/* Asks one snapshot of an index for everything, in several ways. */
static void
ask(const struct sharing *sharing, const char *index, const char *queries,
    uint64_t from)
{
	const char *arguments[] = {"-i", index, "--json", "-n", "0",
	    "--snippets", "0", "--batch", queries, NULL};
	struct found found = {.edition = newest(sharing->generations)};
	struct program_answer answer;
	FILE *file = fopen(queries, "we");
	uint64_t to;

	if (!file || fprintf(file, "x\tarticle\na\talpha\nb\tbeta\n"
	    "e\tedition%u\n", found.edition) < 0 || fclose(file) != 0)
		abort();
	answer = program_answer("quire-query", arguments);
	to = generations_now(sharing->generations);
	if (answer.status != 0)
		found.wrong = answer.err;
	else
		read_answers(&found, answer.out);
	if (found.wrong)
		trust_failed(sharing->row, "at %llu to %llu: status %d: %s",
		    (unsigned long long)from, (unsigned long long)to,
		    answer.status, found.wrong);
	else if (!generations_had(sharing->generations, &found.all, from,
	    to))
		trust_failed(sharing->row, "at %llu to %llu: a state that it "
		    "never had", (unsigned long long)from,
		    (unsigned long long)to);
	program_answer_free(&answer);
}

/* Waits where nobody may read; false if it is over. */
static bool
enter(const struct sharing *sharing)
{
	struct common *common = sharing->common;

	while (!flag(&common->is_over)) {
		__atomic_add_fetch(&common->n_inside, 1, __ATOMIC_SEQ_CST);
		if (!flag(&common->is_quiet))
			return true;
		__atomic_sub_fetch(&common->n_inside, 1, __ATOMIC_SEQ_CST);
		moment_pause(0.0005);
	}
	return false;
}

static void
leave(const struct sharing *sharing)
{
	__atomic_sub_fetch(&sharing->common->n_inside, 1, __ATOMIC_SEQ_CST);
}

static void
read_all_the_time(const struct sharing *sharing, unsigned number)
{
	char name[32], queries[PATH_MAX];

	snprintf(name, sizeof name, "queries%u", number);
	trust_path(queries, sharing->folder, name);
	while (enter(sharing)) {
		ask(sharing, sharing->index, queries,
		    generations_now(sharing->generations));
		leave(sharing);
		trust_count(sharing->row, 1);
	}
}

/* Checks the index, and a copy of it. */
static void
check_all_the_time(const struct sharing *sharing)
{
	char copy[PATH_MAX], lock[PATH_MAX], queries[PATH_MAX];
	const char *arguments[] = {"--backup", copy, NULL};

	trust_path(copy, sharing->folder, "copy");
	trust_path(lock, sharing->folder, "copy-lock");
	trust_path(queries, sharing->folder, "queries-copy");
	while (enter(sharing)) {
		uint64_t from = generations_now(sharing->generations);
		struct program_answer answer = sharing_index(sharing->index,
		    arguments);

		if (answer.status != 0)
			trust_failed(sharing->row, "--backup: status %d: %s",
			    answer.status, answer.err);
		else
			ask(sharing, copy, queries, from);
		program_answer_free(&answer);
		sharing_does(sharing->row, sharing->index, "--check");
		leave(sharing);
		sharing_does(sharing->row, copy, "--check");
		count_deed(sharing, COPIED);
		count_deed(sharing, CHECKED);
		unlink(copy);
		unlink(lock);
		moment_pause(0.1);
	}
}

/* --- writing --- */

static void
write_archive(const struct sharing *sharing, const struct generation *next)
{
	for (int i = 0; i < GENERATION_SOURCES; i++) {
		FILE *file = fopen(sharing->archive[i], "we");

		if (!file)
			abort();
		for (int k = i * GENERATION_OF_SOURCE;
		    k < (i + 1) * GENERATION_OF_SOURCE; k++)
			if (next->editions[k])
				sharing_write_article(file, (unsigned)k + 1,
				    next->editions[k], WORDS);
		if (fclose(file) != 0)
			abort();
	}
}

/* A new edition of some articles; some go, some come back. */
static int
change(struct generation *next, uint64_t *seed, unsigned edition)
{
	uint32_t kind = support_below(seed, 4);

	for (int i = 0; i < GENERATION_ARTICLES; i++) {
		uint16_t *article = &next->editions[i];

		if (kind == 0 || (kind == 1 && support_below(seed, 8) == 0))
			*article = *article ? (uint16_t)edition : 0;
		else if (kind == 2 && support_below(seed, 8) == 0)
			*article = 0;
		else if (kind == 3 && !*article)
			*article = (uint16_t)edition;
	}
	return kind == 2 ? REMOVED : kind == 3 ? ADDED : CHANGED;
}

static void
update(const struct sharing *sharing, uint64_t *seed, unsigned edition)
{
	const char *arguments[GENERATION_SOURCES + 2] = {NULL};
	struct generation next = *generations_last(sharing->generations);
	struct program_answer answer;
	int deed = change(&next, seed, edition);

	for (int i = 0; i < GENERATION_SOURCES; i++)
		arguments[i] = sharing->archive[i];
	arguments[GENERATION_SOURCES] = "--prune";
	write_archive(sharing, &next);
	if (!generations_begin(sharing->generations, &next))
		return;
	answer = sharing_index(sharing->index, arguments);
	generations_end(sharing->generations);
	if (answer.status != 0)
		trust_failed(sharing->row, "an update: status %d: %s",
		    answer.status, answer.err);
	program_answer_free(&answer);
	count_deed(sharing, deed);
}

static void
remove_one(const struct sharing *sharing, uint64_t *seed)
{
	uint32_t i = support_below(seed, GENERATION_ARTICLES);
	struct generation next = *generations_last(sharing->generations);
	struct program_answer answer;
	char id[16];
	const char *arguments[] = {"--remove", id, NULL};

	if (!next.editions[i])
		return;
	snprintf(id, sizeof id, "%u", i + 1);
	next.editions[i] = 0;
	if (!generations_begin(sharing->generations, &next))
		return;
	answer = sharing_index(sharing->index, arguments);
	generations_end(sharing->generations);
	if (answer.status != 0)
		trust_failed(sharing->row, "--remove: status %d: %s",
		    answer.status, answer.err);
	program_answer_free(&answer);
	count_deed(sharing, REMOVED);
}

/*
 * Half of them begin while nobody reads, and readers come at some moment
 * before the end: perhaps just when the file is swapped.
 */
static void
compact(struct sharing *sharing, uint64_t *seed)
{
	struct common *common = sharing->common;
	const char *arguments[] = {"-i", sharing->index, "--compact", NULL};
	bool is_quiet = support_below(seed, 2);
	double begun;
	struct program_answer answer;
	struct program_run run;

	set_flag(&common->is_quiet, is_quiet);
	while (is_quiet && __atomic_load_n(&common->n_inside,
	    __ATOMIC_SEQ_CST))
		moment_pause(0.0005);
	begun = progress_now();
	run = program_start("quire-index", arguments);
	if (is_quiet)
		moment_pause(sharing->compaction * moment_fraction(seed));
	set_flag(&common->is_quiet, false);
	answer = program_end(&run, TIME_LIMIT);
	sharing->compaction = 1.5 * (progress_now() - begun);
	if (answer.status == 0)
		count_deed(sharing, SWAPPED);
	else if (answer.status != 2 ||
	    !strstr(answer.err, "is open in process"))
		trust_failed(sharing->row, "--compact: status %d: %s",
		    answer.status, answer.err);
	program_answer_free(&answer);
	count_deed(sharing, COMPACTED);
}

static void
write_until(struct sharing *sharing, double end)
{
	uint64_t seed = trust_seed(sharing->row, 0);

	for (unsigned edition = 2; edition < UINT16_MAX &&
	    progress_now() < end; edition++) {
		uint32_t kind = support_below(&seed, 8);

		if (kind == 0)
			compact(sharing, &seed);
		else if (kind == 1)
			remove_one(sharing, &seed);
		else
			update(sharing, &seed, edition);
	}
}

/* --- the row --- */

static void
start_reading(const struct sharing *sharing, unsigned n)
{
	fflush(stdout);
	for (unsigned i = 0; i <= n; i++) {
		if (fork() != 0)
			continue;
		if (i < n)
			read_all_the_time(sharing, i);
		else
			check_all_the_time(sharing);
		fflush(stdout);
		_exit(0);
	}
}

static void
end_reading(const struct sharing *sharing)
{
	int status;

	set_flag(&sharing->common->is_over, true);
	while (wait(&status) > 0)
		if (status != 0)
			trust_failed(sharing->row, "a reader ends with %#x",
			    (unsigned)status);
	for (int i = 0; i < N_DEEDS; i++) {
		unsigned long long n = sharing->common->deeds[i];

		printf("# %s: %llu\n", deed_names[i], n);
		if (n == 0)
			trust_failed(sharing->row, "no %s", deed_names[i]);
	}
}

static void
begin(struct sharing *sharing)
{
	struct generation first;
	char name[32];

	sharing->folder = trust_folder();
	sharing->generations = generations_create();
	sharing->common = mmap(NULL, sizeof *sharing->common, PROT_READ |
	    PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (sharing->common == MAP_FAILED)
		abort();
	trust_path(sharing->index, sharing->folder, "i");
	for (int i = 0; i < GENERATION_SOURCES; i++) {
		snprintf(name, sizeof name, "%d.jsonl", i);
		trust_path(sharing->archive[i], sharing->folder, name);
	}
	for (int i = 0; i < GENERATION_ARTICLES; i++)
		first.editions[i] = 1;
	write_archive(sharing, &first);
	generations_begin(sharing->generations, &first);
	for (int i = 0; i < GENERATION_SOURCES; i++)
		sharing_does(sharing->row, sharing->index,
		    sharing->archive[i]);
	generations_end(sharing->generations);
}

int
main(void)
{
	uint64_t minutes = trust_number("QUIRE_MINUTES", MINUTES);
	unsigned n = (unsigned)trust_number("QUIRE_READERS", READERS);
	struct sharing sharing = {.row = trust_begin("readers of one state "
	    "each", minutes < LONG_MINUTES ? minutes * LEAST_A_MINUTE
	    : LEAST_LONG), .compaction = 0.02};

	begin(&sharing);
	if (n > READERS_MOST)
		n = READERS_MOST;
	start_reading(&sharing, n);
	write_until(&sharing, progress_now() + 60.0 * (double)minutes);
	end_reading(&sharing);
	sharing_does(sharing.row, sharing.index, "--check");
	free(sharing.folder);
	return trust_end(sharing.row);
}
