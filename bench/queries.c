/*
 * queries: times the engine alone, inside one process.
 *
 *     queries INDEX QUERIES [REPEAT]
 *
 * A line of QUERIES is an id, a kind and words, parted by tabs.  The words of
 * a `union` are joined by OR, those of a `phrase` are one phrase of any
 * forms, those of any other kind must all be there; stop words are kept.
 *
 * Each line and command (TOP_10, COUNT, TOP_10_COUNT) gives one line: id,
 * kind, command, count, the best of REPEAT times in microseconds, and the
 * articles by their numbers.  Reading the query is in the time, printing is
 * not.
 */
#include "parser.h"
#include "search.h"
#include "status.h"
#include "buffer.h"
#include "store/snapshot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct timing {
	double microseconds; /* the best so far; negative: none */
	struct search_result result;
};

static double
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static enum status
run_once(struct snapshot *snapshot, const struct buffer *text, bool any,
    size_t limit, struct timing *timing, struct error *error)
{
	struct search_options options = {
	    .k1 = 1.2, .b = 0.75, .limit = limit};
	struct parser_options rules = {.any = any};
	struct query query;
	enum status status;
	double start;

	search_result_free(&timing->result);
	timing->result = (struct search_result){0};
	start = now();
	status = query_parse(
	    (const char *)text->bytes, text->size, &rules, &query, error);
	if (status == STATUS_OK)
		status = search_run(snapshot, query.root, &options,
		    &timing->result, error);
	query_free(&query);
	start = now() - start;
	if (timing->microseconds < 0 || start < timing->microseconds)
		timing->microseconds = start;
	return status;
}

static void
print_line(const char *id, const char *kind, const char *command,
    const struct timing *timing)
{
	printf("%s\t%s\t%s\t%llu\t%.1f\t", id, kind, command,
	    (unsigned long long)timing->result.total, timing->microseconds);
	for (size_t i = 0; i < timing->result.n_hits; i++)
		printf("%s%u", i ? " " : "", timing->result.hits[i].document);
	putchar('\n');
}

/* The total is exact whatever is asked, so two of the commands are one. */
static enum status
time_query(struct snapshot *snapshot, const char *id, const char *kind,
    const char *words, int repeat, struct error *error)
{
	static const char *const commands[] = {
	    "TOP_10", "COUNT", "TOP_10_COUNT"};
	static const size_t limits[] = {10, 0, 10};
	bool phrase = strcmp(kind, "phrase") == 0;
	bool any = strcmp(kind, "union") == 0;
	enum status status = STATUS_OK;
	struct buffer text = {0};

	buffer_append_format(&text, phrase ? "~\"%s\"" : "%s", words);
	for (size_t i = 0; i < 3 && status == STATUS_OK; i++) {
		struct timing timing = {.microseconds = -1};

		for (int n = 0; n < repeat && status == STATUS_OK; n++)
			status = run_once(snapshot, &text, any, limits[i],
			    &timing, error);
		if (status == STATUS_OK)
			print_line(id, kind, commands[i], &timing);
		search_result_free(&timing.result);
	}
	buffer_free(&text);
	return status;
}

static enum status
time_file(struct snapshot *snapshot, FILE *file, int repeat,
    struct error *error)
{
	enum status status = STATUS_OK;
	size_t capacity = 0;
	char *line = NULL;

	while (status == STATUS_OK && getline(&line, &capacity, file) > 0) {
		char *rest = line;
		char *id = strsep(&rest, "\t");
		char *kind = strsep(&rest, "\t");
		char *words = strsep(&rest, "\r\n");

		if (words)
			status = time_query(
			    snapshot, id, kind, words, repeat, error);
	}
	free(line);
	return status;
}

int
main(int argc, char **argv)
{
	struct snapshot *snapshot;
	struct error error = {0};
	enum status status;
	FILE *file;

	if (argc < 3) {
		fputs("usage: queries INDEX QUERIES [REPEAT]\n", stderr);
		return 2;
	}
	file = fopen(argv[2], "r");
	if (file == NULL) {
		perror(argv[2]);
		return 2;
	}
	status = snapshot_open(argv[1], argv[1], &snapshot, &error);
	if (status == STATUS_OK) {
		status = time_file(
		    snapshot, file, argc > 3 ? atoi(argv[3]) : 10, &error);
		snapshot_close(snapshot);
	}
	fclose(file);
	if (status != STATUS_OK)
		fprintf(stderr, "queries: %s\n", error.message);
	return status == STATUS_OK ? 0 : 2;
}
