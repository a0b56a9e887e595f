/*
 * A small life of an index: loaded in several commits, brought up to date,
 * articles removed, more files added until segments merge, compacted.
 */
#ifndef QUIRE_TRUST_SCENARIO_H
#define QUIRE_TRUST_SCENARIO_H

#include "trust.h"

enum scenario_step {
	STEP_LOAD,
	STEP_UPDATE,
	STEP_REMOVE,
	STEP_MERGE,
	STEP_COMPACT,
	N_STEPS,
};

extern const char *const scenario_step_names[N_STEPS];

struct scenario {
	const char *folder;    /* everything lies in it */
	const char *called;    /* the index, for -i */
	char home[PATH_MAX];   /* the folder of the index; made by load */
	char index[PATH_MAX], archive[PATH_MAX], queries[PATH_MAX];
	int edition;           /* that lies at `archive` */
	int n_folders;         /* of the archive, each a source */
};

/* Files of the archive, by threes in a folder; articles of each file, words of
 * an article. */
struct scenario_size {
	unsigned files, articles, words;
};
extern const struct scenario_size scenario_usual, scenario_tiny;

/* Writes the articles. */
void scenario_make(struct scenario *scenario, const char *folder,
    const struct scenario_size *size, uint64_t seed);

/* Does a step as the plan says (NULL: undisturbed). */
struct program_answer scenario_do(struct scenario *scenario,
    enum scenario_step step, const struct trust_plan *plan,
    struct trust_counts *counts);

/* The same from a step to the last one; false with a message if one fails. */
bool scenario_finish(struct scenario *scenario, enum scenario_step step,
    char message[512]);

/* What it answers; as the plan says. */
struct program_answer scenario_ask(const struct scenario *scenario,
    const struct trust_plan *plan, struct trust_counts *counts);

/* --check, as the plan says. */
struct program_answer scenario_check(const struct scenario *scenario,
    const struct trust_plan *plan, struct trust_counts *counts);

/* Living articles; -1 if it cannot be told. */
long scenario_count(const struct scenario *scenario);

/* Keeps the index as it is before a step; puts it back. */
void scenario_keep(const struct scenario *scenario, int step);
void scenario_restore(struct scenario *scenario, int step);

/* The folder of the index as it was kept. */
char *scenario_kept(const struct scenario *scenario, int step,
    char path[PATH_MAX]);

#endif
