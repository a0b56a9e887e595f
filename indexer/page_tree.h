/*
 * The pages of an index as LMDB will believe them: sound trees, no page with
 * two uses, none that is in use and free as well.  LMDB writes into what its
 * pages say of themselves without a look, so a writer asks this first.
 *
 * Read with pread, so a damaged file cannot fault; what values hold is not
 * looked at.
 */
#ifndef QUIRE_INDEXER_PAGE_TREE_H
#define QUIRE_INDEXER_PAGE_TREE_H

#include "status.h"

#include <stdbool.h>
#include <stdint.h>

/* Told of each page that is not as it must be: `what` goes on after its
 * number, as in "has a wrong header". */
typedef void page_tree_tell(void *context, uint64_t page, const char *what);

struct page_tree_check {
	uint64_t transaction; /* whose commit; 0: the newest */
	bool values;          /* also the headers of values' own pages */
	page_tree_tell *tell;
	void *context;
};

/*
 * Looks at a commit of the index file open as `fd`.  The newest one only
 * while nobody writes; another one is held by a reader.
 *
 * STATUS_OK; DAMAGED, which was told; IO with `errno`; or NOT_FOUND: the
 * commit is neither of the last two.
 */
enum status page_tree_check(int fd, const struct page_tree_check *check);

#endif
