/*
 * Cuts a row of stored records into chunks and packs each by itself
 * (docs/FORMAT.md, section 8).
 */
#ifndef QUIRE_INDEXER_TEXT_PACKER_H
#define QUIRE_INDEXER_TEXT_PACKER_H

#include "buffer.h"

#include <stddef.h>
#include <stdint.h>

/* Told of each chunk: a zstd frame of `raw_size` bytes, lent. */
typedef void text_packer_emit(void *context, const uint8_t *frame,
    size_t size, size_t raw_size);

struct text_packer {
	struct buffer raw;   /* not yet packed */
	struct buffer frame;
	uint64_t packed;     /* raw bytes packed so far */
	void *zstd;
	text_packer_emit *emit;
	void *context;
};

void text_packer_start(struct text_packer *packer, text_packer_emit *emit,
    void *context);

/* Adds a record (its bytes, without their size) and returns where it
 * begins. */
uint64_t text_packer_add(struct text_packer *packer, const void *record,
    size_t size);

/* Packs what is left; the next record begins a new chunk. */
void text_packer_flush(struct text_packer *packer);

void text_packer_free(struct text_packer *packer);

#endif
