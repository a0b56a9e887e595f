/* The scenario lived once, and what must hold after harm. */
#include "life.h"

#include "alloc.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct program_answer
do_command(struct life *life, int command, const struct trust_plan *plan,
    struct trust_counts *counts)
{
	if (command == COMMAND_CHECK)
		return scenario_check(&life->scenario, plan, counts);
	if (command == COMMAND_ASK)
		return scenario_ask(&life->scenario, plan, counts);
	return scenario_do(&life->scenario, (enum scenario_step)command, plan,
	    counts);
}

static const char *
command_name(int command)
{
	return command == COMMAND_CHECK ? "check" : command == COMMAND_ASK
	    ? "ask" : scenario_step_names[command];
}

/* Where the index was kept on which a command works. */
static int
kept_for(int command)
{
	return command < N_STEPS ? command : N_STEPS;
}

static void
live(struct life *life, struct trust_row *row, const char *kinds)
{
	struct trust_plan plan = {.kinds = kinds};

	for (int i = 0; i < N_COMMANDS; i++) {
		struct program_answer answer;

		if (i <= N_STEPS)
			scenario_keep(&life->scenario, i);
		else
			scenario_restore(&life->scenario, N_STEPS);
		answer = do_command(life, i, &plan, &life->counts[i]);
		if (answer.status != 0)
			trust_failed(row, "undisturbed %s: status %d: %s",
			    command_name(i), answer.status, answer.err);
		if (i < N_STEPS)
			life->articles[i + 1] =
			    scenario_count(&life->scenario);
		program_answer_free(&answer);
	}
	life->right = scenario_ask(&life->scenario, NULL, NULL);
}

struct life *
life_again(struct trust_row *row, const char *folder,
    const struct scenario_size *size, const char *kinds)
{
	struct life *life = alloc_zeroed(1, sizeof *life);

	scenario_make(&life->scenario, alloc_string(folder), size, row->seed);
	live(life, row, kinds);
	return life;
}

struct life *
life_once(struct trust_row *row, const char *folder,
    const struct scenario_size *size, const char *kinds)
{
	static struct life *life;
	static pid_t process;

	if (!life || process != getpid())
		life = life_again(row, folder, size, kinds);
	process = getpid();
	return life;
}

void
life_failed(struct trust_row *row, const struct harm *harm, const char *what,
    const struct program_answer *answer)
{
	const struct trust_plan *plan = harm->plan;

	trust_failed(row, "item %llu, %s, %s %s %llu%s: %s, status %d: %s%s",
	    (unsigned long long)harm->item, command_name(harm->command),
	    plan->kinds ? plan->kinds : "", plan->deed ? plan->deed
	    : "allocation", (unsigned long long)(plan->call ? plan->call
	    : plan->allocation), plan->forever ? " on" : "", what,
	    answer->status, answer->err, answer->status > 0 &&
	    harm->command == COMMAND_CHECK ? answer->out : "");
}

int
life_step_of_call(const struct life *life, const int *steps, uint64_t *call)
{
	while (*call >= life->counts[*steps].calls)
		*call -= life->counts[*steps++].calls;
	++*call;
	return *steps;
}

struct program_answer
life_harm(struct life *life, struct trust_row *row, const struct harm *harm)
{
	struct program_answer answer;
	struct trust_counts counts;

	scenario_restore(&life->scenario, kept_for(harm->command));
	answer = do_command(life, harm->command, harm->plan, &counts);
	if (!counts.fired && !harm->plan->is_perhaps)
		life_failed(row, harm, "it was not reached", &answer);
	return answer;
}

void
life_look(struct life *life, struct trust_row *row, const struct harm *harm,
    const struct program_answer *answer)
{
	long told = (long)trust_told(answer->out), n;
	struct program_answer check;

	if (access(life->scenario.index, F_OK) != 0) {
		if (harm->command != STEP_LOAD || told > 0)
			life_failed(row, harm, "the index is gone", answer);
		return;
	}
	check = scenario_check(&life->scenario, NULL, NULL);
	if (check.status != 0)
		life_failed(row, harm, "--check afterwards", &check);
	program_answer_free(&check);
	n = scenario_count(&life->scenario);
	if (n < 0 || (harm->command == STEP_LOAD && n < told) ||
	    (harm->command == STEP_MERGE &&
	    n < life->articles[STEP_MERGE] + told))
		life_failed(row, harm, "articles are missing", answer);
}

void
life_judge(struct life *life, struct trust_row *row, const struct harm *harm,
    const struct program_answer *answer)
{
	bool is_lmdb = harm->plan->kinds &&
	    !strcmp(harm->plan->kinds, "d");

	if (answer->status == 2 || (answer->status == 3 && is_lmdb)) {
		if (answer->err_size == 0)
			life_failed(row, harm, "no message", answer);
		return;
	}
	if (answer->status == 1 && harm->command < N_STEPS &&
	    !harm->plan->allocation && strstr(answer->err, "(skipped)"))
		return;
	if (answer->status != 0)
		life_failed(row, harm, "wrong status", answer);
	else if (harm->command == COMMAND_ASK && !program_is_same(answer,
	    &life->right))
		life_failed(row, harm, "wrong answers", answer);
}

void
life_go_on(struct life *life, struct trust_row *row, const struct harm *harm,
    const struct program_answer *harmed)
{
	bool skipped = harmed->status == 1 ||
	    (harmed->status == 2 && strstr(harmed->err, "cannot read it"));
	struct program_answer answer = {0};
	char message[512];

	if (harm->command < N_STEPS && !scenario_finish(&life->scenario,
	    (enum scenario_step)harm->command, message)) {
		answer.err = message;
		life_failed(row, harm, "then", &answer);
		return;
	}
	answer = scenario_ask(&life->scenario, NULL, NULL);
	if (skipped ? scenario_count(&life->scenario) !=
	    life->articles[N_STEPS] : !program_is_same(&answer, &life->right))
		life_failed(row, harm, "other answers in the end", &answer);
	program_answer_free(&answer);
}
