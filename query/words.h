/*
 * The text of one item to a node: no word, one word, a phrase.  Part of the
 * parser.
 */
#ifndef QUIRE_QUERY_WORDS_H
#define QUIRE_QUERY_WORDS_H

#include "tree.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* More words than a query may have: no item is read further. */
enum { WORDS_MAX = 4096 };

/* Where words are looked for. */
struct words_scope {
	enum node_scope scope;
	const char *field; /* SCOPE_FIELD: its name */
};

struct words_item {
	struct words_scope scope;
	bool exact;
	bool joined; /* a hyphenated word also matches written as one */
	int64_t slop; /* n of "..."~n, or negative */
};

/*
 * The words of `text`: NULL if there is none, a WORD, or a PHRASE, NEAR or
 * WINDOW of them.  A run of Chinese or Japanese is its pairs of characters.
 */
struct node *words_node(struct arena *arena, const char *text, size_t length,
    const struct words_item *item);

/* Adds each word of `text` to `list` by itself. */
void words_add_each(struct arena *arena, const char *text, size_t length,
    const struct words_item *item, struct node *list);

/* How many WORDs a tree holds (NULL is allowed). */
size_t words_count(const struct node *node);

#endif
