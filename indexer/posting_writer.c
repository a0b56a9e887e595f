/* Writing posting lists. */
#include "posting_writer.h"

#include "alloc.h"
#include "buffer.h"
#include "store/bytes.h"
#include "store/dictionary.h"
#include "store/frontier.h"
#include "store/posting_block.h"
#include "store/posting_list.h"

#include <stdlib.h>
#include <string.h>

enum {
	CHUNK_BLOCKS = 2048,
	HEAD_HEADER = 4,
	HEAD_ENTRY = 24,
	INLINE_SIZE = 160,
	FORMS_SIZE = 1200,        /* of a list inside the dictionary */
	FORMS_APART = 1 << 20,
	PIECE_HEADER = 8,
	PIECE_SIZE = 60000,
	POSITIONS_MAX = POSITION_BLOCKS_MAX * POSITION_BLOCK_MAX,
};

/* What a head says of a block. */
struct block_entry {
	uint32_t first, last, extent;
	uint16_t offset;
	uint8_t n_less_one, flags;
	uint8_t frontier[FRONTIER_SIZE];
};

struct posting_writer {
	struct segment_writer *segment;
	uint8_t key[TERM_KEY_MAX];
	size_t key_size;
	uint8_t streams;
	uint32_t df;
	uint64_t occurrences;
	/* The block being filled. */
	unsigned n;
	uint32_t documents[POSTING_BLOCK_MAX], tfs[POSTING_BLOCK_MAX];
	uint8_t flags[POSTING_BLOCK_MAX];
	uint32_t *gaps, *codes; /* of its positions, one after the other */
	size_t n_positions, capacity;
	/* The chunk of the head being filled. */
	struct block_entry blocks[CHUNK_BLOCKS];
	unsigned n_blocks;
	struct buffer chunks; /* places of the chunks written */
	uint32_t n_chunks;
	struct position_place *places;
	struct buffer value, forms;
	uint8_t block_bytes[POSTING_BLOCK_SIZE_MAX];
};

struct posting_writer *
posting_writer_create(struct segment_writer *segment)
{
	struct posting_writer *writer = alloc_zeroed(1, sizeof *writer);

	writer->segment = segment;
	writer->places = alloc_zeroed(POSITION_BLOCKS_MAX,
	    sizeof *writer->places);
	return writer;
}

void
posting_writer_free(struct posting_writer *writer)
{
	if (!writer)
		return;
	free(writer->gaps);
	free(writer->codes);
	free(writer->places);
	buffer_free(&writer->chunks);
	buffer_free(&writer->value);
	buffer_free(&writer->forms);
	free(writer);
}

void
posting_writer_start(struct posting_writer *writer, const uint8_t *key,
    size_t key_size, uint8_t streams)
{
	memcpy(writer->key, key, key_size);
	writer->key_size = key_size;
	writer->streams = streams;
	writer->df = 0;
	writer->occurrences = 0;
	writer->n = writer->n_blocks = 0;
	writer->n_positions = 0;
	writer->n_chunks = 0;
	buffer_clear(&writer->chunks);
}

/* --- blocks --- */

static unsigned
put_positions(struct posting_writer *writer)
{
	bool has_codes = (writer->streams & STREAM_FORMS) != 0;
	unsigned n_places = 0;

	for (size_t at = 0; at < writer->n_positions;
	    at += POSITION_BLOCK_MAX, n_places++) {
		struct position_place *place = &writer->places[n_places];
		uint8_t bytes[POSITION_BLOCK_SIZE_MAX];
		size_t n = writer->n_positions - at, size;
		uint8_t *room;

		if (n > POSITION_BLOCK_MAX)
			n = POSITION_BLOCK_MAX;
		size = position_block_encode(writer->gaps + at,
		    has_codes ? writer->codes + at : NULL, (unsigned)n,
		    bytes);
		room = segment_writer_reserve(writer->segment,
		    STREAM_POSITION_BLOCKS, size, &place->extent,
		    &place->offset);
		memcpy(room, bytes, size);
	}
	return n_places;
}

static void
note_bounds(const struct posting_writer *writer, struct block_entry *entry)
{
	const uint32_t *lengths = segment_writer_length_array(
	    writer->segment);
	uint32_t here[POSTING_BLOCK_MAX];

	entry->flags = 0;
	for (unsigned i = 0; i < writer->n; i++) {
		here[i] = lengths[writer->documents[i]];
		entry->flags |= writer->flags[i];
	}
	frontier_encode(writer->tfs, here, writer->n, entry->frontier);
}

