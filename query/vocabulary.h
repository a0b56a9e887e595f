/*
 * A word of a query to posting lists.
 *
 * A word finds, in each language of the index, the list of its own stem and
 * those of all stems that its form, the word without accents, stands under
 * anywhere in the index: so a word typed without accents finds every
 * accented one.  An exact word finds the same lists, less those that do not
 * hold its form; in the others its form has a code.
 */
#ifndef QUIRE_QUERY_VOCABULARY_H
#define QUIRE_QUERY_VOCABULARY_H

#include "arena.h"
#include "status.h"
#include "store/posting_list.h"
#include "store/snapshot.h"
#include "text/analyzer.h"
#include "text/language.h"
#include "tree.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What words are looked up with. */
struct vocabulary {
	struct snapshot *snapshot; /* NULL: there is only each word's stem */
	struct arena *arena; /* holds all that is found */
	struct analyzer *analyzer;
	uint8_t languages[LANGUAGE_MAX]; /* of the index */
	size_t n_languages;
};

void vocabulary_open(struct vocabulary *vocabulary,
    struct snapshot *snapshot, struct arena *arena);
void vocabulary_close(struct vocabulary *vocabulary);

/* A stem, and the form of the query word in its language. */
struct term {
	const char *stem, *form;
	uint8_t language, stem_length, form_length;
	uint64_t df;  /* of the stem, over all segments ... */
	bool is_held; /* ... once the word has a list of it in one */
};

struct term_set {
	struct term *terms; /* the word's own stem of each language first */
	size_t n, capacity;
};

/*
 * Adds the stems that a word finds in a language.  STATUS_OK or DAMAGED.
 */
enum status vocabulary_stems(struct vocabulary *vocabulary,
    const struct node *word, uint8_t language, struct term_set *terms);

/* One posting list of a word in one segment. */
struct word_list {
	struct posting_list list;
	bool has_code; /* only positions with this form code count */
	uint32_t code;
};

struct word_lists {
	struct word_list **items; /* their documents may overlap */
	size_t n;
	uint64_t df;
};

struct word {
	const struct node *node;
	int field;                   /* number of SCOPE_FIELD, or -1 */
	struct word_lists *segments; /* of each segment of the snapshot */
	size_t n_lists_max;          /* most lists in one segment */
	uint64_t df;                 /* at most all documents, dead included;
	                                of an exact word that of its stems: so
	                                it is the same however segments are
	                                cut */
};

/*
 * Looks up a WORD in all segments, or HAS (its list is the field's empty
 * word).  A field that the index does not have has no lists.  STATUS_OK or
 * DAMAGED.
 */
enum status vocabulary_find(struct vocabulary *vocabulary,
    const struct node *node, struct word *word);

#endif
