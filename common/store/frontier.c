/*
 * Bounds of a posting block: the (tf, length) pairs that no posting of it
 * beats, in codes of one byte (docs/FORMAT.md, section 11).
 */
#include "store/frontier.h"

#include <assert.h>

enum {
	MANTISSA_BITS = 4,
	MANTISSA = 1 << MANTISSA_BITS,
	CODE_ANY = 255,          /* of a tf: not bounded */
	CODE_LARGEST = 254,
	CODES = 256,
};

struct pair {
	uint8_t tf, length;
};

uint32_t
frontier_value(uint8_t code)
{
	unsigned exponent = code >> MANTISSA_BITS;
	uint32_t mantissa = code & (MANTISSA - 1);

	if (code == CODE_ANY)
		return UINT32_MAX;
	return exponent == 0 ? mantissa
			     : (mantissa | MANTISSA) << (exponent - 1);
}

uint8_t
frontier_code_down(uint32_t value)
{
	unsigned exponent;

	if (value < MANTISSA)
		return (uint8_t)value;
	if (value >= frontier_value(CODE_LARGEST))
		return CODE_LARGEST;
	exponent = 32 - (unsigned)__builtin_clz(value) - MANTISSA_BITS;
	return (uint8_t)(exponent << MANTISSA_BITS |
	    (value >> (exponent - 1) & (MANTISSA - 1)));
}

uint8_t
frontier_code_up(uint32_t value)
{
	uint8_t code = frontier_code_down(value);

	/* The next code is the next larger value, and CODE_ANY after all. */
	return frontier_value(code) < value ? (uint8_t)(code + 1) : code;
}

/*
 * Gathers the pairs that no other beats, both parts rising: a greater length
 * is only worth a pair if its tf is greater as well.
 */
static unsigned
gather_pairs(const uint32_t *tfs, const uint32_t *lengths, unsigned n,
    struct pair *pairs)
{
	uint8_t best[CODES] = {0};
	unsigned i, n_pairs = 0, highest = 0;

	for (i = 0; i < n; i++) {
		uint8_t tf = frontier_code_up(tfs[i]);
		uint8_t length = frontier_code_down(lengths[i]);

		if (tf > best[length])
			best[length] = tf;
	}
	for (i = 0; i < CODES; i++) {
		if (best[i] <= highest)
			continue;
		highest = best[i];
		pairs[n_pairs++] = (struct pair){best[i], (uint8_t)i};
	}
	return n_pairs;
}

/*
 * How much looser the bound gets where pair `i` and the next become one.
 * Codes are logarithms, so the difference of codes is a ratio, and scores
 * go by the ratio of tf to length.
 */
static unsigned
merging_cost(const struct pair *pair)
{
	unsigned tf = (unsigned)(pair[1].tf - pair[0].tf);
	unsigned length = (unsigned)(pair[1].length - pair[0].length);

	return (tf < length ? tf : length) * CODES + tf + length;
}

static void
merge_cheapest(struct pair *pairs, unsigned n_pairs)
{
	unsigned i, best = 0;

	for (i = 1; i + 1 < n_pairs; i++)
		if (merging_cost(pairs + i) < merging_cost(pairs + best))
			best = i;
	pairs[best].tf = pairs[best + 1].tf;
	for (i = best + 1; i + 1 < n_pairs; i++)
		pairs[i] = pairs[i + 1];
}

void
frontier_encode(const uint32_t *tfs, const uint32_t *lengths, unsigned n,
    uint8_t *bytes)
{
	struct pair pairs[CODES] = {{0, 0}};
	unsigned n_pairs = gather_pairs(tfs, lengths, n, pairs), i;

	assert(n_pairs > 0); /* a tf of 0 is no posting */
	for (; n_pairs > FRONTIER_PAIRS; n_pairs--)
		merge_cheapest(pairs, n_pairs);
	for (i = 0; i < FRONTIER_PAIRS; i++) {
		const struct pair *pair =
		    pairs + (i < n_pairs ? i : n_pairs - 1);

		bytes[2 * i] = pair->tf;
		bytes[2 * i + 1] = pair->length;
	}
}
