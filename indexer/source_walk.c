/*
 * The files below a folder, in byte order, at any depth: neither recursion
 * nor open folders pile up, only the names still to be looked at.
 */
#include "source_list.h"

#include "alloc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder's path ends with '/', so that comparing paths as strings gives
   the order of the files in them. */
struct entry {
	char *path;
	bool folder;
	uint64_t size;
	int64_t mtime_ns;
};

struct stack {
	struct entry *entries;
	size_t n, capacity;
};

void
file_list_add(struct file_list *list, char *path, uint64_t size,
    int64_t mtime_ns, int trouble)
{
	if (list->n == list->capacity) {
		list->capacity = list->capacity ? 2 * list->capacity : 16;
		list->files = alloc_again(list->files, list->capacity,
		    sizeof *list->files);
		list->troubles = alloc_again(list->troubles, list->capacity,
		    sizeof *list->troubles);
	}
	list->troubles[list->n] = trouble;
	list->files[list->n++] = (struct source_file){
	    .path = path, .size = size, .mtime_ns = mtime_ns};
	list->size += size;
}

void
file_list_free(struct file_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free((char *)(uintptr_t)list->files[i].path);
	free(list->files);
	free(list->troubles);
	*list = (struct file_list){0};
}

int
source_open_path(const char *path, int flags)
{
	int at = AT_FDCWD, fd;

	while (strlen(path) >= PATH_MAX) {
		char part[PATH_MAX];
		const char *slash = memrchr(path, '/', PATH_MAX - 1);
		size_t length = slash ? (size_t)(slash - path) + 1 : 0;

		fd = -1;
		errno = ENAMETOOLONG;
		if (length) {
			memcpy(part, path, length);
			part[length] = '\0';
			fd = openat(at, part,
			    O_PATH | O_DIRECTORY | O_CLOEXEC);
		}
		if (at != AT_FDCWD)
			close(at);
		if (fd < 0)
			return -1;
		at = fd;
		path += length;
	}
	do
		fd = openat(at, path, flags | O_CLOEXEC);
	while (fd < 0 && errno == EINTR);
	if (at != AT_FDCWD)
		close(at);
	return fd;
}

int64_t
source_mtime(const struct stat *status)
{
	return (int64_t)status->st_mtim.tv_sec * 1000000000 +
	    status->st_mtim.tv_nsec;
}

static int
compare_backwards(const void *a, const void *b)
{
	const struct entry *first = a, *second = b;

	return strcmp(second->path, first->path);
}

static void
push(struct stack *stack, struct entry entry)
{
	if (stack->n == stack->capacity) {
		stack->capacity = stack->capacity ? 2 * stack->capacity : 64;
		stack->entries = alloc_again(stack->entries, stack->capacity,
		    sizeof *stack->entries);
	}
	stack->entries[stack->n++] = entry;
}

static char *
join_path(const char *folder, const char *name, bool is_folder)
{
	size_t before = strlen(folder), length = strlen(name);
	char *path = alloc_bytes(before + length + 2);

	memcpy(path, folder, before);
	memcpy(path + before, name, length);
	if (is_folder)
		path[before + length++] = '/';
	path[before + length] = '\0';
	return path;
}

static void
push_name(struct stack *stack, int fd, const char *folder, const char *name)
{
	struct stat status;
	bool is_folder;

	/* What vanished meanwhile was never there. */
	if (name[0] == '.' ||
	    fstatat(fd, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
		return;
	is_folder = S_ISDIR(status.st_mode);
	if (!is_folder && !S_ISREG(status.st_mode))
		return;
	push(stack, (struct entry){
	    .path = join_path(folder, name, is_folder),
	    .folder = is_folder,
	    .size = is_folder ? 0 : (uint64_t)status.st_size,
	    .mtime_ns = source_mtime(&status),
	});
}

/* Pushes what is in a folder, the first in order on top. */
static int
push_folder(struct stack *stack, const char *path)
{
	size_t before = stack->n;
	int fd = source_open_path(path, O_RDONLY | O_DIRECTORY | O_NONBLOCK);
	struct dirent *entry;
	int trouble;
	DIR *folder;

	if (fd < 0)
		return errno;
	folder = fdopendir(fd);
	if (!folder) {
		trouble = errno;
		if (trouble == ENOMEM)
			alloc_gone();
		close(fd);
		return trouble;
	}
	while (errno = 0, (entry = readdir(folder)))
		push_name(stack, fd, path, entry->d_name);
	trouble = errno;
	closedir(folder);
	if (stack->n > before)
		qsort(stack->entries + before, stack->n - before,
		    sizeof *stack->entries, compare_backwards);
	return trouble;
}

static void
add_folder_trouble(struct file_list *list, const char *path, int trouble)
{
	size_t length = strlen(path);

	while (length > 1 && path[length - 1] == '/')
		length--;
	file_list_add(list, alloc_text(path, length), 0, 0, trouble);
}

void
source_walk(const char *folder, struct file_list *list)
{
	struct stack stack = {0};

	push(&stack, (struct entry){
	    .path = alloc_string(folder), .folder = true});
	while (stack.n) {
		struct entry entry = stack.entries[--stack.n];
		int trouble;

		if (!entry.folder) {
			file_list_add(list, entry.path, entry.size,
			    entry.mtime_ns, 0);
			continue;
		}
		trouble = push_folder(&stack, entry.path);
		if (trouble)
			add_folder_trouble(list, entry.path, trouble);
		free(entry.path);
	}
	free(stack.entries);
}
