/*
 * The LMDB environment of an index, opened with the care that LMDB leaves
 * to its users: only a regular file of a sane size, no damage taken for
 * an answer, no fault without a message.
 */
#ifndef QUIRE_STORE_ENVIRONMENT_H
#define QUIRE_STORE_ENVIRONMENT_H

#include "layout.h"
#include "root.h"
#include "status.h"

#include <lmdb.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

struct environment {
	MDB_env *env;
	MDB_dbi databases[N_DATABASES];
	char *path, *name; /* the file; what a person calls it */
};

/*
 * Opens an index that exists.  `writable` adds what a writer needs; the
 * flags are LMDB's default durability in any case.  On success the caller
 * begins a transaction and opens the databases in it.
 *
 * STATUS_OK, NOT_FOUND, INVALID (no index at all), VERSION (of another kind
 * of machine), DAMAGED, BUSY or IO, with a message.
 */
enum status environment_open(struct environment *environment,
    const char *path, const char *name, bool writable, struct error *error);

/*
 * Whether LMDB can be let near the file open as `fd`; part of opening
 * read-only.  A writer calls it on the descriptor of its lock before it
 * opens.  Only the name of the environment is used.  STATUS_OK, DAMAGED,
 * VERSION, or INVALID for a file of another kind.
 */
enum status environment_check_metas(const struct environment *environment,
    int fd, struct error *error);

/* Whether a file is one of LMDB's, be it damaged: one of its first two pages
 * says so. */
bool environment_has_sign(int fd);

/* STATUS_OK for a regular file; INVALID with a message. */
enum status environment_check_kind(const char *path, const struct stat *file,
    struct error *error);

void environment_close(struct environment *environment);

/*
 * Makes the lock file of `path` before LMDB does, who would make it sparse
 * and write it through a map: on a full disk even a reader would die of
 * SIGBUS.  For who opens a file by himself; environment_open does it.
 */
enum status environment_allocate_lock_file(
    const struct environment *environment, struct error *error);

/*
 * Begins a read transaction; one dead reader's slot is taken back where all
 * are in use.  STATUS_OK, BUSY, DAMAGED or IO.
 */
enum status environment_read(struct environment *environment, MDB_txn **txn,
    struct error *error);

/* Opens the databases inside a transaction (MDB_CREATE for a new index). */
enum status environment_databases(struct environment *environment,
    MDB_txn *txn, unsigned flags, struct error *error);

/*
 * mdb_dbi_open, mdb_get and mdb_cursor_get.  For a reader they end with
 * MDB_CORRUPTED where LMDB would search a damaged page for ever.  `key` of a
 * step to the next one holds the key before, or is {0}: keys rise, or else it
 * is MDB_CORRUPTED, too.
 */
int environment_database(const struct environment *environment, MDB_txn *txn,
    const char *name, unsigned flags, MDB_dbi *database);
int environment_find(MDB_txn *txn, MDB_dbi database, MDB_val *key,
    MDB_val *value);
int environment_move(MDB_cursor *cursor, MDB_val *key, MDB_val *value,
    MDB_cursor_op to);

/*
 * A value without its seal.  STATUS_OK, NOT_FOUND (LMDB says so: no proof),
 * or DAMAGED.
 */
enum status environment_get(const struct environment *environment,
    MDB_txn *txn, enum database database, const void *key, size_t key_size,
    const uint8_t **payload, size_t *size);

/*
 * Reads and checks stamp and root: the stamp's transaction id against LMDB's
 * and its counts against LMDB's own.
 */
enum status environment_root(const struct environment *environment,
    MDB_txn *txn, struct stamp *stamp, struct root *root,
    struct error *error);

/*
 * All of that: a read transaction that is begun, with databases open in it,
 * stamp and root.  On failure there is no transaction.
 *
 * LMDB reads which commit is the last one and then what that commit says, of
 * one of two pages that commits fill in turn.  Where two commits come in
 * between, a transaction has the number of one commit and the data of
 * another, which looks like damage; so it is begun again then.
 */
enum status environment_begin(struct environment *environment,
    MDB_txn **txn, struct stamp *stamp, struct root *root,
    struct error *error);

/* The same, but of a damaged index the counts may be wrong: of other
 * databases than `meta`, parts may be missing. */
enum status environment_begin_partial(struct environment *environment,
    MDB_txn **txn, struct stamp *stamp, struct root *root,
    struct error *error);

/* Words for an LMDB or system error; never its code. */
enum status environment_error(const struct environment *environment,
    int code, const char *doing, struct error *error);

/* MDB_val of bytes that LMDB only reads: the one cast of its kind. */
MDB_val environment_val(const void *bytes, size_t size);

/* mdb_cursor_open; memory that is gone is no damage, so it ends the program. */
int environment_cursor(MDB_txn *txn, MDB_dbi database, MDB_cursor **cursor);

#endif
