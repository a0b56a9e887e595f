/*
 * Copying an index into a new file.
 *
 * The copy is written in the order of keys into a file that never held
 * anything else, in transactions of a bounded size, the stamp last: a copy
 * that was cut short is no index and never gets the name of one.
 */
#include "copy.h"

#include "alloc.h"
#include "buffer.h"
#include "store/bytes.h"
#include "store_file.h"

#include <errno.h>
#include <sys/stat.h>

static const size_t transaction_size = (size_t)32 << 20;

static uint64_t
file_size(const char *path)
{
	struct stat file;

	return stat(path, &file) == 0 ? (uint64_t)file.st_size : 0;
}

/* --- copying --- */

/* A map with room to spare for a copy that is not larger; whole pages. */
static uint64_t
room_for(uint64_t size)
{
	const uint64_t spare = (uint64_t)64 << 20;

	return (size + size / 4 + spare) & ~(uint64_t)0xffff;
}

int
copy_open(struct copy *copy, const char *path, const char *name,
    uint64_t from_size)
{
	struct environment *environment = &copy->environment;
	int code;

	environment->path = alloc_string(path);
	environment->name = alloc_string(name);
	code = environment_allocate_lock_file(environment, NULL) ==
	    STATUS_OK ? mdb_env_create(&environment->env) : ENOSPC;
	if (!code)
		code = mdb_env_set_maxdbs(environment->env, N_DATABASES);
	if (!code)
		code = mdb_env_set_mapsize(environment->env,
		    (size_t)room_for(from_size));
	if (!code)
		code = mdb_env_open(environment->env, path, MDB_NOSUBDIR,
		    0600);
	if (!code)
		code = mdb_txn_begin(environment->env, NULL, 0, &copy->txn);
	if (!code && environment_databases(environment, copy->txn, MDB_CREATE,
	    NULL) != STATUS_OK)
		code = MDB_CORRUPTED;
	return code;
}

static int
copy_commit(struct copy *copy)
{
	int code = mdb_txn_commit(copy->txn);

	copy->txn = NULL;
	copy->dirty = 0;
	return code;
}

int
copy_put(struct copy *copy, enum database database, MDB_val *key,
    MDB_val *value)
{
	int code = 0;

	if (copy->dirty >= transaction_size)
		code = copy_commit(copy);
	if (!code && !copy->txn)
		code = mdb_txn_begin(copy->environment.env, NULL, 0,
		    &copy->txn);
	if (!code)
		code = mdb_put(copy->txn,
		    copy->environment.databases[database], key, value,
		    MDB_APPEND);
	copy->dirty += value->mv_size + 64;
	return code;
}

static bool
is_sealed(enum database database, const MDB_val *key, const MDB_val *value)
{
	const uint8_t *bytes = value->mv_data;

	return value->mv_size >= SEAL_SIZE && layout_seal(database,
	    key->mv_data, key->mv_size, bytes, value->mv_size - SEAL_SIZE) ==
	    bytes_u64(bytes + value->mv_size - SEAL_SIZE);
}

static int
copy_database(struct copy *copy, const struct environment *from, MDB_txn *txn,
    enum database database)
{
	MDB_cursor *cursor;
	MDB_val key = {0}, value;
	int code = environment_cursor(txn, from->databases[database],
	    &cursor);

	if (code)
		return code;
	while ((code = environment_move(cursor, &key, &value, MDB_NEXT)) == 0) {
		if (!is_sealed(database, &key, &value))
			code = MDB_CORRUPTED;
		if (!code)
			code = copy_put(copy, database, &key, &value);
		if (code)
			break;
	}
	mdb_cursor_close(cursor);
	return code == MDB_NOTFOUND ? 0 : code;
}

/* A stamp of the transaction that writes it. */
static int
put_stamp(struct copy *copy, const struct stamp *stamp)
{
	MDB_val name = environment_val("stamp", 5), sealed;
	struct stamp written = *stamp;
	struct buffer payload = {0};
	uint64_t seal;
	int code;

	written.transaction = mdb_txn_id(copy->txn);
	stamp_encode(&written, &payload);
	seal = layout_seal(DATABASE_META, "stamp", 5, payload.bytes,
	    payload.size);
	buffer_append(&payload, &seal, sizeof seal);
	sealed = environment_val(payload.bytes, payload.size);
	code = mdb_put(copy->txn,
	    copy->environment.databases[DATABASE_META], &name, &sealed, 0);
	buffer_free(&payload);
	return code;
}

