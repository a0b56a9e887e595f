/*
 * Notes on what other search programs understand and this one reads as text:
 * what it was read as, and what to write instead.  Part of the parser.
 */
#ifndef QUIRE_QUERY_HABITS_H
#define QUIRE_QUERY_HABITS_H

#include "lexer.h"
#include "list.h"
#include "parser.h"
#include "tree.h"

#include <stdbool.h>

/*
 * Looks at a run of text that was read as `node` (NULL: no word in it).
 * `next` is the item after it; `is_field` says that the text is the name of
 * a field and a colon.
 */
void habits_note_text(struct query *query, struct lexer_item item,
    struct lexer_item next, const struct node *node, bool is_field);

/*
 * Looks for "or", "and" and "not" in a list.  `drops`: the items that may be
 * dropped will be.
 */
void habits_note_list(struct list_context *context, const struct list *list,
    bool drops);

#endif
