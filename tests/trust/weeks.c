/* An archive that changes every day. */
#include "weeks.h"

#include "alloc.h"
#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	WORDS = 50,         /* of an article */
	CHANGES_PER = 20,   /* one of so many articles changes ... */
	GONE_PER = 100,     /* ... or goes, or comes back */
	FRESH_MOST = 100,   /* and so many are added */
};

static char *
file_path(char path[PATH_MAX], const struct weeks *weeks,
    const struct weeks_file *file)
{
	char name[48];

	snprintf(name, sizeof name, "day-%u-%u.jsonl", file->number,
	    file->moves);
	return trust_path(path, weeks->folder, name);
}

char *
weeks_name(char name[WEEKS_NAME_SIZE], const struct weeks_file *file,
    uint32_t place)
{
	snprintf(name, WEEKS_NAME_SIZE, "f%un%u", file->number, place);
	return name;
}

struct weeks_article *
weeks_find(struct weeks *weeks, const char *name)
{
	unsigned number, place;

	if (sscanf(name, "f%un%u", &number, &place) != 2)
		return NULL;
	for (int i = 0; i < WEEKS_FILES; i++)
		if (weeks->files[i].number == number &&
		    place < weeks->files[i].n)
			return &weeks->files[i].articles[place];
	return NULL;
}

static void
write_article(FILE *out, const struct weeks *weeks,
    const struct weeks_file *file, uint32_t place)
{
	unsigned edition = file->articles[place].written;
	uint64_t state = weeks->texts + ((uint64_t)file->number << 32) +
	    ((uint64_t)edition << 20) + place;
	char name[WEEKS_NAME_SIZE];

	weeks_name(name, file, place);
	fprintf(out, "{\"id\":\"%s\",\"title\":\"Article %u\",\"text\":\""
	    "%s everyone file%u part%u edition%u", name, place, name,
	    file->number, place % WEEKS_PARTS, edition);
	for (int i = 0; i < WORDS; i++)
		fprintf(out, " w%u", (unsigned)exp(support_below(&state,
		    9000) / 1000.0));
	fprintf(out, "\"}\n");
}

/* Writes a file anew: whoever reads it then knows no removed article. */
static void
write_file(const struct weeks *weeks, struct weeks_file *file)
{
	char path[PATH_MAX];
	FILE *out = fopen(file_path(path, weeks, file), "we");

	if (!out)
		abort();
	for (uint32_t i = 0; i < file->n; i++) {
		struct weeks_article *article = &file->articles[i];

		article->now = article->written;
		if (article->written)
			write_article(out, weeks, file, i);
	}
	if (fclose(out) != 0)
		abort();
}

void
weeks_make(struct weeks *weeks, const char *folder, uint64_t seed)
{
	*weeks = (struct weeks){.seed = seed, .texts = seed};
	snprintf(weeks->folder, sizeof weeks->folder, "%s", folder);
	trust_clear(folder);
	for (int i = 0; i < WEEKS_FILES; i++)
		weeks->files[i].articles = alloc_zeroed(WEEKS_PLACES,
		    sizeof *weeks->files[i].articles);
}

void
weeks_free(struct weeks *weeks)
{
	for (int i = 0; i < WEEKS_FILES; i++)
		free(weeks->files[i].articles);
}

struct weeks_file *
weeks_any_file(struct weeks *weeks)
{
	struct weeks_file *found = NULL;
	uint32_t n = 0;

	for (int i = 0; i < WEEKS_FILES; i++) {
		struct weeks_file *file = &weeks->files[i];

		if (file->number && !file->is_gone &&
		    support_below(&weeks->seed, ++n) == 0)
			found = file;
	}
	return found;
}

static void
write_anew(struct weeks *weeks, struct weeks_article *article)
{
	article->written = (uint8_t)(article->written % WEEKS_EDITIONS + 1);
	weeks->written++;
}

void
weeks_add_file(struct weeks *weeks, uint32_t n)
{
	struct weeks_file *file = weeks->files;

	while (file->number && file < weeks->files + WEEKS_FILES - 1)
		file++;
	if (file->number || n > WEEKS_PLACES)
		abort();
	memset(file->articles, 0, WEEKS_PLACES * sizeof *file->articles);
	file->number = ++weeks->last_number;
	file->moves = 0;
	file->n = n;
	file->is_gone = false;
	for (uint32_t i = 0; i < n; i++)
		write_anew(weeks, &file->articles[i]);
	write_file(weeks, file);
}

void
weeks_change_file(struct weeks *weeks, struct weeks_file *file)
{
	uint32_t fresh = support_below(&weeks->seed, FRESH_MOST);

	for (uint32_t i = 0; i < file->n; i++) {
		struct weeks_article *article = &file->articles[i];

		if (support_below(&weeks->seed, CHANGES_PER) == 0)
			write_anew(weeks, article);
		else if (support_below(&weeks->seed, GONE_PER) == 0)
			article->written = 0;
	}
	for (; fresh > 0 && file->n < WEEKS_PLACES; fresh--)
		write_anew(weeks, &file->articles[file->n++]);
	write_file(weeks, file);
}

void
weeks_move_file(struct weeks *weeks, struct weeks_file *file)
{
	char from[PATH_MAX], to[PATH_MAX];

	file_path(from, weeks, file);
	file->moves++;
	if (rename(from, file_path(to, weeks, file)) != 0)
		abort();
	for (uint32_t i = 0; i < file->n; i++)
		file->articles[i].now = file->articles[i].written;
}

void
weeks_remove_file(struct weeks *weeks, struct weeks_file *file)
{
	char path[PATH_MAX];

	if (unlink(file_path(path, weeks, file)) != 0)
		abort();
	file->is_gone = true;
	for (uint32_t i = 0; i < file->n; i++)
		file->articles[i].written = file->articles[i].now = 0;
}

void
weeks_read_all(struct weeks *weeks)
{
	for (int i = 0; i < WEEKS_FILES; i++) {
		struct weeks_file *file = &weeks->files[i];

		for (uint32_t k = 0; file->number && k < file->n; k++)
			file->articles[k].now = file->articles[k].written;
	}
}

void
weeks_remove_article(struct weeks_article *article)
{
	article->now = 0;
}

void
weeks_done(struct weeks *weeks)
{
	for (int i = 0; i < WEEKS_FILES; i++) {
		struct weeks_file *file = &weeks->files[i];

		for (uint32_t k = 0; file->number && k < file->n; k++)
			file->articles[k].was = file->articles[k].now;
		if (file->is_gone)
			file->number = 0;
	}
}

struct weeks_counts
weeks_count_file(const struct weeks_file *file)
{
	struct weeks_counts counts = {0};

	for (uint32_t i = 0; file->number && i < file->n; i++) {
		const struct weeks_article *article = &file->articles[i];

		counts.was += article->was > 0;
		counts.now += article->now > 0;
		counts.both += article->was && article->now;
		counts.either += article->was || article->now;
	}
	return counts;
}

struct weeks_counts
weeks_count(const struct weeks *weeks)
{
	struct weeks_counts sum = {0};

	for (int i = 0; i < WEEKS_FILES; i++) {
		struct weeks_counts of = weeks_count_file(&weeks->files[i]);

		sum.was += of.was;
		sum.now += of.now;
		sum.both += of.both;
		sum.either += of.either;
	}
	return sum;
}
