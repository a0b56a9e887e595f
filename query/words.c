/* Makes words, phrases and windows of the text of one item. */
#include "words.h"

#include "text/tokenizer.h"
#include "text/utf8.h"

#include <string.h>

/* A word of the item before it is known what becomes of it. */
struct found {
	struct node *node;
	uint32_t position;
	size_t start, end;
	bool pair, single;
	struct found *next;
};

static struct found *
found_create(struct arena *arena, const char *text, const struct token *token,
    const struct words_item *item)
{
	struct found *found = arena_alloc(arena, sizeof(*found));
	struct node *node = node_create(arena, NODE_WORD);

	node->scope = item->scope.scope;
	node->field = item->scope.field;
	node->exact = item->exact;
	node->word = arena_text(arena, token->word, token->length);
	node->length = token->length;
	/* Pairs are written as the run that they come from (tree.c). */
	if (!token->pair && !token->single)
		node->typed = arena_text(
		    arena, text + token->start, token->end - token->start);
	*found = (struct found){.node = node, .position = token->position,
	    .start = token->start, .end = token->end,
	    .pair = token->pair, .single = token->single};
	return found;
}

/*
 * The words of the text in order, without the single characters that a pair
 * already holds: a pair stands at its first character, right after it, so it covers
 * that position and the next.  What is over the limit is the caller's to see.
 */
static struct found *
find_words(struct arena *arena, const char *text, size_t length,
    const struct words_item *item)
{
	struct found *first = NULL, **end = &first, **last = NULL;
	int64_t covered = -1; /* the last position that a pair covers */
	struct tokenizer tokenizer;
	struct token token;

	tokenizer_start(&tokenizer, text, length);
	for (size_t n = 0; n <= WORDS_MAX && tokenizer_next(&tokenizer, &token);
	     n++) {
		if (token.single && token.position <= covered)
			continue;
		if (token.pair) {
			covered = (int64_t)token.position + 1;
			if (last && (*last)->single &&
			    (*last)->position == token.position)
				end = last;
		}
		last = end;
		*end = found_create(arena, text, &token, item);
		end = &(*end)->next;
	}
	return first;
}

static size_t
hyphen_size(const char *text, size_t length)
{
	uint32_t code;
	size_t size;

	if (length == 0)
		return 0;
	size = utf8_decode(text, length, &code);
	return code == '-' || code == 0x2010 || code == 0x2011 ? size : 0;
}

/* The words of a hyphenated item written as one word, or NULL. */
static struct node *
join_words(struct arena *arena, const char *text, const struct found *first,
    const struct words_item *item)
{
	struct buffer joined = {0};
	const struct found *word;
	struct found *whole = NULL;

	for (word = first; word; word = word->next) {
		const struct found *next = word->next;

		if (word->pair || word->single)
			break;
		buffer_append(
		    &joined, text + word->start, word->end - word->start);
		if (next &&
		    (next->start <= word->end ||
		        hyphen_size(text + word->end,
		            next->start - word->end) != next->start - word->end))
			break;
	}
	if (word == NULL)
		whole = find_words(arena, buffer_string(&joined), joined.size,
		    item);
	buffer_free(&joined);
	return whole && !whole->next ? whole->node : NULL;
}

static struct node *
make_window(struct node *phrase, int64_t slop)
{
	phrase->kind = phrase->n_children == 2 ? NODE_NEAR : NODE_WINDOW;
	phrase->distance = (uint32_t)slop;
	phrase->scope = SCOPE_TEXT;
	phrase->field = NULL;
	for (size_t i = 0; i < phrase->n_children; i++)
		phrase->children[i]->offset = 0;
	return phrase;
}

struct node *
words_node(struct arena *arena, const char *text, size_t length,
    const struct words_item *item)
{
	struct found *first = find_words(arena, text, length, item);
	struct node *phrase, *whole, *either;

	if (first == NULL)
		return NULL;
	if (first->next == NULL)
		return first->node;
	phrase = node_create(arena, NODE_PHRASE);
	phrase->scope = item->scope.scope;
	phrase->field = item->scope.field;
	for (struct found *word = first; word; word = word->next) {
		word->node->offset = word->position - first->position;
		node_add(arena, phrase, word->node);
	}
	if (item->slop > 0)
		return make_window(phrase, item->slop);
	whole = item->joined ? join_words(arena, text, first, item) : NULL;
	if (whole == NULL)
		return phrase;
	either = node_create(arena, NODE_OR);
	node_add(arena, either, phrase);
	node_add(arena, either, whole);
	return either;
}

void
words_add_each(struct arena *arena, const char *text, size_t length,
    const struct words_item *item, struct node *list)
{
	for (struct found *word = find_words(arena, text, length, item); word;
	     word = word->next)
		node_add(arena, list, word->node);
}

size_t
words_count(const struct node *node)
{
	size_t n = 0;

	if (node == NULL)
		return 0;
	if (node->kind == NODE_WORD)
		return 1;
	for (size_t i = 0; i < node->n_children; i++)
		n += words_count(node->children[i]);
	return n;
}
