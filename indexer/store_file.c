/* Making, locking and swapping the index file. */
#include "store_file.h"

#include "alloc.h"
#include "buffer.h"
#include "place.h"
#include "process_start.h"
#include "store/environment.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

/* A byte of the file far behind all pages stands for the right to write. */
static const off_t lock_byte = (off_t)1 << 60;

enum {
	WAIT_STEPS = 20, /* for another writer */
	WAIT_STEP_NS = 100 * 1000 * 1000,
};

int
store_file_sync_folder(const char *path)
{
	char *folder = place_folder(path);
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int code = fd < 0 ? errno : 0;

	free(folder);
	/* Who may not read the folder cannot sync it. */
	if (fd < 0)
		return code == EACCES || code == EPERM ? 0 : code;
	do
		code = fsync(fd) == 0 ? 0 : errno;
	while (code == EINTR);
	close(fd);
	/* Some file systems know no such thing, or are never written. */
	return code == EIO || code == ENOSPC || code == EDQUOT ? code : 0;
}

static bool
disk_is_full(const char *path)
{
	char *folder = place_folder(path);
	struct statvfs disk;
	bool full = statvfs(folder, &disk) == 0 &&
	    disk.f_bavail * disk.f_frsize < 1024 * 1024;

	free(folder);
	return full;
}

static bool
is_as_large_as_allowed(const char *path)
{
	struct rlimit limit;
	struct stat file;

	return getrlimit(RLIMIT_FSIZE, &limit) == 0 &&
	    limit.rlim_cur != RLIM_INFINITY && stat(path, &file) == 0 &&
	    (rlim_t)file.st_size >= limit.rlim_cur;
}

int
store_file_write_error(const char *path, int code)
{
	if (code != EIO)
		return code;
	return disk_is_full(path) ? ENOSPC
	    : is_as_large_as_allowed(path) ? EFBIG : EIO;
}

static const char *
network_file_system(const char *folder)
{
	struct statfs disk;

	if (statfs(folder, &disk) != 0)
		return NULL;
	switch ((unsigned)disk.f_type) {
	case 0x6969:
		return "nfs";
	case 0x517b:
	case 0xff534d42:
	case 0xfe534d42:
		return "smb";
	case 0x01021997:
		return "9p";
	case 0x65735546:
		return "fuse";
	case 0x5346414f:
		return "afs";
	case 0x00c36400:
		return "ceph";
	default:
		return NULL;
	}
}

enum status
store_file_has_one_name(const char *path, const char *name,
    struct error *error)
{
	struct stat file;
	enum status status;

	if (stat(path, &file) != 0)
		return STATUS_OK;
	/* A FIFO must not make us wait, nor a folder puzzle LMDB. */
	status = environment_check_kind(path, &file, error);
	if (status != STATUS_OK || file.st_nlink < 2)
		return status;
	error_set(error, STATUS_INVALID, "index %s has hard links, so whoever "
	    "reads it under another name is not seen", name);
	error_hint(error, "copy it, or remove its other names");
	return STATUS_INVALID;
}

/*
 * Makes the folder of an index that is named and all those that it lies in,
 * and puts their names on the disk: an index in a folder that a power cut
 * takes away is lost.  The last may have been made by a run that was killed
 * before it got that far.  The folder of a path is the user's.
 */
static int
make_folder(char *folder)
{
	int code = 0;

	for (char *at = folder + 1; *at && !code; at++) {
		if (*at != '/')
			continue;
		*at = '\0';
		if (mkdir(folder, 0700) == 0)
			code = store_file_sync_folder(folder);
		*at = '/';
	}
	if (!code && mkdir(folder, 0700) != 0 && errno != EEXIST)
		code = errno;
	return code ? code : store_file_sync_folder(folder);
}

static enum status
make_folders(char *folder, struct error *error)
{
	int code = make_folder(folder);

	if (code)
		return error_set(error, code == ENOSPC ? STATUS_FULL
		    : STATUS_IO, "cannot make the folder %s: %s", folder,
		    strerror(code));
	return STATUS_OK;
}

