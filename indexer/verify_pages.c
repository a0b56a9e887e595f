/*
 * Pages of the file.  LMDB believes what a page says of itself, and what its
 * list of free pages says of all others; a lie there harms the next write.
 * So each leaf and overflow page must bear its own number and kind, have one
 * use only, and not be free as well.
 */
#include "verify_parts.h"

#include "alloc.h"
#include "store/bytes.h"

#include <stdlib.h>
#include <sys/stat.h>

enum {
	PAGE_HEADER = 16,
	PAGE_FLAGS = 10, /* where they stand */
	PAGE_RUN = 12,   /* of an overflow page */
	PAGE_LOWER = 12, /* of a leaf: where its places of entries end ... */
	PAGE_UPPER = 14, /* ... and where the entries begin */
	FLAG_LEAF = 2,
	FLAG_OVERFLOW = 4,
	FREE_DATABASE = 0,
	MAIN_DATABASE = 1,
	META_PAGES = 2,
};

struct pages {
	struct verify *verify;
	size_t size;           /* of a page */
	uint64_t n;            /* of the file */
	uint8_t *seen;         /* a bit for each */
	const uint8_t *map;    /* page 0 */
	uint64_t last_leaf;
	uint64_t n_used, n_free;
};

/* Notes a use of a page; false if it had one already. */
static bool
use_page(struct pages *pages, uint64_t page)
{
	uint8_t bit = (uint8_t)(1 << page % 8);
	bool is_new = !(pages->seen[page / 8] & bit);

	pages->seen[page / 8] |= bit;
	return is_new;
}

/* The places of a leaf's entries, of which the lowest is where they begin. */
static bool
is_leaf(const struct pages *pages, const uint8_t *page)
{
	size_t lower = bytes_u16(page + PAGE_LOWER);
	size_t upper = bytes_u16(page + PAGE_UPPER), least = pages->size;

	if (lower < PAGE_HEADER || lower % 2 || lower > upper ||
	    upper > pages->size)
		return false;
	for (size_t at = PAGE_HEADER; at < lower; at += 2)
		if (bytes_u16(page + at) < least)
			least = bytes_u16(page + at);
	return least == upper;
}

static bool
has_good_header(const struct pages *pages, const uint8_t *start,
    unsigned flag, uint64_t n_pages)
{
	if (bytes_u16(start + PAGE_FLAGS) != flag)
		return false;
	return flag == FLAG_LEAF ? is_leaf(pages, start)
	    : bytes_u32(start + PAGE_RUN) == n_pages;
}

static void
check_page(struct pages *pages, const uint8_t *start, unsigned flag,
    uint64_t n_pages)
{
	uint64_t page = (uint64_t)(start - pages->map) / pages->size;

	if (page >= pages->n || n_pages > pages->n - page) {
		verify_damage(pages->verify, "page %llu is outside the file",
		    (unsigned long long)page);
		return;
	}
	if (bytes_u64(start) != page ||
	    !has_good_header(pages, start, flag, n_pages))
		verify_damage(pages->verify, "page %llu has a wrong header",
		    (unsigned long long)page);
	for (uint64_t i = 0; i < n_pages; i++)
		if (!use_page(pages, page + i))
			verify_damage(pages->verify, "page %llu has two uses",
			    (unsigned long long)(page + i));
}

static const uint8_t *
page_of(const struct pages *pages, const void *byte)
{
	uintptr_t address = (uintptr_t)byte;

	return (const uint8_t *)byte - address % pages->size;
}

/* The leaf that holds a key, and the pages of a value that has its own. */
static void
note_entry(struct pages *pages, const MDB_val *key, const MDB_val *value)
{
	const uint8_t *leaf = page_of(pages, key->mv_data);
	const uint8_t *other = page_of(pages, value->mv_data);
	uint64_t page = (uint64_t)(leaf - pages->map) / pages->size;

	if (page != pages->last_leaf)
		check_page(pages, leaf, FLAG_LEAF, 1);
	pages->last_leaf = page;
	if (other != leaf)
		check_page(pages, other, FLAG_OVERFLOW, (PAGE_HEADER +
		    value->mv_size + pages->size - 1) / pages->size);
}

