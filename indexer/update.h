/* Bringing sources up to date: those named, or all that are remembered. */
#ifndef QUIRE_INDEXER_UPDATE_H
#define QUIRE_INDEXER_UPDATE_H

#include "arguments.h"
#include "status.h"

#include <stdbool.h>

struct update {
	const struct arguments *arguments;
	const char *path, *name; /* of the index */
	/* Results. */
	bool skipped; /* some record could not be read */
	bool failed;  /* some source could not be; it has been said */
	bool nothing; /* no source was named, and none is remembered */
};

/*
 * STATUS_OK with the results above, END if it was interrupted and that has
 * been said, or what stopped it, with a message.
 */
enum status update_run(struct update *update, struct error *error);

/* --remove and --forget of the operands; says what was removed. */
enum status update_remove(struct update *update, struct error *error);
enum status update_forget(struct update *update, struct error *error);

#endif
