/*
 * Payload blocks of posting lists and their position blocks
 * (docs/FORMAT.md, section 11).
 */
#include "store/posting_block.h"

#include <assert.h>

#include "store/bytes.h"
#include "store/pfor.h"

enum {
	STREAMS_END = 7, /* bits of the mask that can name a stream */
	FIRST_PLACE_SIZE = 6,
	PLACE_SIZE = 2,
};

/* How a set of flagged postings is coded, where it is not a list. */
enum { SET_NONE = 0, SET_LIST_MAX = 253, SET_BITMAP = 254, SET_ALL = 255 };

/* --- Documents --- */

static uint64_t
bitset_size(uint32_t first, uint32_t last)
{
	return ((uint64_t)last - first) / 8 + 1;
}

static size_t
encode_gaps(const struct posting_block *block, uint8_t *bytes)
{
	uint32_t gaps[POSTING_BLOCK_MAX];
	unsigned i;

	for (i = 1; i < block->n; i++) {
		assert(block->documents[i] > block->documents[i - 1]);
		gaps[i - 1] = block->documents[i] - block->documents[i - 1] - 1;
	}
	return pfor_encode(gaps, block->n - 1, bytes);
}

static size_t
encode_bitset(const struct posting_block *block, uint8_t *bytes)
{
	uint32_t first = block->documents[0];
	size_t size = (size_t)bitset_size(first,
	    block->documents[block->n - 1]);
	unsigned i;

	memset(bytes, 0, size);
	for (i = 0; i < block->n; i++) {
		uint32_t place = block->documents[i] - first;

		bytes[place / 8] |= (uint8_t)(1 << place % 8);
	}
	return size;
}

/* The smallest of the three codings; at equal size the faster bitset. */
static uint8_t *
encode_documents(const struct posting_block *block, uint8_t *bytes)
{
	uint32_t first = block->documents[0];
	uint32_t last = block->documents[block->n - 1];
	size_t size;

	if (last - first == block->n - 1) {
		bytes[0] = DOCUMENTS_RUN;
		return bytes + 1;
	}
	bytes[0] = DOCUMENTS_GAPS;
	size = encode_gaps(block, bytes + 1);
	if (bitset_size(first, last) <= size) {
		bytes[0] = DOCUMENTS_BITSET;
		size = encode_bitset(block, bytes + 1);
	}
	return bytes + 1 + size;
}

/* Finds the end of the documents, or NULL if they cannot be such. */
static const uint8_t *
skip_documents(const struct posting_view *view)
{
	uint64_t left = (uint64_t)(view->end - view->documents);
	uint64_t size;

	switch (view->coding) {
	case DOCUMENTS_RUN:
		if (view->last - view->first != view->n - 1)
			return NULL;
		return view->documents;
	case DOCUMENTS_BITSET:
		size = bitset_size(view->first, view->last);
		return size <= left ? view->documents + size : NULL;
	case DOCUMENTS_GAPS:
		if (view->n == 1)
			return NULL;
		size = pfor_size(view->documents, view->end, view->n - 1);
		return size > 0 ? view->documents + size : NULL;
	}
	return NULL;
}

typedef uint32_t quad __attribute__((vector_size(16)));

/*
 * The first document, then each by its gap and 1 more than the one before,
 * four at a time; the arrays have room for a multiple of four.  Returns all
 * gaps or-ed.
 */
static uint32_t
sum_gaps(const uint32_t *gaps, unsigned n, uint32_t first,
    uint32_t *documents)
{
	const quad zero = {0};
	quad base = zero + first, any = zero;
	unsigned i;

	for (i = 0; i < n; i += 4) {
		quad four, before;

		memcpy(&four, gaps + i, sizeof four);
		any |= four;
		four += 1;
		four += __builtin_shufflevector(zero, four, 3, 4, 5, 6);
		four += __builtin_shufflevector(zero, four, 2, 3, 4, 5);
		before = __builtin_shufflevector(zero, four, 3, 4, 5, 6);
		before += base;
		base += __builtin_shufflevector(four, four, 3, 3, 3, 3);
		memcpy(documents + i, &before, sizeof before);
	}
	return any[0] | any[1] | any[2] | any[3];
}

static uint64_t
span_of_gaps(const uint32_t *gaps, unsigned n)
{
	uint64_t span = n;
	unsigned i;

	for (i = 0; i < n; i++)
		span += gaps[i];
	return span;
}

