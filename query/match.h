/*
 * Which documents of a window match a node.
 *
 * A node gets the candidates that its parents still ask about, and answers
 * for those alone: so an AND whose rare word has left three documents
 * decodes the blocks of three documents of the frequent one.
 */
#ifndef QUIRE_QUERY_MATCH_H
#define QUIRE_QUERY_MATCH_H

#include "plan.h"

/*
 * Sets node->bits to the candidates that match, and node->tfs where the node
 * scores and the plan has scores.  STATUS_OK or DAMAGED.
 */
enum status match_node(struct plan *plan, struct plan_node *node,
    const uint64_t *candidates);

/*
 * Sets `*next` to a document of the segment at or after `target` such that
 * none from `target` up to it matches; UINT32_MAX if no other matches.
 */
enum status match_next(struct plan *plan, struct plan_node *node,
    uint32_t target, uint32_t *next);

/*
 * Sets node->spans to where a WORD, PHRASE, NEAR or OR of them stands in a
 * document that matches it, in parts (span.h).  Nowhere for other kinds.
 */
enum status match_spans(struct plan *plan, struct plan_node *node,
    uint32_t document);

/* One kind each, in match_KIND.c; match_node calls them. */
enum status match_word(struct plan *plan, struct plan_node *node,
    const uint64_t *candidates);
enum status match_phrase(struct plan *plan, struct plan_node *node,
    const uint64_t *candidates);
/* NEAR and WINDOW. */
enum status match_near(struct plan *plan, struct plan_node *node,
    const uint64_t *candidates);
enum status match_date(struct plan *plan, struct plan_node *node,
    const uint64_t *candidates);
enum status match_has(struct plan *plan, struct plan_node *node,
    const uint64_t *candidates);
void match_id(const struct plan *plan, struct plan_node *node,
    const uint64_t *candidates);

/*
 * Keeps those of `*n` rising places, which reach `reach` steps further, that
 * lie in a scope and either in the title or in the body.
 */
enum status match_scope(struct plan *plan, enum node_scope scope,
    uint32_t document, uint32_t *positions, size_t *n, uint32_t reach);

/* Sets node->starts to the places at which a PHRASE begins. */
enum status match_starts(struct plan *plan, struct plan_node *phrase,
    uint32_t document);

/* The positions of a WORD in its scope, in node->starts. */
enum status match_positions(struct plan *plan, struct plan_node *word,
    uint32_t document);

#endif
