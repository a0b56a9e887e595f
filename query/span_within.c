/*
 * WINDOW: words at different positions within so many steps.
 *
 * The window slides over all positions at which any word stands; a matching
 * of words to positions (Kuhn's augmenting paths) is kept while it moves, so
 * that two words that share positions never take the same one.
 */
#include "span.h"

#include "alloc.h"
#include "store/layout.h"

#include <stdlib.h>

/* A position and a word that stands there. */
struct place {
	uint64_t position;
	uint32_t word;
	uint32_t slot; /* the number of the position among all different ones */
};

struct matching {
	struct place *places; /* by word, then position */
	size_t *first;        /* of each word's places; n_words + 1 */
	size_t *from, *to;    /* each word's places inside the window */
	size_t n_words;
	uint64_t *positions;  /* of the slots, rising */
	size_t n_slots;
	uint32_t *word_at;    /* of each slot, or UINT32_MAX */
	size_t *slot_of;      /* of each word, or SIZE_MAX */
	uint32_t *visited;    /* round in which a slot was tried */
	uint32_t round;
	size_t n_matched;
	struct step *path;    /* of the search */
};

/* A word that looks for a slot, and the next of its places to try. */
struct step {
	uint32_t word;
	size_t at;
};

static int
compare_positions(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static size_t
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
	return low;
}

static void
fill_slots(struct matching *matching, size_t n_places)
{
	size_t n = 0;

	for (size_t i = 0; i < n_places; i++)
		matching->positions[i] = matching->places[i].position;
	qsort(matching->positions, n_places, sizeof *matching->positions,
	    compare_positions);
	for (size_t i = 0; i < n_places; i++)
		if (!n || matching->positions[n - 1] != matching->positions[i])
			matching->positions[n++] = matching->positions[i];
	matching->n_slots = n;
	for (size_t i = 0; i < n_places; i++)
		matching->places[i].slot = (uint32_t)slot_of_position(
		    matching, matching->places[i].position);
	for (size_t i = 0; i < n; i++)
		matching->word_at[i] = UINT32_MAX;
}

static void
matching_open(struct matching *matching, struct spans *const *words, size_t n)
{
	size_t n_places = 0;

	for (size_t w = 0; w < n; w++)
		n_places += words[w]->n;
	*matching = (struct matching){
		.places = alloc_zeroed(n_places, sizeof(struct place)),
		.first = alloc_zeroed(n + 1, sizeof(size_t)),
		.from = alloc_zeroed(n, sizeof(size_t)),
		.to = alloc_zeroed(n, sizeof(size_t)),
		.n_words = n,
		.positions = alloc_zeroed(n_places, sizeof(uint64_t)),
		.word_at = alloc_zeroed(n_places, sizeof(uint32_t)),
		.slot_of = alloc_zeroed(n, sizeof(size_t)),
		.visited = alloc_zeroed(n_places, sizeof(uint32_t)),
		.path = alloc_zeroed(n + 1, sizeof(struct step)),
	};
	n_places = 0;
	for (size_t w = 0; w < n; w++) {
		matching->first[w] = n_places;
		matching->from[w] = matching->to[w] = n_places;
		matching->slot_of[w] = SIZE_MAX;
		for (size_t i = 0; i < words[w]->n; i++)
			matching->places[n_places++] = (struct place){
				words[w]->items[i].start, (uint32_t)w, 0 };
	}
	matching->first[n] = n_places;
	fill_slots(matching, n_places);
}

static void
matching_close(struct matching *matching)
{
	free(matching->places);
	free(matching->first);
	free(matching->from);
	free(matching->to);
	free(matching->positions);
	free(matching->word_at);
	free(matching->slot_of);
	free(matching->visited);
	free(matching->path);
}

/* Gives each word of the path the place it chose. */
static void
take_path(struct matching *matching, size_t depth)
{
	for (size_t i = 0; i <= depth; i++) {
		struct step *step = &matching->path[i];
		uint32_t slot = matching->places[step->at - 1].slot;

		matching->word_at[slot] = step->word;
		matching->slot_of[step->word] = slot;
	}
	matching->n_matched++;
}

/* Finds a slot for an unmatched word, moving others if need be. */
static bool
augment(struct matching *matching, uint32_t word)
{
	struct step *path = matching->path;
	size_t depth = 0;

	matching->round++;
	path[0] = (struct step){ word, matching->from[word] };
	for (;;) {
		struct step *step = &path[depth];
		uint32_t slot, holder;

		if (step->at == matching->to[step->word]) {
			if (!depth--)
				return false;
			continue;
		}
		slot = matching->places[step->at++].slot;
		if (matching->visited[slot] == matching->round)
			continue;
		matching->visited[slot] = matching->round;
		holder = matching->word_at[slot];
		if (holder == UINT32_MAX) {
			take_path(matching, depth);
			return true;
		}
		path[++depth] = (struct step){ holder,
			matching->from[holder] };
	}
}

/* Moves the window to begin at a slot; whether every word has a place. */
static bool
slide(struct matching *matching, size_t slot, uint64_t last)
{
	bool all = true;

	for (size_t w = 0; w < matching->n_words; w++) {
		size_t end = matching->first[w + 1];

		while (matching->from[w] < end &&
		    matching->places[matching->from[w]].slot < slot)
			matching->from[w]++;
		while (matching->to[w] < end &&
		    matching->places[matching->to[w]].position <= last)
			matching->to[w]++;
		all &= matching->from[w] < matching->to[w];
	}
	if (slot && matching->word_at[slot - 1] != UINT32_MAX) {
		matching->slot_of[matching->word_at[slot - 1]] = SIZE_MAX;
		matching->n_matched--;
	}
	return all;
}

static bool
match_all(struct matching *matching)
{
	for (size_t w = 0; w < matching->n_words; w++)
		if (matching->slot_of[w] == SIZE_MAX)
			augment(matching, (uint32_t)w);
	return matching->n_matched == matching->n_words;
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
	for (size_t i = 0; i < matching.n_slots && (found || !any); i++) {
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
