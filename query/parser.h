/*
 * What a person typed to a tree.  Every byte sequence is a query; only a
 * date that cannot be read is refused.
 */
#ifndef QUIRE_QUERY_PARSER_H
#define QUIRE_QUERY_PARSER_H

#include "tree.h"
#include "status.h"
#include "text/stop_words.h"

struct parser_options {
	bool any;   /* --any: words are joined by OR */
	bool plain; /* --plain: words only, no operators */
	const struct stop_words *stop_words; /* NULL: none */
	/* Whether the index has a field; may be NULL (title and body only). */
	bool (*has_field)(void *context, const char *name);
	/* The field most like a misspelt one, or NULL; may be NULL. */
	const char *(*like_field)(void *context, const char *name);
	void *context;
	int32_t today; /* date.h */
};

struct query {
	struct arena arena;   /* holds all below */
	struct node *root;    /* never NULL */
	const char **notes;   /* how the query was changed on the way, without
	                         "note: "; a hint follows a newline */
	size_t n_notes;
	const char **stopped; /* stop words that were left out, as typed */
	size_t n_stopped;
};

/*
 * STATUS_OK, or STATUS_INVALID for a date that cannot be read or a query
 * over the limits (64 KiB, 1,024 words, brackets 64 deep).  Whatever is
 * returned, query_free gives the query back.
 */
enum status query_parse(const char *text, size_t length,
    const struct parser_options *options, struct query *query,
    struct error *error);

void query_free(struct query *query);

#endif
