/* Finds the file of an index by its name. */
#include "index_path.h"

#include "alloc.h"
#include "suggest.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { NAMES_MAX = 1000 };

/* The folder of indexes that are called by name; false without a home. */
static bool
index_folder(struct buffer *path)
{
	const char *data = getenv("XDG_DATA_HOME");
	const char *home = getenv("HOME");

	/* The XDG specification has relative paths ignored. */
	if (data && data[0] == '/') {
		buffer_append_format(path, "%s/quire", data);
		return true;
	}
	if (home == NULL || home[0] == '\0')
		return false;
	buffer_append_format(path, "%s/.local/share/quire", home);
	return true;
}

/*
 * The file itself where the path is one of a symbolic link: the lock file
 * lies beside the file, so that all who have it open see each other.
 */
static void
resolve(struct buffer *path)
{
	char *real = realpath(buffer_string(path), NULL);

	if (!real)
		return;
	buffer_clear(path);
	buffer_append_string(path, real);
	free(real);
}

enum status
index_path_find(const char *name, struct buffer *path, char **shown_name,
    struct error *error)
{
	/* An empty variable is as good as none; an empty -i was meant to be
	 * something, so it must not become another index. */
	if (name && name[0] == '\0') {
		error_set(error, STATUS_INVALID,
		    "an index cannot be called \"\"");
		error_hint(error, "without -i it is the one called default");
		return STATUS_INVALID;
	}
	if (name == NULL)
		name = getenv("QUIRE_INDEX");
	if (name == NULL || name[0] == '\0')
		name = "default";
	if (strchr(name, '/') == NULL) {
		if (name[0] == '.')
			return error_set(error, STATUS_INVALID,
			    "an index cannot be called \"%s\"", name);
		if (!index_folder(path)) {
			error_set(error, STATUS_INVALID,
			    "no home folder to look for index \"%s\"", name);
			error_hint(error, "-i ./%s  for a file here", name);
			return STATUS_INVALID;
		}
		buffer_append_byte(path, '/');
	}
	buffer_append_string(path, name);
	resolve(path);
	*shown_name = alloc_string(name);
	return STATUS_OK;
}

/* A lock file beside its index, or something hidden. */
static bool
is_no_index(const char *name)
{
	size_t length = strlen(name);

	return name[0] == '.' ||
	    (length > 5 && strcmp(name + length - 5, "-lock") == 0);
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names of the indexes that there are, sorted. */
static size_t
read_names(char *names[NAMES_MAX])
{
	struct buffer path = {0};
	struct dirent *entry;
	DIR *folder = NULL;
	size_t n = 0;

	if (index_folder(&path))
		folder = opendir(buffer_string(&path));
	buffer_free(&path);
	if (folder == NULL)
		return 0;
	while (n < NAMES_MAX && (entry = readdir(folder)) != NULL)
		if (!is_no_index(entry->d_name))
			names[n++] = alloc_string(entry->d_name);
	closedir(folder);
	qsort(names, n, sizeof(*names), compare_names);
	return n;
}

/* Whether a file of that name lies in this folder. */
static bool
is_here(const char *name)
{
	struct stat file;

	return strchr(name, '/') == NULL && stat(name, &file) == 0 &&
	    S_ISREG(file.st_mode);
}

enum status
index_path_missing(const char *shown_name, struct error *error)
{
	char *names[NAMES_MAX];
	size_t n = 0;
	struct buffer list = {0};
	const char *meant;

	if (strchr(shown_name, '/') == NULL)
		n = read_names(names);
	for (size_t i = 0; i < n && list.size < 300; i++)
		buffer_append_format(&list, "%s%s", i ? ", " : "", names[i]);
	if (n == 0) {
		error_set(error, STATUS_NOT_FOUND,
		    "there is no index \"%s\" yet", shown_name);
		error_hint(error, "make one with  quire-index%s%s FOLDER",
		    strcmp(shown_name, "default") == 0 ? "" : " -i ",
		    strcmp(shown_name, "default") == 0 ? "" : shown_name);
	} else {
		meant = suggest_name(
		    shown_name, (const char *const *)names, n);
		error_set(error, STATUS_NOT_FOUND,
		    "no index \"%s\"; there are: %s", shown_name,
		    buffer_string(&list));
		if (meant || n == 1)
			error_hint(error, "-i %s", meant ? meant : names[0]);
	}
	if (is_here(shown_name))
		error_hint(error, "-i ./%s  for the file here", shown_name);
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	buffer_free(&list);
	return STATUS_NOT_FOUND;
}
