/* Messages about paths that cannot be read. */
#include "source_name.h"

#include "alloc.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_LONGEST = 255, DISTANCE_MAX = 2 };

const char *
source_name_reason(int code)
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

void
source_name_hint(const char *path, struct error *error)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	size_t before = (size_t)(name - path), best = DISTANCE_MAX + 1;
	char *parent = alloc_text(before ? path : "./", before ? before : 2);
	DIR *folder = opendir(parent);
	struct dirent *entry;

	free(parent);
	while (folder && *name && (entry = readdir(folder))) {
		size_t d = distance(name, entry->d_name);

		/* A name of which half would change is another name. */
		if (d >= best || 2 * d >= strlen(name) ||
		    entry->d_name[0] == '.')
			continue;
		best = d;
		error_hint(error, "did you mean %.*s%s?",
		    before < 128 ? (int)before : 0, path, entry->d_name);
	}
	if (folder)
		closedir(folder);
}
