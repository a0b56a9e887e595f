/* The inside of a segment reader; for the files of common/store only. */
#ifndef QUIRE_STORE_SEGMENT_PARTS_H
#define QUIRE_STORE_SEGMENT_PARTS_H

#include "store/environment.h"
#include "store/segment.h"

struct segment {
	const struct environment *environment;
	MDB_txn *txn;
	MDB_cursor *dictionary; /* opened when first needed */
	struct root_segment listed;
	struct segment_record record;
	const uint8_t *live; /* NULL if all live */
	/* Payloads of verified extents by stream; NULL: not yet read. */
	const uint8_t **extents[N_STREAMS];
	const uint8_t **tails; /* of stream 0 */
	uint32_t n_tails;
	/* The dictionary or id block verified last and its key, by their
	 * addresses in the map: of a damaged leaf, two keys may lead to one
	 * block, whose seal fits one of them. */
	const uint8_t *checked_block;
	const void *checked_key;
	bool is_damaged; /* a part of it could not be read */
};

/* Notes that, and returns STATUS_DAMAGED. */
enum status segment_fail(struct segment *segment);

/*
 * The checked payload of the block that LMDB holds at `value` under `key`;
 * NULL if its seal does not fit.
 */
const uint8_t *segment_check_block(struct segment *segment,
    enum database database, const MDB_val *key, const MDB_val *value);

#endif
