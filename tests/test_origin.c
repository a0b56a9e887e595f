/*
 * An index that another version of Quire or another kind of machine made is
 * not called damaged: the message says what made it, and nothing is written.
 */
#include "alloc.h"
#include "store/root.h"
#include "support.h"
#include "support_index.h"
#include "support_programs.h"

#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct sample_index sample;

static void
set_up(void)
{
	sample_index_create(&sample);
	sample_index_update(&sample, 0, 20);
}

static void
tear_down(void)
{
	sample_index_free(&sample);
}

/* Changes bytes of the root as it lies in the file; the seal stays. */
static void
change_root(void (*change)(uint8_t *root, size_t size))
{
	char name[] = "root";
	MDB_val key = {4, name}, value, changed;
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi meta;

	ck_assert_int_eq(mdb_env_create(&env), 0);
	ck_assert_int_eq(mdb_env_set_maxdbs(env, 8), 0);
	ck_assert_int_eq(mdb_env_open(env, sample.path, MDB_NOSUBDIR, 0600),
	    0);
	ck_assert_int_eq(mdb_txn_begin(env, NULL, 0, &txn), 0);
	ck_assert_int_eq(mdb_dbi_open(txn, "meta", 0, &meta), 0);
	ck_assert_int_eq(mdb_get(txn, meta, &key, &value), 0);
	changed = (MDB_val){value.mv_size, alloc_bytes(value.mv_size)};
	memcpy(changed.mv_data, value.mv_data, value.mv_size);
	change(changed.mv_data, changed.mv_size);
	ck_assert_int_eq(mdb_put(txn, meta, &key, &changed, 0), 0);
	ck_assert_int_eq(mdb_txn_commit(txn), 0);
	mdb_env_close(env);
	free(changed.mv_data);
}

/* The version of a root's program stands behind its first 60 bytes. */
static void
make_later(uint8_t *root, size_t size)
{
	(void)size;
	ck_assert_uint_eq(root[60], strlen("0.1.0"));
	memcpy(root + 61, "9.8.7", 5);
	root[ROOT_FORMAT_AT] = 77;
}

static void
make_foreign(uint8_t *root, size_t size)
{
	static const uint8_t swapped[] = {1, 2, 3, 4};

	(void)size;
	memcpy(root + 8, swapped, sizeof swapped);
}

static void
flip_format(uint8_t *root, size_t size)
{
	(void)size;
	root[ROOT_FORMAT_AT] ^= 2;
}

static char *
file_bytes(size_t *size)
{
	FILE *file = fopen(sample.path, "rb");
	char *bytes;

	ck_assert_ptr_nonnull(file);
	fseek(file, 0, SEEK_END);
	*size = (size_t)ftell(file);
	rewind(file);
	bytes = alloc_bytes(*size);
	ck_assert_uint_eq(fread(bytes, 1, *size, file), *size);
	fclose(file);
	return bytes;
}

/* Whatever is asked: status, words, and the file as it was. */
static void
assert_refused(int status, const char *words)
{
	const char *const asked[][6] = {
	    {"quire-query", "-i", sample.path, "unique"},
	    {"quire-query", "-i", sample.path, "--count", "unique"},
	    {"quire-index", "-i", sample.path, sample.source},
	    {"quire-index", "-i", sample.path, "--stats"},
	    {"quire-index", "-i", sample.path, "--check"},
	    {"quire-index", "-i", sample.path, "--check=quick"},
	    {"quire-index", "-i", sample.path, "--compact"},
	    {"quire-index", "-i", sample.path, "--remove", "id1"},
	};
	size_t size, size_after;
	char *before = file_bytes(&size), *after;

	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
		struct program_answer answer = program_answer(asked[i][0],
		    asked[i] + 1);

		ck_assert_msg(answer.status == status, "%s %s: status %d: %s",
		    asked[i][0], asked[i][3], answer.status, answer.err);
		ck_assert_msg(strstr(answer.err, words) != NULL,
		    "%s %s: %s", asked[i][0], asked[i][3], answer.err);
		ck_assert_str_eq(answer.out, "");
		program_answer_free(&answer);
	}
	after = file_bytes(&size_after);
	ck_assert_uint_eq(size, size_after);
	ck_assert_mem_eq(before, after, size);
	free(before);
	free(after);
}

START_TEST(an_index_of_a_later_format_is_named_with_what_made_it)
{
	change_root(make_later);
	assert_refused(2, "was made by quire 9.8.7 (format 77); this is "
	    QUIRE_VERSION " (format 1)\n  hint: update quire");
}
END_TEST

START_TEST(an_index_of_another_byte_order_is_of_another_machine)
{
	change_root(make_foreign);
	assert_refused(2, "was made on another kind of machine");
}
END_TEST

START_TEST(a_changed_byte_of_the_format_is_damage_and_no_other_format)
{
	change_root(flip_format);
	assert_refused(3, "is damaged");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("origin");
	TCase *all = tcase_create("another quire");

	tcase_add_checked_fixture(all, set_up, tear_down);
	tcase_set_timeout(all, 60);
	tcase_add_test(all, an_index_of_a_later_format_is_named_with_what_made_it);
	tcase_add_test(all, an_index_of_another_byte_order_is_of_another_machine);
	tcase_add_test(all, a_changed_byte_of_the_format_is_damage_and_no_other_format);
	suite_add_tcase(suite, all);
	return support_run(suite);
}