static bool
decode_gaps(const struct posting_view *view, uint32_t *documents)
{
	uint32_t gaps[POSTING_BLOCK_MAX], any;
	unsigned n = view->n - 1, i;

	if (!pfor_decode(view->documents, view->end, n, gaps))
		return false;
	for (i = n; i == n || i % 4; i++)
		gaps[i] = 0;
	any = sum_gaps(gaps, view->n, view->first, documents);
	/* Smaller gaps cannot wrap, so that they end right only if they are. */
	if (any > UINT32_MAX / POSTING_BLOCK_MAX &&
	    span_of_gaps(gaps, n) != view->last - view->first)
		return false;
	return documents[n] == view->last;
}

/* Up to eight bytes as one word, zeros after them. */
static uint64_t
load_word(const uint8_t *bytes, uint64_t size)
{
	uint64_t word = 0;

	if (size >= sizeof word)
		return bytes_u64(bytes);
	memcpy(&word, bytes, (size_t)size);
	return word;
}

static bool
decode_bitset(const struct posting_view *view, uint32_t *documents)
{
	uint64_t size = bitset_size(view->first, view->last), i, word;
	unsigned n = 0;

	for (i = 0; i < size; i += sizeof word) {
		word = load_word(view->documents + i, size - i);
		if ((unsigned)__builtin_popcountll(word) > view->n - n)
			return false;
		for (; word; word &= word - 1)
			documents[n++] = view->first + (uint32_t)(8 * i) +
			    (uint32_t)__builtin_ctzll(word);
	}
	return n == view->n && documents[0] == view->first &&
	    documents[n - 1] == view->last;
}

bool
posting_block_documents(const struct posting_view *view, uint32_t *documents)
{
	unsigned i;

	switch (view->coding) {
	case DOCUMENTS_BITSET:
		return decode_bitset(view, documents);
	case DOCUMENTS_GAPS:
		return decode_gaps(view, documents);
	}
	for (i = 0; i < view->n; i++)
		documents[i] = view->first + i;
	return true;
}

/* --- Documents as bits --- */

/* Sets 64 bits that begin at a place, or those that lie in the words. */
static inline void
put_word(uint64_t *bits, unsigned n_words, int64_t at, uint64_t word)
{
	if (at < 0) {
		if (at > -64 && n_words)
			bits[0] |= word >> -at;
		return;
	}
	if (at / 64 >= n_words)
		return;
	bits[at / 64] |= word << at % 64;
	if (at % 64 && at / 64 + 1 < n_words)
		bits[at / 64 + 1] |= word >> (64 - at % 64);
}

static bool
put_bitset(const struct posting_view *view, int64_t at, unsigned n_words,
    uint64_t *bits)
{
	uint64_t size = bitset_size(view->first, view->last), n = 0;
	uint64_t word = load_word(view->documents, size);
	uint32_t past = view->last - view->first;

	if (!(word & 1))
		return false;
	for (uint64_t i = 0; i < size; i += sizeof word) {
		word = load_word(view->documents + i, size - i);
		n += (unsigned)__builtin_popcountll(word);
		put_word(bits, n_words, at + (int64_t)(8 * i), word);
	}
	/* The last word holds the last document and nothing after it. */
	return n == view->n && word >> past % 64 == 1;
}

static void
put_run(const struct posting_view *view, int64_t at, unsigned n_words,
    uint64_t *bits)
{
	for (unsigned i = 0; i < view->n; i += 64) {
		unsigned left = view->n - i;

		put_word(bits, n_words, at + i, left >= 64 ? UINT64_MAX
		    : (UINT64_C(1) << left) - 1);
	}
}

bool
posting_block_bits(const struct posting_view *view, uint32_t start,
    unsigned n_words, uint64_t *bits)
{
	int64_t at = (int64_t)view->first - start;

	if (view->coding == DOCUMENTS_BITSET)
		return put_bitset(view, at, n_words, bits);
	put_run(view, at, n_words, bits);
	return true;
}

/* --- Counts --- */

static size_t
encode_tfs(const struct posting_block *block, uint8_t *bytes)
{
	uint32_t numbers[POSTING_BLOCK_MAX];
	unsigned i;

	for (i = 0; i < block->n; i++) {
		assert(block->tfs[i] - 1 < POSTING_TF_MAX);
		numbers[i] = block->tfs[i] - 1;
	}
	return pfor_encode(numbers, block->n, bytes);
}

