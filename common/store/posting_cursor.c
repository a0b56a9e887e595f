/*
 * Walking a posting list block by block.  The head tells where a block lies
 * and which documents it can hold, so blocks that nobody asks for are never
 * touched; of a block that is reached, only the parts asked for are decoded.
 */
#include "store/bytes.h"
#include "store/frontier.h"
#include "store/posting_list.h"

#include "posting_head.h"

#include "alloc.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum {
	INLINE_MAX = POSTING_BLOCK_MAX, /* postings, and positions */
};

void
posting_cursor_start(struct posting_cursor *cursor,
    const struct posting_list *list)
{
	cursor->list = list;
	cursor->n = 0;
	cursor->first = cursor->last = 0;
	cursor->frontier = NULL;
	posting_heads_start(&cursor->heads, list);
	cursor->inline_is_open = false;
	cursor->positions = cursor->codes = NULL;
	cursor->inline_positions = cursor->inline_codes = NULL;
	cursor->capacity = 0;
	cursor->position_block = UINT_MAX;
}

void
posting_cursor_close(struct posting_cursor *cursor)
{
	free(cursor->positions);
	free(cursor->codes);
	free(cursor->inline_positions);
	free(cursor->inline_codes);
	cursor->positions = cursor->codes = NULL;
	cursor->inline_positions = cursor->inline_codes = NULL;
}

static void
forget_block(struct posting_cursor *cursor)
{
	cursor->has_documents = cursor->has_tfs = false;
	cursor->has_flags = cursor->has_starts = false;
	cursor->position_block = UINT_MAX;
}

/* --- inline lists: one block, decoded whole --- */

struct inline_reader {
	const uint8_t *in, *end;
	uint32_t n_positions;
};

static bool
read_inline_positions(struct posting_cursor *cursor,
    struct inline_reader *reader, uint32_t tf)
{
	uint8_t streams = cursor->list->streams;
	uint64_t position = 0;

	if (!(streams & STREAM_POSITIONS))
		return true;
	for (; tf > 0; tf--) {
		uint64_t gap = 0;
		uint32_t code = 0;

		reader->in = varint_get(reader->in, reader->end, &gap);
		if (streams & STREAM_FORMS) {
			if (gap & 1) {
				reader->in = varint_get_u32(reader->in,
				    reader->end, &code);
				code++;
			}
			gap >>= 1;
		}
		position += gap;
		if (!reader->in || position > UINT32_MAX ||
		    reader->n_positions == INLINE_MAX)
			return false;
		cursor->inline_positions[reader->n_positions] =
		    (uint32_t)position;
		cursor->inline_codes[reader->n_positions++] = code;
	}
	return true;
}

static bool
read_inline_posting(struct posting_cursor *cursor,
    struct inline_reader *reader, uint64_t *document)
{
	uint64_t gap = 0;
	uint32_t more = 0;
	unsigned i = cursor->n;

	reader->in = varint_get(reader->in, reader->end, &gap);
	if (gap & 1) {
		reader->in = varint_get_u32(reader->in, reader->end, &more);
		more++;
	}
	if (!reader->in || more >= POSTING_TF_MAX || i == INLINE_MAX ||
	    (i > 0 && gap >> 3 == 0))
		return false;
	*document += gap >> 3;
	if (*document >= segment_n_documents(cursor->list->segment))
		return false;
	cursor->documents[i] = (uint32_t)*document;
	cursor->flags[i] = gap >> 1 & 3;
	cursor->block_flags |= cursor->flags[i];
	cursor->tfs[i] = more + 1;
	cursor->starts[i] = reader->n_positions;
	cursor->n++;
	return read_inline_positions(cursor, reader, more + 1);
}

static enum status
open_inline(struct posting_cursor *cursor)
{
	const struct posting_list *list = cursor->list;
	struct inline_reader reader = {list->inline_bytes, list->inline_end,
	    0};
	uint64_t document = 0;

	if (cursor->inline_is_open)
		return STATUS_END;
	cursor->inline_is_open = true;
	cursor->n = 0;
	cursor->block_flags = 0;
	if (!cursor->inline_positions) {
		cursor->inline_positions = alloc_zeroed(INLINE_MAX, 4);
		cursor->inline_codes = alloc_zeroed(INLINE_MAX, 4);
	}
	while (cursor->n < list->df)
		if (!read_inline_posting(cursor, &reader, &document))
			return STATUS_DAMAGED;
	if (reader.in != reader.end)
		return STATUS_DAMAGED;
	cursor->starts[cursor->n] = reader.n_positions;
	cursor->first = cursor->documents[0];
	cursor->last = cursor->documents[cursor->n - 1];
	cursor->has_documents = cursor->has_tfs = true;
	cursor->has_flags = cursor->has_starts = true;
	return STATUS_OK;
}

/* --- lists in blocks --- */

/* Makes the block that the heads are at the current one. */
static enum status
open_block(struct posting_cursor *cursor)
{
	const struct posting_heads *heads = &cursor->heads;
	struct segment *segment = cursor->list->segment;
	struct posting_head head = posting_heads_entry(heads);
	const uint8_t *bytes, *end;

	forget_block(cursor);
	cursor->last = heads->last;
	cursor->first = heads->first;
	cursor->frontier = heads->frontier;
	cursor->n = head.n;
	cursor->block_flags = head.flags;
	bytes = segment_bytes(segment, STREAM_POSTINGS, head.extent,
	    head.offset, &end);
	if (!bytes || !posting_block_open(&cursor->view, bytes, end,
	    cursor->first, cursor->last, cursor->n, cursor->list->streams))
		return STATUS_DAMAGED;
	return STATUS_OK;
}

