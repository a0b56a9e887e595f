/*
 * quire-query: searches an index of articles.
 *
 * The way of a query: options.c reads the command line, session.c opens the
 * index and has parser.c make a tree of the text, search.c finds and ranks
 * the articles, hits.c reads them, print_*.c write them.
 */
#include "help.h"
#include "options.h"
#include "session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum exit_status {
	EXIT_FOUND = 0,
	EXIT_NOTHING = 1,
	EXIT_ERROR = 2,
	EXIT_DAMAGED = 3,
};

static enum exit_status
exit_status_of(enum status status)
{
	switch (status) {
	case STATUS_OK:
	case STATUS_END:
		return EXIT_FOUND;
	case STATUS_NOT_FOUND:
		return EXIT_NOTHING;
	case STATUS_DAMAGED:
		return EXIT_DAMAGED;
	default:
		return EXIT_ERROR;
	}
}

/* `place` stands before the message, or is NULL. */
static void
tell_error(const char *place, const struct error *error)
{
	struct buffer line = {0};

	buffer_append_string(&line, "quire-query: ");
	if (place) {
		terminal_add_text(&line, place, strlen(place));
		buffer_append_string(&line, ": ");
	}
	terminal_add_text(&line, error->message, strlen(error->message));
	if (error->hint[0]) {
		buffer_append_string(&line, "\n  hint: ");
		terminal_add_text(&line, error->hint, strlen(error->hint));
	}
	fprintf(stderr, "%s\n", buffer_string(&line));
	buffer_free(&line);
}

/* Whether a text is words and blanks only, and how many words. */
static size_t
count_plain_words(const char *text)
{
	size_t n = 0;
	bool inside = false;

	for (; *text; text++) {
		bool letter = (unsigned char)*text >= 0x80 ||
		    (*text >= 'a' && *text <= 'z') ||
		    (*text >= 'A' && *text <= 'Z') ||
		    (*text >= '0' && *text <= '9');

		if (!letter && *text != ' ')
			return 0;
		n += letter && !inside;
		inside = letter;
	}
	return n;
}

/* One argument of several words: quotes that the shell took were perhaps
 * meant for us. */
static void
tell_about_quotes(struct options *options)
{
	const char *text = buffer_string(&options->query);
	size_t n = count_plain_words(text);

	if (options->n_operands != 1 || n < 2 || !isatty(STDERR_FILENO) ||
	    options->any || options->plain || options->format != FORMAT_TEXT ||
	    strstr(text, " OR ") || strstr(text, " AND ") ||
	    strstr(text, "NOT "))
		return;
	fprintf(stderr,
	    "note: searched for articles with %s words; for the phrase write"
	    "  quire-query '\"%s\"'\n",
	    n == 2 ? "both" : "all these", text);
}

/* The id of a line of a batch and where its query begins. */
static char *
split_line(char *line, size_t number, char id[32], char **query)
{
	char *tab = strchr(line, '\t');

	if (tab) {
		*tab = '\0';
		*query = tab + 1;
		return line;
	}
	snprintf(id, 32, "%zu", number);
	*query = line;
	return id;
}

static enum status
answer_line(struct session *session, char *line, size_t number,
    struct error *error)
{
	char number_text[32], *query;
	char *id = split_line(line, number, number_text, &query);
	struct buffer place = {0};
	enum status status;

	status = session_answer(session, query, strlen(query), id, error);
	if (status != STATUS_INVALID)
		return status;
	/* One query that cannot be read does not end the batch. */
	buffer_append_format(&place, "%s:%zu",
	    strcmp(session->options->batch, "-") == 0
	        ? "standard input"
	        : session->options->batch,
	    number);
	tell_error(buffer_string(&place), error);
	buffer_free(&place);
	return STATUS_INVALID;
}

/* Why a file cannot be read, in the words of the other messages. */
static const char *
reason(int code)
{
	switch (code) {
	case ENOENT:
		return "no such file";
	case EISDIR:
		return "is a folder";
	case EACCES:
		return "permission denied";
	default:
		return strerror(code);
	}
}

static enum status
answer_file(struct session *session, FILE *file, struct error *error)
{
	enum status result = STATUS_NOT_FOUND, status = STATUS_OK;
	bool refused = false;
	size_t capacity = 0, number = 0;
	char *line = NULL;
	ssize_t length;

	while (errno = 0,
	    (length = getline(&line, &capacity, file)) >= 0) {
		number++;
		while (length > 0 && strchr("\r\n", line[length - 1]))
			line[--length] = '\0';
		if (line[0] == '\0')
			continue;
		*error = (struct error){0};
		status = answer_line(session, line, number, error);
		if (status == STATUS_OK)
			result = STATUS_OK;
		else if (status == STATUS_INVALID)
			refused = true;
		else if (status != STATUS_NOT_FOUND)
			break;
	}
	free(line);
	if (status != STATUS_OK && status != STATUS_NOT_FOUND &&
	    status != STATUS_INVALID)
		return status;
	/* No memory for a line is no error of the file. */
	if (!feof(file))
		return error_set(error, STATUS_IO, "%s: %s",
		    session->options->batch, reason(errno));
	return refused ? STATUS_INVALID : result;
}

