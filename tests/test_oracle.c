/*
 * The engine against the exhaustive searcher: random queries on random
 * archives, in one segment and in many, with deletions, before and after
 * merging.  QUIRE_SEED repeats a run; QUIRE_QUERIES says how many queries an
 * archive gets.
 */
#include "support.h"
#include "support_trial.h"

#include <stdio.h>
#include <stdlib.h>

enum { QUERIES = 3400, N_STATES = 7 };

static uint32_t
n_queries(void)
{
	const char *text = getenv("QUIRE_QUERIES");

	return text ? (uint32_t)strtoul(text, NULL, 10) : QUERIES;
}

static void
ask_many(struct trial *trial, const char *state)
{
	struct trial_counts counts = trial_ask(trial, state,
	    n_queries() / N_STATES + 1);

	printf("  %s: %zu segments, %u queries, %zu find something, "
	    "%zu hits\n", state, store_root(trial->indexes[0].store)
	    ->n_segments, counts.n, counts.n_found, counts.n_hits);
	fflush(stdout);
	ck_assert_msg(counts.n_different == 0, "engine and oracle differ");
	/* A test of nothing but empty answers would be none. */
	ck_assert_uint_gt(3 * counts.n_found, counts.n);
}

/* --- the states of an index --- */

static void
try_one_segment(struct trial *trial, const char *path)
{
	trial_choose(trial);
	trial_add(trial, trial_open(trial, path), 0,
	    trial->archive.n_documents);
	ask_many(trial, "one segment");
	trial_change(trial, 3);
	ask_many(trial, "one segment with deletions");
	trial_close(trial);
}

static void
try_many_segments(struct trial *trial, const char *path)
{
	struct trial_index *index = trial_open(trial, path);
	uint32_t n, first = 0;

	trial_choose(trial);
	while (first < trial->archive.n_documents) {
		n = 1 + support_below(&trial->seed, support_below(&trial->seed,
		    3) ? trial->archive.n_documents / 4 : 10);
		if (n > trial->archive.n_documents - first)
			n = trial->archive.n_documents - first;
		trial_add(trial, index, first, n);
		first += n;
	}
	ask_many(trial, "many segments");
	trial_change(trial, 3);
	ask_many(trial, "many segments with deletions");
	n = (uint32_t)store_root(index->store)->n_segments / 2;
	trial_merge(trial, support_below(&trial->seed, n), n);
	ask_many(trial, "some segments merged");
	trial_change(trial, 5);
	ask_many(trial, "some segments merged, then deletions");
	trial_merge(trial, 0, (uint32_t)store_root(index->store)->n_segments);
	ask_many(trial, "all segments merged");
	trial_close(trial);
}

static const struct made_shape shapes[] = {
	/* Several windows of documents, long lists of short articles. */
	{8500, 7, 10, 300},
	/* Blocks of positions. */
	{500, 100, 6, 4000},
	{4000, 25, 10, 1000},
};

START_TEST(the_engine_finds_and_scores_what_an_exhaustive_search_does)
{
	char *folder = support_folder(), path[64];
	struct trial trial;

	trial_create(&trial, &shapes[_i], support_seed("oracle") +
	    (uint64_t)_i * 7919);
	printf("archive %d: %u articles, %zu words\n", _i,
	    trial.archive.n_documents, trial.archive.n_tokens);
	snprintf(path, sizeof path, "%s/one", folder);
	try_one_segment(&trial, path);
	snprintf(path, sizeof path, "%s/many", folder);
	try_many_segments(&trial, path);
	trial_free(&trial);
	free(folder);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("oracle");
	TCase *tcase = tcase_create("oracle");

	tcase_set_timeout(tcase, 900);
	tcase_add_loop_test(tcase,
	    the_engine_finds_and_scores_what_an_exhaustive_search_does, 0,
	    sizeof shapes / sizeof *shapes);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
