/* Which reader keeps how many pages of old commits from being used again. */
#include "store_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { DATABASE_FREE = 0 }; /* LMDB's own: lists of free pages */

struct oldest {
	uint64_t transaction; /* UINT64_MAX: nobody reads */
	int process;
};

/* A line of mdb_reader_list: process, thread, transaction; "-" is none. */
static int
note_reader(const char *line, void *context)
{
	struct oldest *oldest = context;
	uint64_t transaction;
	int process;

	if (sscanf(line, "%d %*x %" SCNu64, &process, &transaction) == 2 &&
	    process != getpid() && transaction < oldest->transaction)
		*oldest = (struct oldest){transaction, process};
	return 0;
}

/*
 * Pages that transactions after one set free: the key of a list is the
 * transaction, its first word how many pages it has.
 */
static int
count_pages(MDB_txn *txn, uint64_t after, uint64_t *pages)
{
	MDB_val key = {sizeof after, &after}, list;
	MDB_cursor *cursor;
	int code = environment_cursor(txn, DATABASE_FREE, &cursor);

	*pages = 0;
	if (code)
		return code;
	code = mdb_cursor_get(cursor, &key, &list, MDB_SET_RANGE);
	for (; !code; code = mdb_cursor_get(cursor, &key, &list, MDB_NEXT)) {
		size_t n = 0;

		if (list.mv_size >= sizeof n)
			memcpy(&n, list.mv_data, sizeof n);
		*pages += n;
	}
	mdb_cursor_close(cursor);
	return code == MDB_NOTFOUND ? 0 : code;
}

enum status
store_pin(struct store *store, struct store_pin *pin, struct error *error)
{
	struct oldest oldest = {UINT64_MAX, 0};
	MDB_env *env = store->environment.env;
	MDB_stat numbers;
	MDB_txn *txn;
	uint64_t pages = 0;
	int code, dead;

	*pin = (struct store_pin){0, 0};
	mdb_reader_check(env, &dead);
	mdb_reader_list(env, note_reader, &oldest);
	if (oldest.transaction == UINT64_MAX)
		return STATUS_OK;
	code = mdb_txn_begin(env, NULL, MDB_RDONLY, &txn);
	if (code)
		return store_failed(store, code, "reading", error);
	code = count_pages(txn, oldest.transaction, &pages);
	mdb_txn_abort(txn);
	if (!code)
		code = mdb_env_stat(env, &numbers);
	if (code)
		return store_failed(store, code, "free pages", error);
	*pin = (struct store_pin){pages * numbers.ms_psize, oldest.process};
	return STATUS_OK;
}
