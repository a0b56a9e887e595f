/* A query tree made ready to run. */
#include "plan.h"

#include "alloc.h"

#include <stdlib.h>
#include <string.h>

/* --- what is freed with the plan --- */

static void *
grow(void *items, size_t n, size_t *capacity)
{
	if (n < *capacity)
		return items;
	*capacity = n ? 2 * n : 16;
	return alloc_again(items, *capacity, sizeof(void *));
}

static struct plan_node *
create_node(struct plan *plan, const struct node *node, enum node_kind kind)
{
	struct plan_node *made = arena_alloc(&plan->arena, sizeof *made);

	memset(made, 0, sizeof *made);
	made->node = node;
	made->kind = kind;
	plan->nodes = grow(plan->nodes, plan->n_nodes, &plan->nodes_capacity);
	plan->nodes[plan->n_nodes++] = made;
	return made;
}

static struct leaf *
create_leaf(struct plan *plan, const struct word *word)
{
	struct leaf *leaf = leaf_create(word, &plan->arena);

	plan->leaves = grow(plan->leaves, plan->n_leaves,
	    &plan->leaves_capacity);
	plan->leaves[plan->n_leaves++] = leaf;
	return leaf;
}

/* --- words --- */

static bool
is_same_word(const struct node *a, const struct node *b)
{
	bool in_field = a->scope == SCOPE_FIELD;

	if (a->kind != b->kind || a->exact != b->exact ||
	    a->length != b->length || in_field != (b->scope == SCOPE_FIELD))
		return false;
	if ((a->field != NULL) != (b->field != NULL) ||
	    (a->field && strcmp(a->field, b->field) != 0))
		return false;
	return !a->length || !memcmp(a->word, b->word, a->length);
}

/* Looks up a WORD or HAS, once for each that differs. */
static enum status
find_word(struct plan *plan, const struct node *node, struct word **found)
{
	struct word *word;

	for (size_t i = 0; i < plan->n_words; i++)
		if (is_same_word(plan->words[i]->node, node)) {
			*found = plan->words[i];
			return STATUS_OK;
		}
	word = arena_alloc(&plan->arena, sizeof *word);
	plan->words = grow(plan->words, plan->n_words, &plan->words_capacity);
	plan->words[plan->n_words++] = word;
	*found = word;
	if (vocabulary_find(&plan->vocabulary, node, word) != STATUS_OK)
		return plan_damaged(plan, "its dictionary");
	return STATUS_OK;
}

static enum status
build_word(struct plan *plan, struct plan_node *made, bool scores)
{
	struct word *word;
	enum status status = find_word(plan, made->node, &word);

	if (status != STATUS_OK)
		return status;
	made->scope = made->node->scope;
	made->leaf = create_leaf(plan, word);
	made->leaf->in_title = made->scope == SCOPE_TITLE;
	made->df = word->df;
	made->idf = bm25_idf(&plan->bm25, word->df);
	made->scores = scores && made->scope != SCOPE_FIELD;
	if (word->field >= 0)
		made->part = PART_FIELD + (uint64_t)word->field;
	if (made->scores)
		made->tfs = arena_alloc(&plan->arena,
		    WINDOW_DOCUMENTS * sizeof *made->tfs);
	return STATUS_OK;
}

/* --- phrases --- */

/*
 * The one scope in which all words of a phrase can stand; false if there is
 * none, as for a word of the title beside one of the body.
 */
static bool
choose_scope(struct plan_node *phrase)
{
	for (size_t i = 0; i < phrase->n; i++) {
		const struct plan_node *word = phrase->children[i];

		if (i && word->part != phrase->part)
			return false;
		phrase->part = word->part;
		if (word->scope == phrase->scope || word->scope == SCOPE_TEXT)
			continue;
		if (phrase->scope != SCOPE_TEXT)
			return false;
		phrase->scope = word->scope;
	}
	return phrase->n && (phrase->scope == SCOPE_FIELD) ==
	    (phrase->part >= PART_FIELD);
}

/* Equal words of a phrase share one leaf: "to be or not to be" reads four. */
static void
share_leaves(struct plan_node *phrase)
{
	for (size_t i = 1; i < phrase->n; i++)
		for (size_t j = 0; j < i; j++)
			if (phrase->children[j]->leaf->word ==
			    phrase->children[i]->leaf->word) {
				phrase->children[i]->leaf =
				    phrase->children[j]->leaf;
				break;
			}
}

static enum status
build_phrase(struct plan *plan, struct plan_node *made, bool scores)
{
	made->scope = made->node->scope;
	made->df = made->n ? UINT64_MAX : 0;
	for (size_t i = 0; i < made->n; i++) {
		struct plan_node *word = made->children[i];

		if (word->kind != NODE_WORD) {
			made->kind = NODE_NOTHING;
			return STATUS_OK;
		}
		made->idf += word->idf;
		if (word->df < made->df)
			made->df = word->df;
		if (word->node->offset > made->last_offset)
			made->last_offset = word->node->offset;
	}
	if (!choose_scope(made)) {
		made->kind = NODE_NOTHING;
		return STATUS_OK;
	}
	share_leaves(made);
	for (size_t i = 0; i < made->n; i++)
		made->children[i]->leaf->in_title =
		    made->scope == SCOPE_TITLE;
	made->scores = scores && made->scope != SCOPE_FIELD;
	if (made->scores)
		made->tfs = arena_alloc(&plan->arena,
		    WINDOW_DOCUMENTS * sizeof *made->tfs);
	return STATUS_OK;
}

