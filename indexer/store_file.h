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

/*
 * Takes the lock again, after a descriptor of the file may have been closed
 * in this process: the system then drops all its locks on the file.  False
 * if another writer has it meanwhile.
 */
bool store_lock_renew(const struct store_lock *lock);

/*
 * STATUS_INVALID with a message if the index is no regular file or has hard
 * links: under each name
 * it would have a lock file of its own, so that its readers are not seen.
 */
enum status store_file_has_one_name(const char *path, const char *name,
    struct error *error);

/*
 * What the file `path` could not be written for.  A short write reaches LMDB
 * as EIO, and becomes ENOSPC if hardly any space is left there, EFBIG if the
 * file is as large as this process may make one.
 */
int store_file_write_error(const char *path, int code);

/*
 * Gives a finished file its name; an error number, EEXIST if there is one of
 * that name.
 */
int store_file_give_name(const char *made, const char *path);

/*
 * Keeps everybody else from opening any index in the folder of `path` until
 * store_file_release; those who have one open are not disturbed.  STATUS_OK, or
 * BUSY if one that is about to open does not go on; then it is not held.
 */
struct store_hold {
	int fd; /* -1: not held */
};
enum status store_file_hold(struct store_hold *hold, const char *path,
    const char *name, struct error *error);
void store_file_release(struct store_hold *hold);

/*
 * Puts the finished index `copy` in the place of `path`, without a lock
 * file, so that the next one to open it makes a fresh one; STATUS_BUSY,
 * naming a process, if one has the index open.  The folder must be held
 * since before the environment of this process was closed: then nothing was
 * written that the copy lacks.
 */
enum status store_file_swap(const char *copy, const char *path,
    const char *name, struct error *error);

/*
 * The same, but the old file then has the name of the new one, `made`.
 */
enum status store_file_exchange(const char *made, const char *path,
    const char *name, struct error *error);

/*
 * Removes an index and its lock file, unless a process has it open
 * (STATUS_BUSY, naming it).  STATUS_NOT_FOUND if there is none.
 */
enum status store_file_drop(const char *path, const char *name,
    struct error *error);

/*
 * Removes the unfinished files PATH.new-PID, PATH.compact-PID and
 * PATH.repair-PID of processes that are gone, and their lock files.
 */
void store_file_remove_stale(const char *path);

/* Removes a file and its lock file. */
void store_file_remove(const char *path);

/* Syncs the folder that holds `path`; 0 or an error number. */
int store_file_sync_folder(const char *path);

#endif
