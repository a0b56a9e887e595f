/* The stored text of a run on its way into a segment. */
#ifndef QUIRE_INDEXER_RUN_TEXT_H
#define QUIRE_INDEXER_RUN_TEXT_H

#include "run.h"
#include "text_packer.h"

#include <stdint.h>

/*
 * Hands out the chunks of a run without the records of documents that are
 * dropped: what is in no article must not stay in the file.  Without such
 * documents the chunks are those of the run.  `records` (one for each
 * document) receives where the records begin, `start` being that of the
 * first; returns where they end.
 */
uint64_t run_text(const struct run *run, text_packer_emit *emit,
    void *context, uint64_t start, uint64_t *records);

#endif
