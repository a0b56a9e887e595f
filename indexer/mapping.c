/* From a source's remembered options to a mapping. */
#include "mapping.h"

#include "alloc.h"
#include "show.h"

#include <stdlib.h>
#include <string.h>

/* Cuts NAME=VALUE in the arena; NULL if there is no '='. */
static char *
cut_name(const char *text, struct arena *arena, char **name)
{
	char *value;

	*name = arena_text(arena, text, strlen(text));
	value = strchr(*name, '=');
	if (value)
		*value++ = '\0';
	return value;
}

static void
lower(char *text)
{
	for (; *text; text++)
		if (*text >= 'A' && *text <= 'Z')
			*text = (char)(*text - 'A' + 'a');
}

static void
add_key(struct mapping *mapping, const char *field, const char *key)
{
	mapping->keys = alloc_again(mapping->keys, mapping->n_keys + 1,
	    sizeof *mapping->keys);
	mapping->keys[mapping->n_keys++] = (struct mapping_key){field, key};
}

static void
add_field(struct mapping *mapping, const char *text, struct arena *arena)
{
	char *name, *keys = cut_name(text, arena, &name), *left = NULL;

	if (!keys)
		return;
	lower(name);
	for (char *key = strtok_r(keys, ",", &left); key;
	    key = strtok_r(NULL, ",", &left))
		add_key(mapping, name, key);
}

static void
add_set(struct mapping *mapping, const char *text, struct arena *arena)
{
	char *name, *value = cut_name(text, arena, &name);

	if (!value)
		return;
	lower(name);
	mapping->set = alloc_again(mapping->set, mapping->n_set + 1,
	    sizeof *mapping->set);
	mapping->set[mapping->n_set++] =
	    (struct field){name, {value, strlen(value)}};
}

void
mapping_read(struct mapping *mapping, char *const *options, size_t n,
    struct arena *arena)
{
	*mapping = (struct mapping){0};
	for (size_t i = 0; i < n; i++) {
		char *kind, *text = cut_name(options[i], arena, &kind);

		if (!text)
			continue;
		if (strcmp(kind, "field") == 0)
			add_field(mapping, text, arena);
		else if (strcmp(kind, "set") == 0)
			add_set(mapping, text, arena);
		else if (strcmp(kind, "id") == 0)
			mapping->id_key = text;
		else if (strcmp(kind, "lang") == 0)
			mapping->language = text;
	}
	mapping->seen = alloc_zeroed(mapping->n_keys + 2,
	    sizeof *mapping->seen);
}

static void
note_unseen(struct buffer *notes, const char *key, const char *option,
    const char *field)
{
	buffer_append_string(notes, "note: no record has the key \"");
	show_text(notes, key);
	buffer_append_format(notes, "\" that %s", option);
	show_text(notes, field);
	buffer_append_string(notes, " names\n");
}

void
mapping_note_unseen(const struct mapping *mapping, struct buffer *notes)
{
	size_t n = mapping->n_keys;

	if (!mapping->seen[n + 1])
		return;
	for (size_t i = 0; i < n; i++)
		if (!mapping->seen[i])
			note_unseen(notes, mapping->keys[i].key, "-f ",
			    mapping->keys[i].field);
	if (mapping->id_key && !mapping->seen[n])
		note_unseen(notes, mapping->id_key, "--id", "");
}

void
mapping_free(struct mapping *mapping)
{
	free(mapping->keys);
	free(mapping->set);
	free(mapping->seen);
	*mapping = (struct mapping){0};
}
