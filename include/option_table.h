/*
 * Options of a command line as a table: what both programs do alike.  How
 * short options are written and what an option means is their own.
 */
#ifndef QUIRE_OPTION_TABLE_H
#define QUIRE_OPTION_TABLE_H

#include "status.h"

#include <stdbool.h>
#include <stddef.h>

enum option_argument { ARGUMENT_NONE, ARGUMENT_NEEDED, ARGUMENT_OPTIONAL };

struct option_row {
	const char *name; /* without its two minuses */
	char letter;      /* 0: none */
	enum option_argument argument;
};

struct option_table {
	const struct option_row *rows; /* at most OPTION_ROWS_MAX */
	size_t n;
	const char *program; /* for the hint to its --help */
};

enum { OPTION_ROWS_MAX = 64 };

/* The arguments of a program while they are read; `next` is the next one. */
struct option_reader {
	int argc, next;
	char **argv;
};

/*
 * Finds the option of `text`, which is  name, name=value, or the beginning
 * of one name only.  `*value` is what stands behind the sign, or NULL.
 * STATUS_OK, or STATUS_INVALID with the name most like a misspelt one.
 */
enum status option_table_find(const struct option_table *table,
    const char *text, size_t *row, const char **value, struct error *error);

/* Whether a text is the whole name of an option. */
bool option_table_is_name(const struct option_table *table, const char *text);

/* The row of a letter, or `table->n`. */
size_t option_table_letter(const struct option_table *table, char letter);

/*
 * Makes `*value` what the option asks for: nothing, or, where a value is
 * needed and none was attached, the next argument.  STATUS_OK or INVALID.
 */
enum status option_table_value(const struct option_row *row,
    struct option_reader *reader, const char **value, struct error *error);

#endif
