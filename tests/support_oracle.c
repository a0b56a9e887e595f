/* The exhaustive searcher: query/tree.h, article by article. */
#include "support_oracle.h"

#include "support_findings.h"
#include "support_places.h"

#include <stdlib.h>
#include <string.h>

struct oracle {
	struct made_archive *archive;
	struct findings findings;
};

/* Where a WORD, PHRASE, NEAR, WINDOW or OR of them stands. */
static struct places
find_places(const struct oracle *oracle,
    const struct made_document *document, const struct node *node)
{
	const struct made_token *tokens = oracle->archive->tokens;
	struct places places = {0}, of[FINDINGS_MAX];
	const struct finding *word;

	if (node->kind == NODE_WORD) {
		word = findings_of(&oracle->findings, node);
		for (size_t t = document->tokens; t < document->end; t++)
			if (finding_is_at(word, &tokens[t]))
				places_add(&places, (struct place){
				    tokens[t].part, tokens[t].position,
				    tokens[t].position});
		return places;
	}
	for (size_t i = 0; i < node->n_children; i++)
		of[i] = find_places(oracle, document, node->children[i]);
	places_combine(&places, node, of);
	for (size_t i = 0; i < node->n_children; i++)
		free(of[i].items);
	return places;
}

/* Whether a node without places matches, of whose children `n` do. */
static bool
holds(const struct made_document *document, const struct node *node,
    size_t n)
{
	switch (node->kind) {
	case NODE_AND:
		return n == node->n_children;
	case NODE_OR:
		return n > 0;
	case NODE_NOT:
		return n == 0;
	case NODE_DATE:
		return made_is_dated(document, &node->range);
	case NODE_HAS:
		return made_has(document, node->field);
	case NODE_ID:
		return !strcmp(document->article.id.bytes, node->word);
	default:
		return node->kind == NODE_ALL;
	}
}

static bool
matches(const struct oracle *oracle, const struct made_document *document,
    const struct node *node, int64_t *score)
{
	bool is_leaf = node->kind == NODE_WORD || node->kind == NODE_PHRASE;
	struct places places = {0};
	size_t n = 0;
	int64_t one, sum = 0;
	bool found;

	for (size_t i = 0; !is_leaf && i < node->n_children; i++) {
		n += matches(oracle, document, node->children[i], &one);
		sum += one;
	}
	if (is_leaf || node->kind == NODE_NEAR || node->kind == NODE_WINDOW)
		places = find_places(oracle, document, node);
	free(places.items);
	if (is_leaf)
		sum = findings_score(&oracle->findings, node, places.n,
		    document->length);
	found = places.n > 0 || holds(document, node, n);
	*score = found && node->kind != NODE_NOT ? sum : 0;
	return found;
}

size_t
oracle_search(struct made_archive *archive, const struct node *root,
    struct oracle_hit *hits)
{
	struct oracle oracle = {.archive = archive};
	size_t n = 0;

	findings_create(&oracle.findings, archive, root);
	for (uint32_t i = 0; i < archive->n_documents; i++)
		if (archive->documents[i].is_alive && matches(&oracle,
		    &archive->documents[i], root, &hits[n].score))
			hits[n++].document = i;
	findings_free(&oracle.findings);
	return n;
}
