/* The calls that the programs and their libraries make. */
#include "shim_parts.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PARTS_MOST = 1024 };

/* Ends a call that was made: dies if that was asked for. */
static void
after(enum shim_action action)
{
	shim_log_unlock();
	if (action == SHIM_DIE_AFTER)
		shim_die();
}

/* --- writing --- */

/* Cuts what is written to half; a byte cannot be halved. */
static int
shorten(struct iovec *cut, const struct iovec *parts, int n, size_t size)
{
	size_t left = size > 1 ? size / 2 : size;
	int i;

	for (i = 0; i < n && i < PARTS_MOST && left > 0; i++) {
		cut[i] = parts[i];
		if (cut[i].iov_len > left)
			cut[i].iov_len = left;
		left -= cut[i].iov_len;
	}
	return i;
}

/* `offset` -1: where the file stands. */
static ssize_t
put(int fd, const struct iovec *parts, int n, off_t offset)
{
	enum shim_action action = fd == STDERR_FILENO ? SHIM_GO
	    : shim_ask(SHIM_WRITE);
	struct iovec cut[PARTS_MOST];
	off_t at = offset;
	size_t size = 0;
	ssize_t done;

	if (action == SHIM_FAIL)
		return -1;
	for (int i = 0; i < n; i++)
		size += parts[i].iov_len;
	if (action == SHIM_SHORTEN) {
		n = shorten(cut, parts, n, size);
		parts = cut;
	}
	shim_log_lock();
	if (at < 0)
		at = lseek(fd, 0, SEEK_CUR);
	done = offset < 0 ? syscall(SYS_writev, fd, parts, n)
	    : syscall(SYS_pwritev, fd, parts, n, offset, 0);
	if (done > 0 && fd != STDOUT_FILENO)
		shim_log_write(fd, parts, (size_t)done, at);
	after(action);
	return done;
}

ssize_t
write(int fd, const void *bytes, size_t size)
{
	struct iovec part = {(void *)(uintptr_t)bytes, size};

	return put(fd, &part, 1, -1);
}

ssize_t
pwrite(int fd, const void *bytes, size_t size, off_t offset)
{
	struct iovec part = {(void *)(uintptr_t)bytes, size};

	return put(fd, &part, 1, offset);
}

ssize_t
pwrite64(int fd, const void *bytes, size_t size, off64_t offset)
{
	return pwrite(fd, bytes, size, offset);
}

ssize_t
writev(int fd, const struct iovec *parts, int n)
{
	return put(fd, parts, n, -1);
}

ssize_t
pwritev(int fd, const struct iovec *parts, int n, off_t offset)
{
	return put(fd, parts, n, offset);
}

ssize_t
shim_output(void *context, const char *bytes, size_t size)
{
	size_t done = 0;

	(void)context;
	while (done < size) {
		ssize_t n = write(STDOUT_FILENO, bytes + done, size - done);

		if (n <= 0)
			break;
		shim_log_lock();
		shim_log_output(bytes + done, (size_t)n);
		shim_log_unlock();
		done += (size_t)n;
	}
	return (ssize_t)done;
}

/* --- reading --- */

static ssize_t
get(int fd, void *bytes, size_t size, off_t offset)
{
	enum shim_action action = shim_ask(SHIM_READ);

	if (action == SHIM_FAIL)
		return -1;
	if (action == SHIM_SHORTEN && size > 1)
		size /= 2;
	return offset < 0 ? syscall(SYS_read, fd, bytes, size)
	    : syscall(SYS_pread64, fd, bytes, size, offset);
}

ssize_t
read(int fd, void *bytes, size_t size)
{
	return get(fd, bytes, size, -1);
}

ssize_t
pread(int fd, void *bytes, size_t size, off_t offset)
{
	return get(fd, bytes, size, offset);
}

ssize_t
pread64(int fd, void *bytes, size_t size, off64_t offset)
{
	return get(fd, bytes, size, offset);
}

/* --- syncing and sizes --- */

static int
sync_file(int fd, long number)
{
	enum shim_action action = shim_ask(SHIM_SYNC);
	int code;

	if (action == SHIM_FAIL)
		return -1;
	shim_log_lock();
	code = shim_has_no_sync ? 0 : (int)syscall(number, fd);
	if (code == 0 && !shim_has_no_sync)
		shim_log_sync(fd);
	after(action);
	return code;
}

int
fsync(int fd)
{
	return sync_file(fd, SYS_fsync);
}

int
fdatasync(int fd)
{
	return sync_file(fd, SYS_fdatasync);
}

int
msync(void *memory, size_t size, int flags)
{
	enum shim_action action = shim_ask(SHIM_SYNC);
	int code;

	if (action == SHIM_FAIL)
		return -1;
	code = (int)syscall(SYS_msync, memory, size, flags);
	if (action == SHIM_DIE_AFTER)
		shim_die();
	return code;
}

int
ftruncate(int fd, off_t size)
{
	enum shim_action action = shim_ask(SHIM_SIZE);
	int code;

	if (action == SHIM_FAIL)
		return -1;
	shim_log_lock();
	code = (int)syscall(SYS_ftruncate, fd, size);
	shim_log_size(fd);
	after(action);
	return code;
}

