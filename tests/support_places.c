/* Where something stands in an article: phrases, NEAR and WINDOW. */
#include "support_places.h"

#include "alloc.h"
#include "support_findings.h"

void
places_add(struct places *places, struct place place)
{
	if ((places->n & (places->n - 1)) == 0)
		places->items = alloc_again(places->items, places->n ?
		    2 * places->n : 1, sizeof place);
	places->items[places->n++] = place;
}

/* Whether words `i` to the last of a phrase begin at `start`. */
static bool
goes_on(const struct node *phrase, const struct places *words, size_t i,
    struct place start)
{
	if (i == phrase->n_children)
		return true;
	for (size_t k = 0; k < words[i].n; k++)
		if (words[i].items[k].part == start.part &&
		    words[i].items[k].first == start.first +
		    phrase->children[i]->offset)
			return goes_on(phrase, words, i + 1, start);
	return false;
}

/* Whether words `i` to the last of a window have places beside those chosen. */
static bool
fits(const struct node *window, const struct places *words, size_t i,
    struct place *chosen)
{
	uint32_t steps = window->distance + (uint32_t)window->n_children - 2;
	bool found = i == window->n_children;

	for (size_t k = 0; k < words[i % window->n_children].n && !found; k++) {
		size_t c = 0;

		chosen[i] = words[i].items[k];
		for (; c < i && chosen[c].part == chosen[i].part; c++)
			if (chosen[c].first == chosen[i].first ||
			    chosen[c].first + steps < chosen[i].first ||
			    chosen[i].first + steps < chosen[c].first)
				break;
		found = c == i && fits(window, words, i + 1, chosen);
	}
	return found;
}

static void
add_near(const struct node *near, const struct places *before,
    const struct places *after, struct places *places)
{
	for (size_t i = 0; i < before->n; i++)
		for (size_t k = 0; k < after->n; k++) {
			struct place a = before->items[i], b = after->items[k];

			if (a.part == b.part && b.first > a.last &&
			    b.first - a.last <= near->distance)
				places_add(places, (struct place){a.part,
				    a.first, b.last});
		}
}

void
places_combine(struct places *places, const struct node *node,
    const struct places *of)
{
	struct place chosen[FINDINGS_MAX];
	uint32_t reach;

	if (node->kind == NODE_PHRASE) {
		reach = node->children[node->n_children - 1]->offset;
		for (size_t k = 0; k < of[0].n; k++) {
			struct place start = of[0].items[k];

			start.last = start.first + reach;
			if (goes_on(node, of, 1, start))
				places_add(places, start);
		}
	} else if (node->kind == NODE_WINDOW) {
		if (fits(node, of, 0, chosen))
			places_add(places, chosen[0]);
	} else if (node->kind == NODE_NEAR) {
		add_near(node, &of[0], &of[1], places);
		if (!node->ordered)
			add_near(node, &of[1], &of[0], places);
	} else if (node->kind == NODE_OR) {
		for (size_t i = 0; i < node->n_children; i++)
			for (size_t k = 0; k < of[i].n; k++)
				places_add(places, of[i].items[k]);
	}
}
