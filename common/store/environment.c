/* Opening and closing the LMDB environment of an index. */
#include "store/environment.h"

#include "alloc.h"
#include "faults.h"
#include "store/bytes.h"
#include "store/folder_lock.h"
#include "store/lmdb_pages.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	MAX_READERS = 1022,
	LOCK_FILE_SIZE = 72 * 1024, /* what LMDB needs for MAX_READERS */
	OVERTAKEN_MOST = 20, /* times, one after another */
};

/* One size for ever: a map that grows is where other users of LMDB stumble. */
static const size_t map_size = (size_t)1 << 40;
static const size_t map_size_least = (size_t)1 << 28;

MDB_val
environment_val(const void *bytes, size_t size)
{
	MDB_val val = {size, (void *)(uintptr_t)bytes};

	return val;
}

int
environment_cursor(MDB_txn *txn, MDB_dbi database, MDB_cursor **cursor)
{
	int code = mdb_cursor_open(txn, database, cursor);

	if (code == ENOMEM)
		alloc_gone();
	return code;
}

enum status
environment_error(const struct environment *environment, int code,
    const char *doing, struct error *error)
{
	const char *name = environment->name;

	switch (code) {
	case ENOENT:
		return error_set(error, STATUS_NOT_FOUND,
		    "there is no index \"%s\" yet", name);
	case ELOOP:
		error_set(error, STATUS_INVALID,
		    "index %s is a symbolic link that leads nowhere", name);
		error_hint(error, "remove it, or name another index with -i");
		return STATUS_INVALID;
	case EACCES:
	case EPERM:
	case EROFS:
		error_set(error, STATUS_IO,
		    "no permission for index %s or its lock file (%s)", name,
		    doing);
		error_hint(error, "both have to be read and written; a copy "
		    "in a folder of yours can be");
		return STATUS_IO;
	case ENOSPC:
	case EDQUOT:
		return error_set(error, STATUS_FULL,
		    "no space left on the disk of index %s", name);
	case EFBIG:
		error_set(error, STATUS_IO,
		    "index %s would be a larger file than may be made (%s)",
		    name, doing);
		error_hint(error, "the limit of file sizes (ulimit -f), or "
		    "what the file system allows");
		return STATUS_IO;
	case MDB_MAP_FULL:
	case MDB_TXN_FULL:
		return error_set(error, STATUS_FULL,
		    "index %s has reached its largest size (%s)", name,
		    doing);
	case MDB_READERS_FULL:
		return error_set(error, STATUS_BUSY,
		    "too many searches read index %s at this moment", name);
	case MDB_INVALID:
	case MDB_VERSION_MISMATCH:
	case MDB_CORRUPTED:
	case MDB_PAGE_NOTFOUND:
	case MDB_PANIC:
	case MDB_CURSOR_FULL:
	case MDB_INCOMPATIBLE:
	case MDB_NOTFOUND:
	case MDB_BAD_VALSIZE:
	case MDB_MAP_RESIZED: /* a last page beyond our huge map */
		error_set(error, STATUS_DAMAGED,
		    "index %s is damaged, or is not an index (%s)", name,
		    doing);
		error_hint(error, "quire-index -i %s --check", name);
		return STATUS_DAMAGED;
	default:
		return error_set(error, STATUS_IO, "index %s: %s (%s)", name,
		    code > 0 ? strerror(code) : "storage error", doing);
	}
}

static enum status
check_size(const struct environment *environment, const struct stat *file,
    struct error *error)
{
	if (file->st_size >= META_PAGES * LMDB_PAGE)
		return STATUS_OK;
	return environment_error(environment, MDB_INVALID,
	    "the file is too short", error);
}

static enum status
check_file(const struct environment *environment, bool writable,
    struct error *error)
{
	struct stat file;
	enum status status;
	int fd;
	const char *path = environment->path;

