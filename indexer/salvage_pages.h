/*
 * Pages of a damaged file, of which nothing is believed: only reads that may
 * fail, and every number checked against the page before it is used.
 */
#ifndef QUIRE_INDEXER_SALVAGE_PAGES_H
#define QUIRE_INDEXER_SALVAGE_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An entry of a leaf; lent for the call. */
struct salvage_node {
	const uint8_t *key;
	size_t key_size;
	unsigned flags;       /* NODE_LARGE, NODE_TREE: store/lmdb_pages.h */
	const uint8_t *bytes; /* of the value, or NULL if it has own pages */
	uint64_t place;       /* of the value in the file */
	uint32_t size;        /* of the value */
};

typedef void salvage_visit(void *context, const struct salvage_node *node);

/* Reads bytes of the file; false if they are not there or cannot be read. */
bool salvage_bytes(int fd, uint64_t place, void *bytes, size_t size);

/* Visits what may be an entry, right or wrong, of every page. */
void salvage_scan(int fd, uint64_t size, salvage_visit *visit,
    void *context);

/*
 * Visits the entries of the tree whose uppermost page is `page`.  False if
 * a page of it cannot be what it should; the others are visited all the same.
 */
bool salvage_walk(int fd, uint64_t size, uint64_t page, salvage_visit *visit,
    void *context);

/* What one of the two first pages says. */
struct salvage_meta {
	uint64_t transaction, main_page; /* of the list of databases */
};
bool salvage_meta(int fd, unsigned number, struct salvage_meta *meta);

/* The uppermost page that the entry of a database names, of 48 bytes;
 * UINT64_MAX: it is empty. */
uint64_t salvage_database_page(const uint8_t *bytes);

/* Whether a page begins a row of `n` pages of one value. */
bool salvage_begins_row(int fd, uint64_t page, uint32_t n);

#endif
