/*
 * What a person typed to a tree, by recursive descent:
 *
 *   either   all { OR all }
 *   all      near { [AND] near }
 *   near     negated { NEAR/n negated }
 *   negated  { NOT } item
 *   item     [-] [field:] ( word | "phrase" | ( either ) )
 *
 * Nothing is an error but an unreadable date and what is over the limits:
 * what does not fit is left out or read as text, and a note says so.
 */
#include "parser.h"

#include "habits.h"
#include "lexer.h"
#include "list.h"
#include "notes.h"
#include "words.h"

#include <string.h>
#include <strings.h>

enum {
	PARSER_TEXT_MAX = 64 * 1024,
	PARSER_WORDS_MAX = 1024,
	PARSER_DEPTH_MAX = 64,
};

enum scope_kind { SCOPE_IS_TEXT, SCOPE_IS_DATE, SCOPE_IS_ID };

struct scope {
	enum scope_kind kind;
	struct words_scope words;
};

struct parser {
	const struct parser_options *options;
	struct query *query;
	struct lexer lexer;
	struct list_context lists;
	struct scope scope; /* of the bracket that is open */
	size_t depth, n_words;
	size_t n_operators; /* operators that were left out */
	enum status status;
	struct error *error;
};

static struct node *parse_either(struct parser *parser);
static struct node *parse_item(struct parser *parser, struct lexer_item item,
    struct scope scope);

/* Remembers the first failure and lets everything see the end. */
static void
fail(struct parser *parser, enum status status)
{
	parser->status = status;
	parser->lexer.next = parser->lexer.length;
}

static void
fail_limit(struct parser *parser, const char *what)
{
	if (parser->status == STATUS_OK)
		fail(parser,
		    error_set(parser->error, STATUS_INVALID,
		        "the query is too large: %s", what));
}

static struct node *
counted(struct parser *parser, struct node *node)
{
	parser->n_words += words_count(node);
	if (parser->n_words > PARSER_WORDS_MAX)
		fail_limit(parser, "more than 1,024 words");
	return node;
}

static struct arena *
arena_of(struct parser *parser)
{
	return &parser->query->arena;
}

/* The scope that a field name stands for; false if there is no such field. */
static bool
find_scope(struct parser *parser, const char *name, size_t length,
    struct scope *scope)
{
	char *field = arena_text(arena_of(parser), name, length);
	const struct parser_options *options = parser->options;

	*scope = (struct scope){.words = {SCOPE_FIELD, field}};
	if (strcasecmp(field, "title") == 0)
		scope->words = (struct words_scope){SCOPE_TITLE, NULL};
	else if (strcasecmp(field, "body") == 0)
		scope->words = (struct words_scope){SCOPE_BODY, NULL};
	else if (strcasecmp(field, "date") == 0)
		scope->kind = SCOPE_IS_DATE;
	else if (strcasecmp(field, "id") == 0)
		scope->kind = SCOPE_IS_ID;
	else if (strcasecmp(field, "lang") == 0)
		scope->words.field = "lang";
	else if (!options->has_field)
		return false;
	else if (!options->has_field(options->context, field)) {
		for (char *c = field; *c; c++)
			if (*c >= 'A' && *c <= 'Z')
				*c = (char)(*c - 'A' + 'a');
		return options->has_field(options->context, field);
	}
	return true;
}

/* The text of an item without the backslashes before its signs. */
static const char *
unescape(struct parser *parser, const char *text, size_t *length)
{
	char *plain = arena_text(arena_of(parser), text, *length);
	size_t n = 0;

	for (size_t i = 0; i < *length; i++) {
		if (text[i] == '\\' && i + 1 < *length &&
		    strchr("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", text[i + 1]))
			i++;
		plain[n++] = text[i];
	}
	plain[n] = '\0';
	*length = n;
	return plain;
}

static struct node *
make_date(struct parser *parser, const char *text, size_t length)
{
	struct node *node = node_create(arena_of(parser), NODE_DATE);
	enum status status;

	if (length == 1 && text[0] == '*') {
		node->range.first = INT32_MIN;
		node->range.last = INT32_MAX;
		return node;
	}
	status = date_range_parse(text, length, parser->options->today,
	    &node->range, parser->error);
	if (status != STATUS_OK)
		fail(parser, status);
	return node;
}

