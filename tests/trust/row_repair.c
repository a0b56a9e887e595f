/*
 * Row: a damaged index is repaired.  Bits are flipped, pages zeroed or
 * swapped, the end is cut off; then --partial finds nothing that is not so,
 * --repair keeps every article or says that it is lost, and what it kept is
 * as it was.
 */
#include "alloc.h"
#include "buffer.h"
#include "support.h"
#include "trust.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DAMAGES = 1000, PAGE = 4096, FIRST = 700, SECOND = 200 };

enum kind { FLIP, FLIP_HEAD, ZERO, SWAP, MANY, CUT, N_KINDS };

/* Answers by article: id and all that is said but rank and score. */
struct hits {
	char **lines; /* in order */
	size_t n;
};

/* The index as it should be; in memory that workers have copies of. */
struct image {
	uint8_t *bytes;
	size_t size;
	struct hits right;
};

/* --- the index --- */

static void
write_archive(const char *path, const char *name, unsigned first, unsigned n,
    bool is_revised)
{
	static const char *const words[] = {"storm", "harbour", "bridges",
	    "ferry", "winter", "quay", "lantern", "council",
	    "f\xc3\xa9rm\xc3\xa9", "temp\xc3\xaate", "storms", "night"};
	enum { N_WORDS = sizeof words / sizeof *words };
	FILE *file = fopen(path, "we");

	if (!file)
		abort();
	for (unsigned i = first; i < n; i++) {
		uint64_t state = i * 31 + (is_revised && i % 9 == 0);

		fprintf(file, "{\"id\":\"%s%u\",\"title\":\"Title %u\","
		    "\"author\":\"Ana Lima\",\"part\":\"news\",\"date\":"
		    "\"%u-0%u\",\"lang\":\"%s\",\"text\":\"everywhere", name,
		    i, i, 1960 + i % 60, 1 + i % 9, i % 4 ? "en" : "fr");
		for (unsigned k = 0; k < 60 + i % 90; k++)
			fprintf(file, " %s", words[support_below(&state,
			    N_WORDS)]);
		fprintf(file, " word%u\"}\n", support_below(&state, 3000));
	}
	if (fclose(file) != 0)
		abort();
}

static struct program_answer
run_index(const char *index, const char *what)
{
	const char *arguments[] = {"-i", index, "--json", what, NULL};

	return program_answer("quire-index", arguments);
}

static void
add_source(const char *index, const char *source)
{
	struct program_answer answer = run_index(index, source);

	if (answer.status != 0) {
		fprintf(stderr, "%s\n", answer.err);
		abort();
	}
	program_answer_free(&answer);
}

/* Three segments: of the first some articles are replaced, and some gone. */
static void
make_index(const char *folder, char path[PATH_MAX])
{
	char first[PATH_MAX], second[PATH_MAX];

	trust_path(path, folder, "index");
	trust_path(first, folder, "first.jsonl");
	trust_path(second, folder, "second.jsonl");
	write_archive(first, "a", 0, FIRST, false);
	add_source(path, first);
	write_archive(second, "b", 0, SECOND, false);
	add_source(path, second);
	write_archive(first, "a", 30, FIRST, true);
	add_source(path, first);
}

/* --- answers --- */

static int
compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* {"type":"hit","rank":1,"id":"a7","score":1.5,"title":...} */
static char *
read_hit(const char *line, const char *end)
{
	const char *id = memmem(line, (size_t)(end - line), "\"id\":", 5);
	const char *score, *rest;
	struct buffer text = {0};
	char *copy;

	if (!id || strncmp(line, "{\"type\":\"hit\"", 13) != 0)
		return NULL;
	score = strstr(id, ",\"score\":");
	rest = strchr(score + 1, ',');
	buffer_append(&text, id, (size_t)(score - id));
	buffer_append(&text, rest, (size_t)(end - rest));
	copy = alloc_string(buffer_string(&text));
	buffer_free(&text);
	return copy;
}

