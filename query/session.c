/* Opens an index for queries, and reads queries with it. */
#include "session.h"

#include "index_path.h"
#include "notes.h"
#include "suggest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --since and --until become one range, as date:SINCE..UNTIL would. */
static enum status
read_dates(struct session *session, struct error *error)
{
	const struct options *options = session->options;
	struct date_range period;
	enum status status;

	session->dates.first = INT32_MIN;
	session->dates.last = INT32_MAX;
	session->has_dates = options->since || options->until;
	if (options->since) {
		status = date_period_parse(options->since,
		    strlen(options->since), session->today, &period, error);
		if (status != STATUS_OK)
			return status;
		session->dates.first = period.first;
	}
	if (options->until) {
		status = date_period_parse(options->until,
		    strlen(options->until), session->today, &period, error);
		if (status != STATUS_OK)
			return status;
		session->dates.last = period.last;
	}
	if (session->dates.first > session->dates.last)
		return error_set(error, STATUS_INVALID,
		    "--until %s ends before --since %s begins",
		    options->until, options->since);
	return STATUS_OK;
}

static enum status
open_index(struct session *session, struct error *error)
{
	struct buffer path = {0};
	enum status status = index_path_find(session->options->index, &path,
	    &session->index_name, error);

	if (status == STATUS_OK)
		status = (session->options->partial ? snapshot_open_partial
		    : snapshot_open)(buffer_string(&path),
		    session->index_name, &session->snapshot, error);
	if (status == STATUS_NOT_FOUND)
		status = index_path_missing(session->index_name, error);
	buffer_free(&path);
	return status;
}

/* With --partial: how much of the index is not searched. */
static void
tell_missing(struct session *session)
{
	struct snapshot *snapshot = session->snapshot;
	uint64_t missing = snapshot_n_missing(snapshot);
	char part[TERMINAL_NUMBER_MAX], all[TERMINAL_NUMBER_MAX];
	struct buffer note = {0};

	buffer_append_format(&note, "index %s is damaged: %s of its %s "
	    "articles are not searched\nquire-index -i %s --repair",
	    session->index_name, terminal_number(missing, part),
	    terminal_number(missing + snapshot_statistics(snapshot).living,
	    all), session->index_name);
	session_tell_note(NULL, buffer_string(&note));
	buffer_free(&note);
}

enum status
session_open(struct session *session, const struct options *options,
    struct error *error)
{
	enum status status;

	memset(session, 0, sizeof(*session));
	session->options = options;
	session->today = date_today();
	terminal_open(
	    &session->errors, STDERR_FILENO, options->colour, WHEN_NEVER);
	terminal_open(&session->printer.terminal, STDOUT_FILENO,
	    options->colour, options->link);
	session->printer.kind = printer_find(options->format);
	session->printer.separator = options->nul ? '\0' : '\n';
	session->printer.out = &session->out;
	if (session->printer.terminal.is_terminal && options->pager &&
	    options->format == FORMAT_TEXT)
		session->pager.height = session->printer.terminal.height;
	status = read_dates(session, error);
	if (status == STATUS_OK)
		status = stop_words_open(
		    options->stop_words, &session->stop_words, error);
	if (status == STATUS_OK)
		status = open_index(session, error);
	session->hits.snapshot = session->snapshot;
	session->hits.index_name = session->index_name;
	if (status == STATUS_OK && snapshot_n_missing(session->snapshot))
		tell_missing(session);
	return status;
}

enum status
session_write(struct session *session, struct error *error)
{
	if (session->options->partial)
		return STATUS_OK;
	return pager_write(&session->pager, &session->out, error);
}

bool
session_begins_again(struct session *session, enum status *status,
    struct error *error)
{
	enum status written;

	if (!session->options->partial)
		return false;
	if (*status != STATUS_DAMAGED) {
		written = pager_write(&session->pager, &session->out, error);
		if (written != STATUS_OK)
			*status = written;
		return false;
	}
	buffer_clear(&session->out);
	if (snapshot_leave_out_damaged(session->snapshot) == 0)
		return false;
	hits_free(&session->hits);
	session->hits = (struct hits){.snapshot = session->snapshot,
	    .index_name = session->index_name};
	tell_missing(session);
	return true;
}