	if (stat(path, &file) != 0)
		return environment_error(environment, errno, "opening", error);
	status = environment_check_kind(path, &file, error);
	if (status != STATUS_OK)
		return status;
	/*
	 * A writer checked through the descriptor of its lock: closing
	 * another one of the file would give that lock up.  A file that
	 * cannot be read is left to LMDB to say so.
	 */
	if (writable || (fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return check_size(environment, &file, error);
	status = environment_check_metas(environment, fd, error);
	close(fd);
	return status == STATUS_OK ? check_size(environment, &file, error)
	    : status;
}

enum status
environment_allocate_lock_file(const struct environment *environment,
    struct error *error)
{
	char *path = alloc_bytes(strlen(environment->path) + 6);
	enum status status = STATUS_OK;
	struct stat file;
	int fd, code = 0;

	strcpy(path, environment->path);
	strcat(path, "-lock");
	if (stat(path, &file) == 0 && file.st_size >= LOCK_FILE_SIZE) {
		free(path);
		return STATUS_OK;
	}
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd >= 0) {
		code = posix_fallocate(fd, 0, LOCK_FILE_SIZE);
		close(fd);
	}
	if (code == ENOSPC || code == EDQUOT)
		status = environment_error(environment, code, "locking",
		    error);
	free(path);
	return status;
}

static size_t
wanted_map_size(void)
{
	const char *text = getenv("QUIRE_MAP_SIZE");
	size_t size = text ? strtoull(text, NULL, 10) : 0;

	return size ? size : map_size;
}

static int
open_mapped(struct environment *environment, unsigned flags)
{
	size_t size = wanted_map_size();
	int code;

	for (;;) {
		code = mdb_env_create(&environment->env);
		if (code)
			return code;
		mdb_env_set_maxreaders(environment->env, MAX_READERS);
		mdb_env_set_maxdbs(environment->env, N_DATABASES);
		mdb_env_set_mapsize(environment->env, size);
		code = mdb_env_open(environment->env, environment->path,
		    MDB_NOSUBDIR | MDB_NOTLS | MDB_NORDAHEAD | flags, 0600);
		if (code != ENOMEM || size <= map_size_least)
			return code;
		mdb_env_close(environment->env);
		environment->env = NULL;
		size /= 2;
	}
}

static enum status
is_busy(const struct environment *environment, struct error *error)
{
	error_set(error, STATUS_BUSY, "the file of index %s is being put in "
	    "its place by a process that does not go on", environment->name);
	error_hint(error, "look for a stopped quire-index --compact, and end "
	    "it or let it go on");
	return STATUS_BUSY;
}

enum status
environment_open(struct environment *environment, const char *path,
    const char *name, bool writable, struct error *error)
{
	enum status status;
	int folder, code, fd;

	*environment = (struct environment){.path = alloc_string(path),
	    .name = alloc_string(name)};
	folder = folder_lock(path, LOCK_SH);
	status = folder == FOLDER_BUSY ? is_busy(environment, error)
	    : check_file(environment, writable, error);
	if (status == STATUS_OK)
		status = environment_allocate_lock_file(environment,
		    error);
	if (status == STATUS_OK) {
		faults_expect(name);
		code = open_mapped(environment, writable ? 0 : MDB_RDONLY);
		if (code)
			status = environment_error(environment, code,
			    "opening", error);
	}
	if (folder >= 0)
		close(folder);
	if (status != STATUS_OK) {
		environment_close(environment);
		return status;
	}
	if (mdb_env_get_fd(environment->env, &fd) == 0)
		faults_watch(environment->env, fd);
	return STATUS_OK;
}

void
environment_close(struct environment *environment)
{
	faults_unwatch();
	if (environment->env)
		mdb_env_close(environment->env);
	free(environment->path);
	free(environment->name);
	*environment = (struct environment){0};
}

enum status
environment_read(struct environment *environment, MDB_txn **txn,
    struct error *error)
{
	int code, dead = 0;

	code = mdb_txn_begin(environment->env, NULL, MDB_RDONLY, txn);
	if (code == MDB_READERS_FULL) {
		mdb_reader_check(environment->env, &dead);
		code = mdb_txn_begin(environment->env, NULL, MDB_RDONLY, txn);
	}
	if (code)
		return environment_error(environment, code, "reading", error);
	return STATUS_OK;
}

/*
 * Another format may seal its values in another way and have other
 * sub-databases, so this is asked before any of that is relied on.  A root
 * of ours in which that very byte changed is damaged, though.
 */
static enum status
check_origin(const struct environment *environment, MDB_txn *txn,
    struct error *error)
{
	MDB_val key = environment_val("root", 4), value;
	enum status status;
	uint8_t *ours;
	size_t size;
	int code;

