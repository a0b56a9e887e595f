/* An index to be damaged, and what is asked of it then. */
#ifndef QUIRE_TESTS_SUPPORT_DAMAGE_H
#define QUIRE_TESTS_SUPPORT_DAMAGE_H

#include "support_programs.h"

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

/* Arguments of quire-query that touch every kind of stored byte. */
enum { DAMAGE_QUERIES = 6 };
extern const char *const damage_queries[DAMAGE_QUERIES][5];

struct damage_index {
	char path[PATH_MAX];
	uint8_t *bytes;     /* of the file */
	size_t size;
	uint8_t *old_bytes; /* and as it was a commit before */
	size_t old_size;
};

/*
 * Makes one of some 6 n / 5 articles in a folder that is there: three
 * segments, the first with dead articles.
 */
void damage_index_make(struct damage_index *index, const char *folder,
    int n);
void damage_index_free(struct damage_index *index);

/* Asks one of the queries. */
struct program_answer damage_ask(const char *path, int query);

#endif
