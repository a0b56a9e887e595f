/*
 * Answers equal those of an exhaustive search: 10,000 queries of each of
 * three kinds of random archives, each of them answered from an index of one,
 * of three and of nine segments; half of them with deletions.
 *
 * QUIRE_QUERIES says how many for each kind.
 */
#include "trust.h"

#include "support.h"
#include "support_trial.h"

#include <stdio.h>
#include <stdlib.h>

enum { QUERIES = 10000, OF_AN_ARCHIVE = 1000 };

static const uint32_t segments[TRIAL_INDEXES] = {1, 3, 9};

/* Short articles over two windows; long ones; something between. */
static const struct made_shape shapes[] = {{5500, 7, 10, 300},
    {350, 100, 5, 4000}, {2800, 25, 7, 1000}};
enum { SHAPES = sizeof shapes / sizeof *shapes };

static void
make_index(struct trial *trial, const char *path, uint32_t n_segments)
{
	struct trial_index *index = trial_open(trial, path);
	uint32_t first = 0, n = trial->archive.n_documents;

	for (uint32_t left = n_segments; left > 0; left--) {
		uint32_t most = 2 * (n - first) / left - 1;
		uint32_t some = left == 1 ? n - first
		    : 1 + support_below(&trial->seed, most);

		trial_add(trial, index, first, some);
		first += some;
	}
}

static void
ask(struct trial *trial, struct trust_row *row, const char *state, uint32_t n)
{
	struct trial_counts counts = trial_ask(trial, state, n);

	if (counts.n_different)
		trust_failed(row, "%s: %u of %u queries have other answers",
		    state, counts.n_different, counts.n);
	trust_count(row, (uint64_t)counts.n * TRIAL_INDEXES);
	__atomic_add_fetch(&row->other, counts.n_found, __ATOMIC_SEQ_CST);
}

static void
try_archive(void *context, struct trust_row *row, const char *folder,
    uint64_t item)
{
	uint64_t queries = *(uint64_t *)context;
	uint64_t done = item / SHAPES * OF_AN_ARCHIVE;
	uint32_t n = (uint32_t)(queries - done < OF_AN_ARCHIVE
	    ? queries - done : OF_AN_ARCHIVE);
	struct trial trial;

	trust_clear(folder);
	trial_create(&trial, &shapes[item % SHAPES],
	    trust_seed(row, item));
	trial_choose(&trial);
	for (int i = 0; i < TRIAL_INDEXES; i++) {
		char path[PATH_MAX], name[16];

		snprintf(name, sizeof name, "%u", segments[i]);
		make_index(&trial, trust_path(path, folder, name),
		    segments[i]);
	}
	ask(&trial, row, "nothing deleted", n - n / 2);
	trial_change(&trial, 3);
	ask(&trial, row, "a third deleted", n / 2);
	trial_close(&trial);
	trial_free(&trial);
}

int
main(void)
{
	uint64_t n = trust_number("QUIRE_QUERIES", QUERIES);
	struct trust_row *row = trust_begin("answers equal brute force",
	    n * SHAPES * TRIAL_INDEXES);

	trust_share(row, (n + OF_AN_ARCHIVE - 1) / OF_AN_ARCHIVE *
	    SHAPES, try_archive, &n);
	printf("# %llu of %llu queries find something\n",
	    (unsigned long long)row->other,
	    (unsigned long long)row->count / TRIAL_INDEXES);
	/* A row of nothing but empty answers would be none. */
	if (3 * row->other * TRIAL_INDEXES < row->count)
		trust_failed(row, "too few queries find something");
	return trust_end(row);
}
