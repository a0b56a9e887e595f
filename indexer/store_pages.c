/*
 * Pages before they are written.  LMDB copies, moves and frees by what its
 * pages say of themselves, and a damaged one makes it write outside its
 * memory or over pages in use.  So the trees are looked at whenever a writer
 * opens the file, and the pages of a value when it goes.
 */
#include "store_parts.h"

#include "page_tree.h"
#include "store/bytes.h"
#include "store/lmdb_pages.h"

#include <errno.h>

/* Of several faults one is enough to say. */
struct fault {
	const char *what; /* NULL: none so far */
	uint64_t page;
};

static void
take_fault(void *context, uint64_t page, const char *what)
{
	struct fault *fault = context;

	if (!fault->what)
		*fault = (struct fault){what, page};
}

enum status
store_check_pages(struct store *store, struct error *error)
{
	const char *name = store->environment.name;
	struct fault fault = {NULL, 0};
	const struct page_tree_check check = {.tell = take_fault,
	    .context = &fault};
	enum status status;
	int fd;

	if (mdb_env_get_fd(store->environment.env, &fd))
		return store_failed(store, EIO, "looking at its pages", error);
	status = page_tree_check(fd, &check);
	if (status == STATUS_IO)
		return store_failed(store, errno, "looking at its pages",
		    error);
	if (status != STATUS_DAMAGED)
		return status;
	error_set(error, STATUS_DAMAGED, "index %s is damaged, so nothing "
	    "was written to it: page %llu %s", name,
	    (unsigned long long)fault.page, fault.what);
	error_hint(error, "quire-index -i %s --check", name);
	return STATUS_DAMAGED;
}

/* A page of a tree bears its number, which store_check_pages has seen. */
enum status
store_find_map(struct store *store, struct error *error)
{
	MDB_env *env = store->environment.env;
	MDB_val key = environment_val("stamp", 5), value;
	struct store_map *map = &store->map;
	const uint8_t *page;
	MDB_envinfo info;
	MDB_stat numbers;
	MDB_txn *txn;
	enum status status = environment_read(&store->environment, &txn,
	    error);
	int code;

	if (status != STATUS_OK)
		return status;
	mdb_env_info(env, &info);
	code = mdb_stat(txn, MAIN_DATABASE, &numbers);
	if (!code)
		code = mdb_get(txn,
		    store->environment.databases[DATABASE_META], &key,
		    &value);
	if (!code) {
		map->page_size = numbers.ms_psize;
		map->size = info.me_mapsize;
		page = (const uint8_t *)value.mv_data -
		    (uintptr_t)value.mv_data % map->page_size;
		map->start = page - bytes_u64(page) * map->page_size;
	}
	mdb_txn_abort(txn);
	return code ? store_failed(store, code, "stamp", error) : STATUS_OK;
}

bool
store_has_sound_pages(const struct store *store, const MDB_val *value)
{
	const struct store_map *map = &store->map;
	uintptr_t address = (uintptr_t)value->mv_data;
	uintptr_t start = (uintptr_t)map->start;
	const uint8_t *page;

	/* This transaction wrote it, or it stands among others in a leaf. */
	if (address < start || address - start >= map->size ||
	    address % map->page_size != PAGE_HEADER)
		return true;
	page = (const uint8_t *)value->mv_data - PAGE_HEADER;
	return bytes_u64(page) == (address - start) / map->page_size &&
	    bytes_u16(page + PAGE_FLAGS) == FLAG_OVERFLOW &&
	    bytes_u32(page + PAGE_LOWER) == (PAGE_HEADER + value->mv_size +
	    map->page_size - 1) / map->page_size;
}
