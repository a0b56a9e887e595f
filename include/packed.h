/*
 * Packed text: zstd, except that memory which is gone is no damage of what
 * was to be unpacked.  Used by store and indexer.
 */
#ifndef QUIRE_PACKED_H
#define QUIRE_PACKED_H

#include <stdbool.h>
#include <stddef.h>

/* Unpacks a frame of exactly `raw_size` bytes; false if it is not whole. */
bool packed_read(void *raw, size_t raw_size, const void *frame, size_t size);

#endif
