/* Says what was read as text although it looks like an operator. */
#include "habits.h"

#include "notes.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool
is_text(struct lexer_item item, const char *text)
{
	return item.length == strlen(text) &&
	    memcmp(item.text, text, item.length) == 0;
}

static bool
is_operand(struct lexer_item item)
{
	return item.kind == LEXER_TEXT || item.kind == LEXER_QUOTE ||
	    item.kind == LEXER_OPEN || item.kind == LEXER_FIELD;
}

/* near/3 and its like: an operator but for its small letters. */
static bool
is_small_near(struct lexer_item item)
{
	static const char *const names[] = {"near/", "w/", "pre/", "adj/"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		size_t size = strlen(names[i]), at = size;

		if (item.length <= size ||
		    strncasecmp(item.text, names[i], size) != 0)
			continue;
		while (at < item.length && item.text[at] >= '0' &&
		    item.text[at] <= '9')
			at++;
		return at == item.length;
	}
	return false;
}

/* In capitals it would have been an operator. */
static void
note_small_near(struct query *query, struct lexer_item item)
{
	char *capitals = arena_text(&query->arena, item.text, item.length);

	for (char *c = capitals; *c; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
	notes_add(query, "\"%.*s\" was read as words; to find them near each "
	    "other write  %s", (int)item.length, item.text, capitals);
}

/* A sign that counts as text, alone or between letters, or NULL. */
static const char *
find_sign(struct lexer_item item)
{
	if (is_text(item, "|") || is_text(item, "||"))
		return "OR";
	return is_text(item, "&&") ? "AND" : NULL;
}

static bool
has_bar_inside(struct lexer_item item)
{
	for (size_t i = 1; i + 1 < item.length; i++)
		if (item.text[i] == '|' && item.text[i - 1] != '\\')
			return true;
	return false;
}

/* A bracket that closes none. */
static bool
has_lone_bracket(struct lexer_item item)
{
	size_t nested = 0;

	for (size_t i = 0; i < item.length; i++) {
		if (item.text[i] == '\\') {
			i++;
		} else if (item.text[i] == '(') {
			nested++;
		} else if (item.text[i] == ')') {
			if (nested == 0)
				return true;
			nested--;
		}
	}
	return false;
}

static void
note_field(struct query *query, struct lexer_item item, struct lexer_item next)
{
	const char *quote = next.kind == LEXER_QUOTE ? "\"" : "";
	bool shown = next.kind == LEXER_TEXT || next.kind == LEXER_QUOTE;

	notes_add(query, "\"%.*s\" was read as a word, since a blank follows; "
	    "for the field write  %.*s%s%.*s%s",
	    (int)item.length, item.text, (int)item.length, item.text, quote,
	    shown ? (int)next.length : 3, shown ? next.text : "...", quote);
}

void
habits_note_text(struct query *query, struct lexer_item item,
    struct lexer_item next, const struct node *node, bool is_field)
{
	const char *operator = find_sign(item);

	if (operator && is_operand(next))
		notes_add(query, "\"%.*s\" was left out; write %s in its place",
		    (int)item.length, item.text, operator);
	else if (node && has_bar_inside(item))
		notes_add_node(query, "\"|\" was read as a blank in ", node,
		    "; for either word write OR between them");
	else if (is_field && is_operand(next))
		note_field(query, item, next);
	else if (is_small_near(item) && is_operand(next))
		note_small_near(query, item);
	else if (is_text(item, "NEAR") && is_operand(next))
		notes_add(query, "\"NEAR\" was read as a word; say how far "
		    "apart, as in  NEAR/5");
	if ((node || is_text(item, ")")) && has_lone_bracket(item))
		notes_add(query, "no opening bracket; \")\" was left out");
}

/* --- or, and, not --- */

static bool
is_word(const struct list_item *item, const char *word)
{
	return item->node->kind == NODE_WORD && !item->node->exact &&
	    item->typed_length == strlen(word) &&
	    strncasecmp(item->typed, word, item->typed_length) == 0;
}

static void
note_word(struct list_context *context, const struct list_item *before,
    const struct list_item *item, const struct list_item *after,
    bool left_out)
{
	struct arena *arena = &context->query->arena;
	struct node *meant = node_create(
	    arena, is_word(item, "or") ? NODE_OR : NODE_AND);
	struct node *operand = after->node;
	char text[80];

	if (is_word(item, "not"))
		operand = list_negate(context, operand);
	if (before)
		node_add(arena, meant, before->node);
	node_add(arena, meant, operand);
	snprintf(text, sizeof(text), "\"%s\" was %s; operators are in capitals:  ",
	    item->node->typed, left_out ? "left out" : "read as a word");
	notes_add_node(context->query, text, meant, "");
}

/* Whether the small letters changed what is found. */
static bool
changes(const struct list_context *context, const struct list_item *before,
    const struct list_item *item, bool left_out)
{
	if (is_word(item, "not"))
		return true;
	if (before == NULL)
		return false;
	/* What blanks mean already. */
	if (is_word(item, "or"))
		return !left_out || !context->options->any;
	return is_word(item, "and") &&
	    (!left_out || context->options->any);
}

void
habits_note_list(struct list_context *context, const struct list *list,
    bool drops)
{
	const struct list_item *before = NULL, *after;

	for (const struct list_item *item = list->first; item;
	     item = item->next) {
		bool left_out = drops && item->may_drop;

		for (after = item->next; after && drops && after->may_drop;)
			after = after->next;
		if (after && changes(context, before, item, left_out))
			note_word(context, before, item, after, left_out);
		if (!left_out)
			before = item;
	}
}
