/* The queries of a file, as Quire is asked them. */
#ifndef QUIRE_BENCH_QUESTIONS_H
#define QUIRE_BENCH_QUESTIONS_H

#include "parser.h"
#include "status.h"

#include <stdbool.h>
#include <stddef.h>

/* Texts and arrays are the question's own. */
struct question {
	char *id, *kind;
	char *words;        /* as the file has them */
	char *text;         /* in Quire's language, or words only: `plain` */
	bool any, plain;    /* as the options of quire-query */
	struct query query; /* `text`, read */
};

/* All zero but the flags is an empty list. */
struct questions {
	struct question *all;
	size_t n;
	bool forms; /* phrases of any forms of their words */
};

/* Reads lines of id, kind and words, parted by tabs.  STATUS_OK or IO. */
enum status questions_read(
    struct questions *questions, const char *path, struct error *error);

/*
 * Adds kinds that other engines are not asked, made of those that are there:
 * the id of the question that lends its words, and the kind.
 */
void questions_add_extra(struct questions *questions);

void questions_free(struct questions *questions);

#endif
