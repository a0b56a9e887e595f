/* Cuts a query into items without knowing what they mean. */
#include "lexer.h"

#include "text/utf8.h"

#include <string.h>

enum { DISTANCE_MAX = 1000000 };

void
lexer_start(struct lexer *lexer, const char *text, size_t length)
{
	memset(lexer, 0, sizeof(*lexer));
	lexer->text = text;
	lexer->length = length;
}

size_t
lexer_blank(const char *text, size_t length)
{
	uint32_t code;
	size_t size;

	if (length == 0)
		return 0;
	if ((unsigned char)text[0] <= ' ' || text[0] == 0x7F)
		return 1;
	size = utf8_decode(text, length, &code);
	if (code == 0x85 || code == 0xA0 || code == 0x1680 ||
	    (code >= 0x2000 && code <= 0x200A) || code == 0x2028 ||
	    code == 0x2029 || code == 0x202F || code == 0x205F ||
	    code == 0x3000)
		return size;
	return 0;
}

/* The bytes of a double quotation mark of any kind, or 0. */
static size_t
quote_size(const char *text, size_t length)
{
	uint32_t code;
	size_t size;

	if (length == 0)
		return 0;
	size = utf8_decode(text, length, &code);
	if (code == '"' || code == 0xAB || code == 0xBB || code == 0x201C ||
	    code == 0x201D || code == 0x201E)
		return size;
	return 0;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_name_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	    (unsigned char)c >= 0x80;
}

static bool
is_name(char c)
{
	return is_name_start(c) || is_digit(c) || c == '-' || c == '.';
}

/* The number at `*at`, at most DISTANCE_MAX, or -1; moves `*at` past it. */
static int64_t
read_number(const char *text, size_t length, size_t *at)
{
	int64_t number = 0;

	if (*at >= length || !is_digit(text[*at]))
		return -1;
	for (; *at < length && is_digit(text[*at]); (*at)++)
		if (number <= DISTANCE_MAX)
			number = number * 10 + (text[*at] - '0');
	return number > DISTANCE_MAX ? DISTANCE_MAX : number;
}

/* Bytes from `at` to the next blank or bracket that closes an open one. */
static size_t
word_length(const struct lexer *lexer, size_t at)
{
	const char *text = lexer->text;
	size_t start = at, nested = 0;

	while (at < lexer->length &&
	    lexer_blank(text + at, lexer->length - at) == 0) {
		if (text[at] == '\\' && at + 1 < lexer->length &&
		    lexer_blank(text + at + 1, lexer->length - at - 1) == 0) {
			at += 2;
			continue;
		}
		if (text[at] == '(') {
			nested++;
		} else if (text[at] == ')') {
			if (nested == 0 && lexer->depth > 0)
				break;
			nested -= nested > 0;
		}
		at++;
	}
	return at - start;
}

/*
 * A name with a colon and something after it.  What has // after the colon
 * is an address, not a field.
 */
static size_t
field_length(const char *text, size_t length)
{
	size_t n = 0;

	if (length == 0 || !is_name_start(text[0]))
		return 0;
	while (n < length && is_name(text[n]) &&
	    lexer_blank(text + n, length - n) == 0 &&
	    quote_size(text + n, length - n) == 0)
		n++;
	if (n + 1 >= length || text[n] != ':' || text[n + 1] == ')' ||
	    lexer_blank(text + n + 1, length - n - 1) > 0 ||
	    (length - n > 2 && memcmp(text + n + 1, "//", 2) == 0))
		return 0;
	return n;
}

/* Skips ^n or ^n.n; true if it was there. */
static bool
skip_weight(struct lexer *lexer)
{
	size_t at = lexer->next;

	if (at + 1 >= lexer->length || lexer->text[at] != '^' ||
	    !is_digit(lexer->text[at + 1]))
		return false;
	for (at++; at < lexer->length &&
	    (is_digit(lexer->text[at]) || lexer->text[at] == '.');)
		at++;
	lexer->next = at;
	return true;
}

/* What begins with the quote of `opening` bytes at `next`. */
static void
read_quote(struct lexer *lexer, size_t opening, struct lexer_item *item)
{
	size_t at = lexer->next + opening, closing = 0;

	item->kind = LEXER_QUOTE;
	item->text = lexer->text + at;
	while (at < lexer->length && closing == 0) {
		if (lexer->text[at] == '\\' && at + 1 < lexer->length) {
			at += 2;
			continue;
		}
		/* A plain quote closes a plain one, any sign the others. */
		if (opening == 1)
			closing = lexer->text[at] == '"';
		else
			closing = quote_size(
			    lexer->text + at, lexer->length - at);
		at += closing == 0;
	}
	item->length = (size_t)(lexer->text + at - item->text);
	item->unclosed = closing == 0;
	lexer->next = at + closing;
	at = lexer->next + 1;
	if (lexer->next < lexer->length && lexer->text[lexer->next] == '~') {
		item->slop = read_number(lexer->text, lexer->length, &at);
		if (item->slop >= 0)
			lexer->next = at;
	}
	item->weighted = skip_weight(lexer);
}

