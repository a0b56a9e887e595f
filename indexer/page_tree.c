/* The pages of the trees of an LMDB file, as a writer must find them. */
#include "page_tree.h"

#include "alloc.h"
#include "store/bytes.h"
#include "store/layout.h"
#include "store/lmdb_pages.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum count { BRANCHES, LEAVES, OVERFLOWS, ENTRIES, N_COUNTS };
enum kind { TREE_FREE, TREE_MAIN, TREE_VALUES };

struct file {
	int fd;
	size_t page_size;
	uint64_t n_pages, transaction;
	uint8_t *used;   /* a bit for each page */
	uint64_t n_used; /* or free */
	const struct page_tree_check *check;
};

/* A tree as its record describes it, and as it is found to be. */
struct tree {
	struct file *file;
	enum kind kind;
	unsigned depth;
	uint64_t root, told[N_COUNTS], found[N_COUNTS];
};

struct text {
	const uint8_t *bytes;
	size_t size;
};

/* Keys of a page: from the first on, and before the second; NULL: no bound. */
struct bounds {
	struct text from, before;
};

struct node {
	unsigned flags;
	struct text key;
	uint64_t child; /* of a branch */
	size_t size;    /* of the value */
	const uint8_t *value;
};

static enum status
wrong(struct file *file, const char *what, uint64_t page)
{
	file->check->tell(file->check->context, page, what);
	return STATUS_DAMAGED;
}

/* Of two parts of a file. */
static enum status
worse(enum status a, enum status b)
{
	return a == STATUS_OK || b == STATUS_IO ? b : a;
}

static enum status
read_at(struct file *file, uint64_t page, void *bytes, size_t size)
{
	ssize_t n;

	do
		n = pread(file->fd, bytes, size,
		    (off_t)(page * file->page_size));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return STATUS_IO;
	return (size_t)n == size ? STATUS_OK : wrong(file,
	    "is behind the end of the file", page);
}

/* Notes the use of a run of pages. */
static enum status
use(struct file *file, uint64_t page, uint64_t n)
{
	enum status status = STATUS_OK;

	if (page < META_PAGES || page >= file->n_pages ||
	    n > file->n_pages - page)
		return wrong(file, "is outside the file", page);
	for (uint64_t end = page + n; page < end; page++) {
		uint8_t bit = (uint8_t)(1 << page % 8);

		if (file->used[page / 8] & bit)
			status = wrong(file, "has two uses", page);
		file->used[page / 8] |= bit;
	}
	file->n_used += n;
	return status;
}

/* --- nodes --- */

/* The bytes that a node takes, from its header; 0 if it cannot be. */
static size_t
node_size(const uint8_t *node, size_t room, bool is_branch)
{
	size_t size = NODE_KEY, value = 0;

	if (room < NODE_KEY)
		return 0;
	size += bytes_u16(node + NODE_KEY_SIZE);
	if (!is_branch)
		value = bytes_u16(node + NODE_FLAGS) & NODE_LARGE ? 8
		    : bytes_u32(node);
	if (value > room || size + value > room)
		return 0;
	return (size + value + 1) & ~(size_t)1;
}

/*
 * Whether the nodes of a page fill it without a gap from the upper bound on,
 * and its table names each of them once.
 */
static bool
is_filled(const uint8_t *page, size_t page_size, bool is_branch)
{
	size_t lower = bytes_u16(page + PAGE_LOWER);
	size_t upper = bytes_u16(page + PAGE_UPPER), n = 0;
	uint8_t starts[65536 / 16] = {0};

	if (lower < PAGE_HEADER || lower % 2 || lower > upper ||
	    upper > page_size || upper % 2)
		return false;
	for (size_t at = upper, size; at < page_size; at += size, n++) {
		size = node_size(page + at, page_size - at, is_branch);
		if (size == 0)
			return false;
		starts[at / 16] |= (uint8_t)(1 << at / 2 % 8);
	}
	if (n != (lower - PAGE_HEADER) / 2)
		return false;
	for (size_t i = PAGE_HEADER; i < lower; i += 2) {
		size_t at = bytes_u16(page + i);
		uint8_t bit = (uint8_t)(1 << at / 2 % 8);

		if (at % 2 || !(starts[at / 16] & bit))
			return false;
		starts[at / 16] &= (uint8_t)~bit;
	}
	return true;
}

