/* Where the file of an article stands, seen from here. */
#ifndef QUIRE_QUERY_FILE_PLACE_H
#define QUIRE_QUERY_FILE_PLACE_H

#include "arena.h"
#include "status.h"
#include "store/snapshot.h"

#include <stdbool.h>
#include <stdint.h>

/* All zero but the snapshot is a new one. */
struct file_place {
	struct snapshot *snapshot;
	char *here; /* the working folder */
	bool looked;
};

/*
 * The file that an article is all of: its path is that of the source with
 * the article's id behind it.  `*file` is absolute, `*shown` is as one would
 * type it here; both in `arena`.  STATUS_OK, NOT_FOUND (the article is one
 * of several in its file, or the file is forgotten) or DAMAGED.
 */
enum status file_place_find(struct file_place *place, uint32_t segment,
    uint32_t document, const char *id, struct arena *arena,
    const char **file, const char **shown);

void file_place_free(struct file_place *place);

#endif
