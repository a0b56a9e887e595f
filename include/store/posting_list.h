/*
 * Reading a posting list: its head, its blocks, its positions and forms
 * (docs/FORMAT.md, sections 6 and 11).
 *
 * A list is walked block by block; an inline list is one block.  Parts of
 * the current block are decoded when first asked for.
 */
#ifndef QUIRE_STORE_POSTING_LIST_H
#define QUIRE_STORE_POSTING_LIST_H

#include "posting_block.h"
#include "segment.h"
#include "status.h"

#include <stdbool.h>
#include <stdint.h>

/* A list as its dictionary entry describes it; nothing to free. */
struct posting_list {
	struct segment *segment;
	uint8_t streams;           /* STREAM_* */
	uint32_t df;               /* dead documents included */
	uint64_t occurrences;      /* of a list in blocks; inline: df */
	const char *stem;          /* the term, lent from `entry` */
	size_t stem_length;
	uint32_t n_forms;          /* 0: the only form is the stem */
	const uint8_t *forms, *forms_end; /* coded, when in the dictionary */
	uint32_t forms_extent;     /* else the place of the first piece */
	uint16_t forms_offset;
	bool forms_apart;
	const uint8_t *inline_bytes, *inline_end; /* NULL: in blocks */
	const uint8_t *chunks;     /* 10 bytes each */
	uint32_t n_chunks;
	struct dictionary_entry entry;
};

/*
 * STATUS_OK, NOT_FOUND or DAMAGED.  posting_list_open reads an entry that
 * was found otherwise.  The list must not be moved in memory: it points
 * into itself.
 */
enum status posting_list_find(struct posting_list *list,
    struct segment *segment, const uint8_t *key, size_t key_size);
enum status posting_list_open(struct posting_list *list,
    struct segment *segment, const struct dictionary_entry *entry);

/*
 * A coded form begins with a byte: FORM_WHOLE_STEM plus how many bytes follow
 * the stem (at most FORM_SHORT_MAX), or how many it shares with the stem (at
 * most as many) and then a byte, how many follow.
 */
enum { FORM_WHOLE_STEM = 128, FORM_SHORT_MAX = 127 };

/* Form codes: form `code` as text, in order of codes. */
struct form_cursor {
	const struct posting_list *list;
	uint32_t code;              /* of the current form */
	char form[250];
	size_t length;
	const uint8_t *next, *end;
	uint32_t piece_extent;
	uint16_t piece_offset;
};
void form_cursor_start(struct form_cursor *cursor,
    const struct posting_list *list);
/* STATUS_OK, END or DAMAGED.  A list without forms has one: the stem. */
enum status form_cursor_next(struct form_cursor *cursor);

/* The code of a form, or NOT_FOUND, or DAMAGED. */
enum status posting_list_form_code(const struct posting_list *list,
    const char *form, size_t length, uint32_t *code);

/*
 * Walking the head of a list: what it says of each block, without touching
 * the blocks.  An inline list has no head.
 */
struct posting_heads {
	const struct posting_list *list;
	uint32_t first, last;      /* documents of the current block */
	const uint8_t *frontier;   /* FRONTIER_SIZE bytes (frontier.h) */
	/* Private. */
	uint32_t chunk, block, n_blocks;
	const uint8_t *head;       /* the arrays of the current chunk */
};

/* Before the first block of a list that is not inline. */
void posting_heads_start(struct posting_heads *heads,
    const struct posting_list *list);

/* Moves to the next block; STATUS_OK, END or DAMAGED. */
enum status posting_heads_next(struct posting_heads *heads);

/* Moves to the first block, at or after the current one, whose last document
 * is at least `target`.  STATUS_OK, END or DAMAGED. */
enum status posting_heads_seek(struct posting_heads *heads, uint32_t target);

struct posting_cursor {
	const struct posting_list *list;
	/* The current block. */
	unsigned n;
	uint32_t first, last;
	const uint8_t *frontier;   /* 8 bytes, or NULL for an inline list */
	uint8_t block_flags;       /* FLAG_* that some posting has */
	uint32_t documents[POSTING_BLOCK_MAX]; /* after .._documents */
	uint32_t tfs[POSTING_BLOCK_MAX];       /* after .._tfs */
	uint8_t flags[POSTING_BLOCK_MAX];      /* after .._flags */

	/* Private from here on. */
	bool has_documents, has_tfs, has_flags, has_starts;
	struct posting_view view;
	struct posting_heads heads;
	bool inline_is_open;
	uint32_t starts[POSTING_BLOCK_MAX + 1]; /* sums of tfs */
	uint32_t *positions, *codes; /* of the current document; allocated */
	uint32_t capacity;
	uint32_t *inline_positions, *inline_codes;
	unsigned position_block;     /* the one decoded below, or UINT_MAX */
	uint32_t gaps[POSITION_BLOCK_MAX], gap_codes[POSITION_BLOCK_MAX];
};

/* A cursor before the first block.  Closing frees its position arrays. */
void posting_cursor_start(struct posting_cursor *cursor,
    const struct posting_list *list);
void posting_cursor_close(struct posting_cursor *cursor);

/* Moves to the next block; STATUS_OK, END or DAMAGED. */
enum status posting_cursor_next(struct posting_cursor *cursor);

/*
 * Moves to the first block, at or after the current one, whose last document
 * is at least `target`; a block already there is kept with all that is
 * decoded.  STATUS_OK, END (the cursor then stays at its end) or DAMAGED.
 */
enum status posting_cursor_seek(struct posting_cursor *cursor,
    uint32_t target);

/* Decode a part of the current block.  False if damaged. */
bool posting_cursor_documents(struct posting_cursor *cursor);
bool posting_cursor_tfs(struct posting_cursor *cursor);

/* Whether the current block is a run or a bitset, and then
 * posting_block_bits of it. */
bool posting_cursor_has_bits(const struct posting_cursor *cursor);
bool posting_cursor_bits(const struct posting_cursor *cursor, uint32_t start,
    unsigned n_words, uint64_t *bits);
bool posting_cursor_flags(struct posting_cursor *cursor);

/*
 * Positions (rising) and form codes of posting `i` of the current block;
 * codes are 0 where the list has one form.  Lent until the next call.
 */
bool posting_cursor_positions(struct posting_cursor *cursor, unsigned i,
    const uint32_t **positions, const uint32_t **codes, uint32_t *n);

#endif
