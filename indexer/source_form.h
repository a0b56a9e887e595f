/* What a file is, by its name and first bytes.  Used by source.c only. */
#ifndef QUIRE_INDEXER_SOURCE_FORM_H
#define QUIRE_INDEXER_SOURCE_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum form {
	FORM_TEXT,
	FORM_JSON,       /* JSON Lines */
	FORM_BINARY,
	/* By their names, whatever is in them. */
	FORM_HTML,
	FORM_MARKUP,     /* XML, and what else is no text to read */
	FORM_TABLE,
	FORM_PDF,
	FORM_OFFICE,
	FORM_JSON_WHOLE, /* named .json, but not JSON Lines */
	FORM_JSON_UTF16, /* named .jsonl, but in UTF-16 */
};

/* How many of the first bytes are worth looking at. */
enum { FORM_BYTES = 64 * 1024 };

/*
 * `bytes` are the first of the file, decompressed; `cut` says that there are
 * more.  `name` may end with .gz and the like.
 */
enum form source_form(const char *name, const uint8_t *bytes, size_t size,
    bool cut);

/* Whether the name says JSON Lines: .jsonl or .ndjson. */
bool source_form_named_json(const char *name);

enum { EXTENSION_MAX = 15 };

/* The extension under those of compression: "jsonl" of "a.jsonl.gz"; empty
   if there is none. */
void source_form_extension(const char *name,
    char extension[EXTENSION_MAX + 1]);

/* Why a file of this form is not read; NULL if it is. */
const char *source_form_refusal(enum form form);

#endif
