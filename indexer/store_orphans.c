/* Orphans: what a crash, a merge or a removal left behind. */
#include "store_parts.h"

#include "store/bytes.h"

static bool
is_listed(const struct store *store, uint32_t number)
{
	for (size_t i = 0; i < store->root.n_segments; i++)
		if (store->root.segments[i].number == number)
			return true;
	return false;
}

static const enum database segment_databases[] = {DATABASE_SEG,
    DATABASE_LIVE, DATABASE_EXT, DATABASE_DIC, DATABASE_XID};

enum { N_SEGMENT_DATABASES =
	    sizeof segment_databases / sizeof *segment_databases };

/*
 * The least unlisted segment number of a database from `from` on, or 0.
 */
static enum status
find_orphan(struct store *store, enum database database, uint32_t from,
    uint32_t *orphan, struct error *error)
{
	MDB_cursor *cursor;
	enum status status = store_cursor(store, database,
	    "looking for orphans", &cursor, error);
	int code = 0;

	*orphan = 0;
	if (status != STATUS_OK)
		return status;
	while (!code) {
		uint8_t key[4];
		MDB_val name = environment_val(key, sizeof key), value;

		bytes_put_key_u32(key, from);
		code = mdb_cursor_get(cursor, &name, &value, MDB_SET_RANGE);
		if (code || name.mv_size < 4)
			break;
		from = bytes_key_u32(name.mv_data);
		if (!is_listed(store, from)) {
			*orphan = from;
			break;
		}
		if (from++ == UINT32_MAX)
			break;
	}
	mdb_cursor_close(cursor);
	if (code && code != MDB_NOTFOUND)
		return store_failed(store, code, "looking for orphans", error);
	return STATUS_OK;
}

/* Removes superseded `live` generations of listed segments. */
enum status
store_remove_old_generations(struct store *store, struct error *error)
{
	for (size_t i = 0; i < store->root.n_segments; i++) {
		const struct root_segment *listed = &store->root.segments[i];
		uint8_t key[LIVE_KEY_SIZE];
		enum status status;

		if (listed->generation < 2)
			continue;
		layout_live_key(key, listed->number, listed->generation - 1);
		status = store_delete(store, DATABASE_LIVE, key, sizeof key,
		    error);
		if (status != STATUS_OK)
			return status;
	}
	return STATUS_OK;
}

enum status
store_remove_orphans(struct store *store, struct error *error)
{
	enum status status = STATUS_OK;

	for (int i = 0; i < N_SEGMENT_DATABASES; i++) {
		uint32_t orphan = 0, from = 0;

		while (status == STATUS_OK) {
			uint8_t key[4];

			status = find_orphan(store, segment_databases[i],
			    from, &orphan, error);
			if (status != STATUS_OK || orphan == 0)
				break;
			if (orphan >= store->root.next_segment &&
			    orphan < UINT32_MAX)
				store->root.next_segment = orphan + 1;
			bytes_put_key_u32(key, orphan);
			status = store_delete_prefix(store,
			    segment_databases[i], key, sizeof key, error);
			from = orphan;
		}
	}
	return status;
}

/* --- commit --- */

/* A transaction in which nothing was there to remove writes nothing. */
