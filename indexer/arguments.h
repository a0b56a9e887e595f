/* The command line of quire-index. */
#ifndef QUIRE_INDEXER_ARGUMENTS_H
#define QUIRE_INDEXER_ARGUMENTS_H

#include "status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum arguments_mode {
	MODE_UPDATE, /* bring sources up to date */
	MODE_REMOVE,
	MODE_FORGET,
	MODE_STATS,
	MODE_FAILED,
	MODE_CHECK,
	MODE_REPAIR,
	MODE_COMPACT,
	MODE_BACKUP,
	MODE_DROP,
	MODE_HELP,
	MODE_VERSION,
};

enum arguments_when { WHEN_AUTO, WHEN_ALWAYS, WHEN_NEVER };

/* Texts are those of argv, but for `settings`. */
struct arguments {
	enum arguments_mode mode;
	const char *index;     /* NULL: the default */
	const char *backup;    /* the file of MODE_BACKUP */
	const char **operands; /* sources or ids */
	size_t n_operands;
	/* How records become articles, as the catalogue keeps it:
	 * "field=title=headline", "set=source=Guardian", "id=key",
	 * "lang=de". */
	char **settings;
	size_t n_settings;
	bool full, prune, no_text, compact;
	bool quick;            /* MODE_CHECK */
	uint64_t commit_size;  /* bytes; 0: as memory allows */
	uint64_t memory;       /* bytes */
	unsigned jobs;
	bool quiet, verbose, json;
	enum arguments_when progress;
};

/*
 * Reads the arguments.  STATUS_OK, or STATUS_INVALID with a message for a
 * usage error.  arguments_free gives back what was taken in both cases.
 */
enum status arguments_read(int argc, char **argv, struct arguments *arguments,
    struct error *error);

void arguments_free(struct arguments *arguments);

#endif
