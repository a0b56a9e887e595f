/*
 * The indexer is killed before and after each call by which it changes a
 * file, in every step of a small life of an index.  What is left is whole
 * and holds all that was acknowledged; the same commands again lead to the
 * same answers as if nothing had happened.
 */
#include "scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { LEAST = 200 };

static const char kinds[] = "wstcnm";

/* Of a worker: its scenario, kept before each step, and the right answers. */
static struct life {
	struct scenario scenario;
	struct program_answer right;
	struct trust_counts counts[N_STEPS];
	long articles[N_STEPS + 1];
	bool is_made;
} life;

static bool
is_done(struct program_answer *answer)
{
	bool good = answer->status == 0;

	if (!good)
		printf("# undisturbed: status %d: %s\n", answer->status,
		    answer->err);
	program_answer_free(answer);
	return good;
}

/* The undisturbed life. */
static void
live(struct trust_row *row, const char *folder)
{
	struct trust_plan plan = {.kinds = kinds};

	if (life.is_made)
		return;
	life.is_made = true;
	scenario_make(&life.scenario, folder, &scenario_usual, row->seed);
	for (int i = 0; i < N_STEPS; i++) {
		struct program_answer answer;

		scenario_keep(&life.scenario, i);
		answer = scenario_do(&life.scenario, (enum scenario_step)i,
		    &plan, &life.counts[i]);
		if (!is_done(&answer))
			trust_failed(row, "the undisturbed life ends early");
		life.articles[i + 1] = scenario_count(&life.scenario);
	}
	life.right = scenario_ask(&life.scenario, NULL, NULL);
}

/* Which call of which step an item is. */
struct place {
	int step;
	uint64_t call;
	bool after;
};

static struct place
find_place(uint64_t item, const uint64_t calls[N_STEPS])
{
	struct place place = {0, 0, item % 2};

	place.call = item / 2;
	while (place.step < N_STEPS - 1 && place.call >= calls[place.step])
		place.call -= calls[place.step++];
	place.call++;
	return place;
}

/* --- what is left after a kill --- */

static void
look(struct trust_row *row, const struct place *place,
    const struct program_answer *killed)
{
	long told = (long)trust_told(killed->out), n;
	struct program_answer check;

	if (access(life.scenario.index, F_OK) != 0) {
		if (place->step != STEP_LOAD || told > 0)
			trust_failed(row, "%s, call %llu: the index is gone",
			    scenario_step_names[place->step],
			    (unsigned long long)place->call);
		return;
	}
	check = scenario_check(&life.scenario, NULL, NULL);
	if (check.status != 0)
		trust_failed(row, "%s, call %llu: --check: %d: %s%s",
		    scenario_step_names[place->step],
		    (unsigned long long)place->call, check.status, check.out,
		    check.err);
	program_answer_free(&check);
	n = scenario_count(&life.scenario);
	if ((place->step == STEP_LOAD && n < told) ||
	    (place->step == STEP_MERGE && n < life.articles[STEP_MERGE] +
	    told) || n < 0)
		trust_failed(row, "%s, call %llu: %ld articles, of which %ld "
		    "are acknowledged", scenario_step_names[place->step],
		    (unsigned long long)place->call, n, told);
}

static void
go_on(struct trust_row *row, const struct place *place)
{
	struct program_answer answer;
	char message[512];

	if (!scenario_finish(&life.scenario, (enum scenario_step)place->step,
	    message)) {
		trust_failed(row, "%s, call %llu: %s",
		    scenario_step_names[place->step],
		    (unsigned long long)place->call, message);
		return;
	}
	answer = scenario_ask(&life.scenario, NULL, NULL);
	if (!program_is_same(&answer, &life.right))
		trust_failed(row, "%s, call %llu: other answers, status %d: "
		    "%s", scenario_step_names[place->step],
		    (unsigned long long)place->call, answer.status,
		    answer.err);
	program_answer_free(&answer);
}

static void
kill_one(void *context, struct trust_row *row, const char *folder,
    uint64_t item)
{
	struct place place = find_place(item, context);
	struct trust_plan plan = {.kinds = kinds, .call = place.call,
	    .deed = place.after ? "kill-after" : "kill-before"};
	struct program_answer killed;
	struct trust_counts counts;

	live(row, folder);
	scenario_restore(&life.scenario, place.step);
	killed = scenario_do(&life.scenario, (enum scenario_step)place.step,
	    &plan, &counts);
	if (!counts.fired)
		trust_failed(row, "%s, call %llu was not reached",
		    scenario_step_names[place.step],
		    (unsigned long long)place.call);
	look(row, &place, &killed);
	go_on(row, &place);
	program_answer_free(&killed);
	trust_count(row, 1);
}

int
main(void)
{
	struct trust_row *row = trust_begin("killed at each call", LEAST);
	uint64_t calls[N_STEPS], n = 0;
	char *folder = trust_folder();

	live(row, folder);
	life.is_made = false; /* each worker has its own */
	for (int i = 0; i < N_STEPS; i++) {
		calls[i] = life.counts[i].calls;
		printf("# %s: %llu calls\n", scenario_step_names[i],
		    (unsigned long long)calls[i]);
		n += calls[i];
	}
	trust_share(row, 2 * n, kill_one, calls);
	free(folder);
	return trust_end(row);
}
