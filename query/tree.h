/*
 * A query as a tree: what the parser makes and the engine answers.
 *
 * What a node matches, and what it adds to the score of an article that it
 * matches (a node that does not match adds nothing):
 *
 *   WORD    a position of the article holds the word; `exact`: in this form,
 *           else in any form of its stem.  Only positions inside `scope`
 *           count.  Adds BM25 with tf = the number of such positions; a word
 *           of a field adds nothing.
 *   PHRASE  its words stand at consecutive `offset`s in one scope.  Adds
 *           BM25 with tf = the number of places where it begins and the sum
 *           of its words' idf.
 *   NEAR    two operands (words, phrases, NEAR, or OR of such) have
 *           occurrences [s1,e1], [s2,e2] (first and last position) with
 *           1 <= s2 - e1 <= distance, or, unless `ordered`, also
 *           1 <= s1 - e2 <= distance.  Its own occurrences are the spans
 *           from the first to the last position of each such pair.  Adds
 *           the sum of what its operands add.
 *   WINDOW  all words stand, in any order and at different positions, within
 *           a span of `distance` + n_children - 2 steps.  Adds the sum of
 *           what its words add.
 *   AND     every child matches (NOT children: does not).  Adds their sum.
 *   OR      any child matches.  Adds the sum of those that do.
 *   NOT     its only child does not match.  Adds nothing.
 *   DATE    the article's date may lie in `range`.  Adds nothing.
 *   HAS     the article has the field `field`.  Adds nothing.
 *   ID      the article's id is `word`.  Adds nothing.
 *   ALL     every article.  Adds nothing.
 *   NOTHING no article.
 *
 * Title and body are one run of words for ranking, but far apart: no
 * phrase, NEAR or WINDOW reaches from one into the other.  The values of a
 * field are far apart in the same way.
 */
#ifndef QUIRE_QUERY_TREE_H
#define QUIRE_QUERY_TREE_H

#include "arena.h"
#include "buffer.h"
#include "date.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum node_kind {
	NODE_WORD,
	NODE_PHRASE,
	NODE_NEAR,
	NODE_WINDOW,
	NODE_AND,
	NODE_OR,
	NODE_NOT,
	NODE_DATE,
	NODE_HAS,
	NODE_ID,
	NODE_ALL,
	NODE_NOTHING,
};

enum node_scope {
	SCOPE_TEXT,  /* title and body */
	SCOPE_TITLE,
	SCOPE_BODY,
	SCOPE_FIELD, /* the field `field` */
};

struct node {
	enum node_kind kind;
	enum node_scope scope;  /* WORD, PHRASE */
	const char *field;      /* SCOPE_FIELD and HAS: its name, else NULL */
	const char *word;       /* WORD, ID: normal form of the tokenizer (id:
	                           as typed), NUL-terminated */
	size_t length;          /* bytes of `word` */
	const char *typed;      /* WORD: as a person wrote it, or NULL */
	bool exact;             /* WORD */
	uint32_t offset;        /* a word of a PHRASE: its place in it, from 0;
	                           several may share one (never 0 gaps) */
	bool ordered;           /* NEAR */
	uint32_t distance;      /* NEAR, WINDOW: steps; neighbours are 1 */
	struct date_range range; /* DATE */
	struct node **children;
	size_t n_children;
};

/* A new node without children, all else zero, in `arena`. */
struct node *node_create(struct arena *arena, enum node_kind kind);

/* Adds a child at the end. */
void node_add(struct arena *arena, struct node *node, struct node *child);

/*
 * The query as it was read, in the query language with every operator
 * written out: `harbour AND (storm OR gale) AND NOT "toll road"`.  Words are
 * as they were typed.
 */
void node_print(const struct node *node, struct buffer *text);

#endif
