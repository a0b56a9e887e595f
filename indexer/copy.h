/* Copying an index into a new file, for --compact, --backup and --repair. */
#ifndef QUIRE_INDEXER_COPY_H
#define QUIRE_INDEXER_COPY_H

#include "status.h"
#include "store/environment.h"

#include <lmdb.h>
#include <stdint.h>

/*
 * Copies what one commit of an open environment holds to `path`, where there
 * is nothing, value by value, each checked by its seal, and compares the copy
 * with it.  Others may write meanwhile.  What is at `path` after a failure is
 * the caller's to remove.  STATUS_OK, DAMAGED, FULL or IO.
 */
enum status index_copy(struct environment *from, const char *path,
    const char *name, struct error *error);

/*
 * A new index file being filled, each database in the order of its keys and
 * DATABASE_META last.  Functions return 0 or an error number, as LMDB does;
 * copy_close is called in any case.
 */
struct copy {
	struct environment environment;
	MDB_txn *txn;
	size_t dirty; /* bytes in the transaction */
};

/* `from_size` bytes are copied at most. */
int copy_open(struct copy *copy, const char *path, const char *name,
    uint64_t from_size);

/* Puts a sealed value. */
int copy_put(struct copy *copy, enum database database, MDB_val *key,
    MDB_val *value);

/* The sealed root and a stamp, whose transaction is filled in: the end. */
int copy_finish(struct copy *copy, MDB_val *root, const struct stamp *stamp);
void copy_close(struct copy *copy);

#endif
