/* The catalogue: what is written is what is loaded again. */
#include "alloc.h"
#include "buffer.h"
#include "catalogue.h"
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *folder;
static struct buffer path;
static struct store *store;
static struct catalogue *catalogue;

static void
open_index(void)
{
	struct error error = {0};

	ck_assert_msg(store_open(buffer_string(&path), "test", STORE_CREATE,
	    1 << 20, &store, &error) == STATUS_OK, "%s", error.message);
	ck_assert_msg(catalogue_load(store, &catalogue, &error) == STATUS_OK,
	    "%s", error.message);
}

static void
close_index(void)
{
	catalogue_free(catalogue);
	store_close(store);
}

static void
set_up(void)
{
	folder = support_folder();
	buffer_append_format(&path, "%s/index", folder);
	open_index();
}

static void
tear_down(void)
{
	close_index();
	buffer_free(&path);
	free(folder);
}

static void
write_all(void)
{
	struct error error = {0};

	ck_assert_int_eq(store_commit_begin(store, &error), STATUS_OK);
	ck_assert_msg(catalogue_write(catalogue, &error) == STATUS_OK, "%s",
	    error.message);
	ck_assert_int_eq(store_commit_end(store, &error), STATUS_OK);
}

static void
write_and_load(void)
{
	write_all();
	close_index();
	open_index();
}

/* Failures as lines of text. */
static bool
append_failure(void *context, const struct catalogue_file *file,
    uint64_t line, enum failure_kind kind, const char *reason)
{
	buffer_append_format(context, "%s:%d:%d:%s\n", file->path, (int)line,
	    (int)kind, reason);
	return true;
}

static void
assert_failures(const char *expected)
{
	struct buffer lines = {0};

	ck_assert_int_eq(catalogue_failures(catalogue, append_failure, &lines,
	    NULL), STATUS_OK);
	ck_assert_str_eq(buffer_string(&lines), expected);
	buffer_free(&lines);
}

static size_t
count_entries(char kind)
{
	MDB_cursor *cursor;
	MDB_txn *txn;
	MDB_val key, value;
	size_t n = 0;

	ck_assert_int_eq(environment_read(store_environment(store), &txn,
	    NULL), STATUS_OK);
	mdb_cursor_open(txn,
	    store_environment(store)->databases[DATABASE_SRC], &cursor);
	while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0)
		n += *(const char *)key.mv_data == kind;
	mdb_cursor_close(cursor);
	mdb_txn_abort(txn);
	return n;
}

/* Between commit begin and end. */
static void
delete_all(void)
{
	struct error error;

	for (const char *kind = "sfpx"; *kind; kind++)
		ck_assert_int_eq(store_delete_prefix(store, DATABASE_SRC,
		    kind, 1, &error), STATUS_OK);
}

START_TEST(sources_come_back_with_their_options)
{
	const char *options[] = {"field=title=headline", "set=source=",
	    "lang=de"};
	struct catalogue_source *source = catalogue_find_source(catalogue,
	    "/archive/a b", true);

	catalogue_set_options(source, options, 3);
	catalogue_find_source(catalogue, "-", true);
	write_and_load();
	ck_assert_uint_eq(catalogue_n_sources(catalogue), 2);
	source = catalogue_source(catalogue, 0);
	ck_assert_str_eq(source->path, "/archive/a b");
	ck_assert_uint_eq(source->number, 1);
	ck_assert_uint_eq(source->n_options, 3);
	for (int i = 0; i < 3; i++)
		ck_assert_str_eq(source->options[i], options[i]);
	ck_assert(!source->changed);
	ck_assert_uint_eq(catalogue_source(catalogue, 1)->n_options, 0);
}
END_TEST

START_TEST(the_same_options_are_no_change)
{
	const char *options[] = {"id=key", "lang=de"};
	struct catalogue_source *source = catalogue_find_source(catalogue,
	    "a", true);

	catalogue_set_options(source, options, 2);
	write_and_load();
	source = catalogue_find_source(catalogue, "a", true);
	catalogue_set_options(source, options, 2);
	ck_assert(!source->changed);
	catalogue_set_options(source, options, 1);
	ck_assert(source->changed);
	write_and_load();
	ck_assert_uint_eq(catalogue_source(catalogue, 0)->n_options, 1);
}
END_TEST

