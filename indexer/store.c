/* Transactions of the index's one writer. */
#include "store_parts.h"

#include "alloc.h"
#include "store/bytes.h"
#include "store/segment_open.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct root *
store_root(struct store *store)
{
	return &store->root;
}

struct environment *
store_environment(struct store *store)
{
	return &store->environment;
}

enum status
store_failed(const struct store *store, int code, const char *doing,
    struct error *error)
{
	code = store_file_write_error(store->environment.path, code);
	return environment_error(&store->environment, code, doing, error);
}

enum status
store_begin(struct store *store, struct error *error)
{
	int code;

	if (store->txn)
		return STATUS_OK;
	code = mdb_txn_begin(store->environment.env, NULL, 0, &store->txn);
	if (code) {
		store->txn = NULL;
		return store_failed(store, code, "writing", error);
	}
	store->before = store->stamp;
	store->dirty = 0;
	return STATUS_OK;
}

/* Commits the open transaction, with the stamp that describes it. */
static enum status
commit(struct store *store, struct error *error)
{
	struct buffer payload = {0};
	enum status status;
	int code;

	if (!store->txn)
		return STATUS_OK;
	store->stamp.transaction = mdb_txn_id(store->txn);
	store->stamp.databases[DATABASE_META].entries = 2;
	stamp_encode(&store->stamp, &payload);
	status = store_put(store, DATABASE_META, "stamp", 5, payload.bytes,
	    payload.size, NULL, error);
	buffer_free(&payload);
	if (status != STATUS_OK)
		return status;
	code = mdb_txn_commit(store->txn);
	store->txn = NULL;
	store->dirty = 0;
	if (code)
		return store_failed(store, code, "committing", error);
	return STATUS_OK;
}

/* The stamp counts every value but itself: its seal cannot hold itself. */
static bool
is_stamp(enum database database, const void *key, size_t key_size)
{
	return database == DATABASE_META && key_size == 5 &&
	    memcmp(key, "stamp", 5) == 0;
}

/* Takes an old value of a key out of the stamp's sums. */
static int
discount(struct store *store, enum database database, MDB_val *key)
{
	MDB_val old;
	int code = mdb_get(store->txn,
	    store->environment.databases[database], key, &old);

	if (code)
		return code;
	if (old.mv_size < SEAL_SIZE || !store_has_sound_pages(store, &old))
		return MDB_CORRUPTED;
	store->stamp.databases[database].seals -= bytes_u64(
	    (const uint8_t *)old.mv_data + old.mv_size - SEAL_SIZE);
	store->stamp.databases[database].entries--;
	return 0;
}

static enum status
flush_if_large(struct store *store, struct error *error)
{
	if (store->committing || store->dirty < store->transaction_size)
		return STATUS_OK;
	return commit(store, error);
}

enum status
store_put(struct store *store, enum database database, const void *key,
    size_t key_size, const void *payload, size_t size, uint64_t *seal,
    struct error *error)
{
	MDB_val name = environment_val(key, key_size), value;
	uint64_t sum = layout_seal(database, key, key_size, payload, size);
	enum status status = store_begin(store, error);
	int code = 0;

	if (status != STATUS_OK)
		return status;
	buffer_clear(&store->sealed);
	buffer_append(&store->sealed, payload, size);
	buffer_append(&store->sealed, &sum, sizeof sum);
	value = environment_val(store->sealed.bytes, store->sealed.size);
	if (!is_stamp(database, key, key_size)) {
		code = discount(store, database, &name);
		if (code && code != MDB_NOTFOUND)
			return store_failed(store, code, "writing", error);
		store->stamp.databases[database].entries++;
		store->stamp.databases[database].seals += sum;
	}
	code = mdb_put(store->txn, store->environment.databases[database],
	    &name, &value, 0);
	if (code)
		return store_failed(store, code, "writing", error);
	if (seal)
		*seal = sum;
	store->dirty += size + 64;
	return is_stamp(database, key, key_size) ? STATUS_OK
	    : flush_if_large(store, error);
}

enum status
store_delete(struct store *store, enum database database, const void *key,
    size_t key_size, struct error *error)
{
	MDB_val name = environment_val(key, key_size);
	enum status status = store_begin(store, error);
	int code;

	if (status != STATUS_OK)
		return status;
	code = discount(store, database, &name);
	if (code == MDB_NOTFOUND)
		return STATUS_OK;
	if (!code)
		code = mdb_del(store->txn,
		    store->environment.databases[database], &name, NULL);
	if (code)
		return store_failed(store, code, "removing", error);
	store->dirty += 64;
	return STATUS_OK;
}

