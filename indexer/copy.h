/* Copying an index into a new file, for --compact and --backup. */
#ifndef QUIRE_INDEXER_COPY_H
#define QUIRE_INDEXER_COPY_H

#include "status.h"
#include "store/environment.h"

/*
 * Copies what one commit of an open environment holds to `path`, where there
 * is nothing, value by value, each checked by its seal, and compares the copy
 * with it.  Others may write meanwhile.  What is at `path` after a failure is
 * the caller's to remove.  STATUS_OK, DAMAGED, FULL or IO.
 */
enum status index_copy(struct environment *from, const char *path,
    const char *name, struct error *error);

#endif
