/* Writing one segment. */
#include "segment_writer.h"

#include "alloc.h"
#include "store/bytes.h"
#include "store/dictionary.h"

#include <stdlib.h>
#include <string.h>

enum {
	CHUNK_HEADER = 4,
	ID_HEADER = 12,
	ID_ENTRY = 8,
	IDS_PER_BLOCK = (BLOCK_PAYLOAD - ID_HEADER) / ID_ENTRY,
};

/* A stream being written: its extent in the making. */
struct stream_buffer {
	uint8_t *bytes; /* EXTENT_PAYLOAD, made when first needed */
	size_t size;
	uint32_t n_full;
};

struct segment_writer {
	struct store *store;
	struct error *error;
	enum status status;
	uint32_t number;
	struct segment_record record;
	struct stream_buffer streams[N_STREAMS];
	const uint32_t *lengths;
	/* Chunks of text: where each begins and lies. */
	uint64_t *chunk_starts, *chunk_places;
	size_t n_chunks, chunk_capacity;
	uint64_t text_end;
	/* The dictionary block being filled; the one before it waits in
	 * `builder` until its neighbour's first key is known. */
	struct dictionary_builder builder;
};

struct segment_writer *
segment_writer_create(struct store *store, uint32_t n_documents,
    uint64_t first_sequence, struct error *error)
{
	struct segment_writer *writer = alloc_zeroed(1, sizeof *writer);

	writer->store = store;
	writer->error = error;
	writer->status = store_new_segment(store, &writer->number, error);
	writer->record.n_documents = n_documents;
	writer->record.first_sequence = first_sequence;
	dictionary_builder_start(&writer->builder);
	return writer;
}

void
segment_writer_free(struct segment_writer *writer)
{
	if (!writer)
		return;
	for (unsigned i = 0; i < N_STREAMS; i++)
		free(writer->streams[i].bytes);
	free(writer->chunk_starts);
	free(writer->chunk_places);
	free(writer);
}

struct segment_record *
segment_writer_record(struct segment_writer *writer)
{
	return &writer->record;
}

enum status
segment_writer_status(const struct segment_writer *writer)
{
	return writer->status;
}

static void
put(struct segment_writer *writer, enum database database, const void *key,
    size_t key_size, const void *payload, size_t size)
{
	if (writer->status != STATUS_OK)
		return;
	writer->status = store_put(writer->store, database, key, key_size,
	    payload, size, NULL, writer->error);
}

/* --- streams --- */

static void
put_extent(struct segment_writer *writer, unsigned stream)
{
	struct stream_buffer *buffer = &writer->streams[stream];
	uint8_t key[EXTENT_KEY_SIZE];

	memset(buffer->bytes + buffer->size, 0, EXTENT_PAYLOAD - buffer->size);
	layout_extent_key(key, writer->number, (uint8_t)stream,
	    buffer->n_full);
	put(writer, DATABASE_EXT, key, sizeof key, buffer->bytes,
	    EXTENT_PAYLOAD);
	buffer->n_full++;
	buffer->size = 0;
}

uint8_t *
segment_writer_reserve(struct segment_writer *writer, unsigned stream,
    size_t size, uint32_t *extent, uint16_t *offset)
{
	struct stream_buffer *buffer = &writer->streams[stream];
	uint8_t *room;

	if (!buffer->bytes)
		buffer->bytes = alloc_bytes(EXTENT_PAYLOAD);
	if (size > EXTENT_PAYLOAD - buffer->size)
		put_extent(writer, stream);
	*extent = buffer->n_full;
	*offset = (uint16_t)buffer->size;
	room = buffer->bytes + buffer->size;
	buffer->size += size;
	return room;
}

