/*
 * quire-index --check: reads everything that an index holds and compares
 * each part with all others that say the same.  Runs beside a writer.
 */
#ifndef QUIRE_INDEXER_VERIFY_H
#define QUIRE_INDEXER_VERIFY_H

#include "status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct verify_counts {
	uint64_t articles; /* living */
	uint64_t words;    /* different terms, each with its whole list */
	uint64_t errors;   /* damages found, told or not */
	/* Of a damaged index: */
	uint64_t lost;       /* living articles that cannot be read whole */
	uint64_t words_lost; /* terms of a segment whose lists cannot be */
};

enum { VERIFY_TOLD_MAX = 20 }; /* damages that are told one by one */

/*
 * Told of each damage: one line, lower case, no full stop; text of the index
 * in it is as it is stored and may hold anything.
 */
typedef void verify_tell(void *context, const char *damage);

/* A living article that cannot be read whole; lent, and not NUL-ended. */
struct verify_article {
	const char *id, *title, *file; /* NULL: not known */
	size_t id_length, title_length, file_length;
	uint32_t segment, document;    /* of one of which nothing can be read
	                                  the document is 0 ... */
	uint32_t others; /* ... and so many others are lost with it */
};

/* Who is told what; each function may be NULL. */
struct verify_telling {
	verify_tell *damage;
	/* Once for each but the `others`; a word is one that stands in articles ... */
	void (*article)(void *context, const struct verify_article *article);
	void (*word)(void *context, const char *word, size_t length);
	/* ... and the root's segments, by place, where something is wrong. */
	void (*segment)(void *context, size_t place);
	void *context;
};

/*
 * STATUS_OK: the index is whole.  STATUS_DAMAGED: `counts->errors` says how
 * often; if 0, it could not even be opened and `error` says why.  NOT_FOUND,
 * VERSION, BUSY or IO: nothing was checked.
 *
 * `quick`: that each page has one use and each value is as it was written,
 * by its seal and the sums of all; what values say is not compared with each
 * other, and words are not counted.
 */
enum status verify_run(const char *path, const char *name, bool quick,
    verify_tell *tell, void *context, struct verify_counts *counts,
    struct error *error);

/* The same, with all that is found told. */
enum status verify_tell_all(const char *path, const char *name, bool quick,
    const struct verify_telling *telling, struct verify_counts *counts,
    struct error *error);

#endif
