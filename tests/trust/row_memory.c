/*
 * Each allocation of the programs fails: once, or with all that follow.  The
 * program says so and ends with status 2, or gets along without; no answer
 * is wrong, and the index is whole.
 */
#include "life.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	LEAST = 2000,
	GONE_ON_EVERY = 8, /* to the same answers */
};


static const int commands[] = {STEP_LOAD, STEP_UPDATE, STEP_REMOVE, STEP_MERGE,
    STEP_COMPACT, COMMAND_CHECK, COMMAND_ASK};

enum { N_TRIED = sizeof commands / sizeof *commands };

static void
fail_one(void *context, struct trust_row *row, const char *folder,
    uint64_t item)
{
	struct life *life = life_once(row, folder, &scenario_tiny, NULL);
	const struct trust_counts *counts = context;
	struct trust_plan plan = {.allocation = item / 2,
	    .forever = item % 2 != 0, .is_perhaps = true};
	struct harm harm = {0, &plan, item};
	struct program_answer answer;
	int i = 0;

	while (plan.allocation >= counts[commands[i]].allocations)
		plan.allocation -= counts[commands[i++]].allocations;
	plan.allocation++;
	harm.command = commands[i];
	answer = life_harm(life, row, &harm);
	life_judge(life, row, &harm, &answer);
	if (harm.command < N_STEPS) {
		life_look(life, row, &harm, &answer);
		if (item / 2 % GONE_ON_EVERY == 0)
			life_go_on(life, row, &harm, &answer);
	}
	program_answer_free(&answer);
	trust_count(row, 1);
}

int
main(void)
{
	struct trust_row *row = trust_begin("each allocation fails", LEAST);
	char *folder = trust_folder();
	struct life *life = life_once(row, folder, &scenario_tiny, NULL);
	uint64_t n = 0;

	for (int i = 0; i < N_TRIED; i++)
		n += life->counts[commands[i]].allocations;
	printf("# %llu allocations\n", (unsigned long long)n);
	trust_share(row, 2 * n, fail_one, life->counts);
	free(folder);
	return trust_end(row);
}