/* The end of a stream goes into an extent that it shares with others. */
static void
place_tail(struct segment_writer *writer, unsigned stream)
{
	struct stream_buffer *buffer = &writer->streams[stream];
	struct stream_place *place = &writer->record.streams[stream];
	uint8_t *room;

	place->n_full = buffer->n_full;
	if (buffer->size == 0)
		return;
	place->tail_size = (uint32_t)buffer->size;
	room = segment_writer_reserve(writer, STREAM_TAILS, buffer->size,
	    &place->tail_extent, &place->tail_offset);
	memcpy(room, buffer->bytes, buffer->size);
}

/* Largest first, so that what is left of an extent is filled by the small. */
static void
place_tails(struct segment_writer *writer)
{
	bool placed[N_STREAMS] = {false};

	for (unsigned round = 1; round < N_STREAMS; round++) {
		unsigned largest = 0;

		for (unsigned i = 1; i < N_STREAMS; i++)
			if (!placed[i] && (!largest ||
			    writer->streams[i].size >
			    writer->streams[largest].size))
				largest = i;
		placed[largest] = true;
		place_tail(writer, largest);
	}
	if (writer->streams[STREAM_TAILS].size)
		put_extent(writer, STREAM_TAILS);
	writer->record.streams[STREAM_TAILS].n_full =
	    writer->streams[STREAM_TAILS].n_full;
}

/* --- text --- */

void
segment_writer_chunk(struct segment_writer *writer, const uint8_t *frame,
    size_t size, size_t raw_size)
{
	uint32_t extent;
	uint16_t offset;
	uint8_t *room = segment_writer_reserve(writer, STREAM_TEXT,
	    CHUNK_HEADER + size, &extent, &offset);

	bytes_put_u16(room, (uint16_t)size);
	bytes_put_u16(room + 2, 0);
	memcpy(room + CHUNK_HEADER, frame, size);
	if (writer->n_chunks == writer->chunk_capacity) {
		writer->chunk_capacity = 2 * writer->chunk_capacity + 64;
		writer->chunk_starts = alloc_again(writer->chunk_starts,
		    writer->chunk_capacity, sizeof(uint64_t));
		writer->chunk_places = alloc_again(writer->chunk_places,
		    writer->chunk_capacity, sizeof(uint64_t));
	}
	writer->chunk_starts[writer->n_chunks] = writer->text_end;
	writer->chunk_places[writer->n_chunks++] =
	    (uint64_t)extent << 16 | offset;
	writer->text_end += raw_size;
}

/* --- columns --- */

static unsigned
bits_of(uint64_t value)
{
	return value ? 64 - (unsigned)__builtin_clzll(value) : 0;
}

/* Packs numbers of one width from the lowest bit on, extent by extent. */
static void
pack_column(struct segment_writer *writer, enum column column, uint64_t n,
    const struct column_source *source)
{
	const struct column_shape *shape = &writer->record.columns[column];
	uint32_t per_extent = column_per_extent(column, shape->width);
	unsigned width = shape->width;

	while (n > 0) {
		uint64_t here = n < per_extent ? n : per_extent;
		size_t size = (size_t)((here * width + 7) / 8);
		uint32_t extent;
		uint16_t offset;
		uint8_t *room;

		/* Each extent of a column begins at its start. */
		if (writer->streams[STREAM_COLUMNS + column].size)
			put_extent(writer, STREAM_COLUMNS + column);
		room = segment_writer_reserve(writer, STREAM_COLUMNS + column,
		    size, &extent, &offset);
		memset(room, 0, size);
		for (uint64_t i = 0, bit = 0; i < here; i++, bit += width) {
			uint64_t value = source->next(source->context) -
			    shape->base;
			uint8_t *at = room + bit / 8;
			unsigned shift = (unsigned)(bit % 8);

			for (unsigned left = width; left > 0; at++) {
				unsigned taken = 8 - shift;

				*at |= (uint8_t)(value << shift);
				if (taken >= left)
					break;
				value >>= taken;
				left -= taken;
				shift = 0;
			}
		}
		n -= here;
	}
}

