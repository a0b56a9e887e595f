/*
 * The exhaustive searcher: what a parsed query matches and how it scores, by
 * looking at every word of every article.  Shares with the engine only the
 * analyzer, which made the words, and the tree.
 */
#ifndef QUIRE_TESTS_SUPPORT_ORACLE_H
#define QUIRE_TESTS_SUPPORT_ORACLE_H

#include "support_archive.h"
#include "tree.h"

struct oracle_hit {
	uint32_t document; /* in the archive */
	int64_t score;
};

/*
 * Fills `hits` (room for all articles) with the living ones that match, in
 * the archive's order, and returns how many.
 */
size_t oracle_search(struct made_archive *archive, const struct node *root,
    struct oracle_hit *hits);

#endif
