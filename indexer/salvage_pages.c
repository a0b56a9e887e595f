/* Pages of a damaged file: LMDB's layout, read without belief. */
#include "salvage_pages.h"

#include "alloc.h"
#include "store/bytes.h"
#include "store/layout.h"
#include "store/lmdb_pages.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	PAGE = LMDB_PAGE,
	BLOCK_PAGES = 256, /* read at once */
};

bool
salvage_bytes(int fd, uint64_t place, void *bytes, size_t size)
{
	uint8_t *to = bytes;

	while (size > 0) {
		ssize_t n = pread(fd, to, size, (off_t)place);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		to += n;
		place += (uint64_t)n;
		size -= (size_t)n;
	}
	return true;
}

/* The entry at a place of a page; false if it cannot be one. */
static bool
read_node(const uint8_t *page, uint64_t page_place, uint64_t file_size,
    size_t at, struct salvage_node *node)
{
	const uint8_t *start = page + at;
	uint64_t size;

	if (at < PAGE_HEADER || at > PAGE - NODE_KEY)
		return false;
	size = bytes_u32(start);
	node->flags = bytes_u16(start + NODE_FLAGS);
	node->key_size = bytes_u16(start + NODE_KEY_SIZE);
	node->key = start + NODE_KEY;
	at += NODE_KEY + node->key_size;
	if (node->key_size == 0 || node->key_size > KEY_SIZE_MAX || at > PAGE)
		return false;
	node->size = (uint32_t)size;
	if (!(node->flags & NODE_LARGE)) {
		node->bytes = page + at;
		node->place = page_place + at;
		return size <= PAGE - at;
	}
	if (at + 8 > PAGE)
		return false;
	node->bytes = NULL;
	node->place = bytes_u64(page + at);
	if (node->place > file_size / PAGE)
		return false;
	node->place = node->place * PAGE + PAGE_HEADER;
	return size <= file_size && node->place <= file_size - size;
}

/* --- every page --- */

static bool
may_be_leaf(const uint8_t *page)
{
	size_t lower = bytes_u16(page + PAGE_LOWER);
	size_t upper = bytes_u16(page + PAGE_UPPER);

	return bytes_u16(page + PAGE_FLAGS) & FLAG_LEAF ||
	    (lower >= PAGE_HEADER && lower % 2 == 0 && lower <= upper &&
	    upper <= PAGE);
}

/*
 * Neither the header nor any one place of an entry need be right: places are
 * tried up to where an entry that was found begins.
 */
static void
scan_page(const uint8_t *page, uint64_t place, uint64_t file_size,
    salvage_visit *visit, void *context)
{
	struct salvage_node node;
	size_t least = bytes_u16(page + PAGE_UPPER);

	if (!may_be_leaf(page))
		return;
	if (least < PAGE_HEADER || least > PAGE ||
	    bytes_u16(page + PAGE_LOWER) > least)
		least = PAGE;
	for (size_t at = PAGE_HEADER; at + 2 <= least; at += 2)
		if (read_node(page, place, file_size, bytes_u16(page + at),
		    &node))
			visit(context, &node);
}

void
salvage_scan(int fd, uint64_t size, salvage_visit *visit, void *context)
{
	uint8_t *block = alloc_bytes((size_t)BLOCK_PAGES * PAGE);

	for (uint64_t place = 0; place + PAGE <= size;) {
		uint64_t left = (size - place) / PAGE;
		size_t n = left < BLOCK_PAGES ? (size_t)left : BLOCK_PAGES;
		bool is_whole = salvage_bytes(fd, place, block, n * PAGE);

		for (size_t i = 0; i < n; i++, place += PAGE)
			if (is_whole || salvage_bytes(fd, place,
			    block + i * PAGE, PAGE))
				scan_page(block + i * PAGE, place, size,
				    visit, context);
	}
	free(block);
}

/* --- a tree --- */

struct walk {
	int fd;
	uint64_t size;
	uint8_t *seen; /* a bit for each page */
	salvage_visit *visit;
	void *context;
};

static bool walk_page(struct walk *walk, uint64_t page, unsigned depth);

static bool
walk_entry(struct walk *walk, const uint8_t *bytes, uint64_t page, size_t i,
    unsigned depth)
{
	size_t at = bytes_u16(bytes + PAGE_HEADER + 2 * i);
	struct salvage_node node;

	if (bytes_u16(bytes + PAGE_FLAGS) == FLAG_LEAF) {
		if (!read_node(bytes, page * PAGE, walk->size, at, &node))
			return false;
		walk->visit(walk->context, &node);
		return true;
	}
	if (at < PAGE_HEADER || at > PAGE - NODE_KEY)
		return false;
	return walk_page(walk, bytes_u32(bytes + at) |
	    (uint64_t)bytes_u16(bytes + at + NODE_FLAGS) << 32, depth + 1);
}

static bool
walk_page(struct walk *walk, uint64_t page, unsigned depth)
{
	uint8_t bytes[PAGE];
	size_t lower, flags;
	bool good = true;

	if (depth > TREE_DEPTH_MAX || page < 2 || page >= walk->size / PAGE ||
	    walk->seen[page / 8] >> page % 8 & 1 ||
	    !salvage_bytes(walk->fd, page * PAGE, bytes, PAGE))
		return false;
	walk->seen[page / 8] |= (uint8_t)(1 << page % 8);
	lower = bytes_u16(bytes + PAGE_LOWER);
	flags = bytes_u16(bytes + PAGE_FLAGS);
	if (bytes_u64(bytes) != page || lower < PAGE_HEADER || lower > PAGE ||
	    (flags != FLAG_BRANCH && flags != FLAG_LEAF))
		return false;
	for (size_t i = 0; i < (lower - PAGE_HEADER) / 2; i++)
		if (!walk_entry(walk, bytes, page, i, depth))
			good = false;
	return good;
}

bool
salvage_walk(int fd, uint64_t size, uint64_t page, salvage_visit *visit,
    void *context)
{
	struct walk walk = {.fd = fd, .size = size, .visit = visit,
	    .context = context};
	bool good;

	if (page == UINT64_MAX) /* an empty tree */
		return true;
	walk.seen = alloc_zeroed(size / PAGE / 8 + 1, 1);
	good = walk_page(&walk, page, 0);
	free(walk.seen);
	return good;
}

/* --- single pages --- */

bool
salvage_meta(int fd, unsigned number, struct salvage_meta *meta)
{
	uint8_t bytes[META_SIZE];

	if (!salvage_bytes(fd, (uint64_t)number * PAGE, bytes,
	    sizeof bytes) || bytes_u32(bytes + META_SIGN) != lmdb_sign ||
	    bytes_u32(bytes + META_VERSION) != 1 ||
	    bytes_u32(bytes + META_PAGE_SIZE) != PAGE)
		return false;
	meta->transaction = bytes_u64(bytes + META_TRANSACTION);
	meta->main_page = bytes_u64(bytes + META_TREES + TREE_SIZE +
	    TREE_ROOT);
	return true;
}

uint64_t
salvage_database_page(const uint8_t *bytes)
{
	return bytes_u64(bytes + TREE_ROOT);
}

bool
salvage_begins_row(int fd, uint64_t page, uint32_t n)
{
	uint8_t header[PAGE_HEADER];

	return salvage_bytes(fd, page * PAGE, header, sizeof header) &&
	    bytes_u16(header + PAGE_FLAGS) == FLAG_OVERFLOW &&
	    bytes_u32(header + PAGE_LOWER) == n;
}
