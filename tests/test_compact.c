/* Compacting, dropping, and what others do meanwhile. */
#include "alloc.h"
#include "catalogue.h"
#include "compact.h"
#include "store/snapshot.h"
#include "store_file.h"
#include "support.h"
#include "support_index.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct sample_index sample;

static void
set_up(void)
{
	sample_index_create(&sample);
	sample_index_update(&sample, 0, 400);
	sample_index_update(&sample, 100, 300);
	sample_index_add(&sample, "other.jsonl", 1000, 100);
}

static void
tear_down(void)
{
	sample_index_free(&sample);
}

static enum status
compact(struct error *error)
{
	struct compact_sizes sizes = {0};

	*error = (struct error){0};
	return compact_run(sample.path, "sample", 64 << 20, &sizes, error);
}

static bool
exists(const char *path)
{
	struct stat file;

	return stat(path, &file) == 0;
}

/* Files of the folder that belong to the index. */
static unsigned
count_files(void)
{
	DIR *names = opendir(sample.folder);
	struct dirent *entry;
	unsigned n = 0;

	ck_assert_ptr_nonnull(names);
	while ((entry = readdir(names)))
		n += strncmp(entry->d_name, "index", 5) == 0;
	closedir(names);
	return n;
}

static bool
file_holds(const char *path, const char *words)
{
	struct buffer bytes = {0};
	FILE *file = fopen(path, "re");
	size_t n;
	bool found;

	ck_assert_ptr_nonnull(file);
	do {
		n = fread(buffer_reserve(&bytes, 65536), 1, 65536, file);
		bytes.size += n;
	} while (n > 0);
	fclose(file);
	found = memmem(bytes.bytes, bytes.size, words, strlen(words)) != NULL;
	buffer_free(&bytes);
	return found;
}

static void
assert_whole(uint64_t n_living)
{
	struct buffer lines = {0};

	ck_assert_msg(sample_index_verify(&sample, &lines) == STATUS_OK,
	    "%s", buffer_string(&lines));
	ck_assert_uint_eq(sample_index_n_living(&sample), n_living);
	buffer_free(&lines);
}

/* --- compacting --- */

START_TEST(a_compacted_index_is_whole_one_segment_and_nearly_all_in_use)
{
	struct store_space space;
	struct store *store;
	struct error error;

	ck_assert_msg(compact(&error) == STATUS_OK, "%s", error.message);
	assert_whole(400);
	store = sample_index_open(&sample);
	ck_assert_uint_eq(store_root(store)->n_segments, 1);
	ck_assert_uint_eq(store_root(store)->segments[0].n_dead, 0);
	ck_assert_int_eq(store_space(store, &space, &error), STATUS_OK);
	/* Those that the second transaction with the same root let go. */
	ck_assert_uint_le(space.file, space.used + 3 * 4096);
	store_close(store);
	ck_assert_uint_eq(count_files(), 2);
}
END_TEST

START_TEST(a_compacted_index_is_readable_by_its_owner_only)
{
	struct error error;
	struct stat file;

	umask(0);
	ck_assert_int_eq(compact(&error), STATUS_OK);
	ck_assert_int_eq(stat(sample.path, &file), 0);
	ck_assert_uint_eq(file.st_mode & 0777, 0600);
}
END_TEST

START_TEST(no_word_of_a_removed_article_is_left)
{
	struct error error;

	ck_assert(file_holds(sample.path, "unique"));
	ck_assert_int_eq(compact(&error), STATUS_OK);
	/* Terms lie in the dictionary front-coded: these begin anew. */
	sample_index_update(&sample, 0, 0);
	sample_index_add(&sample, "other.jsonl", 0, 0);
	ck_assert(file_holds(sample.path, "stormed"));
	ck_assert_int_eq(compact(&error), STATUS_OK);
	ck_assert(!file_holds(sample.path, "unique"));
	ck_assert(!file_holds(sample.path, "stormed"));
	ck_assert(!file_holds(sample.path, "lima"));
	assert_whole(0);
}
END_TEST

START_TEST(an_index_can_be_compacted_twice_and_updated_after_it)
{
	struct error error;

	ck_assert_int_eq(compact(&error), STATUS_OK);
	ck_assert_int_eq(compact(&error), STATUS_OK);
	sample_index_update(&sample, 150, 300);
	assert_whole(400);
	ck_assert_int_eq(compact(&error), STATUS_OK);
	assert_whole(400);
}
END_TEST

