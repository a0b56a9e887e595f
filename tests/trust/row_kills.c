/*
 * The indexer is killed at random moments while it loads, updates, merges
 * and compacts: no acknowledged article is lost, no batch is there by half,
 * and the next run goes on to the same articles at once, and to the same
 * answers in the same order once both are compacted.
 *
 * Commits are of 1 MB.  Of 500 kills 100 come before the first commit, 300
 * between the first and the last of a load or an update.
 */
#include "killing.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	KILLS = 500, /* unless QUIRE_KILLS says how many */
	TRIES_MOST = 100,
	SHARES = 20,
};

/* How many of SHARES kills are of which kind. */
static const enum killing_kind shares[SHARES] = {
    KILL_BEFORE, KILL_LOADING, KILL_UPDATING, KILL_LOADING, KILL_MERGING,
    KILL_BEFORE, KILL_LOADING, KILL_UPDATING, KILL_LOADING, KILL_COMPACTING,
    KILL_BEFORE, KILL_LOADING, KILL_UPDATING, KILL_LOADING, KILL_MERGING,
    KILL_BEFORE, KILL_LOADING, KILL_UPDATING, KILL_LOADING, KILL_COMPACTING};

/* Each of them was tried until it was hit in its time. */
static void
tell_kinds(uint64_t n)
{
	uint64_t done[N_KILL_KINDS] = {0};

	for (uint64_t i = 0; i < n; i++)
		done[shares[i % SHARES]]++;
	for (int i = 0; i < N_KILL_KINDS; i++)
		printf("# %s: %llu\n", killing_names[i],
		    (unsigned long long)done[i]);
}

static void
kill_one(void *context, struct trust_row *row, const char *folder,
    uint64_t item)
{
	struct killing *killing = context;
	enum killing_kind kind = shares[item % SHARES];
	uint64_t seed = trust_seed(row, item);

	for (int i = 0; i < TRIES_MOST; i++)
		if (killing_try(killing, row, kind, folder, &seed, item)) {
			trust_count(row, 1);
			return;
		}
	trust_failed(row, "item %llu, %s: it was never hit in time",
	    (unsigned long long)item, killing_names[kind]);
}

int
main(void)
{
	uint64_t n = trust_number("QUIRE_KILLS", KILLS);
	struct trust_row *row = trust_begin("killed at any time", n);
	char *folder = trust_folder();
	struct killing *killing = killing_prepare(row, folder);

	if (row->failures == 0)
		trust_share(row, n, kill_one, killing);
	tell_kinds(n);
	free(folder);
	return trust_end(row);
}
