/*
 * What the programs say of an index whose file is damaged: bits flipped,
 * half of them where the queries look, and its end cut off.
 *
 * LMDB alone gives silently wrong data for two flips in five.
 */
#include "alloc.h"
#include "buffer.h"
#include "support.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	PAGE = 4096,
	FLIPS = 1000,
	HARMFUL_LEAST = 300,
	CUTS = 200,
	TIME_LIMIT = 20, /* seconds */
	ANSWER_MAX = 1 << 20,
};

/* Arguments of quire-query that touch every kind of stored byte. */
static const char *const queries[][6] = {
    {"-n", "0", "--json", "storm", NULL},
    {"-n", "0", "--json", "\"old harbour\" OR title:lantern", NULL},
    {"-n", "5", "--json", "ferry -bridge date:1950..1990", NULL},
    {"-n", "3", "--json", "author:lima OR author:chen", NULL},
    {"--show", "a-17", NULL},
    {"-c", "winter NEAR/4 quay", NULL},
};

enum { N_QUERIES = sizeof queries / sizeof *queries };

struct answer {
	int status; /* exit status, or 128 + signal */
	char *text;
	size_t length;
};

static char programs[4096]; /* the build folder */

/* Runs a program and keeps its standard output, without the time taken. */
static struct answer
run(const char *program, const char *index, const char *const *arguments)
{
	const char *argv[16] = {program, "-i", index};
	struct answer answer = {.text = alloc_bytes(ANSWER_MAX)};
	char path[5000];
	int n = 3, pipe_ends[2], status;
	ssize_t got;
	pid_t child;

	while (*arguments)
		argv[n++] = *arguments++;
	snprintf(path, sizeof path, "%s/%s", programs, program);
	ck_assert_int_eq(pipe(pipe_ends), 0);
	child = fork();
	if (child == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, 0);
		dup2(pipe_ends[1], 1);
		dup2(null, 2);
		close(pipe_ends[0]);
		alarm(TIME_LIMIT);
		execv(path, (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	close(pipe_ends[1]);
	while ((got = read(pipe_ends[0], answer.text + answer.length,
	    ANSWER_MAX - 1 - answer.length)) > 0)
		answer.length += (size_t)got;
	close(pipe_ends[0]);
	answer.text[answer.length] = '\0';
	waitpid(child, &status, 0);
	answer.status = WIFEXITED(status) ? WEXITSTATUS(status)
	    : 128 + WTERMSIG(status);
	for (char *at = answer.text; (at = strstr(at, "\"ms\":"));)
		for (at += 5; *at >= '0' && *at <= '9'; at++)
			*at = '0';
	return answer;
}

static bool
is_same(const struct answer *a, const struct answer *b)
{
	/* The time may take one digit more: what follows it is the same. */
	const char *x = strstr(a->text, "\"ms\":");
	const char *y = strstr(b->text, "\"ms\":");

	if (a->status != b->status)
		return false;
	if (!x || !y)
		return a->length == b->length &&
		    memcmp(a->text, b->text, a->length) == 0;
	return x - a->text == y - b->text &&
	    memcmp(a->text, b->text, (size_t)(x - a->text)) == 0;
}

/* --- the index --- */

static const char *const words[] = {"storm", "harbour", "old", "bridge",
    "ferry", "winter", "quay", "lantern", "the", "of", "and", "council",
    "light", "storms", "bridges", "mayor", "river", "toll", "boat", "night"};

static void
write_archive(const char *path, const char *prefix, int n, uint64_t seed,
    int changed_every)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
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
	const char *arguments[] = {"-q", archive, NULL};
	struct answer answer = run("quire-index", index, arguments);

	ck_assert_int_eq(answer.status, 0);
	free(answer.text);
}

/* Three segments, the first with dead articles. */
static void
make_index(const char *folder, char *index, size_t capacity)
{
	char first[4096], second[4096];

	snprintf(index, capacity, "%s/index", folder);
	snprintf(first, sizeof first, "%s/first.jsonl", folder);
	snprintf(second, sizeof second, "%s/second.jsonl", folder);
	write_archive(first, "a", 1500, 1, 0);
	index_archive(index, first);
	write_archive(second, "b", 300, 2, 0);
	index_archive(index, second);
	write_archive(first, "a", 1500, 1, 10);
	index_archive(index, first);
}

struct image {
	char path[4096];
	uint8_t *bytes;
	size_t size;
	struct answer right[N_QUERIES];
};

static void
open_image(struct image *image)
{
	char *folder = support_folder();
	struct stat file;
	int fd;

	make_index(folder, image->path, sizeof image->path);
	free(folder);
	fd = open(image->path, O_RDONLY);
	ck_assert_int_eq(fstat(fd, &file), 0);
	image->size = (size_t)file.st_size;
	image->bytes = alloc_bytes(image->size);
	ck_assert_int_eq(read(fd, image->bytes, image->size),
	    (ssize_t)image->size);
	close(fd);
	for (int i = 0; i < N_QUERIES; i++) {
		image->right[i] = run("quire-query", image->path, queries[i]);
		ck_assert_msg(image->right[i].status == 0, "query %d ends with %d",
		    i, image->right[i].status);
	}
}

static void
write_image(const struct image *image, size_t size)
{
	int fd = open(image->path, O_WRONLY | O_TRUNC);

	ck_assert_int_eq(write(fd, image->bytes, size), (ssize_t)size);
	close(fd);
}

/* --- what is asked of a damaged index --- */

struct verdict {
	bool harmful;   /* somebody says that it is damaged */
	bool escaped;   /* a wrong answer, a signal, no end, or no finding */
	char what[200];
};

static struct verdict
judge(const struct image *image)
{
	static const char *const check[] = {"--check", NULL};
	struct answer checked = run("quire-index", image->path, check);
	struct verdict verdict = {.harmful = checked.status == 3};

	if (checked.status != 0 && checked.status != 3) {
		verdict.escaped = true;
		snprintf(verdict.what, sizeof verdict.what,
		    "--check ends with %d", checked.status);
	}
	for (int i = 0; i < N_QUERIES; i++) {
		struct answer answer = run("quire-query", image->path,
		    queries[i]);

		if (answer.status == 3 && checked.status == 0) {
			verdict.escaped = true;
			snprintf(verdict.what, sizeof verdict.what,
			    "query %d finds damage, --check none", i);
		}
		if (answer.status != 3 && !is_same(&answer,
		    &image->right[i])) {
			verdict.escaped = true;
			snprintf(verdict.what, sizeof verdict.what,
			    "query %d: status %d or another answer", i,
			    answer.status);
		}
		free(answer.text);
	}
	free(checked.text);
	return verdict;
}

/*
 * A byte at random, or, for `aimed`, one that the programs are sure to read:
 * in the header or the nodes of a tree page, or in a block of one page (of
 * the dictionary or of ids).
 */
static size_t
choose_place(const struct image *image, uint64_t *seed, bool aimed)
{
	for (;;) {
		size_t page = support_random(seed) % (image->size / PAGE);
		const uint8_t *header = image->bytes + page * PAGE;
		unsigned flags = header[10];

		if (!aimed)
			return support_random(seed) % image->size;
		if (flags & 0x3) /* branch or leaf */
			return page * PAGE + support_below(seed,
			    support_below(seed, 2) ? 16 : 400);
		if (flags & 0x4 && header[12] == 1)
			return page * PAGE + support_below(seed, PAGE);
		if (page < 2)
			return page * PAGE + support_below(seed, 160);
	}
}

START_TEST(no_flipped_bit_gives_a_wrong_answer)
{
	uint64_t seed = support_seed("damage, flips");
	int n_harmful = 0, n_escaped = 0;
	struct image image;

	open_image(&image);
	for (int i = 0; i < FLIPS; i++) {
		size_t at = choose_place(&image, &seed, i % 2 == 0);
		uint8_t bit = (uint8_t)(1 << support_below(&seed, 8));
		struct verdict verdict;

		image.bytes[at] ^= bit;
		write_image(&image, image.size);
		verdict = judge(&image);
		n_harmful += verdict.harmful;
		n_escaped += verdict.escaped;
		if (verdict.escaped)
			printf("byte %zu (page %zu + %zu, flags %d) bit %d: "
			    "%s\n", at, at / PAGE, at % PAGE,
			    image.bytes[at / PAGE * PAGE + 10], bit,
			    verdict.what);
		image.bytes[at] ^= bit;
	}
	printf("%d flips, %d harmful, %d escaped\n", FLIPS, n_harmful,
	    n_escaped);
	fflush(stdout);
	ck_assert_int_eq(n_escaped, 0);
	ck_assert_int_ge(n_harmful, HARMFUL_LEAST);
}
END_TEST

START_TEST(no_cut_gives_a_wrong_answer)
{
	uint64_t seed = support_seed("damage, cuts");
	int n_harmful = 0, n_escaped = 0;
	struct image image;

	open_image(&image);
	for (int i = 0; i < CUTS; i++) {
		size_t size = support_random(&seed) % image.size;
		struct verdict verdict;

		if (i % 4 == 0)
			size = size / PAGE * PAGE;
		write_image(&image, size);
		verdict = judge(&image);
		n_harmful += verdict.harmful;
		n_escaped += verdict.escaped;
		if (verdict.escaped)
			printf("cut at %zu of %zu: %s\n", size, image.size,
			    verdict.what);
	}
	printf("%d cuts, %d harmful, %d escaped\n", CUTS, n_harmful,
	    n_escaped);
	fflush(stdout);
	ck_assert_int_eq(n_escaped, 0);
	ck_assert_int_ge(n_harmful, CUTS / 2);
}
END_TEST

int
main(int argc, char **argv)
{
	Suite *suite = suite_create("damage");
	TCase *cases = tcase_create("damage");
	char *slash;

	(void)argc;
	if (!realpath(argv[0], programs))
		return EXIT_FAILURE;
	for (int i = 0; i < 2; i++) /* BUILD/tests/test_damage */
		if ((slash = strrchr(programs, '/')))
			*slash = '\0';
	tcase_set_timeout(cases, 900);
	tcase_add_test(cases, no_flipped_bit_gives_a_wrong_answer);
	tcase_add_test(cases, no_cut_gives_a_wrong_answer);
	suite_add_tcase(suite, cases);
	return support_run(suite);
}
