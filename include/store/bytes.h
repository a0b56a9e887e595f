/*
 * Numbers in stored bytes: little-endian words, big-endian key parts and
 * varints with bounds (docs/FORMAT.md).
 */
#ifndef QUIRE_STORE_BYTES_H
#define QUIRE_STORE_BYTES_H

#include "buffer.h"

#include <stdint.h>
#include <string.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "Quire's files are little-endian, and so must be the machine"
#endif

static inline uint16_t
bytes_u16(const uint8_t *bytes)
{
	uint16_t value;

	memcpy(&value, bytes, sizeof value);
	return value;
}

static inline uint32_t
bytes_u32(const uint8_t *bytes)
{
	uint32_t value;

	memcpy(&value, bytes, sizeof value);
	return value;
}

static inline uint64_t
bytes_u64(const uint8_t *bytes)
{
	uint64_t value;

	memcpy(&value, bytes, sizeof value);
	return value;
}

static inline void
bytes_put_u16(uint8_t *bytes, uint16_t value)
{
	memcpy(bytes, &value, sizeof value);
}

static inline void
bytes_put_u32(uint8_t *bytes, uint32_t value)
{
	memcpy(bytes, &value, sizeof value);
}

static inline void
bytes_put_u64(uint8_t *bytes, uint64_t value)
{
	memcpy(bytes, &value, sizeof value);
}

/* Key parts: big-endian, so that byte order is numeric order. */
static inline void
bytes_put_key_u16(uint8_t *bytes, uint16_t value)
{
	bytes_put_u16(bytes, __builtin_bswap16(value));
}

static inline void
bytes_put_key_u32(uint8_t *bytes, uint32_t value)
{
	bytes_put_u32(bytes, __builtin_bswap32(value));
}

static inline void
bytes_put_key_u64(uint8_t *bytes, uint64_t value)
{
	bytes_put_u64(bytes, __builtin_bswap64(value));
}

static inline uint32_t
bytes_key_u32(const uint8_t *bytes)
{
	return __builtin_bswap32(bytes_u32(bytes));
}

static inline uint64_t
bytes_key_u64(const uint8_t *bytes)
{
	return __builtin_bswap64(bytes_u64(bytes));
}

enum { VARINT_MAX = 10 };

/* Writes a varint and returns the byte after it (room: VARINT_MAX). */
static inline uint8_t *
varint_put(uint8_t *bytes, uint64_t value)
{
	while (value >= 0x80) {
		*bytes++ = (uint8_t)(value | 0x80);
		value >>= 7;
	}
	*bytes++ = (uint8_t)value;
	return bytes;
}

/* Appends a varint. */
static inline void
varint_append(struct buffer *buffer, uint64_t value)
{
	uint8_t *out = buffer_reserve(buffer, VARINT_MAX);

	buffer->size = (size_t)(varint_put(out, value) - buffer->bytes);
}

/*
 * Reads a varint that must lie before `end`.  Returns the byte after it, or
 * NULL if it is cut off, too long, or `bytes` is NULL (so calls chain).
 */
static inline const uint8_t *
varint_get(const uint8_t *bytes, const uint8_t *end, uint64_t *value)
{
	uint64_t result = 0;
	unsigned shift;

	if (!bytes)
		return NULL;
	for (shift = 0; shift < 70; shift += 7) {
		if (bytes >= end)
			return NULL;
		result |= (uint64_t)(*bytes & 0x7f) << (shift & 63);
		if (!(*bytes++ & 0x80)) {
			if (shift == 63 && bytes[-1] > 1)
				return NULL;
			*value = result;
			return bytes;
		}
	}
	return NULL;
}

/* The same for values that must fit 32 bits. */
static inline const uint8_t *
varint_get_u32(const uint8_t *bytes, const uint8_t *end, uint32_t *value)
{
	uint64_t wide = 0;

	bytes = varint_get(bytes, end, &wide);
	if (!bytes || wide > UINT32_MAX)
		return NULL;
	*value = (uint32_t)wide;
	return bytes;
}

#endif
