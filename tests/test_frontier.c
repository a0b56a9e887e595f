/* Tests of include/store/frontier.h. */
#include "support.h"
#include "store/frontier.h"

#include <stdbool.h>

enum { POSTINGS_MAX = 256, ROUNDS = 20000, EXACT_BELOW = 32 };

/* --- Codes --- */

static const struct {
	uint32_t value;
	uint8_t up, down;
} codes[] = {
	{0, 0, 0},
	{1, 1, 1},
	{15, 15, 15},
	{16, 16, 16},
	{31, 31, 31},
	{32, 32, 32},
	{33, 33, 32},
	{34, 33, 33},
	{1000, 112, 111},
	{1024, 112, 112},
	{491520, 254, 254},
	{491521, 255, 254},
	{1048576, 255, 254},
	{UINT32_MAX, 255, 254},
};

START_TEST(codes_are_those_of_the_format)
{
	ck_assert_uint_eq(frontier_code_up(codes[_i].value), codes[_i].up);
	ck_assert_uint_eq(frontier_code_down(codes[_i].value), codes[_i].down);
}
END_TEST

START_TEST(values_follow_the_formula_and_rise)
{
	uint32_t c;

	for (c = 0; c < 255; c++) {
		uint32_t value = c < EXACT_BELOW ? c
						 : (16 + c % 16) << (c / 16 - 1);

		ck_assert_uint_eq(frontier_value((uint8_t)c), value);
		ck_assert_uint_lt(value, frontier_value((uint8_t)(c + 1)));
		ck_assert_uint_eq(frontier_code_up(value), c);
		ck_assert_uint_eq(frontier_code_down(value), c);
	}
	ck_assert_uint_eq(frontier_value(255), UINT32_MAX);
}
END_TEST

static void
check_rounding(uint32_t value)
{
	uint8_t up = frontier_code_up(value);
	uint8_t down = frontier_code_down(value);

	/* The nearest codes on either side, and never further away. */
	if (frontier_value(up) < value || frontier_value(down) > value ||
	    down == 255 || up - down > 1 ||
	    (frontier_value(down) == value && up != down))
		ck_abort_msg("%u: up %u, down %u", value, up, down);
}

START_TEST(tf_codes_round_up_and_length_codes_round_down)
{
	uint64_t seed = support_seed("rounding");
	uint32_t i;

	for (i = 0; i < 1 << 21; i++) {
		check_rounding(i);
		check_rounding(UINT32_MAX - i);
		check_rounding((uint32_t)support_random(&seed));
	}
}
END_TEST

/* --- Pairs --- */

START_TEST(one_posting_is_repeated_in_every_pair)
{
	static const uint8_t expected[] = {3, 103, 3, 103, 3, 103, 3, 103};
	uint32_t tf = 3, length = 750;
	uint8_t bytes[FRONTIER_SIZE];

	frontier_encode(&tf, &length, 1, bytes);
	ck_assert_mem_eq(bytes, expected, sizeof expected);
}
END_TEST

START_TEST(pairs_that_others_beat_are_left_out)
{
	/* (2, 10) and (5, 20) stay: the others are longer for no more tf. */
	static const uint32_t tfs[] = {1, 5, 2, 2, 4, 5};
	static const uint32_t lengths[] = {10, 20, 10, 15, 21, 30};
	static const uint8_t expected[] = {2, 10, 5, 20, 5, 20, 5, 20};
	uint8_t bytes[FRONTIER_SIZE];

	frontier_encode(tfs, lengths, 6, bytes);
	ck_assert_mem_eq(bytes, expected, sizeof expected);
}
END_TEST

START_TEST(of_many_pairs_the_nearest_become_one)
{
	/* (2, 11) is looser than (1, 10) by the least. */
	static const uint32_t tfs[] = {1, 2, 8, 16, 31};
	static const uint32_t lengths[] = {10, 11, 16, 22, 31};
	static const uint8_t expected[] = {2, 10, 8, 16, 16, 22, 31, 31};
	uint8_t bytes[FRONTIER_SIZE];

	frontier_encode(tfs, lengths, 5, bytes);
	ck_assert_mem_eq(bytes, expected, sizeof expected);
}
END_TEST

struct postings {
	uint32_t tfs[POSTINGS_MAX], lengths[POSTINGS_MAX];
	unsigned n;
};

static void
make_postings(struct postings *postings, uint64_t *seed)
{
	uint32_t often = 1U << support_below(seed, 22);
	uint32_t longest = 1U << support_below(seed, 25);
	unsigned i;

	postings->n = 1 + support_below(seed, POSTINGS_MAX);
	for (i = 0; i < postings->n; i++) {
		postings->tfs[i] = 1 + support_below(seed, often);
		postings->lengths[i] = support_below(seed, longest);
	}
}

static bool
is_bounded(const uint8_t *bytes, uint32_t tf, uint32_t length)
{
	unsigned pair;

	for (pair = 0; pair < FRONTIER_PAIRS; pair++)
		if (frontier_value(bytes[2 * pair]) >= tf &&
		    frontier_value(bytes[2 * pair + 1]) <= length)
			return true;
	return false;
}

START_TEST(no_posting_beats_all_pairs)
{
	uint64_t seed = support_seed("bounds");
	unsigned round, i;

	for (round = 0; round < ROUNDS; round++) {
		struct postings postings;
		uint8_t bytes[FRONTIER_SIZE];

		make_postings(&postings, &seed);
		frontier_encode(postings.tfs, postings.lengths, postings.n,
		    bytes);
		for (i = 0; i < postings.n; i++)
			if (!is_bounded(bytes, postings.tfs[i],
			    postings.lengths[i]))
				ck_abort_msg("posting %u of %u", i,
				    postings.n);
	}
}
END_TEST

/* Both parts of a pair must be those of postings, if not of one alone. */
START_TEST(no_pair_is_looser_than_the_block_as_a_whole)
{
	uint64_t seed = support_seed("looseness");
	unsigned round, i;

	for (round = 0; round < ROUNDS; round++) {
		struct postings postings;
		uint8_t bytes[FRONTIER_SIZE];
		uint32_t tf = 0, length = UINT32_MAX;

		make_postings(&postings, &seed);
		frontier_encode(postings.tfs, postings.lengths, postings.n,
		    bytes);
		for (i = 0; i < postings.n; i++) {
			if (postings.tfs[i] > tf)
				tf = postings.tfs[i];
			if (postings.lengths[i] < length)
				length = postings.lengths[i];
		}
		ck_assert_uint_eq(bytes[6], frontier_code_up(tf));
		ck_assert_uint_eq(bytes[1], frontier_code_down(length));
		for (i = 2; i < FRONTIER_SIZE; i++)
			ck_assert_uint_ge(bytes[i], bytes[i - 2]);
	}
}
END_TEST

static Suite *
frontier_suite(void)
{
	Suite *suite = suite_create("frontier");
	TCase *tcase = tcase_create("frontier");

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, codes_are_those_of_the_format, 0,
	    sizeof codes / sizeof *codes);
	tcase_add_test(tcase, values_follow_the_formula_and_rise);
	tcase_add_test(tcase, tf_codes_round_up_and_length_codes_round_down);
	tcase_add_test(tcase, one_posting_is_repeated_in_every_pair);
	tcase_add_test(tcase, pairs_that_others_beat_are_left_out);
	tcase_add_test(tcase, of_many_pairs_the_nearest_become_one);
	tcase_add_test(tcase, no_posting_beats_all_pairs);
	tcase_add_test(tcase, no_pair_is_looser_than_the_block_as_a_whole);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return support_run(frontier_suite());
}
