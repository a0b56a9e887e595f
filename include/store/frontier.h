/*
 * Bounds of a posting block: which (tf, length) pairs no posting of it
 * beats (docs/FORMAT.md, section 11).  A score that rises with tf and falls
 * with length is at most that of the best pair.
 */
#ifndef QUIRE_STORE_FRONTIER_H
#define QUIRE_STORE_FRONTIER_H

#include <stdint.h>

enum { FRONTIER_PAIRS = 4, FRONTIER_SIZE = 8 };

/*
 * An 8-bit float: code c stands for c below 32, else for
 * (16 + c % 16) << (c / 16 - 1).  tfs are rounded up, lengths down; code 255
 * means "any tf", and no length has it: the greatest are rounded down to 254.
 */
uint8_t frontier_code_up(uint32_t value);
uint8_t frontier_code_down(uint32_t value);
uint32_t frontier_value(uint8_t code); /* UINT32_MAX for 255 */

/* Fills `bytes` (FRONTIER_SIZE) for n >= 1 postings; unused pairs repeat the
 * last. */
void frontier_encode(const uint32_t *tfs, const uint32_t *lengths, unsigned n,
    uint8_t *bytes);

#endif