static struct node
node_at(const uint8_t *page, size_t i)
{
	const uint8_t *at = page + bytes_u16(page + PAGE_HEADER + 2 * i);
	struct node node = {.flags = bytes_u16(at + NODE_FLAGS),
	    .key = {at + NODE_KEY, bytes_u16(at + NODE_KEY_SIZE)},
	    .size = bytes_u32(at)};

	node.child = bytes_u32(at) | (uint64_t)node.flags << 32;
	node.value = node.key.bytes + node.key.size;
	return node;
}

/* The order of keys in a tree. */
static int
compare(enum kind kind, struct text a, struct text b)
{
	size_t least = a.size < b.size ? a.size : b.size;
	int order;

	if (kind == TREE_FREE)
		return bytes_u64(a.bytes) < bytes_u64(b.bytes) ? -1
		    : bytes_u64(a.bytes) > bytes_u64(b.bytes);
	order = memcmp(a.bytes, b.bytes, least);
	return order ? order : (a.size > b.size) - (a.size < b.size);
}

static bool
is_key(enum kind kind, struct text key)
{
	return kind == TREE_FREE ? key.size == 8
	    : key.size > 0 && key.size <= KEY_SIZE_MAX;
}

/* Whether keys rise within the bounds; that of a branch's first node is not
 * looked at, by LMDB neither. */
static bool
is_sorted(const struct tree *tree, const uint8_t *page, size_t n,
    bool is_branch, const struct bounds *bounds)
{
	struct text before = bounds->from;
	bool may_be_equal = true;

	for (size_t i = is_branch; i < n; i++) {
		struct text key = node_at(page, i).key;
		int order;

		if (!is_key(tree->kind, key))
			return false;
		order = before.bytes ? compare(tree->kind, before, key) : -1;
		if (order > 0 || (order == 0 && !may_be_equal))
			return false;
		before = key;
		may_be_equal = false;
	}
	return n <= is_branch || !bounds->before.bytes ||
	    compare(tree->kind, before, bounds->before) < 0;
}

/* --- values with pages of their own --- */

/* LMDB believes the header when it frees the pages. */
static enum status
check_header(struct file *file, uint64_t page, uint64_t n)
{
	uint8_t header[PAGE_HEADER];
	enum status status = read_at(file, page, header, sizeof header);

	if (status == STATUS_OK && (bytes_u64(header) != page ||
	    bytes_u16(header + PAGE_FLAGS) != FLAG_OVERFLOW ||
	    bytes_u32(header + PAGE_LOWER) != n))
		return wrong(file, "has a wrong header", page);
	return status;
}

/* A number of pages, and these from the last to the first. */
static enum status
use_free_pages(struct file *file, const uint8_t *list, size_t size,
    uint64_t page)
{
	uint64_t n = size < 8 ? 0 : bytes_u64(list), before = UINT64_MAX;
	enum status status = STATUS_OK;

	if (n == 0 || n > size / 8 - 1)
		return wrong(file, "has a list of free pages that is cut "
		    "short", page);
	for (uint64_t i = 1; i <= n; i++) {
		uint64_t free_page = bytes_u64(list + 8 * i);

		if (free_page >= before)
			return wrong(file, "has a list of free pages without "
			    "order", page);
		status = worse(status, use(file, free_page, 1));
		before = free_page;
	}
	return status;
}

/* --- trees --- */

static enum status check_tree(struct file *file, enum kind kind,
    const uint8_t *record);

