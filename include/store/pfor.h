/*
 * PFOR: up to 256 numbers bit-packed at one width, with up to 31 exceptions
 * that carry up to 8 further bits (docs/FORMAT.md, section 11; the idea is of
 * Zukowski, Heman, Nes and Boncz, "Super-Scalar RAM-CPU Cache Compression",
 * ICDE 2006).  Never allocates.
 */
#ifndef QUIRE_STORE_PFOR_H
#define QUIRE_STORE_PFOR_H

#include <stddef.h>
#include <stdint.h>

enum {
	PFOR_MAX = 256,
	PFOR_SIZE_MAX = 2 + 4 * 256 + 2 * 31, /* bytes of a coded block */
	PFOR_SLACK = 0, /* readers never read past the bytes of the block */
};

/*
 * Codes `n` numbers (1 to PFOR_MAX) at the width that takes the fewest bytes
 * and returns how many; `bytes` has room for PFOR_SIZE_MAX.
 */
size_t pfor_encode(const uint32_t *numbers, unsigned n, uint8_t *bytes);

/*
 * Decodes `n` numbers (1 to PFOR_MAX) from bytes that end at `end` into an
 * array with room for PFOR_MAX.  Returns the byte after the block, or NULL
 * if the bytes cannot be such a block.
 */
const uint8_t *pfor_decode(const uint8_t *bytes, const uint8_t *end,
    unsigned n, uint32_t *numbers);

/* Bytes of the block at `bytes` without decoding it, or 0 if damaged. */
size_t pfor_size(const uint8_t *bytes, const uint8_t *end, unsigned n);

#endif
