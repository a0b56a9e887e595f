/*
 * Walking the head of a list (docs/FORMAT.md, section 6): chunks of up to
 * 2,048 blocks, in each an array for every property.
 */
#include "posting_head.h"
#include "store/bytes.h"
#include "store/frontier.h"

enum {
	CHUNK_ENTRY = 10,
	HEAD_HEADER = 4,
	BLOCKS_MAX = 2048,
	/* Bytes of a block in each array of a head chunk, in their order. */
	AT_LAST = 0,
	AT_FIRST = 4,
	AT_EXTENT = 8,
	AT_OFFSET = 12,
	AT_N = 14,
	AT_FLAGS = 15,
	AT_FRONTIER = 16,
	HEAD_ENTRY = 24,
};

void
posting_heads_start(struct posting_heads *heads,
    const struct posting_list *list)
{
	/* The chunk before the first, so that the next one is that. */
	*heads = (struct posting_heads){.list = list, .chunk = UINT32_MAX,
	    .block = UINT32_MAX};
}

static uint32_t
head_u32(const struct posting_heads *heads, unsigned at, uint32_t block)
{
	return bytes_u32(heads->head + (size_t)at * heads->n_blocks +
	    (size_t)4 * block);
}

struct posting_head
posting_heads_entry(const struct posting_heads *heads)
{
	size_t n = heads->n_blocks;
	uint32_t block = heads->block;

	return (struct posting_head){heads->head[AT_N * n + block] + 1U,
	    heads->head[AT_FLAGS * n + block],
	    head_u32(heads, AT_EXTENT, block),
	    bytes_u16(heads->head + AT_OFFSET * n + (size_t)2 * block)};
}

static bool
open_chunk(struct posting_heads *heads, uint32_t chunk)
{
	const uint8_t *place = heads->list->chunks +
	    (size_t)chunk * CHUNK_ENTRY;
	const uint8_t *end, *head = segment_bytes(heads->list->segment,
	    STREAM_HEADS, bytes_u32(place + 4), bytes_u16(place + 8), &end);

	if (!head || end - head < HEAD_HEADER)
		return false;
	heads->n_blocks = bytes_u16(head);
	if (heads->n_blocks == 0 || heads->n_blocks > BLOCKS_MAX ||
	    (size_t)(end - head) < HEAD_HEADER +
	    (size_t)heads->n_blocks * HEAD_ENTRY)
		return false;
	heads->head = head + HEAD_HEADER;
	heads->chunk = chunk;
	return true;
}

static enum status
at_block(struct posting_heads *heads, uint32_t block)
{
	heads->block = block;
	heads->last = head_u32(heads, AT_LAST, block);
	heads->first = head_u32(heads, AT_FIRST, block);
	heads->frontier = heads->head + (size_t)AT_FRONTIER *
	    heads->n_blocks + (size_t)FRONTIER_SIZE * block;
	return heads->last < segment_n_documents(heads->list->segment)
	    ? STATUS_OK : STATUS_DAMAGED;
}

static enum status
at_end(struct posting_heads *heads)
{
	heads->chunk = heads->list->n_chunks;
	heads->first = heads->last = UINT32_MAX;
	return STATUS_END;
}

enum status
posting_heads_next(struct posting_heads *heads)
{
	if (heads->chunk == heads->list->n_chunks)
		return STATUS_END;
	if (heads->head && heads->block + 1 < heads->n_blocks)
		return at_block(heads, heads->block + 1);
	if (heads->chunk + 1 == heads->list->n_chunks)
		return at_end(heads);
	if (!open_chunk(heads, heads->chunk + 1))
		return STATUS_DAMAGED;
	return at_block(heads, 0);
}

/* The first block from `from` on whose last document is at least `target`,
 * by steps that double and a binary search. */
static uint32_t
find_block(const struct posting_heads *heads, uint32_t from, uint32_t target)
{
	uint32_t low = from, high = from, stride = 1;

	while (high < heads->n_blocks &&
	    head_u32(heads, AT_LAST, high) < target) {
		low = high + 1;
		high += stride;
		stride *= 2;
	}
	if (high > heads->n_blocks)
		high = heads->n_blocks;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (head_u32(heads, AT_LAST, middle) < target)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The last chunk from the current one on that can hold `target`. */
static uint32_t
find_chunk(const struct posting_heads *heads, uint32_t target)
{
	uint32_t chunk = heads->head ? heads->chunk : 0;

	while (chunk + 1 < heads->list->n_chunks && bytes_u32(
	    heads->list->chunks + (size_t)(chunk + 1) * CHUNK_ENTRY) <=
	    target)
		chunk++;
	return chunk;
}

enum status
posting_heads_seek(struct posting_heads *heads, uint32_t target)
{
	const struct posting_list *list = heads->list;
	uint32_t chunk, from = 0, block;

	if (heads->chunk == list->n_chunks)
		return STATUS_END;
	if (heads->head && heads->last >= target)
		return STATUS_OK;
	chunk = find_chunk(heads, target);
	if (heads->head && chunk == heads->chunk)
		from = heads->block + 1;
	else if (!open_chunk(heads, chunk))
		return STATUS_DAMAGED;
	block = find_block(heads, from, target);
	if (block < heads->n_blocks)
		return at_block(heads, block);
	/* The target lies between the chunks. */
	if (chunk + 1 == list->n_chunks)
		return at_end(heads);
	if (!open_chunk(heads, chunk + 1))
		return STATUS_DAMAGED;
	block = find_block(heads, 0, target);
	return block < heads->n_blocks ? at_block(heads, block)
	    : STATUS_DAMAGED;
}
