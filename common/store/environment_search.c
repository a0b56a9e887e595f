/*
 * Looking things up in pages that may be damaged.
 *
 * LMDB believes the header of a page: one that says "keys of a fixed size",
 * or of fewer bytes than the header itself, lets its binary search run
 * for ever.  No search calls anything but the comparison of keys, so that
 * is where we look at the page, and leave.
 */
#include "store/environment.h"

#include "store/bytes.h"
#include "store/lmdb_pages.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

/* Twice what a search in the deepest tree needs, with 2^12 keys in a page. */
enum { COMPARISONS_MOST = 2 * 12 * TREE_DEPTH_MAX };

/* The look-up under way in this thread. */
static _Thread_local struct {
	jmp_buf leave;
	unsigned comparisons;
	bool is_guarded;
} search;

/* Whether the page that a key lies in is one that keys lie in. */
static bool
holds_keys(const uint8_t *key)
{
	const uint8_t *page = key - (uintptr_t)key % LMDB_PAGE;
	unsigned flags = bytes_u16(page + PAGE_FLAGS);
	unsigned lower = bytes_u16(page + PAGE_LOWER);
	unsigned upper = bytes_u16(page + PAGE_UPPER);

	return (flags == FLAG_BRANCH || flags == FLAG_LEAF) &&
	    lower >= PAGE_HEADER && lower <= upper && upper <= LMDB_PAGE;
}

/* LMDB's own order, of keys in a tree of the file. */
static int
compare_keys(const MDB_val *wanted, const MDB_val *key)
{
	size_t least = wanted->mv_size < key->mv_size ? wanted->mv_size
	    : key->mv_size;
	int order;

	if (search.is_guarded && (!holds_keys(key->mv_data) ||
	    ++search.comparisons > COMPARISONS_MOST))
		longjmp(search.leave, 1);
	order = memcmp(wanted->mv_data, key->mv_data, least);
	if (order)
		return order;
	return (wanted->mv_size > key->mv_size) -
	    (wanted->mv_size < key->mv_size);
}

/* Of a reader only: a writer has looked at all pages, and also searches in
 * copies that do not lie as the pages of a file do. */
static void
guard(const struct environment *environment, MDB_txn *txn,
    MDB_dbi database)
{
	unsigned flags = 0;

	if (mdb_env_get_flags(environment->env, &flags) == 0 &&
	    (flags & MDB_RDONLY))
		mdb_set_compare(txn, database, compare_keys);
}

/* LMDB holds and allocates nothing while it searches for a reader, so that a
 * search may be left in the middle. */
static void
begin_search(void)
{
	search.comparisons = 0;
	search.is_guarded = true;
}

static int
end_search(int code)
{
	search.is_guarded = false;
	return code;
}

int
environment_database(const struct environment *environment, MDB_txn *txn,
    const char *name, unsigned flags, MDB_dbi *database)
{
	int code;

	guard(environment, txn, MAIN_DATABASE);
	if (setjmp(search.leave))
		return end_search(MDB_CORRUPTED);
	begin_search();
	code = mdb_dbi_open(txn, name, flags, database);
	if (!code)
		guard(environment, txn, *database);
	return end_search(code);
}

int
environment_find(MDB_txn *txn, MDB_dbi database, MDB_val *key,
    MDB_val *value)
{
	if (setjmp(search.leave))
		return end_search(MDB_CORRUPTED);
	begin_search();
	return end_search(mdb_get(txn, database, key, value));
}

int
environment_move(MDB_cursor *cursor, MDB_val *key, MDB_val *value,
    MDB_cursor_op to)
{
	MDB_val before = *key;
	int code;

	if (setjmp(search.leave))
		return end_search(MDB_CORRUPTED);
	begin_search();
	code = end_search(mdb_cursor_get(cursor, key, value, to));
	/* Not for ever around a page that says it has more keys than fit. */
	if (code == 0 && to == MDB_NEXT && before.mv_data &&
	    compare_keys(&before, key) >= 0)
		return MDB_CORRUPTED;
	return code;
}
