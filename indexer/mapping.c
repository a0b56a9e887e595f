/* From a source's remembered options to a mapping. */
#include "mapping.h"

#include "alloc.h"

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
}

void
mapping_free(struct mapping *mapping)
{
	free(mapping->keys);
	free(mapping->set);
	*mapping = (struct mapping){0};
}
