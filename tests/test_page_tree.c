/*
 * A writer does not touch an index whose pages are not what LMDB believes
 * of them, and says so.
 */
#include "alloc.h"
#include "page_tree.h"
#include "store.h"
#include "store/bytes.h"
#include "support.h"
#include "support_index.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	PAGE = 4096,
	PAGE_FLAGS = 10, /* where they stand in a page */
	PAGE_LOWER = 12,
	PAGE_UPPER = 14,
	FIRST_NODE = 16,
	META_FREE = 40, /* and in a meta page */
	META_MAIN = 88,
	META_LAST_PAGE = 136,
	META_TRANSACTION = 144,
	TREE_ROOT = 40,
	NODE_KEY_SIZE = 6,
	NODE_KEY = 8,
};

static struct sample_index sample;
static uint8_t *bytes; /* of the file */
static size_t size;

static void
read_file(void)
{
	int fd = open(sample.path, O_RDONLY | O_CLOEXEC);
	struct stat file;

	ck_assert_int_eq(fstat(fd, &file), 0);
	size = (size_t)file.st_size;
	bytes = alloc_bytes(size);
	ck_assert_int_eq(read(fd, bytes, size), (ssize_t)size);
	close(fd);
}

static void
set_up(void)
{
	sample_index_create(&sample);
	sample_index_update(&sample, 0, 300);
	sample_index_update(&sample, 20, 280);
	read_file();
}

static void
tear_down(void)
{
	free(bytes);
	sample_index_free(&sample);
}

/* The meta page that counts. */
static uint8_t *
meta(void)
{
	uint8_t *second = bytes + PAGE;

	return bytes_u64(bytes + META_TRANSACTION) >
	    bytes_u64(second + META_TRANSACTION) ? bytes : second;
}

static uint8_t *
root_of(size_t tree)
{
	return bytes + bytes_u64(meta() + tree + TREE_ROOT) * PAGE;
}

/* Writes the changed bytes; a writer must refuse the file, for a reason, and
 * leave it as it is. */
static void
assert_refused(const char *reason)
{
	int fd = open(sample.path, O_RDWR | O_CLOEXEC);
	struct store *store = NULL;
	struct error error = {0};
	uint8_t *changed = bytes;

	ck_assert_int_eq(pwrite(fd, bytes, size, 0), (ssize_t)size);
	close(fd);
	ck_assert_int_eq(store_open(sample.path, "sample", STORE_EXISTING,
	    1 << 20, &store, &error), STATUS_DAMAGED);
	ck_assert_msg(strstr(error.message, "nothing was written") != NULL &&
	    strstr(error.message, reason) != NULL, "%s", error.message);
	ck_assert_str_eq(error.hint, "quire-index -i sample --check");
	read_file();
	ck_assert(memcmp(bytes, changed, size) == 0);
	free(changed);
}

START_TEST(pages_of_a_whole_index_are_sound)
{
	struct page_tree_check check = {.values = true};
	int fd = open(sample.path, O_RDONLY | O_CLOEXEC);

	ck_assert_int_eq(page_tree_check(fd, &check), STATUS_OK);
	check.transaction = bytes_u64(meta() + META_TRANSACTION) - 1;
	ck_assert_int_eq(page_tree_check(fd, &check), STATUS_OK);
	check.transaction--;
	ck_assert_int_eq(page_tree_check(fd, &check), STATUS_NOT_FOUND);
	close(fd);
}
END_TEST

/* The last page of a list of free pages: its lowest. */
static uint8_t *
lowest_free_page(void)
{
	uint8_t *page = root_of(META_FREE), *list;

	page += bytes_u16(page + FIRST_NODE);
	list = page + NODE_KEY + bytes_u16(page + NODE_KEY_SIZE);
	return list + 8 * bytes_u64(list);
}

START_TEST(a_page_in_use_is_not_taken_for_free)
{
	/* One that nobody frees either: pages before it are not listed. */
	bytes_put_u64(lowest_free_page(), (uint64_t)(root_of(META_MAIN) -
	    bytes) / PAGE);
	assert_refused("has ");
}
END_TEST

