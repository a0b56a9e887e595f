/*
 * What has been read: sources, their files, and the records of them that
 * could not be read (docs/FORMAT.md, section 10).  Kept in memory during a
 * run; what changes is written by catalogue_write inside a commit, so that a
 * file never counts as read before its articles are visible.
 */
#ifndef QUIRE_INDEXER_CATALOGUE_H
#define QUIRE_INDEXER_CATALOGUE_H

#include "status.h"
#include "store.h"
#include "store/snapshot.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct catalogue_source {
	uint32_t number;
	char *path;     /* as named, made absolute; "-" */
	char **options; /* NAME=VALUE each: "field=title=headline",
	                   "set=source=Guardian", "id=key", "lang=de" */
	size_t n_options;
	bool changed, removed;
};

struct catalogue_file {
	uint32_t number, source;
	char *path;      /* as source_files() names it */
	uint64_t size;
	int64_t mtime_ns;
	uint64_t n_records, n_failed;
	bool complete;   /* read to its end, all of it committed */
	bool changed, removed;
};

enum failure_kind {
	FAILURE_SKIPPED = 1,
	FAILURE_DOUBT = 2,    /* it was read all the same */
	FAILURE_REPLACED = 3, /* a later record of its file has its id */
	FAILURE_HIDDEN = 4,   /* an article of a later file has its id: to be
	                         read again when that is gone */
	FAILURE_IGNORED = 5,  /* a file of no known form */
};

struct catalogue;

/* Reads all sources and files.  STATUS_OK, DAMAGED or IO. */
enum status catalogue_load(struct store *store, struct catalogue **catalogue,
    struct error *error);
void catalogue_free(struct catalogue *catalogue); /* NULL is allowed */

/*
 * The same as a snapshot has it, only to be looked at; the snapshot must
 * stay open as long.
 */
enum status catalogue_load_snapshot(struct snapshot *snapshot,
    struct catalogue **catalogue, struct error *error);

/*
 * Sources in order of number; pointers stay valid until catalogue_free.
 * Removed ones keep their place here, with `removed` set; finding passes
 * over them.
 */
size_t catalogue_n_sources(const struct catalogue *catalogue);
struct catalogue_source *catalogue_source(struct catalogue *catalogue,
    size_t i);
/* By path; `add` makes a new one (its number from the root), or is NULL if all
 * numbers were given (LIMIT_SOURCES). */
struct catalogue_source *catalogue_find_source(struct catalogue *catalogue,
    const char *path, bool add);
/* Replaces the options; marks the source changed if they differ. */
void catalogue_set_options(struct catalogue_source *source,
    const char *const *options, size_t n);

/* Files in order of number, removed ones too. */
size_t catalogue_n_files(const struct catalogue *catalogue);
struct catalogue_file *catalogue_file(struct catalogue *catalogue, size_t i);
/* By path; `add` makes a new one, or is NULL as above (LIMIT_FILES). */
struct catalogue_file *catalogue_find_file(struct catalogue *catalogue,
    uint32_t source, const char *path, bool add);
struct catalogue_file *catalogue_file_number(struct catalogue *catalogue,
    uint32_t number);
/* Where it stands in the order, or how many there are if it is not known. */
size_t catalogue_file_place(const struct catalogue *catalogue,
    uint64_t number);

/* Marks a source, its files and their failures for removal. */
void catalogue_remove_source(struct catalogue *catalogue,
    struct catalogue_source *source);
void catalogue_remove_file(struct catalogue *catalogue,
    struct catalogue_file *file);

/*
 * Notes a record that was not read, or was read with a doubt, to be written
 * by the next catalogue_write.  `line` 0: the file as a whole.  Said twice
 * in the same words it is written once.  n_failed is the caller's to count.
 */
void catalogue_fail(struct catalogue *catalogue, struct catalogue_file *file,
    uint64_t line, enum failure_kind kind, const char *reason);
/* Drops the failures of a file that is about to be read again, those on disk
 * with the next catalogue_write. */
void catalogue_forget_failures(struct catalogue *catalogue,
    struct catalogue_file *file);

/*
 * The files of a source that hold a FAILURE_HIDDEN, those not yet on disk
 * too, count as not read.  `*n` is how many of them there are.
 */
enum status catalogue_reopen_hidden(struct catalogue *catalogue,
    uint32_t source, size_t *n, struct error *error);

/*
 * Takes out of the doubts of a file what they quote of its articles, with
 * the next catalogue_write.
 */
enum status catalogue_unquote(struct catalogue *catalogue,
    struct catalogue_file *file, struct error *error);

/* Calls `visit` for each failure on disk, by file and line. */
typedef bool catalogue_visit(void *context, const struct catalogue_file *file,
    uint64_t line, enum failure_kind kind, const char *reason);
enum status catalogue_failures(struct catalogue *catalogue,
    catalogue_visit *visit, void *context, struct error *error);

/* From now on calls `visit` also for each failure that is noted. */
void catalogue_watch(struct catalogue *catalogue, catalogue_visit *visit,
    void *context);

/* Whether catalogue_write has anything to write. */
bool catalogue_is_changed(const struct catalogue *catalogue);

/* Writes all that changed; between store_commit_begin and _end. */
enum status catalogue_write(struct catalogue *catalogue, struct error *error);

#endif
