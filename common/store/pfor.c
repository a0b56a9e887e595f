/*
 * PFOR: numbers bit-packed at one width, the few large ones patched
 * (docs/FORMAT.md, section 11).
 *
 * A block of 255 or 256 numbers is packed in eight lanes, so that four
 * neighbours are unpacked by one shift and one mask; shorter ones are a
 * plain stream of bits, which wastes nothing at the end.
 */
#include "store/pfor.h"

#include "store/bytes.h"

enum {
	HEAD_SIZE = 2,
	WIDTH_MAX = 32,
	EXCEPTIONS_MAX = 31,
	EXCEPTION_SIZE = 2,
	EXCEPTION_BITS = 8,
	LANES = 8,
	LANE_ROWS = PFOR_MAX / LANES,
	LANES_FROM = PFOR_MAX - 1, /* so many numbers and more are in lanes */
	LOAD_SIZE = 8,
	STREAM_SIZE_MAX = (LANES_FROM - 1) * WIDTH_MAX / 8,
};

static size_t
packed_size(unsigned n, unsigned width)
{
	if (n >= LANES_FROM)
		return (size_t)PFOR_MAX / 8 * width;
	return ((size_t)n * width + 7) / 8;
}

static uint32_t
width_mask(unsigned width)
{
	return (uint32_t)(((uint64_t)1 << width) - 1);
}

static unsigned
bits_of(uint32_t number)
{
	return number ? 32 - (unsigned)__builtin_clz(number) : 0;
}

/* The width that takes the fewest bytes, exceptions included. */
static unsigned
choose_width(const uint32_t *numbers, unsigned n)
{
	unsigned of_bits[WIDTH_MAX + 1] = {0};
	unsigned width, best, exceptions = 0, i;
	size_t size, best_size;

	for (i = 0; i < n; i++)
		of_bits[bits_of(numbers[i])]++;
	for (width = WIDTH_MAX; width > 0 && !of_bits[width]; width--)
		;
	best = width;
	best_size = packed_size(n, width);
	for (i = 0; i < EXCEPTION_BITS && width > 0; i++) {
		exceptions += of_bits[width--];
		if (exceptions > EXCEPTIONS_MAX)
			break;
		size = packed_size(n, width) + EXCEPTION_SIZE * exceptions;
		if (size < best_size) {
			best = width;
			best_size = size;
		}
	}
	return best;
}

static void
pack_stream(const uint32_t *numbers, unsigned n, unsigned width,
    uint8_t *bytes)
{
	uint64_t pending = 0;
	unsigned bits = 0, i;

	for (i = 0; i < n; i++) {
		pending |= (uint64_t)(numbers[i] & width_mask(width)) << bits;
		for (bits += width; bits >= 8; bits -= 8) {
			*bytes++ = (uint8_t)pending;
			pending >>= 8;
		}
	}
	if (bits > 0)
		*bytes = (uint8_t)pending;
}

/* Where n is less than PFOR_MAX the numbers after them count as 0. */
static void
pack_lanes(const uint32_t *numbers, unsigned n, unsigned width,
    uint8_t *bytes)
{
	uint32_t words[LANES * WIDTH_MAX] = {0};
	unsigned i;

	for (i = 0; i < n; i++) {
		unsigned bit = i / LANES * width, shift = bit % 32;
		uint32_t *word = words + bit / 32 * LANES + i % LANES;
		uint32_t low = numbers[i] & width_mask(width);

		word[0] |= low << shift;
		if (shift + width > 32)
			word[LANES] |= low >> (32 - shift);
	}
	memcpy(bytes, words, packed_size(n, width));
}

size_t
pfor_encode(const uint32_t *numbers, unsigned n, uint8_t *bytes)
{
	unsigned width = choose_width(numbers, n), exceptions = 0, i;
	uint8_t *next = bytes + HEAD_SIZE + packed_size(n, width);

	if (n >= LANES_FROM)
		pack_lanes(numbers, n, width, bytes + HEAD_SIZE);
	else
		pack_stream(numbers, n, width, bytes + HEAD_SIZE);
	for (i = 0; i < n; i++) {
		uint64_t high = (uint64_t)numbers[i] >> width;

		if (high) {
			*next++ = (uint8_t)i;
			*next++ = (uint8_t)high;
			exceptions++;
		}
	}
	bytes[0] = (uint8_t)width;
	bytes[1] = (uint8_t)exceptions;
	return (size_t)(next - bytes);
}