START_TEST(an_index_that_does_not_exist_is_not_made)
{
	struct compact_sizes sizes;
	struct error error;
	char *path = alloc_bytes(strlen(sample.path) + 6);

	strcpy(path, sample.path);
	strcat(path, "-none");
	ck_assert_int_eq(compact_run(path, "none", 64 << 20, &sizes, &error),
	    STATUS_NOT_FOUND);
	ck_assert(!exists(path));
	free(path);
}
END_TEST

/* --- others meanwhile --- */

/* A process that has the index open until it is told to end. */
static pid_t
start_reader(int *end)
{
	int ready[2], ends[2];
	char byte;
	pid_t child;

	ck_assert_int_eq(pipe(ready), 0);
	ck_assert_int_eq(pipe(ends), 0);
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		struct snapshot *snapshot;

		close(ends[1]);
		if (snapshot_open(sample.path, "sample", &snapshot, NULL) !=
		    STATUS_OK || write(ready[1], "r", 1) != 1)
			_exit(1);
		/* Returns when the other end is closed. */
		if (read(ends[0], &byte, 1) != 0 ||
		    snapshot_statistics(snapshot).living != 400)
			_exit(1);
		_exit(0);
	}
	ck_assert_int_eq(read(ready[0], &byte, 1), 1);
	close(ends[0]);
	*end = ends[1];
	return child;
}