static struct node *
make_id(struct parser *parser, const char *text, size_t length)
{
	struct node *node = node_create(arena_of(parser), NODE_ID);

	if (length == 1 && text[0] == '*') {
		node->kind = NODE_ALL;
		return node;
	}
	if (length == 0)
		return NULL;
	node->word = arena_text(arena_of(parser), text, length);
	node->length = length;
	return counted(parser, node);
}

static struct node *
make_has(struct parser *parser, struct scope scope)
{
	struct node *node = node_create(arena_of(parser), NODE_HAS);

	if (scope.words.scope == SCOPE_TITLE)
		node->field = "title";
	else if (scope.words.scope == SCOPE_BODY)
		node->field = "body";
	else
		node->field = scope.words.field;
	return node;
}

/* A run of text: a word, or several that stand together. */
static struct node *
parse_text(struct parser *parser, struct lexer_item item, struct scope scope)
{
	size_t length = item.length;
	const char *text;
	struct node *node;
	enum notes_sign sign = NOTES_NONE;

	if (scope.kind == SCOPE_IS_TEXT)
		sign = notes_find_sign(item.text, &length);
	text = unescape(parser, item.text, &length);
	if (scope.kind == SCOPE_IS_DATE)
		return make_date(parser, text, length);
	if (scope.kind == SCOPE_IS_ID)
		return make_id(parser, text, length);
	if (length == 1 && text[0] == '*' &&
	    scope.words.scope != SCOPE_TEXT)
		return make_has(parser, scope);
	node = words_node(arena_of(parser), text, length,
	    &(struct words_item){.scope = scope.words,
	        .exact = item.exact,
	        .joined = !item.exact,
	        .slop = -1});
	if (node && sign != NOTES_NONE)
		notes_add_sign(parser->query, sign, node);
	return counted(parser, node);
}

/* "…", ~"…" and "…"~n. */
static struct node *
parse_quote(struct parser *parser, struct lexer_item item, struct scope scope)
{
	size_t length = item.length;
	const char *text = unescape(parser, item.text, &length);
	struct node *node;

	if (scope.kind == SCOPE_IS_DATE)
		return make_date(parser, text, length);
	if (scope.kind == SCOPE_IS_ID)
		return make_id(parser, text, length);
	node = words_node(arena_of(parser), text, length,
	    &(struct words_item){.scope = scope.words,
	        .exact = !item.loose,
	        .slop = item.slop});
	if (node && item.unclosed)
		notes_add(parser->query, "no closing quote; read as \"%.*s\"",
		    (int)item.length, item.text);
	if (node && memchr(item.text, '*', item.length))
		notes_add_sign(parser->query, NOTES_WILDCARD, node);
	else if (node && memchr(item.text, '|', item.length))
		notes_add_sign(parser->query, NOTES_ALTERNATIVES, node);
	if (node && item.weighted)
		notes_add_sign(parser->query, NOTES_WEIGHT, node);
	return counted(parser, node);
}

static struct node *
parse_bracket(struct parser *parser, struct scope scope)
{
	struct scope outer = parser->scope;
	struct lexer_item end;
	struct node *node;

	if (parser->depth == PARSER_DEPTH_MAX) {
		fail_limit(parser, "brackets more than 64 deep");
		return NULL;
	}
	parser->depth++;
	parser->scope = scope;
	node = parse_either(parser);
	parser->scope = outer;
	parser->depth--;
	end = lexer_next(&parser->lexer);
	if (end.kind != LEXER_CLOSE && node && parser->status == STATUS_OK)
		notes_add_node(
		    parser->query, "no closing bracket; read as (", node, ")");
	if (end.weighted && node)
		notes_add_sign(parser->query, NOTES_WEIGHT, node);
	return node;
}

/* name:item, where no field has that name: the words of both. */
static struct node *
parse_unknown_field(struct parser *parser, struct lexer_item field,
    struct lexer_item value, struct scope scope)
{
	const struct parser_options *options = parser->options;
	struct node *both = node_create(arena_of(parser), NODE_AND), *item;
	const char *name =
	    arena_text(arena_of(parser), field.text, field.length);
	const char *like = NULL;

	words_add_each(arena_of(parser), field.text, field.length,
	    &(struct words_item){.scope = scope.words}, both);
	counted(parser, both);
	item = parse_item(parser, value, scope);
	if (item)
		node_add(arena_of(parser), both, item);
	if (parser->status != STATUS_OK || both->n_children == 0)
		return NULL;
	if (options->like_field)
		like = options->like_field(options->context, name);
	notes_add_field(parser->query, name, like, value, both);
	return both->n_children == 1 ? both->children[0] : both;
}

