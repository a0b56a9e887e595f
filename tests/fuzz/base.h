/*
 * A small whole index, and LMDB's answers about it with damage in them: the
 * structure of its pages stays right, what values and keys say does not.
 *
 * mdb_get and mdb_cursor_get of a fuzz program lead here (ld --wrap).  Each
 * key and value that they find is handed out as a copy of exactly its size,
 * so that the sanitizer sees whoever reads past it.
 */
#ifndef QUIRE_TESTS_FUZZ_BASE_H
#define QUIRE_TESTS_FUZZ_BASE_H

#include "store/layout.h"

#include <stddef.h>
#include <stdint.h>

/* The file of the index, made when first asked for: several segments,
 * deletions, lists in blocks, two languages, fields. */
const char *base_path(void);

/* A key and its value as they are on disk. */
struct base_entry {
	enum database database;
	uint8_t *key, *value;
	size_t key_size, value_size; /* the seal included */
	size_t used; /* bytes of the payload up to the last that is not 0 */
	/* What is handed out instead, or NULL. */
	uint8_t *damaged_key, *damaged_value;
	size_t damaged_key_size, damaged_value_size;
};

struct base_entry *base_entries(size_t *n);

/* Gives an entry another key or value, of a size from 1 on; the bytes that
 * were there stay, and zeros follow them.  The bytes can then be changed. */
uint8_t *base_damage_key(struct base_entry *entry, size_t size);
uint8_t *base_damage_value(struct base_entry *entry, size_t size);

/* Takes all damage back. */
void base_restore(void);

#endif
