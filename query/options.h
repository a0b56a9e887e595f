/* The command line of quire-query. */
#ifndef QUIRE_QUERY_OPTIONS_H
#define QUIRE_QUERY_OPTIONS_H

#include "buffer.h"
#include "search.h"
#include "status.h"
#include "terminal.h"

#include <stdbool.h>
#include <stddef.h>

enum options_mode {
	OPTIONS_SEARCH,
	OPTIONS_BATCH,
	OPTIONS_SHOW,
	OPTIONS_HELP,
	OPTIONS_SYNTAX,
	OPTIONS_VERSION,
};

enum options_format {
	FORMAT_TEXT,
	FORMAT_JSON,
	FORMAT_TREC,
	FORMAT_LIST,  /* -l */
	FORMAT_COUNT, /* -c */
	FORMAT_QUIET, /* -q */
};

enum { EXCLUDED_MOST = 8 };

/* All texts but the query are those of argv. */
struct options {
	enum options_mode mode;
	enum options_format format;
	bool count;          /* -c: no hits, in whatever format */
	const char *index;   /* NULL: the default */
	struct buffer query; /* the operands, joined by blanks */
	size_t n_operands;
	/* The first words that a minus excludes and that are names of options. */
	const char *excluded[EXCLUDED_MOST];
	size_t n_excluded;
	size_t limit, page;  /* limit SIZE_MAX: all */
	enum search_sort sort;
	const char *since, *until; /* or NULL */
	bool any, plain, strict, verbose, nul, partial;
	const char *show;    /* --show */
	const char *batch;   /* --batch */
	const char *stop_words;
	bool explain;
	size_t explain_hit;  /* 0: only how the query was read */
	double k1, b;
	size_t snippets;     /* 0 or 1 */
	enum terminal_when colour, link;
	bool pager;
};

/*
 * Reads the arguments.  STATUS_OK, or STATUS_INVALID with a message for a
 * usage error.  options_free gives the query back in both cases.
 */
enum status options_read(int argc, char **argv, struct options *options,
    struct error *error);

void options_free(struct options *options);

#endif
