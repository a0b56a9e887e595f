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

#include <stdbool.h>

enum {
	WIDTH_MAX = 32,
	HAS_EXCEPTIONS = 0x80, /* in the first byte, beside the width */
	EXCEPTIONS_MAX = 31,
	EXCEPTION_BITS = 8,    /* at most, above the packed ones */
	COUNT_BITS = 5,        /* of the second byte; then the high bits */
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

/* How a block is packed: at what width, with how many exceptions, and how
 * many bits an exception has above the width. */
struct shape {
	unsigned width, exceptions, high_bits;
};

static size_t
exceptions_size(const struct shape *shape)
{
	return shape->exceptions +
	    (shape->exceptions * shape->high_bits + 7) / 8;
}

static size_t
shape_size(const struct shape *shape, unsigned n)
{
	size_t head_size = shape->exceptions > 0 ? 2 : 1;

	return head_size + packed_size(n, shape->width) +
	    exceptions_size(shape);
}

/* Counts numbers by the bits that they need. */
static void
count_bits(const uint32_t *numbers, unsigned n, unsigned *of_bits)
{
	/* Two rows: an increment need not wait for the one before it. */
	unsigned rows[2][WIDTH_MAX + 1] = {{0}};
	unsigned i;

	for (i = 0; i < n; i++) {
		uint64_t odd = (uint64_t)numbers[i] << 1 | 1; /* never 0 */

		rows[i % 2][63 - __builtin_clzll(odd)]++;
	}
	for (i = 0; i <= WIDTH_MAX; i++)
		of_bits[i] = rows[0][i] + rows[1][i];
}

/* The shape that takes the fewest bytes. */
static struct shape
choose_shape(const uint32_t *numbers, unsigned n)
{
	unsigned of_bits[WIDTH_MAX + 1];
	struct shape shape = {WIDTH_MAX, 0, 0}, best;
	size_t size, best_size;

	count_bits(numbers, n, of_bits);
	while (shape.width > 0 && !of_bits[shape.width])
		shape.width--;
	best = shape;
	best_size = shape_size(&best, n);
	while (shape.width > 0 && shape.high_bits < EXCEPTION_BITS) {
		shape.exceptions += of_bits[shape.width--];
		shape.high_bits++;
		if (shape.exceptions > EXCEPTIONS_MAX)
			break;
		size = shape_size(&shape, n);
		if (size < best_size) {
			best = shape;
			best_size = size;
		}
	}
	return best;
}

static void
pack_stream(const uint32_t *numbers, unsigned n, unsigned width,
    uint8_t *bytes)
{
	uint32_t mask = width_mask(width);
	uint64_t pending = 0;
	unsigned bits = 0, i;

	for (i = 0; i < n; i++) {
		pending |= (uint64_t)(numbers[i] & mask) << bits;
		bits += width;
		if (bits < 32)
			continue;
		bytes_put_u32(bytes, (uint32_t)pending);
		bytes += 4;
		pending >>= 32;
		bits -= 32;
	}
	memcpy(bytes, &pending, (bits + 7) / 8);
}

/* Half the lanes of a row. */
typedef uint32_t quad __attribute__((vector_size(16)));

static inline quad
load_quad(const void *bytes)
{
	quad value;

	memcpy(&value, bytes, sizeof value);
	return value;
}

static void
pack_lanes(const uint32_t *numbers, unsigned n, unsigned width,
    uint8_t *bytes)
{
	uint32_t padded[PFOR_MAX] = {0};
	quad words[2 * (WIDTH_MAX + 1)] = {{0}};
	uint32_t mask = width_mask(width);
	unsigned i;

	memcpy(padded, numbers, n * sizeof *numbers);
	for (i = 0; i < 2 * LANE_ROWS; i++) {
		unsigned bit = i / 2 * width, shift = bit % 32;
		quad *word = words + bit / 32 * 2 + i % 2;
		quad low = load_quad(padded + 4 * i) & mask;

		word[0] |= low << shift;
		if (shift + width > 32)
			word[2] |= low >> (32 - shift);
	}
	memcpy(bytes, words, packed_size(n, width));
}

/* The places of the exceptions, then their high bits as a stream. */
static void
put_exceptions(const uint32_t *numbers, unsigned n, const struct shape *shape,
    uint8_t *bytes)
{
	uint8_t *high = bytes + shape->exceptions;
	unsigned pending = 0, bits = 0, i;

	for (i = 0; i < n; i++) {
		if ((uint64_t)numbers[i] >> shape->width == 0)
			continue;
		*bytes++ = (uint8_t)i;
		pending |= numbers[i] >> shape->width << bits;
		bits += shape->high_bits;
		if (bits < 8)
			continue;
		*high++ = (uint8_t)pending;
		pending >>= 8;
		bits -= 8;
	}
	if (bits > 0)
		*high = (uint8_t)pending;
}

static uint8_t *
put_head(const struct shape *shape, uint8_t *bytes)
{
	if (shape->exceptions == 0) {
		*bytes++ = (uint8_t)shape->width;
		return bytes;
	}
	*bytes++ = (uint8_t)(shape->width | HAS_EXCEPTIONS);
	*bytes++ = (uint8_t)(shape->exceptions |
	    (shape->high_bits - 1) << COUNT_BITS);
	return bytes;
}

size_t
pfor_encode(const uint32_t *numbers, unsigned n, uint8_t *bytes)
{
	struct shape shape = choose_shape(numbers, n);
	uint8_t *packed = put_head(&shape, bytes);

	if (n >= LANES_FROM)
		pack_lanes(numbers, n, shape.width, packed);
	else
		pack_stream(numbers, n, shape.width, packed);
	if (shape.exceptions > 0)
		put_exceptions(numbers, n, &shape,
		    packed + packed_size(n, shape.width));
	return shape_size(&shape, n);
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

/* The packed bytes after the head, or NULL if it is not one. */
static const uint8_t *
get_head(const uint8_t *bytes, const uint8_t *end, struct shape *shape)
{
	if (bytes >= end)
		return NULL;
	*shape = (struct shape){*bytes & ~HAS_EXCEPTIONS & 0xff, 0, 0};
	if (*bytes++ & HAS_EXCEPTIONS) {
		if (bytes == end)
			return NULL;
		shape->exceptions = *bytes & EXCEPTIONS_MAX;
		shape->high_bits = (*bytes++ >> COUNT_BITS) + 1U;
		if (shape->exceptions == 0)
			return NULL;
	}
	return shape->width + shape->high_bits <= WIDTH_MAX ? bytes : NULL;
}

size_t
pfor_size(const uint8_t *bytes, const uint8_t *end, unsigned n)
{
	struct shape shape;
	size_t size;

	if (!get_head(bytes, end, &shape))
		return 0;
	size = shape_size(&shape, n);
	return size <= (size_t)(end - bytes) ? size : 0;
}

static bool
add_exceptions(const uint8_t *bytes, unsigned n, const struct shape *shape,
    uint32_t *numbers)
{
	const uint8_t *high = bytes + shape->exceptions;
	uint32_t mask = width_mask(shape->high_bits);
	unsigned pending = 0, bits = 0, i;

	for (i = 0; i < shape->exceptions; i++) {
		if (bits < shape->high_bits) {
			pending |= (unsigned)*high++ << bits;
			bits += 8;
		}
		if (bytes[i] >= n)
			return false;
		numbers[bytes[i]] |= (pending & mask) << shape->width;
		pending >>= shape->high_bits;
		bits -= shape->high_bits;
	}
	return true;
}

const uint8_t *
pfor_decode(const uint8_t *bytes, const uint8_t *end, unsigned n,
    uint32_t *numbers)
{
	struct shape shape;
	const uint8_t *packed = get_head(bytes, end, &shape);
	size_t size;

	if (!packed)
		return NULL;
	size = shape_size(&shape, n);
	if (size > (size_t)(end - bytes))
		return NULL;
	if (n >= LANES_FROM)
		unpack_lanes(packed, shape.width, numbers);
	else
		unpack_stream_guarded(packed, end, n, shape.width, numbers);
	if (shape.exceptions > 0 && !add_exceptions(packed +
	    packed_size(n, shape.width), n, &shape, numbers))
		return NULL;
	return bytes + size;
}
