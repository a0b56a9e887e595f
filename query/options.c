/*
 * Reads the command line.  getopt is not used: a minus before a word of two
 * letters or more excludes that word (-toll), so short options do not
 * cluster and only numbers may be attached to them (-n20).
 */
#include "options.h"

#include "option_table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum option_id {
	OPTION_ANY,
	OPTION_BATCH,
	OPTION_COLOR,
	OPTION_COUNT,
	OPTION_EXPLAIN,
	OPTION_HELP,
	OPTION_INDEX,
	OPTION_JSON,
	OPTION_LIMIT,
	OPTION_LINK,
	OPTION_LIST,
	OPTION_NO_PAGER,
	OPTION_NUL,
	OPTION_PAGE,
	OPTION_PARTIAL,
	OPTION_PLAIN,
	OPTION_QUIET,
	OPTION_RANK,
	OPTION_SHOW,
	OPTION_SINCE,
	OPTION_SNIPPETS,
	OPTION_SORT,
	OPTION_STOP_WORDS,
	OPTION_STRICT,
	OPTION_SYNTAX,
	OPTION_TREC,
	OPTION_UNTIL,
	OPTION_VERBOSE,
	OPTION_VERSION,
};

static const struct option_row entries[] = {
    [OPTION_ANY] = {"any", 0, ARGUMENT_NONE},
    [OPTION_BATCH] = {"batch", 0, ARGUMENT_NEEDED},
    [OPTION_COLOR] = {"color", 0, ARGUMENT_OPTIONAL},
    [OPTION_COUNT] = {"count", 'c', ARGUMENT_NONE},
    [OPTION_EXPLAIN] = {"explain", 0, ARGUMENT_OPTIONAL},
    [OPTION_HELP] = {"help", 'h', ARGUMENT_NONE},
    [OPTION_INDEX] = {"index", 'i', ARGUMENT_NEEDED},
    [OPTION_JSON] = {"json", 0, ARGUMENT_NONE},
    [OPTION_LIMIT] = {"limit", 'n', ARGUMENT_NEEDED},
    [OPTION_LINK] = {"link", 0, ARGUMENT_OPTIONAL},
    [OPTION_LIST] = {"list", 'l', ARGUMENT_NONE},
    [OPTION_NO_PAGER] = {"no-pager", 0, ARGUMENT_NONE},
    [OPTION_NUL] = {"null", '0', ARGUMENT_NONE},
    [OPTION_PAGE] = {"page", 'p', ARGUMENT_NEEDED},
    [OPTION_PARTIAL] = {"partial", 0, ARGUMENT_NONE},
    [OPTION_PLAIN] = {"plain", 0, ARGUMENT_NONE},
    [OPTION_QUIET] = {"quiet", 'q', ARGUMENT_NONE},
    [OPTION_RANK] = {"rank", 0, ARGUMENT_NEEDED},
    [OPTION_SHOW] = {"show", 0, ARGUMENT_NEEDED},
    [OPTION_SINCE] = {"since", 0, ARGUMENT_NEEDED},
    [OPTION_SNIPPETS] = {"snippets", 0, ARGUMENT_NEEDED},
    [OPTION_SORT] = {"sort", 's', ARGUMENT_NEEDED},
    [OPTION_STOP_WORDS] = {"stop-words", 0, ARGUMENT_NEEDED},
    [OPTION_STRICT] = {"strict", 0, ARGUMENT_NONE},
    [OPTION_SYNTAX] = {"syntax", 0, ARGUMENT_NONE},
    [OPTION_TREC] = {"trec", 0, ARGUMENT_NONE},
    [OPTION_UNTIL] = {"until", 0, ARGUMENT_NEEDED},
    [OPTION_VERBOSE] = {"verbose", 'v', ARGUMENT_NONE},
    [OPTION_VERSION] = {"version", 'V', ARGUMENT_NONE},
};

enum {
	N_ENTRIES = sizeof(entries) / sizeof(*entries),
	NUMBER_MAX = 1000000000,
	LIMIT_DEFAULT = 10,
	LIMIT_TREC = 1000,
};

struct reader {
	struct options *options;
	struct error *error;
	struct option_reader rest; /* of the arguments */
	bool limit_given; /* -n was there */
};

static enum status
read_number(const struct reader *reader, enum option_id id, const char *text,
    size_t *number)
{
	char *end;
	unsigned long long value;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end || errno ||
	    value > NUMBER_MAX)
		return error_set(reader->error, STATUS_INVALID,
		    "--%s takes a number, not \"%s\"", entries[id].name, text);
	*number = (size_t)value;
	return STATUS_OK;
}

static enum status
read_when(const struct reader *reader, enum option_id id, const char *text,
    enum terminal_when *when)
{
	if (text == NULL || strcmp(text, "always") == 0)
		*when = WHEN_ALWAYS;
	else if (strcmp(text, "auto") == 0)
		*when = WHEN_AUTO;
	else if (strcmp(text, "never") == 0)
		*when = WHEN_NEVER;
	else
		return error_set(reader->error, STATUS_INVALID,
		    "--%s is auto, always or never, not \"%s\"",
		    entries[id].name, text);
	return STATUS_OK;
}