static struct node *
parse_field(struct parser *parser, struct lexer_item field, struct scope outer)
{
	struct lexer_item value = lexer_next(&parser->lexer);
	struct scope scope;

	if (!find_scope(parser, field.text, field.length, &scope))
		return parse_unknown_field(parser, field, value,
		    outer.kind == SCOPE_IS_TEXT ? outer : (struct scope){0});
	return parse_item(parser, value, scope);
}

/* One item without its minus; NULL if there is no word in it. */
static struct node *
parse_item(struct parser *parser, struct lexer_item item, struct scope scope)
{
	switch (item.kind) {
	case LEXER_TEXT:
		return parse_text(parser, item, scope);
	case LEXER_QUOTE:
		return parse_quote(parser, item, scope);
	case LEXER_OPEN:
		return parse_bracket(parser, scope);
	case LEXER_FIELD:
		return parse_field(parser, item, scope);
	default:
		return NULL;
	}
}

static bool
is_item(enum lexer_kind kind)
{
	return kind == LEXER_TEXT || kind == LEXER_QUOTE ||
	    kind == LEXER_OPEN || kind == LEXER_FIELD;
}

/* An operator that lacks an operand is left out. */
static void
drop_operator(struct parser *parser, const char *text, const char *where)
{
	parser->n_operators++;
	notes_add(parser->query, "%s has nothing %s it; it was left out", text,
	    where);
}

/* What a run of text looks like to those who know other programs. */
static void
note_habits(
    struct parser *parser, struct lexer_item item, const struct node *node)
{
	struct scope scope;
	bool is_field = item.length > 1 && item.text[item.length - 1] == ':' &&
	    find_scope(parser, item.text, item.length - 1, &scope);

	habits_note_text(parser->query, item, lexer_peek(&parser->lexer),
	    node, is_field);
}

/*
 * The next item that holds a word, negated as often as NOT and a minus say.
 * NULL, and the operator or end still to be read, if there is none.
 */
static struct list_item
parse_negated(struct parser *parser)
{
	struct list_item found = {0};
	bool negate = false, operator = false;

	while (found.node == NULL) {
		struct lexer_item item = lexer_peek(&parser->lexer);

		if (item.kind == LEXER_NOT) {
			lexer_next(&parser->lexer);
			negate = !negate;
			operator = true;
			continue;
		}
		if (!is_item(item.kind))
			break;
		lexer_next(&parser->lexer);
		found.node = parse_item(parser, item, parser->scope);
		if (item.kind == LEXER_TEXT && !item.exact &&
		    parser->scope.kind == SCOPE_IS_TEXT)
			note_habits(parser, item, found.node);
		if (found.node && item.minus)
			negate = !negate;
		found.may_drop = item.kind == LEXER_TEXT && !item.exact &&
		    !item.minus && !operator &&
		    parser->scope.words.scope == SCOPE_TEXT;
		found.typed = item.text;
		found.typed_length = item.length;
	}
	if (found.node == NULL && operator)
		drop_operator(parser, "NOT", "after");
	else if (found.node && negate)
		found.node = list_negate(&parser->lists, found.node);
	return found;
}

/* Two operands of NEAR; AND of them, with a note, if they have no places. */
static struct node *
join_near(struct parser *parser, struct node *left, struct lexer_item near,
    struct node *right)
{
	bool fits = list_is_positional(left) && list_is_positional(right) &&
	    list_share_field(left, right);
	struct node *node =
	    node_create(arena_of(parser), fits ? NODE_NEAR : NODE_AND);

	if (!fits)
		notes_add(parser->query,
		    "%.*s needs words or phrases of one field on both sides; "
		    "read as AND",
		    (int)near.length, near.text);
	node->ordered = fits && near.ordered;
	node->distance = fits ? near.distance : 0;
	node_add(arena_of(parser), node, left);
	node_add(arena_of(parser), node, right);
	return fits ? node : list_close(&parser->lists, node);
}

static struct list_item
parse_near(struct parser *parser)
{
	struct list_item left = parse_negated(parser);
	size_t n = 0;

	while (lexer_peek(&parser->lexer).kind == LEXER_NEAR) {
		struct lexer_item near = lexer_next(&parser->lexer);
		struct list_item right = parse_negated(parser);
		const char *name = arena_text(
		    arena_of(parser), near.text, near.length);

		if (left.node == NULL || right.node == NULL) {
			drop_operator(parser, name,
			    left.node == NULL ? "before" : "after");
			if (left.node == NULL)
				left = right;
			continue;
		}
		if (++n == PARSER_DEPTH_MAX)
			fail_limit(parser, "NEAR more than 64 in a row");
		left.node = join_near(parser, left.node, near, right.node);
		left.may_drop = false;
	}
	return left;
}

