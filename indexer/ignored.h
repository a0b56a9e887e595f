/* Files of no known form, counted by the endings of their names. */
#ifndef QUIRE_INDEXER_IGNORED_H
#define QUIRE_INDEXER_IGNORED_H

#include "buffer.h"
#include "source_form.h"

#include <stddef.h>
#include <stdint.h>

enum { IGNORED_ENDINGS = 64 };

struct ignored {
	struct ignored_ending {
		char extension[EXTENSION_MAX + 1]; /* empty: without one */
		uint64_t n;
	} endings[IGNORED_ENDINGS];
	size_t n_endings;
	uint64_t n, n_others; /* in all; of endings that had no place */
};

void ignored_add(struct ignored *ignored, const char *path);

/* " (12 .html, 3 .pdf)", the commonest first; nothing if there is none. */
void ignored_append(struct ignored *ignored, struct buffer *out);

#endif
