/* One kill at a random moment, and what must hold after it. */
#include "killing.h"

#include "alloc.h"
#include "moments.h"
#include "progress.h"
#include "sharing.h"
#include "support.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	ARTICLES = 8400,
	WORDS = 170,       /* of an article: some 9 MB in all */
	CHANGED_EVERY = 9, /* in the second edition, ... */
	GONE_EVERY = 50,   /* ... which lacks others */
	MORE = 300,        /* articles of each file that is added */
	N_MORE = 4,
	COMMITS_MOST = 64,
	TIME_LIMIT = 60,
	KILLED = 128 + SIGKILL,
};

const char *const killing_names[N_KILL_KINDS] = {"before the first commit",
    "loading", "updating", "merging", "compacting"};

/* What a kind of kill is of: a command, what it begins and ends with. */
struct work {
	const char *arguments[16]; /* but for -i INDEX */
	const char *base;          /* folder of the index before, or NULL */
	uint64_t commits[COMMITS_MOST];
	unsigned n_commits;
	double first, total;       /* seconds */
	uint64_t matches;          /* a sum over what all queries find */
	struct program_answer right; /* once compacted */
};

struct killing {
	char load[PATH_MAX], update[PATH_MAX], queries[PATH_MAX];
	char more[N_MORE][PATH_MAX];
	struct work works[N_KILL_KINDS];
};

/* --- articles --- */

static void
write_articles(const char *path, int first, int n, int edition, uint64_t seed)
{
	static const char *const words[] = {"storm", "harbour", "bridge",
	    "ferry", "winter", "quay", "lantern", "the", "of", "and",
	    "council", "light", "mayor", "river", "toll", "boat", "night"};
	enum { N_WORDS = sizeof words / sizeof *words };
	FILE *file = fopen(path, "we");

	if (!file)
		abort();
	for (int i = first; i < first + n; i++) {
		uint64_t state = seed + (uint64_t)i;

		if (edition > 1 && i % GONE_EVERY == 0)
			continue;
		fprintf(file, "{\"id\":\"%d\",\"title\":\"Article %d\","
		    "\"text\":\"number%d", i, i, i);
		for (int k = 0; k < WORDS; k++)
			fprintf(file, " %s", words[support_below(&state,
			    N_WORDS)]);
		fprintf(file, "%s\"}\n", edition > 1 &&
		    i % CHANGED_EVERY == 0 ? " revised" : "");
	}
	if (fclose(file) != 0)
		abort();
}

/* Changed articles among the first n records of the second edition. */
static uint64_t
count_changed(uint64_t n)
{
	uint64_t changed = 0;

	for (int i = 1; n > 0 && i <= ARTICLES; i++) {
		if (i % GONE_EVERY == 0)
			continue;
		changed += i % CHANGED_EVERY == 0;
		n--;
	}
	return changed;
}

static void
write_queries(const char *path)
{
	FILE *file = fopen(path, "we");

	if (!file || fputs("1\tstorm\n2\t\"harbour bridge\" revised\n"
	    "3\t\"the storm of\"\n4\tnumber77\n"
	    "5\t\"mayor toll boat\" NEAR/9 night\n", file) == EOF ||
	    fclose(file) != 0)
		abort();
}

/* --- programs --- */

static struct program_run
start(const struct work *work, const char *index)
{
	const char *arguments[24] = {"--json", "-i", index};
	int n = 3;

	for (int i = 0; work->arguments[i]; i++)
		arguments[n++] = work->arguments[i];
	return program_start("quire-index", arguments);
}

static struct program_answer
ask(const struct killing *killing, const char *index)
{
	const char *arguments[] = {"-i", index, "--trec", "-n", "0",
	    "--batch", killing->queries, NULL};

	return program_answer("quire-query", arguments);
}

/* Of each line "QUERY Q0 ARTICLE RANK SCORE NAME" only query and article. */
static uint64_t
sum_matches(const struct program_answer *answer)
{
	uint64_t sum = 0;

	for (const char *at = answer->out; *at; at++) {
		uint64_t hash = 14695981039346656037U;

		for (int fields = 0; *at && *at != '\n'; at++) {
			fields += *at == ' ';
			if (fields < 3)
				hash = (hash ^ (uint8_t)*at) *
				    1099511628211U;
		}
		sum += hash;
		if (!*at)
			break;
	}
	return sum;
}

static bool
succeeds(struct trust_row *row, const char *index, const char *option,
    uint64_t item)
{
	const char *arguments[] = {"-i", index, option, NULL};
	struct program_answer answer = program_answer("quire-index",
	    arguments);
	bool good = answer.status == 0;

	if (!good)
		trust_failed(row, "item %llu: %s: status %d: %s%s",
		    (unsigned long long)item, option, answer.status,
		    answer.out, answer.err);
	program_answer_free(&answer);
	return good;
}

/* --- moments --- */

