/* The record of all writes and of what orders them. */
#include "shim_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int record = -1;
static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;

void
shim_log_open(const char *path)
{
	if (!path)
		return;
	record = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT |
	    O_APPEND | O_CLOEXEC, 0600);
	if (record < 0)
		abort();
}

void
shim_log_lock(void)
{
	if (record >= 0)
		pthread_mutex_lock(&order);
}

void
shim_log_unlock(void)
{
	if (record >= 0)
		pthread_mutex_unlock(&order);
}

/* Regular files and folders; anything else has no inode number. */
static uint64_t
number_of(int fd, bool *is_folder)
{
	struct stat file;

	if (fstat(fd, &file) != 0)
		return 0;
	*is_folder = S_ISDIR(file.st_mode);
	return S_ISREG(file.st_mode) || *is_folder ? file.st_ino : 0;
}

static void
add_bytes(const void *bytes, size_t size)
{
	if (syscall(SYS_write, record, bytes, size) != (long)size)
		abort();
}

static void
add(enum shim_entry_kind kind, uint32_t flag, uint64_t file, uint64_t offset,
    const void *bytes, size_t size)
{
	struct shim_entry entry = {kind, flag, file, offset, size};

	add_bytes(&entry, sizeof entry);
	if (size)
		add_bytes(bytes, size);
}

void
shim_log_file(int fd, const char *path, bool is_new)
{
	bool is_folder = false;
	uint64_t file = record >= 0 && fd >= 0 ? number_of(fd, &is_folder)
	    : 0;

	if (file && !is_folder)
		add(SHIM_LOG_OPEN, is_new, file, 0, path, strlen(path) + 1);
}

/* The first `size` bytes of the parts were written. */
void
shim_log_write(int fd, const struct iovec *parts, size_t size, off_t offset)
{
	bool is_folder = false;
	uint64_t file = record >= 0 ? number_of(fd, &is_folder) : 0;
	struct shim_entry entry = {SHIM_LOG_WRITE, 0, file, (uint64_t)offset,
	    size};

	if (!file)
		return;
	entry.flag = (fcntl(fd, F_GETFL) & O_DSYNC) != 0;
	add_bytes(&entry, sizeof entry);
	for (; size > 0; parts++) {
		size_t n = parts->iov_len < size ? parts->iov_len : size;

		add_bytes(parts->iov_base, n);
		size -= n;
	}
}

void
shim_log_size(int fd)
{
	struct stat file;

	if (record >= 0 && fstat(fd, &file) == 0)
		add(SHIM_LOG_SIZE, 0, file.st_ino, (uint64_t)file.st_size,
		    NULL, 0);
}

void
shim_log_sync(int fd)
{
	char link[64], path[PATH_MAX];
	bool is_folder = false;
	uint64_t file = record >= 0 ? number_of(fd, &is_folder) : 0;
	ssize_t size;

	if (!file)
		return;
	if (!is_folder) {
		add(SHIM_LOG_SYNC, 0, file, 0, NULL, 0);
		return;
	}
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	size = readlink(link, path, sizeof path - 1);
	if (size < 0)
		abort();
	path[size] = '\0';
	add(SHIM_LOG_FOLDER, 0, file, 0, path, (size_t)size + 1);
}

void
shim_log_names(enum shim_entry_kind kind, const char *a, const char *b)
{
	char both[2 * PATH_MAX];
	size_t size;

	if (record < 0)
		return;
	size = (size_t)snprintf(both, PATH_MAX, "%s", a) + 1;
	if (b)
		size += (size_t)snprintf(both + size, PATH_MAX, "%s", b) + 1;
	add(kind, 0, 0, 0, both, size);
}

void
shim_log_output(const char *bytes, size_t size)
{
	if (record >= 0)
		add(SHIM_LOG_OUTPUT, 0, 0, 0, bytes, size);
}