static enum status
read_sort(const struct reader *reader, const char *text)
{
	if (strcmp(text, "best") == 0)
		reader->options->sort = SORT_BEST;
	else if (strcmp(text, "new") == 0)
		reader->options->sort = SORT_NEW;
	else if (strcmp(text, "old") == 0)
		reader->options->sort = SORT_OLD;
	else
		return error_set(reader->error, STATUS_INVALID,
		    "--sort is best, new or old, not \"%s\"", text);
	return STATUS_OK;
}

/* bm25[,k1=X][,b=X] */
static enum status
read_rank(const struct reader *reader, const char *text)
{
	struct options *options = reader->options;
	const char *at = text + strcspn(text, ",");

	if (at - text != 4 || memcmp(text, "bm25", 4) != 0)
		goto invalid;
	while (*at == ',') {
		double *value = NULL, most = 0;
		char *end;

		at++;
		if (strncmp(at, "k1=", 3) == 0) {
			value = &options->k1;
			most = 1000;
			at += 3;
		} else if (strncmp(at, "b=", 2) == 0) {
			value = &options->b;
			most = 1;
			at += 2;
		}
		/* Only plain numbers: strtod also knows nan, inf and hex. */
		if (value == NULL || strspn(at, "0123456789.") == 0 ||
		    at[strspn(at, "0123456789.")] == 'x')
			goto invalid;
		*value = strtod(at, &end);
		if (end == at || !(*value >= 0 && *value <= most))
			goto invalid;
		at = end;
	}
	if (*at == '\0')
		return STATUS_OK;
invalid:
	error_set(reader->error, STATUS_INVALID,
	    "ranking \"%s\" is not understood", text);
	error_hint(reader->error,
	    "bm25,k1=1.2,b=0.75  with k1 from 0 and b from 0 to 1");
	return STATUS_INVALID;
}

static enum status
read_snippets(const struct reader *reader, const char *text)
{
	size_t n = 0;
	enum status status =
	    read_number(reader, OPTION_SNIPPETS, text, &n);

	if (status == STATUS_OK && n > 1)
		status = error_set(reader->error, STATUS_INVALID,
		    "--snippets is 0 or 1, not %s", text);
	if (status == STATUS_OK)
		reader->options->snippets = n;
	return status;
}

static enum status
read_index(struct reader *reader, const char *text)
{
	if (reader->options->index &&
	    strcmp(reader->options->index, text) != 0) {
		error_set(reader->error, STATUS_INVALID,
		    "only one index can be searched at a time so far");
		error_hint(reader->error, "run it again with  -i %s", text);
		return STATUS_INVALID;
	}
	reader->options->index = text;
	return STATUS_OK;
}

/* The options that take a value. */
static enum status
apply_value(struct reader *reader, enum option_id id, const char *value)
{
	struct options *options = reader->options;
	enum status status = STATUS_OK;

	switch (id) {
	case OPTION_BATCH:
		options->batch = value;
		break;
	case OPTION_COLOR:
		return read_when(reader, id, value, &options->colour);
	case OPTION_EXPLAIN:
		options->explain = true;
		if (value)
			return read_number(
			    reader, id, value, &options->explain_hit);
		break;
	case OPTION_INDEX:
		return read_index(reader, value);
	case OPTION_LIMIT:
		reader->limit_given = true;
		status = read_number(reader, id, value, &options->limit);
		if (options->limit == 0)
			options->limit = SIZE_MAX;
		break;
	case OPTION_LINK:
		return read_when(reader, id, value, &options->link);
	case OPTION_PAGE:
		status = read_number(reader, id, value, &options->page);
		if (status == STATUS_OK && options->page == 0)
			status = error_set(reader->error, STATUS_INVALID,
			    "pages are counted from 1");
		break;
	case OPTION_RANK:
		return read_rank(reader, value);
	case OPTION_SHOW:
		options->show = value;
		break;
	case OPTION_SINCE:
		options->since = value;
		break;
	case OPTION_SNIPPETS:
		return read_snippets(reader, value);
	case OPTION_SORT:
		return read_sort(reader, value);
	case OPTION_STOP_WORDS:
		options->stop_words = value;
		break;
	case OPTION_UNTIL:
		options->until = value;
		break;
	default:
		break;
	}
	return status;
}

/* The options that take none. */
static void
apply_flag(struct options *options, enum option_id id)
{
	switch (id) {
	case OPTION_ANY:
		options->any = true;
		break;
	case OPTION_COUNT:
		options->count = true;
		break;
	case OPTION_HELP:
		options->mode = OPTIONS_HELP;
		break;
	case OPTION_JSON:
		options->format = FORMAT_JSON;
		break;
	case OPTION_LIST:
		options->format = FORMAT_LIST;
		break;
	case OPTION_NO_PAGER:
		options->pager = false;
		break;
	case OPTION_NUL:
		options->nul = true;
		break;
	case OPTION_PARTIAL:
		options->partial = true;
		break;
	case OPTION_PLAIN:
		options->plain = true;
		break;
	case OPTION_QUIET:
		options->format = FORMAT_QUIET;
		break;
	case OPTION_STRICT:
		options->strict = true;
		break;
	case OPTION_SYNTAX:
		options->mode = OPTIONS_SYNTAX;
		break;
	case OPTION_TREC:
		options->format = FORMAT_TREC;
		break;
	case OPTION_VERBOSE:
		options->verbose = true;
		break;
	case OPTION_VERSION:
		options->mode = OPTIONS_VERSION;
		break;
	default:
		break;
	}
}

