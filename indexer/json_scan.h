/*
 * The words of JSON (strings, numbers, true, false, null) by RFC 8259 to the
 * letter.  Used by record_json.c only.
 */
#ifndef QUIRE_INDEXER_JSON_SCAN_H
#define QUIRE_INDEXER_JSON_SCAN_H

#include "article.h"
#include "status.h"

#include <stdbool.h>
#include <stddef.h>

struct json_scan {
	const char *bytes, *at, *end; /* all bytes, the next one, the end */
	char *out;       /* where decoded text goes: as many bytes as there
	                    are, and one more */
	const char *key; /* of the value being read, for messages */
	struct error *error;
	bool at_end;     /* failed because nothing was left */
};

/* Says what is wrong here, or that the end came; returns false. */
bool json_scan_fail(struct json_scan *scan, const char *what);
bool json_scan_expected(struct json_scan *scan, const char *expected);

void json_scan_blanks(struct json_scan *scan);

/* Takes `byte` if it comes next. */
bool json_scan_take(struct json_scan *scan, char byte);

/*
 * Takes a value that begins here and sets `text`, which is NUL-terminated:
 * a string decoded, a number as written.  False, with the reason in
 * `scan->error`, if it is none.
 */
bool json_scan_string(struct json_scan *scan, struct text *text);
bool json_scan_number(struct json_scan *scan, struct text *text);
bool json_scan_word(struct json_scan *scan, const char *word,
    struct text *text);

#endif
