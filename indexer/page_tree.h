/*
 * The pages of an index as LMDB will believe them: sound trees, no page with
 * two uses, none that is in use and free as well.  LMDB writes into what its
 * pages say of themselves without a look, so a writer asks this first.
 *
 * Read with pread, so a damaged file cannot fault; values are not looked at.
 */
#ifndef QUIRE_INDEXER_PAGE_TREE_H
#define QUIRE_INDEXER_PAGE_TREE_H

#include "status.h"

#include <stdint.h>

/* What is wrong with which page. */
struct page_fault {
	const char *what; /* "has a wrong header" */
	uint64_t page;
};

/*
 * Looks at the newest commit of the index file open as `fd`, which nobody
 * writes meanwhile.  STATUS_OK; DAMAGED with `fault`; IO with `errno`.
 */
enum status page_tree_check(int fd, struct page_fault *fault);

#endif
