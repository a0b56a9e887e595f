/* Reading one segment: its record, living articles, extents, columns. */
#include "store/segment.h"

#include "alloc.h"
#include "segment_parts.h"
#include "store/bytes.h"
#include "store/segment_open.h"

#include <stdlib.h>
#include <string.h>

static enum status
read_sealed(const struct segment *segment, enum database database,
    const uint8_t *key, size_t key_size, uint64_t seal,
    const uint8_t **payload, size_t *size)
{
	enum status status = environment_get(segment->environment,
	    segment->txn, database, key, key_size, payload, size);

	if (status != STATUS_OK || (!SEALS_ARE_BELIEVED &&
	    bytes_u64(*payload + *size) != seal))
		return STATUS_DAMAGED;
	return STATUS_OK;
}

/* Extents that a file which was repaired may lack: 64 GiB, a table of 16 MB;
 * and, of those that hold lengths, as many as 1.8 million documents need. */
enum { EXTENTS_MISSING_MOST = 1 << 20, LENGTHS_MISSING_MOST = 64 };

/*
 * Whether a record tells of no more than the file may hold: tables are made
 * for as many extents, and arrays for as many documents, as it says.
 */
static bool
is_possible(const struct segment *segment)
{
	const struct segment_record *record = &segment->record;
	uint64_t n_extents = 0;
	MDB_stat numbers;

	if (mdb_stat(segment->txn, segment->environment->databases[
	    DATABASE_EXT], &numbers))
		return false;
	for (unsigned i = 0; i < N_STREAMS; i++)
		n_extents += record->streams[i].n_full;
	return n_extents <= numbers.ms_entries + EXTENTS_MISSING_MOST &&
	    record->n_documents <= (record->streams[STREAM_COLUMNS +
	    COLUMN_LENGTH].n_full + (uint64_t)1) * LENGTHS_PER_EXTENT &&
	    record->n_documents <= (numbers.ms_entries +
	    LENGTHS_MISSING_MOST) * LENGTHS_PER_EXTENT;
}

static enum status
read_record(struct segment *segment)
{
	uint8_t key[SEG_KEY_SIZE];
	const uint8_t *payload;
	size_t size;

	bytes_put_key_u32(key, segment->listed.number);
	if (read_sealed(segment, DATABASE_SEG, key, sizeof key,
	    segment->listed.record_seal, &payload, &size) != STATUS_OK ||
	    !segment_record_decode(&segment->record, payload, size) ||
	    segment->record.n_documents != segment->listed.n_documents ||
	    !is_possible(segment))
		return STATUS_DAMAGED;
	return STATUS_OK;
}

static enum status
read_live(struct segment *segment)
{
	uint8_t key[LIVE_KEY_SIZE];
	const uint8_t *payload;
	size_t size;

	if (segment->listed.generation == 0)
		return STATUS_OK;
	layout_live_key(key, segment->listed.number,
	    segment->listed.generation);
	if (read_sealed(segment, DATABASE_LIVE, key, sizeof key,
	    segment->listed.live_seal, &payload, &size) != STATUS_OK ||
	    size != (segment->listed.n_documents + 7) / 8)
		return STATUS_DAMAGED;
	segment->live = payload;
	return STATUS_OK;
}

static void
make_extent_tables(struct segment *segment)
{
	const struct stream_place *places = segment->record.streams;

	segment->n_tails = places[STREAM_TAILS].n_full;
	segment->tails = alloc_zeroed(segment->n_tails,
	    sizeof *segment->tails);
	for (unsigned i = 1; i < N_STREAMS; i++)
		if (places[i].n_full)
			segment->extents[i] = alloc_zeroed(places[i].n_full,
			    sizeof *segment->extents[i]);
}

enum status
segment_open(const struct environment *environment, MDB_txn *txn,
    const struct root_segment *listed, struct segment **segment,
    struct error *error)
{
	struct segment *opened = alloc_zeroed(1, sizeof *opened);

	opened->environment = environment;
	opened->txn = txn;
	opened->listed = *listed;
	if (read_record(opened) != STATUS_OK ||
	    read_live(opened) != STATUS_OK) {
		free(opened);
		return environment_error(environment, MDB_CORRUPTED,
		    "segment record", error);
	}
	make_extent_tables(opened);
	*segment = opened;
	return STATUS_OK;
}

void
segment_close(struct segment *segment)
{
	if (!segment)
		return;
	if (segment->dictionary)
		mdb_cursor_close(segment->dictionary);
	for (unsigned i = 0; i < N_STREAMS; i++)
		free(segment->extents[i]);
	free(segment->tails);
	free(segment);
}

bool
segment_is_damaged(const struct segment *segment)
{
	return segment->is_damaged;
}

enum status
segment_fail(struct segment *segment)
{
	segment->is_damaged = true;
	return STATUS_DAMAGED;
}

uint32_t
segment_number(const struct segment *segment)
{
	return segment->listed.number;
}

const struct segment_record *
segment_record(const struct segment *segment)
{
	return &segment->record;
}

uint32_t
segment_n_documents(const struct segment *segment)
{
	return segment->listed.n_documents;
}

uint32_t
segment_n_dead(const struct segment *segment)
{
	return segment->listed.n_dead;
}

const uint8_t *
segment_live(const struct segment *segment)
{
	return segment->live;
}

bool
segment_is_live(const struct segment *segment, uint32_t document)
{
	return !segment->live ||
	    (segment->live[document / 8] >> document % 8 & 1);
}

