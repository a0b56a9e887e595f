/* Archives that are large in one way. */
#include "counting.h"

#include "alloc.h"
#include "support.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
	TIME_LIMIT = 300,
	LONG_WORD = 250, /* bytes of a word; the rest is cut off */
};

/* --- asking --- */

static void
judge(const struct counting *counting, const char *what,
    const struct program_answer *answer, int status)
{
	trust_count(counting->row, 1);
	if (answer->status != status)
		trust_failed(counting->row, "%s: %.60s: status %d: %.200s"
		    "%.200s", counting->what, what, answer->status,
		    answer->out, answer->err);
}

static void
run(const struct counting *counting, const char *program,
    const char *const *arguments)
{
	struct program_run started = program_start(program, arguments);
	struct program_answer answer = program_end(&started, TIME_LIMIT);

	judge(counting, arguments[2], &answer, 0);
	program_answer_free(&answer);
}

static void
check(const struct counting *counting)
{
	const char *arguments[] = {"-i", counting->index, "--check", NULL};

	run(counting, "quire-index", arguments);
}

/* Reads a file or a folder; then all has to be whole. */
static void
load(const struct counting *counting, const char *name)
{
	char path[PATH_MAX];
	const char *arguments[] = {"-i", counting->index,
	    trust_path(path, counting->folder, name), "-q", "--lang", "none",
	    NULL};

	run(counting, "quire-index", arguments);
	check(counting);
}

/* How many articles a query finds. */
static void
expect(const struct counting *counting, const char *query, long n)
{
	const char *arguments[] = {"-i", counting->index, "-c", query, NULL};
	struct program_run started = program_start("quire-query", arguments);
	struct program_answer answer = program_end(&started, TIME_LIMIT);
	long found = strtol(answer.out, NULL, 10);

	judge(counting, query, &answer, n ? 0 : 1);
	if (found != n)
		trust_failed(counting->row, "%s: %.60s: %ld are found, not "
		    "%ld", counting->what, query, found, n);
	program_answer_free(&answer);
}

/* Whether it can be shown where it was found. */
static void
show(const struct counting *counting, const char *query)
{
	const char *arguments[] = {"-i", counting->index, "--json", query,
	    NULL};

	run(counting, "quire-query", arguments);
}

static FILE *
open_file(const struct counting *counting, const char *name)
{
	char path[PATH_MAX];
	FILE *file = fopen(trust_path(path, counting->folder, name), "we");

	if (!file)
		abort();
	return file;
}

static void
close_file(FILE *file)
{
	if (fclose(file) != 0)
		abort();
}

/* --- many articles, many words --- */

/* More than two chunks of heads: 2 * 2,048 blocks of 256 postings. */
void
counting_word_everywhere(struct counting *counting)
{
	enum { ARTICLES = 1100000, KINDS = 1000 };
	FILE *file = open_file(counting, "a.jsonl");

	for (int i = 0; i < ARTICLES; i++)
		fprintf(file, "{\"id\":\"%d\",\"text\":\"everywhere k%d\"}\n",
		    i, i % KINDS);
	close_file(file);
	load(counting, "a.jsonl");
	expect(counting, "everywhere", ARTICLES);
	expect(counting, "everywhere k7", ARTICLES / KINDS);
	expect(counting, "\"everywhere k999\"", ARTICLES / KINDS);
	expect(counting, "\"k999 everywhere\"", 0);
	expect(counting, "everywhere NOT k7", ARTICLES - ARTICLES / KINDS);
	expect(counting, "id:1099999", 1);
	show(counting, "everywhere k999");
}

void
counting_million_words(struct counting *counting)
{
	enum { WORDS = 1000000, OF_AN_ARTICLE = 1000, ASKED = 50 };
	FILE *file = open_file(counting, "a.jsonl");

	for (int i = 0; i < WORDS; i += OF_AN_ARTICLE) {
		fprintf(file, "{\"id\":\"%d\",\"text\":\"", i);
		for (int k = i; k < i + OF_AN_ARTICLE; k++)
			fprintf(file, "v%d ", k);
		fprintf(file, "\"}\n");
	}
	close_file(file);
	load(counting, "a.jsonl");
	for (int i = 0; i < ASKED; i++) {
		char query[64];
		uint64_t state = trust_seed(counting->row, (uint64_t)i);
		int number = (int)support_below(&state, WORDS - 1);

		snprintf(query, sizeof query, "v%d", number);
		expect(counting, query, 1);
		snprintf(query, sizeof query, "\"v%d v%d\"", number,
		    number + 1);
		expect(counting, query, (number + 1) % OF_AN_ARTICLE != 0);
	}
	expect(counting, "v1000000", 0);
	expect(counting, "v999999", 1);
}

/* --- long articles --- */

/* Words until so many bytes are written, and two at the end. */
static void
write_words(FILE *file, size_t size, uint64_t seed)
{
	char word[32];

	for (size_t done = 0; done < size;) {
		int n = snprintf(word, sizeof word, "w%u ",
		    support_below(&seed, 5000));

		fputs(word, file);
		done += (size_t)n;
	}
	fputs("penultimate ultimate", file);
}

static void
expect_end(const struct counting *counting)
{
	expect(counting, "ultimate", 1);
	expect(counting, "\"penultimate ultimate\"", 1);
	expect(counting, "\"ultimate penultimate\"", 0);
	expect(counting, "w17 NEAR/100000000 ultimate", 1);
	show(counting, "ultimate");
}

void
counting_long_articles(struct counting *counting)
{
	FILE *file = open_file(counting, "a.jsonl");

	fprintf(file, "{\"id\":\"long\",\"text\":\"");
	write_words(file, 2 << 20, counting->row->seed);
	fprintf(file, "\"}\n{\"id\":\"short\",\"text\":\"w17\"}\n");
	close_file(file);
	load(counting, "a.jsonl");
	expect(counting, "w17", 2);
	expect_end(counting);
}

