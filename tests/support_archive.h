/* Random articles, and their words as the exhaustive searcher reads them. */
#ifndef QUIRE_TESTS_SUPPORT_ARCHIVE_H
#define QUIRE_TESTS_SUPPORT_ARCHIVE_H

#include "arena.h"
#include "article.h"
#include "text/analyzer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Parts of an article that nothing reaches across: each value of a field is
 * one of its own. */
enum {
	ARCHIVE_TITLE,
	ARCHIVE_BODY,
	ARCHIVE_FIELDS, /* + number of the field * ARCHIVE_VALUES + value */
	ARCHIVE_VALUES = 8,
	ARCHIVE_FORM = 128, /* added to a language: a form, not a stem */
	ARCHIVE_LANGUAGES = 3,
};

/* Those of the articles: none, English, French. */
extern const uint8_t made_languages[ARCHIVE_LANGUAGES];

struct made_token {
	uint32_t document, part, position;
	uint32_t form, stem; /* made_term; a field has no stem: 0 */
};

struct made_document {
	struct article article;
	size_t tokens, end; /* in the archive's; pairs of characters, too */
	uint32_t length, title_length; /* words of title and body */
	uint32_t fields;               /* bit f: it has field f */
	bool is_alive;
	bool is_counted; /* in the index, if perhaps dead */
};

struct made_archive {
	struct made_document *documents;
	uint32_t n_documents;
	struct made_token *tokens; /* of all documents in order */
	size_t n_tokens;
	struct arena arena;
	struct analyzer *analyzer;
	struct made_term *terms; /* a hash table */
	uint32_t n_terms;
};

/* What kind of archive. */
struct made_shape {
	uint32_t n_documents;
	uint32_t words;      /* of a body at most */
	uint32_t n_long;     /* articles that are longer ... */
	uint32_t long_words; /* ... and by how many words at most */
};

void made_create(struct made_archive *archive,
    const struct made_shape *shape, uint64_t *seed);
void made_free(struct made_archive *archive);

/* A word as it may stand in an article or a query, in `text`. */
enum { ARCHIVE_WORD_MAX = 32 };
char *made_word(uint64_t *seed, char text[ARCHIVE_WORD_MAX]);

/* The number of a field that articles have, or -1. */
int made_field(const char *name);

/* Whether an article has a field, and whether its date may lie in a range. */
bool made_has(const struct made_document *document, const char *field);
bool made_is_dated(const struct made_document *document,
    const struct date_range *range);

/* The number of a stem of a language or, with ARCHIVE_FORM, of a form
 * of it. */
uint32_t made_term(struct made_archive *archive, uint8_t language,
    const char *text, size_t length);

#endif