void
segment_writer_column(struct segment_writer *writer, enum column column,
    uint64_t n, const struct column_source *source)
{
	struct column_shape *shape = &writer->record.columns[column];
	uint64_t least = UINT64_MAX, most = 0;

	source->rewind(source->context);
	for (uint64_t i = 0; i < n; i++) {
		uint64_t value = source->next(source->context);

		least = value < least ? value : least;
		most = value > most ? value : most;
	}
	shape->n = n;
	shape->base = n ? least : 0;
	shape->width = (uint8_t)(n ? bits_of(most - least) : 0);
	if (shape->width == 0)
		return;
	source->rewind(source->context);
	pack_column(writer, column, n, source);
}

struct array_source {
	const uint64_t *numbers;
	size_t next;
};

static void
array_rewind(void *context)
{
	struct array_source *array = context;

	array->next = 0;
}

static uint64_t
array_next(void *context)
{
	struct array_source *array = context;

	return array->numbers[array->next++];
}

static void
put_chunk_columns(struct segment_writer *writer)
{
	struct array_source starts = {writer->chunk_starts, 0};
	struct array_source places = {writer->chunk_places, 0};
	struct column_source source = {array_rewind, array_next, &starts};

	segment_writer_column(writer, COLUMN_CHUNK_START, writer->n_chunks,
	    &source);
	source.context = &places;
	segment_writer_column(writer, COLUMN_CHUNK_PLACE, writer->n_chunks,
	    &source);
}

/* --- lengths --- */

struct length_source {
	const uint32_t *lengths;
	uint32_t next;
};

static uint64_t
length_next(void *context)
{
	struct length_source *source = context;
	uint32_t length = source->lengths[source->next++];

	return length < LENGTH_EXCEPTION ? length : LENGTH_EXCEPTION;
}

void
segment_writer_lengths(struct segment_writer *writer, const uint32_t *lengths)
{
	uint32_t n = writer->record.n_documents, extent;
	struct length_source lengths_from = {lengths, 0};
	struct column_source source = {NULL, length_next, &lengths_from};
	uint16_t offset;

	writer->lengths = lengths;
	writer->record.columns[COLUMN_LENGTH] =
	    (struct column_shape){.n = n, .width = 16};
	pack_column(writer, COLUMN_LENGTH, n, &source);
	for (uint32_t i = 0; i < n; i++) {
		writer->record.n_words += lengths[i];
		if (lengths[i] < LENGTH_EXCEPTION)
			continue;
		uint8_t *room = segment_writer_reserve(writer, STREAM_LENGTHS,
		    8, &extent, &offset);
		bytes_put_u32(room, i);
		bytes_put_u32(room + 4, lengths[i]);
	}
}

const uint32_t *
segment_writer_length_array(const struct segment_writer *writer)
{
	return writer->lengths;
}

/* --- dictionary --- */

static void
put_dictionary_block(struct segment_writer *writer, const uint8_t *next_key,
    size_t next_key_size)
{
	struct dictionary_builder *builder = &writer->builder;
	uint8_t key[4 + TERM_KEY_MAX], payload[BLOCK_PAYLOAD];

	dictionary_builder_finish(builder,
	    writer->record.n_dictionary_blocks == 0, next_key, next_key_size,
	    payload);
	bytes_put_key_u32(key, writer->number);
	memcpy(key + 4, builder->first_key, builder->first_key_size);
	put(writer, DATABASE_DIC, key, 4 + builder->first_key_size, payload,
	    sizeof payload);
	writer->record.n_dictionary_blocks++;
	dictionary_builder_start(builder);
}

