/*
 * The bytes of one payload block of a posting list and of its position
 * blocks (docs/FORMAT.md, section 11): encode beside decode.  Knows nothing
 * of where the bytes lie; never allocates.
 */
#ifndef QUIRE_STORE_POSTING_BLOCK_H
#define QUIRE_STORE_POSTING_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	POSTING_BLOCK_MAX = 256,
	POSITION_BLOCK_MAX = 256,
	POSITION_BLOCKS_MAX = 4096, /* of a posting block */
	POSTING_TF_MAX = 1 << 20,   /* counted occurrences in one document */
	POSTING_BLOCK_SIZE_MAX = 1 + 1100 + 3 * (3 + 1100) + 70 +
	    6 + 2 * POSITION_BLOCKS_MAX,
	POSITION_BLOCK_SIZE_MAX = 2 * 1100,
};

/* The stream mask of a list. */
enum {
	STREAM_TF = 1,
	STREAM_FLAGS = 2,
	STREAM_POSITIONS = 4,
	STREAM_FORMS = 8,
	LIST_INLINE = 128,
	/* Of an inline list: its streams, and a small document frequency. */
	LIST_STREAMS = 15,
	LIST_DF_SHIFT = 4,
	LIST_DF_MAX = 7,
};

enum { FLAG_TITLE = 1, FLAG_LEAD = 2 };

/* Where the positions of a posting block lie. */
struct position_place {
	uint32_t extent;
	uint16_t offset;
};

/* What goes into a block.  Arrays of n. */
struct posting_block {
	unsigned n;                 /* 1 to POSTING_BLOCK_MAX */
	const uint32_t *documents;  /* rising */
	const uint32_t *tfs;        /* 1 or more; ignored without STREAM_TF */
	const uint8_t *flags;       /* FLAG_*; ignored without STREAM_FLAGS */
	uint8_t streams;
	/* With STREAM_POSITIONS: the place of each position block. */
	const struct position_place *places;
	unsigned n_places;
};

/* Returns the size; `bytes` has room for POSTING_BLOCK_SIZE_MAX. */
size_t posting_block_encode(const struct posting_block *block, uint8_t *bytes);

/*
 * A payload block being read.  posting_block_open finds its parts; each is
 * decoded only when asked for.
 */
struct posting_view {
	uint32_t first, last;
	unsigned n;
	uint8_t streams;
	const uint8_t *documents, *tfs, *flags, *positions, *end;
	size_t positions_size;
	uint8_t coding; /* enum document_coding */
};

enum document_coding { DOCUMENTS_RUN, DOCUMENTS_BITSET, DOCUMENTS_GAPS };

/*
 * Opens the block at `bytes`, of which nothing after `end` is read, from the
 * entry of its head: `first` and `last` document, `n` postings, and the
 * list's stream mask.  Unknown streams are skipped.  False if damaged.
 */
bool posting_block_open(struct posting_view *view, const uint8_t *bytes,
    const uint8_t *end, uint32_t first, uint32_t last, unsigned n,
    uint8_t streams);

/*
 * Each decodes into an array with room for POSTING_BLOCK_MAX and returns
 * false if damaged (documents not rising from first to last, tf over the
 * limit ...).  Without the stream: tf 1, flags 0.
 */
bool posting_block_documents(const struct posting_view *view,
    uint32_t *documents);
bool posting_block_tfs(const struct posting_view *view, uint32_t *tfs);

/*
 * Of a run or a bitset, without decoding the documents: sets the bits of
 * those that lie within `n_words` words, bit 0 of `bits` being document
 * `start`.
 */
bool posting_block_bits(const struct posting_view *view, uint32_t start,
    unsigned n_words, uint64_t *bits);
bool posting_block_flags(const struct posting_view *view, uint8_t *flags);

/*
 * The place of position block `i`; false if damaged or beyond the directory.
 */
bool posting_block_place(const struct posting_view *view, unsigned i,
    struct position_place *place);

/*
 * A position block: `n` gaps, and form codes if `codes` is not NULL.
 * Encode returns the size (room: POSITION_BLOCK_SIZE_MAX); decode returns
 * false if damaged, and fills arrays with room for POSITION_BLOCK_MAX.
 */
size_t position_block_encode(const uint32_t *gaps, const uint32_t *codes,
    unsigned n, uint8_t *bytes);
bool position_block_decode(const uint8_t *bytes, const uint8_t *end,
    unsigned n, bool has_codes, uint32_t *gaps, uint32_t *codes);

#endif