/* `bytes` has LOAD_SIZE readable bytes after the packed ones. */
static void
unpack_stream(const uint8_t *bytes, unsigned n, unsigned width,
    uint32_t *numbers)
{
	uint32_t mask = width_mask(width);
	unsigned i, bit = 0;

	for (i = 0; i < n; i++, bit += width)
		numbers[i] = (uint32_t)(bytes_u64(bytes + bit / 8) >>
		    bit % 8) & mask;
}

static void
unpack_stream_guarded(const uint8_t *bytes, const uint8_t *end, unsigned n,
    unsigned width, uint32_t *numbers)
{
	uint8_t padded[STREAM_SIZE_MAX + LOAD_SIZE];
	size_t size = packed_size(n, width);

	if ((size_t)(end - bytes) >= size + LOAD_SIZE) {
		unpack_stream(bytes, n, width, numbers);
		return;
	}
	memcpy(padded, bytes, size);
	memset(padded + size, 0, LOAD_SIZE);
	unpack_stream(padded, n, width, numbers);
}

/* Half the lanes of a row. */
typedef uint32_t quad __attribute__((vector_size(16)));

static inline quad
load_quad(const uint8_t *bytes)
{
	quad value;

	memcpy(&value, bytes, sizeof value);
	return value;
}

/* Unpacks one row; all but the pointers is known when this is compiled. */
static inline __attribute__((always_inline)) void
unpack_row(const uint8_t *restrict bytes, unsigned width, unsigned row,
    uint32_t *restrict numbers)
{
	unsigned bit = row * width, shift = bit % 32, half;
	const uint8_t *word = bytes + bit / 32 * LANES * sizeof *numbers;
	quad value;

	for (half = 0; half < 2; half++) {
		value = load_quad(word + 16 * half) >> shift;
		if (shift + width > 32)
			value |= load_quad(word + 32 + 16 * half) <<
			    (32 - shift);
		if (shift + width != 32)
			value &= width_mask(width);
		memcpy(numbers + LANES * row + 4 * half, &value, 16);
	}
}

#define EIGHT(X, base, argument)                                               \
	X(base + 0, argument)                                                  \
	X(base + 1, argument)                                                  \
	X(base + 2, argument)                                                  \
	X(base + 3, argument)                                                  \
	X(base + 4, argument)                                                  \
	X(base + 5, argument)                                                  \
	X(base + 6, argument)                                                  \
	X(base + 7, argument)
#define ROW(row, width) unpack_row(bytes, width, row, numbers);

static inline __attribute__((always_inline)) void
unpack_rows(const uint8_t *restrict bytes, unsigned width,
    uint32_t *restrict numbers)
{
	EIGHT(ROW, 0, width)
	EIGHT(ROW, 8, width)
	EIGHT(ROW, 16, width)
	EIGHT(ROW, 24, width)
}

#define WIDTH(width, unused)                                                   \
	case width:                                                            \
		unpack_rows(bytes, width, numbers);                            \
		break;

static void
unpack_lanes(const uint8_t *restrict bytes, unsigned width,
    uint32_t *restrict numbers)
{
	switch (width) {
	case 0:
		memset(numbers, 0, PFOR_MAX * sizeof *numbers);
		break;
	EIGHT(WIDTH, 1, )
	EIGHT(WIDTH, 9, )
	EIGHT(WIDTH, 17, )
	EIGHT(WIDTH, 25, )
	}
}

size_t
pfor_size(const uint8_t *bytes, const uint8_t *end, unsigned n)
{
	size_t size;

	if (end - bytes < HEAD_SIZE || bytes[0] > WIDTH_MAX ||
	    bytes[1] > EXCEPTIONS_MAX)
		return 0;
	size = HEAD_SIZE + packed_size(n, bytes[0]) +
	    (size_t)EXCEPTION_SIZE * bytes[1];
	return size <= (size_t)(end - bytes) ? size : 0;
}

const uint8_t *
pfor_decode(const uint8_t *bytes, const uint8_t *end, unsigned n,
    uint32_t *numbers)
{
	size_t size = pfor_size(bytes, end, n);
	const uint8_t *exception, *block_end = bytes + size;
	unsigned width;

	if (size == 0)
		return NULL;
	width = bytes[0];
	if (n >= LANES_FROM)
		unpack_lanes(bytes + HEAD_SIZE, width, numbers);
	else
		unpack_stream_guarded(bytes + HEAD_SIZE, end, n, width,
		    numbers);
	exception = bytes + HEAD_SIZE + packed_size(n, width);
	for (; exception < block_end; exception += EXCEPTION_SIZE) {
		uint64_t high = (uint64_t)exception[1] << width;

		if (exception[0] >= n || high > UINT32_MAX)
			return NULL;
		numbers[exception[0]] += (uint32_t)high;
	}
	return block_end;
}
