/*
 * quire-bench: measures Quire.  What its commands print is the form in which
 * the drivers of other engines give theirs.
 */
#include "bench.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const char usage[] =
    "usage: quire-bench index [--text] CORPUS DIR\n"
    "       quire-bench search [--extra] [--forms] [--parse] DIR QUERIES [REPEAT]\n"
    "       quire-bench process [--cold FILE] REPEAT COMMAND...\n"
    "\n"
    "index    makes DIR/quire of JSON Lines and prints a line of JSON: engine, docs,\n"
    "         seconds, cpu_seconds, bytes.  As many threads as $THREADS says (1).\n"
    "  --text     keeps the text of the articles, too\n"
    "search   times queries inside the process, each the best of REPEAT (10).  A\n"
    "         line of QUERIES is id, kind (union, intersection, phrase) and words,\n"
    "         parted by tabs; of any other kind, a query as quire-query reads it.\n"
    "         Prints id, kind, command, count (-1: not asked for), microseconds and\n"
    "         the articles, numbered from 0.\n"
    "  --extra    also TOP_1000, and long unions, NOT, date: and title: made of QUERIES\n"
    "  --forms    phrases of any forms of their words, not of exactly these\n"
    "  --parse    reading the query is in the time\n"
    "process  runs a program REPEAT times; prints, for each run, the milliseconds by\n"
    "         the clock and of CPU, parted by a tab.  Its output goes nowhere.\n"
    "  --cold     takes FILE out of the page cache before each run\n";

static const struct {
	const char *name;
	enum status (*run)(int argc, char **argv, struct error *error);
} commands[] = {
    {"index", bench_index},
    {"search", bench_search},
    {"process", bench_process},
};

double
bench_now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static enum status
run(int argc, char **argv, struct error *error)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (argc > 1 && strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1, error);
	return STATUS_INVALID;
}

int
main(int argc, char **argv)
{
	struct error error = {0};
	enum status status = run(argc, argv, &error);

	if (status == STATUS_OK && fflush(stdout) == EOF)
		status = error_set(&error, STATUS_IO,
		    "the output could not be written");
	if (status == STATUS_OK)
		return 0;
	if (error.message[0])
		fprintf(stderr, "quire-bench: %s\n", error.message);
	else
		fputs(usage, stderr);
	return status == STATUS_DAMAGED ? 3 : 2;
}