static void
put_chunk(struct posting_writer *writer)
{
	size_t n = writer->n_blocks;
	uint32_t extent;
	uint16_t offset;
	uint8_t *room = segment_writer_reserve(writer->segment, STREAM_HEADS,
	    HEAD_HEADER + n * HEAD_ENTRY, &extent, &offset);
	uint8_t *at = room + HEAD_HEADER;

	bytes_put_u16(room, (uint16_t)n);
	bytes_put_u16(room + 2, 0);
	for (size_t i = 0; i < n; i++) {
		const struct block_entry *entry = &writer->blocks[i];

		bytes_put_u32(at + 4 * i, entry->last);
		bytes_put_u32(at + 4 * n + 4 * i, entry->first);
		bytes_put_u32(at + 8 * n + 4 * i, entry->extent);
		bytes_put_u16(at + 12 * n + 2 * i, entry->offset);
		at[14 * n + i] = entry->n_less_one;
		at[15 * n + i] = entry->flags;
		memcpy(at + 16 * n + FRONTIER_SIZE * i, entry->frontier,
		    FRONTIER_SIZE);
	}
	buffer_append(&writer->chunks, &writer->blocks[0].first, 4);
	buffer_append(&writer->chunks, &extent, 4);
	buffer_append(&writer->chunks, &offset, 2);
	writer->n_chunks++;
	writer->n_blocks = 0;
}

static void
put_block(struct posting_writer *writer)
{
	struct block_entry *entry;
	struct posting_block block = {.n = writer->n,
	    .documents = writer->documents, .tfs = writer->tfs,
	    .flags = writer->flags, .streams = writer->streams,
	    .places = writer->places};
	size_t size;
	uint8_t *room;

	if (writer->streams & STREAM_POSITIONS)
		block.n_places = put_positions(writer);
	size = posting_block_encode(&block, writer->block_bytes);
	if (writer->n_blocks == CHUNK_BLOCKS)
		put_chunk(writer);
	entry = &writer->blocks[writer->n_blocks++];
	room = segment_writer_reserve(writer->segment, STREAM_POSTINGS, size,
	    &entry->extent, &entry->offset);
	memcpy(room, writer->block_bytes, size);
	entry->first = writer->documents[0];
	entry->last = writer->documents[writer->n - 1];
	entry->n_less_one = (uint8_t)(writer->n - 1);
	note_bounds(writer, entry);
	writer->n = 0;
	writer->n_positions = 0;
}

static void
add_positions(struct posting_writer *writer, const uint32_t *positions,
    const uint32_t *codes, uint32_t tf)
{
	uint32_t before = 0;

	if (writer->n_positions + tf > writer->capacity) {
		writer->capacity = 2 * (writer->n_positions + tf);
		writer->gaps = alloc_again(writer->gaps, writer->capacity,
		    sizeof *writer->gaps);
		writer->codes = alloc_again(writer->codes, writer->capacity,
		    sizeof *writer->codes);
	}
	for (uint32_t i = 0; i < tf; i++) {
		writer->gaps[writer->n_positions] = positions[i] - before;
		writer->codes[writer->n_positions++] = codes ? codes[i] : 0;
		before = positions[i];
	}
}

void
posting_writer_add(struct posting_writer *writer, uint32_t document,
    uint8_t flags, const uint32_t *positions, const uint32_t *codes,
    uint32_t tf)
{
	bool has_positions = (writer->streams & STREAM_POSITIONS) != 0;

	if (writer->n == POSTING_BLOCK_MAX || (writer->n && has_positions &&
	    writer->n_positions + tf > POSITIONS_MAX))
		put_block(writer);
	writer->documents[writer->n] = document;
	writer->tfs[writer->n] = tf;
	writer->flags[writer->n++] = flags;
	if (has_positions)
		add_positions(writer, positions, codes, tf);
	writer->df++;
	writer->occurrences += tf;
}

/* --- the dictionary entry --- */

static uint8_t *
encode_inline_positions(const struct posting_writer *writer, size_t at,
    uint32_t tf, const uint8_t *stop, uint8_t *out)
{
	for (uint32_t k = 0; k < tf && out <= stop; k++, at++) {
		if (!(writer->streams & STREAM_FORMS)) {
			out = varint_put(out, writer->gaps[at]);
			continue;
		}
		out = varint_put(out, (uint64_t)writer->gaps[at] << 1 |
		    (writer->codes[at] != 0));
		if (writer->codes[at])
			out = varint_put(out, writer->codes[at] - 1);
	}
	return out;
}

/* The whole list in at most INLINE_SIZE bytes; 0 if it takes more. */
static size_t
encode_inline(const struct posting_writer *writer, uint8_t *bytes)
{
	uint8_t room[INLINE_SIZE + 4 * VARINT_MAX], *out = room;
	uint8_t *stop = room + INLINE_SIZE;
	uint32_t before = 0;
	size_t at = 0;

	for (unsigned i = 0; i < writer->n && out <= stop; i++) {
		uint32_t gap = writer->documents[i] - before;
		uint32_t tf = writer->tfs[i];

		if (!(writer->streams & STREAM_TF))
			tf = 1;
		out = varint_put(out, (uint64_t)gap << 3 |
		    (uint64_t)writer->flags[i] << 1 | (tf > 1));
		if (tf > 1)
			out = varint_put(out, tf - 2);
		before = writer->documents[i];
		if (writer->streams & STREAM_POSITIONS && out <= stop)
			out = encode_inline_positions(writer, at, tf, stop,
			    out);
		at += tf;
	}
	if (out > stop)
		return 0;
	memcpy(bytes, room, (size_t)(out - room));
	return (size_t)(out - room);
}

