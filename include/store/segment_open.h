/*
 * Making a segment reader over a transaction.  For snapshots and for the
 * writer, which reads inside its own transaction.
 */
#ifndef QUIRE_STORE_SEGMENT_OPEN_H
#define QUIRE_STORE_SEGMENT_OPEN_H

#include "environment.h"
#include "segment.h"

/*
 * Opens the segment that the root lists as `listed`: its record and living
 * articles, checked against the seals in the root.  STATUS_OK or DAMAGED.
 */
enum status segment_open(const struct environment *environment, MDB_txn *txn,
    const struct root_segment *listed, struct segment **segment,
    struct error *error);
void segment_close(struct segment *segment); /* NULL is allowed */

#endif