int
ftruncate64(int fd, off64_t size)
{
	return ftruncate(fd, size);
}

int
posix_fallocate(int fd, off_t offset, off_t size)
{
	enum shim_action action = shim_ask(SHIM_SIZE);
	int code;

	if (action == SHIM_FAIL)
		return errno;
	shim_log_lock();
	code = syscall(SYS_fallocate, fd, 0, offset, size) == 0 ? 0 : errno;
	shim_log_size(fd);
	after(action);
	return code;
}

void *
mmap(void *where, size_t size, int protection, int flags, int fd,
    off_t offset)
{
	enum shim_action action = shim_ask(SHIM_MAP);
	void *map;

	if (action == SHIM_FAIL)
		return MAP_FAILED;
	map = (void *)syscall(SYS_mmap, where, size, protection, flags, fd,
	    offset);
	if (action == SHIM_DIE_AFTER)
		shim_die();
	return map;
}

void *
mmap64(void *where, size_t size, int protection, int flags, int fd,
    off64_t offset)
{
	return mmap(where, size, protection, flags, fd, offset);
}

/* --- opening --- */

static int
open_at(int folder, const char *path, int flags, mode_t mode)
{
	enum shim_action action = shim_ask(flags & O_CREAT ? SHIM_CREATE
	    : SHIM_OPEN);
	struct stat file;
	bool is_new;
	int fd;

	if (action == SHIM_FAIL)
		return -1;
	if (shim_has_no_sync)
		flags &= ~O_DSYNC;
	shim_log_lock();
	is_new = flags & O_CREAT && fstatat(folder, path, &file, 0) != 0;
	fd = (int)syscall(SYS_openat, folder, path, flags, mode);
	if (folder == AT_FDCWD)
		shim_log_file(fd, path, is_new);
	after(action);
	return fd;
}

/* The mode is there only if the file may be created. */
#define MODE(flags, last) \
	mode_t mode = 0; \
	va_list more; \
	va_start(more, last); \
	if ((flags) & (O_CREAT | __O_TMPFILE)) \
		mode = va_arg(more, mode_t); \
	va_end(more)

int
open(const char *path, int flags, ...)
{
	MODE(flags, flags);
	return open_at(AT_FDCWD, path, flags, mode);
}

int
open64(const char *path, int flags, ...)
{
	MODE(flags, flags);
	return open_at(AT_FDCWD, path, flags, mode);
}

int
openat(int folder, const char *path, int flags, ...)
{
	MODE(flags, flags);
	return open_at(folder, path, flags, mode);
}

int
openat64(int folder, const char *path, int flags, ...)
{
	MODE(flags, flags);
	return open_at(folder, path, flags, mode);
}

FILE *
fopen(const char *path, const char *mode)
{
	static FILE *(*next)(const char *, const char *);

	if (!next)
		*(void **)&next = dlsym(RTLD_NEXT, "fopen");
	return shim_ask(SHIM_OPEN) == SHIM_FAIL ? NULL : next(path, mode);
}

DIR *
opendir(const char *path)
{
	static DIR *(*next)(const char *);

	if (!next)
		*(void **)&next = dlsym(RTLD_NEXT, "opendir");
	return shim_ask(SHIM_OPEN) == SHIM_FAIL ? NULL : next(path);
}

/* --- names --- */

static int
change_names(enum shim_entry_kind kind, long number, const char *a,
    const char *b)
{
	enum shim_action action = shim_ask(SHIM_NAME);
	int code;

	if (action == SHIM_FAIL)
		return -1;
	shim_log_lock();
	code = (int)(b ? syscall(number, a, b) : syscall(number, a, 0700));
	if (code == 0)
		shim_log_names(kind, a, b);
	after(action);
	return code;
}

int
rename(const char *from, const char *to)
{
	return change_names(SHIM_LOG_RENAME, SYS_rename, from, to);
}

/* Not with folders, but perhaps where nothing may be replaced. */
int
renameat2(int from_folder, const char *from, int to_folder, const char *to,
    unsigned flags)
{
	enum shim_action action = shim_ask(SHIM_NAME);
	int code;

	if (action == SHIM_FAIL)
		return -1;
	shim_log_lock();
	code = (int)syscall(SYS_renameat2, from_folder, from, to_folder, to,
	    flags);
	if (code == 0)
		shim_log_names(SHIM_LOG_RENAME, from, to);
	after(action);
	return code;
}

int
link(const char *from, const char *to)
{
	return change_names(SHIM_LOG_LINK, SYS_link, from, to);
}

int
unlink(const char *path)
{
	return change_names(SHIM_LOG_UNLINK, SYS_unlink, path, NULL);
}

int
mkdir(const char *path, mode_t mode)
{
	(void)mode; /* always 0700 */
	return change_names(SHIM_LOG_MKDIR, SYS_mkdir, path, NULL);
}

int
unlinkat(int folder, const char *path, int flags)
{
	enum shim_action action = shim_ask(SHIM_NAME);
	int code;

	if (action == SHIM_FAIL)
		return -1;
	code = (int)syscall(SYS_unlinkat, folder, path, flags);
	if (action == SHIM_DIE_AFTER)
		shim_die();
	return code;
}
