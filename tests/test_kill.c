/*
 * The indexer is killed at random moments: no acknowledged article is lost,
 * no batch is there by half, and the next run goes on to the same answers.
 */
#include "alloc.h"
#include "support.h"
#include "support_kill.h"
#include "support_programs.h"
#include "progress.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	ARTICLES = 14000,
	WORDS = 170,       /* of an article: some 15 MB in all */
	CHANGED_EVERY = 9, /* in the second edition, ... */
	GONE_EVERY = 50,   /* ... which lacks others */
	TRIES_MOST = 400,
	KILLS = 40, /* of a loading, unless QUIRE_KILLS says how many */
};

/* --- the archive --- */

static bool
is_changed(int number)
{
	return number % CHANGED_EVERY == 0;
}

static bool
is_gone(int number)
{
	return number % GONE_EVERY == 0;
}

static void
write_archive(const char *path, int edition)
{
	static const char *const words[] = {"storm", "harbour", "bridge",
	    "ferry", "winter", "quay", "lantern", "the", "of", "and",
	    "council", "light", "mayor", "river", "toll", "boat", "night"};
	enum { N_WORDS = sizeof words / sizeof *words };
	FILE *file = fopen(path, "we");
	uint64_t state = 7;

	ck_assert_ptr_nonnull(file);
	for (int i = 1; i <= ARTICLES; i++) {
		bool is_there = edition == 1 || !is_gone(i);

		if (is_there)
			fprintf(file, "{\"id\":\"%d\",\"title\":\"Article %d\","
			    "\"text\":\"number%d", i, i, i);
		for (int k = 0; k < WORDS; k++) {
			uint32_t word = support_below(&state, N_WORDS);

			if (is_there)
				fprintf(file, " %s", words[word]);
		}
		if (is_there)
			fprintf(file, "%s\"}\n", edition > 1 && is_changed(i)
			    ? " revised" : "");
	}
	ck_assert_int_eq(fclose(file), 0);
}

/* Changed articles among the first n records of the second edition. */
static uint64_t
count_changed(uint64_t n)
{
	uint64_t changed = 0;

	for (int i = 1; n > 0 && i <= ARTICLES; i++) {
		if (is_gone(i))
			continue;
		changed += is_changed(i);
		n--;
	}
	return changed;
}

/* --- the programs --- */

static const char *const queries[] = {"storm", "\"harbour bridge\" revised",
    "\"the storm of\"", "number77", "\"mayor toll boat\" NEAR/9 night"};

enum { N_QUERIES = sizeof queries / sizeof *queries };

struct answers {
	struct program_answer of[N_QUERIES][2];
};

/* Every hit with its score, and the best ones with all that is known. */
static struct answers
ask_all(const char *index)
{
	struct answers answers;

	for (int i = 0; i < N_QUERIES; i++) {
		const char *all[] = {"-i", index, "-n", "0", "--trec",
		    queries[i], NULL};
		const char *best[] = {"-i", index, "-n", "20", "--json",
		    queries[i], NULL};

		answers.of[i][0] = program_answer("quire-query", all);
		answers.of[i][1] = program_answer("quire-query", best);
	}
	return answers;
}

static void
free_answers(struct answers *answers)
{
	for (int i = 0; i < N_QUERIES; i++)
		for (int k = 0; k < 2; k++)
			program_answer_free(&answers->of[i][k]);
}

/* Asks again and says where the answers are others. */
static bool
still_answers(const char *index, const struct answers *right)
{
	struct answers answers = ask_all(index);
	bool same = true;

	for (int i = 0; i < N_QUERIES; i++)
		for (int k = 0; k < 2; k++) {
			const struct program_answer *is = &answers.of[i][k];

			if (program_is_same(is, &right->of[i][k]))
				continue;
			printf("%s: status %d, %zu bytes, not %d, %zu; %s\n",
			    queries[i], is->status, is->out_size,
			    right->of[i][k].status, right->of[i][k].out_size,
			    is->err);
			same = false;
		}
	free_answers(&answers);
	return same;
}

static uint64_t
count(const char *index, const char *query)
{
	const char *arguments[] = {"-i", index, "-c", query, NULL};
	struct program_answer answer = program_answer("quire-query",
	    arguments);
	uint64_t n = strtoull(answer.out, NULL, 10);

	ck_assert_msg(answer.status <= 1, "%s: status %d: %s", query,
	    answer.status, answer.err);
	program_answer_free(&answer);
	return n;
}

static struct program_answer
index_archive(const char *index, const char *archive)
{
	struct program_run run = kill_start(index, archive);
	struct program_answer answer = program_end(&run, 60);

	ck_assert_msg(answer.status == 0, "quire-index ends with %d: %s",
	    answer.status, answer.err);
	return answer;
}