static const struct option_table table = {entries, N_ENTRIES,
    "quire-query"};

/* `value` is what was attached to the option, or NULL. */
static enum status
apply(struct reader *reader, size_t id, const char *value)
{
	enum status status = option_table_value(&entries[id], &reader->rest,
	    &value, reader->error);

	if (status != STATUS_OK)
		return status;
	if (entries[id].argument != ARGUMENT_NONE)
		return apply_value(reader, (enum option_id)id, value);
	apply_flag(reader->options, (enum option_id)id);
	return STATUS_OK;
}

static enum status
read_long(struct reader *reader, const char *text)
{
	const char *value;
	size_t id;
	enum status status = option_table_find(&table, text, &id, &value,
	    reader->error);

	return status == STATUS_OK ? apply(reader, id, value) : status;
}

static void
add_operand(struct options *options, const char *text)
{
	if (options->n_operands++ > 0)
		buffer_append_byte(&options->query, ' ');
	buffer_append_string(&options->query, text);
}

/* -json is read as it says, but --json may have been meant. */
static void
add_excluded(struct options *options, const char *word)
{
	if (options->n_excluded < EXCLUDED_MOST &&
	    option_table_is_name(&table, word))
		options->excluded[options->n_excluded++] = word;
	add_operand(options, word - 1);
}

/* An argument that begins with one minus. */
static enum status
read_short(struct reader *reader, const char *text)
{
	size_t id = option_table_letter(&table, text[1]);
	bool is_letter = (text[1] >= 'a' && text[1] <= 'z') ||
	    (text[1] >= 'A' && text[1] <= 'Z');

	if (id < N_ENTRIES && text[2] == '\0')
		return apply(reader, id, NULL);
	if (id < N_ENTRIES && entries[id].argument == ARGUMENT_NEEDED &&
	    strspn(text + 2, "0123456789") == strlen(text + 2))
		return apply(reader, id, text + 2);
	if (is_letter && text[2] == '\0') {
		error_set(reader->error, STATUS_INVALID, "unknown option -%c",
		    text[1]);
		error_hint(reader->error,
		    "to leave out the word %c write  NOT %c", text[1],
		    text[1]);
		return STATUS_INVALID;
	}
	add_excluded(reader->options, text + 1);
	return STATUS_OK;
}

static enum status
read_arguments(struct reader *reader)
{
	enum status status = STATUS_OK;

	while (status == STATUS_OK && reader->rest.next < reader->rest.argc) {
		const char *text = reader->rest.argv[reader->rest.next++];

		if (strcmp(text, "--") == 0)
			break;
		if (text[0] != '-' || text[1] == '\0')
			add_operand(reader->options, text);
		else if (text[1] == '-')
			status = read_long(reader, text + 2);
		else
			status = read_short(reader, text);
	}
	while (status == STATUS_OK && reader->rest.next < reader->rest.argc)
		add_operand(reader->options, reader->rest.argv[reader->rest.next++]);
	return status;
}

/* What follows from several options together. */
static enum status
settle(struct reader *reader)
{
	struct options *options = reader->options;

	if (options->mode != OPTIONS_SEARCH)
		return STATUS_OK;
	if (options->show)
		options->mode = OPTIONS_SHOW;
	else if (options->batch)
		options->mode = OPTIONS_BATCH;
	if (options->batch && options->n_operands > 0)
		return error_set(reader->error, STATUS_INVALID,
		    "the queries come from --batch; \"%s\" is one too many",
		    buffer_string(&options->query));
	if (options->nul && options->format == FORMAT_TEXT)
		options->format = FORMAT_LIST;
	if (options->count && options->format != FORMAT_JSON &&
	    options->format != FORMAT_QUIET)
		options->format = FORMAT_COUNT;
	if (!reader->limit_given && options->format == FORMAT_TREC)
		options->limit = LIMIT_TREC;
	if (!reader->limit_given && options->format == FORMAT_LIST)
		options->limit = SIZE_MAX;
	if (options->limit == SIZE_MAX)
		options->page = 1;
	return STATUS_OK;
}

enum status
options_read(
    int argc, char **argv, struct options *options, struct error *error)
{
	struct reader reader = {.options = options,
	    .error = error,
	    .rest = {argc, 1, argv}};
	enum status status;

	*options = (struct options){.limit = LIMIT_DEFAULT,
	    .page = 1,
	    .k1 = 1.2,
	    .b = 0.75,
	    .snippets = 1,
	    .pager = true,
	    .stop_words = "default"};
	status = read_arguments(&reader);
	return status == STATUS_OK ? settle(&reader) : status;
}

void
options_free(struct options *options)
{
	buffer_free(&options->query);
}
