/*
 * A reader that commits overtake while its transaction begins.  LMDB gives
 * it the number of one commit and the data of a later one; here that is
 * played, by two functions that stand before LMDB's own.
 */
#include "alloc.h"
#include "store/snapshot.h"
#include "support.h"
#include "support_index.h"

#include <dlfcn.h>
#include <lmdb.h>
#include <stdlib.h>

static int times;          /* readers that are still to be overtaken */
static MDB_txn *overtaken; /* the last of them */

int
mdb_txn_begin(MDB_env *env, MDB_txn *parent, unsigned flags, MDB_txn **txn)
{
	static int (*next)(MDB_env *, MDB_txn *, unsigned, MDB_txn **);
	int code;

	if (!next)
		*(void **)&next = dlsym(RTLD_NEXT, "mdb_txn_begin");
	code = next(env, parent, flags, txn);
	overtaken = NULL;
	if (!code && flags & MDB_RDONLY && times > 0) {
		times--;
		overtaken = *txn;
	}
	return code;
}

size_t
mdb_txn_id(MDB_txn *txn)
{
	static size_t (*next)(MDB_txn *);

	if (!next)
		*(void **)&next = dlsym(RTLD_NEXT, "mdb_txn_id");
	return next(txn) - (txn == overtaken ? 2 : 0);
}

static enum status
open_overtaken(const struct sample_index *sample, int n)
{
	struct snapshot *snapshot = NULL;
	struct error error = {0};
	enum status status;

	times = n;
	status = snapshot_open(sample->path, "sample", &snapshot, &error);
	if (status == STATUS_OK)
		ck_assert_uint_eq(snapshot_statistics(snapshot).living, 50);
	times = 0;
	snapshot_close(snapshot);
	return status;
}

START_TEST(a_reader_that_is_overtaken_begins_again)
{
	struct sample_index sample;

	sample_index_create(&sample);
	sample_index_update(&sample, 1, 50);
	ck_assert_int_eq(open_overtaken(&sample, 0), STATUS_OK);
	ck_assert_int_eq(open_overtaken(&sample, 1), STATUS_OK);
	ck_assert_int_eq(open_overtaken(&sample, 5), STATUS_OK);
	sample_index_free(&sample);
}
END_TEST

START_TEST(but_not_for_ever)
{
	struct sample_index sample;

	sample_index_create(&sample);
	sample_index_update(&sample, 1, 50);
	ck_assert_int_eq(open_overtaken(&sample, 1000000), STATUS_DAMAGED);
	sample_index_free(&sample);
}
END_TEST

static Suite *
overtaken_suite(void)
{
	Suite *suite = suite_create("overtaken");
	TCase *tests = tcase_create("overtaken");

	tcase_add_test(tests, a_reader_that_is_overtaken_begins_again);
	tcase_add_test(tests, but_not_for_ever);
	suite_add_tcase(suite, tests);
	return suite;
}

int
main(void)
{
	return support_run(overtaken_suite());
}