START_TEST(files_come_back_whole)
{
	struct catalogue_file *file = catalogue_find_file(catalogue, 7,
	    "a/b.jsonl", true);

	file->size = UINT64_C(1) << 40;
	file->mtime_ns = -5;
	file->n_records = 12;
	file->n_failed = 3;
	file->complete = true;
	catalogue_find_file(catalogue, 8, "a/b.jsonl", true);
	write_and_load();
	ck_assert_uint_eq(catalogue_n_files(catalogue), 2);
	file = catalogue_find_file(catalogue, 7, "a/b.jsonl", false);
	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(file->number, 1);
	ck_assert_uint_eq(file->source, 7);
	ck_assert(file->size == UINT64_C(1) << 40);
	ck_assert(file->mtime_ns == -5);
	ck_assert_uint_eq(file->n_records, 12);
	ck_assert_uint_eq(file->n_failed, 3);
	ck_assert(file->complete && !file->changed);
	ck_assert(!catalogue_find_file(catalogue, 8, "a/b.jsonl", false)
	    ->complete);
	ck_assert_ptr_null(catalogue_find_file(catalogue, 7, "c", false));
}
END_TEST

START_TEST(numbers_are_never_used_twice)
{
	struct catalogue_file *file = catalogue_find_file(catalogue, 1, "a",
	    true);
	uint32_t number = file->number;

	write_all();
	catalogue_remove_file(catalogue, file);
	ck_assert_ptr_null(catalogue_find_file(catalogue, 1, "a", false));
	write_and_load();
	file = catalogue_find_file(catalogue, 1, "a", true);
	ck_assert_uint_gt(file->number, number);
	ck_assert_ptr_null(catalogue_file_number(catalogue, number));
	ck_assert_ptr_eq(catalogue_file_number(catalogue, file->number),
	    file);
}
END_TEST

START_TEST(ten_thousand_files_are_all_found)
{
	char name[32];

	for (unsigned i = 0; i < 10000; i++) {
		snprintf(name, sizeof name, "folder/%u", i * 7919 % 10000);
		catalogue_find_file(catalogue, 1 + i % 3, name, true)->size =
		    i;
	}
	write_and_load();
	ck_assert_uint_eq(catalogue_n_files(catalogue), 10000);
	ck_assert_uint_eq(count_entries('p'), 10000);
	for (unsigned i = 0; i < 10000; i++) {
		struct catalogue_file *file;

		snprintf(name, sizeof name, "folder/%u", i * 7919 % 10000);
		file = catalogue_find_file(catalogue, 1 + i % 3, name, false);
		ck_assert_ptr_nonnull(file);
		ck_assert_uint_eq(file->size, i);
		ck_assert_ptr_eq(catalogue_file_number(catalogue,
		    file->number), file);
	}
}
END_TEST

START_TEST(failures_come_back_by_file_and_line)
{
	struct catalogue_file *b = catalogue_find_file(catalogue, 1, "b",
	    true);
	struct catalogue_file *a = catalogue_find_file(catalogue, 1, "a",
	    true);

	catalogue_fail(catalogue, a, 300, FAILURE_SKIPPED, "not JSON");
	catalogue_fail(catalogue, a, 7, FAILURE_DOUBT, "date");
	catalogue_fail(catalogue, b, 0, FAILURE_SKIPPED, "cut short");
	write_and_load();
	assert_failures("b:0:1:cut short\na:7:2:date\na:300:1:not JSON\n");
}
END_TEST

START_TEST(two_failures_of_a_line_are_both_kept_and_a_repeated_one_is_not)
{
	struct catalogue_file *file = catalogue_find_file(catalogue, 1, "a",
	    true);

	catalogue_fail(catalogue, file, 0, FAILURE_SKIPPED, "one");
	catalogue_fail(catalogue, file, 0, FAILURE_SKIPPED, "two");
	write_all();
	catalogue_fail(catalogue, file, 0, FAILURE_SKIPPED, "one");
	write_and_load();
	assert_failures("a:0:1:one\na:0:1:two\n");
}
END_TEST

START_TEST(forgotten_failures_are_gone_and_new_ones_stay)
{
	struct catalogue_file *file = catalogue_find_file(catalogue, 1, "a",
	    true);
	struct catalogue_file *other = catalogue_find_file(catalogue, 1, "b",
	    true);

	catalogue_fail(catalogue, file, 1, FAILURE_SKIPPED, "old");
	catalogue_fail(catalogue, other, 1, FAILURE_SKIPPED, "other");
	write_all();
	catalogue_fail(catalogue, file, 2, FAILURE_SKIPPED, "not written");
	catalogue_forget_failures(catalogue, file);
	catalogue_fail(catalogue, file, 3, FAILURE_SKIPPED, "new");
	write_and_load();
	assert_failures("a:3:1:new\nb:1:1:other\n");
}
END_TEST

