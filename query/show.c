/* --show: an article with its own lines, and what a query finds in it. */
#include "session.h"

#include "place.h"
#include "snippet_text.h"

#include <stdlib.h>

#include <string.h>

/*
 * Moves the marks of a text whose blanks were collapsed (snippet.h) back to
 * the text as it is stored: both have the same bytes but for blanks.
 */
static void
unfold_marks(const struct marked_text *folded, struct marked_text *stored)
{
	size_t at = 0, start = 0, end = 0;

	for (size_t i = 0; i < stored->length && at < folded->length; i++) {
		size_t blank = snippet_text_blank(
		    stored->text + i, stored->length - i);

		if (blank) {
			i += blank - 1;
			continue;
		}
		at += folded->text[at] == ' ';
		if (start < folded->n_marks &&
		    folded->marks[start].start == at)
			folded->marks[start++].start = i;
		at++;
		if (end < start && folded->marks[end].end == at)
			folded->marks[end++].end = i + 1;
	}
	stored->marks = folded->marks;
	stored->n_marks = end;
}

/* Marks title and body as for a list of hits, but keeps their lines. */
static enum status
mark_article(struct session *session, const struct query *query,
    struct printed_hit *article, struct error *error)
{
	struct printed_hit marked = *article;
	enum status status =
	    hits_mark(&session->hits, query->root, 0, &marked, error);

	if (status != STATUS_OK)
		return status;
	unfold_marks(&marked.title, &article->title);
	unfold_marks(&marked.body, &article->body);
	return STATUS_OK;
}

static enum status
show_article(struct session *session, const struct query *query,
    uint32_t segment, uint32_t document, struct error *error)
{
	struct printer *printer = &session->printer;
	struct printed_answer none = {.limit = SIZE_MAX};
	struct printed_hit article;
	enum status status =
	    hits_load(&session->hits, segment, document, &article, error);

	if (status != STATUS_OK)
		return status;
	if (query)
		status = mark_article(session, query, &article, error);
	if (status != STATUS_OK)
		return status;
	if (printer->kind->article)
		printer->kind->article(printer, &article);
	else if (printer->kind->hit)
		printer->kind->hit(printer, &none, &article);
	return session_write(session, error);
}

/* Whether an article is all of the file at `path`; NULL: any article is. */
static enum status
is_wanted(struct session *session, uint32_t segment, uint32_t document,
    const char *path, bool *wanted, struct error *error)
{
	struct printed_hit article;
	enum status status;

	*wanted = true;
	if (!path)
		return STATUS_OK;
	status = hits_load(&session->hits, segment, document, &article,
	    error);
	*wanted = status == STATUS_OK && article.file &&
	    strcmp(article.file, path) == 0;
	return status;
}

/* Shows the articles with an id, if `path` is not NULL only of that file. */
static enum status
show_id(struct session *session, const char *id, const char *path,
    const struct query *query, size_t *n_shown, struct error *error)
{
	uint32_t segment = 0, document = 0;
	enum status status;
	bool wanted;

	/* Ids are unique within a source, not within the index. */
	while ((status = snapshot_find_id(session->snapshot, id, strlen(id),
	            &segment, &document, error)) == STATUS_OK) {
		status = is_wanted(session, segment, document, path, &wanted,
		    error);
		if (wanted && (*n_shown)++ > 0 &&
		    session->options->format == FORMAT_TEXT)
			buffer_append_string(&session->out, "\n----\n\n");
		if (wanted && status == STATUS_OK)
			status = show_article(
			    session, query, segment, document, error);
		if (status != STATUS_OK)
			return status;
		document++;
	}
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* The id of a file is some end of its path. */
static enum status
show_file(struct session *session, const char *name,
    const struct query *query, size_t *n_shown, struct error *error)
{
	char *path = place_absolute(name);
	enum status status = STATUS_OK;

	for (const char *id = strchr(path, '/'); id && status == STATUS_OK &&
	    *n_shown == 0; id = strchr(id + 1, '/'))
		status = show_id(session, id + 1, path, query, n_shown,
		    error);
	free(path);
	return status;
}

static enum status
show_all(struct session *session, const char *id, const struct query *query,
    struct error *error)
{
	size_t n_shown = 0;
	enum status status = show_id(session, id, NULL, query, &n_shown,
	    error);

	if (status == STATUS_OK && n_shown == 0)
		status = show_file(session, id, query, &n_shown, error);
	if (status != STATUS_OK)
		return status;
	if (n_shown == 0)
		return error_set(error, STATUS_NOT_FOUND,
		    "no article has the id \"%s\"", id);
	return STATUS_OK;
}

enum status
session_show(struct session *session, const char *id, const char *text,
    size_t length, struct error *error)
{
	struct query query;
	enum status status;

	if (length == 0) {
		do
			status = show_all(session, id, NULL, error);
		while (session_begins_again(session, &status, error));
		return status;
	}
	status = session_parse(session, text, length, NULL, &query, error);
	if (status == STATUS_OK)
		do
			status = show_all(session, id, &query, error);
		while (session_begins_again(session, &status, error));
	hits_forget(&session->hits);
	query_free(&query);
	return status;
}
