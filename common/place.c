/* The names by which sources and files are typed, remembered and shown. */
#include "place.h"

#include "alloc.h"
#include "buffer.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Without blanks of a path: "//", "/./", and slashes at its end. */
static void
tidy(char *path)
{
	char *out = path;

	for (const char *in = path; *in;) {
		if (in[0] == '/' && (in[1] == '/' || in[1] == '\0')) {
			in++;
		} else if (in[0] == '/' && in[1] == '.' &&
		    (in[2] == '/' || in[2] == '\0')) {
			in += 2;
		} else {
			*out++ = *in++;
		}
	}
	if (out == path)
		*out++ = '/';
	*out = '\0';
}

static char *
joined(const char *folder, const char *name)
{
	struct buffer path = {0};
	char *text;

	buffer_append_format(&path, "%s/%s", folder, name);
	text = alloc_string(buffer_string(&path));
	buffer_free(&path);
	tidy(text);
	return text;
}

/* With the folder's real path, so that "a/../b" is "b". */
static char *
real_folder(const char *path)
{
	const char *name = strrchr(path, '/');
	char *folder, *real, *result = NULL;

	if (!name || name[1] == '\0' || strcmp(name, "/..") == 0) {
		real = realpath(path, NULL);
	} else {
		folder = alloc_text(path, (size_t)(name - path) + 1);
		real = realpath(folder, NULL);
		free(folder);
		if (real)
			result = joined(real, name + 1);
	}
	if (!result && real)
		result = alloc_string(real);
	free(real);
	return result;
}

char *
place_absolute(const char *path)
{
	char *here, *whole, *real;

	if (strcmp(path, "-") == 0)
		return alloc_string(path);
	if (path[0] == '/') {
		whole = alloc_string(path);
		tidy(whole);
	} else {
		here = getcwd(NULL, 0);
		whole = joined(here ? here : ".", path);
		free(here);
	}
	/* Where a folder is gone the path as written has to do. */
	real = real_folder(whole);
	if (!real)
		return whole;
	free(whole);
	return real;
}

const char *
place_inside(const char *path, const char *folder)
{
	size_t length = folder ? strlen(folder) : 0;

	if (length < 2 || strncmp(path, folder, length) != 0 ||
	    path[length] != '/')
		return NULL;
	return path + length + 1;
}

char *
place_folder(const char *path)
{
	char *folder, *slash;

	if (!strchr(path, '/'))
		return alloc_string(".");
	folder = alloc_string(path);
	slash = strrchr(folder, '/');
	slash[slash == folder] = '\0';
	return folder;
}
