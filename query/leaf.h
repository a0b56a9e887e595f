/*
 * A word in the segment being searched: the union of its posting lists,
 * read by windows of documents and, for one document, by positions.
 *
 * Blocks are sought by their heads and decoded only if they hold a
 * candidate.  Going forward is cheap; going back starts a list anew.
 */
#ifndef QUIRE_QUERY_LEAF_H
#define QUIRE_QUERY_LEAF_H

#include "window.h"
#include "vocabulary.h"

/* A list being read. */
struct leaf_cursor {
	struct posting_cursor cursor;
	const struct word_list *list;
	uint32_t floor;  /* no block before the current one ends at or after
	                    this document */
	bool is_started; /* there is a current block, or the list has ended */
	bool has_ended;
};

struct leaf {
	const struct word *word;
	bool in_title;               /* only documents with it in the title */
	struct leaf_cursor *cursors; /* of the segment's lists */
	size_t n;
	uint64_t df;                 /* in the segment */
	bool has_codes;              /* some list has form codes to check */
	/* Positions of one document. */
	uint32_t document;           /* which, or UINT32_MAX */
	const uint32_t *positions;
	size_t n_positions;
	uint32_t *room;              /* where they are filtered and merged */
	size_t capacity;
};

/* A leaf outside any segment; `word` must outlive it.  leaf_free frees it,
 * less what lies in the arena. */
struct leaf *leaf_create(const struct word *word, struct arena *arena);
void leaf_free(struct leaf *leaf);

/* Moves to segment `i` of the snapshot. */
void leaf_enter(struct leaf *leaf, size_t i);

/*
 * Sets `*next` to a document at or after `target` before which, from
 * `target` on, the word is in none; UINT32_MAX if it is in no other.
 */
enum status leaf_next(struct leaf *leaf, uint32_t target, uint32_t *next);

/*
 * Sets `bits` to the candidates that hold the word, in whatever form or
 * place, and their places in `tfs` (if not NULL) to how often.
 */
enum status leaf_match(struct leaf *leaf, const struct window *window,
    const uint64_t *candidates, uint64_t *bits, uint32_t *tfs);

/*
 * The word's positions in a document, rising: of an exact word only those of
 * its form.  In leaf->positions until the next call.
 */
enum status leaf_positions(struct leaf *leaf, uint32_t document);

#endif