static void
encode_form(const struct posting_writer *writer, const struct form_text *form,
    struct buffer *out)
{
	const char *stem = (const char *)writer->key + TERM_KEY_PREFIX;
	size_t stem_length = writer->key_size - TERM_KEY_PREFIX, shared = 0;

	while (shared < form->length && shared < stem_length &&
	    form->text[shared] == stem[shared])
		shared++;
	if (shared == stem_length && form->length - shared <= FORM_SHORT_MAX) {
		buffer_append_byte(out, (uint8_t)(FORM_WHOLE_STEM |
		    (form->length - shared)));
	} else {
		if (shared > FORM_SHORT_MAX)
			shared = FORM_SHORT_MAX;
		buffer_append_byte(out, (uint8_t)shared);
		buffer_append_byte(out, (uint8_t)(form->length - shared));
	}
	buffer_append(out, form->text + shared, form->length - shared);
}

/*
 * Forms too long for the dictionary, in pieces in the stream of heads.  A
 * piece names the next one, so they are written from the last to the first.
 */
static void
put_forms_apart(struct posting_writer *writer, const struct form_text *forms,
    size_t n, uint32_t *extent, uint16_t *offset)
{
	uint32_t next_extent = UINT32_MAX;
	uint16_t next_offset = 0;
	size_t end = n;

	while (end > 0) {
		size_t from = end;
		uint8_t *room;

		buffer_clear(&writer->forms);
		for (size_t size = 0; from > 0; from--) {
			size += 2 + forms[from - 1].length;
			if (size > PIECE_SIZE)
				break;
		}
		for (size_t i = from; i < end; i++)
			encode_form(writer, &forms[i], &writer->forms);
		room = segment_writer_reserve(writer->segment, STREAM_HEADS,
		    PIECE_HEADER + writer->forms.size, extent, offset);
		bytes_put_u16(room, (uint16_t)writer->forms.size);
		bytes_put_u32(room + 2, next_extent);
		bytes_put_u16(room + 6, next_offset);
		memcpy(room + PIECE_HEADER, writer->forms.bytes,
		    writer->forms.size);
		next_extent = *extent;
		next_offset = *offset;
		end = from;
	}
}

static void
append_forms(struct posting_writer *writer, const struct form_text *forms,
    size_t n)
{
	uint32_t extent = UINT32_MAX;
	uint16_t offset = 0;

	buffer_clear(&writer->forms);
	for (size_t i = 0; i < n && writer->forms.size <= FORMS_SIZE; i++)
		encode_form(writer, &forms[i], &writer->forms);
	if (writer->forms.size <= FORMS_SIZE) {
		varint_append(&writer->value, n);
		buffer_append(&writer->value, writer->forms.bytes,
		    writer->forms.size);
		return;
	}
	put_forms_apart(writer, forms, n, &extent, &offset);
	varint_append(&writer->value, FORMS_APART + n);
	buffer_append(&writer->value, &extent, sizeof extent);
	buffer_append(&writer->value, &offset, sizeof offset);
}

/* The first byte, and what of the document frequency it does not hold. */
static void
append_list_head(struct posting_writer *writer, bool is_inline)
{
	uint8_t head = writer->streams;
	bool holds_df = is_inline && writer->df <= LIST_DF_MAX;

	if (is_inline)
		head |= LIST_INLINE;
	if (holds_df)
		head |= (uint8_t)(writer->df << LIST_DF_SHIFT);
	buffer_append_byte(&writer->value, head);
	if (!holds_df)
		varint_append(&writer->value, writer->df);
}

void
posting_writer_finish(struct posting_writer *writer,
    const struct form_text *forms, size_t n_forms)
{
	uint8_t bytes[INLINE_SIZE];
	size_t inline_size = 0;

	if (writer->df == 0)
		return;
	if (writer->n_blocks == 0 && writer->n_chunks == 0)
		inline_size = encode_inline(writer, bytes);
	if (!inline_size) {
		if (writer->n)
			put_block(writer);
		put_chunk(writer);
	}
	buffer_clear(&writer->value);
	append_list_head(writer, inline_size > 0);
	if (writer->streams & STREAM_TF && !inline_size)
		varint_append(&writer->value, writer->occurrences -
		    writer->df);
	if (writer->streams & STREAM_FORMS)
		append_forms(writer, forms, n_forms);
	if (inline_size) {
		buffer_append(&writer->value, bytes, inline_size);
	} else {
		varint_append(&writer->value, writer->n_chunks);
		buffer_append(&writer->value, writer->chunks.bytes,
		    writer->chunks.size);
	}
	segment_writer_entry(writer->segment, writer->key, writer->key_size,
	    writer->value.bytes, writer->value.size);
}
