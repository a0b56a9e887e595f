/* A word in the segment being searched. */
#include "leaf.h"

#include "alloc.h"

#include <stdlib.h>

/* At most this many candidates in a block are sought one by one. */
enum { FEW_CANDIDATES = 8 };

struct leaf *
leaf_create(const struct word *word, struct arena *arena)
{
	struct leaf *leaf = arena_alloc(arena, sizeof *leaf);

	*leaf = (struct leaf){ .word = word, .document = UINT32_MAX };
	leaf->cursors = arena_alloc(arena,
	    word->n_lists_max * sizeof *leaf->cursors + 1);
	return leaf;
}

static void
close_cursors(struct leaf *leaf)
{
	for (size_t i = 0; i < leaf->n; i++)
		posting_cursor_close(&leaf->cursors[i].cursor);
	leaf->n = 0;
}

void
leaf_free(struct leaf *leaf)
{
	close_cursors(leaf);
	free(leaf->room);
	leaf->room = NULL;
}

void
leaf_enter(struct leaf *leaf, size_t i)
{
	const struct word_lists *lists = &leaf->word->segments[i];

	close_cursors(leaf);
	leaf->n = lists->n;
	leaf->df = lists->df;
	leaf->document = UINT32_MAX;
	leaf->has_codes = false;
	for (size_t l = 0; l < lists->n; l++) {
		struct leaf_cursor *cursor = &leaf->cursors[l];

		cursor->list = lists->items[l];
		cursor->is_started = false;
		posting_cursor_start(&cursor->cursor, &cursor->list->list);
		leaf->has_codes |= cursor->list->has_code;
	}
}

/*
 * Moves to the first block whose last document is at least `target`.
 * STATUS_OK, END or DAMAGED.
 */
static enum status
seek(struct leaf_cursor *cursor, uint32_t target)
{
	enum status status;

	if (cursor->is_started && target < cursor->floor) {
		posting_cursor_close(&cursor->cursor);
		posting_cursor_start(&cursor->cursor, &cursor->list->list);
		cursor->is_started = false;
	}
	if (cursor->is_started) {
		if (cursor->has_ended)
			return STATUS_END;
		if (target <= cursor->cursor.last)
			return STATUS_OK;
	}
	status = posting_cursor_seek(&cursor->cursor, target);
	cursor->floor = target;
	cursor->is_started = status != STATUS_DAMAGED;
	cursor->has_ended = status == STATUS_END;
	return status;
}

enum status
leaf_next(struct leaf *leaf, uint32_t target, uint32_t *next)
{
	*next = UINT32_MAX;
	leaf->document = UINT32_MAX; /* its positions may be the cursor's */
	for (size_t i = 0; i < leaf->n; i++) {
		struct leaf_cursor *cursor = &leaf->cursors[i];
		uint32_t first;
		enum status status = seek(cursor, target);

		if (status == STATUS_END)
			continue;
		if (status != STATUS_OK)
			return status;
		first = cursor->cursor.first;
		if (first < target)
			first = target;
		if (first < *next)
			*next = first;
	}
	return STATUS_OK;
}

/* --- documents --- */

/* The first of n rising numbers, from i on, that is at least `target`. */
static unsigned
lower_bound(const uint32_t *numbers, unsigned i, unsigned n, uint32_t target)
{
	unsigned size = n - i;

	while (size) {
		unsigned half = size / 2;

		if (numbers[i + half] < target) {
			i += half + 1;
			size -= half + 1;
		} else {
			size = half;
		}
	}
	return i;
}

/* What leaf_match fills. */
struct match {
	const struct window *window;
	const uint64_t *candidates;
	uint64_t *bits;
	uint32_t *tfs;   /* or NULL */
	bool in_title;
	bool is_first;   /* bits are still empty: nothing can be added to */
};

static inline void
put(struct match *match, uint32_t d, uint32_t tf)
{
	if (match->tfs)
		match->tfs[d] = window_has(match->bits, d) ?
		    match->tfs[d] + tf : tf;
	window_put(match->bits, d);
}

