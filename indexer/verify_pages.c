/*
 * Pages of the file.  LMDB believes what a page says of itself, and what its
 * list of free pages says of all others; a lie there harms the next write.
 */
#include "verify_parts.h"

#include "page_tree.h"

#include <errno.h>

static void
tell_page(void *context, uint64_t page, const char *what)
{
	verify_damage(context, "page %llu %s", (unsigned long long)page,
	    what);
}

enum status
verify_pages(struct verify *verify, struct error *error)
{
	struct environment *environment = snapshot_environment(
	    verify->snapshot);
	const struct page_tree_check check = {
	    .transaction = mdb_txn_id(snapshot_txn(verify->snapshot)),
	    .values = true, .tell = tell_page, .context = verify};
	int fd, code = mdb_env_get_fd(environment->env, &fd);
	enum status status = code ? STATUS_IO : page_tree_check(fd, &check);

	/* A disk that cannot be read says nothing about the index. */
	if (status == STATUS_IO)
		return environment_error(environment, code ? code : errno,
		    "looking at its pages", error);
	return status == STATUS_DAMAGED ? STATUS_OK : status;
}
