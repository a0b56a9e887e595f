/* Questions about an archive that changes, and whether answers are right. */
#ifndef QUIRE_TRUST_WEEKS_ASK_H
#define QUIRE_TRUST_WEEKS_ASK_H

#include "weeks.h"

enum { ASK_SAMPLES = 40 };

/* A question about one article and its right answers, or about many. */
struct ask_sample {
	const struct weeks_file *file;
	uint32_t place;
};

/* One who asks: a search of many queries on one state of the index. */
struct asker {
	struct weeks *weeks;
	const char *index;
	char path[PATH_MAX]; /* of the queries */
	struct program_run run;
	struct ask_sample samples[ASK_SAMPLES];
};

/*
 * Begins to ask.  While the index is written the answers may be those of
 * before, of after, or of a commit between: each article is there once, as
 * it was or as it is now.
 */
void ask_start(struct asker *asker);

/* Waits for the answers; wrong ones are failures.  Gives the memory used. */
long ask_end(struct asker *asker, struct trust_row *row);

/* Compares all articles that are found with those that should be. */
void ask_all(struct weeks *weeks, struct trust_row *row, const char *index,
    const char *path);

#endif
