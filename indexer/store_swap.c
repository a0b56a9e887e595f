/*
 * The index file put away: swapped for a smaller copy, dropped, or left by a
 * process that died.
 *
 * Whoever opens an index shares a lock of its folder meanwhile
 * (folder_lock.h); who takes the file away holds that lock alone.  LMDB's
 * own sign of use tells who has the index open already.
 */
#include "store_file.h"

#include "alloc.h"
#include "buffer.h"
#include "store/environment.h"
#include "store/folder_lock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* The folder of a path, to be freed; `*file` is the name inside it. */
static char *
split_path(const char *path, const char **file)
{
	const char *slash = strrchr(path, '/');

	*file = slash ? slash + 1 : path;
	if (!slash)
		return alloc_string(".");
	return alloc_text(path, slash == path ? 1 : (size_t)(slash - path));
}

enum status
store_file_hold(struct store_hold *hold, const char *path, const char *name,
    struct error *error)
{
	int fd = folder_lock(path, LOCK_EX);

	hold->fd = fd == FOLDER_BUSY ? -1 : fd;
	if (fd != FOLDER_BUSY)
		return STATUS_OK;
	error_set(error, STATUS_BUSY, "a process that does not go on is about "
	    "to open an index in the folder of index %s", name);
	error_hint(error, "look for a stopped quire-query or quire-index, and "
	    "end it or let it go on");
	return STATUS_BUSY;
}

void
store_file_release(struct store_hold *hold)
{
	if (hold->fd >= 0)
		close(hold->fd);
	hold->fd = -1;
}

/*
 * Opens the lock file and locks everybody out; false with the process that
 * has the index open.  Each of those shares the first byte.  `*fd` may be
 * -1: no lock file, so nobody has.
 */
static bool
lock_out_others(const char *path, int *fd, int *process)
{
	struct flock all = {.l_type = F_WRLCK, .l_whence = SEEK_SET,
	    .l_start = 0, .l_len = 1};
	struct flock holder = all;
	struct buffer lock = {0};

	buffer_append_format(&lock, "%s-lock", path);
	*fd = open(buffer_string(&lock), O_RDWR | O_CLOEXEC);
	buffer_free(&lock);
	if (*fd < 0 || fcntl(*fd, F_SETLK, &all) == 0)
		return true;
	fcntl(*fd, F_GETLK, &holder);
	*process = (int)holder.l_pid;
	return false;
}

static void
remove_lock_file(const char *path)
{
	struct buffer lock = {0};

	buffer_append_format(&lock, "%s-lock", path);
	unlink(buffer_string(&lock));
	buffer_free(&lock);
}

static enum status
sync_names(const char *path, const char *name, struct error *error)
{
	int code = store_file_sync_folder(path);

	return code ? error_set(error, STATUS_IO, "the folder of index %s "
	    "could not be written to the disk: %s", name, strerror(code)) :
	    STATUS_OK;
}

enum status
store_file_swap(const char *copy, const char *path, const char *name,
    struct error *error)
{
	enum status status = STATUS_OK;
	int process = 0, lock;

	if (!lock_out_others(path, &lock, &process)) {
		status = error_set(error, STATUS_BUSY, "index %s is open in "
		    "process %d, so its file was not made smaller", name,
		    process);
		error_hint(error, "run  quire-index -i %s --compact  again "
		    "when that is done", name);
	} else if (rename(copy, path) != 0) {
		status = error_set(error, STATUS_IO, "cannot rename %s: %s",
		    copy, strerror(errno));
	} else {
		remove_lock_file(path);
		remove_lock_file(copy);
	}
	if (lock >= 0)
		close(lock);
	return status == STATUS_OK ? sync_names(path, name, error) : status;
}

/* Both keep a name throughout; where the system cannot do that, the old file
 * has two for a moment. */
