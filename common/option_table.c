/* Options of a command line as a table. */
#include "option_table.h"

#include "suggest.h"

#include <string.h>

static enum status
unknown_option(const struct option_table *table, const char *name,
    size_t length, struct error *error)
{
	const char *names[OPTION_ROWS_MAX], *meant;
	char typed[64];

	for (size_t i = 0; i < table->n; i++)
		names[i] = table->rows[i].name;
	if (length >= sizeof typed)
		length = sizeof typed - 1;
	memcpy(typed, name, length);
	typed[length] = '\0';
	meant = suggest_name(typed, names, table->n);
	if (meant)
		return error_set(error, STATUS_INVALID,
		    "unknown option --%s; did you mean --%s ?", typed, meant);
	error_set(error, STATUS_INVALID, "unknown option --%s", typed);
	error_hint(error, "%s --help", table->program);
	return STATUS_INVALID;
}

enum status
option_table_find(const struct option_table *table, const char *text,
    size_t *row, const char **value, struct error *error)
{
	size_t length = strcspn(text, "="), n_found = 0;

	*value = text[length] ? text + length + 1 : NULL;
	for (size_t i = 0; i < table->n; i++) {
		if (strncmp(table->rows[i].name, text, length) != 0)
			continue;
		*row = i;
		if (table->rows[i].name[length] == '\0')
			return STATUS_OK;
		n_found++;
	}
	if (n_found == 1)
		return STATUS_OK;
	if (n_found > 1)
		return error_set(error, STATUS_INVALID,
		    "--%.*s could be several options; write more of it",
		    (int)length, text);
	return unknown_option(table, text, length, error);
}

bool
option_table_is_name(const struct option_table *table, const char *text)
{
	for (size_t i = 0; i < table->n; i++)
		if (strcmp(table->rows[i].name, text) == 0)
			return true;
	return false;
}

size_t
option_table_letter(const struct option_table *table, char letter)
{
	size_t i = 0;

	while (i < table->n && table->rows[i].letter != letter)
		i++;
	return i;
}

enum status
option_table_value(const struct option_row *row, struct option_reader *reader,
    const char **value, struct error *error)
{
	if (row->argument == ARGUMENT_NONE && *value)
		return error_set(error, STATUS_INVALID,
		    "--%s takes no value", row->name);
	if (*value || row->argument != ARGUMENT_NEEDED)
		return STATUS_OK;
	if (reader->next == reader->argc)
		return error_set(error, STATUS_INVALID, "--%s needs a value",
		    row->name);
	*value = reader->argv[reader->next++];
	return STATUS_OK;
}
