/*
 * The scenario lived once, undisturbed, and each command of it repeated
 * under harm: what must hold afterwards.
 */
#ifndef QUIRE_TRUST_LIFE_H
#define QUIRE_TRUST_LIFE_H

#include "scenario.h"

/* After the steps: --check and the queries, on what the steps made. */
enum { COMMAND_CHECK = N_STEPS, COMMAND_ASK, N_COMMANDS };

struct life {
	struct scenario scenario;
	struct program_answer right;    /* of the queries, at the end */
	struct trust_counts counts[N_COMMANDS];
	long articles[N_STEPS + 1];     /* before each step, and at the end */
};

/* What harm is done. */
struct harm {
	int command;
	const struct trust_plan *plan;
	uint64_t item;
};

/* Lives undisturbed; calls of `kinds` count.  Once in each process. */
struct life *life_once(struct trust_row *row, const char *folder,
    const struct scenario_size *size, const char *kinds);

/* The same once more, of other kinds. */
struct life *life_again(struct trust_row *row, const char *folder,
    const struct scenario_size *size, const char *kinds);

/*
 * The step, one of `steps`, that call number `*call` of all of theirs, from
 * 0, belongs to; `*call` becomes its number in that step, from 1.
 */
int life_step_of_call(const struct life *life, const int *steps,
    uint64_t *call);

/* Does a command under harm, on the index as it was before it. */
struct program_answer life_harm(struct life *life, struct trust_row *row,
    const struct harm *harm);

/* Tells what is wrong with an answer. */
void life_failed(struct trust_row *row, const struct harm *harm,
    const char *what, const struct program_answer *answer);

/* What must hold at once: the index is whole and holds what was told. */
void life_look(struct life *life, struct trust_row *row,
    const struct harm *harm, const struct program_answer *answer);

/*
 * Of a command that may fail: it ended with status 2 and a message, with 1
 * and a file that could not be read, or as if nothing had happened.
 */
void life_judge(struct life *life, struct trust_row *row,
    const struct harm *harm, const struct program_answer *answer);

/*
 * The same commands again lead to the right answers.  Where a file could not
 * be read the first time, its articles come after those of others: then to
 * the right number of them.
 */
void life_go_on(struct life *life, struct trust_row *row,
    const struct harm *harm, const struct program_answer *harmed);

#endif