/* What each whole line "committed" tells. */
static unsigned
read_commits(const char *out, uint64_t commits[COMMITS_MOST])
{
	unsigned n = 0;

	for (const char *end; (end = strchr(out, '\n')) &&
	    n < COMMITS_MOST; out = end + 1) {
		uint64_t told = trust_told_in_line(out);

		if (told)
			commits[n++] = told;
	}
	return n;
}

/* --- undisturbed --- */

static void
set_base(const struct work *work, const char *home)
{
	if (work->base)
		trust_copy(work->base, home);
	else
		trust_clear(home);
}

static void
live(struct killing *killing, struct trust_row *row, struct work *work,
    const char *home)
{
	double begun = progress_now();
	struct program_run run;
	struct program_answer answer;
	char index[PATH_MAX];

	set_base(work, home);
	run = start(work, trust_path(index, home, "i"));
	moment_wait_commits(&run, 1);
	work->first = progress_now() - begun;
	answer = program_end(&run, TIME_LIMIT);
	work->total = progress_now() - begun;
	if (answer.status != 0)
		trust_failed(row, "undisturbed: status %d: %s",
		    answer.status, answer.err);
	work->n_commits = read_commits(answer.out, work->commits);
	program_answer_free(&answer);
	answer = ask(killing, index);
	work->matches = sum_matches(&answer);
	program_answer_free(&answer);
	succeeds(row, index, "--compact", 0);
	work->right = ask(killing, index);
}

/* Makes the index that a work begins with, from the one it begins with now. */
static void
keep(struct work *work, const char *folder, const char *name,
    const char *path)
{
	const struct work make = {.arguments = {"--commit", "1M", path}};
	char kept[PATH_MAX], index[PATH_MAX];
	struct program_run run;
	struct program_answer answer;

	if (!work->base)
		trust_clear(trust_path(kept, folder, name));
	else
		trust_copy(work->base, trust_path(kept, folder, name));
	run = start(&make, trust_path(index, kept, "i"));
	answer = program_end(&run, TIME_LIMIT);
	program_answer_free(&answer);
	work->base = alloc_string(kept);
}

/* The indexes that updating, merging and compacting begin with. */
static void
make_bases(struct killing *killing, struct trust_row *row, const char *folder)
{
	struct work *works = killing->works;

	write_articles(killing->update, 1, ARTICLES, 1, row->seed);
	keep(&works[KILL_UPDATING], folder, "base-update",
	    killing->update);
	write_articles(killing->update, 1, ARTICLES, 2, row->seed);
	works[KILL_COMPACTING].base = works[KILL_UPDATING].base;
	keep(&works[KILL_COMPACTING], folder, "base-compact",
	    killing->update);
	works[KILL_MERGING].base = NULL;
	keep(&works[KILL_MERGING], folder, "base-merge",
	    killing->more[0]);
}

struct killing *
killing_prepare(struct trust_row *row, const char *folder)
{
	struct killing *killing = alloc_zeroed(1, sizeof *killing);
	struct work *works = killing->works;
	char home[PATH_MAX];

	trust_path(killing->load, folder, "load.jsonl");
	trust_path(killing->update, folder, "update.jsonl");
	write_queries(trust_path(killing->queries, folder, "queries"));
	write_articles(killing->load, 1, ARTICLES, 1, row->seed);
	for (int i = 0; i < N_MORE; i++) {
		char name[32];

		snprintf(name, sizeof name, "more%d.jsonl", i);
		write_articles(trust_path(killing->more[i], folder, name),
		    1 + i * MORE, MORE, 1, row->seed);
		works[KILL_MERGING].arguments[i] = killing->more[i];
	}
	works[KILL_BEFORE].arguments[0] = "--commit";
	works[KILL_BEFORE].arguments[1] = "1M";
	works[KILL_BEFORE].arguments[2] = killing->load;
	works[KILL_LOADING] = works[KILL_UPDATING] = works[KILL_BEFORE];
	works[KILL_UPDATING].arguments[2] = killing->update;
	works[KILL_COMPACTING].arguments[0] = "--compact";
	make_bases(killing, row, folder);
	for (int i = 0; i < N_KILL_KINDS; i++) {
		live(killing, row, &works[i], trust_path(home, folder,
		    "home"));
		printf("# %s: first commit after %.3f s, all after %.3f s, "
		    "%u commits\n", killing_names[i], works[i].first,
		    works[i].total, works[i].n_commits);
	}
	return killing;
}

/* --- after a kill --- */

static bool
is_commit(const struct work *work, uint64_t n)
{
	bool found = n == 0;

	for (unsigned i = 0; i < work->n_commits; i++)
		found = found || work->commits[i] == n;
	return found;
}

static bool
is_loaded(const struct work *work, const char *index, uint64_t told)
{
	long n = sharing_count(NULL, index, "title:article");
	char last[32], next[32];

	snprintf(last, sizeof last, "number%ld", n);
	snprintf(next, sizeof next, "number%ld", n + 1);
	return n >= (long)told && is_commit(work, (uint64_t)n) &&
	    sharing_count(NULL, index, next) == 0 &&
	    sharing_count(NULL, index, last) == (n > 0);
}

