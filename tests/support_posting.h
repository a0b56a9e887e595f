/* Posting blocks made up at random, for the tests of their codec. */
#ifndef QUIRE_TESTS_SUPPORT_POSTING_H
#define QUIRE_TESTS_SUPPORT_POSTING_H

#include "store/posting_block.h"

enum { SAMPLE_PLACES_MAX = 40 };

/* A posting block with all that it points to. */
struct sample {
	struct posting_block block;
	uint32_t documents[POSTING_BLOCK_MAX], tfs[POSTING_BLOCK_MAX];
	uint8_t flags[POSTING_BLOCK_MAX];
	struct position_place places[SAMPLE_PLACES_MAX];
};

/* Points the block at the arrays beside it. */
void sample_link(struct sample *sample);

/* Any block that can be coded: of 1 to 256 postings, with any streams. */
void sample_make(struct sample *sample, uint64_t *seed);

/* Opens coded bytes with what the head entry of the sample would say. */
bool sample_open(struct posting_view *view, const struct sample *sample,
    const uint8_t *bytes, const uint8_t *end);

#endif
