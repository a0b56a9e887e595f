/*
 * Pages of the file.  LMDB believes what a page says of itself, and what its
 * list of free pages says of all others; a lie there harms the next write.
 */
#include "verify_parts.h"

#include "page_tree.h"

static void
tell_page(void *context, uint64_t page, const char *what)
{
	verify_damage(context, "page %llu %s", (unsigned long long)page,
	    what);
}

bool
verify_pages(struct verify *verify)
{
	const struct page_tree_check check = {
	    .transaction = mdb_txn_id(snapshot_txn(verify->snapshot)),
	    .values = true, .tell = tell_page, .context = verify};
	enum status status;
	int fd;

	if (mdb_env_get_fd(snapshot_environment(verify->snapshot)->env, &fd))
		return false;
	status = page_tree_check(fd, &check);
	if (status == STATUS_IO)
		verify_damage(verify, "pages of the file cannot be read");
	return status != STATUS_NOT_FOUND;
}
