/* From a query's text to its printed answer. */
#include "session.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { OUT_MOST = 64 * 1024, EXCERPT_LOSS = 12 };

static uint64_t
now_in_milliseconds(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
}

static struct search_options
search_options(const struct options *options)
{
	bool quiet = options->format == FORMAT_QUIET;
	struct search_options search = {.k1 = options->k1,
	    .b = options->b,
	    .sort = options->sort,
	    .skip = options->limit == SIZE_MAX
	        ? 0
	        : (options->page - 1) * options->limit,
	    .limit = quiet ? 1 : options->count ? 0 : options->limit,
	    .first_only = quiet};

	/* The hit that --explain=N is about must be among them. */
	if (options->explain_hit > 0) {
		search.skip = options->explain_hit - 1;
		search.limit = 1;
	}
	return search;
}

/* Explanations are for people: beside the data of other formats. */
static enum status
write_explanation(struct session *session, struct buffer *text,
    struct error *error)
{
	if (session->options->format == FORMAT_TEXT)
		return session_write(session, error);
	fputs(buffer_string(text), stderr);
	buffer_clear(text);
	return STATUS_OK;
}

/* The bytes of an excerpt for the printer; 0: none. */
static size_t
excerpt_size(const struct session *session)
{
	const struct printer *printer = &session->printer;
	size_t lines = printer->kind->excerpt_lines;

	if (session->options->snippets == 0)
		return 0;
	/* A line loses its indentation and part of a word at its end. */
	if (lines > 0)
		return lines * (printer->terminal.width - EXCERPT_LOSS);
	return printer->kind->excerpt_bytes;
}

static enum status
print_hit(struct session *session, const struct query *query,
    const struct printed_answer *answer, const struct hit *hit, uint64_t rank,
    struct error *error)
{
	const struct options *options = session->options;
	struct printer *printer = &session->printer;
	struct printed_hit printed;
	enum status status;

	if (printer->kind->hit == NULL && options->explain_hit == 0)
		return STATUS_OK;
	status = hits_load(
	    &session->hits, hit->segment, hit->document, &printed, error);
	if (status != STATUS_OK)
		return status;
	printed.rank = rank;
	printed.score = hit->score;
	if (options->explain_hit > 0) {
		status = session_explain_hit(session, query, hit, &printed,
		    &session->out, error);
		return status == STATUS_OK
		    ? write_explanation(session, &session->out, error)
		    : status;
	}
	if (printer->kind->excerpt_lines || printer->kind->excerpt_bytes)
		status = hits_mark(&session->hits, query->root,
		    excerpt_size(session), &printed, error);
	if (status != STATUS_OK)
		return status;
	printer->kind->hit(printer, answer, &printed);
	return session->out.size < OUT_MOST ? STATUS_OK
	    : session_write(session, error);
}

static enum status
print_answer(struct session *session, const struct query *query,
    const struct printed_answer *answer, const struct search_result *result,
    uint64_t first_rank, struct error *error)
{
	struct printer *printer = &session->printer;
	bool explains = session->options->explain_hit > 0;
	enum status status = STATUS_OK;

	if (printer->kind->begin && !explains)
		printer->kind->begin(printer, answer);
	for (size_t i = 0; i < result->n_hits && status == STATUS_OK; i++)
		status = print_hit(session, query, answer, &result->hits[i],
		    first_rank + i, error);
	if (status == STATUS_OK && printer->kind->end && !explains)
		printer->kind->end(printer, answer);
	return status == STATUS_OK ? session_write(session, error) : status;
}

/* Why --explain=N explains nothing, if the answer ends before N. */
static void
tell_no_such_hit(
    const struct options *options, const struct printed_answer *answer)
{
	struct buffer note = {0};
	char number[TERMINAL_NUMBER_MAX], total[TERMINAL_NUMBER_MAX];

	if (options->explain_hit <= answer->total ||
	    answer->total == 0 || options->format == FORMAT_QUIET)
		return;
	buffer_append_format(&note,
	    "no article %s to explain: the answer has %s",
	    terminal_number(options->explain_hit, number),
	    terminal_number(answer->total, total));
	session_tell_note(answer->id, buffer_string(&note));
	buffer_free(&note);
}