/* As long as the body of an article may be, but for a few bytes. */
void
counting_longest_article(struct counting *counting)
{
	FILE *file = open_file(counting, "a.txt");

	write_words(file, (64 << 20) - 100, counting->row->seed);
	close_file(file);
	load(counting, "a.txt");
	expect_end(counting);
}

/* More often than occurrences are counted, 2^20. */
void
counting_one_word_for_ever(struct counting *counting)
{
	enum { TIMES = 3 << 20 };
	FILE *file = open_file(counting, "a.txt");

	for (int i = 0; i < TIMES; i++)
		fputs("ever ", file);
	fputs("penultimate ultimate", file);
	close_file(file);
	load(counting, "a.txt");
	expect(counting, "ever", 1);
	expect(counting, "\"ever ever\"", 1);
	expect(counting, "\"penultimate ultimate\"", 1);
	show(counting, "\"ever ever\"");
}

/* --- values --- */

/* As many as a record may have: positions up to 2^31; and one more. */
static void
write_values(FILE *file, const char *id, int n)
{
	fprintf(file, "{\"id\":\"%s\",\"text\":\"x\",\"author\":\"", id);
	for (int i = 2; i < n; i++)
		fprintf(file, "n%d;", i % 7);
	fprintf(file, "first second;last\"}\n");
}

void
counting_many_values(struct counting *counting)
{
	enum { MOST = 1000000 };
	FILE *file = open_file(counting, "a.jsonl");
	char path[PATH_MAX];
	const char *read[] = {"-i", counting->index, "-q",
	    trust_path(path, counting->folder, "b.jsonl"), NULL};
	struct program_answer answer;

	write_values(file, "most", MOST);
	close_file(file);
	load(counting, "a.jsonl");
	expect(counting, "author:last", 1);
	expect(counting, "author:\"first second\"", 1);
	expect(counting, "author:\"second last\"", 0);
	expect(counting, "author:\"n1 n2\"", 0);
	file = open_file(counting, "b.jsonl");
	write_values(file, "too-many", MOST + 1);
	close_file(file);
	answer = program_answer("quire-index", read);
	judge(counting, "too many values", &answer, 1);
	program_answer_free(&answer);
	expect(counting, "id:too-many", 0);
	expect(counting, "id:most", 1);
}

/* --- keys --- */

/* A text of so many bytes: `first`, then `more` again and again. */
static char *
long_text(const char *first, const char *more, size_t size)
{
	char *text = alloc_bytes(size + strlen(more) + 1);
	size_t at = strlen(first);

	memcpy(text, first, at);
	for (; at + strlen(more) <= size; at += strlen(more))
		memcpy(text + at, more, strlen(more));
	text[at] = '\0';
	return text;
}

/* One article: a word, an id and a field's value that are so long. */
static void
write_keys(FILE *file, const char *word, const char *id, const char *value)
{
	fprintf(file, "{\"id\":\"%s\",\"text\":\"%s\",\"tags\":[\"%s\"]}\n",
	    id, word, value);
}

static void
expect_field(const struct counting *counting, const char *field,
    const char *text, long n)
{
	char *query = alloc_bytes(strlen(field) + strlen(text) + 4);

	sprintf(query, "%s:\"%s\"", field, text);
	expect(counting, query, n);
	free(query);
}

static const size_t sizes[] = {100, 249, 250, 251, 252, 253, 254, 255, 256,
    500, 507, 511, 512, 1024, 4096, 5000};
enum { N_SIZES = sizeof sizes / sizeof *sizes };

/* Words differ in their first letters, so that each is found although it is
 * cut. */
void
counting_long_keys(struct counting *counting)
{
	FILE *file = open_file(counting, "a.jsonl");
	char *words[2 * N_SIZES];

	for (int i = 0; i < 2 * N_SIZES; i++) {
		char first[16];

		snprintf(first, sizeof first, i % 2 ? "\xd0\xb6%c" : "x%c",
		    'a' + i / 2);
		words[i] = long_text(first, i % 2 ? "\xd0\xb6" : "y",
		    sizes[i / 2]);
		write_keys(file, words[i], words[i], words[i]);
	}
	close_file(file);
	load(counting, "a.jsonl");
	for (int i = 0; i < 2 * N_SIZES; i++) {
		const char *remove[] = {"-i", counting->index, "--remove",
		    words[i], NULL};

		expect(counting, words[i], 1);
		expect_field(counting, "id", words[i], 1);
		expect_field(counting, "tags", words[i], 1);
		run(counting, "quire-index", remove);
		expect_field(counting, "id", words[i], 0);
		free(words[i]);
	}
	check(counting);
}

/* A text file at the end of the longest path. */
void
counting_long_path(struct counting *counting)
{
	enum { NAME = 200, LONGEST = PATH_MAX - NAME - 2 };
	char path[PATH_MAX + NAME], *name = long_text("d", "e", NAME);
	FILE *file;

	snprintf(path, sizeof path, "%s/archive", counting->folder);
	while (strlen(path) < LONGEST) {
		if (mkdir(path, 0700) != 0)
			abort();
		strcat(strcat(path, "/"), name);
	}
	file = fopen(path, "we");
	if (!file || fputs("deeply buried\n", file) == EOF)
		abort();
	close_file(file);
	load(counting, "archive");
	expect(counting, "\"deeply buried\"", 1);
	expect_field(counting, "id", path + strlen(counting->folder) +
	    strlen("/archive/"), 1);
	free(name);
}
