/* Query trees: making nodes and writing them in the query language. */
#include "tree.h"

#include "text/utf8.h"

#include <stdio.h>
#include <string.h>

struct node *
node_create(struct arena *arena, enum node_kind kind)
{
	struct node *node = arena_alloc(arena, sizeof(*node));

	memset(node, 0, sizeof(*node));
	node->kind = kind;
	return node;
}

void
node_add(struct arena *arena, struct node *node, struct node *child)
{
	size_t n = node->n_children;

	/* Capacities are powers of two, so a full array is seen by its size. */
	if ((n & (n - 1)) == 0) {
		struct node **larger =
		    arena_alloc(arena, (n ? 2 * n : 1) * sizeof(*larger));

		if (n)
			memcpy(larger, node->children, n * sizeof(*larger));
		node->children = larger;
	}
	node->children[node->n_children++] = child;
}

static void
print_day(int32_t day, struct buffer *text)
{
	struct date date = {.day = day, .precision = DATE_DAY};
	char name[DATE_TEXT_MAX];

	buffer_append_string(text, date_format(date, name));
}

/* A range that is one year, month or day by its shortest name, or false. */
static bool
print_period(struct date_range range, struct buffer *text)
{
	static const enum date_precision precisions[] = {
	    DATE_YEAR, DATE_MONTH, DATE_DAY};
	int year, month, day;

	date_to_civil(range.first, &year, &month, &day);
	for (size_t i = 0; i < 3; i++) {
		struct date date = {.day = range.first,
		    .precision = (uint8_t)precisions[i]};
		char name[DATE_TEXT_MAX];

		if ((precisions[i] == DATE_YEAR && month != 1) ||
		    (precisions[i] != DATE_DAY && day != 1) ||
		    date_last_day(date) != range.last)
			continue;
		buffer_append_string(text, date_format(date, name));
		return true;
	}
	return false;
}

static void
print_range(struct date_range range, struct buffer *text)
{
	buffer_append_string(text, "date:");
	if (range.unknown) {
		buffer_append_string(text, "?");
		return;
	}
	if (range.first == INT32_MIN && range.last == INT32_MAX) {
		buffer_append_string(text, "*");
		return;
	}
	if (range.first != INT32_MIN && range.last != INT32_MAX &&
	    print_period(range, text))
		return;
	if (range.first != INT32_MIN)
		print_day(range.first, text);
	buffer_append_string(text, "..");
	if (range.last != INT32_MAX)
		print_day(range.last, text);
}

static void
print_scope(const struct node *node, struct buffer *text)
{
	if (node->scope == SCOPE_TITLE)
		buffer_append_string(text, "title:");
	else if (node->scope == SCOPE_BODY)
		buffer_append_string(text, "body:");
	else if (node->scope == SCOPE_FIELD)
		buffer_append_format(text, "%s:", node->field);
}

/* Characters that would be read as a sign get a backslash. */
static void
print_escaped(const char *word, const char *signs, struct buffer *text)
{
	for (; *word; word++) {
		if (strchr(signs, *word))
			buffer_append_byte(text, '\\');
		buffer_append_byte(text, (uint8_t)*word);
	}
}

static const char *
typed(const struct node *word)
{
	return word->typed ? word->typed : word->word;
}

/* As typed it would be an operator; in small letters it is not. */
static bool
is_operator(const char *word)
{
	return strcmp(word, "AND") == 0 || strcmp(word, "OR") == 0 ||
	    strcmp(word, "NOT") == 0;
}

/* The bytes of the first character of a word, if it is a CJK one, else 0. */
static size_t
cjk_first(const struct node *word)
{
	uint32_t code;
	size_t size;

	if (word->length == 0)
		return 0;
	size = utf8_decode(word->word, word->length, &code);
	return code != UINT32_MAX && code >= 0x2E80 ? size : 0;
}

/*
 * Whether `next` is the pair that overlaps the pair `word`, as BC does AB;
 * such pairs are written ABC, as they were typed.
 */
