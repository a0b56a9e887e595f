/*
 * The calls that the programs make of LMDB.  With SHIM_DO a number, which may
 * be one of LMDB's own, one fails as LMDB does: nothing has happened but that
 * a transaction that could not be committed is over.
 */
#include "shim_parts.h"

#include <dlfcn.h>
#include <errno.h>
#include <lmdb.h>

#define CALL(name, parameters, arguments) \
	int \
	name parameters \
	{ \
		static int (*next) parameters; \
		if (!next) \
			*(void **)&next = dlsym(RTLD_NEXT, #name); \
		return shim_ask(SHIM_DATABASE) == SHIM_FAIL ? errno \
		    : next arguments; \
	}

CALL(mdb_env_create, (MDB_env **env), (env))
CALL(mdb_env_open, (MDB_env *env, const char *path, unsigned flags,
    mdb_mode_t mode), (env, path, flags, mode))
CALL(mdb_env_info, (MDB_env *env, MDB_envinfo *info), (env, info))
CALL(mdb_env_stat, (MDB_env *env, MDB_stat *numbers), (env, numbers))
CALL(mdb_env_get_fd, (MDB_env *env, mdb_filehandle_t *fd), (env, fd))
CALL(mdb_env_set_mapsize, (MDB_env *env, size_t size), (env, size))
CALL(mdb_env_set_maxreaders, (MDB_env *env, unsigned n), (env, n))
CALL(mdb_env_set_maxdbs, (MDB_env *env, MDB_dbi n), (env, n))
CALL(mdb_reader_check, (MDB_env *env, int *n_dead), (env, n_dead))
CALL(mdb_reader_list, (MDB_env *env, MDB_msg_func *tell, void *context),
    (env, tell, context))
CALL(mdb_txn_begin, (MDB_env *env, MDB_txn *parent, unsigned flags,
    MDB_txn **txn), (env, parent, flags, txn))
CALL(mdb_dbi_open, (MDB_txn *txn, const char *name, unsigned flags,
    MDB_dbi *database), (txn, name, flags, database))
CALL(mdb_dbi_flags, (MDB_txn *txn, MDB_dbi database, unsigned *flags),
    (txn, database, flags))
CALL(mdb_stat, (MDB_txn *txn, MDB_dbi database, MDB_stat *numbers),
    (txn, database, numbers))
CALL(mdb_get, (MDB_txn *txn, MDB_dbi database, MDB_val *key, MDB_val *value),
    (txn, database, key, value))
CALL(mdb_put, (MDB_txn *txn, MDB_dbi database, MDB_val *key, MDB_val *value,
    unsigned flags), (txn, database, key, value, flags))
CALL(mdb_del, (MDB_txn *txn, MDB_dbi database, MDB_val *key, MDB_val *value),
    (txn, database, key, value))
CALL(mdb_cursor_open, (MDB_txn *txn, MDB_dbi database, MDB_cursor **cursor),
    (txn, database, cursor))
CALL(mdb_cursor_get, (MDB_cursor *cursor, MDB_val *key, MDB_val *value,
    MDB_cursor_op operation), (cursor, key, value, operation))

int
mdb_txn_commit(MDB_txn *txn)
{
	static int (*next)(MDB_txn *);
	int code;

	if (!next)
		*(void **)&next = dlsym(RTLD_NEXT, "mdb_txn_commit");
	if (shim_ask(SHIM_DATABASE) != SHIM_FAIL)
		return next(txn);
	code = errno;
	mdb_txn_abort(txn);
	return code;
}