START_TEST(a_snapshot_shows_the_same)
{
	struct catalogue_file *file;
	struct catalogue *seen;
	struct snapshot *snapshot;
	struct buffer lines = {0};

	catalogue_find_source(catalogue, "/a", true);
	file = catalogue_find_file(catalogue, 1, "/a/1", true);
	file->n_records = 7;
	catalogue_fail(catalogue, file, 3, FAILURE_DOUBT, "date");
	write_all();
	ck_assert_int_eq(snapshot_open(buffer_string(&path), "test",
	    &snapshot, NULL), STATUS_OK);
	ck_assert_int_eq(catalogue_load_snapshot(snapshot, &seen, NULL),
	    STATUS_OK);
	ck_assert_uint_eq(catalogue_n_sources(seen), 1);
	ck_assert_uint_eq(catalogue_file(seen, 0)->n_records, 7);
	ck_assert_int_eq(catalogue_failures(seen, append_failure, &lines,
	    NULL), STATUS_OK);
	ck_assert_str_eq(buffer_string(&lines), "/a/1:3:2:date\n");
	buffer_free(&lines);
	catalogue_free(seen);
	snapshot_close(snapshot);
}
END_TEST

START_TEST(a_removed_source_leaves_nothing)
{
	struct catalogue_source *source = catalogue_find_source(catalogue,
	    "/a", true), *kept = catalogue_find_source(catalogue, "/b", true);
	struct catalogue_file *file = catalogue_find_file(catalogue,
	    source->number, "/a/1", true);

	catalogue_fail(catalogue, file, 1, FAILURE_SKIPPED, "old");
	catalogue_find_file(catalogue, kept->number, "/a/1", true);
	write_all();
	catalogue_remove_source(catalogue, source);
	write_all();
	write_and_load();
	ck_assert_uint_eq(count_entries('s'), 1);
	ck_assert_uint_eq(count_entries('f'), 1);
	ck_assert_uint_eq(count_entries('p'), 1);
	ck_assert_uint_eq(count_entries('x'), 0);
	ck_assert_ptr_null(catalogue_find_source(catalogue, "/a", false));
	ck_assert_ptr_nonnull(catalogue_find_source(catalogue, "/b", false));
}
END_TEST

START_TEST(nothing_changed_writes_nothing)
{
	struct error error;

	catalogue_find_source(catalogue, "/a", true);
	catalogue_fail(catalogue, catalogue_find_file(catalogue, 1, "/a/1",
	    true), 1, FAILURE_DOUBT, "date");
	write_and_load();
	ck_assert_int_eq(store_commit_begin(store, &error), STATUS_OK);
	/* What is not in the transaction cannot be written by it. */
	delete_all();
	ck_assert_int_eq(catalogue_write(catalogue, &error), STATUS_OK);
	ck_assert_int_eq(store_commit_end(store, &error), STATUS_OK);
	ck_assert_uint_eq(count_entries('s') + count_entries('f') +
	    count_entries('p') + count_entries('x'), 0);
}
END_TEST

START_TEST(a_value_of_any_bytes_is_refused_or_read_but_never_trusted)
{
	uint64_t state = support_seed("catalogue bytes");
	struct error error;

	for (int round = 0; round < 300; round++) {
		uint8_t bytes[64], key[5] = {round % 2 ? 's' : 'f', 0, 0, 0,
		    9};
		size_t size = support_below(&state, sizeof bytes);
		struct catalogue *loaded = NULL;

		for (size_t i = 0; i < size; i++)
			bytes[i] = (uint8_t)(support_below(&state, 3) ?
			    support_below(&state, 8) :
			    support_below(&state, 256));
		ck_assert_int_eq(store_commit_begin(store, NULL), STATUS_OK);
		delete_all();
		ck_assert_int_eq(store_put(store, DATABASE_SRC, key, 5,
		    bytes, size, NULL, NULL), STATUS_OK);
		ck_assert_int_eq(store_commit_end(store, NULL), STATUS_OK);
		if (catalogue_load(store, &loaded, &error) != STATUS_OK)
			ck_assert_int_eq(error.status, STATUS_DAMAGED);
		catalogue_free(loaded);
	}
}
END_TEST

static Suite *
catalogue_suite(void)
{
	Suite *suite = suite_create("catalogue");
	TCase *tests = tcase_create("catalogue");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, sources_come_back_with_their_options);
	tcase_add_test(tests, the_same_options_are_no_change);
	tcase_add_test(tests, files_come_back_whole);
	tcase_add_test(tests, numbers_are_never_used_twice);
	tcase_add_test(tests, ten_thousand_files_are_all_found);
	tcase_add_test(tests, failures_come_back_by_file_and_line);
	tcase_add_test(tests,
	    two_failures_of_a_line_are_both_kept_and_a_repeated_one_is_not);
	tcase_add_test(tests, forgotten_failures_are_gone_and_new_ones_stay);
	tcase_add_test(tests, a_snapshot_shows_the_same);
	tcase_add_test(tests, a_removed_source_leaves_nothing);
	tcase_add_test(tests, nothing_changed_writes_nothing);
	tcase_add_test(tests,
	    a_value_of_any_bytes_is_refused_or_read_but_never_trusted);
	suite_add_tcase(suite, tests);
	return suite;
}

int
main(void)
{
	return support_run(catalogue_suite());
}
