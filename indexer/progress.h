/* The progress line on stderr. */
#ifndef QUIRE_INDEXER_PROGRESS_H
#define QUIRE_INDEXER_PROGRESS_H

#include "arguments.h"

#include <stdbool.h>
#include <stdint.h>

struct progress {
	enum arguments_when when;
	bool is_terminal, utf8, colour;
	bool drawn;        /* a line stands on the terminal */
	double started, last;
	const char *step;  /* what the last call said */
};

/* Seconds on a clock that never goes back. */
double progress_now(void);

void progress_start(struct progress *progress, enum arguments_when when);

/*
 * Shows how far the work is: on a terminal at most ten times a second and
 * not before one second has passed, else one line a minute; at once if
 * SIGUSR1 came.  `done` and `total` are bytes; total 0: not known.  `step`
 * is what is done once everything is read, in a word, or NULL: it is shown
 * when it begins, since nobody calls while it lasts.
 */
void progress_show(struct progress *progress, const char *step,
    uint64_t articles, uint64_t done, uint64_t total);

/* Takes the line off the terminal, before something else is written. */
void progress_clear(struct progress *progress);

#endif