static enum status
no_folder(const char *name, const char *folder, struct error *error)
{
	error_set(error, STATUS_NOT_FOUND, "cannot create index %s: there is "
	    "no folder %s", name, folder);
	error_hint(error, "mkdir -p %s", folder);
	return STATUS_NOT_FOUND;
}

static enum status
check_folder(const char *folder, struct error *error)
{
	const char *kind = network_file_system(folder);

	if (!kind || getenv("QUIRE_ALLOW_NETWORK_DISK"))
		return STATUS_OK;
	error_set(error, STATUS_INVALID, "the index folder is on a network "
	    "file system (%s), where it could be damaged", kind);
	error_hint(error, "keep the index on a local disk with -i ./FILE; "
	    "the articles may stay where they are");
	return STATUS_INVALID;
}

static enum status
prepare_folder(const char *path, const char *name, struct error *error)
{
	char *folder = place_folder(path);
	enum status status = STATUS_OK;
	struct stat there;

	if (!strchr(name, '/'))
		status = make_folders(folder, error);
	else if (stat(folder, &there) != 0 || !S_ISDIR(there.st_mode))
		status = no_folder(name, folder, error);
	if (status == STATUS_OK)
		status = check_folder(folder, error);
	free(folder);
	return status;
}

/* Where LMDB finds no file, there is an index that cannot be made. */
static enum status
not_made(const char *path, const char *name, int code, struct error *error)
{
	struct environment words = {.name = (char *)(uintptr_t)name};
	char *folder;

	if (code != ENOENT)
		return environment_error(&words, code, "making it", error);
	folder = place_folder(path);
	error_set(error, STATUS_IO, "cannot create index %s: no file can be "
	    "made in %s", name, folder);
	free(folder);
	return STATUS_IO;
}

static int
put_sealed(MDB_txn *txn, MDB_dbi meta, const char *key,
    const struct buffer *payload, uint64_t *seal)
{
	MDB_val name = environment_val(key, strlen(key)), value;
	struct buffer sealed = {0};
	int code;

	*seal = layout_seal(DATABASE_META, key, strlen(key), payload->bytes,
	    payload->size);
	buffer_append(&sealed, payload->bytes, payload->size);
	buffer_append(&sealed, seal, sizeof *seal);
	value = environment_val(sealed.bytes, sealed.size);
	code = mdb_put(txn, meta, &name, &value, 0);
	buffer_free(&sealed);
	return code;
}

/* The first transaction of an index: its databases, root and stamp. */
static int
write_first(struct environment *environment, MDB_txn *txn)
{
	struct stamp stamp = {.transaction = mdb_txn_id(txn)};
	struct buffer payload = {0};
	struct root root;
	uint64_t seal = 0;
	int code;

	if (environment_databases(environment, txn, MDB_CREATE, NULL))
		return EIO;
	root_init(&root);
	root.made = root.changed = (uint64_t)time(NULL);
	snprintf(root.program, sizeof root.program, "%s", QUIRE_VERSION);
	snprintf(root.stemmer, sizeof root.stemmer, "%s", "2.2.0");
	root_encode(&root, &payload);
	root_free(&root);
	code = put_sealed(txn, environment->databases[DATABASE_META], "root",
	    &payload, &seal);
	stamp.databases[DATABASE_META].entries = 2;
	stamp.databases[DATABASE_META].seals = seal;
	buffer_clear(&payload);
	stamp_encode(&stamp, &payload);
	if (!code)
		code = put_sealed(txn, environment->databases[DATABASE_META],
		    "stamp", &payload, &seal);
	buffer_free(&payload);
	return code;
}

static int
fill_new_file(const char *path, const char *name)
{
	struct environment environment = {0};
	MDB_txn *txn;
	int code;

	environment.path = alloc_string(path);
	environment.name = alloc_string(name);
	code = environment_allocate_lock_file(&environment, NULL) ==
	    STATUS_OK ? mdb_env_create(&environment.env) : ENOSPC;
	if (!code)
		code = mdb_env_set_maxdbs(environment.env, N_DATABASES);
	if (!code)
		code = mdb_env_open(environment.env, path, MDB_NOSUBDIR, 0600);
	if (!code)
		code = mdb_txn_begin(environment.env, NULL, 0, &txn);
	if (!code) {
		code = write_first(&environment, txn);
		if (code)
			mdb_txn_abort(txn);
		else
			code = mdb_txn_commit(txn);
	}
	environment_close(&environment);
	return code;
}

