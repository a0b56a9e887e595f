/* Tests of include/store/pfor.h. */
#include "support.h"
#include "support_guard.h"
#include "store/pfor.h"

#include <string.h>

enum { CANARY = 0x5a5a5a5a, RANDOM_DECODES = 1000000 };

/* --- Known bytes --- */

static const struct {
	const char *what;
	unsigned n, size;
	uint32_t numbers[16];
	uint8_t bytes[16];
} known[] = {
	{"zeros are one byte", 5, 1, {0}, {0}},
	{"a stream from the lowest bit on", 3, 2, {1, 2, 3}, {2, 0x39}},
	{"numbers across bytes", 3, 5, {0x3ff, 0, 0x201},
	    {10, 0xff, 0x03, 0x10, 0x20}},
	{"a number of 32 bits", 1, 5, {0xdeadbeef},
	    {32, 0xef, 0xbe, 0xad, 0xde}},
	{"one exception", 16, 6,
	    {1, 1, 1, 0x1ff, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
	    {0x80 | 1, 7 << 5 | 1, 0xff, 0xff, 3, 0xff}},
	{"two exceptions at width 0", 16, 6,
	    {[2] = 200, [15] = 7}, {0x80, 7 << 5 | 2, 2, 15, 200, 7}},
	{"high bits are a stream", 16, 7, {[1] = 21, [8] = 22, [15] = 31},
	    {0x80, 4 << 5 | 3, 1, 8, 15, 0xd5, 0x7e}},
};

START_TEST(pfor_encode_writes_the_bytes_of_the_format)
{
	uint8_t bytes[PFOR_SIZE_MAX];
	uint32_t numbers[PFOR_MAX];
	unsigned n = known[_i].n;
	size_t size = pfor_encode(known[_i].numbers, n, bytes);

	ck_assert_msg(size == known[_i].size &&
	    !memcmp(bytes, known[_i].bytes, size), "%s", known[_i].what);
	ck_assert_ptr_eq(pfor_decode(known[_i].bytes,
	    known[_i].bytes + size, n, numbers), known[_i].bytes + size);
	ck_assert_mem_eq(numbers, known[_i].numbers, n * sizeof *numbers);
}
END_TEST

START_TEST(a_full_block_lies_in_eight_lanes_of_words)
{
	uint32_t numbers[PFOR_MAX] = {0};
	uint8_t bytes[PFOR_SIZE_MAX], expected[1 + 3 * 32] = {3};
	unsigned row;

	/* Lanes 5 and 6: row r holds r % 8, eight rows in three bytes. */
	for (row = 0; row < 32; row++)
		numbers[8 * row + 5] = numbers[8 * row + 6] = row % 8;
	for (row = 0; row < 3; row++) {
		static const uint8_t lane[12] = {0x88, 0xc6, 0xfa, 0x88, 0xc6,
		    0xfa, 0x88, 0xc6, 0xfa, 0x88, 0xc6, 0xfa};

		memcpy(expected + 1 + 32 * row + 4 * 5, lane + 4 * row, 4);
		memcpy(expected + 1 + 32 * row + 4 * 6, lane + 4 * row, 4);
	}
	ck_assert_uint_eq(pfor_encode(numbers, PFOR_MAX, bytes),
	    sizeof expected);
	ck_assert_mem_eq(bytes, expected, sizeof expected);
}
END_TEST

/* Bit `bit` of number `i`, looked up as docs/FORMAT.md says. */
static unsigned
packed_bit(const uint8_t *bytes, unsigned n, unsigned i, unsigned bit)
{
	unsigned width = bytes[0] & 0x7f, head = bytes[0] & 0x80 ? 2 : 1;
	unsigned place = i * width + bit, byte = place / 8;

	if (n >= 255) {
		place = i / 8 * width + bit;
		byte = place / 32 * 32 + i % 8 * 4 + place % 32 / 8;
	}
	return bytes[head + byte] >> place % 8 & 1;
}

static void
fill(uint32_t *numbers, unsigned n, unsigned width, uint64_t *seed)
{
	uint32_t mask = (uint32_t)(((uint64_t)1 << width) - 1);
	unsigned i;

	for (i = 0; i < n; i++)
		numbers[i] = (uint32_t)support_random(seed) & mask;
}

static void
check_bits(unsigned n, unsigned width, uint64_t *seed)
{
	uint32_t numbers[PFOR_MAX] = {0};
	uint8_t bytes[PFOR_SIZE_MAX];
	unsigned i, bit;

	fill(numbers, n, width, seed);
	pfor_encode(numbers, n, bytes);
	for (i = 0; i < n; i++)
		for (bit = 0; bit < (bytes[0] & 0x7f); bit++)
			if ((numbers[i] >> bit & 1) !=
			    packed_bit(bytes, n, i, bit))
				ck_abort_msg("bit %u of number %u of %u",
				    bit, i, n);
}

START_TEST(every_bit_lies_where_the_format_says)
{
	static const unsigned counts[] = {1, 2, 7, 8, 100, 253, 254, 255, 256};
	uint64_t seed = support_seed("places of bits");
	unsigned width, i;

	for (width = 0; width <= 32; width++)
		for (i = 0; i < sizeof counts / sizeof *counts; i++)
			check_bits(counts[i], width, &seed);
}
END_TEST

START_TEST(a_block_of_255_is_one_of_256_that_ends_in_zero)
{
	uint64_t seed = support_seed("255");
	uint8_t bytes[PFOR_SIZE_MAX], full[PFOR_SIZE_MAX];
	unsigned width;

	for (width = 0; width <= 32; width++) {
		uint32_t numbers[PFOR_MAX];
		size_t size;

		fill(numbers, 255, width, &seed);
		numbers[255] = 0;
		size = pfor_encode(numbers, 256, full);
		ck_assert_uint_eq(pfor_encode(numbers, 255, bytes), size);
		ck_assert_mem_eq(bytes, full, size);
	}
}
END_TEST

/* --- Round trips and sizes --- */

/* Numbers of one width, some of them wider: the kind that PFOR is for. */
static unsigned
fill_mixed(uint32_t *numbers, uint64_t *seed)
{
	unsigned n = 1 + support_below(seed, PFOR_MAX);
	unsigned width = support_below(seed, 33);
	unsigned wider = width + support_below(seed, 12);
	unsigned every = 1 + support_below(seed, 60), i;

	if (support_below(seed, 4) == 0)
		n = 255 + support_below(seed, 2);
	fill(numbers, n, width, seed);
	for (i = 0; i < n; i++)
		if (support_below(seed, every) == 0)
			fill(numbers + i, 1, wider < 32 ? wider : 32, seed);
	return n;
}

START_TEST(pfor_decode_reads_back_what_was_coded)
{
	uint64_t seed = support_seed("round trips");
	struct guard guard = guard_make(PFOR_SIZE_MAX);
	unsigned round;

	for (round = 0; round < 100000; round++) {
		uint32_t numbers[PFOR_MAX], read[PFOR_MAX];
		uint8_t bytes[PFOR_SIZE_MAX];
		unsigned n = fill_mixed(numbers, &seed);
		size_t size = pfor_encode(numbers, n, bytes);
		const uint8_t *copy = guard_copy(&guard, bytes, size);

		ck_assert_uint_eq(pfor_size(copy, guard.end, n), size);
		ck_assert_ptr_eq(pfor_decode(copy, guard.end, n, read),
		    guard.end);
		ck_assert_mem_eq(read, numbers, n * sizeof *read);
		/* And with further bytes after it, which are not its own. */
		ck_assert_ptr_eq(pfor_decode(bytes, bytes + sizeof bytes, n,
		    read), bytes + size);
		ck_assert_mem_eq(read, numbers, n * sizeof *read);
	}
}
END_TEST

/* The size at a width with as many bits for the highest number as it needs;
 * more than any block has if there are too many exceptions. */
static size_t
size_at(const uint32_t *numbers, unsigned n, unsigned width)
{
	size_t packed = n >= 255 ? 32 * width : (n * width + 7) / 8;
	unsigned exceptions = 0, high_bits = 0, i;

	for (i = 0; i < n; i++) {
		uint64_t high = (uint64_t)numbers[i] >> width;

		exceptions += high > 0;
		while (high >> high_bits > 0)
			high_bits++;
	}
	if (high_bits > 8 || exceptions > 31)
		return PFOR_SIZE_MAX + 1;
	if (exceptions == 0)
		return 1 + packed;
	return 2 + packed + exceptions + (exceptions * high_bits + 7) / 8;
}

/* The size at the best of all widths, tried one by one. */
static size_t
smallest_size(const uint32_t *numbers, unsigned n)
{
	size_t best = PFOR_SIZE_MAX + 1;
	unsigned width;

	for (width = 0; width <= 32; width++) {
		size_t size = size_at(numbers, n, width);

		best = size < best ? size : best;
	}
	return best;
}

START_TEST(pfor_encode_takes_the_fewest_bytes)
{
	uint64_t seed = support_seed("sizes");
	unsigned round;

	for (round = 0; round < 20000; round++) {
		uint32_t numbers[PFOR_MAX];
		uint8_t bytes[PFOR_SIZE_MAX];
		unsigned n = fill_mixed(numbers, &seed);

		ck_assert_uint_eq(pfor_encode(numbers, n, bytes),
		    smallest_size(numbers, n));
	}
}
END_TEST

/* --- Damaged bytes --- */

START_TEST(pfor_decode_refuses_every_truncation)
{
	uint64_t seed = support_seed("truncations");
	struct guard guard = guard_make(PFOR_SIZE_MAX);
	unsigned round;

	for (round = 0; round < 500; round++) {
		uint32_t numbers[PFOR_MAX];
		uint8_t bytes[PFOR_SIZE_MAX];
		unsigned n = fill_mixed(numbers, &seed);
		size_t size = pfor_encode(numbers, n, bytes), cut;

		for (cut = 0; cut < size; cut++) {
			const uint8_t *copy = guard_copy(&guard, bytes, cut);

			ck_assert_uint_eq(pfor_size(copy, guard.end, n), 0);
			ck_assert_ptr_null(pfor_decode(copy, guard.end, n,
			    numbers));
		}
	}
}
END_TEST

static const struct {
	const char *what;
	unsigned n;
	uint8_t bytes[8];
} damaged[] = {
	{"a width of 33", 1, {33}},
	{"the reserved bit", 1, {0x40}},
	{"the reserved bit with exceptions", 1, {0xc0, 1, 0, 1}},
	{"exceptions that are none", 1, {0x80, 0}},
	{"an exception of a number that is not there", 3, {0x80, 1, 3, 1}},
	{"an exception at 255 of 255 numbers", 255, {0x80, 1, 255, 1}},
	{"an exception over 32 bits", 1, {0x80 | 25, 7 << 5 | 1, 0}},
	{"an exception at width 32", 1, {0x80 | 32, 1, 0}},
};

START_TEST(pfor_decode_refuses_what_cannot_be_a_block)
{
	uint8_t bytes[PFOR_SIZE_MAX] = {0};
	uint32_t numbers[PFOR_MAX];

	memcpy(bytes, damaged[_i].bytes, sizeof damaged[_i].bytes);
	ck_assert_msg(!pfor_decode(bytes, bytes + sizeof bytes, damaged[_i].n,
	    numbers), "%s was read", damaged[_i].what);
}
END_TEST

START_TEST(pfor_decode_stays_in_bounds_on_any_bytes)
{
	uint64_t seed = support_seed("random bytes");
	struct guard guard = guard_make(PFOR_SIZE_MAX + 8);
	unsigned i, round, n_read = 0;

	for (round = 0; round < RANDOM_DECODES; round++) {
		uint32_t numbers[PFOR_MAX + 1];
		uint64_t words[(PFOR_SIZE_MAX + 8) / 8] = {0};
		uint8_t *bytes = (uint8_t *)words;
		unsigned n = 1 + support_below(&seed, PFOR_MAX);
		size_t size = support_below(&seed,
		    round % 4 ? 100 : sizeof words);
		const uint8_t *copy, *end;

		for (i = 0; i < size / 8 + 1 && i < 8; i++)
			words[i] = support_random(&seed);
		for (; i < size / 8 + 1; i++)
			words[i] = words[i % 8];
		bytes[0] = (uint8_t)(bytes[0] % 36 |
		    (round % 2 ? 0x80 : 0));
		if (round % 4 < 2)
			bytes[1] &= 0xe3;
		numbers[PFOR_MAX] = CANARY;
		copy = guard_copy(&guard, bytes, size);
		end = pfor_decode(copy, guard.end, n, numbers);
		if (numbers[PFOR_MAX] != CANARY || (end &&
		    (size_t)(end - copy) != pfor_size(copy, guard.end, n)))
			ck_abort_msg("round %u", round);
		n_read += end != NULL;
	}
	ck_assert_uint_gt(n_read, RANDOM_DECODES / 10);
}
END_TEST

static Suite *
pfor_suite(void)
{
	Suite *suite = suite_create("pfor");
	TCase *tcase = tcase_create("pfor");

	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, pfor_encode_writes_the_bytes_of_the_format,
	    0, sizeof known / sizeof *known);
	tcase_add_test(tcase, a_full_block_lies_in_eight_lanes_of_words);
	tcase_add_test(tcase, every_bit_lies_where_the_format_says);
	tcase_add_test(tcase, a_block_of_255_is_one_of_256_that_ends_in_zero);
	tcase_add_test(tcase, pfor_decode_reads_back_what_was_coded);
	tcase_add_test(tcase, pfor_encode_takes_the_fewest_bytes);
	tcase_add_test(tcase, pfor_decode_refuses_every_truncation);
	tcase_add_loop_test(tcase, pfor_decode_refuses_what_cannot_be_a_block,
	    0, sizeof damaged / sizeof *damaged);
	tcase_add_test(tcase, pfor_decode_stays_in_bounds_on_any_bytes);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return support_run(pfor_suite());
}
