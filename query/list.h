/*
 * Items that stand side by side: which stop words are left out, and the AND
 * or OR they become.  Part of the parser.
 */
#ifndef QUIRE_QUERY_LIST_H
#define QUIRE_QUERY_LIST_H

#include "parser.h"
#include "tree.h"

#include <stdbool.h>
#include <stddef.h>

struct list_item {
	struct node *node;
	bool may_drop; /* a bare word: left out if it is a stop word */
	bool joined;   /* an AND in capitals stands before it */
	const char *typed;
	size_t typed_length;
	struct list_item *next;
};

/* All zero is an empty list. */
struct list {
	struct list_item *first, *last;
};

struct list_context {
	struct query *query;
	const struct parser_options *options;
	struct analyzer *analyzer; /* folds accents before stop words are
	                              looked up; NULL until needed */
};

void list_start(struct list_context *context, struct query *query,
    const struct parser_options *options);
void list_end(struct list_context *context);

void list_add(
    struct list_context *context, struct list *list, struct list_item item);

/* The list as a node, or NULL if it is empty. */
struct node *list_node(struct list_context *context, struct list *list);

/*
 * In a finished tree a NOT stands only in an AND that has something to
 * exclude from.  These see to it: the AND or OR itself, its only child, or
 * NULL without children; and a node of any kind.
 */
struct node *list_close(struct list_context *context, struct node *all);
struct node *list_close_either(
    struct list_context *context, struct node *either);
struct node *list_include(struct list_context *context, struct node *node);

/* NOT of a node; a NOT loses its own. */
struct node *list_negate(struct list_context *context, struct node *node);

/* Whether a node has places in the text that NEAR can compare. */
bool list_is_positional(const struct node *node);

/* Whether all words of two positional nodes belong to one field, or all to
 * title and body. */
bool list_share_field(const struct node *a, const struct node *b);

#endif
