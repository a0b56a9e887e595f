/* What the head of a list says of a block; for posting_*.c only. */
#ifndef QUIRE_POSTING_HEAD_H
#define QUIRE_POSTING_HEAD_H

#include "store/posting_list.h"

struct posting_head {
	unsigned n;       /* postings */
	uint8_t flags;    /* FLAG_* that some posting has */
	uint32_t extent;  /* place in the stream of postings */
	uint16_t offset;
};

/* Of the current block. */
struct posting_head posting_heads_entry(const struct posting_heads *heads);

#endif
