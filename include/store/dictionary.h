/*
 * One dictionary block: encode beside decode (docs/FORMAT.md, section 6).
 */
#ifndef QUIRE_STORE_DICTIONARY_H
#define QUIRE_STORE_DICTIONARY_H

#include "layout.h"
#include "status.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	DICTIONARY_RESTART = 16,
	DICTIONARY_FIRST = 1,
	DICTIONARY_LAST = 2,
	/* A value that fits a block with its key and the next block's key. */
	DICTIONARY_VALUE_MAX = 3500,
};

/*
 * A block being filled.  A block holds the first key of the next one, which
 * is not known while it fills; so its last entry can be taken out again when
 * that key turns out too long, and then begins the next block.
 * All zero is not valid: start with .._start.
 */
struct dictionary_builder {
	uint8_t entries[BLOCK_PAYLOAD]; /* coded entries */
	size_t size;
	unsigned n;
	uint8_t first_key[TERM_KEY_MAX], last_key[TERM_KEY_MAX];
	size_t first_key_size, last_key_size;
	size_t last_start;              /* of the last entry */
	uint8_t last_value[BLOCK_PAYLOAD];
	size_t last_value_size;
};

void dictionary_builder_start(struct dictionary_builder *builder);

/*
 * Adds an entry with a key greater than all before it and a value of at most
 * DICTIONARY_VALUE_MAX bytes.  False, changing nothing, if the block is full
 * (never for the first entry of a block).
 */
bool dictionary_builder_add(struct dictionary_builder *builder,
    const uint8_t *key, size_t key_size, const uint8_t *value,
    size_t value_size);

/* Whether a block with this `next_key` can be finished as it is. */
bool dictionary_builder_fits(const struct dictionary_builder *builder,
    size_t next_key_size);

/* Takes the last of several entries out; it stays in last_key, last_value. */
void dictionary_builder_drop_last(struct dictionary_builder *builder);

/*
 * Fills the payload of the block; `next_key` is the first key of the block
 * after it (size 0: none).  The builder can be started anew.
 */
void dictionary_builder_finish(const struct dictionary_builder *builder,
    bool is_first, const uint8_t *next_key, size_t next_key_size,
    uint8_t payload[BLOCK_PAYLOAD]);

/* A block being read; lent payload. */
struct dictionary_block {
	const uint8_t *entries, *end;
	unsigned n;
	uint8_t flags;
	const uint8_t *next_key;
	size_t next_key_size;
};

/* False if the payload cannot be a block. */
bool dictionary_block_open(struct dictionary_block *block,
    const uint8_t *payload);

/* An entry being walked over; key kept up to date by each step. */
struct dictionary_step {
	uint8_t key[TERM_KEY_MAX];
	size_t key_size;
	const uint8_t *value;
	size_t value_size;
	const uint8_t *next; /* set to block.entries before the first step */
};

/* Decodes the entry at `step->next`; false if damaged. */
bool dictionary_step(struct dictionary_step *step, const uint8_t *end);

/*
 * Goes on from before the first entry to the first one whose key is at least
 * `key`; `*left` entries are left, one less after each.  Keys before it are
 * not put together: what an entry shares with the one before tells whether it
 * can come after `key`.  STATUS_OK, END or DAMAGED.
 */
enum status dictionary_step_to(struct dictionary_step *step, unsigned *left,
    const uint8_t *end, const uint8_t *key, size_t size);

/* Byte order of two keys: below 0, 0, above 0. */
int dictionary_compare(const uint8_t *a, size_t a_size, const uint8_t *b,
    size_t b_size);

#endif
