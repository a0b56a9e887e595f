/* --repair, in plain words: what was kept, what was not, what to do next. */
#include "upkeep.h"

#include "repair.h"
#include "show.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { NAMED_MOST = 20 /* articles, unless -v or --json asks for all */ };

struct telling {
	const char *name;
	const struct arguments *arguments;
	uint64_t n;
};

static void
tell_lost(void *context, const struct lost_article *article)
{
	struct telling *telling = context;
	const struct arguments *arguments = telling->arguments;
	struct buffer line = {0};

	telling->n++;
	if (arguments->json) {
		lost_article_json(article, &line);
		show_out(&line, stdout);
	} else if (telling->n <= NAMED_MOST || arguments->verbose) {
		show_text(&line, telling->name);
		buffer_append_string(&line, ": cannot be read: ");
		lost_article_show(article, &line);
		buffer_append_byte(&line, '\n');
		show_out(&line, stderr);
	} else if (telling->n == NAMED_MOST + 1) {
		fputs("and others; -v names all\n", stderr);
	}
	buffer_free(&line);
}

static void
add_json(struct buffer *line, const char *name,
    const struct repair_result *result)
{
	buffer_append_string(line, "{\"type\":\"repair\",\"index\":");
	show_json(line, name);
	buffer_append_format(line, ",\"damaged\":%s",
	    result->is_whole ? "false" : "true");
	if (!result->is_whole) {
		buffer_append_format(line, ",\"kept\":%" PRIu64 ",\"lost\":%"
		    PRIu64 ",\"returned\":%" PRIu64 ",\"guessed\":%" PRIu64
		    ",\"files_again\":%" PRIu64 ",\"sources_lost\":%" PRIu64
		    ",\"older\":%s,\"path\":", result->kept, result->lost,
		    result->returned, result->guessed, result->files_again,
		    result->sources_lost, result->is_older ? "true"
		    : "false");
		show_json(line, result->damaged);
	}
	buffer_append_string(line, "}\n");
}

/* One line "NAME: note: ..." of those that follow. */
static void
start_line(struct buffer *text, const char *name)
{
	show_text(text, name);
	buffer_append_string(text, ": ");
}

static void
add_doubts(struct buffer *text, const char *name,
    const struct repair_result *result)
{
	if (result->is_older) {
		start_line(text, name);
		buffer_append_string(text, "what was last committed could "
		    "not be read; this is the index as it was before\n");
	}
	if (result->returned) {
		start_line(text, name);
		buffer_append_string(text, "which articles had been removed "
		    "could not be read: up to ");
		show_count(text, result->returned, "removed article is",
		    "removed articles are");
		buffer_append_string(text, " back\n");
	}
	if (result->guessed) {
		start_line(text, name);
		show_count(text, result->guessed, "article has its",
		    "articles have their");
		buffer_append_string(text, " date, language or file from "
		    "what else it says\n");
	}
	if (result->sources_lost) {
		start_line(text, name);
		show_count(text, result->sources_lost, "source has lost its "
		    "name and is called", "sources have lost their names and "
		    "are called");
		buffer_append_string(text, " \"lost source ...\"; see "
		    "--stats and --forget\n");
	}
}

static void
add_text(struct buffer *text, const struct telling *telling,
    const struct repair_result *result)
{
	const char *name = telling->name;

	start_line(text, name);
	if (result->is_whole) {
		buffer_append_string(text, "nothing is damaged, and nothing "
		    "was changed\n");
		return;
	}
	show_count(text, result->kept, "article", "articles");
	buffer_append_string(text, " kept, ");
	show_number(text, result->lost);
	buffer_append_string(text, " could not be read\n");
	add_doubts(text, name, result);
	if (result->files_again) {
		start_line(text, name);
		show_count(text, result->files_again, "file is", "files are");
		buffer_append_string(text, " read again by the next  "
		    "quire-index -i ");
		show_text(text, name);
		buffer_append_byte(text, '\n');
	}
	start_line(text, name);
	buffer_append_string(text, "the damaged file is kept as ");
	show_path(text, result->damaged, true);
	buffer_append_byte(text, '\n');
}

enum status
upkeep_repair(const char *path, const char *name,
    const struct arguments *arguments, bool *lost, struct error *error)
{
	struct telling telling = {name, arguments, 0};
	struct repair_result result;
	struct buffer text = {0};
	enum status status = repair_run(path, name, arguments->memory,
	    tell_lost, &telling, &result, error);

	if (status == STATUS_OK && arguments->json)
		add_json(&text, name, &result);
	else if (status == STATUS_OK && !arguments->quiet)
		add_text(&text, &telling, &result);
	show_out(&text, stdout);
	*lost = result.lost > 0 || result.is_older;
	buffer_free(&text);
	free(result.damaged);
	return status;
}
