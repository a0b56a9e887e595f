/*
 * What lies under a snapshot: for programs that look at every value of an
 * index rather than search in it.
 */
#ifndef QUIRE_STORE_SNAPSHOT_INSIDE_H
#define QUIRE_STORE_SNAPSHOT_INSIDE_H

#include "environment.h"
#include "root.h"
#include "snapshot.h"

/* All lent until the snapshot is closed. */
struct environment *snapshot_environment(struct snapshot *snapshot);
MDB_txn *snapshot_txn(struct snapshot *snapshot);
const struct stamp *snapshot_stamp(const struct snapshot *snapshot);

/* The segment at a place of the root, or NULL if it is left out. */
struct segment *snapshot_listed(struct snapshot *snapshot, size_t place);

#endif