void
session_close(struct session *session)
{
	hits_free(&session->hits);
	snapshot_close(session->snapshot);
	stop_words_free(session->stop_words);
	buffer_free(&session->out);
	buffer_free(&session->pager.held);
	buffer_free(&session->pager.sent);
	free(session->index_name);
}

static bool
has_field(void *context, const char *name)
{
	const struct session *session = context;

	return root_field(snapshot_root(session->snapshot), name) >= 0;
}

static const char *
like_field(void *context, const char *name)
{
	const struct session *session = context;
	const struct root *root = snapshot_root(session->snapshot);

	return suggest_name(
	    name, (const char *const *)root->fields, root->n_fields);
}

/* Articles must also lie between --since and --until. */
static void
add_dates(struct session *session, const char *text, size_t length,
    struct query *query)
{
	struct node *dates = node_create(&query->arena, NODE_DATE);
	struct node *all;

	dates->range = session->dates;
	if (strspn(text, " \t") >= length) {
		query->n_notes = 0; /* that there is no word */
		query->root = dates;
		return;
	}
	if (query->root->kind == NODE_AND) {
		node_add(&query->arena, query->root, dates);
		return;
	}
	all = node_create(&query->arena, NODE_AND);
	node_add(&query->arena, all, query->root);
	node_add(&query->arena, all, dates);
	query->root = all;
}

void
session_tell_note(const char *id, const char *note)
{
	struct buffer line = {0};
	size_t length = strcspn(note, "\n");

	buffer_append_string(&line, "note: ");
	if (id) {
		terminal_add_text(&line, id, strlen(id));
		buffer_append_string(&line, ": ");
	}
	terminal_add_text(&line, note, length);
	buffer_append_byte(&line, '\n');
	if (note[length]) {
		buffer_append_string(&line, "  hint: ");
		terminal_add_text(
		    &line, note + length + 1, strlen(note + length + 1));
		buffer_append_byte(&line, '\n');
	}
	fputs(buffer_string(&line), stderr);
	buffer_free(&line);
}

static void
tell_reading(const struct query *query)
{
	struct buffer text = {0}, line = {0};

	node_print(query->root, &text);
	buffer_append_string(&line, "read as ");
	terminal_add_text(&line, (const char *)text.bytes, text.size);
	for (size_t i = 0; i < query->n_stopped; i++) {
		buffer_append_string(&line,
		    i ? ", " : "\nleft out, since other words remain: ");
		terminal_add_text(
		    &line, query->stopped[i], strlen(query->stopped[i]));
	}
	fprintf(stderr, "%s\n", buffer_string(&line));
	buffer_free(&text);
	buffer_free(&line);
}

/* Excluded words that look like options, of a query from the command line. */
static void
note_excluded(const struct options *options, struct query *query)
{
	for (size_t i = 0; i < options->n_excluded; i++)
		notes_add(query, "left out articles with \"%s\"; the option is "
		    "--%s", options->excluded[i], options->excluded[i]);
}

enum status
session_parse(struct session *session, const char *text, size_t length,
    const char *id, struct query *query, struct error *error)
{
	const struct options *options = session->options;
	struct parser_options rules = {.any = options->any,
	    .plain = options->plain,
	    .stop_words = session->stop_words,
	    .has_field = has_field,
	    .like_field = like_field,
	    .context = session,
	    .today = session->today};
	enum status status = query_parse(text, length, &rules, query, error);

	if (status != STATUS_OK)
		return status;
	if (!options->plain)
		note_excluded(options, query);
	if (session->has_dates)
		add_dates(session, text, length, query);
	if (options->strict && query->n_notes > 0)
		return error_set(error, STATUS_INVALID, "%.*s",
		    (int)strcspn(query->notes[0], "\n"), query->notes[0]);
	for (size_t i = 0;
	     i < query->n_notes && options->format != FORMAT_QUIET; i++)
		session_tell_note(id, query->notes[i]);
	if (options->verbose)
		tell_reading(query);
	return STATUS_OK;
}