	code = environment_find(txn, environment->databases[DATABASE_META],
	    &key, &value);
	if (code && code != MDB_NOTFOUND)
		return environment_error(environment, code, "root", error);
	if (code || value.mv_size < SEAL_SIZE)
		return STATUS_OK; /* of which more is said later */
	size = value.mv_size - SEAL_SIZE;
	status = root_origin(value.mv_data, size, environment->name, error);
	if (status == STATUS_OK || ((uint8_t *)value.mv_data)[ROOT_FORMAT_AT]
	    == FORMAT_VERSION)
		return status;
	ours = alloc_bytes(value.mv_size);
	memcpy(ours, value.mv_data, value.mv_size);
	ours[ROOT_FORMAT_AT] = FORMAT_VERSION;
	if (layout_seal(DATABASE_META, "root", 4, ours, size) ==
	    bytes_u64(ours + size))
		status = STATUS_OK;
	free(ours);
	return status;
}

enum status
environment_databases(struct environment *environment, MDB_txn *txn,
    unsigned flags, struct error *error)
{
	enum status status = STATUS_OK;

	for (int i = 0; i < N_DATABASES; i++) {
		unsigned kind = 0;
		int code = environment_database(environment, txn,
		    database_names[i], flags, &environment->databases[i]);

		if (!code)
			code = mdb_dbi_flags(txn, environment->databases[i],
			    &kind);
		if (!code && kind)
			code = MDB_INCOMPATIBLE;
		if (code == ENOMEM)
			alloc_gone();
		if (code)
			return environment_error(environment, code,
			    database_names[i], error);
		if (i == DATABASE_META)
			status = check_origin(environment, txn, error);
		if (status != STATUS_OK)
			return status;
	}
	return STATUS_OK;
}

enum status
environment_get(const struct environment *environment, MDB_txn *txn,
    enum database database, const void *key, size_t key_size,
    const uint8_t **payload, size_t *size)
{
	MDB_val name = environment_val(key, key_size), value;
	const uint8_t *bytes;
	int code;

	code = environment_find(txn, environment->databases[database], &name,
	    &value);
	if (code == MDB_NOTFOUND)
		return STATUS_NOT_FOUND;
	if (code || value.mv_size < SEAL_SIZE)
		return STATUS_DAMAGED;
	bytes = value.mv_data;
	*size = value.mv_size - SEAL_SIZE;
	if (!SEALS_ARE_BELIEVED && layout_seal(database, key, key_size, bytes,
	    *size) != bytes_u64(bytes + *size))
		return STATUS_DAMAGED;
	*payload = bytes;
	return STATUS_OK;
}

static enum status
damaged(const struct environment *environment, const char *what,
    struct error *error)
{
	return environment_error(environment, MDB_CORRUPTED, what, error);
}

static enum status
check_counts(const struct environment *environment, MDB_txn *txn,
    const struct stamp *stamp, struct error *error)
{
	for (int i = 0; i < N_DATABASES; i++) {
		MDB_stat numbers;

		if (mdb_stat(txn, environment->databases[i], &numbers) ||
		    numbers.ms_entries != stamp->databases[i].entries)
			return damaged(environment, database_names[i], error);
	}
	return STATUS_OK;
}

/* The same but for the counts. */
static enum status
read_root(const struct environment *environment, MDB_txn *txn,
    struct stamp *stamp, struct root *root, struct error *error)
{
	const uint8_t *payload;
	enum status status;
	size_t size;

	*root = (struct root){0};
	if (environment_get(environment, txn, DATABASE_META, "stamp", 5,
	    &payload, &size) != STATUS_OK ||
	    !stamp_decode(stamp, payload, size) ||
	    stamp->transaction != mdb_txn_id(txn))
		return damaged(environment, "stamp", error);
	if (environment_get(environment, txn, DATABASE_META, "root", 4,
	    &payload, &size) != STATUS_OK)
		return damaged(environment, "root", error);
	status = root_decode(root, payload, size, NULL);
	return status == STATUS_OK ? STATUS_OK
	    : damaged(environment, "root", error);
}

enum status
environment_root(const struct environment *environment, MDB_txn *txn,
    struct stamp *stamp, struct root *root, struct error *error)
{
	enum status status = read_root(environment, txn, stamp, root,
	    error);

	if (status == STATUS_OK)
		status = check_counts(environment, txn, stamp, error);
	if (status != STATUS_OK)
		root_free(root);
	return status;
}

/* Whether commits came after the one that a transaction reads. */
static bool
is_overtaken(const struct environment *environment, MDB_txn *txn)
{
	MDB_envinfo info;

	return mdb_env_info(environment->env, &info) == 0 &&
	    info.me_last_txnid != mdb_txn_id(txn);
}

/* With what a transaction needs; `partial`: as environment_begin_partial. */
static enum status
begin(struct environment *environment, bool partial, MDB_txn **txn,
    struct stamp *stamp, struct root *root, struct error *error)
{
	enum status status;

	*txn = NULL;
	*root = (struct root){0};
	status = environment_read(environment, txn, error);
	if (status != STATUS_OK)
		return status;
	status = environment_databases(environment, *txn, 0, error);
	if (status == STATUS_OK)
		status = (partial ? read_root : environment_root)(environment,
		    *txn, stamp, root, error);
	return status;
}

static void
give_up(MDB_txn **txn, struct root *root)
{
	root_free(root);
	if (*txn)
		mdb_txn_abort(*txn);
	*txn = NULL;
}

enum status
environment_begin(struct environment *environment, MDB_txn **txn,
    struct stamp *stamp, struct root *root, struct error *error)
{
	for (int tries = 1;; tries++) {
		enum status status = begin(environment, false, txn, stamp,
		    root, error);
		bool again = status == STATUS_DAMAGED &&
		    tries < OVERTAKEN_MOST && *txn &&
		    is_overtaken(environment, *txn);

		if (status == STATUS_OK)
			return status;
		give_up(txn, root);
		if (!again)
			return status;
		if (error)
			*error = (struct error){0};
	}
}

enum status
environment_begin_partial(struct environment *environment, MDB_txn **txn,
    struct stamp *stamp, struct root *root, struct error *error)
{
	enum status status = environment_begin(environment, txn, stamp, root,
	    error);

	if (status != STATUS_DAMAGED)
		return status;
	status = begin(environment, true, txn, stamp, root, error);
	if (status != STATUS_OK)
		give_up(txn, root);
	return status;
}
