/* Numbers for the names of fields. */
#include "field_names.h"

#include "alloc.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct field_names {
	pthread_mutex_t lock;
	char *names[FIELDS_MAX];
	int n;
};

struct field_names *
field_names_create(const struct root *root)
{
	struct field_names *names = alloc_zeroed(1, sizeof *names);

	pthread_mutex_init(&names->lock, NULL);
	for (size_t i = 0; i < root->n_fields && i < FIELDS_MAX; i++)
		names->names[names->n++] = root->fields[i][0]
		    ? alloc_string(root->fields[i]) : NULL;
	return names;
}

void
field_names_free(struct field_names *names)
{
	if (!names)
		return;
	for (int i = 0; i < names->n; i++)
		free(names->names[i]);
	pthread_mutex_destroy(&names->lock);
	free(names);
}

/* A number without a name, or -1. */
static int
free_number(struct field_names *names)
{
	for (int i = N_FIXED_FIELDS; i < names->n; i++)
		if (!names->names[i])
			return i;
	return names->n < FIELDS_MAX ? names->n++ : -1;
}

int
field_names_number(struct field_names *names, const char *name)
{
	int number = -1;

	if (!name[0] || strlen(name) > FIELD_NAME_MAX)
		return -1;
	pthread_mutex_lock(&names->lock);
	for (int i = 0; i < names->n && number < 0; i++)
		if (names->names[i] && strcmp(names->names[i], name) == 0)
			number = i;
	if (number < 0)
		number = free_number(names);
	if (number >= 0 && !names->names[number])
		names->names[number] = alloc_string(name);
	pthread_mutex_unlock(&names->lock);
	return number;
}

void
field_names_store(struct field_names *names, struct root *root)
{
	pthread_mutex_lock(&names->lock);
	root->fields = alloc_again(root->fields, (size_t)names->n,
	    sizeof *root->fields);
	for (size_t i = 0; i < (size_t)names->n; i++) {
		if (i < root->n_fields && root->fields[i][0])
			continue;
		if (i < root->n_fields)
			free(root->fields[i]);
		root->fields[i] = alloc_string(names->names[i]
		    ? names->names[i] : "");
	}
	root->n_fields = (size_t)names->n;
	pthread_mutex_unlock(&names->lock);
}

/* Whether an article of the segments has a field; every article that does is
 * in its list of presence. */
static enum status
is_used(struct segment **segments, size_t n, uint16_t field, bool *used)
{
	struct dictionary_entry entry;
	uint8_t key[TERM_KEY_MAX];
	size_t size = layout_term_key(key, NAMESPACE_FIELD, 0, field, NULL,
	    0);

	*used = false;
	for (size_t i = 0; i < n && !*used; i++) {
		enum status status = segment_find(segments[i], key, size,
		    &entry);

		*used = status == STATUS_OK;
		if (status != STATUS_OK && status != STATUS_NOT_FOUND)
			return status;
	}
	return STATUS_OK;
}

enum status
field_names_drop_unused(struct store *store, struct error *error)
{
	struct root *root = store_root(store);
	struct segment **segments;
	size_t n, n_dropped = 0;
	enum status status = store_segments(store, &segments, &n, error);

	for (size_t i = N_FIXED_FIELDS; i < root->n_fields &&
	    status == STATUS_OK; i++) {
		bool used = true;

		if (root->fields[i][0])
			status = is_used(segments, n, (uint16_t)i, &used);
		if (status != STATUS_OK)
			return environment_error(store_environment(store),
			    MDB_CORRUPTED, "fields", error);
		if (!used) {
			root->fields[i][0] = '\0';
			n_dropped++;
		}
	}
	if (status != STATUS_OK || !n_dropped)
		return status;
	status = store_commit_begin(store, error);
	return status == STATUS_OK ? store_commit_end(store, error) : status;
}