/* --- other nodes --- */

static enum status
build_id(struct plan *plan, struct plan_node *made)
{
	const struct node *node = made->node;
	struct plan_place place = { 0, 0 };
	size_t capacity = 0;
	enum status status;

	while ((status = snapshot_find_id(plan->snapshot, node->word,
	    node->length, &place.segment, &place.document, NULL)) ==
	    STATUS_OK) {
		struct plan_place *old = made->places;

		if (made->n_places == capacity) {
			capacity = capacity ? 2 * capacity : 4;
			made->places = arena_alloc(&plan->arena,
			    capacity * sizeof place);
			if (made->n_places)
				memcpy(made->places, old,
				    made->n_places * sizeof place);
		}
		made->places[made->n_places++] = place;
		place.document++;
	}
	return status == STATUS_NOT_FOUND ? STATUS_OK :
	    plan_damaged(plan, "its article ids");
}

/* Some fields are columns; the others have a list of their documents. */
static enum status
build_has(struct plan *plan, struct plan_node *made)
{
	static const char *const columns[] = { "title", "body", "date", "id" };
	struct word *word;
	enum status status;

	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
		if (made->node->field &&
		    !strcmp(made->node->field, columns[i]))
			return STATUS_OK;
	status = find_word(plan, made->node, &word);
	if (status == STATUS_OK)
		made->leaf = create_leaf(plan, word);
	return status;
}

/* WINDOW's children are words; anything else stands nowhere. */
static void
build_within(struct plan *plan, struct plan_node *made)
{
	made->word_spans = arena_alloc(&plan->arena,
	    made->n * sizeof *made->word_spans + 1);
	if (!made->n)
		made->kind = NODE_NOTHING;
	for (size_t i = 0; i < made->n; i++)
		if (made->children[i]->kind != NODE_WORD)
			made->kind = NODE_NOTHING;
}

static enum status build(struct plan *plan, const struct node *node,
    bool scores, struct plan_node **result);

static enum status
build_children(struct plan *plan, struct plan_node *made, bool scores)
{
	const struct node *node = made->node;
	enum status status = STATUS_OK;
	size_t size = node->n_children * sizeof(struct plan_node *);

	made->children = arena_alloc(&plan->arena, size + 1);
	made->order = arena_alloc(&plan->arena, size + 1);
	for (; made->n < node->n_children && status == STATUS_OK; made->n++) {
		status = build(plan, node->children[made->n], scores,
		    &made->children[made->n]);
		made->order[made->n] = made->children[made->n];
	}
	return status;
}

static enum status
build(struct plan *plan, const struct node *node, bool scores,
    struct plan_node **result)
{
	struct plan_node *made = create_node(plan, node, node->kind);
	enum status status;

	*result = made;
	/* A phrase scores as a whole; what is excluded does not score. */
	status = build_children(plan, made, scores &&
	    node->kind != NODE_PHRASE && node->kind != NODE_NOT);
	if (status != STATUS_OK)
		return status;
	switch (node->kind) {
	case NODE_WORD:
		return build_word(plan, made, scores);
	case NODE_PHRASE:
		return build_phrase(plan, made, scores);
	case NODE_NEAR:
		if (made->n != 2)
			made->kind = NODE_NOTHING;
		return STATUS_OK;
	case NODE_WINDOW:
		build_within(plan, made);
		return STATUS_OK;
	case NODE_NOT:
		if (made->n != 1)
			made->kind = NODE_NOTHING;
		return STATUS_OK;
	case NODE_HAS:
		return build_has(plan, made);
	case NODE_ID:
		return build_id(plan, made);
	case NODE_AND:
	case NODE_OR:
	case NODE_DATE:
	case NODE_ALL:
	case NODE_NOTHING:
		break;
	}
	return STATUS_OK;
}

enum status
plan_create(struct plan **result, struct snapshot *snapshot,
    const struct node *root, double k1, double b)
{
	struct snapshot_statistics all = snapshot_statistics(snapshot);
	struct plan *plan = alloc_zeroed(1, sizeof *plan);

	*result = plan;
	plan->snapshot = snapshot;
	plan->has_scores = true;
	plan->bm25 = bm25_create(k1, b, all.documents, all.words);
	vocabulary_open(&plan->vocabulary, snapshot, &plan->arena);
	return build(plan, root, true, &plan->root);
}

void
plan_free(struct plan *plan)
{
	if (!plan)
		return;
	for (size_t i = 0; i < plan->n_leaves; i++)
		leaf_free(plan->leaves[i]);
	for (size_t i = 0; i < plan->n_nodes; i++) {
		spans_free(&plan->nodes[i]->spans);
		free(plan->nodes[i]->starts);
	}
	free(plan->leaves);
	free(plan->nodes);
	free(plan->words);
	vocabulary_close(&plan->vocabulary);
	arena_free(&plan->arena);
	free(plan);
}

enum status
plan_damaged(struct plan *plan, const char *what)
{
	if (!plan->broken)
		plan->broken = what;
	return STATUS_DAMAGED;
}

enum status
plan_report(const struct plan *plan, enum status status, struct error *error)
{
	const char *name = snapshot_name(plan->snapshot);

	if (status != STATUS_DAMAGED)
		return status;
	error_set(error, status, "index %s is damaged (%s cannot be read)",
	    name, plan->broken ? plan->broken : "a part of it");
	error_hint(error, "quire-index -i %s --check", name);
	return status;
}
