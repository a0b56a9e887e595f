/*
 * A segment reader without an index: each stream is a piece of memory of
 * exactly its size.
 */
#ifndef QUIRE_TESTS_FAKE_SEGMENT_H
#define QUIRE_TESTS_FAKE_SEGMENT_H

#include "store/segment_parts.h"

struct fake_segment {
	struct segment segment;
	const uint8_t *tails[N_STREAMS];
};

/* `fake` must not be moved afterwards. */
void fake_segment_start(struct fake_segment *fake, uint32_t n_documents);

/* Takes the bytes, at most EXTENT_PAYLOAD of them. */
void fake_segment_stream(struct fake_segment *fake, unsigned stream,
    uint8_t *bytes, size_t size);

/* A column of whole bytes, of `width` bits. */
void fake_segment_column(struct fake_segment *fake, enum column column,
    unsigned width, uint8_t *bytes, size_t size);

void fake_segment_free(struct fake_segment *fake);

#endif
