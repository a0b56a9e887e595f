/* --compact: a merge, a copy, a swap. */
#include "compact.h"

#include "buffer.h"
#include "copy.h"
#include "field_names.h"
#include "merge.h"
#include "store.h"
#include "store_file.h"

#include <sys/stat.h>
#include <unistd.h>

static uint64_t
file_size(const char *path)
{
	struct stat file;

	return stat(path, &file) == 0 ? (uint64_t)file.st_size : 0;
}

static enum status
merge_all(struct store *store, struct error *error)
{
	const struct root *root = store_root(store);
	bool has_dead = false;

	for (size_t i = 0; i < root->n_segments; i++)
		has_dead = has_dead || root->segments[i].n_dead > 0;
	if (root->n_segments < 2 && !has_dead)
		return STATUS_OK;
	return merge_run(store, 0, root->n_segments, error);
}

static enum status
merge_and_copy(struct store *store, const char *copy, const char *name,
    struct error *error)
{
	enum status status = merge_all(store, error);

	if (status == STATUS_OK)
		status = field_names_drop_unused(store, error);
	store_file_remove(copy);
	if (status == STATUS_OK)
		status = index_copy(store_environment(store), copy, name,
		    error);
	return status;
}

enum status
compact_run(const char *path, const char *name, uint64_t memory,
    struct compact_sizes *sizes, struct error *error)
{
	const size_t most = (size_t)64 << 20; /* of a transaction */
	struct store_hold hold = {-1};
	struct buffer copy = {0};
	struct store *store;
	enum status status = store_open(path, name, STORE_EXISTING,
	    memory / 8 < most ? (size_t)(memory / 8) : most, &store, error);

	if (status != STATUS_OK)
		return status;
	sizes->before = sizes->after = file_size(path);
	buffer_append_format(&copy, "%s.compact-%d", path, (int)getpid());
	status = merge_and_copy(store, buffer_string(&copy), name, error);
	/* From before the store is closed, nobody writes what is not copied. */
	if (status == STATUS_OK)
		status = store_file_hold(&hold, path, name, error);
	store_close(store);
	if (status == STATUS_OK)
		status = store_file_swap(buffer_string(&copy), path, name,
		    error);
	if (status != STATUS_OK)
		store_file_remove(buffer_string(&copy));
	store_file_release(&hold);
	if (status == STATUS_OK)
		sizes->after = file_size(path);
	buffer_free(&copy);
	return status;
}
