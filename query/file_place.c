/* Where the file of an article stands, seen from here. */
#include "file_place.h"

#include "alloc.h"
#include "place.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int
digit(char c)
{
	const char *digits = "0123456789abcdef";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* An id is text, so bytes of a name that are not stand in it as \xff. */
static char *
name_of_id(const char *id)
{
	char *name = alloc_string(id), *out = name;

	for (const char *in = id; *in; out++) {
		bool escaped = in[0] == '\\' && in[1] == 'x' &&
		    digit(in[2]) >= 8 && digit(in[3]) >= 0;

		*out = escaped ? (char)(digit(in[2]) * 16 + digit(in[3]))
		    : *in;
		in += escaped ? 4 : 1;
	}
	*out = '\0';
	return name;
}

static bool
ends_with(const char *path, size_t length, const char *name)
{
	size_t size = strlen(name);

	return size > 0 && size < length && path[length - size - 1] == '/' &&
	    memcmp(path + length - size, name, size) == 0;
}

static bool
is_of_id(const char *path, size_t length, const char *id)
{
	char *name;
	bool is;

	if (ends_with(path, length, id))
		return true;
	name = name_of_id(id);
	is = ends_with(path, length, name);
	free(name);
	return is;
}

/* As a person here would type it; a leading minus would be an option. */
static const char *
from_here(struct file_place *place, const char *path, struct arena *arena)
{
	const char *rest;
	struct buffer dotted = {0};

	if (!place->looked)
		place->here = getcwd(NULL, 0);
	place->looked = true;
	rest = place_inside(path, place->here);
	if (!rest)
		return path;
	if (rest[0] != '-')
		return rest;
	buffer_append_format(&dotted, "./%s", rest);
	rest = arena_text(arena, buffer_string(&dotted), dotted.size);
	buffer_free(&dotted);
	return rest;
}

enum status
file_place_find(struct file_place *place, uint32_t segment,
    uint32_t document, const char *id, struct arena *arena,
    const char **file, const char **shown)
{
	struct snapshot *snapshot = place->snapshot;
	const char *path = NULL;
	size_t length = 0;
	uint64_t number;
	enum status status;

	if (!segment_column(snapshot_segment(snapshot, segment), COLUMN_FILE,
	    document, &number))
		return STATUS_DAMAGED;
	status = snapshot_file_path(snapshot, (uint32_t)number, &path,
	    &length);
	if (status != STATUS_OK)
		return status;
	if (!is_of_id(path, length, id))
		return STATUS_NOT_FOUND;
	*file = arena_text(arena, path, length);
	*shown = from_here(place, *file, arena);
	return STATUS_OK;
}

void
file_place_free(struct file_place *place)
{
	free(place->here);
}
