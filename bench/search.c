/*
 * How long queries take inside the process, by the code that answers them in
 * quire-query: its parser, with every word kept, its plan and its search.
 *
 * What other engines do before the clock starts is done before it here, too:
 * the text of a query is read to a tree.  All else is done anew each time:
 * looking its words up, planning, decoding, scoring.
 */
#include "bench.h"

#include "alloc.h"
#include "buffer.h"
#include "questions.h"
#include "search.h"
#include "session.h"
#include "store/snapshot.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/*
 * What is asked of a query.  search_run always counts; without hits it
 * counts only, and computes no score.
 */
static const struct command {
	const char *name;
	size_t limit;
	bool prints_count, prints_hits;
	bool extra;
} commands[] = {
    {.name = "TOP_10", .limit = 10, .prints_hits = true},
    {.name = "COUNT", .prints_count = true},
    {.name = "TOP_10_COUNT", .limit = 10, .prints_count = true},
    {.name = "TOP_1000", .limit = 1000, .extra = true},
};
enum { N_COMMANDS = sizeof(commands) / sizeof(*commands) };

struct bench {
	struct options options; /* those of quire-query */
	struct session session;
	struct questions questions;
	uint64_t *first; /* of each segment, the number of its first article */
	int repeat;
	bool extra, parse;
};

/* --- a query --- */

static enum status
read_question(struct bench *bench, const struct question *question,
    struct query *query, struct error *error)
{
	bench->options.any = question->any;
	bench->options.plain = question->plain;
	return session_parse(&bench->session, question->text,
	    strlen(question->text), NULL, query, error);
}

static enum status
answer(struct bench *bench, const struct query *query, size_t limit,
    struct search_result *result, struct error *error)
{
	struct search_options options = {.k1 = bench->options.k1,
	    .b = bench->options.b,
	    .sort = SORT_BEST,
	    .limit = limit};

	return search_run(bench->session.snapshot, query->root, &options,
	    result, error);
}

/* Answers once, in so many microseconds. */
static enum status
run_once(struct bench *bench, const struct question *question, size_t limit,
    struct search_result *result, double *microseconds, struct error *error)
{
	struct query query;
	double start = bench_now();
	enum status status;

	if (bench->parse) {
		status = read_question(bench, question, &query, error);
		if (status == STATUS_OK)
			status = answer(bench, &query, limit, result, error);
		query_free(&query);
	} else {
		status = answer(
		    bench, &question->query, limit, result, error);
	}
	*microseconds = bench_now() - start;
	return status;
}

static void
print_line(const struct bench *bench, const struct question *question,
    const struct command *command, const struct search_result *result,
    double microseconds)
{
	printf("%s\t%s\t%s\t%lld\t%.1f\t", question->id, question->kind,
	    command->name,
	    command->prints_count ? (long long)result->total : -1,
	    microseconds);
	for (size_t i = 0; command->prints_hits && i < result->n_hits; i++)
		printf("%s%llu", i ? "," : "",
		    (unsigned long long)bench->first[result->hits[i].segment] +
		        result->hits[i].document);
	putchar('\n');
}

static enum status
time_command(struct bench *bench, const struct question *question,
    const struct command *command, struct error *error)
{
	struct search_result result = {0};
	enum status status = STATUS_OK;
	double best = 0;

	for (int i = 0; i < bench->repeat && status == STATUS_OK; i++) {
		double microseconds;

		search_result_free(&result);
		status = run_once(bench, question, command->limit, &result,
		    &microseconds, error);
		if (i == 0 || microseconds < best)
			best = microseconds;
	}
	if (status == STATUS_OK)
		print_line(bench, question, command, &result, best);
	search_result_free(&result);
	return status;
}

/* --- all of them --- */

