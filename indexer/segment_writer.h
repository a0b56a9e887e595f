/*
 * Writes one segment: streams cut into extents, columns, posting lists, the
 * dictionary and the ids (docs/FORMAT.md, sections 4 to 9 and 11).  Nothing
 * of it is visible before the root lists it.
 *
 * Order of calls: text at any time; lengths before the first list; entries
 * of the dictionary in rising order of keys; ids; finish.  The first
 * failure is kept and returned by every later call, so that a caller may
 * check once at the end.
 */
#ifndef QUIRE_INDEXER_SEGMENT_WRITER_H
#define QUIRE_INDEXER_SEGMENT_WRITER_H

#include "status.h"
#include "store.h"
#include "store/layout.h"
#include "store/root.h"

#include <stddef.h>
#include <stdint.h>

struct segment_writer;

struct segment_writer *segment_writer_create(struct store *store,
    uint32_t n_documents, uint64_t first_sequence, struct error *error);
void segment_writer_free(struct segment_writer *writer);

/* What the record says besides places and shapes; filled by the caller
 * before finish: words, text size, languages. */
struct segment_record *segment_writer_record(struct segment_writer *writer);

/* The first failure, or STATUS_OK. */
enum status segment_writer_status(const struct segment_writer *writer);

/*
 * Room for `size` bytes (at most EXTENT_PAYLOAD) in a stream, all in one
 * extent; valid until the next call for the stream.  `*extent` and `*offset`
 * receive the place.  Never NULL.
 */
uint8_t *segment_writer_reserve(struct segment_writer *writer,
    unsigned stream, size_t size, uint32_t *extent, uint16_t *offset);

/* A compressed chunk of `raw_size` bytes of text (zstd frame). */
void segment_writer_chunk(struct segment_writer *writer,
    const uint8_t *frame, size_t size, size_t raw_size);

/*
 * A column of n numbers, from `next`, which is called 2 n times: all numbers
 * once to learn their range, then, after `rewind`, all again.
 */
struct column_source {
	void (*rewind)(void *context);
	uint64_t (*next)(void *context);
	void *context;
};
void segment_writer_column(struct segment_writer *writer, enum column column,
    uint64_t n, const struct column_source *source);

/* Exact lengths of all documents, which stay the caller's until finish. */
void segment_writer_lengths(struct segment_writer *writer,
    const uint32_t *lengths);
const uint32_t *segment_writer_length_array(
    const struct segment_writer *writer);

/* One entry of the dictionary. */
void segment_writer_entry(struct segment_writer *writer, const uint8_t *key,
    size_t key_size, const uint8_t *value, size_t value_size);

/* A hash of an id (layout_id_hash) and its document. */
struct segment_id {
	uint32_t hash, document;
};

/* Writes all ids, after sorting them in place. */
void segment_writer_ids(struct segment_writer *writer, struct segment_id *ids,
    size_t n);

/*
 * Writes what is left and the record; `listed` is what the root has to
 * list (generation 0, all alive).
 */
enum status segment_writer_finish(struct segment_writer *writer,
    struct root_segment *listed);

#endif
