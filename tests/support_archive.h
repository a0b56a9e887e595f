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
extern const uint8_t archive_languages[ARCHIVE_LANGUAGES];

struct archive_token {
	uint32_t document, part, position;
	uint32_t form, stem; /* archive_term; a field has no stem: 0 */
};

struct archive_document {
	struct article article;
	size_t tokens, end; /* in the archive's; pairs of characters, too */
	uint32_t length, title_length; /* words of title and body */
	uint32_t fields;               /* bit f: it has field f */
	bool is_alive;
	bool is_counted; /* in the index, if perhaps dead */
};

struct archive {
	struct archive_document *documents;
	uint32_t n_documents;
	struct archive_token *tokens; /* of all documents in order */
	size_t n_tokens;
	struct arena arena;
	struct analyzer *analyzer;
	struct archive_term *terms; /* a hash table */
	uint32_t n_terms;
};

/* What kind of archive. */
struct archive_shape {
	uint32_t n_documents;
	uint32_t words;      /* of a body at most */
	uint32_t n_long;     /* articles that are longer ... */
	uint32_t long_words; /* ... and by how many words at most */
};

void archive_create(struct archive *archive,
    const struct archive_shape *shape, uint64_t *seed);
void archive_free(struct archive *archive);

/* A word as it may stand in an article or a query, in `text`. */
enum { ARCHIVE_WORD_MAX = 32 };
char *archive_word(uint64_t *seed, char text[ARCHIVE_WORD_MAX]);

/* The number of a field that articles have, or -1. */
int archive_field(const char *name);

/* Whether an article has a field, and whether its date may lie in a range. */
bool archive_has(const struct archive_document *document, const char *field);
bool archive_is_dated(const struct archive_document *document,
    const struct date_range *range);

/* The number of a stem of a language or, with ARCHIVE_FORM, of a form
 * of it. */
uint32_t archive_term(struct archive *archive, uint8_t language,
    const char *text, size_t length);

#endif
