/*
 * What the programs say of an index whose file is damaged: bits flipped,
 * half of them where the queries look, and its end cut off.
 *
 * LMDB alone gives silently wrong data for two flips in five.
 */
#include "alloc.h"
#include "support.h"
#include "support_damage.h"

#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	PAGE = 4096,
	FLIPS = 1000, /* unless QUIRE_FLIPS says how many; and ... */
	FLIPS_A_CUT = 5,
	ARTICLES = 1500,
	WORKERS = 2,
};

/* The index as it should be, and what it answers. */
struct image {
	char *folder;
	struct damage_index index;
	const uint8_t *bytes;
	size_t size;
	struct program_answer right[DAMAGE_QUERIES];
};

static void
open_image(struct image *image)
{
	image->folder = support_folder();
	damage_index_make(&image->index, image->folder, ARTICLES);
	image->bytes = image->index.bytes;
	image->size = image->index.size;
	for (int i = 0; i < DAMAGE_QUERIES; i++) {
		image->right[i] = damage_ask(image->index.path, i);
		ck_assert_msg(image->right[i].status == 0, "query %d ends "
		    "with %d", i, image->right[i].status);
	}
}

static void
free_image(struct image *image)
{
	for (int i = 0; i < DAMAGE_QUERIES; i++)
		program_answer_free(&image->right[i]);
	damage_index_free(&image->index);
	free(image->folder);
}

/* --- what is asked of a damaged index --- */

/* One damage: a bit that is flipped, or an end that is cut off. */
struct damage {
	size_t at;   /* byte; or the size that is left */
	uint8_t bit; /* 0: the end is cut off */
	bool harmful;
	/* A wrong answer, a signal, no end, or damage that --check does not
	 * find; and what it is. */
	bool escaped;
	char what[160];
};

static void
judge(const struct image *image, const char *path, struct damage *damage)
{
	const char *check[] = {"-i", path, "--check", NULL};
	struct program_answer checked = program_answer("quire-index", check);

	damage->harmful = checked.status == 3;
	if (checked.status != 0 && checked.status != 3) {
		damage->escaped = true;
		snprintf(damage->what, sizeof damage->what,
		    "--check ends with %d", checked.status);
	}
	for (int i = 0; i < DAMAGE_QUERIES; i++) {
		struct program_answer answer = damage_ask(path, i);

		if (answer.status == 3 && checked.status == 0) {
			damage->escaped = true;
			snprintf(damage->what, sizeof damage->what,
			    "query %d finds damage, --check none", i);
		}
		if (answer.status != 3 && !program_is_same(&answer,
		    &image->right[i])) {
			damage->escaped = true;
			snprintf(damage->what, sizeof damage->what,
			    "query %d: status %d or another answer", i,
			    answer.status);
		}
		program_answer_free(&answer);
	}
	program_answer_free(&checked);
}

/* Every nth damage, on a file of its own. */
struct worker {
	const struct image *image;
	struct damage *damages;
	int first, n;
	char path[PATH_MAX + 16];
	pthread_t thread;
	bool failed;
};

static bool
write_at(int fd, const void *bytes, size_t size, size_t at)
{
	return pwrite(fd, bytes, size, (off_t)at) == (ssize_t)size;
}