static const uint8_t *
verified_extent(struct segment *segment, const uint8_t **table,
    unsigned stream, uint32_t extent)
{
	uint8_t key[EXTENT_KEY_SIZE];
	const uint8_t *payload;
	size_t size;

	if (table[extent])
		return table[extent];
	layout_extent_key(key, segment->listed.number, (uint8_t)stream,
	    extent);
	if (environment_get(segment->environment, segment->txn, DATABASE_EXT,
	    key, sizeof key, &payload, &size) != STATUS_OK ||
	    size != EXTENT_PAYLOAD) {
		segment_fail(segment);
		return NULL;
	}
	return table[extent] = payload;
}

const uint8_t *
segment_bytes(struct segment *segment, unsigned stream, uint32_t extent,
    uint32_t offset, const uint8_t **end)
{
	const struct stream_place *place = &segment->record.streams[stream];
	const uint8_t *payload;

	if (extent < place->n_full && offset < EXTENT_PAYLOAD) {
		payload = verified_extent(segment, segment->extents[stream],
		    stream, extent);
		if (!payload)
			return NULL;
		*end = payload + EXTENT_PAYLOAD;
		return payload + offset;
	}
	if (extent != place->n_full || offset >= place->tail_size ||
	    place->tail_extent >= segment->n_tails)
		return NULL;
	payload = verified_extent(segment, segment->tails, STREAM_TAILS,
	    place->tail_extent);
	if (!payload)
		return NULL;
	payload += place->tail_offset;
	*end = payload + place->tail_size;
	return payload + offset;
}

/* `width` bits from bit `bit` on; at most 9 bytes, bounds checked before. */
static uint64_t
bits_at(const uint8_t *bytes, uint64_t bit, unsigned width)
{
	const uint8_t *from = bytes + bit / 8;
	unsigned shift = (unsigned)(bit % 8), n = (shift + width + 7) / 8;
	uint64_t value = 0;

	memcpy(&value, from, n < 8 ? n : 8);
	value >>= shift;
	if (n > 8)
		value |= (uint64_t)from[8] << (64 - shift);
	return width < 64 ? value & (((uint64_t)1 << width) - 1) : value;
}

bool
segment_column_range(struct segment *segment, enum column column,
    uint64_t first, size_t n, uint64_t *values)
{
	const struct column_shape *shape = &segment->record.columns[column];
	uint32_t per_extent = column_per_extent(column, shape->width);

	if (first > shape->n || n > shape->n - first)
		return false;
	while (n > 0) {
		uint64_t place = first % per_extent;
		size_t here = per_extent - place < n ? per_extent - place : n;
		const uint8_t *bytes = NULL, *end;

		if (shape->width) {
			bytes = segment_bytes(segment,
			    STREAM_COLUMNS + (unsigned)column,
			    (uint32_t)(first / per_extent), 0, &end);
			if (!bytes || (uint64_t)(end - bytes) * 8 <
			    (place + here) * shape->width)
				return false;
		}
		for (size_t i = 0; i < here; i++)
			*values++ = shape->base + (shape->width ? bits_at(
			    bytes, (place + i) * shape->width, shape->width)
			    : 0);
		first += here;
		n -= here;
	}
	return true;
}

bool
segment_column(struct segment *segment, enum column column, uint64_t i,
    uint64_t *value)
{
	return segment_column_range(segment, column, i, 1, value);
}

/* Where length exceptions from `document` on begin, by binary search. */
static bool
exception_length(struct segment *segment, uint32_t document, uint32_t *length)
{
	const struct stream_place *place =
	    &segment->record.streams[STREAM_LENGTHS];
	uint64_t per_extent = EXTENT_PAYLOAD / 8;
	uint64_t low = 0, high = place->n_full * per_extent +
	    place->tail_size / 8;

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		const uint8_t *end, *entry = segment_bytes(segment,
		    STREAM_LENGTHS, (uint32_t)(middle / per_extent),
		    (uint32_t)(middle % per_extent) * 8, &end);

		if (!entry || end - entry < 8)
			return false;
		if (bytes_u32(entry) == document) {
			*length = bytes_u32(entry + 4);
			return true;
		}
		if (bytes_u32(entry) < document)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

bool
segment_lengths(struct segment *segment, uint32_t first, uint32_t n,
    uint32_t *lengths)
{
	const struct column_shape *shape =
	    &segment->record.columns[COLUMN_LENGTH];

	if (shape->width != 16 || first > shape->n || n > shape->n - first)
		return false;
	while (n > 0) {
		uint32_t place = first % LENGTHS_PER_EXTENT;
		uint32_t here = LENGTHS_PER_EXTENT - place;
		const uint8_t *end, *bytes = segment_bytes(segment,
		    STREAM_COLUMNS + COLUMN_LENGTH,
		    first / LENGTHS_PER_EXTENT, place * 2, &end);

		if (here > n)
			here = n;
		if (!bytes || (size_t)(end - bytes) < (size_t)here * 2)
			return false;
		for (uint32_t i = 0; i < here; i++) {
			lengths[i] = bytes_u16(bytes + 2 * i);
			if (lengths[i] == LENGTH_EXCEPTION &&
			    !exception_length(segment, first + i,
			    &lengths[i]))
				return false;
		}
		lengths += here;
		first += here;
		n -= here;
	}
	return true;
}

const uint8_t *
segment_check_block(struct segment *segment, enum database database,
    const MDB_val *key, const MDB_val *value)
{
	const uint8_t *payload = value->mv_data;

	if (payload == segment->checked_block &&
	    key->mv_data == segment->checked_key)
		return payload;
	if (value->mv_size != BLOCK_SIZE || (!SEALS_ARE_BELIEVED &&
	    layout_seal(database, key->mv_data, key->mv_size, payload,
	    BLOCK_PAYLOAD) != bytes_u64(payload + BLOCK_PAYLOAD))) {
		segment_fail(segment);
		return NULL;
	}
	segment->checked_key = key->mv_data;
	return segment->checked_block = payload;
}