enum status
store_cursor(struct store *store, enum database database, const char *doing,
    MDB_cursor **cursor, struct error *error)
{
	enum status status = store_begin(store, error);
	int code;

	if (status != STATUS_OK)
		return status;
	code = environment_cursor(store->txn,
	    store->environment.databases[database], cursor);
	return code ? store_failed(store, code, doing, error) : STATUS_OK;
}

enum status
store_delete_prefix(struct store *store, enum database database,
    const void *prefix, size_t prefix_size, struct error *error)
{
	for (;;) {
		MDB_val name = environment_val(prefix, prefix_size), value;
		uint8_t key[KEY_SIZE_MAX];
		MDB_cursor *cursor;
		enum status status = store_cursor(store, database,
		    "removing", &cursor, error);
		size_t size;
		int code;

		if (status != STATUS_OK)
			return status;
		code = mdb_cursor_get(cursor, &name, &value, MDB_SET_RANGE);
		size = name.mv_size;
		if (!code && size <= sizeof key)
			memcpy(key, name.mv_data, size);
		mdb_cursor_close(cursor);
		if (code == MDB_NOTFOUND || (!code && (size < prefix_size ||
		    memcmp(key, prefix, prefix_size) != 0)))
			return STATUS_OK;
		if (code)
			return store_failed(store, code, "removing", error);
		status = store_delete(store, database, key, size, error);
		if (status == STATUS_OK)
			status = flush_if_large(store, error);
		if (status != STATUS_OK)
			return status;
	}
}

enum status
store_limit(const struct store *store, enum limit limit, uint64_t n,
    uint64_t more, struct error *error)
{
	return limit_check(limit, n, more, store->environment.name, error);
}

enum status
store_room(const struct store *store, uint32_t n, struct error *error)
{
	const struct root *root = &store->root;
	uint64_t all = 0;
	enum status status;

	for (size_t i = 0; i < root->n_segments; i++)
		all += root->segments[i].n_documents;
	status = store_limit(store, LIMIT_ARTICLES, all, n, error);
	return status == STATUS_OK ? store_limit(store, LIMIT_SEQUENCE,
	    root->next_sequence, n, error) : status;
}

/* The next number is one more than how many were taken. */
enum status
store_new_segment(struct store *store, uint32_t *number, struct error *error)
{
	enum status status = store_limit(store, LIMIT_SEGMENTS,
	    store->root.next_segment - 1, 1, error);

	*number = 0;
	if (status == STATUS_OK)
		*number = store->root.next_segment++;
	return status;
}

static enum status
commit_if_dirty(struct store *store, struct error *error)
{
	if (store->dirty)
		return commit(store, error);
	if (store->txn) {
		mdb_txn_abort(store->txn);
		store->txn = NULL;
		store->stamp = store->before;
	}
	return STATUS_OK;
}

static enum status
put_root(struct store *store, struct error *error)
{
	struct buffer payload = {0};
	enum status status;

	root_encode(&store->root, &payload);
	status = store_put(store, DATABASE_META, "root", 4, payload.bytes,
	    payload.size, NULL, error);
	buffer_free(&payload);
	return status;
}

enum status
store_commit_begin(struct store *store, struct error *error)
{
	enum status status = commit(store, error);

	if (status == STATUS_OK)
		status = store_begin(store, error);
	store->committing = status == STATUS_OK;
	return status;
}

enum status
store_commit_end(struct store *store, struct error *error)
{
	enum status status;

	store->root.changed = (uint64_t)time(NULL);
	store->root.commits++;
	status = put_root(store, error);
	if (status == STATUS_OK)
		status = commit(store, error);
	store->committing = false;
	if (status != STATUS_OK)
		return status;
	store_drop_segments(store);
	status = store_remove_orphans(store, error);
	if (status == STATUS_OK)
		status = store_remove_old_generations(store, error);
	/*
	 * What was removed is committed before that: pages which the very last
	 * transaction freed are pinned by whoever reads it, and the next run
	 * does, from its start on.
	 */
	if (status == STATUS_OK)
		status = commit_if_dirty(store, error);
	/*
	 * LMDB keeps the last two transactions, one in each of its meta
	 * pages, and a flipped bit can make it take the older for the newer:
	 * a whole index, but without what was just acknowledged.  So a
	 * commit is always followed by another transaction, with the same
	 * root, and it does not matter which of the two is taken.
	 */
	if (status == STATUS_OK)
		status = store_begin(store, error);
	return status == STATUS_OK ? commit(store, error) : status;
}

