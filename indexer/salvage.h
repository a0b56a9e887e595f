/*
 * What can still be read of a damaged index file.
 *
 * LMDB trusts its pages, so it is not let near the file.  Every page is
 * looked at instead: what a leaf names and whose seal is right was once
 * written under that key, whatever became of the pages that lead to it.  The
 * root says which of that counts.
 */
#ifndef QUIRE_INDEXER_SALVAGE_H
#define QUIRE_INDEXER_SALVAGE_H

#include "arena.h"
#include "buffer.h"
#include "status.h"
#include "store/layout.h"
#include "store/root.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A value whose seal was right when it was read. */
struct salvage_value {
	const uint8_t *key; /* in the arena */
	uint16_t key_size;
	uint8_t database;   /* enum database */
	bool reached;       /* the last commit leads to it, page by page */
	uint32_t size;      /* of its payload */
	uint64_t place;     /* in the file */
	uint64_t seal;
};

struct salvage {
	int fd;             /* the caller's */
	uint64_t size;      /* bytes of the file */
	/* By database and key; of one key the reached ones come first. */
	struct salvage_value *values;
	size_t n, capacity;
	struct arena arena;
	struct root root;
	bool is_last;  /* the root is that of the last commit */
	bool src_is_whole; /* the reached values of `src` are all there are */
};

/*
 * Looks at every page of the file open as `fd`.  STATUS_OK; VERSION if its
 * root is of another format; NOT_FOUND if it has none that can be read.
 * salvage_free gives the memory back in any case.
 */
enum status salvage_read(struct salvage *salvage, int fd,
    struct error *error);
void salvage_free(struct salvage *salvage);

/* The best value of a key, or NULL. */
const struct salvage_value *salvage_find(const struct salvage *salvage,
    enum database database, const void *key, size_t key_size);

/*
 * The first value whose database is at least that and whose key is at least
 * `key`: a place in `values`, or `n`.
 */
size_t salvage_seek(const struct salvage *salvage, enum database database,
    const void *key, size_t key_size);

/* Reads a value with its seal; false if it is no more as it was. */
bool salvage_payload(const struct salvage *salvage,
    const struct salvage_value *value, struct buffer *sealed);

#endif
