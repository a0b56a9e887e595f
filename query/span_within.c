/*
 * WINDOW: words at different positions within so many steps.
 *
 * The window slides over all positions at which any word stands; a matching
 * of words to positions (Kuhn's augmenting paths) is kept while it moves, so
 * that two words that share positions never take the same one.  Words with
 * the same positions share one list, and a search tries each place of a list
 * once: a thousand equal words are no worse than one.
 */
#include "span.h"

#include "alloc.h"
#include "store/layout.h"

#include <stdlib.h>
#include <string.h>

/* Positions of one or several words. */
struct list {
	const struct spans *spans;
	uint32_t *slots;  /* the number of each position among all different
	                     ones */
	size_t from, to;  /* those inside the window */
	size_t at;        /* the next one to try, in this round */
	uint32_t round;
};

struct matching {
	struct list *lists;
	size_t n_lists;
	uint32_t *list_of;    /* of each word */
	size_t n_words;
	uint64_t *positions;  /* of the slots, rising */
	size_t n_slots;
	uint32_t *word_at;    /* of each slot, or UINT32_MAX */
	bool *has_slot;       /* of each word */
	size_t n_matched;
	uint32_t *visited;    /* round in which a slot was tried */
	uint32_t round;
	struct step *path;    /* of the search */
};

/* A word that looks for a slot, and the one that it tries. */
struct step {
	uint32_t word, slot;
};

static int
compare_positions(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static uint32_t
slot_of_position(const struct matching *matching, uint64_t position)
{
	size_t low = 0, high = matching->n_slots;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (matching->positions[middle] < position)
			low = middle + 1;
		else
			high = middle;
	}
	return (uint32_t)low;
}

static uint32_t
list_of_spans(struct matching *matching, const struct spans *spans)
{
	for (uint32_t i = 0; i < matching->n_lists; i++) {
		const struct spans *other = matching->lists[i].spans;

		if (other->n == spans->n && !memcmp(other->items,
		    spans->items, spans->n * sizeof *spans->items))
			return i;
	}
	matching->lists[matching->n_lists].spans = spans;
	return (uint32_t)matching->n_lists++;
}

/* Numbers all different positions of `n` in all lists. */
static void
number_slots(struct matching *matching, size_t n)
{
	uint64_t *positions = alloc_bytes(n * sizeof *positions);

	n = 0;
	for (size_t l = 0; l < matching->n_lists; l++)
		for (size_t i = 0; i < matching->lists[l].spans->n; i++)
			positions[n++] =
			    matching->lists[l].spans->items[i].start;
	qsort(positions, n, sizeof *positions, compare_positions);
	for (size_t i = 0; i < n; i++)
		if (!i || positions[matching->n_slots - 1] != positions[i])
			positions[matching->n_slots++] = positions[i];
	matching->positions = positions;
	for (size_t l = 0; l < matching->n_lists; l++) {
		struct list *list = &matching->lists[l];

		list->slots = alloc_bytes(list->spans->n *
		    sizeof *list->slots);
		for (size_t i = 0; i < list->spans->n; i++)
			list->slots[i] = slot_of_position(matching,
			    list->spans->items[i].start);
	}
}

static void
matching_open(struct matching *matching, struct spans *const *words, size_t n)
{
	size_t n_places = 0;

	*matching = (struct matching){
		.lists = alloc_zeroed(n, sizeof(struct list)),
		.list_of = alloc_zeroed(n, sizeof(uint32_t)),
		.n_words = n,
		.has_slot = alloc_zeroed(n, sizeof(bool)),
		.path = alloc_zeroed(n + 1, sizeof(struct step)),
	};
	for (size_t w = 0; w < n; w++)
		matching->list_of[w] = list_of_spans(matching, words[w]);
	for (size_t l = 0; l < matching->n_lists; l++)
		n_places += matching->lists[l].spans->n;
	number_slots(matching, n_places);
	matching->visited = alloc_zeroed(matching->n_slots, sizeof(uint32_t));
	matching->word_at = alloc_bytes(matching->n_slots * sizeof(uint32_t));
	for (size_t i = 0; i < matching->n_slots; i++)
		matching->word_at[i] = UINT32_MAX;
}

