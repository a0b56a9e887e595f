/*
 * Marks exactly what matched: the tree is evaluated once more, on the words
 * of one article, and each branch that holds marks its words where they
 * make it hold.
 */
#include "snippet.h"

#include "alloc.h"
#include "snippet_text.h"
#include "snippet_words.h"

#include <stdlib.h>
#include <string.h>

/* A node of the tree, evaluated on the article. */
struct marker {
	const struct node *node;
	struct marker *children;
	size_t n;
	uint32_t word;    /* WORD: its number */
	bool is_elsewhere; /* asks for more than title and body */
	bool matches;
	struct spans own; /* where it stands, unless it is a WORD in the text */
};

struct snippet {
	const struct node *root;
	struct snippet_words words;
	struct arena *arena; /* of the article */
};

static bool
is_in_text(const struct node *node)
{
	return node->scope != SCOPE_FIELD;
}

static void
build(struct snippet *article, struct marker *marker, const struct node *node)
{
	*marker = (struct marker){ .node = node, .n = node->n_children };
	marker->children = arena_alloc(article->arena,
	    marker->n * sizeof *marker + 1);
	for (size_t i = 0; i < marker->n; i++) {
		build(article, &marker->children[i], node->children[i]);
		marker->is_elsewhere |= marker->children[i].is_elsewhere;
	}
	switch (node->kind) {
	case NODE_WORD:
		marker->is_elsewhere = !is_in_text(node) || !node->length;
		if (!marker->is_elsewhere)
			marker->word = snippet_words_want(&article->words,
			    node);
		break;
	case NODE_DATE:
	case NODE_HAS:
	case NODE_ID:
		marker->is_elsewhere = true;
		break;
	default:
		break;
	}
}

static void
free_marker(struct marker *marker)
{
	for (size_t i = 0; i < marker->n; i++)
		free_marker(&marker->children[i]);
	spans_free(&marker->own);
}

/* --- whether and where nodes stand --- */

static bool
is_in_scope(enum node_scope scope, uint64_t position)
{
	uint64_t part = position >> SPAN_PART_SHIFT;

	return scope == SCOPE_TITLE ? part == PART_TITLE :
	    scope == SCOPE_BODY ? part == PART_BODY : true;
}

static void
place_word(const struct snippet *article, struct marker *marker)
{
	const struct spans *places;

	if (marker->is_elsewhere)
		return;
	places = &article->words.wanted[marker->word].places;
	for (size_t i = 0; i < places->n; i++)
		if (is_in_scope(marker->node->scope, places->items[i].start))
			spans_add(&marker->own, places->items[i].start,
			    places->items[i].start);
}

static bool
stands_at(const struct spans *spans, uint64_t position)
{
	size_t low = 0, high = spans->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (spans->items[middle].start < position)
			low = middle + 1;
		else
			high = middle;
	}
	return low < spans->n && spans->items[low].start == position;
}

static bool
phrase_starts_at(const struct marker *phrase, uint64_t start)
{
	for (size_t i = 0; i < phrase->n; i++) {
		const struct marker *word = &phrase->children[i];

		if (!stands_at(&word->own, start + word->node->offset))
			return false;
	}
	return true;
}

static void
place_phrase(struct marker *marker)
{
	uint32_t last = 0;
	const struct marker *first = marker->children;

	for (size_t i = 0; i < marker->n; i++)
		if (marker->children[i].node->offset > last)
			last = marker->children[i].node->offset;
	for (size_t i = 0; marker->n && i < first->own.n; i++) {
		uint64_t start = first->own.items[i].start -
		    first->node->offset;

		if (is_in_scope(marker->node->scope, start) &&
		    phrase_starts_at(marker, start))
			spans_add(&marker->own, start, start + last);
	}
}

static void
add_pair(void *context, const struct span *first, const struct span *second,
    bool is_swapped)
{
	(void)is_swapped;
	spans_add(context, first->start, second->end);
}

static uint64_t
window_steps(const struct node *node)
{
	uint64_t steps = (uint64_t)node->distance + node->n_children;

	return steps < 2 ? 0 : steps - 2;
}

static struct spans **
places_of_children(const struct snippet *article, struct marker *marker)
{
	struct spans **places = arena_alloc(article->arena,
	    marker->n * sizeof *places + 1);

	for (size_t i = 0; i < marker->n; i++)
		places[i] = &marker->children[i].own;
	return places;
}

