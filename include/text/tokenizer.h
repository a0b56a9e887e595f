/*
 * Text to words.  The only way in which indexer and query find words.
 *
 * Words are those of Unicode's UAX #29, each from its first letter or digit to
 * its last; a run of punctuation or blanks is no word, and underscores at the
 * ends of a word do not count to it.  U+202F (narrow no-break space) parts
 * words as any blank does.
 *
 * Of scripts written without blanks (Chinese, Japanese, Thai, Lao, Khmer,
 * Burmese and the like) single characters are words, and so are overlapping
 * pairs: ABC is A, AB, B, BC, C, a pair standing at the position of its first
 * character.  Korean has blanks: its words are those of UAX #29.
 */
#ifndef QUIRE_TEXT_TOKENIZER_H
#define QUIRE_TEXT_TOKENIZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	TOKEN_MAX = 250, /* bytes of a word; longer ones are cut at a character */
	TOKEN_HEAD = 16, /* bytes of a word in token.head */
};

struct token {
	const char *word;  /* normal form: NFC, case folded, accents kept,
	                      typographic apostrophes plain, no soft hyphens;
	                      not NUL-terminated; valid until the next call */
	uint32_t length;   /* bytes of `word`, 1 to TOKEN_MAX */
	uint64_t head[TOKEN_HEAD / 8]; /* its first bytes, then zeros: most
	                                  words are compared by these alone */
	uint32_t position; /* 0 for the first word of the text; each word but a
	                      pair takes one more */
	size_t start, end; /* the bytes of the text that it stands for */
	bool pair;         /* two characters of a script without blanks */
	bool single;       /* one such character */
};

struct tokenizer {
	const char *text;
	size_t length;
	size_t next;       /* where the search for the next word begins */
	uint32_t position; /* of the next word */
	size_t pair_start; /* the pair that comes next, if pair_end is not 0 */
	size_t pair_end;
	char word[TOKEN_MAX + 6]; /* the normal form of the current word */
};

/*
 * Starts on `length` bytes of text, which stay the caller's and must
 * outlive the tokenizer.  Any bytes are allowed: what is not UTF-8 parts
 * words like a blank.  Nothing is allocated, so nothing needs to be freed.
 */
void tokenizer_start(struct tokenizer *tokenizer, const char *text,
    size_t length);

/* Fills `token` with the next word; false when none is left. */
bool tokenizer_next(struct tokenizer *tokenizer, struct token *token);

#endif
