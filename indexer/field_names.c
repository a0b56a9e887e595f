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
		names->names[names->n++] = alloc_string(root->fields[i]);
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

int
field_names_number(struct field_names *names, const char *name)
{
	int number = -1;

	if (strlen(name) > FIELD_NAME_MAX)
		return -1;
	pthread_mutex_lock(&names->lock);
	for (int i = 0; i < names->n && number < 0; i++)
		if (strcmp(names->names[i], name) == 0)
			number = i;
	if (number < 0 && names->n < FIELDS_MAX) {
		number = names->n++;
		names->names[number] = alloc_string(name);
	}
	pthread_mutex_unlock(&names->lock);
	return number;
}

void
field_names_store(struct field_names *names, struct root *root)
{
	pthread_mutex_lock(&names->lock);
	root->fields = alloc_again(root->fields, (size_t)names->n,
	    sizeof *root->fields);
	for (size_t i = root->n_fields; i < (size_t)names->n; i++)
		root->fields[i] = alloc_string(names->names[i]);
	root->n_fields = (size_t)names->n;
	pthread_mutex_unlock(&names->lock);
}