START_TEST(a_free_page_is_not_freed_twice)
{
	uint8_t *lowest = lowest_free_page();

	bytes_put_u64(lowest, bytes_u64(lowest - 8));
	assert_refused("free pages without order");
}
END_TEST

START_TEST(a_page_with_too_much_room_is_not_written)
{
	uint8_t *page = root_of(META_MAIN);

	bytes_put_u16(page + PAGE_LOWER, (uint16_t)(bytes_u16(page +
	    PAGE_LOWER) - 2));
	assert_refused("entries that overlap");
}
END_TEST

START_TEST(a_page_whose_entries_begin_outside_it_is_not_written)
{
	uint8_t *page = root_of(META_MAIN);

	bytes_put_u16(page + PAGE_UPPER, 0x8000);
	assert_refused("entries that overlap");
}
END_TEST

START_TEST(a_page_of_another_kind_is_not_written)
{
	root_of(META_MAIN)[PAGE_FLAGS] ^= 4;
	assert_refused("has a wrong header");
}
END_TEST

START_TEST(a_page_under_another_number_is_not_written)
{
	root_of(META_MAIN)[0] ^= 1;
	assert_refused("has a wrong header");
}
END_TEST

START_TEST(a_key_out_of_order_is_not_written_beside)
{
	uint8_t *page = root_of(META_MAIN);

	page[bytes_u16(page + FIRST_NODE) + NODE_KEY] = 'z';
	assert_refused("keys without order");
}
END_TEST

START_TEST(a_last_page_that_is_none_is_not_written_after)
{
	meta()[META_LAST_PAGE]++;
	assert_refused("is the last");
}
END_TEST

/* The key of a value with pages of its own, and the number of the first. */
struct large_value {
	uint8_t key[KEY_SIZE_MAX];
	size_t key_size;
	uint64_t page;
};

static bool
take_value(void *context, const uint8_t *key, size_t key_size,
    const uint8_t *payload, size_t payload_size)
{
	struct large_value *value = context;

	(void)payload_size;
	memcpy(value->key, key, key_size);
	value->key_size = key_size;
	value->page = bytes_u64(payload - FIRST_NODE);
	return false;
}

START_TEST(more_pages_than_a_value_has_are_not_freed_with_it)
{
	struct large_value value = {.page = 0};
	struct store *store = sample_index_open(&sample);
	int fd = open(sample.path, O_RDWR | O_CLOEXEC);
	const uint8_t one_more = 17;

	ck_assert_int_eq(store_walk(store, DATABASE_EXT, "", 1, take_value,
	    &value, NULL), STATUS_OK);
	store_close(store);
	ck_assert_int_eq(pwrite(fd, &one_more, 1, (off_t)value.page * PAGE +
	    PAGE_LOWER), 1);
	close(fd);
	store = sample_index_open(&sample);
	ck_assert_int_eq(store_commit_begin(store, NULL), STATUS_OK);
	ck_assert_int_eq(store_delete(store, DATABASE_EXT, value.key,
	    value.key_size, NULL), STATUS_DAMAGED);
	store_close(store);
}
END_TEST

static Suite *
page_tree_suite(void)
{
	Suite *suite = suite_create("page tree");
	TCase *tests = tcase_create("page tree");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_set_timeout(tests, 120);
	tcase_add_test(tests, pages_of_a_whole_index_are_sound);
	tcase_add_test(tests, a_page_in_use_is_not_taken_for_free);
	tcase_add_test(tests, a_free_page_is_not_freed_twice);
	tcase_add_test(tests, a_page_with_too_much_room_is_not_written);
	tcase_add_test(tests,
	    a_page_whose_entries_begin_outside_it_is_not_written);
	tcase_add_test(tests, a_page_of_another_kind_is_not_written);
	tcase_add_test(tests, a_page_under_another_number_is_not_written);
	tcase_add_test(tests, a_key_out_of_order_is_not_written_beside);
	tcase_add_test(tests, a_last_page_that_is_none_is_not_written_after);
	tcase_add_test(tests,
	    more_pages_than_a_value_has_are_not_freed_with_it);
	suite_add_tcase(suite, tests);
	return suite;
}

int
main(void)
{
	return support_run(page_tree_suite());
}