/* Whether articles match, but none on the page that was asked for. */
static bool
is_past_the_end(
    const struct options *options, const struct search_result *result)
{
	return options->page > 1 && result->total > 0 &&
	    result->n_hits == 0 && !options->count &&
	    options->format != FORMAT_QUIET && options->explain_hit == 0;
}

/* What text has in its last line. */
static void
tell_pages(
    const struct options *options, const struct printed_answer *answer)
{
	uint64_t n = (answer->total + options->limit - 1) / options->limit;
	struct buffer note = {0};
	char number[TERMINAL_NUMBER_MAX];

	if (options->format == FORMAT_TEXT)
		return;
	buffer_append_format(&note, "there %s %s page%s",
	    n == 1 ? "is" : "are", terminal_number(n, number),
	    n == 1 ? "" : "s");
	session_tell_note(answer->id, buffer_string(&note));
	buffer_free(&note);
}

/* Searches and prints; the query is read already. */
static enum status
answer_query(struct session *session, const struct query *query,
    struct printed_answer *answer, struct error *error)
{
	const struct options *options = session->options;
	struct search_options search = search_options(options);
	uint64_t start = now_in_milliseconds();
	struct search_result result = {0};
	enum status status;

	status = search_run(
	    session->snapshot, query->root, &search, &result, error);
	answer->milliseconds = now_in_milliseconds() - start;
	answer->is_partial = options->partial;
	answer->not_searched = snapshot_n_missing(session->snapshot);
	answer->total = result.total;
	answer->shown = result.n_hits;
	if (status == STATUS_OK && options->explain) {
		status = session_explain_query(
		    session, query, &session->out, error);
		if (status == STATUS_OK)
			status =
			    write_explanation(session, &session->out, error);
	}
	if (status == STATUS_OK)
		status = print_answer(session, query, answer, &result,
		    (uint64_t)search.skip + 1, error);
	if (status == STATUS_OK)
		tell_no_such_hit(options, answer);
	if (status == STATUS_OK && is_past_the_end(options, &result)) {
		tell_pages(options, answer);
		status = STATUS_NOT_FOUND;
	}
	if (status == STATUS_OK && result.total == 0 && result.n_hits == 0) {
		if (options->format == FORMAT_TEXT && !answer->id)
			status = session_tell_nothing(session, query, error);
		if (status == STATUS_OK)
			status = STATUS_NOT_FOUND;
	}
	search_result_free(&result);
	return status;
}

/* A query of a batch that cannot be read has its place in the output, so
 * that who counts answers stays in step. */
static enum status
print_refused(struct session *session, const struct printed_answer *answer,
    struct error *error)
{
	struct printer *printer = &session->printer;
	enum status status;

	if (answer->id == NULL || printer->kind->refused == NULL)
		return STATUS_INVALID;
	printer->kind->refused(printer, answer, error->message);
	status = pager_write(&session->pager, &session->out, error);
	return status == STATUS_OK ? STATUS_INVALID : status;
}

enum status
session_answer(struct session *session, const char *text, size_t length,
    const char *id, struct error *error)
{
	struct buffer read_as = {0}, typed = {0};
	struct query query;
	struct printed_answer answer = {.id = id,
	    .index = session->index_name,
	    .query = &query,
	    .page = session->options->page,
	    .limit = session->options->limit};
	enum status status =
	    session_parse(session, text, length, id, &query, error);

	buffer_append(&typed, text, length);
	answer.text = buffer_string(&typed);
	if (status == STATUS_OK) {
		node_print(query.root, &read_as);
		answer.read_as = buffer_string(&read_as);
		do
			status = answer_query(session, &query, &answer,
			    error);
		while (session_begins_again(session, &status, error));
	} else if (status == STATUS_INVALID) {
		status = print_refused(session, &answer, error);
	}
	buffer_free(&read_as);
	buffer_free(&typed);
	hits_forget(&session->hits);
	query_free(&query);
	return status;
}
