/*
 * Where things stand in the pages of an LMDB 0.9 file of a machine like ours,
 * for what looks at a file without LMDB, which trusts its pages.  All numbers
 * are little-endian.
 */
#ifndef QUIRE_STORE_LMDB_PAGES_H
#define QUIRE_STORE_LMDB_PAGES_H

#include <stdint.h>

static const uint32_t lmdb_sign = 0xbeefc0de;

enum {
	LMDB_PAGE = 4096, /* bytes; docs/FORMAT.md, section 1 */
	MAIN_DATABASE = 1, /* the handle of the tree that names the others */

	/* A page: u64 number, u16, then these. */
	PAGE_FLAGS = 10,  /* u16 */
	PAGE_LOWER = 12,  /* u16, where the places of nodes end; of an overflow
	                     page: how many pages it begins, u32 */
	PAGE_UPPER = 14,  /* u16, where nodes begin */
	PAGE_HEADER = 16, /* bytes; then the place of each node, u16 */
	FLAG_BRANCH = 1,
	FLAG_LEAF = 2,
	FLAG_OVERFLOW = 4,

	/* The first two pages, of which commits fill one in turn. */
	META_PAGES = 2,
	META_SIGN = 16,
	META_VERSION = 20,
	META_TREES = 40, /* records: free pages, sub-databases; the first
	                    number is the size of a page, u32 */
	META_PAGE_SIZE = META_TREES,
	META_LAST_PAGE = 136,
	META_TRANSACTION = 144,
	META_SIZE = 152,

	/* The record of a tree. */
	TREE_FLAGS = 4,
	TREE_DEPTH = 6,
	TREE_COUNTS = 8, /* u64 branches, leaves, overflow pages, entries */
	TREE_ROOT = 40,
	TREE_SIZE = 48,
	TREE_INTEGER_KEYS = 8,
	TREE_NO_FOLDER = 0x4000, /* of the file, said with its free pages */
	TREE_DEPTH_MAX = 32,

	/* A node: u32 size of the value, or the lower part of a page. */
	NODE_FLAGS = 4,    /* u16 */
	NODE_KEY_SIZE = 6, /* u16 */
	NODE_KEY = 8,
	NODE_LARGE = 1, /* flag: the value has pages of its own */
	NODE_TREE = 2,  /* flag: the value is a tree's record */
};

#endif
