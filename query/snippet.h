/* Excerpts in which exactly what matched is marked. */
#ifndef QUIRE_QUERY_SNIPPET_H
#define QUIRE_QUERY_SNIPPET_H

#include "arena.h"
#include "status.h"
#include "tree.h"

#include <stddef.h>
#include <stdint.h>

struct snapshot;

/* Bytes [start, end) of a text; in order, never overlapping. */
struct mark {
	size_t start, end;
	uint32_t word; /* which word of the query: equal for equal words */
};

struct marked_text {
	const char *text; /* in the arena; blanks and line ends of any
	                     kind are single blanks; " … " joins parts and
	                     stands at cut ends */
	size_t length;
	struct mark *marks;
	size_t n_marks;
};

/* Marks the matches of one tree in article after article. */
struct snippet;

/* `snapshot` NULL: there is only each word's stem.  Both must outlive it. */
struct snippet *snippet_create(
    const struct node *root, struct snapshot *snapshot);
void snippet_free(struct snippet *snippet); /* NULL is allowed */

/*
 * The marks of everything in the title and the body of an article that made
 * it match the tree: words (of a phrase only where the phrase stands, of
 * NEAR only where it holds), never those under NOT or in another field.
 * Title and body are as stored.  STATUS_DAMAGED if the words of the query
 * cannot be looked up: then nothing is marked.
 */
enum status snippet_marks(struct snippet *snippet, const char *title,
    size_t title_length, const char *body, size_t body_length,
    uint8_t language, struct arena *arena, struct marked_text *marked_title,
    struct marked_text *marked_body);

/*
 * The best part of a marked body, at most about `width` bytes: where most
 * different words of the query stand close together; the beginning of the
 * body if nothing is marked.
 */
void snippet_best(const struct marked_text *body, size_t width,
    struct arena *arena, struct marked_text *excerpt);

#endif
