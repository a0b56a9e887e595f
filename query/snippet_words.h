/*
 * The words of an article that a query asks for, found by reading the
 * article again with the analyzer that indexed it.  Part of snippet.c.
 */
#ifndef QUIRE_QUERY_SNIPPET_WORDS_H
#define QUIRE_QUERY_SNIPPET_WORDS_H

#include "span.h"
#include "tree.h"
#include "vocabulary.h"

/* A word of the query, and where it stands. */
struct wanted {
	const struct node *node;
	struct term_set terms;
	struct spans places;
};

/* A word of the article that is some wanted word. */
struct found {
	uint64_t position;
	size_t start, end; /* bytes of the title or body */
	uint32_t word;     /* number of the wanted word */
	bool is_marked;
};

struct snippet_words {
	struct vocabulary vocabulary;
	struct arena arena; /* holds the terms of the language */
	uint8_t language;
	bool is_ready;      /* the words were looked up in it */
	struct wanted *wanted;
	size_t n_wanted, wanted_capacity;
	struct found *found; /* in the article, rising by position */
	size_t n_found, found_capacity;
	struct known *known; /* words of the language that were met */
	size_t n_known, known_capacity;
};

/* `snapshot` may be NULL, as for a vocabulary. */
void snippet_words_open(
    struct snippet_words *words, struct snapshot *snapshot);
void snippet_words_free(struct snippet_words *words);

/*
 * The number of a WORD of the tree among the wanted words; equal words have
 * equal numbers.
 */
uint32_t snippet_words_want(struct snippet_words *words,
    const struct node *word);

/*
 * Begins an article: forgets what was found in the one before and looks up
 * the stems of all wanted words, if its language is another.  STATUS_OK or
 * DAMAGED.
 */
enum status snippet_words_begin(
    struct snippet_words *words, uint8_t language);

/* Finds them in a part of the article, after the parts before it. */
void snippet_words_find(struct snippet_words *words, enum span_part part,
    const char *text, size_t length);

#endif
