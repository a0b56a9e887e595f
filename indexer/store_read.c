/* What the last commit of a store holds. */
#include "store_parts.h"

#include "alloc.h"
#include "store/bytes.h"
#include "store/segment_open.h"

#include <stdlib.h>
#include <string.h>

void
store_drop_segments(struct store *store)
{
	for (size_t i = 0; i < store->n_segments; i++)
		segment_close(store->segments[i]);
	free(store->segments);
	store->segments = NULL;
	store->n_segments = 0;
	store->has_segments = false;
	if (store->read_txn)
		mdb_txn_abort(store->read_txn);
	store->read_txn = NULL;
}

static enum status
begin_reading(struct store *store, struct error *error)
{
	if (store->read_txn)
		return STATUS_OK;
	return environment_read(&store->environment, &store->read_txn, error);
}

enum status
store_segments(struct store *store, struct segment ***segments,
    size_t *n_segments, struct error *error)
{
	enum status status = begin_reading(store, error);
	struct stamp stamp;
	struct root root;

	if (status == STATUS_OK && !store->has_segments) {
		status = environment_root(&store->environment,
		    store->read_txn, &stamp, &root, error);
		if (status != STATUS_OK)
			return status;
		store->segments = alloc_zeroed(root.n_segments,
		    sizeof(struct segment *));
		for (size_t i = 0; i < root.n_segments &&
		    status == STATUS_OK; i++) {
			status = segment_open(&store->environment,
			    store->read_txn, &root.segments[i],
			    &store->segments[i], error);
			store->n_segments += status == STATUS_OK;
		}
		root_free(&root);
		store->has_segments = status == STATUS_OK;
	}
	*segments = store->segments;
	*n_segments = store->n_segments;
	return status;
}

static MDB_txn *
reading_txn(struct store *store, struct error *error)
{
	if (store->committing)
		return store->txn;
	return begin_reading(store, error) == STATUS_OK ? store->read_txn
	    : NULL;
}

enum status
store_get(struct store *store, enum database database, const void *key,
    size_t key_size, struct buffer *payload)
{
	MDB_txn *txn = reading_txn(store, NULL);
	const uint8_t *bytes;
	enum status status;
	size_t size;

	if (!txn)
		return STATUS_IO;
	status = environment_get(&store->environment, txn, database, key,
	    key_size, &bytes, &size);
	buffer_clear(payload);
	if (status == STATUS_OK)
		buffer_append(payload, bytes, size);
	return status;
}

enum status
store_walk(struct store *store, enum database database, const void *prefix,
    size_t prefix_size, store_visit *visit, void *context,
    struct error *error)
{
	MDB_val name = environment_val(prefix, prefix_size), value;
	MDB_txn *txn = reading_txn(store, error);
	enum status status = STATUS_OK;
	MDB_cursor *cursor;
	int code;

	if (!txn)
		return STATUS_IO;
	code = environment_cursor(txn, store->environment.databases[database],
	    &cursor);
	if (code)
		return store_failed(store, code, "reading", error);
	code = environment_move(cursor, &name, &value, MDB_SET_RANGE);
	for (; !code; code = environment_move(cursor, &name, &value, MDB_NEXT)) {
		const uint8_t *bytes = value.mv_data;

		if (name.mv_size < prefix_size || memcmp(name.mv_data, prefix,
		    prefix_size) != 0)
			break;
		if (value.mv_size < SEAL_SIZE || layout_seal(database,
		    name.mv_data, name.mv_size, bytes, value.mv_size -
		    SEAL_SIZE) != bytes_u64(bytes + value.mv_size -
		    SEAL_SIZE)) {
			code = MDB_CORRUPTED;
			break;
		}
		if (!visit(context, name.mv_data, name.mv_size, bytes,
		    value.mv_size - SEAL_SIZE))
			break;
	}
	mdb_cursor_close(cursor);
	if (code && code != MDB_NOTFOUND)
		status = store_failed(store, code, database_names[database], error);
	return status;
}

enum status
store_space(struct store *store, struct store_space *space,
    struct error *error)
{
	enum status status = begin_reading(store, error);
	MDB_txn *txn = store->read_txn;
	MDB_envinfo info;
	MDB_stat numbers;
	uint64_t pages = 2;

	if (status != STATUS_OK)
		return status;
	mdb_env_info(store->environment.env, &info);
	for (int i = -1; i < N_DATABASES; i++) {
		int code = mdb_stat(txn, i < 0 ? 1 :
		    store->environment.databases[i], &numbers);

		if (code)
			return store_failed(store, code, "statistics", error);
		pages += numbers.ms_branch_pages + numbers.ms_leaf_pages +
		    numbers.ms_overflow_pages;
	}
	space->used = pages * numbers.ms_psize;
	space->file = (info.me_last_pgno + 1) * numbers.ms_psize;
	space->free = space->file > space->used ? space->file - space->used
	    : 0;
	return STATUS_OK;
}
