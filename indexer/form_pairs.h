/*
 * The dictionary of forms of a segment being written: collected while its
 * word lists are written, put into the dictionary after them.
 */
#ifndef QUIRE_INDEXER_FORM_PAIRS_H
#define QUIRE_INDEXER_FORM_PAIRS_H

#include "arena.h"
#include "form_table.h"
#include "segment_writer.h"

#include <stddef.h>
#include <stdint.h>

/* All zero is empty. */
struct form_pairs {
	struct arena arena;
	struct form_pair_row *rows;
	size_t n, capacity;
};

/* Notes the forms of a stem that were used and are not the stem. */
void form_pairs_add(struct form_pairs *pairs, uint8_t language,
    const char *stem, size_t stem_length, const struct form_table *forms);

/* Puts an entry for each form, by form; the pairs are empty afterwards. */
void form_pairs_write(struct form_pairs *pairs,
    struct segment_writer *writer);

void form_pairs_free(struct form_pairs *pairs);

#endif
