/*
 * The indexer is killed before and after each call by which it changes a
 * file, in every step of a small life of an index.  What is left is whole
 * and holds all that was acknowledged; the same commands again lead to the
 * same answers as if nothing had happened.
 */
#include "life.h"

#include <stdio.h>
#include <stdlib.h>

enum { LEAST = 200 };

static const char kinds[] = "wstcnm";

static const int steps[] = {STEP_LOAD, STEP_UPDATE, STEP_REMOVE, STEP_MERGE,
    STEP_COMPACT};

/* The calls of each step, one after another, each twice. */
static void
kill_one(void *context, struct trust_row *row, const char *folder,
    uint64_t item)
{
	struct life *life = life_once(row, folder, &scenario_usual, kinds);
	struct trust_plan plan = {.kinds = kinds, .call = item / 2,
	    .deed = item % 2 ? "kill-after" : "kill-before"};
	struct harm harm = {0, &plan, item};
	struct program_answer killed;

	(void)context;
	harm.command = life_step_of_call(life, steps, &plan.call);
	killed = life_harm(life, row, &harm);
	life_look(life, row, &harm, &killed);
	life_go_on(life, row, &harm, &killed);
	program_answer_free(&killed);
	trust_count(row, 1);
}

int
main(void)
{
	struct trust_row *row = trust_begin("killed at each call", LEAST);
	char *folder = trust_folder();
	struct life *life = life_once(row, folder, &scenario_usual, kinds);
	uint64_t n = 0;

	for (int i = 0; i < N_STEPS; i++) {
		printf("# %s: %llu calls\n", scenario_step_names[i],
		    (unsigned long long)life->counts[i].calls);
		n += life->counts[i].calls;
	}
	trust_share(row, 2 * n, kill_one, NULL);
	free(folder);
	return trust_end(row);
}