bool
posting_block_tfs(const struct posting_view *view, uint32_t *tfs)
{
	uint32_t all = 0;
	unsigned i;

	if (!view->tfs) {
		for (i = 0; i < view->n; i++)
			tfs[i] = 1;
		return true;
	}
	if (!pfor_decode(view->tfs, view->end, view->n, tfs))
		return false;
	for (i = 0; i < view->n; i++) {
		all |= tfs[i]; /* the limit is a power of two */
		tfs[i]++;
	}
	return all < POSTING_TF_MAX;
}

/* --- Flags --- */

static uint8_t *
encode_set(const struct posting_block *block, uint8_t flag, uint8_t *bytes)
{
	uint8_t places[POSTING_BLOCK_MAX];
	uint8_t bitmap[POSTING_BLOCK_MAX / 8] = {0};
	unsigned bitmap_size = (block->n + 7) / 8, k = 0, i;

	for (i = 0; i < block->n; i++) {
		if (!(block->flags[i] & flag))
			continue;
		places[k++] = (uint8_t)i;
		bitmap[i / 8] |= (uint8_t)(1 << i % 8);
	}
	if (k == block->n) {
		*bytes = SET_ALL;
		return bytes + 1;
	}
	if (k <= bitmap_size) {
		*bytes = (uint8_t)k;
		memcpy(bytes + 1, places, k);
		return bytes + 1 + k;
	}
	*bytes = SET_BITMAP;
	memcpy(bytes + 1, bitmap, bitmap_size);
	return bytes + 1 + bitmap_size;
}

/* Returns the end of the set at `bytes`, or NULL if it is cut off. */
static const uint8_t *
skip_set(const uint8_t *bytes, const uint8_t *end, unsigned n)
{
	size_t size;

	if (!bytes || bytes >= end)
		return NULL;
	size = *bytes == SET_ALL ? 0 : *bytes;
	if (*bytes == SET_BITMAP)
		size = (n + 7) / 8;
	return size < (size_t)(end - bytes) ? bytes + 1 + size : NULL;
}

static bool
decode_bitmap(const uint8_t *bytes, unsigned n, uint8_t flag, uint8_t *flags)
{
	unsigned i;

	for (i = 0; i < n; i++)
		if (bytes[i / 8] >> i % 8 & 1)
			flags[i] |= flag;
	return n % 8 == 0 || bytes[n / 8] >> n % 8 == 0;
}

/* Decodes a set that lies whole before the end of the block. */
static bool
decode_set(const uint8_t *bytes, unsigned n, uint8_t flag, uint8_t *flags)
{
	unsigned k = *bytes++, i;

	if (k == SET_BITMAP)
		return decode_bitmap(bytes, n, flag, flags);
	if (k == SET_ALL) {
		for (i = 0; i < n; i++)
			flags[i] |= flag;
		return true;
	}
	for (i = 0; i < k; i++) {
		if (bytes[i] >= n || (i > 0 && bytes[i] <= bytes[i - 1]))
			return false;
		flags[bytes[i]] |= flag;
	}
	return true;
}

bool
posting_block_flags(const struct posting_view *view, uint8_t *flags)
{
	const uint8_t *lead;

	memset(flags, 0, view->n);
	if (!view->flags)
		return true;
	lead = skip_set(view->flags, view->end, view->n);
	return skip_set(lead, view->end, view->n) &&
	    decode_set(view->flags, view->n, FLAG_TITLE, flags) &&
	    decode_set(lead, view->n, FLAG_LEAD, flags);
}

/* --- Places of position blocks --- */

static size_t
encode_places(const struct posting_block *block, uint8_t *bytes)
{
	const struct position_place *place = block->places;
	uint8_t *next = bytes + FIRST_PLACE_SIZE;
	unsigned i;

	assert(block->n_places > 0);
	assert(block->n_places <= POSITION_BLOCKS_MAX);
	bytes_put_u32(bytes, place[0].extent);
	bytes_put_u16(bytes + 4, place[0].offset);
	for (i = 1; i < block->n_places; i++) {
		assert(place[i].extent == place[i - 1].extent +
		    (place[i].offset <= place[i - 1].offset));
		bytes_put_u16(next, place[i].offset);
		next += PLACE_SIZE;
	}
	return (size_t)(next - bytes);
}