/* A block with few candidates, from window document `d` to `last`. */
static void
match_few(struct match *match, const struct posting_cursor *cursor,
    uint32_t d, uint32_t last)
{
	uint32_t start = match->window->start;
	unsigned i = 0;

	while (d <= last && d < WINDOW_DOCUMENTS) {
		i = lower_bound(cursor->documents, i, cursor->n, start + d);
		if (i == cursor->n)
			return;
		if (cursor->documents[i] == start + d &&
		    (!match->in_title || cursor->flags[i] & FLAG_TITLE))
			put(match, d, match->tfs ? cursor->tfs[i] : 0);
		d = window_next(match->candidates, d + 1);
	}
}

/* The postings of a block from window document `d` on, without branches. */
static void
match_many(struct match *match, const struct posting_cursor *cursor,
    uint32_t d)
{
	const uint32_t *documents = cursor->documents;
	uint32_t start = match->window->start;
	unsigned n = cursor->n;
	unsigned i = lower_bound(documents, 0, n, start + d);

	if (documents[n - 1] - start >= WINDOW_DOCUMENTS)
		n = lower_bound(documents, i, n, start + WINDOW_DOCUMENTS);
	if (match->tfs)
		for (unsigned j = i; j < n; j++)
			match->tfs[documents[j] - start] = cursor->tfs[j];
	for (; i < n; i++) {
		uint32_t at = documents[i] - start;

		match->bits[at / 64] |= match->candidates[at / 64] &
		    (uint64_t)1 << (at % 64);
	}
}

/* The same where postings must be looked at one by one. */
static void
match_each(struct match *match, const struct posting_cursor *cursor,
    uint32_t d)
{
	uint32_t start = match->window->start;
	unsigned i = lower_bound(cursor->documents, 0, cursor->n, start + d);

	for (; i < cursor->n; i++) {
		d = cursor->documents[i] - start;
		if (d >= WINDOW_DOCUMENTS)
			return;
		if (window_has(match->candidates, d) &&
		    (!match->in_title || cursor->flags[i] & FLAG_TITLE))
			put(match, d, match->tfs ? cursor->tfs[i] : 0);
	}
}

/* The current block, in which `d` is the first candidate. */
static enum status
match_block(struct match *match, struct posting_cursor *cursor, uint32_t d)
{
	uint32_t last = cursor->last - match->window->start;

	if (match->in_title && !(cursor->block_flags & FLAG_TITLE))
		return STATUS_OK;
	if (!match->tfs && !match->in_title &&
	    posting_cursor_has_bits(cursor) && !window_is_sparse(match->candidates, d, last, FEW_CANDIDATES))
		return posting_cursor_bits(cursor, match->window->start,
		    WINDOW_WORDS, match->bits) ? STATUS_OK : STATUS_DAMAGED;
	if (!posting_cursor_documents(cursor) ||
	    (match->tfs && !posting_cursor_tfs(cursor)) ||
	    (match->in_title && !posting_cursor_flags(cursor)))
		return STATUS_DAMAGED;
	if (window_is_sparse(match->candidates, d, last, FEW_CANDIDATES))
		match_few(match, cursor, d, last);
	else if (match->in_title || !match->is_first)
		match_each(match, cursor, d);
	else
		match_many(match, cursor, d);
	return STATUS_OK;
}

static enum status
match_list(struct match *match, struct leaf_cursor *cursor)
{
	const struct posting_cursor *block = &cursor->cursor;
	uint32_t start = match->window->start;
	uint32_t d = window_next(match->candidates, 0);

	while (d < WINDOW_DOCUMENTS) {
		enum status status = seek(cursor, start + d);

		if (status == STATUS_END)
			return STATUS_OK;
		if (status != STATUS_OK)
			return status;
		if (block->first > start + d) {
			d = block->first - start >= WINDOW_DOCUMENTS ?
			    WINDOW_DOCUMENTS :
			    window_next(match->candidates,
				block->first - start);
			/* It may lie after the block. */
			continue;
		}
		status = match_block(match, &cursor->cursor, d);
		if (status != STATUS_OK)
			return status;
		d = block->last - start >= WINDOW_DOCUMENTS - 1 ?
		    WINDOW_DOCUMENTS :
		    window_next(match->candidates, block->last - start + 1);
	}
	return STATUS_OK;
}