static void
read_hits(const char *out, struct hits *hits)
{
	size_t capacity = FIRST + SECOND + 100;

	*hits = (struct hits){alloc_zeroed(capacity, sizeof(char *)), 0};
	for (const char *end; (end = strchr(out, '\n')); out = end + 1) {
		char *hit = read_hit(out, end);

		if (hit && hits->n < capacity)
			hits->lines[hits->n++] = hit;
	}
	qsort(hits->lines, hits->n, sizeof(char *), compare_lines);
}

static void
free_hits(struct hits *hits)
{
	for (size_t i = 0; i < hits->n; i++)
		free(hits->lines[i]);
	free(hits->lines);
}

static struct program_answer
ask(const char *index, bool is_partial, struct hits *hits)
{
	const char *arguments[] = {"-i", index, "-n", "0", "--json",
	    "everywhere", is_partial ? "--partial" : NULL, NULL};
	struct program_answer answer = program_answer("quire-query",
	    arguments);

	read_hits(answer.out, hits);
	return answer;
}

/* How many hits are not, word for word, among the right ones. */
static size_t
count_other(const struct hits *hits, const struct hits *right)
{
	size_t n = 0;

	for (size_t i = 0; i < hits->n; i++)
		n += !bsearch(&hits->lines[i], right->lines, right->n,
		    sizeof(char *), compare_lines);
	return n;
}

/* --- damage --- */

static void
flip(uint8_t *bytes, size_t place, uint64_t *seed)
{
	bytes[place] ^= (uint8_t)(1 << support_below(seed, 8));
}

static size_t
some_page(const struct image *image, uint64_t *seed)
{
	return support_below(seed, (uint32_t)(image->size / PAGE)) *
	    (size_t)PAGE;
}

/* Harms the bytes; returns how many of them are left. */
static size_t
harm(const struct image *image, uint8_t *bytes, enum kind kind,
    uint64_t *seed)
{
	size_t page = some_page(image, seed), other = some_page(image, seed);

	switch (kind) {
	case FLIP_HEAD:
		flip(bytes, page + support_below(seed, 300), seed);
		break;
	case ZERO:
		memset(bytes + page, 0, PAGE);
		break;
	case SWAP:
		memcpy(bytes + page, image->bytes + other, PAGE);
		memcpy(bytes + other, image->bytes + page, PAGE);
		break;
	case CUT:
		return support_random(seed) % image->size;
	case MANY:
		for (int i = 0; i < 9; i++)
			flip(bytes, support_random(seed) % image->size, seed);
		/* fall through */
	default:
		flip(bytes, support_random(seed) % image->size, seed);
		break;
	}
	return image->size;
}

static void
write_bytes(const char *path, const uint8_t *bytes, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, bytes, size) != (ssize_t)size)
		abort();
	close(fd);
}

static bool
holds(const char *path, const uint8_t *bytes, size_t size)
{
	uint8_t *read_back = alloc_bytes(size + 1);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool same = fd >= 0 && read(fd, read_back, size + 1) ==
	    (ssize_t)size && memcmp(read_back, bytes, size) == 0;

	if (fd >= 0)
		close(fd);
	free(read_back);
	return same;
}

/* --- what must hold --- */

struct trial {
	struct trust_row *row;
	const struct image *image;
	uint64_t item;
	enum kind kind;
	char path[PATH_MAX], kept[PATH_MAX];
	const uint8_t *bytes;
	size_t size;
};

static void
wrong(const struct trial *trial, const char *what,
    const struct program_answer *answer)
{
	trust_failed(trial->row, "item %llu, kind %d: %s: status %d, %s%s",
	    (unsigned long long)trial->item, trial->kind, what,
	    answer->status, answer->err, answer->out_size < 400 ? answer->out
	    : "");
}

static unsigned long
number(const char *out, const char *name)
{
	const char *at = strstr(out, name);

	return at ? strtoul(at + strlen(name), NULL, 10) : 0;
}

static void
try_partial(const struct trial *trial)
{
	struct hits hits;
	struct program_answer answer = ask(trial->path, true, &hits);

	if (answer.status > 3 || answer.status == 2)
		wrong(trial, "--partial", &answer);
	if (count_other(&hits, &trial->image->right))
		wrong(trial, "--partial finds something else", &answer);
	free_hits(&hits);
	program_answer_free(&answer);
}

