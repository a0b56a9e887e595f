/* The files of a source.  Used by source*.c only. */
#ifndef QUIRE_INDEXER_SOURCE_LIST_H
#define QUIRE_INDEXER_SOURCE_LIST_H

#include "source.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

/* Paths are owned by the list. */
struct file_list {
	struct source_file *files;
	int *troubles; /* of each file: the errno that keeps it from being
	                  read, or 0 */
	size_t n, capacity;
	uint64_t size; /* bytes of all files together */
	size_t prefix; /* bytes of each path before the one in the source */
	bool is_folder;
	bool is_input; /* standard input */
};

/*
 * Lists the files of a file, a folder or "-".  STATUS_OK, or STATUS_NOT_FOUND
 * or STATUS_IO with the message and perhaps a hint.
 */
enum status source_list(const char *path, struct file_list *list,
    struct error *error);

/* What an errno means, in lower case. */
const char *source_list_reason(int code);

int64_t source_mtime(const struct stat *status); /* ns since 1970 */

/* Adds a file; takes `path`. */
void file_list_add(struct file_list *list, char *path, uint64_t size,
    int64_t mtime_ns, int trouble);

void file_list_free(struct file_list *list);

/*
 * Adds all regular files below `folder`, which ends with '/', in byte order
 * of their paths.  Names that begin with a dot and symbolic links are passed
 * over; folders that cannot be read stand in the list with their trouble.
 */
void source_walk(const char *folder, struct file_list *list);

/* open() for paths longer than the system takes at once. */
int source_open_path(const char *path, int flags);

#endif
