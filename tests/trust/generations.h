/*
 * The states that an index goes through, one operation after another, so
 * that any process can tell whether what it found is one of them.
 *
 * An index has SOURCES files, read one after another, and an article is
 * there in an edition or not at all.  While an operation runs, the files
 * before one are as they will be, those after it as they were, and in the
 * one the first articles are as they will be, the others as they were; what
 * goes, goes last.
 */
#ifndef QUIRE_TRUST_GENERATIONS_H
#define QUIRE_TRUST_GENERATIONS_H

#include <stdbool.h>
#include <stdint.h>

enum {
	GENERATION_SOURCES = 4,
	GENERATION_OF_SOURCE = 60, /* articles */
	GENERATION_ARTICLES = GENERATION_SOURCES * GENERATION_OF_SOURCE,
};

/* The edition of each article, 0: it is not there. */
struct generation {
	uint16_t editions[GENERATION_ARTICLES];
};

/* In memory that processes share; it is zero at first, and empty. */
struct generations *generations_create(void);

/* The state after the last operation; a copy of it is changed and begun. */
const struct generation *generations_last(const struct generations *all);

/* An operation to this state begins; it has come to its end.  False if there
 * is no room for another one. */
bool generations_begin(struct generations *all,
    const struct generation *next);
void generations_end(struct generations *all);

/* A moment, to be taken before and after something is found. */
uint64_t generations_now(const struct generations *all);

/* Whether it is a state that the index had between two moments. */
bool generations_had(const struct generations *all,
    const struct generation *found, uint64_t from, uint64_t to);

#endif
