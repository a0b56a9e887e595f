/* Collecting the dictionary of forms of a segment. */
#include "form_pairs.h"

#include "alloc.h"
#include "buffer.h"
#include "store/dictionary.h"
#include "store/segment.h"

#include <stdlib.h>
#include <string.h>

struct form_pair_row {
	const char *form, *stem;
	uint8_t form_length, stem_length, language;
};

void
form_pairs_add(struct form_pairs *pairs, uint8_t language, const char *stem,
    size_t stem_length, const struct form_table *forms)
{
	const char *kept = NULL;

	for (uint32_t i = 0; i < forms->n; i++) {
		const struct form_row *row = &forms->rows[i];

		if (row->used == 0 || (row->length == stem_length &&
		    memcmp(row->text, stem, stem_length) == 0))
			continue;
		if (!kept)
			kept = arena_text(&pairs->arena, stem, stem_length);
		if (pairs->n == pairs->capacity) {
			pairs->capacity = 2 * pairs->capacity + 1024;
			pairs->rows = alloc_again(pairs->rows,
			    pairs->capacity, sizeof *pairs->rows);
		}
		pairs->rows[pairs->n++] = (struct form_pair_row){arena_text(
		    &pairs->arena, row->text, row->length), kept,
		    (uint8_t)row->length, (uint8_t)stem_length, language};
	}
}

static int
compare_bytes(const char *a, size_t a_length, const char *b, size_t b_length)
{
	int order = memcmp(a, b, a_length < b_length ? a_length : b_length);

	return order ? order : (a_length > b_length) - (a_length < b_length);
}

static int
compare_rows(const void *a, const void *b)
{
	const struct form_pair_row *x = a, *y = b;
	int order = compare_bytes(x->form, x->form_length, y->form,
	    y->form_length);

	if (order)
		return order;
	if (x->language != y->language)
		return x->language < y->language ? -1 : 1;
	return compare_bytes(x->stem, x->stem_length, y->stem,
	    y->stem_length);
}

static void
append_pair(struct buffer *value, const struct form_pair_row *row)
{
	size_t shared = 0, cut;

	while (shared < row->form_length && shared < row->stem_length &&
	    row->form[shared] == row->stem[shared])
		shared++;
	cut = row->form_length - shared;
	if (shared == row->stem_length && cut >= 1 &&
	    cut <= FORM_PAIR_CUT_MAX && row->language < FORM_PAIR_LANGUAGES) {
		buffer_append_byte(value, (uint8_t)(FORM_PAIR_CUT |
		    (cut - 1) << FORM_PAIR_CUT_SHIFT | row->language));
		return;
	}
	buffer_append_byte(value, row->language);
	buffer_append_byte(value, (uint8_t)shared);
	buffer_append_byte(value, (uint8_t)(row->stem_length - shared));
	buffer_append(value, row->stem + shared, row->stem_length - shared);
}

void
form_pairs_write(struct form_pairs *pairs, struct segment_writer *writer)
{
	struct buffer value = {0};
	uint8_t key[TERM_KEY_MAX];

	if (pairs->n)
		qsort(pairs->rows, pairs->n, sizeof *pairs->rows,
		    compare_rows);
	for (size_t i = 0; i < pairs->n;) {
		const struct form_pair_row *first = &pairs->rows[i];

		buffer_clear(&value);
		/* More pairs than a block holds are beyond any language. */
		for (; i < pairs->n && compare_bytes(first->form,
		    first->form_length, pairs->rows[i].form,
		    pairs->rows[i].form_length) == 0; i++)
			if (value.size + 3 + TERM_KEY_MAX <
			    DICTIONARY_VALUE_MAX)
				append_pair(&value, &pairs->rows[i]);
		segment_writer_entry(writer, key, layout_term_key(key,
		    NAMESPACE_FORM, 0, 0, first->form, first->form_length),
		    value.bytes, value.size);
	}
	buffer_free(&value);
	arena_clear(&pairs->arena);
	pairs->n = 0;
}

void
form_pairs_free(struct form_pairs *pairs)
{
	arena_free(&pairs->arena);
	free(pairs->rows);
	*pairs = (struct form_pairs){0};
}
