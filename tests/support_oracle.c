/* The exhaustive searcher: query/tree.h, word by word. */
#include "support_oracle.h"

#include "alloc.h"
#include "support_findings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct oracle {
	struct archive *archive;
	struct findings findings;
	double average; /* length of an article */
};

struct place { /* where something stands in an article */
	uint32_t part, first, last;
};

struct places {
	struct place *items;
	size_t n;
};

static void
add_place(struct places *places, struct place place)
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
				add_place(places, (struct place){a.part,
				    a.first, b.last});
		}
}

/* Where a WORD, PHRASE, NEAR, WINDOW or OR of them stands. */
static struct places
find_places(const struct oracle *oracle,
    const struct archive_document *document, const struct node *node)
{
	struct places places = {0}, *of = NULL;
	const struct archive_token *tokens = oracle->archive->tokens;
	const struct finding *word = NULL;
	struct place chosen[FINDINGS_MAX];
	size_t n = node->n_children, t = document->tokens;

	if (n)
		of = alloc_zeroed(n, sizeof *of);
	for (size_t i = 0; i < n; i++)
		of[i] = find_places(oracle, document, node->children[i]);
	if (node->kind == NODE_WORD)
		word = findings_of(&oracle->findings, node);
	for (; word && t < document->end; t++)
		if (finding_is_at(word, &tokens[t]))
			add_place(&places, (struct place){tokens[t].part,
			    tokens[t].position, tokens[t].position});
	for (size_t k = 0; node->kind == NODE_PHRASE && k < of[0].n; k++)
		if (goes_on(node, of, 1, of[0].items[k]))
			add_place(&places, (struct place){of[0].items[k].part,
			    of[0].items[k].first, of[0].items[k].first +
			    node->children[n - 1]->offset});
	if (node->kind == NODE_WINDOW && fits(node, of, 0, chosen))
		add_place(&places, chosen[0]);
	if (node->kind == NODE_NEAR)
		add_near(node, &of[0], &of[1], &places);
	if (node->kind == NODE_NEAR && !node->ordered)
		add_near(node, &of[1], &of[0], &places);
	for (size_t i = 0; i < n; free(of[i++].items))
		for (size_t k = 0; node->kind == NODE_OR && k < of[i].n; k++)
			add_place(&places, of[i].items[k]);
	free(of);
	return places;
}

static int64_t
score_of(const struct oracle *oracle, const struct node *node, double tf,
    double length)
{
	const double k1 = 1.2, b = 0.75;
	double idf = 0;

	if (node->scope == SCOPE_FIELD)
		return 0;
	for (size_t i = 0; i < node->n_children; i++)
		idf += findings_of(&oracle->findings, node->children[i])->idf;
	if (node->kind == NODE_WORD)
		idf = findings_of(&oracle->findings, node)->idf;
	return (int64_t)floor(idf * (tf * (k1 + 1) / (tf + k1 * ((1 - b) +
	    b * length / oracle->average))) * 1048576.0 + 0.5);
}

static bool
matches(const struct oracle *oracle, const struct archive_document *document,
    const struct node *node, int64_t *score)
{
	struct places places = {0};
	size_t n = 0;
	int64_t one;
	bool found = false;

	*score = 0;
	for (size_t i = 0; node->kind != NODE_PHRASE && i < node->n_children;
	     i++) {
		n += matches(oracle, document, node->children[i], &one);
		*score += one;
	}
	switch (node->kind) {
	case NODE_WORD:
	case NODE_PHRASE:
	case NODE_NEAR:
	case NODE_WINDOW:
		places = find_places(oracle, document, node);
		free(places.items);
		found = places.n > 0;
		if (node->kind == NODE_WORD || node->kind == NODE_PHRASE)
			*score = score_of(oracle, node, (double)places.n,
			    document->length);
		break;
	case NODE_AND:
		found = n == node->n_children;
		break;
	case NODE_OR:
		found = n > 0;
		break;
	case NODE_NOT:
		found = n == 0;
		*score = 0;
		break;
	case NODE_DATE:
		found = archive_is_dated(document, &node->range);
		break;
	case NODE_HAS:
		found = archive_has(document, node->field);
		break;
	case NODE_ID:
		found = !strcmp(document->article.id.bytes, node->word);
		break;
	case NODE_ALL:
		found = true;
		break;
	case NODE_NOTHING:
		break;
	}
	*score = found ? *score : 0;
	return found;
}

size_t
oracle_search(struct archive *archive, const struct node *root,
    struct oracle_hit *hits)
{
	struct oracle oracle = {.archive = archive};
	double words = 0, documents = 0;
	size_t n = 0;

	for (uint32_t i = 0; i < archive->n_documents; i++)
		if (archive->documents[i].is_counted) {
			words += archive->documents[i].length;
			documents++;
		}
	oracle.average = words > 0 ? words / documents : 1;
	findings_add(&oracle.findings, archive, root, documents);
	for (uint32_t i = 0; i < archive->n_documents; i++)
		if (archive->documents[i].is_alive && matches(&oracle,
		    &archive->documents[i], root, &hits[n].score))
			hits[n++].document = i;
	findings_free(&oracle.findings);
	return n;
}