enum status
leaf_match(struct leaf *leaf, const struct window *window,
    const uint64_t *candidates, uint64_t *bits, uint32_t *tfs)
{
	struct match match = { window, candidates, bits, tfs, leaf->in_title,
		true };
	enum status status = STATUS_OK;

	leaf->document = UINT32_MAX; /* its positions may be the cursor's */
	window_clear(bits);
	for (size_t i = 0; i < leaf->n && status == STATUS_OK; i++) {
		status = match_list(&match, &leaf->cursors[i]);
		match.is_first = false;
	}
	/* Whole blocks were put. */
	for (unsigned w = 0; !tfs && w < WINDOW_WORDS; w++)
		bits[w] &= candidates[w];
	return status;
}

/* --- positions --- */

static void
make_room(struct leaf *leaf, size_t n)
{
	if (n <= leaf->capacity)
		return;
	leaf->capacity = n + n / 2;
	leaf->room = alloc_again(leaf->room, leaf->capacity,
	    sizeof *leaf->room);
}

/* Adds positions of one list, if their form is the right one. */
static void
take_positions(struct leaf *leaf, const struct word_list *list,
    const uint32_t *positions, const uint32_t *codes, uint32_t n)
{
	uint32_t *to;

	make_room(leaf, leaf->n_positions + n);
	to = leaf->room + leaf->n_positions;
	if (list->has_code) {
		for (uint32_t i = 0; i < n; i++) {
			*to = positions[i];
			to += codes[i] == list->code;
		}
		leaf->n_positions = (size_t)(to - leaf->room);
	} else if (n) {
		memcpy(to, positions, n * sizeof *to);
		leaf->n_positions += n;
	}
	leaf->positions = leaf->room;
}

static int
compare(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* One list: lends its positions, or adds them to those of other lists. */
static enum status
read_positions(struct leaf *leaf, struct leaf_cursor *cursor,
    uint32_t document)
{
	struct posting_cursor *block = &cursor->cursor;
	const uint32_t *positions, *codes;
	enum status status = seek(cursor, document);
	uint32_t n;
	unsigned i;

	if (status == STATUS_END || (status == STATUS_OK &&
	    block->first > document))
		return STATUS_OK;
	if (status != STATUS_OK || !posting_cursor_documents(block))
		return STATUS_DAMAGED;
	i = lower_bound(block->documents, 0, block->n, document);
	if (i == block->n || block->documents[i] != document)
		return STATUS_OK;
	if (!posting_cursor_positions(block, i, &positions, &codes, &n))
		return STATUS_DAMAGED;
	if (leaf->n == 1 && !cursor->list->has_code) {
		leaf->positions = positions;
		leaf->n_positions = n;
	} else {
		take_positions(leaf, cursor->list, positions, codes, n);
	}
	return STATUS_OK;
}

enum status
leaf_positions(struct leaf *leaf, uint32_t document)
{
	size_t n_sorted = 0;
	bool is_sorted = true;

	if (leaf->document == document)
		return STATUS_OK;
	leaf->document = UINT32_MAX;
	leaf->n_positions = 0;
	for (size_t i = 0; i < leaf->n; i++) {
		enum status status = read_positions(leaf, &leaf->cursors[i],
		    document);

		if (status != STATUS_OK)
			return status;
		is_sorted &= !n_sorted || leaf->n_positions == n_sorted;
		n_sorted = leaf->n_positions;
	}
	if (!is_sorted)
		qsort(leaf->room, leaf->n_positions, sizeof *leaf->room,
		    compare);
	leaf->document = document;
	return STATUS_OK;
}