static enum status
read_questions(struct bench *bench, const char *path, struct error *error)
{
	struct questions *questions = &bench->questions;
	enum status status = questions_read(questions, path, error);

	if (status == STATUS_OK && bench->extra)
		questions_add_extra(questions);
	for (size_t i = 0; i < questions->n && status == STATUS_OK; i++)
		status = read_question(bench, &questions->all[i],
		    &questions->all[i].query, error);
	return status;
}

/* Each once before any is timed, so that nothing comes from the disk. */
static enum status
warm_up(struct bench *bench, struct error *error)
{
	const struct questions *questions = &bench->questions;
	enum status status = STATUS_OK;

	for (size_t i = 0; i < questions->n && status == STATUS_OK; i++) {
		struct search_result result = {0};

		status = answer(
		    bench, &questions->all[i].query, 10, &result, error);
		search_result_free(&result);
	}
	return status;
}

static enum status
time_all(struct bench *bench, struct error *error)
{
	const struct questions *questions = &bench->questions;
	enum status status = warm_up(bench, error);

	for (size_t i = 0; i < questions->n; i++)
		for (size_t k = 0; k < N_COMMANDS; k++)
			if (status == STATUS_OK &&
			    (bench->extra || !commands[k].extra))
				status = time_command(bench,
				    &questions->all[i], &commands[k], error);
	return status;
}

/* --- the index --- */

/* Articles are numbered over all segments, in the archive's order. */
static void
number_articles(struct bench *bench)
{
	size_t n = snapshot_n_segments(bench->session.snapshot);
	uint64_t first = 0;

	bench->first = alloc_zeroed(n + 1, sizeof(*bench->first));
	for (size_t i = 0; i < n; i++) {
		bench->first[i] = first;
		first += segment_n_documents(
		    snapshot_segment(bench->session.snapshot, i));
	}
}

/* The file of the index in the folder of an engine; a file is itself one. */
static const char *
find_index(const char *folder, struct buffer *path)
{
	struct stat file;

	/* What holds no slash would be a name in the index folder. */
	buffer_append_format(
	    path, "%s%s", strchr(folder, '/') ? "" : "./", folder);
	if (stat(folder, &file) != 0 || !S_ISREG(file.st_mode))
		buffer_append_string(path, "/quire");
	return buffer_string(path);
}

static enum status
search(struct bench *bench, const char *index, const char *queries,
    struct error *error)
{
	/* -q: what is noted about a query is not printed. */
	const char *argv[] = {"quire-query", "-q", "-i", index,
	    "--stop-words", "none", NULL};
	enum status status =
	    options_read(6, (char **)argv, &bench->options, error);

	if (status == STATUS_OK) {
		status = session_open(
		    &bench->session, &bench->options, error);
		if (status == STATUS_OK) {
			number_articles(bench);
			status = read_questions(bench, queries, error);
		}
		if (status == STATUS_OK)
			status = time_all(bench, error);
		questions_free(&bench->questions);
		session_close(&bench->session);
		free(bench->first);
	}
	options_free(&bench->options);
	return status;
}

enum status
bench_search(int argc, char **argv, struct error *error)
{
	static const struct option names[] = {
	    {"extra", no_argument, NULL, 'e'},
	    {"forms", no_argument, NULL, 'f'},
	    {"parse", no_argument, NULL, 'p'}, {0}};
	struct bench bench = {.repeat = 10};
	struct buffer index = {0};
	enum status status;
	int option;

	while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
		if (option == '?')
			return STATUS_INVALID;
		bench.extra |= option == 'e';
		bench.questions.forms |= option == 'f';
		bench.parse |= option == 'p';
	}
	if (argc - optind < 2 || argc - optind > 3)
		return STATUS_INVALID;
	if (argc - optind == 3)
		bench.repeat = atoi(argv[optind + 2]);
	if (bench.repeat < 1)
		return STATUS_INVALID;
	status = search(&bench, find_index(argv[optind], &index),
	    argv[optind + 1], error);
	buffer_free(&index);
	return status;
}