static void *
work(void *context)
{
	struct worker *worker = context;
	const struct image *image = worker->image;
	int fd = open(worker->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	worker->failed = !write_at(fd, image->bytes, image->size, 0);
	for (int i = worker->first; i < worker->n && !worker->failed;
	    i += WORKERS) {
		struct damage *damage = &worker->damages[i];
		const uint8_t *byte = &image->bytes[damage->at];
		uint8_t flipped = *byte ^ damage->bit;

		if (damage->bit)
			worker->failed = !write_at(fd, &flipped, 1,
			    damage->at);
		else
			worker->failed = ftruncate(fd,
			    (off_t)damage->at) != 0;
		judge(image, worker->path, damage);
		if (!write_at(fd, byte, damage->bit ? 1 :
		    image->size - damage->at, damage->at))
			worker->failed = true;
	}
	close(fd);
	return NULL;
}

static void
judge_all(const struct image *image, struct damage *damages, int n)
{
	struct worker workers[WORKERS];

	for (int i = 0; i < WORKERS; i++) {
		struct worker *worker = &workers[i];

		*worker = (struct worker){image, damages, i, n, "", 0, false};
		snprintf(worker->path, sizeof worker->path, "%s-%d",
		    image->index.path, i);
		ck_assert_int_eq(pthread_create(&worker->thread, NULL, work,
		    worker), 0);
	}
	for (int i = 0; i < WORKERS; i++) {
		pthread_join(workers[i].thread, NULL);
		ck_assert(!workers[i].failed);
	}
}

/* Says what escaped; the number of harmful ones. */
static int
sum_up(const struct image *image, const struct damage *damages, int n,
    const char *name)
{
	int n_harmful = 0, n_escaped = 0;

	for (int i = 0; i < n; i++) {
		const struct damage *damage = &damages[i];
		size_t page = damage->at / PAGE * PAGE;

		n_harmful += damage->harmful;
		n_escaped += damage->escaped;
		if (damage->escaped)
			printf("byte %zu of %zu (page flags %#x) bit %#x: "
			    "%s\n", damage->at, image->size,
			    image->bytes[page + 10], damage->bit,
			    damage->what);
	}
	printf("%d %s, %d harmful, %d escaped\n", n, name, n_harmful,
	    n_escaped);
	fflush(stdout);
	ck_assert_int_eq(n_escaped, 0);
	return n_harmful;
}

static int
count_flips(void)
{
	const char *text = getenv("QUIRE_FLIPS");

	return text ? (int)strtol(text, NULL, 10) : FLIPS;
}

/*
 * A byte at random, or, for `aimed`, one that the programs are sure to read:
 * in the header or the nodes of a tree page, or in a block of one page (of the
 * dictionary or of ids).
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
	int n = count_flips(), n_harmful;
	struct damage *damages = alloc_zeroed((size_t)n, sizeof *damages);
	struct image image;

	open_image(&image);
	for (int i = 0; i < n; i++) {
		damages[i].at = choose_place(&image, &seed, i % 4 < 2);
		damages[i].bit = (uint8_t)(1 << support_below(&seed, 8));
	}
	judge_all(&image, damages, n);
	n_harmful = sum_up(&image, damages, n, "flips");
	ck_assert_int_ge(n_harmful, n * 3 / 10);
	free(damages);
	free_image(&image);
}
END_TEST

/*
 * What LMDB believes before anything can be checked: page size, last page,
 * and which of its two meta pages is the newer.  Every bit, or, of fewer
 * flips, one in so many.
 */
START_TEST(no_flipped_bit_of_a_meta_page_hides_the_last_commit)
{
	static const struct {
		size_t start, end;
	} places[] = {{40, 48}, {136, 152}};
	enum { META_FLIPS = 2 * (8 + 16) * 8 };
	struct damage *damages = alloc_zeroed(META_FLIPS, sizeof *damages);
	struct image image;
	int n = 0, bits = 0, one_in = FLIPS / count_flips();

	open_image(&image);
	for (size_t page = 0; page < 2; page++)
		for (size_t k = 0; k < 2; k++)
			for (size_t at = places[k].start; at < places[k].end;
			    at++)
				for (int bit = 0; bit < 8; bit++) {
					if (one_in > 1 && bits++ % one_in)
						continue;
					damages[n].at = page * PAGE + at;
					damages[n++].bit = (uint8_t)(1 << bit);
				}
	judge_all(&image, damages, n);
	ck_assert_int_ge(n, one_in > 1 ? META_FLIPS / one_in : META_FLIPS);
	ck_assert_int_gt(sum_up(&image, damages, n, "flips of meta pages"),
	    0);
	free(damages);
	free_image(&image);
}
END_TEST

START_TEST(no_cut_gives_a_wrong_answer)
{
	uint64_t seed = support_seed("damage, cuts");
	int n = count_flips() / FLIPS_A_CUT, n_harmful;
	struct damage *damages = alloc_zeroed((size_t)n, sizeof *damages);
	struct image image;

	open_image(&image);
	for (int i = 0; i < n; i++) {
		damages[i].at = support_random(&seed) % image.size;
		if (i % 4 == 0)
			damages[i].at = damages[i].at / PAGE * PAGE;
	}
	judge_all(&image, damages, n);
	n_harmful = sum_up(&image, damages, n, "cuts");
	ck_assert_int_ge(n_harmful, n / 2);
	free(damages);
	free_image(&image);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("damage");
	TCase *cases = tcase_create("damage");

	tcase_set_timeout(cases, 900);
	tcase_add_test(cases, no_flipped_bit_gives_a_wrong_answer);
	tcase_add_test(cases,
	    no_flipped_bit_of_a_meta_page_hides_the_last_commit);
	tcase_add_test(cases, no_cut_gives_a_wrong_answer);
	suite_add_tcase(suite, cases);
	return support_run(suite);
}