bool
posting_block_place(const struct posting_view *view, unsigned i,
    struct position_place *place)
{
	const uint8_t *offsets;
	unsigned further = 0, k;

	if (!view->positions ||
	    i > (view->positions_size - FIRST_PLACE_SIZE) / PLACE_SIZE)
		return false;
	offsets = view->positions + 4;
	for (k = 1; k <= i; k++)
		further += bytes_u16(offsets + (size_t)2 * k) <=
		    bytes_u16(offsets + (size_t)2 * (k - 1));
	place->extent = bytes_u32(view->positions) + further;
	place->offset = bytes_u16(offsets + (size_t)2 * i);
	return place->extent >= further;
}

/* --- The whole block --- */

static size_t
encode_stream(const struct posting_block *block, unsigned stream,
    uint8_t *bytes)
{
	uint8_t *next;

	switch (stream) {
	case STREAM_TF:
		return encode_tfs(block, bytes);
	case STREAM_FLAGS:
		next = encode_set(block, FLAG_TITLE, bytes);
		next = encode_set(block, FLAG_LEAD, next);
		return (size_t)(next - bytes);
	case STREAM_POSITIONS:
		return encode_places(block, bytes);
	}
	return 0; /* form codes stand in the position blocks */
}

size_t
posting_block_encode(const struct posting_block *block, uint8_t *bytes)
{
	uint8_t part[POSTING_BLOCK_SIZE_MAX];
	uint8_t *next = encode_documents(block, bytes);
	unsigned bit;

	for (bit = 0; bit < STREAMS_END; bit++) {
		unsigned stream = block->streams & (1U << bit);
		size_t size;

		if (!stream)
			continue;
		size = encode_stream(block, stream, part);
		next = varint_put(next, size);
		memcpy(next, part, size);
		next += size;
	}
	return (size_t)(next - bytes);
}

/* Keeps where a stream lies; false if its bytes cannot be such a stream. */
static bool
open_stream(struct posting_view *view, unsigned stream, const uint8_t *bytes,
    const uint8_t *end)
{
	size_t size = (size_t)(end - bytes);

	switch (stream) {
	case STREAM_TF:
		view->tfs = bytes;
		return size > 0 && pfor_size(bytes, end, view->n) == size;
	case STREAM_FLAGS:
		view->flags = bytes;
		return skip_set(skip_set(bytes, end, view->n), end,
		    view->n) == end;
	case STREAM_POSITIONS:
		view->positions = bytes;
		view->positions_size = size;
		return size >= FIRST_PLACE_SIZE && size % PLACE_SIZE == 0;
	case STREAM_FORMS:
		return size == 0;
	}
	return true;
}

bool
posting_block_open(struct posting_view *view, const uint8_t *bytes,
    const uint8_t *end, uint32_t first, uint32_t last, unsigned n,
    uint8_t streams)
{
	unsigned bit;

	if (bytes >= end || n < 1 || n > POSTING_BLOCK_MAX || last < first ||
	    last - first < n - 1)
		return false;
	*view = (struct posting_view){
		.first = first, .last = last, .n = n, .streams = streams,
		.coding = bytes[0], .documents = bytes + 1, .end = end,
	};
	bytes = skip_documents(view);
	for (bit = 0; bit < STREAMS_END && bytes; bit++) {
		uint64_t size;

		if (!(streams >> bit & 1))
			continue;
		bytes = varint_get(bytes, end, &size);
		if (!bytes || size > (uint64_t)(end - bytes) ||
		    !open_stream(view, 1U << bit, bytes, bytes + size))
			return false;
		bytes += size;
	}
	return bytes != NULL;
}

/* --- Position blocks --- */

size_t
position_block_encode(const uint32_t *gaps, const uint32_t *codes, unsigned n,
    uint8_t *bytes)
{
	size_t size = pfor_encode(gaps, n, bytes);

	if (codes)
		size += pfor_encode(codes, n, bytes + size);
	return size;
}

bool
position_block_decode(const uint8_t *bytes, const uint8_t *end, unsigned n,
    bool has_codes, uint32_t *gaps, uint32_t *codes)
{
	bytes = pfor_decode(bytes, end, n, gaps);
	if (bytes && has_codes)
		bytes = pfor_decode(bytes, end, n, codes);
	return bytes != NULL;
}
