/*
 * Answers as text, JSON, TREC lines, paths or numbers.  A printer appends to
 * a buffer and knows neither the index nor the terminal's file.
 */
#ifndef QUIRE_QUERY_PRINTER_H
#define QUIRE_QUERY_PRINTER_H

#include "buffer.h"
#include "date.h"
#include "options.h"
#include "parser.h"
#include "snippet.h"
#include "terminal.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What there is to say about a whole answer. */
struct printed_answer {
	const char *id;       /* of the query in a batch; NULL without one */
	const char *index;    /* what a person calls it */
	const char *text;     /* the query as typed */
	const char *read_as;  /* and as it was read */
	const struct query *query; /* for its notes */
	uint64_t total;
	size_t shown;         /* hits that follow */
	size_t page, limit;   /* limit SIZE_MAX: all */
	uint64_t milliseconds;
	bool is_partial;      /* --partial: so many articles of the index ... */
	uint64_t not_searched; /* ... are in damaged parts */
};

/* An article; texts that it has not are NULL. */
struct printed_hit {
	uint64_t rank; /* from 1, over all pages */
	int64_t score; /* in units of 1 / SCORE_ONE */
	const char *id;
	struct marked_text title;
	struct marked_text body;  /* all of it, for --show */
	struct marked_text excerpt;
	bool has_excerpt;
	struct date date;
	const char **authors;
	size_t n_authors;
	const char *source, *language, *url, *path;
	const char *file; /* the whole path of the file that it is all of */
	uint8_t language_number; /* text/language.h */
	uint64_t n_words;
};

struct printer {
	const struct printer_kind *kind;
	struct terminal terminal;
	char separator;      /* list: '\n' or '\0' */
	struct buffer *out;
};

/* One format; each function may be NULL where it has nothing to say. */
struct printer_kind {
	void (*begin)(struct printer *printer,
	    const struct printed_answer *answer);
	void (*hit)(struct printer *printer,
	    const struct printed_answer *answer,
	    const struct printed_hit *hit);
	void (*end)(struct printer *printer,
	    const struct printed_answer *answer);
	/* instead of all these, in a batch: the query cannot be read */
	void (*refused)(struct printer *printer,
	    const struct printed_answer *answer, const char *message);
	/* --show: the whole article */
	void (*article)(
	    struct printer *printer, const struct printed_hit *hit);
	/* How long an excerpt is wanted: lines of the terminal, or bytes;
	 * both 0: none. */
	size_t excerpt_lines, excerpt_bytes;
};

extern const struct printer_kind print_text, print_json, print_trec,
    print_list, print_count, print_quiet;

const struct printer_kind *printer_find(enum options_format format);

#endif
