/* An article as a source gives it, before a word of it is looked at. */
#ifndef QUIRE_INDEXER_ARTICLE_H
#define QUIRE_INDEXER_ARTICLE_H

#include "arena.h"
#include "date.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Valid UTF-8 without NUL bytes, NUL-terminated. */
struct text {
	const char *bytes;
	size_t length;
};

struct field {
	const char *name; /* lower case: "author", "source", "tags", "url", or
	                     the record's own key */
	struct text value;
};

enum {
	ARTICLE_BODY_MAX = 64 * 1024 * 1024,
	/* 64 MB of "[1,1,..." would take gigabytes, and positions, of which
	 * each value takes up to 2,048, would not fit in 32 bits. */
	ARTICLE_VALUES_MAX = 1000000,
};

struct article {
	struct text id;     /* never empty: the record's own, else its url,
	                       else 32 hexadecimal digits of its content */
	struct text title;  /* may be empty */
	struct text body;   /* may be empty, but not together with the title */
	struct date date;
	uint8_t language;   /* text/language.h */
	struct field *fields; /* in the order of the record; a field with
	                         several values stands there several times;
	                         holds lang and date (as text) when given */
	size_t n_fields;
	uint64_t hash;      /* XXH3 of all that is said here, to see a change */
	const char *doubt;  /* what was not understood though the article is
	                       whole ("date not understood: soon"), or NULL */
};

#endif