/* The numbers that --repair told against what is found now. */
static void
compare(const struct trial *trial, const char *told)
{
	const struct hits *right = &trial->image->right;
	size_t kept = number(told, "\"kept\":"), lost = number(told,
	    "\"lost\":"), returned = number(told, "\"returned\":");
	size_t guessed = number(told, "\"guessed\":"), other;
	struct hits hits;
	struct program_answer answer = ask(trial->path, false, &hits);

	other = count_other(&hits, right);
	if (answer.status > 1)
		wrong(trial, "a search afterwards", &answer);
	if (hits.n != kept || kept + lost - returned != right->n)
		wrong(trial, "kept and lost are not all", &answer);
	if (other > returned + guessed)
		wrong(trial, "something else is found", &answer);
	if (hits.n - other + lost + guessed < right->n)
		wrong(trial, "more is lost than is said", &answer);
	free_hits(&hits);
	program_answer_free(&answer);
}

static void
look(const struct trial *trial, const struct program_answer *repaired)
{
	const char *told = strstr(repaired->out, "{\"type\":\"repair\"");
	struct program_answer answer = run_index(trial->path, "--check");

	if (answer.status != 0 || !told)
		wrong(trial, "--check afterwards", &answer);
	else if (strstr(told, "\"damaged\":false")) {
		if (!holds(trial->path, trial->bytes, trial->size))
			wrong(trial, "a whole index was changed", repaired);
	} else {
		__atomic_add_fetch(&trial->row->other, 1, __ATOMIC_SEQ_CST);
		if (!holds(trial->kept, trial->bytes, trial->size))
			wrong(trial, "the damaged file is not kept",
			    repaired);
		/* Only where the end is gone may the last commit be. */
		if (!strstr(told, "\"older\":true"))
			compare(trial, told);
		else if (trial->kind != CUT)
			wrong(trial, "the last commit is lost", repaired);
	}
	program_answer_free(&answer);
}

static void
repair(void *context, struct trust_row *row, const char *folder,
    uint64_t item)
{
	struct trial trial = {.row = row, .image = context, .item = item};
	uint64_t seed = trust_seed(row, item);
	uint8_t *bytes = alloc_bytes(trial.image->size);
	struct program_answer answer;

	trust_clear(folder);
	trust_path(trial.path, folder, "index");
	trust_path(trial.kept, folder, "index.damaged");
	trial.kind = (enum kind)(item % N_KINDS);
	memcpy(bytes, trial.image->bytes, trial.image->size);
	trial.size = harm(trial.image, bytes, trial.kind, &seed);
	trial.bytes = bytes;
	write_bytes(trial.path, bytes, trial.size);
	try_partial(&trial);
	answer = run_index(trial.path, "--repair");
	if (answer.status <= 1)
		look(&trial, &answer);
	else if (answer.status != 3 || trial.kind != CUT ||
	    !holds(trial.path, bytes, trial.size))
		wrong(&trial, "--repair", &answer);
	program_answer_free(&answer);
	free(bytes);
	trust_count(row, 1);
}

int
main(void)
{
	uint64_t n = trust_number("QUIRE_DAMAGES", DAMAGES);
	struct trust_row *row = trust_begin("damaged and repaired", n);
	char *folder = trust_folder(), path[PATH_MAX];
	struct program_answer answer;
	struct image image;
	struct stat file;
	int fd;

	make_index(folder, path);
	answer = ask(path, false, &image.right);
	program_answer_free(&answer);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &file) != 0)
		abort();
	image.size = (size_t)file.st_size;
	image.bytes = alloc_bytes(image.size);
	if (read(fd, image.bytes, image.size) != file.st_size)
		abort();
	close(fd);
	trust_share(row, n, repair, &image);
	printf("# repaired: %llu of %llu\n", (unsigned long long)row->other,
	    (unsigned long long)row->count);
	if (row->other * 10 < row->count * 3)
		trust_failed(row, "less than 30 %% of the damage is harmful");
	free_hits(&image.right);
	free(image.bytes);
	free(folder);
	return trust_end(row);
}
