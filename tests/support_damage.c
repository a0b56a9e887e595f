/* An index to be damaged, and what is asked of it then. */
#include "support_damage.h"

#include "alloc.h"
#include "support.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

const char *const damage_queries[DAMAGE_QUERIES][5] = {
    {"-n", "0", "--json", "storm", NULL},
    {"-n", "0", "--json", "\"old harbour\" OR title:lantern", NULL},
    {"-n", "5", "--json", "ferry -bridge date:1950..1990", NULL},
    {"-n", "3", "--json", "author:lima OR author:chen", NULL},
    {"--show", "a-17", NULL},
    {"-c", "winter NEAR/4 quay", NULL},
};

static const char *const words[] = {"storm", "harbour", "old", "bridge",
    "ferry", "winter", "quay", "lantern", "the", "of", "and", "council",
    "light", "storms", "bridges", "mayor", "river", "toll", "boat", "night"};

/* Not an assertion of Check, for rows of tests/trust use this as well. */
static _Noreturn void
give_up(const char *why)
{
	fprintf(stderr, "no index to damage: %s\n", why);
	abort();
}

static void
write_archive(const char *path, const char *prefix, int n, uint64_t seed,
    int changed_every)
{
	FILE *file = fopen(path, "we");

	if (!file)
		give_up(path);
	for (int i = 0; i < n; i++) {
		uint64_t state = seed + (uint64_t)i * 977;

		if (changed_every && i % changed_every == 0)
			state += 5;
		if (changed_every && i % 13 == 5)
			continue; /* gone */
		fprintf(file, "{\"id\":\"%s-%d\",\"title\":\"The %s of %s "
		    "%d\",\"author\":\"%s\",\"date\":\"%d-0%d\",\"text\":\"",
		    prefix, i, words[support_below(&state, 20)],
		    words[support_below(&state, 20)], i,
		    i % 3 ? "Ana Lima" : "Bo Chen", 1940 + i % 80, 1 + i % 9);
		for (int k = 0; k < 12 + i % 60; k++)
			fprintf(file, "%s%s", k ? " " : "",
			    words[support_below(&state, 20)]);
		fprintf(file, " word%u.\"}\n", support_below(&state, 5000));
	}
	fclose(file);
}

static void
index_archive(const char *index, const char *archive)
{
	const char *arguments[] = {"-i", index, "-q", archive, NULL};
	struct program_answer answer = program_answer("quire-index",
	    arguments);

	if (answer.status != 0)
		give_up(answer.err);
	program_answer_free(&answer);
}

static uint8_t *
read_file(const char *path, size_t *size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat file;
	uint8_t *bytes;

	if (fstat(fd, &file) != 0)
		give_up(path);
	*size = (size_t)file.st_size;
	bytes = alloc_bytes(*size);
	if (read(fd, bytes, *size) != (ssize_t)*size)
		give_up(path);
	close(fd);
	return bytes;
}

void
damage_index_make(struct damage_index *index, const char *folder, int n)
{
	char first[PATH_MAX], second[PATH_MAX];

	snprintf(index->path, sizeof index->path, "%s/index", folder);
	snprintf(first, sizeof first, "%s/first.jsonl", folder);
	snprintf(second, sizeof second, "%s/second.jsonl", folder);
	write_archive(first, "a", n, 1, 0);
	index_archive(index->path, first);
	write_archive(second, "b", n / 5, 2, 0);
	index_archive(index->path, second);
	index->old_bytes = read_file(index->path, &index->old_size);
	write_archive(first, "a", n, 1, 10);
	index_archive(index->path, first);
	index->bytes = read_file(index->path, &index->size);
}

void
damage_index_free(struct damage_index *index)
{
	free(index->bytes);
	free(index->old_bytes);
}

struct program_answer
damage_ask(const char *path, int query)
{
	const char *arguments[8] = {"-i", path};

	for (int i = 0; i < 5; i++)
		arguments[i + 2] = damage_queries[query][i];
	return program_answer("quire-query", arguments);
}