/* The pages of a value, and what it lists. */
static enum status
check_large(struct tree *tree, const struct node *node)
{
	struct file *file = tree->file;
	bool is_list = tree->kind == TREE_FREE;
	uint64_t page = bytes_u64(node->value);
	uint64_t n = ((uint64_t)node->size + PAGE_HEADER + file->page_size -
	    1) / file->page_size;
	enum status status = use(file, page, n);
	uint8_t *bytes;

	tree->found[OVERFLOWS] += n;
	if (status == STATUS_OK && (is_list || file->check->values))
		status = check_header(file, page, n);
	if (status != STATUS_OK || !is_list)
		return status;
	bytes = alloc_bytes(PAGE_HEADER + node->size);
	status = read_at(file, page, bytes, PAGE_HEADER + node->size);
	if (status == STATUS_OK)
		status = use_free_pages(file, bytes + PAGE_HEADER, node->size,
		    page);
	free(bytes);
	return status;
}

static enum status
check_entry(struct tree *tree, const struct node *node, uint64_t page)
{
	struct file *file = tree->file;

	tree->found[ENTRIES]++;
	if (tree->kind == TREE_FREE && bytes_u64(node->key.bytes) >
	    file->transaction)
		return wrong(file, "frees pages in the future", page);
	if (tree->kind == TREE_MAIN)
		return node->flags == NODE_TREE && node->size == TREE_SIZE
		    ? check_tree(file, TREE_VALUES, node->value)
		    : wrong(file, "lists no sub-database", page);
	if (node->flags == NODE_LARGE)
		return check_large(tree, node);
	if (node->flags)
		return wrong(file, "has an entry of no known kind", page);
	return tree->kind == TREE_FREE ? use_free_pages(file, node->value,
	    node->size, page) : STATUS_OK;
}

static enum status check_page(struct tree *tree, uint64_t number,
    unsigned depth, const struct bounds *bounds);

static enum status
check_nodes(struct tree *tree, const uint8_t *page, uint64_t number,
    unsigned depth, const struct bounds *bounds)
{
	size_t n = (bytes_u16(page + PAGE_LOWER) - PAGE_HEADER) / 2u;
	enum status status = STATUS_OK;

	for (size_t i = 0; i < n && status != STATUS_IO; i++) {
		struct node node = node_at(page, i);
		struct bounds inside = *bounds;

		if (depth == tree->depth) {
			status = worse(status, check_entry(tree, &node,
			    number));
			continue;
		}
		if (i > 0)
			inside.from = node.key;
		if (i + 1 < n)
			inside.before = node_at(page, i + 1).key;
		status = worse(status, check_page(tree, node.child, depth + 1,
		    &inside));
	}
	return status;
}

/* A page of a tree with all that hangs from it. */
static enum status
check_page(struct tree *tree, uint64_t number, unsigned depth,
    const struct bounds *bounds)
{
	struct file *file = tree->file;
	bool is_branch = depth < tree->depth;
	enum status status = use(file, number, 1);
	uint8_t *page;
	size_t n;

	if (status != STATUS_OK)
		return status;
	tree->found[is_branch ? BRANCHES : LEAVES]++;
	page = alloc_bytes(file->page_size);
	status = read_at(file, number, page, file->page_size);
	if (status == STATUS_OK && (bytes_u64(page) != number ||
	    bytes_u16(page + PAGE_FLAGS) != (is_branch ? FLAG_BRANCH
	    : FLAG_LEAF)))
		status = wrong(file, "has a wrong header", number);
	if (status == STATUS_OK && !is_filled(page, file->page_size,
	    is_branch))
		status = wrong(file, "has entries that overlap", number);
	if (status == STATUS_OK) {
		n = (bytes_u16(page + PAGE_LOWER) - PAGE_HEADER) / 2u;
		/* LMDB takes it for granted. */
		if (n < (is_branch && tree->kind != TREE_FREE ? 2 : 1))
			status = wrong(file, "lacks entries", number);
		else if (!is_sorted(tree, page, n, is_branch, bounds))
			status = wrong(file, "has keys without order", number);
	}
	if (status == STATUS_OK)
		status = check_nodes(tree, page, number, depth, bounds);
	free(page);
	return status;
}