enum status
store_abort(struct store *store, struct error *error)
{
	MDB_txn *txn;
	enum status status;

	if (store->txn)
		mdb_txn_abort(store->txn);
	store->txn = NULL;
	store->committing = false;
	store_drop_segments(store);
	root_free(&store->root);
	status = environment_read(&store->environment, &txn, error);
	if (status != STATUS_OK)
		return status;
	status = environment_root(&store->environment, txn, &store->stamp,
	    &store->root, error);
	mdb_txn_abort(txn);
	return status;
}

/* --- opening --- */

static enum status
open_databases(struct store *store, struct error *error)
{
	MDB_txn *txn;
	enum status status;
	int code;

	code = mdb_txn_begin(store->environment.env, NULL, 0, &txn);
	if (code)
		return store_failed(store, code, "opening", error);
	status = environment_databases(&store->environment, txn, 0, error);
	if (status != STATUS_OK) {
		mdb_txn_abort(txn);
		return status;
	}
	/* Nothing is dirty, so this keeps the handles and writes nothing. */
	code = mdb_txn_commit(txn);
	return code ? store_failed(store, code, "opening", error) : STATUS_OK;
}

/*
 * What an interrupted run left: removed, in a commit of the root that also
 * takes the numbers out of use.
 */
static enum status
recover(struct store *store, struct error *error)
{
	uint32_t next = store->root.next_segment;
	enum status status = store_remove_orphans(store, error);

	if (status == STATUS_OK && store->root.next_segment != next)
		status = put_root(store, error);
	return status == STATUS_OK ? commit_if_dirty(store, error) : status;
}

/* Whether the lock is that of the file that was opened after it. */
static bool
lock_fits(const struct store *store)
{
	struct stat locked, opened;
	int fd;

	return mdb_env_get_fd(store->environment.env, &fd) == 0 &&
	    fstat(fd, &opened) == 0 &&
	    fstat(store->lock.fd, &locked) == 0 &&
	    locked.st_ino == opened.st_ino && locked.st_dev == opened.st_dev;
}

/*
 * While we waited for the lock, its holder may have put a smaller copy in
 * the place of the file (compact.c); then the lock is one of the old file.
 * And where LMDB could not be opened at once, its attempt closed the file,
 * and with it dropped our lock: what is read from here on is what another
 * writer may have left meanwhile.
 */
static enum status
lock_and_open(struct store *store, const char *path, const char *name,
    struct error *error)
{
	struct environment words = {.name = (char *)(uintptr_t)name};
	enum { TRIES = 5 };

	for (int i = 0; i < TRIES; i++) {
		enum status status = store_lock_take(&store->lock, path, name,
		    error);

		if (status == STATUS_OK)
			status = environment_check_metas(&words,
			    store->lock.fd, error);
		if (status == STATUS_OK)
			status = environment_open(&store->environment, path,
			    name, true, error);
		if (status != STATUS_OK || (lock_fits(store) &&
		    store_lock_renew(&store->lock)))
			return status;
		environment_close(&store->environment);
		store_lock_release(&store->lock);
	}
	return error_set(error, STATUS_BUSY, "index %s is being written",
	    name);
}

enum status
store_open(const char *path, const char *name, enum store_open_mode mode,
    size_t transaction_size, struct store **store, struct error *error)
{
	struct store *opened = alloc_zeroed(1, sizeof *opened);
	enum status status = STATUS_OK;
	int dead;

	opened->lock.fd = -1;
	opened->transaction_size = transaction_size;
	if (mode == STORE_CREATE)
		status = store_file_create(path, name, error);
	/* One that was killed while it made the index left another name. */
	if (status == STATUS_OK) {
		store_file_remove_stale(path);
		status = store_file_has_one_name(path, name, error);
	}
	if (status == STATUS_OK)
		status = lock_and_open(opened, path, name, error);
	if (status == STATUS_OK) {
		mdb_reader_check(opened->environment.env, &dead);
		status = store_check_pages(opened, error);
	}
	if (status == STATUS_OK)
		status = open_databases(opened, error);
	if (status == STATUS_OK)
		status = store_find_map(opened, error);
	if (status == STATUS_OK)
		status = store_abort(opened, error); /* reads the root */
	if (status == STATUS_OK)
		status = recover(opened, error);
	if (status != STATUS_OK) {
		store_close(opened);
		return status;
	}
	*store = opened;
	return STATUS_OK;
}

void
store_close(struct store *store)
{
	if (!store)
		return;
	if (store->txn)
		mdb_txn_abort(store->txn);
	store_drop_segments(store);
	root_free(&store->root);
	buffer_free(&store->sealed);
	environment_close(&store->environment);
	store_lock_release(&store->lock);
	free(store);
}
