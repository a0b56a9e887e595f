/*
 * Each call that the programs make of the system fails once: with EIO, with
 * ENOSPC, with EINTR, or does half of what it was to do; and each call of LMDB,
 * as if a page were damaged.  The program says so and ends with status 2, or
 * 3 if LMDB fails, or gets along; nothing that was told is lost,
 * and the next run goes on to the same answers.
 */
#include "life.h"

#include <errno.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>

enum { LEAST = 1000 };

/* Which calls fail how. */
static const struct fault {
	const char *kinds;
	int error; /* 0: short */
	bool forever;
} faults[] = {
    {"wstcnmor", EIO, false},
    {"wtcnm", ENOSPC, false},
    {"w", 0, false},
    {"wstcor", EINTR, false},
    {"a", EIO, false},
    /* A file system without locks has none at any time. */
    {"l", ENOLCK, true},
    {"d", MDB_CORRUPTED, false},
};

enum { N_FAULTS = sizeof faults / sizeof *faults };

/* How many calls each fault can hit, in each command. */
typedef uint64_t call_table[N_FAULTS][N_COMMANDS];

static void
fail_one(void *context, struct trust_row *row, const char *folder,
    uint64_t item)
{
	struct life *life = life_once(row, folder, &scenario_tiny, NULL);
	const uint64_t *calls = context;
	struct trust_plan plan = {.call = item};
	struct harm harm = {0, &plan, item};
	struct program_answer answer;
	const struct fault *fault;
	char deed[16];
	int i = 0;

	while (plan.call >= calls[i])
		plan.call -= calls[i++];
	plan.call++;
	fault = &faults[i / N_COMMANDS];
	harm.command = i % N_COMMANDS;
	snprintf(deed, sizeof deed, "%d", fault->error);
	plan.kinds = fault->kinds;
	plan.forever = fault->forever;
	plan.deed = fault->error ? deed : "short";
	answer = life_harm(life, row, &harm);
	life_judge(life, row, &harm, &answer);
	life_look(life, row, &harm, &answer);
	life_go_on(life, row, &harm, &answer);
	program_answer_free(&answer);
	trust_count(row, 1);
}

int
main(void)
{
	struct trust_row *row = trust_begin("each call fails once", LEAST);
	char *folder = trust_folder();
	static call_table calls;
	uint64_t n = 0;

	for (int i = 0; i < N_FAULTS; i++) {
		struct life *life = life_again(row, folder, &scenario_tiny,
		    faults[i].kinds);

		for (int k = 0; k < N_COMMANDS; k++)
			n += calls[i][k] = life->counts[k].calls;
	}
	trust_share(row, n, fail_one, calls);
	free(folder);
	return trust_end(row);
}
