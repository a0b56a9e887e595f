/*
 * Which matches of a window can still be among the best: once k are found,
 * most documents cannot, and are counted without being scored.
 *
 * Bounds come from the heads of the lists (store/frontier.h), for each 256
 * documents of a window.  After block-max MaxScore (Turtle and
 * Flood, "Query evaluation: strategies and optimizations", 1995; Ding and
 * Suel, "Faster top-k document retrieval using block-max indexes", 2011),
 * with sets of documents in the place of single ones.
 */
#ifndef QUIRE_QUERY_PRUNE_H
#define QUIRE_QUERY_PRUNE_H

#include "plan.h"
#include "topk.h"

struct pruner;

/*
 * For a plan whose root is a word or an OR of words; NULL for any other.
 * The plan must outlive it.
 */
struct pruner *pruner_create(struct plan *plan);
void pruner_free(struct pruner *pruner); /* NULL is allowed */

/*
 * Moves to the plan's segment; false if a word there must be looked at by its
 * positions, so that its frequency bounds nothing.
 */
bool pruner_enter(struct pruner *pruner);

/*
 * Offers those documents of the plan's window to `topk`, which is full, that
 * are in `set` and score above its threshold; plan->root->bits and those of
 * its children are as match_node left them without scores.
 * STATUS_OK or DAMAGED.
 */
enum status pruner_put(struct pruner *pruner, const uint64_t *set,
    struct topk *topk);

#endif