void
store_file_remove(const char *path)
{
	struct buffer lock = {0};

	buffer_append_format(&lock, "%s-lock", path);
	unlink(buffer_string(&lock));
	unlink(path);
	buffer_free(&lock);
}

/*
 * Gives a finished file its name, and never takes it from another: two
 * programs that begin at once end with one index.  At no moment has the file
 * two names, but where the file system cannot do better.
 */
int
store_file_give_name(const char *made, const char *path)
{
	if (renameat2(AT_FDCWD, made, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
		return 0;
	if ((errno == EINVAL || errno == ENOSYS) && link(made, path) == 0)
		return 0;
	return errno;
}

/* The file gets its name only when it is a whole index. */
enum status
store_file_create(const char *path, const char *name, struct error *error)
{
	struct environment words = {.name = (char *)(uintptr_t)name};
	struct buffer made = {0};
	enum status status;
	struct stat file;
	int code;

	if (stat(path, &file) == 0)
		return STATUS_OK;
	if (lstat(path, &file) == 0 && S_ISLNK(file.st_mode))
		return environment_error(&words, ELOOP, "making it", error);
	status = prepare_folder(path, name, error);
	if (status != STATUS_OK)
		return status;
	buffer_append_format(&made, "%s.new-%d", path, (int)getpid());
	store_file_remove(buffer_string(&made));
	code = fill_new_file(buffer_string(&made), name);
	if (!code)
		code = store_file_give_name(buffer_string(&made), path);
	if (code == EEXIST)
		code = 0; /* another program made one meanwhile */
	code = store_file_write_error(buffer_string(&made), code);
	store_file_remove(buffer_string(&made));
	buffer_free(&made);
	if (!code)
		code = store_file_sync_folder(path);
	if (code)
		return not_made(path, name, code, error);
	return STATUS_OK;
}

/* " since 09:14", when a process began; "" if it cannot be told. */
static const char *
since_start(int process, char text[16])
{
	struct tm local;
	time_t start;

	text[0] = '\0';
	if (process_start(process, &start) && localtime_r(&start, &local))
		strftime(text, 16, " since %H:%M", &local);
	return text;
}

enum status
store_lock_take(struct store_lock *lock, const char *path, const char *name,
    struct error *error)
{
	struct environment words = {.name = (char *)(uintptr_t)name};
	struct flock wanted = {.l_type = F_WRLCK, .l_whence = SEEK_SET,
	    .l_start = lock_byte, .l_len = 1};
	struct flock holder = wanted;
	char since[16];

	lock->fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	if (lock->fd < 0)
		return environment_error(&words, errno, "locking", error);
	for (int step = 0; step < WAIT_STEPS; step++) {
		struct timespec pause = {0, WAIT_STEP_NS};

		if (fcntl(lock->fd, F_SETLK, &wanted) == 0)
			return STATUS_OK;
		if (errno != EACCES && errno != EAGAIN)
			return environment_error(&words, errno, "locking",
			    error);
		nanosleep(&pause, NULL);
	}
	fcntl(lock->fd, F_GETLK, &holder);
	store_lock_release(lock);
	error_set(error, STATUS_BUSY,
	    "index %s is being written by process %d%s", name,
	    (int)holder.l_pid, since_start((int)holder.l_pid, since));
	error_hint(error, "wait for it; searching works meanwhile");
	return STATUS_BUSY;
}

bool
store_lock_renew(const struct store_lock *lock)
{
	struct flock wanted = {.l_type = F_WRLCK, .l_whence = SEEK_SET,
	    .l_start = lock_byte, .l_len = 1};

	return fcntl(lock->fd, F_SETLK, &wanted) == 0;
}

void
store_lock_release(struct store_lock *lock)
{
	if (lock->fd >= 0)
		close(lock->fd);
	lock->fd = -1;
}
