/* Where something stands in an article, and what is made of such places. */
#ifndef QUIRE_TESTS_SUPPORT_PLACES_H
#define QUIRE_TESTS_SUPPORT_PLACES_H

#include "tree.h"

/* The first and last position of an occurrence. */
struct place {
	uint32_t part, first, last;
};

/* All zero is none. */
struct places {
	struct place *items;
	size_t n;
};

void places_add(struct places *places, struct place place);

/*
 * Adds the places of a node, of which `of` are those of its children: all
 * pairs and rows are tried.  A WINDOW gets one place, if it has any.
 */
void places_combine(struct places *places, const struct node *node,
    const struct places *of);

#endif
