/* An index that several processes use at once. */
#include "sharing.h"

#include "moments.h"
#include "progress.h"
#include "support.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ARGUMENTS_MOST = 8, TIME_LIMIT = 20 };

void
sharing_write_article(FILE *file, unsigned number, unsigned edition,
    unsigned words)
{
	uint64_t state = number;

	fprintf(file, "{\"id\":\"%u\",\"title\":\"article %u edition %u\","
	    "\"text\":\"number%u edition%u %s", number, number, edition,
	    number, edition, (number + edition) % 2 ? "beta" : "alpha");
	for (unsigned i = 0; i < words; i++)
		fprintf(file, " w%u", support_below(&state, 50000));
	fputs("\"}\n", file);
}

void
sharing_write(const char *path, const struct sharing_articles *articles)
{
	FILE *file = fopen(path, "we");

	if (!file)
		abort();
	for (unsigned i = 0; i < articles->n; i++)
		if (!articles->lacking ||
		    (articles->first + i) % articles->lacking)
			sharing_write_article(file, articles->first + i,
			    articles->edition, articles->words);
	if (fclose(file) != 0)
		abort();
}

struct program_answer
sharing_index(const char *index, const char *const *arguments)
{
	const char *all[ARGUMENTS_MOST + 4] = {"-i", index, "--json"};

	for (int i = 0; i < ARGUMENTS_MOST && arguments[i]; i++)
		all[i + 3] = arguments[i];
	return program_answer("quire-index", all);
}

bool
sharing_does(struct trust_row *row, const char *index, const char *argument)
{
	const char *arguments[] = {argument, NULL};
	struct program_answer answer = sharing_index(index, arguments);
	bool good = answer.status == 0;

	if (!good)
		trust_failed(row, "%s: status %d: %s%s", argument,
		    answer.status, answer.out, answer.err);
	program_answer_free(&answer);
	return good;
}

long
sharing_count(struct trust_row *row, const char *index, const char *query)
{
	const char *arguments[] = {"-i", index, "-c", query, NULL};
	struct program_answer answer = program_answer("quire-query",
	    arguments);
	long n = answer.status > 1 ? -1 : strtol(answer.out, NULL, 10);

	if (n < 0 && row)
		trust_failed(row, "%s: status %d: %s", query, answer.status,
		    answer.err);
	program_answer_free(&answer);
	return n;
}

uint64_t
sharing_file_size(const char *path)
{
	struct stat file;

	return stat(path, &file) == 0 ? (uint64_t)file.st_size : 0;
}

/* --- a reader that stays where it is --- */

void
sharing_reader_start(struct sharing_reader *reader, const char *index)
{
	const char *arguments[] = {"-i", index, "--batch", "-", "-n", "0",
	    "-c", NULL};
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		abort();
	*reader = (struct sharing_reader){.queries = ends[1],
	    .run = program_start_reading("quire-query", arguments, ends[0])};
	close(ends[0]);
}

/* The number at the end of the line `n`, from 1; -1 if it is not there. */
static long
number_of_line(const char *out, size_t n)
{
	const char *end, *tab;

	for (; (end = strchr(out, '\n')); out = end + 1)
		if (--n == 0) {
			tab = memchr(out, '\t', (size_t)(end - out));
			return tab ? strtol(tab + 1, NULL, 10) : -1;
		}
	return -1;
}

long
sharing_reader_ask(struct sharing_reader *reader, const char *query)
{
	double begun = progress_now();
	long n = -1;

	if (dprintf(reader->queries, "%s\n", query) < 0)
		return -1;
	reader->asked++;
	while (n < 0 && progress_now() - begun < TIME_LIMIT) {
		char *out = program_output(&reader->run);

		n = number_of_line(out, reader->asked);
		free(out);
		if (n < 0)
			moment_pause(0.001);
	}
	return n;
}

int
sharing_reader_end(struct sharing_reader *reader)
{
	struct program_answer answer;
	int status;

	close(reader->queries);
	answer = program_end(&reader->run, TIME_LIMIT);
	status = answer.status;
	program_answer_free(&answer);
	return status;
}
