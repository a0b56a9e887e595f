/*
 * Words to terms: the form that quotes compare and the stem that plain
 * words compare.  The only way in which indexer and query make terms.
 */
#ifndef QUIRE_TEXT_ANALYZER_H
#define QUIRE_TEXT_ANALYZER_H

#include <stddef.h>
#include <stdint.h>

enum { TERM_MAX = 250 }; /* bytes of a term */

/* What a word becomes.  Neither text is NUL-terminated. */
struct lexeme {
	uint8_t form_length, stem_length; /* 1 to TERM_MAX */
	char form[TERM_MAX]; /* the word without its accents */
	char stem[TERM_MAX]; /* its Snowball stem, accents folded afterwards */
};

/* Holds one Snowball stemmer a language, made when first needed. */
struct analyzer;

struct analyzer *analyzer_create(void);
void analyzer_free(struct analyzer *analyzer); /* NULL is allowed */

/*
 * The lexeme of `word`, which is a token's normal form (tokenizer.h), in a
 * language.  A word that would vanish (marks only) keeps its own bytes.
 * An analyzer must not be used by two threads at once.
 */
void analyzer_lexeme(struct analyzer *analyzer, uint8_t language,
    const char *word, size_t length, struct lexeme *lexeme);

#endif