static enum status
answer_batch(struct session *session, struct error *error)
{
	const char *name = session->options->batch;
	enum status status;
	FILE *file;

	if (strcmp(name, "-") == 0) {
		if (isatty(STDIN_FILENO))
			fputs("quire-query: reading queries, one a line;"
			      " end with Ctrl-D\n",
			    stderr);
		return answer_file(session, stdin, error);
	}
	file = fopen(name, "r");
	if (file == NULL)
		return error_set(
		    error, STATUS_IO, "%s: %s", name, reason(errno));
	status = answer_file(session, file, error);
	fclose(file);
	return status;
}

/*
 * Does what the options say with an open index.  An error that was told
 * already leaves no message.
 */
static enum status
run(struct session *session, struct options *options, struct error *error)
{
	enum status status;

	if (options->mode == OPTIONS_BATCH) {
		status = answer_batch(session, error);
		if (status == STATUS_INVALID)
			error->message[0] = '\0';
		return status;
	}
	if (options->mode == OPTIONS_SHOW)
		return session_show(session, options->show,
		    buffer_string(&options->query), options->query.size,
		    error);
	status = session_answer(session, buffer_string(&options->query),
	    options->query.size, NULL, error);
	if (status == STATUS_OK || status == STATUS_NOT_FOUND)
		tell_about_quotes(options);
	return status;
}

static void
hint_at_partial(const struct session *session, struct error *error)
{
	if (session->options->partial)
		error_hint(error, "quire-index -i %s --repair",
		    session->index_name);
	else
		error_hint(error, "quire-index -i %s --check  says what is "
		    "damaged; --partial searches the rest",
		    session->index_name);
}

static enum exit_status
search(struct options *options)
{
	struct session session;
	struct error error = {0}, late = {0};
	enum status status = session_open(&session, options, &error);
	enum exit_status result;

	if (status != STATUS_OK) {
		if (status == STATUS_DAMAGED)
			hint_at_partial(&session, &error);
		tell_error(NULL, &error);
		session_close(&session);
		/* Here "not found" is the index, not an article. */
		return status == STATUS_DAMAGED ? EXIT_DAMAGED : EXIT_ERROR;
	}
	status = run(&session, options, &error);
	result = exit_status_of(status);
	if (status == STATUS_DAMAGED)
		hint_at_partial(&session, &error);
	if (pager_close(&session.pager, &late) != STATUS_OK) {
		tell_error(NULL, &late);
		result = EXIT_ERROR;
	} else if (result != EXIT_FOUND && error.message[0]) {
		tell_error(NULL, &error);
	}
	session_close(&session);
	return result;
}

/* Help and version; what cannot be written is an error like any other. */
static enum exit_status
print_text_of(const char *text)
{
	if (fputs(text, stdout) == EOF || fflush(stdout) == EOF) {
		fprintf(stderr,
		    "quire-query: the output could not be written: %s\n",
		    strerror(errno));
		return EXIT_ERROR;
	}
	return EXIT_FOUND;
}

static enum exit_status
start(struct options *options)
{
	switch (options->mode) {
	case OPTIONS_HELP:
		return print_text_of(help_text);
	case OPTIONS_SYNTAX:
		return print_text_of(help_syntax);
	case OPTIONS_VERSION:
		return print_text_of("quire-query " QUIRE_VERSION "\n");
	case OPTIONS_SEARCH:
		if (options->n_operands == 0 && !options->since &&
		    !options->until) {
			fputs("quire-query: nothing to search for\n"
			      "  usage: quire-query [OPTION]... QUERY...   "
			      "(quire-query --help)\n",
			    stderr);
			return EXIT_ERROR;
		}
		break;
	case OPTIONS_BATCH:
	case OPTIONS_SHOW:
		break;
	}
	return search(options);
}

int
main(int argc, char **argv)
{
	struct options options;
	struct error error = {0};
	enum exit_status result;

	if (options_read(argc, argv, &options, &error) == STATUS_OK) {
		result = start(&options);
	} else {
		tell_error(NULL, &error);
		result = EXIT_ERROR;
	}
	options_free(&options);
	return (int)result;
}
