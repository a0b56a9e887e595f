/*
 * The forms of one stem while its list is written: those of several inputs
 * under one numbering.
 */
#ifndef QUIRE_INDEXER_FORM_TABLE_H
#define QUIRE_INDEXER_FORM_TABLE_H

#include "arena.h"
#include "posting_writer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct form_row {
	const char *text; /* in the table's arena */
	size_t length;
	uint64_t weight;  /* for the order */
	uint64_t used;    /* occurrences written */
	uint32_t code;    /* after form_table_by_weight */
};

struct form_table {
	struct arena arena;
	struct form_row *rows;
	uint32_t n, capacity;
	struct form_text *texts; /* for form_table_texts */
	uint32_t *order;
	uint32_t texts_capacity;
};

/* Empties the table; all zero is an empty table. */
void form_table_clear(struct form_table *table);
void form_table_free(struct form_table *table);

/* The row of a form, added at the end if it is new; weight is added. */
uint32_t form_table_add(struct form_table *table, const char *text,
    size_t length, uint64_t weight);

/* Gives codes by falling weight (ties by text), or in order of rows. */
void form_table_by_weight(struct form_table *table);
void form_table_in_order(struct form_table *table);

/* Whether the stem itself is the only form. */
bool form_table_is_plain(const struct form_table *table, const char *stem,
    size_t length);

/*
 * The forms by code, those that were not used without their text, the last
 * ones left out where unused; lent until the table changes.
 */
const struct form_text *form_table_texts(struct form_table *table,
    size_t *n);

#endif