static enum status
check_tree(struct file *file, enum kind kind, const uint8_t *record)
{
	struct tree tree = {.file = file, .kind = kind,
	    .depth = bytes_u16(record + TREE_DEPTH),
	    .root = bytes_u64(record + TREE_ROOT)};
	const struct bounds all = {{NULL, 0}, {NULL, 0}};
	enum status status = STATUS_OK;

	for (int i = 0; i < N_COUNTS; i++)
		tree.told[i] = bytes_u64(record + TREE_COUNTS + 8 * i);
	if (tree.depth > TREE_DEPTH_MAX || (tree.depth == 0) !=
	    (tree.root == UINT64_MAX) || bytes_u16(record + TREE_FLAGS) !=
	    (kind == TREE_FREE ? TREE_INTEGER_KEYS | TREE_NO_FOLDER : 0))
		return wrong(file, "is the root of a tree that cannot be",
		    tree.root);
	if (tree.depth > 0)
		status = check_page(&tree, tree.root, 1, &all);
	if (status == STATUS_OK && memcmp(tree.told, tree.found,
	    sizeof tree.told) != 0)
		return wrong(file, "is the root of a tree of another size",
		    tree.root);
	return status;
}

/* --- the whole --- */

/* Read until it is twice the same: a writer may be at it. */
static enum status
read_meta_page(struct file *file, uint64_t page, uint8_t meta[META_SIZE])
{
	uint8_t before[META_SIZE];
	enum status status = read_at(file, page, meta, META_SIZE);

	do {
		memcpy(before, meta, META_SIZE);
		if (status == STATUS_OK)
			status = read_at(file, page, meta, META_SIZE);
	} while (status == STATUS_OK && memcmp(before, meta, META_SIZE) != 0);
	return status;
}

/* That of the commit that is asked for, or as LMDB will take it. */
static enum status
read_meta(struct file *file, uint8_t wanted[META_SIZE])
{
	enum status status = STATUS_OK, found = STATUS_NOT_FOUND;

	file->page_size = file->transaction = 0;
	for (uint64_t i = 0; i < META_PAGES && status == STATUS_OK; i++) {
		uint8_t meta[META_SIZE];
		uint64_t transaction;

		status = read_meta_page(file, i, meta);
		if (status != STATUS_OK)
			return status;
		if (i == 0)
			file->page_size = bytes_u32(meta + META_TREES);
		transaction = bytes_u64(meta + META_TRANSACTION);
		if (file->check->transaction ? transaction !=
		    file->check->transaction : i > 0 && transaction <=
		    file->transaction)
			continue;
		memcpy(wanted, meta, META_SIZE);
		file->transaction = transaction;
		found = STATUS_OK;
	}
	return found;
}

static enum status
check_trees(struct file *file, const uint8_t meta[META_SIZE])
{
	enum status status = check_tree(file, TREE_FREE, meta + META_TREES);

	if (status != STATUS_IO)
		status = worse(status, check_tree(file, TREE_MAIN, meta +
		    META_TREES + TREE_SIZE));
	if (status == STATUS_OK && file->n_used + META_PAGES !=
	    file->n_pages)
		status = wrong(file, "is the last, but not all pages before "
		    "it are used or free", file->n_pages - 1);
	return status;
}

static enum status
check_file(struct file *file, const uint8_t meta[META_SIZE])
{
	uint64_t last = bytes_u64(meta + META_LAST_PAGE);
	struct stat of_file;
	enum status status;

	if (file->page_size < 512 || file->page_size > 65536 ||
	    (file->page_size & (file->page_size - 1)) != 0)
		return wrong(file, "is of a size that cannot be", 0);
	if (fstat(file->fd, &of_file) != 0)
		return STATUS_IO;
	if (last < META_PAGES - 1 ||
	    last >= (uint64_t)of_file.st_size / file->page_size)
		return wrong(file, "is the last, and the file is cut short",
		    last);
	file->n_pages = last + 1;
	file->used = alloc_zeroed(file->n_pages / 8 + 1, 1);
	status = check_trees(file, meta);
	free(file->used);
	return status;
}

enum status
page_tree_check(int fd, const struct page_tree_check *check)
{
	struct file file = {.fd = fd, .check = check};
	uint8_t meta[META_SIZE];
	enum status status = read_meta(&file, meta);

	return status == STATUS_OK ? check_file(&file, meta) : status;
}