static bool
succeeds(const char *index, const char *option)
{
	const char *arguments[] = {"-i", index, option, NULL};
	struct program_answer answer = program_answer("quire-index",
	    arguments);
	bool good = answer.status == 0;

	if (!good)
		printf("%s: status %d: %s%s\n", option, answer.status,
		    answer.out, answer.err);
	program_answer_free(&answer);
	return good;
}

/* A number of a JSON object in what a program wrote, or 0. */
static uint64_t
number_of(const char *text, const char *name)
{
	const char *at = strstr(text, name);

	return at ? strtoull(at + strlen(name), NULL, 10) : 0;
}

/* --- the test --- */

struct trial {
	char *folder;
	char index[PATH_MAX], archive[PATH_MAX], undisturbed[PATH_MAX];
	struct acknowledged commits; /* of the undisturbed run */
	double first, total;         /* seconds until its first, its end */
	struct answers right;
	uint64_t seed;
	unsigned n_kills, n_bad;
};

static void
begin(struct trial *trial, const char *name)
{
	char text[64];

	snprintf(text, sizeof text, "kill, %s", name);
	*trial = (struct trial){.seed = support_seed(text),
	    .folder = support_folder()};
	snprintf(trial->index, PATH_MAX, "%s/index", trial->folder);
	snprintf(trial->archive, PATH_MAX, "%s/archive.jsonl",
	    trial->folder);
	snprintf(trial->undisturbed, PATH_MAX, "%s/undisturbed",
	    trial->folder);
}

static void
end(struct trial *trial)
{
	free_answers(&trial->right);
	free(trial->folder);
}

static unsigned
count_kills(void)
{
	const char *text = getenv("QUIRE_KILLS");

	return text ? (unsigned)strtoul(text, NULL, 10) : KILLS;
}

static void
run_undisturbed(struct trial *trial)
{
	double start = progress_now();
	struct program_run run = kill_start(trial->undisturbed,
	    trial->archive);
	struct program_answer answer;

	kill_wait(&run, 1);
	trial->first = progress_now() - start;
	answer = program_end(&run, 60);
	trial->total = progress_now() - start;
	ck_assert_int_eq(answer.status, 0);
	trial->commits = acknowledged_read(answer.out);
	ck_assert_uint_ge(trial->commits.n, 5);
	printf("undisturbed: first commit after %.3f s, all after %.3f s, "
	    "%u commits\n", trial->first, trial->total, trial->commits.n);
	program_answer_free(&answer);
}

/* Between 0 and 1. */
static double
fraction(uint64_t *seed)
{
	return (double)(support_random(seed) >> 11) / 9007199254740992.0;
}

static void
remove_index(const struct trial *trial)
{
	char path[PATH_MAX + 8];

	unlink(trial->index);
	snprintf(path, sizeof path, "%s-lock", trial->index);
	unlink(path);
}

static void
copy_file(const char *from, const char *to)
{
	FILE *in = fopen(from, "re"), *out = fopen(to, "we");
	char bytes[65536];
	size_t n;

	ck_assert(in && out);
	while ((n = fread(bytes, 1, sizeof bytes, in)) > 0)
		ck_assert_uint_eq(fwrite(bytes, 1, n, out), n);
	fclose(in);
	ck_assert_int_eq(fclose(out), 0);
}

/* After a kill: whole batches, and every one that was acknowledged. */
static bool
is_whole(const struct trial *trial, uint64_t acknowledged)
{
	char last[32], next[32];
	uint64_t n;

	if (access(trial->index, F_OK) != 0)
		return acknowledged == 0;
	if (!succeeds(trial->index, "--check"))
		return false;
	n = count(trial->index, "title:article");
	snprintf(last, sizeof last, "number%d", (int)n);
	snprintf(next, sizeof next, "number%d", (int)n + 1);
	if (n >= acknowledged && acknowledged_has(&trial->commits, n) &&
	    count(trial->index, next) == 0 &&
	    count(trial->index, last) == (n > 0))
		return true;
	printf("%d articles, of which %d are acknowledged\n", (int)n,
	    (int)acknowledged);
	return false;
}

/* The next run reads nothing again that was acknowledged. */
static bool
goes_on(const struct trial *trial, uint64_t acknowledged)
{
	struct program_answer answer = index_archive(trial->index,
	    trial->archive);
	uint64_t added = number_of(answer.out, "\"added\":");
	uint64_t unchanged = number_of(answer.out, "\"unchanged\":");
	bool good = added + unchanged == ARTICLES && unchanged >= acknowledged;

	if (!good)
		printf("then %d added, %d unchanged, of which %d were "
		    "acknowledged\n", (int)added, (int)unchanged,
		    (int)acknowledged);
	program_answer_free(&answer);
	return still_answers(trial->index, &trial->right) && good;
}

