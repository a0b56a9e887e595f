/* The files below a folder.  Used by source.c only. */
#ifndef QUIRE_INDEXER_SOURCE_WALK_H
#define QUIRE_INDEXER_SOURCE_WALK_H

#include "source.h"

#include <stddef.h>
#include <stdint.h>

/* Paths are owned by the list. */
struct file_list {
	struct source_file *files;
	int *troubles; /* of each file: the errno that keeps it from being
	                  read, or 0 */
	size_t n, capacity;
	uint64_t size; /* bytes of all files together */
};

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
