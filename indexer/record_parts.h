/*
 * What the files that turn a raw record into an article share.  Used by
 * record*.c and source_form.c only.
 */
#ifndef QUIRE_INDEXER_RECORD_PARTS_H
#define QUIRE_INDEXER_RECORD_PARTS_H

#include "arena.h"
#include "article.h"
#include "source.h"
#include "status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One value of a record, under the path of keys that leads to it. */
struct pair {
	const char *key;   /* lower case; nested keys joined by '.' */
	struct text value; /* strings decoded, other values as written */
	bool number;
	bool listed;       /* stood in an array, so it is not parted again */
	const char *field; /* what record_map.c takes it for, or NULL */
};

struct pairs {
	struct pair *items;
	size_t n, capacity;
	const char *repeated; /* the first key of which only the last value
	                         is here, or NULL */
};

/*
 * Reads one JSON object.  A null value is empty, and of keys that stand
 * twice in the outer object, in whatever case, the last counts.  STATUS_INVALID with the reason
 * in `error` if it is not JSON by RFC 8259, is not UTF-8, is nested deeper
 * than 128 or is no object.
 */
enum status record_json_read(const char *bytes, size_t length,
    struct arena *arena, struct pairs *pairs, struct error *error);

/* Whether the bytes are one JSON value of any kind. */
bool record_json_valid(const char *bytes, size_t length, struct error *error);

/*
 * Whether the bytes are a JSON object, or if they are `cut`, the beginning
 * of one.
 */
bool record_json_begins(const char *bytes, size_t length, bool cut);

/*
 * Gives each pair its place in the article: by `mapping`, else by the usual
 * names of keys.  `article->id` stays empty if the record names none.
 * STATUS_INVALID if there is neither a title nor a body.
 */
enum status record_map(struct pairs *pairs, const struct mapping *mapping,
    struct arena *arena, struct article *article, struct error *error);

/* Reads a whole text file: the first line with text on it is the title. */
enum status record_text_read(const char *bytes, size_t length,
    struct arena *arena, struct article *article, struct error *error);

/* Adds a field; blanks around the value go, and an empty one is dropped. */
void record_add_field(struct article *article, struct arena *arena,
    const char *name, struct text value);

/* Takes the date of an article, or leaves a doubt. */
void record_take_date(struct article *article, struct arena *arena,
    struct text value);

/* Keeps the first doubt about an article; formatted like printf. */
void record_doubt(struct article *article, struct arena *arena,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* `text` without the blanks at both its ends. */
struct text record_trim(struct text text);

/* A copy in the arena, with its NUL. */
struct text record_copy(struct text text, struct arena *arena);

/* The same text if a NUL stands behind it, as behind the values of a pair,
   else a copy. */
struct text record_own(struct text text, struct arena *arena);

/* Cuts a text longer than ARTICLE_BODY_MAX at a character. */
void record_cut(struct text *text, struct article *article,
    struct arena *arena);

/*
 * The language for a code that an article names, else for --lang (which
 * may be NULL), else English.
 */
uint8_t record_language(struct text code, const char *option,
    struct article *article, struct arena *arena);

#endif
