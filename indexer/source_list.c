/* What a SOURCE on the command line names, and what to say if nothing. */
#include "source_list.h"

#include "alloc.h"
#include "buffer.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_LONGEST = 255, DISTANCE_MAX = 2 };

const char *
source_list_reason(int code)
{
	switch (code) {
	case EACCES:
	case EPERM:
		return "permission denied";
	case ELOOP:
		return "too many symbolic links";
	case ENAMETOOLONG:
		return "name too long";
	case EMFILE:
	case ENFILE:
		return "too many open files";
	case EIO:
		return "the disk cannot read it";
	default:
		return strerror(code);
	}
}

static size_t
smallest(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/* Letters to change, add or leave out, without regard to case. */
static size_t
distance(const char *a, const char *b)
{
	size_t row[NAME_LONGEST + 1], length = strlen(b);

	if (length > NAME_LONGEST)
		return NAME_LONGEST;
	for (size_t j = 0; j <= length; j++)
		row[j] = j;
	for (size_t i = 0; a[i]; i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (size_t j = 0; j < length; j++) {
			size_t same = diagonal +
			    (tolower((unsigned char)a[i]) !=
			        tolower((unsigned char)b[j]));

			diagonal = row[j + 1];
			row[j + 1] =
			    smallest(same, row[j] + 1, diagonal + 1);
		}
	}
	return row[length];
}

/* Bytes of `path` before its first component that is not there. */
static size_t
length_that_exists(const char *path)
{
	char *part = alloc_string(path);
	size_t before = strlen(path);
	struct stat status;

	do {
		while (before && part[before - 1] == '/')
			before--;
		while (before && part[before - 1] != '/')
			before--;
		part[before] = '\0';
	} while (before && stat(part, &status) != 0);
	free(part);
	return before;
}

/*
 * Hints at a path like `path`: the name that is not there may be a misspelt
 * one of its folder.
 */
static void
hint_at_like(const char *path, struct error *error)
{
	size_t before = length_that_exists(path);
	size_t length = strcspn(path + before, "/"), best = DISTANCE_MAX + 1;
	const char *rest = path + before + length;
	char *name = alloc_text(path + before, length);
	char *parent = alloc_text(before ? path : "./", before ? before : 2);
	DIR *folder = opendir(parent);
	struct dirent *entry;

	while (folder && *name && (entry = readdir(folder))) {
		size_t d = distance(name, entry->d_name);
		struct buffer like = {0};
		struct stat status;

		/* A name of which half would change is another name. */
		if (d >= best || 2 * d >= length || entry->d_name[0] == '.')
			continue;
		buffer_append_format(&like, "%.*s%s%s", (int)before, path,
		    entry->d_name, rest);
		if (stat(buffer_string(&like), &status) == 0 &&
		    like.size < 200) {
			best = d;
			error_hint(error, "did you mean %s ?",
			    buffer_string(&like));
		}
		buffer_free(&like);
	}
	if (folder)
		closedir(folder);
	free(parent);
	free(name);
}

/* Lists the files of a path that exists. */
static enum status
list_files(struct file_list *list, const char *path,
    const struct stat *status, struct error *error)
{
	const char *slash = strrchr(path, '/');
	size_t length = strlen(path);
	char *folder;
	int fd;

	if (!S_ISDIR(status->st_mode) && !S_ISREG(status->st_mode)) {
		error_set(error, STATUS_IO, "%s: neither a file nor a folder",
		    path);
		error_hint(error, "records from a pipe are read with  -");
		return STATUS_IO;
	}
	fd = source_open_path(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return error_set(error, STATUS_IO, "%s: %s", path,
		    source_list_reason(errno));
	close(fd);
	if (S_ISREG(status->st_mode)) {
		list->prefix = slash ? (size_t)(slash - path) + 1 : 0;
		file_list_add(list, alloc_string(path),
		    (uint64_t)status->st_size, source_mtime(status), 0);
		return STATUS_OK;
	}
	list->is_folder = true;
	while (length > 1 && path[length - 1] == '/')
		length--;
	folder = alloc_text(path, length + 1);
	if (folder[length - 1] != '/')
		folder[length++] = '/';
	folder[length] = '\0';
	list->prefix = length;
	source_walk(folder, list);
	free(folder);
	return STATUS_OK;
}

enum status
source_list(const char *path, struct file_list *list, struct error *error)
{
	struct stat status;
	bool is_missing;

	if (strcmp(path, "-") == 0) {
		list->is_input = true;
		file_list_add(list, alloc_string(path), 0, 0, 0);
		return STATUS_OK;
	}
	if (stat(path, &status) == 0)
		return list_files(list, path, &status, error);
	is_missing = errno == ENOENT || errno == ENOTDIR;
	error_set(error, is_missing ? STATUS_NOT_FOUND : STATUS_IO, "%s: %s",
	    path, is_missing ? "no such file or folder" :
	    source_list_reason(errno));
	if (!is_missing)
		return STATUS_IO;
	hint_at_like(path, error);
	return STATUS_NOT_FOUND;
}