/*
 * The first edition with the changes of whole batches of the second, at
 * least of those that were told; those gone go in one commit.
 */
static bool
is_updated(const struct work *work, const char *index, uint64_t told)
{
	long n = sharing_count(NULL, index, "title:article");
	uint64_t revised = (uint64_t)sharing_count(NULL, index,
	    "revised");
	bool is_batch = revised == 0;

	for (unsigned i = 0; i < work->n_commits; i++)
		is_batch = is_batch ||
		    revised == count_changed(work->commits[i]);
	return is_batch && revised >= count_changed(told) &&
	    (n == ARTICLES || n == ARTICLES - ARTICLES / GONE_EVERY);
}

static bool
is_whole(const struct work *work, enum killing_kind kind, const char *index,
    uint64_t told)
{
	long n = sharing_count(NULL, index, "title:article");

	if (kind == KILL_BEFORE || kind == KILL_LOADING)
		return is_loaded(work, index, told);
	if (kind == KILL_UPDATING)
		return is_updated(work, index, told);
	if (kind == KILL_MERGING) /* what was there before is told, too */
		return n % MORE == 0 && n >= MORE && n >= (long)told;
	return n == ARTICLES - ARTICLES / GONE_EVERY;
}

/* Nothing that was told is read again; then all is as it should be. */
static void
go_on(const struct killing *killing, struct trust_row *row,
    enum killing_kind kind, const char *index, uint64_t item)
{
	const struct work *work = &killing->works[kind];
	struct program_run run = start(work, index);
	struct program_answer answer = program_end(&run, TIME_LIMIT);

	if (answer.status != 0)
		trust_failed(row, "item %llu, %s, again: status %d: %s",
		    (unsigned long long)item, killing_names[kind],
		    answer.status, answer.err);
	program_answer_free(&answer);
	answer = ask(killing, index);
	if (sum_matches(&answer) != work->matches)
		trust_failed(row, "item %llu, %s: other articles are found: "
		    "%s", (unsigned long long)item, killing_names[kind],
		    answer.err);
	program_answer_free(&answer);
	succeeds(row, index, "--compact", item);
	answer = ask(killing, index);
	if (!program_is_same(&answer, &work->right))
		trust_failed(row, "item %llu, %s: other answers: %s",
		    (unsigned long long)item, killing_names[kind],
		    answer.err);
	program_answer_free(&answer);
}

/* When: after so many commits and a time. */
static double
choose(const struct work *work, enum killing_kind kind, uint64_t *seed,
    unsigned *commits)
{
	*commits = 0;
	if (kind == KILL_BEFORE)
		return moment_fraction(seed) * work->first;
	if (kind == KILL_MERGING || kind == KILL_COMPACTING)
		return moment_fraction(seed) * work->total;
	*commits = 1 + support_below(seed, work->n_commits - 1);
	return moment_fraction(seed) * (work->total - work->first) /
	    work->n_commits;
}

/* Whether it was hit when its kind says. */
static bool
is_in_time(const struct work *work, enum killing_kind kind, uint64_t told)
{
	if (kind == KILL_BEFORE)
		return told == 0;
	if (kind == KILL_LOADING || kind == KILL_UPDATING)
		return told > 0 && told < work->commits[work->n_commits - 1];
	return true;
}

bool
killing_try(struct killing *killing, struct trust_row *row,
    enum killing_kind kind, const char *folder, uint64_t *seed, uint64_t item)
{
	const struct work *work = &killing->works[kind];
	char home[PATH_MAX], index[PATH_MAX];
	struct program_answer answer;
	struct program_run run;
	uint64_t told;
	unsigned commits;
	double seconds = choose(work, kind, seed, &commits);

	set_base(work, trust_path(home, folder, "home"));
	run = start(work, trust_path(index, home, "i"));
	moment_wait_commits(&run, commits);
	moment_pause(seconds);
	kill(run.process, SIGKILL);
	answer = program_end(&run, TIME_LIMIT);
	told = trust_told(answer.out);
	if (answer.status != KILLED) {
		program_answer_free(&answer);
		return false;
	}
	if (access(index, F_OK) != 0) {
		if (told > 0 || work->base)
			trust_failed(row, "item %llu, %s: the index is gone",
			    (unsigned long long)item, killing_names[kind]);
	} else if (succeeds(row, index, "--check", item) &&
	    !is_whole(work, kind, index, told)) {
		trust_failed(row, "item %llu, %s: %ld articles, of %llu that "
		    "were told", (unsigned long long)item,
		    killing_names[kind],
		    sharing_count(NULL, index, "title:article"),
		    (unsigned long long)told);
	}
	program_answer_free(&answer);
	go_on(killing, row, kind, index, item);
	return is_in_time(work, kind, told);
}
