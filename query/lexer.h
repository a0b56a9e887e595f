/*
 * A query to items: words, quotes, brackets and operators.  What an item
 * says (fields, words) is the parser's business.
 */
#ifndef QUIRE_QUERY_LEXER_H
#define QUIRE_QUERY_LEXER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum lexer_kind {
	LEXER_END,
	LEXER_TEXT,  /* a run without blanks, backslashes still in it */
	LEXER_QUOTE, /* what stands between two quotes */
	LEXER_OPEN,
	LEXER_CLOSE,
	LEXER_FIELD, /* a name, without its colon; the next item is its own */
	LEXER_AND,
	LEXER_OR,
	LEXER_NOT,
	LEXER_NEAR, /* NEAR/n, W/n, PRE/n, ADJ/n */
};

enum { LEXER_NO_SLOP = -1 };

struct lexer_item {
	enum lexer_kind kind;
	const char *text; /* TEXT, QUOTE, FIELD, NEAR: in the query */
	size_t length;
	bool minus;       /* TEXT, QUOTE, OPEN, FIELD: a minus before it */
	bool exact;       /* TEXT: = before it */
	bool loose;       /* QUOTE: ~ before it */
	bool unclosed;    /* QUOTE: the closing quote is missing */
	int64_t slop;     /* QUOTE: n of "..."~n, or LEXER_NO_SLOP */
	bool weighted;    /* QUOTE, CLOSE: ^n stood after it */
	bool ordered;     /* NEAR */
	uint32_t distance; /* NEAR */
};

struct lexer {
	const char *text;
	size_t length;
	size_t next;   /* where the next item is looked for */
	size_t depth;  /* brackets that are open */
	bool in_field; /* the last item was a field and its colon */
};

/* The text stays the caller's. */
void lexer_start(struct lexer *lexer, const char *text, size_t length);

/* The next item; LEXER_END again and again at the end. */
struct lexer_item lexer_next(struct lexer *lexer);

/* The same without moving on. */
struct lexer_item lexer_peek(const struct lexer *lexer);

/* The bytes of the blank at the start of `text`, or 0. */
size_t lexer_blank(const char *text, size_t length);

#endif
