/*
 * --repair, for each kind of stored value: every copy of one in the file is
 * changed, and what can be made good without it is.
 */
#include "repair.h"
#include "salvage.h"
#include "store/bytes.h"
#include "support.h"
#include "support_index.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ARTICLES = 880 };

static struct sample_index sample;
static struct repair_result result;

/* Three segments, the first with dead articles, replaced and gone. */
static void
set_up(void)
{
	sample_index_create(&sample);
	sample_index_update(&sample, 0, 600);
	sample_index_add(&sample, "other.jsonl", 1000, 300);
	sample_index_update(&sample, 20, 580);
}

static void
tear_down(void)
{
	free(result.damaged);
	result = (struct repair_result){0};
	sample_index_free(&sample);
}

static bool
begins(const struct salvage_value *value, enum database database,
    const void *prefix, size_t size)
{
	return value->database == database && value->key_size >= size &&
	    memcmp(value->key, prefix, size) == 0;
}

/* Changes a bit in all values whose key begins so; returns in how many. */
static unsigned
harm(enum database database, const void *prefix, size_t size)
{
	int fd = open(sample.path, O_RDWR | O_CLOEXEC);
	struct salvage salvage;
	unsigned n = 0;

	ck_assert_int_eq(salvage_read(&salvage, fd, NULL), STATUS_OK);
	for (size_t i = 0; i < salvage.n; i++) {
		const struct salvage_value *value = &salvage.values[i];
		off_t place = (off_t)(value->place + value->size / 2);
		uint8_t byte;

		/* The reached ones are there twice: as reached, and as seen. */
		if (!begins(value, database, prefix, size) ||
		    value->reached)
			continue;
		ck_assert_int_eq(pread(fd, &byte, 1, place), 1);
		byte ^= 4;
		ck_assert_int_eq(pwrite(fd, &byte, 1, place), 1);
		n++;
	}
	salvage_free(&salvage);
	close(fd);
	return n;
}

/* Harms what belongs to the first segment of the root. */
static void
harm_segment(enum database database, int stream)
{
	struct store *store = sample_index_open(&sample);
	uint8_t key[5];

	bytes_put_key_u32(key, store_root(store)->segments[0].number);
	key[4] = (uint8_t)(stream < 0 ? 0 : stream);
	store_close(store);
	ck_assert_uint_gt(harm(database, key, stream < 0 ? 4 : 5), 0);
}

static enum status
repair(struct error *error)
{
	*error = (struct error){0};
	return repair_run(sample.path, "sample", 64 << 20, NULL, NULL,
	    &result, error);
}

static void
assert_repaired(uint64_t kept)
{
	struct buffer lines = {0};
	struct error error;

	ck_assert_int_eq(sample_index_verify(&sample, NULL), STATUS_DAMAGED);
	ck_assert_msg(repair(&error) == STATUS_OK, "%s", error.message);
	ck_assert(!result.is_whole);
	ck_assert_msg(sample_index_verify(&sample, &lines) == STATUS_OK,
	    "%s", buffer_string(&lines));
	ck_assert_uint_eq(sample_index_n_living(&sample), result.kept);
	ck_assert_uint_eq(result.kept, kept);
	buffer_free(&lines);
}

START_TEST(a_whole_index_stays)
{
	struct error error;

	ck_assert_int_eq(repair(&error), STATUS_OK);
	ck_assert(result.is_whole);
	ck_assert_ptr_null(result.damaged);
}
END_TEST

START_TEST(words_are_made_again_from_the_text)
{
	harm_segment(DATABASE_DIC, -1);
	assert_repaired(ARTICLES);
	ck_assert_uint_eq(result.lost, 0);
}
END_TEST

START_TEST(ids_are_made_again_from_the_text)
{
	harm_segment(DATABASE_XID, -1);
	assert_repaired(ARTICLES);
	ck_assert_uint_eq(result.lost, 0);
}
END_TEST

START_TEST(without_the_record_of_a_segment_its_articles_are_lost)
{
	harm_segment(DATABASE_SEG, -1);
	assert_repaired(300);
	ck_assert_uint_eq(result.lost, 580);
}
END_TEST

START_TEST(removed_articles_that_come_back_are_told)
{
	struct store *store = sample_index_open(&sample);
	uint32_t n_dead = store_root(store)->segments[0].n_dead;

	store_close(store);
	ck_assert_uint_gt(n_dead, 0);
	harm_segment(DATABASE_LIVE, -1);
	assert_repaired(ARTICLES + n_dead);
	ck_assert_uint_eq(result.returned, n_dead);
	/* They are not in the source any more: the next run removes them. */
	ck_assert_uint_gt(result.files_again, 0);
	sample_index_update(&sample, 20, 580);
	ck_assert_uint_eq(sample_index_n_living(&sample), ARTICLES);
}
END_TEST

START_TEST(the_tails_of_a_segment_hold_its_articles)
{
	harm_segment(DATABASE_EXT, 0);
	assert_repaired(300);
	ck_assert_uint_eq(result.lost, 580);
	ck_assert_uint_gt(result.files_again, 0);
	sample_index_update(&sample, 20, 580);
	ck_assert_uint_eq(sample_index_n_living(&sample), ARTICLES);
}
END_TEST

START_TEST(a_source_without_its_record_gets_a_name)
{
	ck_assert_uint_gt(harm(DATABASE_SRC, "s", 1), 0);
	assert_repaired(ARTICLES);
	ck_assert_uint_eq(result.sources_lost, 2);
}
END_TEST

START_TEST(files_and_places_of_paths_can_be_done_without)
{
	ck_assert_uint_gt(harm(DATABASE_SRC, "p", 1), 0);
	ck_assert_uint_gt(harm(DATABASE_SRC, "f", 1), 0);
	assert_repaired(ARTICLES);
	ck_assert_uint_eq(result.sources_lost, 0);
	/* The articles are found by their ids, and not there twice. */
	sample_index_update(&sample, 20, 580);
	ck_assert_uint_eq(sample_index_n_living(&sample), ARTICLES);
}
END_TEST

START_TEST(without_any_root_nothing_is_changed)
{
	struct error error;

	ck_assert_uint_gt(harm(DATABASE_META, "root", 4), 0);
	ck_assert_int_eq(repair(&error), STATUS_DAMAGED);
	ck_assert_ptr_nonnull(strstr(error.message, "nothing of index"));
	ck_assert_ptr_null(result.damaged);
}
END_TEST

static Suite *
repair_suite(void)
{
	Suite *suite = suite_create("repair");
	TCase *tests = tcase_create("repair");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, a_whole_index_stays);
	tcase_add_test(tests, words_are_made_again_from_the_text);
	tcase_add_test(tests, ids_are_made_again_from_the_text);
	tcase_add_test(tests,
	    without_the_record_of_a_segment_its_articles_are_lost);
	tcase_add_test(tests, removed_articles_that_come_back_are_told);
	tcase_add_test(tests, the_tails_of_a_segment_hold_its_articles);
	tcase_add_test(tests, a_source_without_its_record_gets_a_name);
	tcase_add_test(tests, files_and_places_of_paths_can_be_done_without);
	tcase_add_test(tests, without_any_root_nothing_is_changed);
	suite_add_tcase(suite, tests);
	return suite;
}

int
main(void)
{
	return support_run(repair_suite());
}
