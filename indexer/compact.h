/*
 * quire-index --compact and --drop: making the index file as small as what
 * lives in it, and removing it.
 */
#ifndef QUIRE_INDEXER_COMPACT_H
#define QUIRE_INDEXER_COMPACT_H

#include "status.h"

#include <stdint.h>

struct compact_sizes {
	uint64_t before, after; /* bytes of the file */
};

/*
 * Merges all segments into one without dead articles, copies what lives into
 * a new file, compares the copy and puts it in the place of the old one, so
 * that no byte of a removed article is left.  The index must not be open in
 * this process.  A crash leaves the old file or the new one, both whole.
 *
 * STATUS_OK; BUSY if others have the index open, naming one: it is merged
 * then, but the file is the old one; else as store_open, or FULL or IO.
 */
enum status compact_run(const char *path, const char *name, uint64_t memory,
    struct compact_sizes *sizes, struct error *error);

#endif
