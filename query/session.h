/* An open index and everything that queries on it share. */
#ifndef QUIRE_QUERY_SESSION_H
#define QUIRE_QUERY_SESSION_H

#include "hits.h"
#include "options.h"
#include "pager.h"
#include "parser.h"
#include "printer.h"
#include "search.h"
#include "status.h"

#include <stdbool.h>
#include <stddef.h>

struct session {
	const struct options *options;
	char *index_name; /* what a person calls the index */
	struct snapshot *snapshot;
	struct stop_words *stop_words;
	struct date_range dates; /* --since and --until */
	bool has_dates;
	int32_t today;
	struct hits hits;
	struct pager pager;
	struct buffer out;       /* what printers append to */
	struct printer printer;
	struct terminal errors;  /* standard error */
};

/*
 * Opens the index and the stop words.  STATUS_OK, or what went wrong with a
 * message.  session_close gives everything back in both cases.
 */
enum status session_open(struct session *session,
    const struct options *options, struct error *error);
void session_close(struct session *session);

/*
 * Writes what printers appended; but with --partial nothing is written before
 * the whole answer is there, as a part of the index may turn out to be
 * damaged.  STATUS_OK, END or IO.
 */
enum status session_write(struct session *session, struct error *error);

/*
 * At the end of an answer.  With --partial: leaves out the parts of the index
 * that could not be read, says so, and returns true if there are any: the
 * answer is then to be made again, of which nothing was written.
 */
bool session_begins_again(struct session *session, enum status *status,
    struct error *error);

/*
 * Reads a query, with --since and --until added and its notes told on
 * standard error.  `id` names it in a batch, or is NULL.  STATUS_OK or
 * STATUS_INVALID; query_free gives the query back in both cases.
 */
enum status session_parse(struct session *session, const char *text,
    size_t length, const char *id, struct query *query, struct error *error);

/*
 * Answers one query.  STATUS_OK; STATUS_NOT_FOUND if no article matches;
 * STATUS_END if the reader of the output left; else a failure.
 */
enum status session_answer(struct session *session, const char *text,
    size_t length, const char *id, struct error *error);

/*
 * --show: the articles with an id, marked where a query (length 0: none)
 * matches.  STATUS_NOT_FOUND with a message if there is none.
 */
enum status session_show(struct session *session, const char *id,
    const char *text, size_t length, struct error *error);

/* --explain: appends how a query was read, and why a hit has its score. */
enum status session_explain_query(struct session *session,
    const struct query *query, struct buffer *out, struct error *error);
enum status session_explain_hit(struct session *session,
    const struct query *query, const struct hit *hit,
    const struct printed_hit *printed, struct buffer *out,
    struct error *error);

/* On standard error: a note, what follows a line end as a hint on a line of its
   own.  `id` names the query in a batch, or is NULL. */
void session_tell_note(const char *id, const char *note);

/* On standard error: that nothing was found, and what each word finds. */
enum status session_tell_nothing(struct session *session,
    const struct query *query, struct error *error);

#endif