static bool
overlaps(const struct node *word, const struct node *next)
{
	size_t first = cjk_first(word), second = cjk_first(next);

	return first && second && next->offset == word->offset + 1 &&
	    first < word->length && second < next->length &&
	    word->length - first == second &&
	    memcmp(word->word + first, next->word, second) == 0;
}

/* The words of a phrase or window between quotes. */
static void
print_quoted(const struct node *node, struct buffer *text)
{
	print_scope(node->kind == NODE_WINDOW && node->n_children
	        ? node->children[0]
	        : node,
	    text);
	if (node->n_children && !node->children[0]->exact)
		buffer_append_byte(text, '~');
	buffer_append_byte(text, '"');
	for (size_t i = 0; i < node->n_children; i++) {
		const struct node *word = node->children[i];
		const char *rest = typed(word);

		if (i && overlaps(node->children[i - 1], word))
			rest = word->word + cjk_first(word);
		else if (i)
			buffer_append_byte(text, ' ');
		print_escaped(rest, "\"\\", text);
	}
	buffer_append_byte(text, '"');
	if (node->kind == NODE_WINDOW)
		buffer_append_format(text, "~%u", node->distance);
}

static void
print_word(const struct node *node, struct buffer *text)
{
	const char *word = typed(node);

	print_scope(node, text);
	if (node->exact) {
		buffer_append_byte(text, '"');
		print_escaped(word, "\"\\", text);
		buffer_append_byte(text, '"');
	} else {
		print_escaped(
		    is_operator(word) ? node->word : word, ":\\", text);
	}
}

/* The children with an operator between them.  ALL in an AND of exclusions
 * has no sign of its own: it is what exclusions alone mean. */
static void
print_joined(const struct node *node, const char *operator, struct buffer *text)
{
	bool first = true;

	for (size_t i = 0; i < node->n_children; i++) {
		const struct node *child = node->children[i];
		bool bracket = child->kind == NODE_AND ||
		    child->kind == NODE_OR ||
		    (node->kind == NODE_NEAR && i > 0 &&
		        child->kind == NODE_NEAR);

		if (node->kind == NODE_AND && node->n_children > 1 &&
		    child->kind == NODE_ALL)
			continue;
		if (!first)
			buffer_append_string(text, operator);
		first = false;
		if (bracket)
			buffer_append_byte(text, '(');
		node_print(child, text);
		if (bracket)
			buffer_append_byte(text, ')');
	}
}

static void
print_near(const struct node *node, struct buffer *text)
{
	char operator[32];

	snprintf(operator, sizeof(operator), " %s/%u ",
	    node->ordered ? "PRE" : "NEAR", node->distance);
	print_joined(node, operator, text);
}

static void
print_not(const struct node *node, struct buffer *text)
{
	enum node_kind kind = node->children[0]->kind;
	bool bracket =
	    kind == NODE_AND || kind == NODE_OR || kind == NODE_NEAR;

	buffer_append_string(text, bracket ? "NOT (" : "NOT ");
	node_print(node->children[0], text);
	if (bracket)
		buffer_append_byte(text, ')');
}

void
node_print(const struct node *node, struct buffer *text)
{
	switch (node->kind) {
	case NODE_WORD:
		print_word(node, text);
		break;
	case NODE_PHRASE:
	case NODE_WINDOW:
		print_quoted(node, text);
		break;
	case NODE_NEAR:
		print_near(node, text);
		break;
	case NODE_AND:
		print_joined(node, " AND ", text);
		break;
	case NODE_OR:
		print_joined(node, " OR ", text);
		break;
	case NODE_NOT:
		print_not(node, text);
		break;
	case NODE_DATE:
		print_range(node->range, text);
		break;
	case NODE_HAS:
		buffer_append_format(text, "%s:*", node->field);
		break;
	case NODE_ID:
		buffer_append_string(text, "id:\"");
		print_escaped(node->word, "\"\\", text);
		buffer_append_byte(text, '"');
		break;
	case NODE_ALL:
		buffer_append_string(text, "all articles");
		break;
	case NODE_NOTHING:
		buffer_append_string(text, "nothing");
		break;
	}
}
