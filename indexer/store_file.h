/*
 * The index file as a file: made, locked, swapped.  Used by store.c and
 * compact.c.
 */
#ifndef QUIRE_INDEXER_STORE_FILE_H
#define QUIRE_INDEXER_STORE_FILE_H

#include "status.h"

#include <stdbool.h>

struct store_lock {
	int fd; /* -1: not held */
};

/*
 * Makes an empty index at `path` unless there is one: complete and on the
 * disk before it gets its name, readable by its owner only.  Folders on the
 * way are made.  Refuses network file systems.
 */
enum status store_file_create(const char *path, const char *name,
    struct error *error);

/*
 * Takes the writer's lock of an index; waits some seconds for another
 * writer, then STATUS_BUSY with its process id.
 */
enum status store_lock_take(struct store_lock *lock, const char *path,
    const char *name, struct error *error);
void store_lock_release(struct store_lock *lock);

/* Whether hardly any space is left where `path` lies. */
bool store_file_disk_is_full(const char *path);

/*
 * Puts the finished index `copy` in the place of `path`, and a fresh lock
 * file in the place of its lock file, if no other process has the index
 * open; else STATUS_BUSY, naming one that has.  The environment must be
 * closed.
 */
enum status store_file_swap(const char *copy, const char *path,
    const char *name, struct error *error);

/* Syncs the folder that holds `path`. */
void store_file_sync_folder(const char *path);

#endif
