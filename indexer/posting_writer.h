/*
 * Writes the posting lists of a segment, one after the other: blocks as they
 * fill, heads when a chunk is full, the dictionary entry at the end.
 */
#ifndef QUIRE_INDEXER_POSTING_WRITER_H
#define QUIRE_INDEXER_POSTING_WRITER_H

#include "segment_writer.h"

#include <stddef.h>
#include <stdint.h>

struct posting_writer;

struct posting_writer *posting_writer_create(struct segment_writer *segment);
void posting_writer_free(struct posting_writer *writer);

/* Begins a list that keeps the streams named (posting_block.h). */
void posting_writer_start(struct posting_writer *writer, const uint8_t *key,
    size_t key_size, uint8_t streams);

/*
 * Adds a posting.  Documents rise; `positions` rise (tf of them; NULL
 * without positions); `codes` are form codes (NULL without forms).  tf is
 * at most POSTING_TF_MAX.
 */
void posting_writer_add(struct posting_writer *writer, uint32_t document,
    uint8_t flags, const uint32_t *positions, const uint32_t *codes,
    uint32_t tf);

/* A form of the stem; length 0 for a code that stands nowhere any more. */
struct form_text {
	const char *text;
	size_t length;
};

/*
 * Ends the list; forms in order of codes, n 0 if the stem is the only one.
 * A list without postings leaves no trace.
 */
void posting_writer_finish(struct posting_writer *writer,
    const struct form_text *forms, size_t n_forms);

#endif
