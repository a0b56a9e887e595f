/* Scores of the documents of a window that were matched. */
#ifndef QUIRE_QUERY_SCORE_H
#define QUIRE_QUERY_SCORE_H

#include "plan.h"

/*
 * Fills plan->scores for the documents of `set`, which match the root and
 * were matched last with plan->has_scores.  STATUS_OK or DAMAGED.
 */
enum status score_window(struct plan *plan, const uint64_t *set);

#endif
