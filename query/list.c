/* Makes an AND or OR of items that stand side by side. */
#include "list.h"

#include "habits.h"
#include "text/analyzer.h"
#include "text/language.h"

#include <string.h>

void
list_start(struct list_context *context, struct query *query,
    const struct parser_options *options)
{
	context->query = query;
	context->options = options;
	context->analyzer = NULL;
}

void
list_end(struct list_context *context)
{
	analyzer_free(context->analyzer);
	context->analyzer = NULL;
}

void
list_add(
    struct list_context *context, struct list *list, struct list_item item)
{
	struct list_item *added =
	    arena_alloc(&context->query->arena, sizeof(*added));

	*added = item;
	added->next = NULL;
	if (list->last)
		list->last->next = added;
	else
		list->first = added;
	list->last = added;
}

static struct node *
create(struct list_context *context, enum node_kind kind)
{
	return node_create(&context->query->arena, kind);
}

static void
add(struct list_context *context, struct node *node, struct node *child)
{
	node_add(&context->query->arena, node, child);
}

struct node *
list_include(struct list_context *context, struct node *node)
{
	struct node *all;

	if (node->kind != NODE_NOT)
		return node;
	all = create(context, NODE_AND);
	add(context, all, create(context, NODE_ALL));
	add(context, all, node);
	return all;
}

struct node *
list_close(struct list_context *context, struct node *all)
{
	struct node *closed;

	if (all->n_children < 2)
		return all->n_children ? all->children[0] : NULL;
	for (size_t i = 0; i < all->n_children; i++)
		if (all->children[i]->kind != NODE_NOT)
			return all;
	closed = create(context, NODE_AND);
	add(context, closed, create(context, NODE_ALL));
	for (size_t i = 0; i < all->n_children; i++)
		add(context, closed, all->children[i]);
	return closed;
}

struct node *
list_close_either(struct list_context *context, struct node *either)
{
	if (either->n_children < 2)
		return either->n_children ? either->children[0] : NULL;
	for (size_t i = 0; i < either->n_children; i++)
		either->children[i] =
		    list_include(context, either->children[i]);
	return either;
}

struct node *
list_negate(struct list_context *context, struct node *node)
{
	struct node *negated;

	if (node->kind == NODE_NOT)
		return node->children[0];
	negated = create(context, NODE_NOT);
	add(context, negated, node);
	return negated;
}

/* Whether a node chooses by words of title and body. */
static bool
has_words(const struct node *node)
{
	switch (node->kind) {
	case NODE_WORD:
	case NODE_PHRASE:
		return node->scope != SCOPE_FIELD;
	case NODE_NEAR:
	case NODE_WINDOW:
	case NODE_AND:
	case NODE_OR:
		for (size_t i = 0; i < node->n_children; i++)
			if (has_words(node->children[i]))
				return true;
		return false;
	default:
		return false;
	}
}

static bool
is_stop_word(struct list_context *context, const struct list_item *item)
{
	struct lexeme lexeme;

	if (!item->may_drop || item->joined ||
	    (item->next && item->next->joined) ||
	    item->node->kind != NODE_WORD || !context->options->stop_words)
		return false;
	if (!context->analyzer)
		context->analyzer = analyzer_create();
	analyzer_lexeme(context->analyzer, LANGUAGE_NONE, item->node->word,
	    item->node->length, &lexeme);
	return stop_words_has(
	    context->options->stop_words, lexeme.form, lexeme.form_length);
}

static void
record_stopped(struct list_context *context, const struct list_item *item)
{
	struct query *query = context->query;
	struct arena *arena = &query->arena;
	size_t n = query->n_stopped;

	if ((n & (n - 1)) == 0) {
		const char **larger =
		    arena_alloc(arena, (n ? 2 * n : 1) * sizeof(*larger));

		if (n)
			memcpy(larger, query->stopped, n * sizeof(*larger));
		query->stopped = larger;
	}
	query->stopped[query->n_stopped++] =
	    arena_text(arena, item->typed, item->typed_length);
}

/* Takes the stop words out if any other word remains. */
static void
drop_stop_words(struct list_context *context, struct list *list)
{
	struct list_item **place = &list->first;
	bool remains = false;

	for (struct list_item *item = list->first; item; item = item->next) {
		/* From here on `may_drop` says that it is a stop word. */
		item->may_drop = is_stop_word(context, item);
		remains |= !item->may_drop && has_words(item->node);
	}
	if (!context->options->plain)
		habits_note_list(context, list, remains);
	if (!remains)
		return;
	while (*place) {
		if ((*place)->may_drop) {
			record_stopped(context, *place);
			*place = (*place)->next;
		} else {
			place = &(*place)->next;
		}
	}
}

/* What --any does not make optional: it says which articles, not what
 * about. */
static bool
is_filter(const struct node *node)
{
	return node->kind == NODE_NOT || node->kind == NODE_DATE ||
	    node->kind == NODE_HAS || node->kind == NODE_ID ||
	    node->kind == NODE_ALL;
}

/* --any: items that no AND joins are alternatives. */
static struct node *
any_node(struct list_context *context, const struct list *list)
{
	struct node *either = create(context, NODE_OR);
	struct node *filters = create(context, NODE_AND), *group, *node;
	const struct list_item *item = list->first;

	while (item) {
		group = create(context, NODE_AND);
		do {
			add(context, group, item->node);
			item = item->next;
		} while (item && item->joined);
		node = list_close(context, group);
		add(context, is_filter(node) ? filters : either, node);
	}
	node = list_close_either(context, either);
	if (node == NULL)
		return list_close(context, filters);
	if (filters->n_children == 0)
		return node;
	group = create(context, NODE_AND);
	add(context, group, node);
	for (size_t i = 0; i < filters->n_children; i++)
		add(context, group, filters->children[i]);
	return group;
}

struct node *
list_node(struct list_context *context, struct list *list)
{
	struct node *all;

	if (list->first == NULL)
		return NULL;
	drop_stop_words(context, list);
	if (context->options->any)
		return any_node(context, list);
	all = create(context, NODE_AND);
	for (struct list_item *item = list->first; item; item = item->next)
		add(context, all, item->node);
	return list_close(context, all);
}

bool
list_is_positional(const struct node *node)
{
	if (node->kind == NODE_WORD || node->kind == NODE_PHRASE ||
	    node->kind == NODE_NEAR)
		return true;
	if (node->kind != NODE_OR)
		return false;
	for (size_t i = 0; i < node->n_children; i++)
		if (!list_is_positional(node->children[i]))
			return false;
	return true;
}

/* The field of the first word of a positional node; NULL for the text. */
static const char *
first_field(const struct node *node)
{
	while (node->kind == NODE_NEAR || node->kind == NODE_OR)
		node = node->children[0];
	return node->field;
}

static bool
is_of_field(const struct node *node, const char *field)
{
	if (node->kind == NODE_NEAR || node->kind == NODE_OR) {
		for (size_t i = 0; i < node->n_children; i++)
			if (!is_of_field(node->children[i], field))
				return false;
		return true;
	}
	if (node->field == NULL || field == NULL)
		return node->field == field;
	return strcmp(node->field, field) == 0;
}

bool
list_share_field(const struct node *a, const struct node *b)
{
	const char *field = first_field(a);

	return is_of_field(a, field) && is_of_field(b, field);
}
