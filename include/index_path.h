/* Which file an index name stands for.  Used by indexer and query. */
#ifndef QUIRE_INDEX_PATH_H
#define QUIRE_INDEX_PATH_H

#include "buffer.h"
#include "status.h"

/*
 * The file of the index called `name`; NULL: $QUIRE_INDEX, else "default".
 * What holds a slash is a path, any other name a file in the index folder:
 * $XDG_DATA_HOME/quire, by default ~/.local/share/quire.  Symbolic links are
 * followed.  Whether the file exists is not asked.
 *
 * Appends the path to `path` and sets `*shown_name` to what a person calls
 * the index, to be freed.  STATUS_OK, or STATUS_INVALID with a message.
 */
enum status index_path_find(const char *name, struct buffer *path,
    char **shown_name, struct error *error);

/*
 * Fills `error` for an index that does not exist: which there are, and the
 * one that may have been meant.  Returns STATUS_NOT_FOUND.
 */
enum status index_path_missing(const char *shown_name, struct error *error);

#endif