static enum status
follow_heads(struct posting_cursor *cursor, enum status status)
{
	if (status == STATUS_OK)
		return open_block(cursor);
	cursor->n = 0;
	cursor->first = cursor->last = UINT32_MAX;
	return status;
}

enum status
posting_cursor_next(struct posting_cursor *cursor)
{
	if (cursor->list->inline_bytes)
		return open_inline(cursor);
	return follow_heads(cursor, posting_heads_next(&cursor->heads));
}

static enum status
seek_inline(struct posting_cursor *cursor, uint32_t target)
{
	if (!cursor->inline_is_open) {
		enum status status = open_inline(cursor);

		if (status != STATUS_OK)
			return status;
	}
	if (target <= cursor->last && cursor->n > 0)
		return STATUS_OK;
	cursor->n = 0;
	cursor->first = cursor->last = UINT32_MAX;
	return STATUS_END;
}

enum status
posting_cursor_seek(struct posting_cursor *cursor, uint32_t target)
{
	if (cursor->list->inline_bytes)
		return seek_inline(cursor, target);
	if (cursor->heads.head && cursor->n && cursor->last >= target)
		return STATUS_OK;
	return follow_heads(cursor, posting_heads_seek(&cursor->heads,
	    target));
}

bool
posting_cursor_documents(struct posting_cursor *cursor)
{
	if (!cursor->has_documents)
		cursor->has_documents = posting_block_documents(&cursor->view,
		    cursor->documents);
	return cursor->has_documents;
}

bool
posting_cursor_tfs(struct posting_cursor *cursor)
{
	if (!cursor->has_tfs)
		cursor->has_tfs = posting_block_tfs(&cursor->view,
		    cursor->tfs);
	return cursor->has_tfs;
}

bool
posting_cursor_has_bits(const struct posting_cursor *cursor)
{
	return !cursor->list->inline_bytes &&
	    cursor->view.coding != DOCUMENTS_GAPS;
}

bool
posting_cursor_bits(const struct posting_cursor *cursor, uint32_t start,
    unsigned n_words, uint64_t *bits)
{
	return posting_block_bits(&cursor->view, start, n_words, bits);
}

bool
posting_cursor_flags(struct posting_cursor *cursor)
{
	if (!cursor->has_flags)
		cursor->has_flags = posting_block_flags(&cursor->view,
		    cursor->flags);
	return cursor->has_flags;
}

/* --- positions --- */

static bool
sum_starts(struct posting_cursor *cursor)
{
	uint32_t sum = 0;

	if (cursor->has_starts)
		return true;
	if (!posting_cursor_tfs(cursor))
		return false;
	for (unsigned i = 0; i < cursor->n; i++) {
		cursor->starts[i] = sum;
		sum += cursor->tfs[i];
	}
	cursor->starts[cursor->n] = sum;
	return cursor->has_starts = true;
}

/* Decodes position block `number` of the current posting block. */
static bool
load_positions(struct posting_cursor *cursor, unsigned number)
{
	uint32_t n = cursor->starts[cursor->n] -
	    number * POSITION_BLOCK_MAX;
	struct position_place place;
	const uint8_t *bytes, *end;

	if (cursor->position_block == number)
		return true;
	cursor->position_block = UINT_MAX;
	if (!posting_block_place(&cursor->view, number, &place))
		return false;
	bytes = segment_bytes(cursor->list->segment, STREAM_POSITION_BLOCKS,
	    place.extent, place.offset, &end);
	if (!bytes || !position_block_decode(bytes, end,
	    n < POSITION_BLOCK_MAX ? n : POSITION_BLOCK_MAX,
	    (cursor->list->streams & STREAM_FORMS) != 0, cursor->gaps,
	    cursor->gap_codes))
		return false;
	cursor->position_block = number;
	return true;
}

static void
make_room(struct posting_cursor *cursor, uint32_t n)
{
	if (n <= cursor->capacity)
		return;
	cursor->capacity = n < 256 ? 256 : n + n / 2;
	cursor->positions = alloc_again(cursor->positions, cursor->capacity,
	    sizeof *cursor->positions);
	cursor->codes = alloc_again(cursor->codes, cursor->capacity,
	    sizeof *cursor->codes);
}

bool
posting_cursor_positions(struct posting_cursor *cursor, unsigned i,
    const uint32_t **positions, const uint32_t **codes, uint32_t *n)
{
	bool has_codes = (cursor->list->streams & STREAM_FORMS) != 0;
	uint32_t start, position = 0;

	if (!sum_starts(cursor))
		return false;
	start = cursor->starts[i];
	*n = cursor->starts[i + 1] - start;
	if (cursor->list->inline_bytes) {
		*positions = cursor->inline_positions + start;
		*codes = cursor->inline_codes + start;
		return true;
	}
	make_room(cursor, *n);
	for (uint32_t k = 0; k < *n; k++) {
		uint32_t at = start + k;

		if (!load_positions(cursor, at / POSITION_BLOCK_MAX))
			return false;
		position += cursor->gaps[at % POSITION_BLOCK_MAX];
		cursor->positions[k] = position;
		cursor->codes[k] = has_codes
		    ? cursor->gap_codes[at % POSITION_BLOCK_MAX] : 0;
	}
	*positions = cursor->positions;
	*codes = cursor->codes;
	return true;
}