static int
end_process(pid_t child, int end)
{
	int status;

	close(end);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

START_TEST(a_reader_keeps_the_file_and_is_named)
{
	struct error error;
	char number[16];
	int end;
	pid_t child = start_reader(&end);

	snprintf(number, sizeof number, "%d", (int)child);
	ck_assert_int_eq(compact(&error), STATUS_BUSY);
	ck_assert_msg(strstr(error.message, number) != NULL, "%s",
	    error.message);
	ck_assert_uint_eq(count_files(), 2);
	ck_assert_int_eq(end_process(child, end), 0);
	assert_whole(400);
	ck_assert_int_eq(compact(&error), STATUS_OK);
}
END_TEST

static void
pause_ms(unsigned ms)
{
	struct timespec time = {ms / 1000, ms % 1000 * 1000000L};

	nanosleep(&time, NULL);
}

/* Adds a source to the index n times, each in an opening of its own. */
static int
add_sources(int n)
{
	for (int i = 0; i < n; i++) {
		struct catalogue *catalogue = NULL;
		struct store *store = NULL;
		char name[32];
		bool good;

		snprintf(name, sizeof name, "/source %d", i);
		while (store_open(sample.path, "sample", STORE_EXISTING,
		    1 << 20, &store, NULL) == STATUS_BUSY)
			pause_ms(1);
		good = store && catalogue_load(store, &catalogue, NULL) ==
		    STATUS_OK;
		if (good)
			catalogue_find_source(catalogue, name, true);
		good = good && store_commit_begin(store, NULL) == STATUS_OK &&
		    catalogue_write(catalogue, NULL) == STATUS_OK &&
		    store_commit_end(store, NULL) == STATUS_OK;
		catalogue_free(catalogue);
		store_close(store);
		if (!good)
			return 1;
	}
	return 0;
}

START_TEST(no_commit_of_another_writer_is_lost)
{
	enum { COMMITS = 40 };
	struct catalogue *catalogue;
	struct store *store;
	struct error error;
	unsigned n_done = 0;
	int status = 0;
	pid_t child = fork();

	ck_assert_int_ge(child, 0);
	if (child == 0)
		_exit(add_sources(COMMITS));
	while (waitpid(child, &status, WNOHANG) == 0)
		n_done += compact(&error) == STATUS_OK;
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	ck_assert_uint_gt(n_done, 0);
	store = sample_index_open(&sample);
	ck_assert_int_eq(catalogue_load(store, &catalogue, &error),
	    STATUS_OK);
	ck_assert_uint_eq(catalogue_n_sources(catalogue), 2 + COMMITS);
	catalogue_free(catalogue);
	store_close(store);
	assert_whole(400);
}
END_TEST

START_TEST(a_killed_compaction_leaves_a_whole_index)
{
	uint64_t state = support_seed("compact kill");

	for (int round = 0; round < 25; round++) {
		pid_t child = fork();
		struct error error;

		ck_assert_int_ge(child, 0);
		if (child == 0)
			_exit(compact(&error) != STATUS_OK);
		pause_ms(support_below(&state, 40));
		kill(child, SIGKILL);
		ck_assert_int_eq(waitpid(child, NULL, 0), child);
		assert_whole(400);
		/* The next writer removes what was left. */
		store_close(sample_index_open(&sample));
		ck_assert_uint_eq(count_files(), 2);
		if (round % 5 == 4) {
			sample_index_update(&sample, 0, 400);
			sample_index_update(&sample, 100, 300);
		}
	}
}
END_TEST

START_TEST(only_stale_files_are_removed)
{
	static const char *const names[] = {"index.new-999999999",
	    "index.compact-999999999", "index.compact-999999999-lock",
	    "index.new-1", "index.newer", "index2.new-999999999"};
	struct buffer path = {0};

	for (int i = 0; i < 6; i++) {
		FILE *file;

		buffer_clear(&path);
		buffer_append_format(&path, "%s/%s", sample.folder,
		    names[i]);
		file = fopen(buffer_string(&path), "we");
		ck_assert_ptr_nonnull(file);
		fclose(file);
	}
	store_close(sample_index_open(&sample));
	for (int i = 0; i < 6; i++) {
		buffer_clear(&path);
		buffer_append_format(&path, "%s/%s", sample.folder,
		    names[i]);
		ck_assert_msg(exists(buffer_string(&path)) == (i >= 3), "%s",
		    names[i]);
	}
	buffer_free(&path);
}
END_TEST

/* --- dropping --- */

START_TEST(a_dropped_index_leaves_no_file)
{
	struct error error;

	ck_assert_int_eq(store_file_drop(sample.path, "sample", &error),
	    STATUS_OK);
	ck_assert_uint_eq(count_files(), 0);
	ck_assert_int_eq(store_file_drop(sample.path, "sample", &error),
	    STATUS_NOT_FOUND);
}
END_TEST

START_TEST(an_index_in_use_is_not_dropped)
{
	struct error error = {0};
	char number[16];
	int end;
	pid_t child = start_reader(&end);

	snprintf(number, sizeof number, "%d", (int)child);
	ck_assert_int_eq(store_file_drop(sample.path, "sample", &error),
	    STATUS_BUSY);
	ck_assert_ptr_nonnull(strstr(error.message, number));
	ck_assert_int_eq(end_process(child, end), 0);
	assert_whole(400);
}
END_TEST

START_TEST(what_is_no_index_is_not_dropped)
{
	struct error error;

	ck_assert_int_eq(store_file_drop(sample.source, "source", &error),
	    STATUS_INVALID);
	ck_assert_int_eq(store_file_drop(sample.folder, "folder", &error),
	    STATUS_INVALID);
	ck_assert(exists(sample.source));
}
END_TEST

static Suite *
compact_suite(void)
{
	Suite *suite = suite_create("compact");
	TCase *tests = tcase_create("compact");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_set_timeout(tests, 120);
	tcase_add_test(tests,
	    a_compacted_index_is_whole_one_segment_and_nearly_all_in_use);
	tcase_add_test(tests,
	    a_compacted_index_is_readable_by_its_owner_only);
	tcase_add_test(tests, no_word_of_a_removed_article_is_left);
	tcase_add_test(tests,
	    an_index_can_be_compacted_twice_and_updated_after_it);
	tcase_add_test(tests, an_index_that_does_not_exist_is_not_made);
	tcase_add_test(tests, a_reader_keeps_the_file_and_is_named);
	tcase_add_test(tests, no_commit_of_another_writer_is_lost);
	tcase_add_test(tests, a_killed_compaction_leaves_a_whole_index);
	tcase_add_test(tests, only_stale_files_are_removed);
	tcase_add_test(tests, a_dropped_index_leaves_no_file);
	tcase_add_test(tests, an_index_in_use_is_not_dropped);
	tcase_add_test(tests, what_is_no_index_is_not_dropped);
	suite_add_tcase(suite, tests);
	return suite;
}

int
main(void)
{
	return support_run(compact_suite());
}