/*
 * `n` kills before the first commit, or between the first and the last.
 * Those that hit another moment are looked at too, but do not count.
 */
static void
kill_loading(struct trial *trial, unsigned n, bool before)
{
	unsigned done = 0, tries = 0;

	for (; done < n && tries < TRIES_MOST; tries++) {
		double batch = (trial->total - trial->first) /
		    trial->commits.n;
		struct kill_moment moment = {0, fraction(&trial->seed) *
		    trial->first};
		struct acknowledged commits;
		uint64_t told;

		if (!before)
			moment = (struct kill_moment){1 + support_below(
			    &trial->seed, trial->commits.n - 1),
			    fraction(&trial->seed) * batch};
		remove_index(trial);
		if (!kill_at(trial->index, trial->archive, &moment,
		    &commits))
			continue;
		told = acknowledged_last(&commits);
		done += before ? told == 0 : told > 0 && told < ARTICLES;
		if (!is_whole(trial, told) || !goes_on(trial, told))
			trial->n_bad++;
	}
	printf("%u kills %s, of %u tries\n", done, before ?
	    "before the first commit" : "between the first and the last",
	    tries);
	ck_assert_uint_eq(done, n);
}

START_TEST(an_index_being_loaded_survives)
{
	struct trial trial;
	unsigned n_before = count_kills() / 4;

	begin(&trial, "loading");
	write_archive(trial.archive, 1);
	run_undisturbed(&trial);
	trial.right = ask_all(trial.undisturbed);
	ck_assert_uint_eq(count(trial.undisturbed, "title:article"),
	    ARTICLES);
	kill_loading(&trial, n_before, true);
	kill_loading(&trial, count_kills() - n_before, false);
	ck_assert_uint_eq(trial.n_bad, 0);
	end(&trial);
}
END_TEST

/*
 * The first edition with the changes of whole batches of the second, at
 * least of those that were acknowledged; those gone go in one commit.
 */
static bool
is_between_editions(const struct trial *trial, uint64_t acknowledged)
{
	uint64_t all = count(trial->index, "title:article");
	uint64_t revised = count(trial->index, "revised");
	bool is_batch = revised == 0;

	for (unsigned i = 0; i < trial->commits.n; i++)
		is_batch = is_batch || revised ==
		    count_changed(trial->commits.of[i]);
	if (is_batch && revised >= count_changed(acknowledged) &&
	    (all == ARTICLES || all == ARTICLES - ARTICLES / GONE_EVERY))
		return true;
	printf("%d articles, %d revised, %d records are acknowledged\n",
	    (int)all, (int)revised, (int)acknowledged);
	return false;
}

START_TEST(an_index_being_updated_survives)
{
	struct trial trial;
	unsigned n = count_kills() * 3 / 8, done = 0;
	char base[PATH_MAX];
	struct program_answer answer;

	begin(&trial, "updating");
	snprintf(base, sizeof base, "%s/base", trial.folder);
	write_archive(trial.archive, 1);
	answer = index_archive(base, trial.archive);
	program_answer_free(&answer);
	write_archive(trial.archive, 2);
	copy_file(base, trial.undisturbed);
	run_undisturbed(&trial);
	ck_assert(succeeds(trial.undisturbed, "--compact"));
	trial.right = ask_all(trial.undisturbed);
	for (int tries = 0; done < n && tries < TRIES_MOST; tries++) {
		struct kill_moment moment = {0, fraction(&trial.seed) *
		    trial.total};
		struct acknowledged commits;
		bool good;

		remove_index(&trial);
		copy_file(base, trial.index);
		if (!kill_at(trial.index, trial.archive, &moment,
		    &commits))
			continue;
		done++;
		good = succeeds(trial.index, "--check") &&
		    is_between_editions(&trial, acknowledged_last(&commits));
		answer = index_archive(trial.index, trial.archive);
		program_answer_free(&answer);
		good = succeeds(trial.index, "--compact") && good;
		good = still_answers(trial.index, &trial.right) && good;
		trial.n_bad += !good;
	}
	printf("%u kills\n", done);
	ck_assert_uint_eq(done, n);
	ck_assert_uint_eq(trial.n_bad, 0);
	end(&trial);
}
END_TEST

static Suite *
kill_suite(void)
{
	Suite *suite = suite_create("kill");
	TCase *tests = tcase_create("kill");

	tcase_set_timeout(tests, 900);
	tcase_add_test(tests, an_index_being_loaded_survives);
	tcase_add_test(tests, an_index_being_updated_survives);
	suite_add_tcase(suite, tests);
	return suite;
}

int
main(void)
{
	return support_run(kill_suite());
}
