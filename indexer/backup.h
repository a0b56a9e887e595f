/* quire-index --backup: a copy of an index that others read and write. */
#ifndef QUIRE_INDEXER_BACKUP_H
#define QUIRE_INDEXER_BACKUP_H

#include "status.h"

#include <stdint.h>

/*
 * Copies the last commit of the index at `path` to `file`, which must not
 * exist and gets its name when it is whole, compared and on the disk; `*size`
 * is its bytes.  STATUS_OK; INVALID if there is such a file; NOT_FOUND,
 * DAMAGED, FULL or IO.
 */
enum status backup_run(const char *path, const char *name, const char *file,
    uint64_t *size, struct error *error);

#endif