/* Ends the block before its last entry, which begins the next one. */
static void
move_last_entry(struct segment_writer *writer)
{
	struct dictionary_builder *builder = &writer->builder;
	uint8_t key[TERM_KEY_MAX], value[BLOCK_PAYLOAD];
	size_t key_size = builder->last_key_size;
	size_t value_size = builder->last_value_size;

	memcpy(key, builder->last_key, key_size);
	memcpy(value, builder->last_value, value_size);
	dictionary_builder_drop_last(builder);
	put_dictionary_block(writer, key, key_size);
	dictionary_builder_add(builder, key, key_size, value, value_size);
}

void
segment_writer_entry(struct segment_writer *writer, const uint8_t *key,
    size_t key_size, const uint8_t *value, size_t value_size)
{
	struct dictionary_builder *builder = &writer->builder;

	writer->record.n_terms++;
	if (dictionary_builder_add(builder, key, key_size, value, value_size))
		return;
	if (dictionary_builder_fits(builder, key_size)) {
		put_dictionary_block(writer, key, key_size);
		dictionary_builder_add(builder, key, key_size, value,
		    value_size);
		return;
	}
	move_last_entry(writer);
	/* What did not fit behind many entries may not fit behind one. */
	if (dictionary_builder_add(builder, key, key_size, value, value_size))
		return;
	put_dictionary_block(writer, key, key_size);
	dictionary_builder_add(builder, key, key_size, value, value_size);
}

/* --- ids --- */

static int
compare_ids(const void *a, const void *b)
{
	const struct segment_id *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return (x->document > y->document) - (x->document < y->document);
}

/* Writes a block of n ids; `next` is the first of the block after it. */
static void
put_id_block(struct segment_writer *writer, const struct segment_id *ids,
    size_t n, const struct segment_id *next)
{
	uint8_t key[XID_KEY_SIZE], payload[BLOCK_PAYLOAD] = {0};
	uint8_t *out = payload + ID_HEADER;

	bytes_put_u16(payload, (uint16_t)n);
	payload[2] = (uint8_t)((writer->record.n_id_blocks == 0) |
	    (next ? 0 : 2));
	if (next) {
		bytes_put_u32(payload + 4, next->hash);
		bytes_put_u32(payload + 8, next->document);
	}
	for (size_t i = 0; i < n; i++, out += ID_ENTRY) {
		bytes_put_u32(out, ids[i].hash);
		bytes_put_u32(out + 4, ids[i].document);
	}
	layout_xid_key(key, writer->number, ids[0].hash, ids[0].document);
	put(writer, DATABASE_XID, key, sizeof key, payload, sizeof payload);
	writer->record.n_id_blocks++;
}

void
segment_writer_ids(struct segment_writer *writer, struct segment_id *ids,
    size_t n)
{
	if (n)
		qsort(ids, n, sizeof *ids, compare_ids);
	for (size_t at = 0; at < n; at += IDS_PER_BLOCK) {
		size_t left = n - at;
		bool is_last = left <= IDS_PER_BLOCK;

		put_id_block(writer, ids + at, is_last ? left : IDS_PER_BLOCK,
		    is_last ? NULL : ids + at + IDS_PER_BLOCK);
	}
}

/* --- the end --- */

static void
put_record(struct segment_writer *writer, struct root_segment *listed)
{
	struct buffer payload = {0};
	uint8_t key[SEG_KEY_SIZE];

	*listed = (struct root_segment){.number = writer->number,
	    .n_documents = writer->record.n_documents};
	segment_record_encode(&writer->record, &payload);
	bytes_put_key_u32(key, writer->number);
	if (writer->status == STATUS_OK)
		writer->status = store_put(writer->store, DATABASE_SEG, key,
		    sizeof key, payload.bytes, payload.size,
		    &listed->record_seal, writer->error);
	buffer_free(&payload);
}

enum status
segment_writer_finish(struct segment_writer *writer,
    struct root_segment *listed)
{
	if (writer->builder.n)
		put_dictionary_block(writer, NULL, 0);
	put_chunk_columns(writer);
	place_tails(writer);
	put_record(writer, listed);
	return writer->status;
}
