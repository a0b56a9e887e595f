/* The root, the stamp and the segment record: encode beside decode
 * (docs/FORMAT.md, sections 3 and 4). */
#ifndef QUIRE_STORE_ROOT_H
#define QUIRE_STORE_ROOT_H

#include "buffer.h"
#include "layout.h"
#include "status.h"

#include <stdbool.h>
#include <stdint.h>

enum { FORMAT_VERSION = 1, ROOT_NO_TEXT = 1 };

struct stamp {
	uint64_t transaction;
	struct {
		uint64_t entries, seals;
	} databases[N_DATABASES];
};

/* A segment as the root lists it. */
struct root_segment {
	uint32_t number, generation;
	uint64_t record_seal, live_seal;
	uint32_t n_documents, n_dead;
};

struct root {
	uint32_t flags;
	uint64_t made, changed; /* seconds since 1970 */
	uint64_t next_sequence;
	uint32_t next_segment, next_source, next_file;
	uint64_t commits;
	char program[32], stemmer[32];
	char **fields; /* by field number */
	size_t n_fields;
	struct root_segment *segments; /* in the archive's order */
	size_t n_segments;
};

/* An empty root of a new index. */
void root_init(struct root *root);
void root_free(struct root *root);
void root_encode(const struct root *root, struct buffer *payload);

enum { ROOT_FORMAT_AT = 6 }; /* the byte of the magic that says the format */

/*
 * Where a value that stands in the place of the root comes from, whatever its
 * format: what lies before the version of its program never moves.
 * STATUS_VERSION, said in `error`, if another format of index or another kind
 * of machine made it; STATUS_OK if this one did, or if it is no root at all.
 * `name` is that of the index.
 */
enum status root_origin(const uint8_t *payload, size_t size,
    const char *name, struct error *error);

/* Says so; STATUS_VERSION. */
enum status root_of_another_machine(const char *name, struct error *error);

/*
 * STATUS_OK, or STATUS_DAMAGED if it is not exactly a root of this format and
 * byte order (of another one root_origin speaks).  On failure `root` is empty.
 */
enum status root_decode(struct root *root, const uint8_t *payload,
    size_t size, struct error *error);

/* The number of a field, or -1. */
int root_field(const struct root *root, const char *name);

void stamp_encode(const struct stamp *stamp, struct buffer *payload);
bool stamp_decode(struct stamp *stamp, const uint8_t *payload, size_t size);

struct stream_place {
	uint32_t n_full;      /* extents under keys of their own */
	uint32_t tail_extent; /* of stream 0 */
	uint16_t tail_offset;
	uint32_t tail_size;
};

struct column_shape {
	uint64_t base, n;
	uint8_t width;
};

struct segment_record {
	uint32_t n_documents;
	uint64_t n_words;
	uint64_t first_sequence;
	uint64_t text_size;
	uint32_t n_dictionary_blocks, n_id_blocks;
	uint64_t n_terms;
	uint32_t languages[64]; /* documents of each */
	struct stream_place streams[N_STREAMS];
	struct column_shape columns[N_COLUMNS];
};

void segment_record_encode(const struct segment_record *record,
    struct buffer *payload);
bool segment_record_decode(struct segment_record *record,
    const uint8_t *payload, size_t size);

/* Numbers of a column in one extent. */
uint32_t column_per_extent(enum column column, uint8_t width);

#endif