static int
exchange(const char *made, const char *path)
{
	struct buffer other = {0};
	int code = 0;

	if (renameat2(AT_FDCWD, made, AT_FDCWD, path, RENAME_EXCHANGE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return errno;
	buffer_append_format(&other, "%s.repair-%d", path, (int)getpid());
	if (rename(made, buffer_string(&other)) != 0 ||
	    link(path, made) != 0 || rename(buffer_string(&other), path) != 0)
		code = errno;
	buffer_free(&other);
	return code;
}

enum status
store_file_exchange(const char *made, const char *path, const char *name,
    struct error *error)
{
	enum status status = STATUS_OK;
	int process = 0, lock, code;

	if (!lock_out_others(path, &lock, &process)) {
		status = error_set(error, STATUS_BUSY, "index %s is open in "
		    "process %d, so nothing was put in its place", name,
		    process);
		error_hint(error, "run  quire-index -i %s --repair  again "
		    "when that is done", name);
	} else if ((code = exchange(made, path)) != 0) {
		status = error_set(error, STATUS_IO, "cannot rename %s: %s",
		    made, strerror(code));
	} else {
		remove_lock_file(path);
		remove_lock_file(made);
	}
	if (lock >= 0)
		close(lock);
	return status == STATUS_OK ? sync_names(path, name, error) : status;
}

static enum status
drop_held(const char *path, const char *name, struct error *error)
{
	int process = 0, lock;
	enum status status = STATUS_OK;

	if (!lock_out_others(path, &lock, &process)) {
		status = error_set(error, STATUS_BUSY, "index %s is open in "
		    "process %d, so it was not removed", name, process);
		error_hint(error, "wait for it and try again");
	} else if (unlink(path) != 0) {
		status = error_set(error, errno == ENOENT ? STATUS_NOT_FOUND :
		    STATUS_IO, errno == ENOENT ?
		    "there is no index \"%s\"" :
		    "cannot remove the file of index %s", name);
	} else {
		remove_lock_file(path);
	}
	if (lock >= 0)
		close(lock);
	return status == STATUS_OK ? sync_names(path, name, error) : status;
}

/* So a mistyped name never removes anything else. */
static bool
looks_like_index(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool found = fd >= 0 && environment_has_sign(fd);

	if (fd >= 0)
		close(fd);
	return found;
}

enum status
store_file_drop(const char *path, const char *name, struct error *error)
{
	struct store_lock writer = {-1};
	struct store_hold hold;
	enum status status;
	struct stat file;

	if (stat(path, &file) != 0)
		return error_set(error, STATUS_NOT_FOUND,
		    "there is no index \"%s\"", name);
	if (!S_ISREG(file.st_mode) || !looks_like_index(path))
		return error_set(error, STATUS_INVALID,
		    "%s is not an index, so it was not removed", path);
	/* A writer between two openings has only this lock. */
	status = store_lock_take(&writer, path, name, error);
	if (status != STATUS_OK)
		return status;
	status = store_file_hold(&hold, path, name, error);
	if (status == STATUS_OK)
		status = drop_held(path, name, error);
	store_file_release(&hold);
	store_lock_release(&writer);
	if (status == STATUS_OK)
		store_file_remove_stale(path);
	return status;
}

/* The process id at the end of "FILE.new-4121", or 0 if it is not of that
 * form. */
static long
stale_process(const char *name, const char *file)
{
	static const char *const kinds[] = {".new-", ".compact-",
	    ".repair-"};
	size_t length = strlen(file);

	if (strncmp(name, file, length) != 0)
		return 0;
	name += length;
	for (int i = 0; i < 3; i++) {
		size_t kind = strlen(kinds[i]);
		char *end;
		long process;

		if (strncmp(name, kinds[i], kind) != 0)
			continue;
		process = strtol(name + kind, &end, 10);
		if (end > name + kind && process > 0 &&
		    (*end == '\0' || strcmp(end, "-lock") == 0))
			return process;
	}
	return 0;
}

void
store_file_remove_stale(const char *path)
{
	const char *file;
	char *folder = split_path(path, &file);
	DIR *names = opendir(folder);
	struct dirent *entry;

	while (names && (entry = readdir(names))) {
		long process = stale_process(entry->d_name, file);

		if (process == 0 || (process != getpid() &&
		    (kill((pid_t)process, 0) == 0 || errno != ESRCH)))
			continue;
		unlinkat(dirfd(names), entry->d_name, 0);
	}
	if (names)
		closedir(names);
	free(folder);
}
