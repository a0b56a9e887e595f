/* An index that has no numbers left says so in time. */
#include "support.h"

#include "catalogue.h"
#include "deletions.h"
#include "limit.h"
#include "support_index.h"

#include <stdio.h>
#include <string.h>

enum { OLD = 20, MORE = 10 };

static struct sample_index sample;

static void
set_up(void)
{
	sample_index_create(&sample);
	sample_index_update(&sample, 1, OLD);
}

static void
tear_down(void)
{
	sample_index_free(&sample);
}

/* Commits the root as it was changed. */
static void
commit_root(struct store *store)
{
	struct error error = {0};

	ck_assert_int_eq(store_commit_begin(store, &error), STATUS_OK);
	ck_assert_msg(store_commit_end(store, &error) == STATUS_OK, "%s",
	    error.message);
	store_close(store);
}

/* Adds articles from another file; returns what comes of it. */
static enum status
add(unsigned first, struct error *error)
{
	char name[32];

	snprintf(name, sizeof name, "more%u.jsonl", first);
	return sample_index_try(&sample, name, first, MORE, error);
}

/* The index is whole and holds so many articles. */
static void
assert_holds(uint64_t n)
{
	struct buffer lines = {0};

	ck_assert_msg(sample_index_verify(&sample, &lines) == STATUS_OK,
	    "%s", buffer_string(&lines));
	ck_assert_uint_eq(sample_index_n_living(&sample), n);
	buffer_free(&lines);
}

static void
assert_refuses(unsigned first, const char *words)
{
	struct error error = {0};

	ck_assert_int_eq(add(first, &error), STATUS_FULL);
	ck_assert_msg(strstr(error.message, words), "%s", error.message);
	ck_assert(error.hint[0]);
}

/* A file takes one segment of articles and one when it is merged. */
START_TEST(the_last_segment_number_is_given_and_then_none)
{
	struct store *store = sample_index_open(&sample);
	struct error error = {0};

	store_root(store)->next_segment =
	    (uint32_t)limit_most(LIMIT_SEGMENTS);
	commit_root(store);
	ck_assert_msg(add(100, &error) == STATUS_OK, "%s", error.message);
	assert_holds(OLD + MORE);
	assert_refuses(200, "was written as often as it can be");
	assert_holds(OLD + MORE);
}
END_TEST

START_TEST(the_last_file_number_is_given_and_then_none)
{
	struct store *store = sample_index_open(&sample);
	struct error error = {0};

	store_root(store)->next_file = (uint32_t)limit_most(LIMIT_FILES);
	commit_root(store);
	ck_assert_msg(add(100, &error) == STATUS_OK, "%s", error.message);
	assert_holds(OLD + MORE);
	assert_refuses(200, "read as many files as it can");
	assert_holds(OLD + MORE);
}
END_TEST

START_TEST(no_source_is_added_to_too_many)
{
	struct store *store = sample_index_open(&sample);
	struct catalogue *catalogue;

	store_root(store)->next_source = (uint32_t)limit_most(LIMIT_SOURCES);
	commit_root(store);
	ck_assert_int_eq(add(100, &(struct error){0}), STATUS_OK);
	assert_holds(OLD + MORE);
	store = sample_index_open(&sample);
	ck_assert_int_eq(catalogue_load(store, &catalogue, NULL), STATUS_OK);
	ck_assert_ptr_null(catalogue_find_source(catalogue, "/new", true));
	ck_assert_ptr_nonnull(catalogue_find_source(catalogue, sample.source,
	    true));
	catalogue_free(catalogue);
	store_close(store);
}
END_TEST

START_TEST(sequence_numbers_end_before_they_wrap)
{
	struct store *store = sample_index_open(&sample);
	struct error error = {0};

	store_root(store)->next_sequence = limit_most(LIMIT_SEQUENCE) - MORE;
	commit_root(store);
	ck_assert_msg(add(100, &error) == STATUS_OK, "%s", error.message);
	assert_holds(OLD + MORE);
	assert_refuses(200, "has had as many articles as it can");
	assert_holds(OLD + MORE);
}
END_TEST

/* The root in memory says of one more segment that it holds all but so many
 * articles; nothing is read of it before there is room for those that come. */
START_TEST(articles_beyond_what_one_segment_can_number_are_refused)
{
	for (unsigned room = MORE; room + 1 >= MORE; room--) {
		struct store *store = sample_index_open(&sample);
		struct root *root = store_root(store);
		uint64_t n = root->segments[0].n_documents;
		struct error error = {0};

		ck_assert_uint_eq(n, OLD);
		root->segments[0].n_documents =
		    (uint32_t)limit_most(LIMIT_ARTICLES) - room;
		ck_assert_int_eq(store_room(store, MORE, &error),
		    room == MORE ? STATUS_OK : STATUS_FULL);
		if (room < MORE)
			ck_assert_ptr_nonnull(strstr(error.message,
			    "holds as many articles as it can"));
		store_close(store);
	}
}
END_TEST

START_TEST(removals_end_before_their_number_wraps)
{
	struct store *store = sample_index_open(&sample);
	struct deletions *deletions;
	struct error error = {0};

	ck_assert_int_eq(deletions_create(store, &deletions, &error),
	    STATUS_OK);
	deletions_set(deletions, 0, 3, false);
	ck_assert_int_eq(store_commit_begin(store, &error), STATUS_OK);
	store_root(store)->segments[0].generation =
	    (uint32_t)limit_most(LIMIT_REMOVALS);
	ck_assert_int_eq(deletions_write(deletions, &error), STATUS_FULL);
	ck_assert_ptr_nonnull(strstr(error.message, "as often as they can"));
	ck_assert_ptr_nonnull(strstr(error.hint, "--compact"));
	deletions_free(deletions);
	store_close(store);
	assert_holds(OLD);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("limit");
	TCase *tcase = tcase_create("limit");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase,
	    the_last_segment_number_is_given_and_then_none);
	tcase_add_test(tcase, the_last_file_number_is_given_and_then_none);
	tcase_add_test(tcase, no_source_is_added_to_too_many);
	tcase_add_test(tcase, sequence_numbers_end_before_they_wrap);
	tcase_add_test(tcase,
	    articles_beyond_what_one_segment_can_number_are_refused);
	tcase_add_test(tcase, removals_end_before_their_number_wraps);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