static void
place_or(struct marker *marker)
{
	for (size_t i = 0; i < marker->n; i++) {
		const struct spans *own = &marker->children[i].own;

		for (size_t s = 0; s < own->n; s++)
			spans_add(&marker->own, own->items[s].start,
			    own->items[s].end);
	}
	spans_sort(&marker->own);
}

static bool
all_match(const struct marker *marker)
{
	for (size_t i = 0; i < marker->n; i++)
		if (!marker->children[i].matches)
			return false;
	return true;
}

static bool
any_matches(const struct marker *marker)
{
	for (size_t i = 0; i < marker->n; i++)
		if (marker->children[i].matches)
			return true;
	return false;
}

/* What cannot be seen in title and body is taken to hold. */
static bool
evaluate(const struct snippet *article, struct marker *marker)
{
	const struct node *node = marker->node;

	switch (node->kind) {
	case NODE_WORD:
		place_word(article, marker);
		break;
	case NODE_PHRASE:
		if (!marker->is_elsewhere)
			place_phrase(marker);
		break;
	case NODE_NEAR:
		if (marker->n == 2)
			span_near(&marker->children[0].own,
			    &marker->children[1].own, node->distance,
			    node->ordered, add_pair, &marker->own);
		spans_sort(&marker->own);
		break;
	case NODE_WINDOW:
		return marker->is_elsewhere || span_within(
		    places_of_children(article, marker), marker->n,
		    window_steps(node), NULL, NULL);
	case NODE_AND:
		return all_match(marker);
	case NODE_OR:
		place_or(marker);
		return any_matches(marker);
	case NODE_NOT:
		return marker->is_elsewhere || !all_match(marker);
	case NODE_NOTHING:
		return false;
	case NODE_DATE:
	case NODE_HAS:
	case NODE_ID:
	case NODE_ALL:
		return true;
	}
	return marker->own.n || marker->is_elsewhere;
}

static void
evaluate_all(const struct snippet *article, struct marker *marker)
{
	for (size_t i = 0; i < marker->n; i++)
		evaluate_all(article, &marker->children[i]);
	marker->matches = evaluate(article, marker);
}

/* --- marking --- */

static void
mark_word(struct snippet *article, uint64_t position, uint32_t word)
{
	struct found *found = article->words.found;
	size_t low = 0, high = article->words.n_found;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (found[middle].position < position)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < article->words.n_found &&
	     found[low].position == position; low++)
		if (found[low].word == word)
			found[low].is_marked = true;
}

/* Whether a span is among those that count; NULL counts all. */
static bool
counts(const struct spans *allowed, const struct span *span)
{
	size_t low = 0, high = allowed ? allowed->n : 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct span *item = &allowed->items[middle];

		if (item->start < span->start || (item->start ==
		    span->start && item->end < span->end))
			low = middle + 1;
		else
			high = middle;
	}
	return !allowed || (low < allowed->n &&
	    allowed->items[low].start == span->start &&
	    allowed->items[low].end == span->end);
}

static void
mark_phrase(struct snippet *article, const struct marker *marker,
    const struct span *span)
{
	for (size_t i = 0; i < marker->n; i++) {
		const struct marker *word = &marker->children[i];

		mark_word(article, span->start + word->node->offset,
		    word->word);
	}
}

/* The spans of both operands of NEAR that make pairs that count. */
struct pairs {
	const struct spans *allowed;
	struct spans left, right;
};

static void
take_pair(void *context, const struct span *first, const struct span *second,
    bool is_swapped)
{
	struct pairs *pairs = context;
	struct span span = { first->start, second->end };

	if (!counts(pairs->allowed, &span))
		return;
	spans_add(is_swapped ? &pairs->right : &pairs->left, first->start,
	    first->end);
	spans_add(is_swapped ? &pairs->left : &pairs->right, second->start,
	    second->end);
}

static void mark(struct snippet *article, struct marker *marker,
    const struct spans *allowed);

static void
mark_near(struct snippet *article, struct marker *marker,
    const struct spans *allowed)
{
	struct marker *left = marker->children, *right = left + 1;
	struct pairs pairs = { .allowed = allowed };

	if (marker->n != 2)
		return;
	span_near(&left->own, &right->own, marker->node->distance,
	    marker->node->ordered, take_pair, &pairs);
	spans_sort(&pairs.left);
	spans_sort(&pairs.right);
	mark(article, left, &pairs.left);
	mark(article, right, &pairs.right);
	spans_free(&pairs.left);
	spans_free(&pairs.right);
}

