/*
 * A page whose header says what no page of ours can, so that LMDB's search in
 * it would not end: keys of a fixed size, which is 0, and fewer bytes than the
 * header itself.  Every page of the trees in turn.
 */
#include "alloc.h"
#include "store/bytes.h"
#include "store/lmdb_pages.h"
#include "support.h"
#include "support_damage.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	ARTICLES = 300,
	FLAG_FIXED_SIZE = 0x20, /* of keys */
	PAGES_LEAST = 8, /* one of each sub-database */
};

static const unsigned lowers[] = {0, 6, PAGE_HEADER - 2};

static void
write_page(int fd, const uint8_t *page, size_t at)
{
	ck_assert_int_eq(pwrite(fd, page, LMDB_PAGE, (off_t)at), LMDB_PAGE);
}

/* The same answer as before, or the word that the index is damaged. */
static void
ask(const char *path, const struct program_answer *right, bool *is_found)
{
	const char *check[] = {"-i", path, "--check", NULL};
	const char *quick[] = {"-i", path, "--check=quick", NULL};
	const char *const *checks[] = {check, quick};

	for (int i = 0; i < 2; i++) {
		struct program_answer answer = program_answer("quire-index",
		    checks[i]);

		ck_assert_msg(answer.status == 0 || answer.status == 3,
		    "--check ends with %d", answer.status);
		*is_found = answer.status == 3;
		program_answer_free(&answer);
	}
	for (int i = 0; i < DAMAGE_QUERIES; i++) {
		struct program_answer answer = damage_ask(path, i);

		ck_assert_msg(program_is_same(&answer, &right[i]) ||
		    (answer.status == 3 && *is_found),
		    "query %d ends with %d", i, answer.status);
		program_answer_free(&answer);
	}
}

START_TEST(no_page_header_makes_a_search_go_on_for_ever)
{
	char *folder = support_folder();
	struct program_answer right[DAMAGE_QUERIES];
	struct damage_index index;
	size_t n = 0, n_found = 0;
	int fd;

	damage_index_make(&index, folder, ARTICLES);
	for (int i = 0; i < DAMAGE_QUERIES; i++)
		right[i] = damage_ask(index.path, i);
	fd = open(index.path, O_RDWR | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	for (size_t at = META_PAGES * LMDB_PAGE; at < index.size;
	    at += LMDB_PAGE) {
		uint8_t page[LMDB_PAGE];
		unsigned flags, lower = lowers[n % 3];
		bool is_found;

		memcpy(page, index.bytes + at, LMDB_PAGE);
		flags = bytes_u16(page + PAGE_FLAGS);
		if (flags != FLAG_BRANCH && flags != FLAG_LEAF)
			continue;
		if (n++ % 4)
			flags |= FLAG_FIXED_SIZE;
		page[PAGE_FLAGS] = (uint8_t)flags;
		page[PAGE_LOWER] = (uint8_t)lower;
		page[PAGE_LOWER + 1] = 0;
		write_page(fd, page, at);
		ask(index.path, right, &is_found);
		n_found += is_found;
		write_page(fd, index.bytes + at, at);
	}
	close(fd);
	printf("%zu pages, %zu of them in use\n", n, n_found);
	ck_assert_uint_ge(n_found, PAGES_LEAST);
	for (int i = 0; i < DAMAGE_QUERIES; i++)
		program_answer_free(&right[i]);
	damage_index_free(&index);
	free(folder);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("page header");
	TCase *cases = tcase_create("page header");

	tcase_set_timeout(cases, 300);
	tcase_add_test(cases, no_page_header_makes_a_search_go_on_for_ever);
	suite_add_tcase(suite, cases);
	return support_run(suite);
}
