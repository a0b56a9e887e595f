/* The forms of one stem under one numbering. */
#include "form_table.h"

#include "alloc.h"

#include <stdlib.h>
#include <string.h>

void
form_table_clear(struct form_table *table)
{
	arena_clear(&table->arena);
	table->n = 0;
}

void
form_table_free(struct form_table *table)
{
	arena_free(&table->arena);
	free(table->rows);
	free(table->texts);
	free(table->order);
	*table = (struct form_table){0};
}

uint32_t
form_table_add(struct form_table *table, const char *text, size_t length,
    uint64_t weight)
{
	for (uint32_t i = 0; i < table->n; i++) {
		struct form_row *row = &table->rows[i];

		if (row->length == length &&
		    memcmp(row->text, text, length) == 0) {
			row->weight += weight;
			return i;
		}
	}
	if (table->n == table->capacity) {
		table->capacity = 2 * table->capacity + 16;
		table->rows = alloc_again(table->rows, table->capacity,
		    sizeof *table->rows);
	}
	table->rows[table->n] = (struct form_row){arena_text(&table->arena,
	    text, length), length, weight, 0, table->n};
	return table->n++;
}

static int
compare_weight(const void *a, const void *b, void *context)
{
	const struct form_row *rows = context;
	const struct form_row *x = &rows[*(const uint32_t *)a];
	const struct form_row *y = &rows[*(const uint32_t *)b];
	size_t shorter = x->length < y->length ? x->length : y->length;
	int order;

	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	order = memcmp(x->text, y->text, shorter);
	return order ? order : (x->length > y->length) -
	    (x->length < y->length);
}

static void
make_room(struct form_table *table)
{
	if (table->texts_capacity >= table->n)
		return;
	table->texts_capacity = table->capacity;
	table->texts = alloc_again(table->texts, table->texts_capacity,
	    sizeof *table->texts);
	table->order = alloc_again(table->order, table->texts_capacity,
	    sizeof *table->order);
}

void
form_table_by_weight(struct form_table *table)
{
	make_room(table);
	for (uint32_t i = 0; i < table->n; i++)
		table->order[i] = i;
	qsort_r(table->order, table->n, sizeof *table->order, compare_weight,
	    table->rows);
	for (uint32_t i = 0; i < table->n; i++)
		table->rows[table->order[i]].code = i;
}

void
form_table_in_order(struct form_table *table)
{
	for (uint32_t i = 0; i < table->n; i++)
		table->rows[i].code = i;
}

bool
form_table_is_plain(const struct form_table *table, const char *stem,
    size_t length)
{
	return table->n == 0 || (table->n == 1 &&
	    table->rows[0].length == length &&
	    memcmp(table->rows[0].text, stem, length) == 0);
}

const struct form_text *
form_table_texts(struct form_table *table, size_t *n)
{
	make_room(table);
	*n = 0;
	for (uint32_t i = 0; i < table->n; i++) {
		const struct form_row *row = &table->rows[i];

		table->texts[row->code] = row->used
		    ? (struct form_text){row->text, row->length}
		    : (struct form_text){"", 0};
		if (row->used && row->code >= *n)
			*n = row->code + 1;
	}
	return table->texts;
}