/* A WINDOW being marked. */
struct within {
	struct snippet *article;
	const struct marker *marker;
};

static void
mark_window(void *context, uint64_t first, uint64_t last)
{
	struct within *within = context;

	for (size_t i = 0; i < within->marker->n; i++) {
		const struct marker *word = &within->marker->children[i];

		for (size_t s = 0; s < word->own.n; s++) {
			uint64_t position = word->own.items[s].start;

			if (position >= first && position <= last)
				mark_word(within->article, position,
				    word->word);
		}
	}
}

static void
mark_within(struct snippet *article, struct marker *marker)
{
	struct within within = { article, marker };

	if (!marker->is_elsewhere)
		span_within(places_of_children(article, marker), marker->n,
		    window_steps(marker->node), mark_window, &within);
}

/* Marks where a node stands; of that only what is allowed, if not NULL. */
static void
mark(struct snippet *article, struct marker *marker,
    const struct spans *allowed)
{
	if (!marker->matches)
		return;
	switch (marker->node->kind) {
	case NODE_WORD:
	case NODE_PHRASE:
		for (size_t i = 0; i < marker->own.n; i++) {
			const struct span *span = &marker->own.items[i];

			if (!counts(allowed, span))
				continue;
			if (marker->node->kind == NODE_WORD)
				mark_word(article, span->start, marker->word);
			else
				mark_phrase(article, marker, span);
		}
		break;
	case NODE_NEAR:
		mark_near(article, marker, allowed);
		break;
	case NODE_WINDOW:
		mark_within(article, marker);
		break;
	case NODE_AND:
	case NODE_OR:
		for (size_t i = 0; i < marker->n; i++)
			mark(article, &marker->children[i], allowed);
		break;
	default:
		break;
	}
}

/* --- the article --- */

/* The marks of one part, in order; those that overlap become one. */
static size_t
take_marks(const struct snippet *article, enum span_part part,
    struct mark *marks)
{
	size_t n = 0;

	for (size_t i = 0; i < article->words.n_found; i++) {
		const struct found *found = &article->words.found[i];

		if (!found->is_marked ||
		    found->position >> SPAN_PART_SHIFT != part)
			continue;
		if (n && found->start < marks[n - 1].end) {
			if (found->end > marks[n - 1].end)
				marks[n - 1].end = found->end;
			continue;
		}
		marks[n++] = (struct mark){ found->start, found->end,
			found->word };
	}
	return n;
}

static void
finish_part(const struct snippet *article, enum span_part part,
    const char *text, size_t length, struct marked_text *marked)
{
	struct mark *marks = arena_alloc(article->arena,
	    article->words.n_found * sizeof *marks + 1);

	snippet_text_collapse(text, length, marks,
	    take_marks(article, part, marks), article->arena, marked);
}

struct snippet *
snippet_create(const struct node *root, struct snapshot *snapshot)
{
	struct snippet *snippet = alloc_zeroed(1, sizeof *snippet);

	snippet->root = root;
	snippet_words_open(&snippet->words, snapshot);
	return snippet;
}

void
snippet_free(struct snippet *snippet)
{
	if (!snippet)
		return;
	snippet_words_free(&snippet->words);
	free(snippet);
}

enum status
snippet_marks(struct snippet *snippet, const char *title, size_t title_length,
    const char *body, size_t body_length, uint8_t language,
    struct arena *arena, struct marked_text *marked_title,
    struct marked_text *marked_body)
{
	struct marker marker;
	enum status status;

	snippet->arena = arena;
	build(snippet, &marker, snippet->root);
	status = snippet_words_begin(&snippet->words, language);
	if (status == STATUS_OK) {
		snippet_words_find(&snippet->words, PART_TITLE, title,
		    title_length);
		snippet_words_find(&snippet->words, PART_BODY, body,
		    body_length);
		evaluate_all(snippet, &marker);
		mark(snippet, &marker, NULL);
	}
	finish_part(snippet, PART_TITLE, title, title_length, marked_title);
	finish_part(snippet, PART_BODY, body, body_length, marked_body);
	free_marker(&marker);
	return status;
}