/* Everything up to an OR, a closing bracket or the end. */
static struct node *
parse_all(struct parser *parser)
{
	struct list list = {0};
	bool joined = false; /* an AND stands before the next item */

	for (;;) {
		enum lexer_kind kind = lexer_peek(&parser->lexer).kind;
		struct list_item item;

		if (kind == LEXER_AND) {
			lexer_next(&parser->lexer);
			if (joined || list.first == NULL)
				drop_operator(parser, "AND", "before");
			joined = list.first != NULL;
			continue;
		}
		if (!is_item(kind) && kind != LEXER_NOT && kind != LEXER_NEAR)
			break;
		item = parse_near(parser);
		if (item.node == NULL)
			continue;
		item.joined = joined;
		joined = false;
		list_add(&parser->lists, &list, item);
	}
	if (joined)
		drop_operator(parser, "AND", "after");
	return list_node(&parser->lists, &list);
}

static struct node *
parse_either(struct parser *parser)
{
	struct node *either = node_create(arena_of(parser), NODE_OR);
	bool joined = false; /* an OR stands before */

	for (;;) {
		struct node *node = parse_all(parser);

		if (node)
			node_add(arena_of(parser), either, node);
		else if (joined)
			drop_operator(parser, "OR", "after");
		if (lexer_peek(&parser->lexer).kind != LEXER_OR)
			break;
		lexer_next(&parser->lexer);
		joined = either->n_children > 0;
		if (!joined)
			drop_operator(parser, "OR", "before");
	}
	return list_close_either(&parser->lists, either);
}

/* --plain, and a query of operators only: every sign is text. */
static struct node *
parse_plain(struct parser *parser)
{
	struct list list = {0};
	struct node *words = node_create(arena_of(parser), NODE_AND);
	struct words_item item = {.slop = -1};

	words_add_each(arena_of(parser), parser->lexer.text,
	    parser->lexer.length, &item, words);
	counted(parser, words);
	for (size_t i = 0; i < words->n_children; i++) {
		struct node *word = words->children[i];

		list_add(&parser->lists, &list,
		    (struct list_item){.node = word,
		        .may_drop = true,
		        .typed = word->word,
		        .typed_length = word->length});
	}
	return list_node(&parser->lists, &list);
}

/* Whether it only excludes.  `id:*` has every article, too, but words may
 * stand beside it. */
static bool
is_all_without(const struct node *root)
{
	if (root->kind != NODE_AND || root->children[0]->kind != NODE_ALL)
		return false;
	for (size_t i = 1; i < root->n_children; i++)
		if (root->children[i]->kind != NODE_NOT)
			return false;
	return true;
}

/* The root says on its own what it excludes from, and it is never NULL. */
static struct node *
close_root(struct parser *parser, struct node *root)
{
	if (root == NULL) {
		notes_add(parser->query,
		    "there is no word to search for in the query");
		return node_create(arena_of(parser), NODE_NOTHING);
	}
	root = list_include(&parser->lists, root);
	if (is_all_without(root))
		notes_add_without(parser->query, root);
	return root;
}

enum status
query_parse(const char *text, size_t length,
    const struct parser_options *options, struct query *query,
    struct error *error)
{
	struct parser parser = {
	    .options = options, .query = query, .error = error};
	struct node *root = NULL;

	memset(query, 0, sizeof(*query));
	lexer_start(&parser.lexer, text, length);
	list_start(&parser.lists, query, options);
	if (length > PARSER_TEXT_MAX)
		fail_limit(&parser, "more than 64 KiB of text");
	else if (options->plain)
		root = parse_plain(&parser);
	else
		root = parse_either(&parser);
	if (root == NULL && parser.n_operators > 0) {
		query->n_notes = 0;
		root = parse_plain(&parser);
	}
	list_end(&parser.lists);
	if (parser.status != STATUS_OK)
		root = node_create(&query->arena, NODE_NOTHING);
	query->root = close_root(&parser, root);
	return parser.status;
}

void
query_free(struct query *query)
{
	arena_free(&query->arena);
	memset(query, 0, sizeof(*query));
}
