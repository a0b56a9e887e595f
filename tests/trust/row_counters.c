/*
 * Numbers that are large.  The numbers of articles, segments, files, sources
 * and commits begin a little below 2^31, 2^32 and where they end, and all
 * that an index does is done across: the answers are those of an index that
 * counts from 1.  And archives that are large in one way: a word in every
 * article, a million words, an article of 64 MB, a million values, words and
 * names of any length.
 *
 * Numbers that run out are refused: tests/test_limit.c.
 */
#include "counting.h"
#include "life.h"

#include "store.h"

#include <stdlib.h>

enum { LEAST = 250 };

/* --- numbers that begin high --- */

struct beginning {
	const char *name;
	uint64_t sequence, commits;
	uint32_t segment, file, source;
};

static const struct beginning beginnings[] = {
    {"2^31", (UINT64_C(1) << 31) - 5, (UINT64_C(1) << 31) - 3,
	(UINT32_C(1) << 31) - 3, (UINT32_C(1) << 31) - 2, 999900},
    {"2^32", (UINT64_C(1) << 32) - 5, (UINT64_C(1) << 32) - 3,
	UINT32_MAX - 60, UINT32_MAX - 60, 999990},
    {"2^63", (UINT64_C(1) << 63) - 2000, UINT64_MAX / 2 - 3, 65533, 65533,
	65533},
};

enum { N_BEGINNINGS = sizeof beginnings / sizeof *beginnings };

static void
begin_high(const struct life *life, struct trust_row *row,
    const struct beginning *beginning)
{
	struct error error = {0};
	struct store *store;
	struct root *root;
	enum status status = store_open(life->scenario.index, "i",
	    STORE_EXISTING, 1 << 20, &store, &error);

	if (status == STATUS_OK) {
		root = store_root(store);
		root->next_sequence = beginning->sequence;
		root->commits = beginning->commits;
		root->next_segment = beginning->segment;
		root->next_file = beginning->file;
		root->next_source = beginning->source;
		status = store_commit_begin(store, &error);
		if (status == STATUS_OK)
			status = store_commit_end(store, &error);
		store_close(store);
	}
	if (status != STATUS_OK)
		trust_failed(row, "%s: %s", beginning->name, error.message);
}

/* From the index as it was before a step on; then it is asked and checked. */
static void
live_high(struct life *life, struct trust_row *row,
    const struct beginning *beginning, int step)
{
	struct program_answer answer;
	char message[512];

	scenario_restore(&life->scenario, step);
	begin_high(life, row, beginning);
	if (!scenario_finish(&life->scenario, (enum scenario_step)step,
	    message))
		trust_failed(row, "%s: %s", beginning->name, message);
	answer = scenario_ask(&life->scenario, NULL, NULL);
	if (!program_is_same(&answer, &life->right))
		trust_failed(row, "%s: other answers: %s", beginning->name,
		    answer.err);
	program_answer_free(&answer);
	answer = scenario_check(&life->scenario, NULL, NULL);
	if (answer.status != 0)
		trust_failed(row, "%s: --check: %s%s", beginning->name,
		    answer.out, answer.err);
	program_answer_free(&answer);
	trust_count(row, 1);
}

static void
live_all(struct trust_row *row, const char *folder)
{
	struct life *life = life_once(row, folder, &scenario_usual, NULL);

	for (int i = 0; i < N_BEGINNINGS; i++)
		for (int step = STEP_UPDATE; step < N_STEPS; step++)
			live_high(life, row, &beginnings[i], step);
}

/* --- archives --- */

static const struct {
	const char *name;
	void (*attempt)(struct counting *counting);
} attempts[] = {
    {"a word in every article", counting_word_everywhere},
    {"the longest article", counting_longest_article},
    {"a million words", counting_million_words},
    {"a million values", counting_many_values},
    {"one word for ever", counting_one_word_for_ever},
    {"an article of 2 MB", counting_long_articles},
    {"long keys", counting_long_keys},
    {"a long path", counting_long_path},
};

enum { N_ATTEMPTS = sizeof attempts / sizeof *attempts };

/* The last item is the lives. */
static void
attempt(void *context, struct trust_row *row, const char *folder,
    uint64_t item)
{
	struct counting counting = {.row = row, .folder = folder};

	(void)context;
	if (item == N_ATTEMPTS) {
		live_all(row, folder);
		return;
	}
	trust_clear(folder);
	counting.what = attempts[item].name;
	trust_path(counting.index, folder, "i");
	attempts[item].attempt(&counting);
}

int
main(void)
{
	struct trust_row *row = trust_begin("numbers that are large", LEAST);

	trust_share(row, N_ATTEMPTS + 1, attempt, NULL);
	return trust_end(row);
}
