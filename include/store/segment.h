/*
 * Reading one segment: extents, columns, dictionary, stored records.
 * Made by a snapshot (snapshot.h), or by the writer over its own
 * transaction; what it lends stays valid as long as that.
 */
#ifndef QUIRE_STORE_SEGMENT_H
#define QUIRE_STORE_SEGMENT_H

#include "buffer.h"
#include "layout.h"
#include "root.h"
#include "status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct segment;

uint32_t segment_number(const struct segment *segment);
const struct segment_record *segment_record(const struct segment *segment);
uint32_t segment_n_documents(const struct segment *segment);
uint32_t segment_n_dead(const struct segment *segment);

/* Whether a part of it could not be read since it was opened. */
bool segment_is_damaged(const struct segment *segment);

/* NULL if all live; else bit d % 8 of byte d / 8, lent, with at least 8
 * readable bytes after the last one used. */
const uint8_t *segment_live(const struct segment *segment);
bool segment_is_live(const struct segment *segment, uint32_t document);

/*
 * The payload bytes of a stream from a place on, verified once in a process;
 * `*end` is where its extent ends.  NULL if damaged or not there.
 */
const uint8_t *segment_bytes(struct segment *segment, unsigned stream,
    uint32_t extent, uint32_t offset, const uint8_t **end);

/* Number i of a column.  False if damaged or beyond the column. */
bool segment_column(struct segment *segment, enum column column, uint64_t i,
    uint64_t *value);

/*
 * Numbers first to first + n - 1 of a column.  `lengths` also resolves the
 * exceptions of COLUMN_LENGTH.
 */
bool segment_column_range(struct segment *segment, enum column column,
    uint64_t first, size_t n, uint64_t *values);
bool segment_lengths(struct segment *segment, uint32_t first, uint32_t n,
    uint32_t *lengths);

/* --- dictionary --- */

/* An entry; lent until the segment is closed. */
struct dictionary_entry {
	uint8_t key[TERM_KEY_MAX];
	size_t key_size;
	const uint8_t *value;
	size_t value_size;
};

/* STATUS_OK, NOT_FOUND (it provably is not there) or DAMAGED. */
enum status segment_find(struct segment *segment, const uint8_t *key,
    size_t key_size, struct dictionary_entry *entry);

/* Walks the dictionary in the order of keys. */
struct dictionary_cursor {
	struct segment *segment;
	struct dictionary_entry entry; /* the current one */
	const uint8_t *block;          /* payload of its block */
	const uint8_t *next;           /* the entry after it */
	unsigned left;                 /* entries left in the block */
	bool last_block;
	uint8_t next_key[TERM_KEY_MAX]; /* first key of the next block */
	size_t next_key_size;
};

/*
 * Moves to the first entry with a key of at least `key` (size 0: the very
 * first), or to the next one.  STATUS_OK, END or DAMAGED.
 */
enum status dictionary_seek(struct dictionary_cursor *cursor,
    struct segment *segment, const uint8_t *key, size_t key_size);
enum status dictionary_next(struct dictionary_cursor *cursor);

/* --- form entries (namespace 2) --- */

enum {
	/* A byte that says it all: the stem is the form without its last
	 * bytes, 1 to 4 of them. */
	FORM_PAIR_CUT = 128,
	FORM_PAIR_CUT_SHIFT = 5,
	FORM_PAIR_CUT_MAX = 4,
	FORM_PAIR_LANGUAGES = 32, /* languages below it can be said so */
};

struct form_pair {
	uint8_t language;
	uint8_t length;
	char stem[250];
};

/*
 * Pair i of a form entry's value: call with *next = value first, until it
 * returns STATUS_END.  `form` is the term of the entry.
 */
enum status form_pair_next(const uint8_t **next, const uint8_t *end,
    const char *form, size_t form_length, struct form_pair *pair);

/* --- ids --- */

/*
 * Documents whose id has a hash (layout_id_hash), rising; at most `max`
 * are stored in `documents`, `*n` counts them all.
 */
enum status segment_find_hash(struct segment *segment, uint32_t hash,
    uint32_t *documents, size_t max, size_t *n);

/* Calls `each` for every id hash and document, rising by both.  STATUS_OK
 * or DAMAGED. */
typedef void segment_id_visit(void *context, uint32_t hash,
    uint32_t document);
enum status segment_each_id(struct segment *segment, segment_id_visit *each,
    void *context);

/* --- stored records --- */

struct stored_field {
	uint32_t field;
	const char *text;
	size_t length;
};

/* A stored record in `buffer`: fields are walked by record_next. */
struct stored_record {
	struct buffer bytes;
	/* The chunk unpacked last, to be used again by a near document. */
	struct buffer chunk;
	uint64_t chunk_start, chunk_number;
	const struct segment *chunk_segment;
};

/* Reads the record of a document.  STATUS_OK or DAMAGED. */
enum status segment_stored(struct segment *segment, uint32_t document,
    struct stored_record *record);

/* Field after field: *position starts at 0.  STATUS_OK, END, DAMAGED. */
enum status stored_next(const struct stored_record *record, size_t *position,
    struct stored_field *field);

/* The first value of a field; false if there is none. */
bool stored_field(const struct stored_record *record, uint32_t number,
    struct stored_field *field);

void stored_free(struct stored_record *record);

#endif
