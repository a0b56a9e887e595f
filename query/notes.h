/*
 * The notes that tell a person how the query was read.  Part of the parser.
 */
#ifndef QUIRE_QUERY_NOTES_H
#define QUIRE_QUERY_NOTES_H

#include "lexer.h"
#include "parser.h"
#include "tree.h"

#include <stddef.h>

/* Signs that a later version will understand; read as text until then. */
enum notes_sign {
	NOTES_NONE,
	NOTES_WILDCARD,     /* econom*, wom?n */
	NOTES_PATTERN,      /* /colou?r/ */
	NOTES_SPELLING,     /* gaddafi~2 */
	NOTES_WEIGHT,       /* bridge^3 */
	NOTES_ALTERNATIVES, /* "(storm|gale) warning" */
};

/* The sign in a run of text; a sign at its end is taken off `*length`. */
enum notes_sign notes_find_sign(const char *text, size_t *length);

/* Adds a note; a hint follows a newline. */
void notes_add(struct query *query, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Adds a note that ends with a node and what follows it. */
void notes_add_node(struct query *query, const char *before,
    const struct node *node, const char *after);

/* Says that a sign is not understood, and what was searched for. */
void notes_add_sign(
    struct query *query, enum notes_sign sign, const struct node *node);

/*
 * Says that there is no field `name`, and that `words`, an AND of what stood
 * on both sides of the colon, was searched for.  `like` is the field that
 * may have been meant, or NULL.
 */
void notes_add_field(struct query *query, const char *name, const char *like,
    struct lexer_item value, const struct node *words);

/* Says that a query only excludes. */
void notes_add_without(struct query *query, const struct node *root);

#endif