/* AND, OR, NOT, NEAR/5 and their like, as a whole item. */
static void
read_operator(struct lexer_item *item)
{
	static const struct {
		const char *name;
		enum lexer_kind kind;
		bool ordered;
	} operators[] = {
	    {"AND", LEXER_AND, false},
	    {"OR", LEXER_OR, false},
	    {"NOT", LEXER_NOT, false},
	    {"NEAR/", LEXER_NEAR, false},
	    {"W/", LEXER_NEAR, false},
	    {"PRE/", LEXER_NEAR, true},
	    {"ADJ/", LEXER_NEAR, true},
	};

	for (size_t i = 0; i < sizeof(operators) / sizeof(*operators); i++) {
		size_t size = strlen(operators[i].name), at = size;
		int64_t distance = 0;

		if (item->length < size ||
		    memcmp(item->text, operators[i].name, size) != 0)
			continue;
		if (operators[i].kind == LEXER_NEAR)
			distance = read_number(item->text, item->length, &at);
		if (distance < 0 || at != item->length)
			continue;
		item->kind = operators[i].kind;
		item->ordered = operators[i].ordered;
		item->distance = distance ? (uint32_t)distance : 1;
		return;
	}
}

/* Whether the sign at `at` can begin an item: nothing but a blank or an
 * opening bracket before it. */
static bool
begins_item(const struct lexer *lexer, size_t at)
{
	if (at == 0 || lexer->text[at - 1] == '(')
		return true;
	for (size_t size = 1; size <= 3 && size <= at; size++)
		if (lexer_blank(lexer->text + at - size, size) == size)
			return true;
	return false;
}

/* A minus excludes what follows it, unless that is a blank or a sign that
 * belongs to the minus: ->, --. */
static bool
take_minus(struct lexer *lexer)
{
	const char *text = lexer->text;
	size_t at = lexer->next;

	if (text[at] != '-' || !begins_item(lexer, at) ||
	    at + 1 >= lexer->length || strchr("->)", text[at + 1]) ||
	    lexer_blank(text + at + 1, lexer->length - at - 1) > 0)
		return false;
	lexer->next++;
	return true;
}

static void
read_text(struct lexer *lexer, struct lexer_item *item)
{
	const char *text = lexer->text;

	if (text[lexer->next] == '=' && lexer->next + 1 < lexer->length &&
	    text[lexer->next + 1] != '=') {
		item->exact = true;
		lexer->next++;
	}
	item->text = text + lexer->next;
	item->length = word_length(lexer, lexer->next);
	lexer->next += item->length;
	item->kind = LEXER_TEXT;
}

/* The item at `next`, where something other than a blank stands. */
static void
read_item(struct lexer *lexer, bool in_field, struct lexer_item *item)
{
	const char *text = lexer->text;
	bool begins = begins_item(lexer, lexer->next);
	size_t size;

	if (text[lexer->next] == ')' && lexer->depth > 0) {
		item->kind = LEXER_CLOSE;
		lexer->depth--;
		lexer->next++;
		item->weighted = skip_weight(lexer);
		return;
	}
	item->minus = take_minus(lexer);
	begins |= in_field;
	if (text[lexer->next] == '(') {
		item->kind = LEXER_OPEN;
		lexer->depth++;
		lexer->next++;
		return;
	}
	size = lexer->next + 1 < lexer->length &&
	        strchr("~=", text[lexer->next])
	    ? quote_size(text + lexer->next + 1, lexer->length - lexer->next - 1)
	    : 0;
	if (size > 0) {
		item->loose = text[lexer->next] == '~';
		lexer->next++;
	} else {
		size = quote_size(
		    text + lexer->next, lexer->length - lexer->next);
	}
	if (size > 0) {
		read_quote(lexer, size, item);
		return;
	}
	size = begins && !in_field ? field_length(text + lexer->next,
	                                 lexer->length - lexer->next)
	                           : 0;
	if (size > 0) {
		item->kind = LEXER_FIELD;
		item->text = text + lexer->next;
		item->length = size;
		lexer->next += size + 1;
		lexer->in_field = true;
		return;
	}
	read_text(lexer, item);
	if (!item->minus && !item->exact && !in_field && begins)
		read_operator(item);
}

struct lexer_item
lexer_next(struct lexer *lexer)
{
	struct lexer_item item = {.slop = LEXER_NO_SLOP};
	bool in_field = lexer->in_field;
	size_t blank;

	lexer->in_field = false;
	while ((blank = lexer_blank(lexer->text + lexer->next,
	            lexer->length - lexer->next)) > 0)
		lexer->next += blank;
	if (lexer->next < lexer->length)
		read_item(lexer, in_field, &item);
	return item;
}

struct lexer_item
lexer_peek(const struct lexer *lexer)
{
	struct lexer copy = *lexer;

	return lexer_next(&copy);
}