static void
note_free_pages(struct pages *pages, const MDB_val *value)
{
	const uint8_t *bytes = value->mv_data;
	uint64_t n = value->mv_size < 8 ? 0 : bytes_u64(bytes);

	if (n == 0 || n > value->mv_size / 8 - 1) {
		verify_damage(pages->verify, "the list of free pages is cut "
		    "short");
		return;
	}
	pages->n_free += n;
	for (uint64_t i = 1; i <= n; i++) {
		uint64_t page = bytes_u64(bytes + 8 * i);

		if (page < META_PAGES || page >= pages->n)
			verify_damage(pages->verify, "page %llu is said to be "
			    "free and is outside the file",
			    (unsigned long long)page);
		else if (!use_page(pages, page))
			verify_damage(pages->verify, "page %llu is said to be "
			    "free and is in use", (unsigned long long)page);
	}
}

static void
walk_database(struct pages *pages, MDB_dbi database, const char *name)
{
	MDB_txn *txn = snapshot_txn(pages->verify->snapshot);
	MDB_cursor *cursor;
	MDB_val key, value;
	MDB_stat numbers;
	uint64_t n = 0;
	int code = mdb_stat(txn, database, &numbers);

	if (!code)
		code = environment_cursor(txn, database, &cursor);
	if (code) {
		verify_damage(pages->verify, "%s: cannot be read", name);
		return;
	}
	pages->n_used += numbers.ms_branch_pages + numbers.ms_leaf_pages +
	    numbers.ms_overflow_pages;
	pages->last_leaf = UINT64_MAX;
	while ((code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
		n++;
		note_entry(pages, &key, &value);
		if (database == FREE_DATABASE)
			note_free_pages(pages, &value);
	}
	mdb_cursor_close(cursor);
	if (code != MDB_NOTFOUND || n != numbers.ms_entries)
		verify_damage(pages->verify, "%s: cannot be read to its end",
		    name);
}

/* Where the map begins: a page that bears its number tells. */
static const uint8_t *
find_map(const struct pages *pages)
{
	struct environment *environment = snapshot_environment(
	    pages->verify->snapshot);
	const uint8_t *payload, *page;
	size_t size;

	if (environment_get(environment, snapshot_txn(
	    pages->verify->snapshot), DATABASE_META, "stamp", 5, &payload,
	    &size) != STATUS_OK)
		return NULL;
	page = page_of(pages, payload);
	if (bytes_u64(page) >= pages->n)
		return NULL;
	return page - bytes_u64(page) * pages->size;
}

static void
walk_all(struct pages *pages)
{
	struct environment *environment = snapshot_environment(
	    pages->verify->snapshot);

	walk_database(pages, MAIN_DATABASE, "the list of sub-databases");
	for (int i = 0; i < N_DATABASES; i++)
		walk_database(pages, environment->databases[i],
		    database_names[i]);
	walk_database(pages, FREE_DATABASE, "the list of free pages");
}

void
verify_pages(struct verify *verify)
{
	MDB_env *env = snapshot_environment(verify->snapshot)->env;
	MDB_txn *txn = snapshot_txn(verify->snapshot);
	struct pages pages = {.verify = verify};
	struct stat file;
	MDB_envinfo info;
	MDB_stat numbers;
	int fd;

	if (mdb_env_info(env, &info) || mdb_stat(txn, MAIN_DATABASE,
	    &numbers) || mdb_env_get_fd(env, &fd) || fstat(fd, &file)) {
		verify_damage(verify, "the file cannot be read");
		return;
	}
	pages.size = numbers.ms_psize;
	pages.n = info.me_last_pgno + 1;
	if ((uint64_t)file.st_size / pages.size < pages.n) {
		verify_damage(verify, "the file is cut short");
		return;
	}
	pages.map = find_map(&pages);
	if (!pages.map) {
		verify_damage(verify, "the page of the stamp has a wrong "
		    "header");
		return;
	}
	pages.seen = alloc_zeroed(pages.n / 8 + 1, 1);
	walk_all(&pages);
	free(pages.seen);
	/* A writer may have gone on since. */
	if (info.me_last_txnid == mdb_txn_id(txn) &&
	    pages.n_used + pages.n_free + META_PAGES != pages.n)
		verify_damage(verify, "of %llu pages %llu are used and %llu "
		    "free", (unsigned long long)pages.n,
		    (unsigned long long)pages.n_used,
		    (unsigned long long)pages.n_free);
}
