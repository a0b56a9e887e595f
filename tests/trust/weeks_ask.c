/* Questions about an archive that changes. */
#include "weeks_ask.h"

#include "support.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TIME_LIMIT = 600, NO_EDITION = WEEKS_EDITIONS + 50 };

/* --- asking --- */

/* Any article of any file. */
static struct ask_sample
choose(struct weeks *weeks)
{
	const struct weeks_file *file = weeks_any_file(weeks);

	return (struct ask_sample){file, file && file->n
	    ? support_below(&weeks->seed, file->n) : 0};
}

static void
write_edition(FILE *out, unsigned edition, const char *name)
{
	fprintf(out, "edition%u %s\n", edition ? edition : NO_EDITION, name);
}

static void
write_queries(struct asker *asker)
{
	struct weeks *weeks = asker->weeks;
	FILE *out = fopen(asker->path, "we");

	if (!out)
		abort();
	fprintf(out, "everyone\n");
	for (int i = 0; i < WEEKS_PARTS; i++)
		fprintf(out, "part%d\n", i);
	for (int i = 0; i < WEEKS_FILES; i++)
		fprintf(out, "file%u\n", weeks->files[i].number);
	for (int i = 0; i < ASK_SAMPLES; i++) {
		struct ask_sample *sample = &asker->samples[i];
		const struct weeks_article *article;
		char name[WEEKS_NAME_SIZE];

		*sample = choose(weeks);
		if (!sample->file || !sample->file->n)
			continue;
		article = &sample->file->articles[sample->place];
		weeks_name(name, sample->file, sample->place);
		fprintf(out, "id:%s\n", name);
		write_edition(out, article->was, name);
		write_edition(out, article->now, name);
	}
	if (fclose(out) != 0)
		abort();
}

void
ask_start(struct asker *asker)
{
	const char *arguments[] = {"-i", asker->index, "-c", "--batch",
	    asker->path, NULL};

	write_queries(asker);
	asker->run = program_start("quire-query", arguments);
}

/* --- judging --- */

/* The answers, read one by one. */
struct answers {
	struct trust_row *row;
	const char *at;
	bool is_short; /* fewer than there were questions */
};

/* Of a line "QUERY TAB COUNT". */
static uint32_t
next_count(struct answers *answers)
{
	const char *tab = strchr(answers->at, '\t');
	const char *end = tab ? strchr(tab, '\n') : NULL;

	if (!end) {
		answers->is_short = true;
		return 0;
	}
	answers->at = end + 1;
	return (uint32_t)strtoul(tab + 1, NULL, 10);
}

static void
judge_count(struct answers *answers, const char *what, uint32_t n,
    const struct weeks_counts *right)
{
	if (n < right->both || n > right->either)
		trust_failed(answers->row, "%s: %u articles, not %u to %u",
		    what, n, right->both, right->either);
}

/* What is counted in two ways has to be the same number. */
static void
judge_totals(struct answers *answers, const struct weeks *weeks)
{
	struct weeks_counts right = weeks_count(weeks);
	uint32_t all = next_count(answers), parts = 0, files = 0;

	judge_count(answers, "everyone", all, &right);
	for (int i = 0; i < WEEKS_PARTS; i++)
		parts += next_count(answers);
	for (int i = 0; i < WEEKS_FILES; i++) {
		const struct weeks_file *file = &weeks->files[i];
		char word[32];
		uint32_t n = next_count(answers);

		snprintf(word, sizeof word, "file%u", file->number);
		right = weeks_count_file(file);
		judge_count(answers, word, n, &right);
		files += n;
	}
	if (parts != all || files != all)
		trust_failed(answers->row, "everyone %u, by parts %u, by "
		    "files %u", all, parts, files);
}

/* Once, and in one of its editions; or not at all where it comes or goes. */
static void
judge_sample(struct answers *answers, const struct ask_sample *sample)
{
	const struct weeks_article *article =
	    &sample->file->articles[sample->place];
	uint32_t there = next_count(answers), was = next_count(answers);
	uint32_t now = next_count(answers);
	uint32_t least = article->was && article->now;
	uint32_t most = article->was || article->now;
	uint32_t editions = article->was == article->now ? now : was + now;

	if (there < least || there > most || editions != there ||
	    (article->was == article->now && was != now))
		trust_failed(answers->row, "f%un%u: there %u times, edition "
		    "%u %u times, then %u %u times", sample->file->number,
		    sample->place, there, article->was, was, article->now,
		    now);
}

long
ask_end(struct asker *asker, struct trust_row *row)
{
	struct program_answer answer = program_end(&asker->run, TIME_LIMIT);
	struct answers answers = {row, answer.out, false};
	long memory = answer.memory;

	if (answer.status > 1) {
		trust_failed(row, "a search: status %d: %s", answer.status,
		    answer.err);
	} else {
		judge_totals(&answers, asker->weeks);
		for (int i = 0; i < ASK_SAMPLES; i++)
			if (asker->samples[i].file &&
			    asker->samples[i].file->n)
				judge_sample(&answers, &asker->samples[i]);
		if (answers.is_short || *answers.at)
			trust_failed(row, "a search: wrong number of "
			    "answers");
	}
	program_answer_free(&answer);
	return memory;
}

/* --- all articles --- */

/* One line "EDITION Q0 NAME ..." for each article; finds are taken off. */
static void
judge_lines(struct weeks *weeks, struct trust_row *row, char *text)
{
	for (char *end; (end = strchr(text, '\n')); text = end + 1) {
		struct weeks_article *article;
		char name[WEEKS_NAME_SIZE];
		unsigned edition;

		*end = '\0';
		if (sscanf(text, "%u Q0 %31s", &edition, name) != 2 ||
		    !(article = weeks_find(weeks, name)) ||
		    article->now != edition)
			trust_failed(row, "found but not there: %s", text);
		else
			article->now = 0;
	}
}

static void
judge_rest(const struct weeks *weeks, struct trust_row *row)
{
	for (int i = 0; i < WEEKS_FILES; i++) {
		const struct weeks_file *file = &weeks->files[i];

		for (uint32_t k = 0; file->number && k < file->n; k++)
			if (file->articles[k].now)
				trust_failed(row, "there but not found: "
				    "f%un%u, edition %u", file->number, k,
				    file->articles[k].now);
	}
}

static void
compare_all(struct weeks *weeks, struct trust_row *row, const char *index,
    const char *path)
{
	const char *arguments[] = {"-i", index, "--trec", "-n", "0",
	    "--batch", path, NULL};
	FILE *out = fopen(path, "we");
	struct program_run run;
	struct program_answer answer;

	if (!out)
		abort();
	for (int i = 1; i <= WEEKS_EDITIONS; i++)
		fprintf(out, "%d\tedition%d\n", i, i);
	if (fclose(out) != 0)
		abort();
	run = program_start("quire-query", arguments);
	answer = program_end(&run, TIME_LIMIT);
	if (answer.status > 1) {
		trust_failed(row, "a search for all: status %d: %s",
		    answer.status, answer.err);
		return;
	}
	judge_lines(weeks, row, answer.out);
	judge_rest(weeks, row);
}

/* In a process of its own, so that this one stays small and its articles
 * are not touched. */
void
ask_all(struct weeks *weeks, struct trust_row *row, const char *index,
    const char *path)
{
	pid_t process;
	int status;

	fflush(stdout);
	process = fork();
	if (process == 0) {
		compare_all(weeks, row, index, path);
		fflush(stdout);
		_exit(0);
	}
	if (waitpid(process, &status, 0) < 0 || status != 0)
		trust_failed(row, "comparing all: %#x", (unsigned)status);
}