static void
matching_close(struct matching *matching)
{
	for (size_t l = 0; l < matching->n_lists; l++)
		free(matching->lists[l].slots);
	free(matching->lists);
	free(matching->list_of);
	free(matching->has_slot);
	free(matching->path);
	free(matching->positions);
	free(matching->visited);
	free(matching->word_at);
}

/* The next place of a word's list that this round has not tried. */
static bool
next_slot(struct matching *matching, uint32_t word, uint32_t *slot)
{
	struct list *list = &matching->lists[matching->list_of[word]];

	if (list->round != matching->round) {
		list->round = matching->round;
		list->at = list->from;
	}
	while (list->at < list->to) {
		*slot = list->slots[list->at++];
		if (matching->visited[*slot] != matching->round) {
			matching->visited[*slot] = matching->round;
			return true;
		}
	}
	return false;
}

/* Gives each word of the path the slot that it tried. */
static void
take_path(struct matching *matching, size_t depth)
{
	for (size_t i = 0; i <= depth; i++)
		matching->word_at[matching->path[i].slot] =
		    matching->path[i].word;
	matching->has_slot[matching->path[0].word] = true;
	matching->n_matched++;
}

/* Finds a slot for an unmatched word, moving others if need be. */
static bool
augment(struct matching *matching, uint32_t word)
{
	struct step *path = matching->path;
	size_t depth = 0;

	matching->round++;
	path[0].word = word;
	for (;;) {
		uint32_t holder;

		if (!next_slot(matching, path[depth].word,
		    &path[depth].slot)) {
			if (!depth--)
				return false;
			continue;
		}
		holder = matching->word_at[path[depth].slot];
		if (holder == UINT32_MAX) {
			take_path(matching, depth);
			return true;
		}
		path[++depth].word = holder;
	}
}

/* Moves the window to begin at a slot; whether every word has a place. */
static bool
slide(struct matching *matching, uint32_t slot, uint64_t last)
{
	bool all = true;

	for (size_t l = 0; l < matching->n_lists; l++) {
		struct list *list = &matching->lists[l];
		size_t n = list->spans->n;

		while (list->from < n && list->slots[list->from] < slot)
			list->from++;
		while (list->to < n && list->spans->items[list->to].start <=
		    last)
			list->to++;
		all &= list->from < list->to;
	}
	if (slot && matching->word_at[slot - 1] != UINT32_MAX) {
		matching->has_slot[matching->word_at[slot - 1]] = false;
		matching->n_matched--;
	}
	return all;
}

static bool
match_all(struct matching *matching)
{
	for (uint32_t w = 0; w < matching->n_words; w++)
		if (!matching->has_slot[w] && !augment(matching, w))
			return false;
	return true;
}

bool
span_within(struct spans *const *words, size_t n, uint64_t steps,
    span_found *found, void *context)
{
	struct matching matching;
	bool any = false;

	for (size_t w = 0; w < n; w++)
		if (!words[w]->n)
			return false;
	if (!n)
		return false;
	matching_open(&matching, words, n);
	for (uint32_t i = 0; i < matching.n_slots && (found || !any); i++) {
		uint64_t first = matching.positions[i];
		uint64_t most = steps;

		if (first >> SPAN_PART_SHIFT >= PART_FIELD &&
		    most > FIELD_VALUE_GAP)
			most = FIELD_VALUE_GAP;
		if (!slide(&matching, i, first + most) ||
		    !match_all(&matching))
			continue;
		any = true;
		if (found)
			found(context, first, first + most);
	}
	matching_close(&matching);
	return any;
}
