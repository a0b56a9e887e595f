/* From an id's hash to its documents. */
#include "segment_parts.h"
#include "store/bytes.h"

enum { HEADER = 12, ENTRY = 8 }; /* docs/FORMAT.md, section 9 */

struct id_block {
	const uint8_t *entries;
	unsigned n;
	bool is_first, is_last;
	uint32_t next_hash;
};

static bool
open_block(struct segment *segment, const MDB_val *name, const MDB_val *value,
    struct id_block *block)
{
	const uint8_t *payload = segment_check_block(segment, DATABASE_XID,
	    name, value);

	if (!payload)
		return false;
	block->n = bytes_u16(payload);
	block->is_first = payload[2] & 1;
	block->is_last = payload[2] & 2;
	block->next_hash = bytes_u32(payload + 4);
	block->entries = payload + HEADER;
	return block->n > 0 && HEADER + block->n * ENTRY <= BLOCK_PAYLOAD;
}

static bool
belongs(const struct segment *segment, const MDB_val *name)
{
	return name->mv_size == XID_KEY_SIZE &&
	    bytes_key_u32(name->mv_data) == segment->listed.number;
}

/* The last block that begins before (hash, 0), or else the first one. */
static bool
find_block(struct segment *segment, MDB_cursor *cursor, uint32_t hash,
    MDB_val *name, MDB_val *value)
{
	uint8_t wanted[XID_KEY_SIZE];
	int code;

	layout_xid_key(wanted, segment->listed.number, hash, 0);
	*name = environment_val(wanted, sizeof wanted);
	code = environment_move(cursor, name, value, MDB_SET_RANGE);
	if (code && code != MDB_NOTFOUND)
		return false;
	code = environment_move(cursor, name, value,
	    code ? MDB_LAST : MDB_PREV);
	if (code == 0 && belongs(segment, name))
		return true;
	layout_xid_key(wanted, segment->listed.number, 0, 0);
	*name = environment_val(wanted, sizeof wanted);
	return environment_move(cursor, name, value, MDB_SET_RANGE) == 0 &&
	    belongs(segment, name);
}

static void
collect(const struct id_block *block, uint32_t hash, uint32_t *documents,
    size_t max, size_t *n)
{
	unsigned low = 0, high = block->n;

	while (low < high) {
		unsigned middle = (low + high) / 2;

		if (bytes_u32(block->entries + middle * ENTRY) < hash)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < block->n; low++) {
		const uint8_t *entry = block->entries + low * ENTRY;

		if (bytes_u32(entry) != hash)
			break;
		if (*n < max)
			documents[*n] = bytes_u32(entry + 4);
		(*n)++;
	}
}

static enum status
walk(struct segment *segment, MDB_cursor *cursor, uint32_t hash,
    uint32_t *documents, size_t max, size_t *n)
{
	MDB_val name, value;
	struct id_block block;

	if (!find_block(segment, cursor, hash, &name, &value) ||
	    !open_block(segment, &name, &value, &block))
		return STATUS_DAMAGED;
	/* What lies before the first entry must not be in an earlier block. */
	if (!block.is_first && bytes_u32(block.entries) > hash)
		return STATUS_DAMAGED;
	for (;;) {
		collect(&block, hash, documents, max, n);
		if (block.is_last || block.next_hash > hash)
			return STATUS_OK;
		if (environment_move(cursor, &name, &value, MDB_NEXT) ||
		    !belongs(segment, &name) ||
		    bytes_key_u32((const uint8_t *)name.mv_data + 4) !=
		    block.next_hash ||
		    !open_block(segment, &name, &value, &block))
			return STATUS_DAMAGED;
	}
}

enum status
segment_find_hash(struct segment *segment, uint32_t hash, uint32_t *documents,
    size_t max, size_t *n)
{
	MDB_cursor *cursor;
	enum status status;

	*n = 0;
	if (segment->record.n_id_blocks == 0)
		return STATUS_OK;
	if (environment_cursor(segment->txn,
	    segment->environment->databases[DATABASE_XID], &cursor))
		return STATUS_DAMAGED;
	status = walk(segment, cursor, hash, documents, max, n);
	mdb_cursor_close(cursor);
	return status == STATUS_DAMAGED ? segment_fail(segment) : status;
}

static enum status
walk_all(struct segment *segment, MDB_cursor *cursor, segment_id_visit *each,
    void *context)
{
	uint32_t left = segment->record.n_id_blocks;
	uint8_t wanted[XID_KEY_SIZE];
	MDB_val name, value;
	struct id_block block;
	int code;

	layout_xid_key(wanted, segment->listed.number, 0, 0);
	name = environment_val(wanted, sizeof wanted);
	code = environment_move(cursor, &name, &value, MDB_SET_RANGE);
	for (; left > 0; left--) {
		if (code || !belongs(segment, &name) ||
		    !open_block(segment, &name, &value, &block))
			return STATUS_DAMAGED;
		for (unsigned i = 0; i < block.n; i++)
			each(context, bytes_u32(block.entries + i * ENTRY),
			    bytes_u32(block.entries + i * ENTRY + 4));
		code = environment_move(cursor, &name, &value, MDB_NEXT);
	}
	return STATUS_OK;
}

enum status
segment_each_id(struct segment *segment, segment_id_visit *each,
    void *context)
{
	MDB_cursor *cursor;
	enum status status;

	if (environment_cursor(segment->txn,
	    segment->environment->databases[DATABASE_XID], &cursor))
		return STATUS_DAMAGED;
	status = walk_all(segment, cursor, each, context);
	mdb_cursor_close(cursor);
	return status;
}
