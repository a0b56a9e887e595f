/* Writes the notes that tell a person how the query was read. */
#include "notes.h"

#include "buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Takes the text of a buffer, which is freed.  Nothing is said twice. */
static void
add_buffer(struct query *query, struct buffer *text)
{
	struct arena *arena = &query->arena;
	size_t n = query->n_notes;

	for (size_t i = 0; i < n; i++) {
		if (strcmp(query->notes[i], buffer_string(text)) == 0) {
			buffer_free(text);
			return;
		}
	}
	if ((n & (n - 1)) == 0) {
		const char **larger =
		    arena_alloc(arena, (n ? 2 * n : 1) * sizeof(*larger));

		if (n)
			memcpy(larger, query->notes, n * sizeof(*larger));
		query->notes = larger;
	}
	query->notes[query->n_notes++] =
	    arena_text(arena, buffer_string(text), text->size);
	buffer_free(text);
}

void
notes_add(struct query *query, const char *format, ...)
{
	struct buffer text = {0};
	va_list arguments;
	char *made;

	va_start(arguments, format);
	if (vasprintf(&made, format, arguments) >= 0) {
		buffer_append_string(&text, made);
		free(made);
	}
	va_end(arguments);
	add_buffer(query, &text);
}

void
notes_add_node(struct query *query, const char *before,
    const struct node *node, const char *after)
{
	struct buffer text = {0};

	buffer_append_string(&text, before);
	node_print(node, &text);
	buffer_append_string(&text, after);
	add_buffer(query, &text);
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_alphanumeric(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') ||
	    (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* Where a sign with a number after it begins at the end of a text, or 0. */
static size_t
suffix(const char *text, size_t length, char sign, bool needs_number)
{
	size_t at = length;

	while (at > 0 && (is_digit(text[at - 1]) || text[at - 1] == '.'))
		at--;
	if (at < 2 || text[at - 1] != sign || (needs_number && at == length) ||
	    !is_alphanumeric(text[at - 2]))
		return 0;
	return at - 1;
}

/* A star beside a letter, or a question mark inside a word. */
static bool
has_wildcard(const char *text, size_t length)
{
	bool plain = true, inside = false;

	for (size_t i = 0; i < length; i++) {
		if (text[i] == '\\') {
			i++;
			plain = false;
			continue;
		}
		if (text[i] == '*' &&
		    ((i > 0 && is_alphanumeric(text[i - 1])) ||
		        (i + 1 < length && is_alphanumeric(text[i + 1]))))
			return true;
		if (text[i] == '?')
			inside |= i + 1 < length && i > 0 &&
			    is_alphanumeric(text[i + 1]) &&
			    is_alphanumeric(text[i - 1]);
		else
			plain &= is_alphanumeric(text[i]);
	}
	return plain && inside;
}

enum notes_sign
notes_find_sign(const char *text, size_t *length)
{
	size_t at;

	if (*length > 2 && text[0] == '/' && text[*length - 1] == '/' &&
	    text[1] != '/')
		return NOTES_PATTERN;
	if ((at = suffix(text, *length, '^', true)) > 0) {
		*length = at;
		return NOTES_WEIGHT;
	}
	if ((at = suffix(text, *length, '~', false)) > 0) {
		*length = at;
		return NOTES_SPELLING;
	}
	return has_wildcard(text, *length) ? NOTES_WILDCARD : NOTES_NONE;
}

void
notes_add_sign(
    struct query *query, enum notes_sign sign, const struct node *node)
{
	static const char *const names[] = {
	    [NOTES_NONE] = "",
	    [NOTES_WILDCARD] = "wildcards are",
	    [NOTES_PATTERN] = "regular expressions (/.../) are",
	    [NOTES_SPELLING] = "other spellings (~) are",
	    [NOTES_WEIGHT] = "weights (^) are",
	    [NOTES_ALTERNATIVES] = "alternatives in quotes are",
	};
	struct buffer text = {0};

	buffer_append_format(&text, "%s not understood yet; searched for %s",
	    names[sign], node->kind == NODE_WORD ? "the word " : "");
	node_print(node, &text);
	add_buffer(query, &text);
}

/* Whether the children of an AND are words and nothing else. */
static bool
is_plain_words(const struct node *words)
{
	for (size_t i = 0; i < words->n_children; i++) {
		const struct node *word = words->children[i];

		if (word->kind != NODE_WORD || word->exact ||
		    word->scope != SCOPE_TEXT)
			return false;
	}
	return true;
}

void
notes_add_field(struct query *query, const char *name, const char *like,
    struct lexer_item value, const struct node *words)
{
	struct buffer text = {0};
	size_t n = words->n_children;

	buffer_append_format(
	    &text, "no field \"%s\"; searched for ", name);
	if (is_plain_words(words)) {
		buffer_append_string(&text, n == 1 ? "the word " : "the words ");
		for (size_t i = 0; i < n; i++) {
			if (i)
				buffer_append_string(
				    &text, i + 1 == n ? " and " : ", ");
			node_print(words->children[i], &text);
		}
	} else {
		node_print(words, &text);
	}
	if (like && value.kind == LEXER_TEXT)
		buffer_append_format(&text, "\ndid you mean %s:%.*s ?", like,
		    (int)value.length, value.text);
	else if (like && value.kind == LEXER_QUOTE)
		buffer_append_format(&text, "\ndid you mean %s:\"%.*s\" ?",
		    like, (int)value.length, value.text);
	else if (like)
		buffer_append_format(
		    &text, "\ndid you mean %s:(...) ?", like);
	add_buffer(query, &text);
}

void
notes_add_without(struct query *query, const struct node *root)
{
	struct buffer text = {0};

	buffer_append_string(&text, "all articles without ");
	for (size_t i = 1; i < root->n_children; i++) {
		if (i > 1)
			buffer_append_string(&text,
			    i + 1 == root->n_children ? " or " : ", ");
		node_print(root->children[i]->children[0], &text);
	}
	add_buffer(query, &text);
}