int
copy_finish(struct copy *copy, MDB_val *root, const struct stamp *stamp)
{
	MDB_val name = environment_val("root", 4);
	int code = copy_put(copy, DATABASE_META, &name, root);

	if (!code)
		code = put_stamp(copy, stamp);
	if (!code)
		code = copy_commit(copy);
	/* Both meta pages shall lead to the root: docs/FORMAT.md, section 2. */
	if (!code)
		code = mdb_txn_begin(copy->environment.env, NULL, 0,
		    &copy->txn);
	if (!code)
		code = put_stamp(copy, stamp);
	return code ? code : copy_commit(copy);
}

static int
copy_root(struct copy *copy, const struct environment *from, MDB_txn *txn,
    const struct stamp *stamp)
{
	MDB_val name = environment_val("root", 4), root;
	int code = environment_find(txn, from->databases[DATABASE_META], &name, &root);

	if (!code && !is_sealed(DATABASE_META, &name, &root))
		code = MDB_CORRUPTED;
	return code ? code : copy_finish(copy, &root, stamp);
}

static int
copy_all(struct copy *copy, const struct environment *from, MDB_txn *txn,
    const struct stamp *stamp)
{
	int code = 0;

	for (int i = 0; i < N_DATABASES && !code; i++)
		if (i != DATABASE_META)
			code = copy_database(copy, from, txn,
			    (enum database)i);
	return code ? code : copy_root(copy, from, txn, stamp);
}

void
copy_close(struct copy *copy)
{
	if (copy->txn)
		mdb_txn_abort(copy->txn);
	environment_close(&copy->environment);
}

/* --- comparing: the copy as its next reader will see it --- */

static bool
sums_agree(const struct environment *environment, MDB_txn *txn,
    const struct stamp *stamp, enum database database)
{
	uint64_t n = 0, seals = 0;
	MDB_cursor *cursor;
	MDB_val key = {0}, value;
	bool good = true;
	int code;

	if (environment_cursor(txn, environment->databases[database], &cursor))
		return false;
	while ((code = environment_move(cursor, &key, &value, MDB_NEXT)) == 0 &&
	    good) {
		good = is_sealed(database, &key, &value);
		n++;
		if (database != DATABASE_META || key.mv_size != 5)
			seals += bytes_u64((const uint8_t *)value.mv_data +
			    value.mv_size - SEAL_SIZE);
	}
	mdb_cursor_close(cursor);
	return good && code == MDB_NOTFOUND &&
	    n == stamp->databases[database].entries &&
	    seals == stamp->databases[database].seals;
}

static enum status
compare(const char *path, const char *name, struct error *error)
{
	struct environment environment;
	struct stamp stamp;
	struct root root = {0};
	MDB_txn *txn = NULL;
	enum status status = environment_open(&environment, path, name, false,
	    error);

	if (status != STATUS_OK)
		return status;
	status = environment_begin(&environment, &txn, &stamp, &root, error);
	for (int i = 0; i < N_DATABASES && status == STATUS_OK; i++)
		if (!sums_agree(&environment, txn, &stamp, (enum database)i))
			status = error_set(error, STATUS_IO, "the copy of "
			    "index %s differs from it", name);
	root_free(&root);
	if (txn)
		mdb_txn_abort(txn);
	environment_close(&environment);
	return status;
}

/* --- the whole --- */

static enum status
write_copy(struct environment *from, const char *path, const char *name,
    struct error *error)
{
	struct copy copy = {0};
	struct root root = {0};
	struct stamp stamp;
	MDB_txn *txn;
	enum status status = environment_begin(from, &txn, &stamp, &root,
	    error);
	int code;

	if (status != STATUS_OK)
		return status;
	root_free(&root);
	code = copy_open(&copy, path, name, file_size(from->path));
	if (!code)
		code = copy_all(&copy, from, txn, &stamp);
	copy_close(&copy);
	mdb_txn_abort(txn);
	code = store_file_write_error(path, code);
	if (code)
		return environment_error(from, code, "copying", error);
	return STATUS_OK;
}

enum status
index_copy(struct environment *from, const char *path, const char *name,
    struct error *error)
{
	enum status status = write_copy(from, path, name, error);

	return status == STATUS_OK ? compare(path, name, error) : status;
}
