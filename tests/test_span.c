/* Phrases, NEAR and WINDOW over positions, against trying everything. */
#include "support.h"

#include "span.h"

#include <stdlib.h>
#include <string.h>

enum { PLACES = 12, WORDS_MAX = 4 };

static void
random_places(uint64_t *seed, struct spans *spans)
{
	spans->n = 0;
	for (uint64_t p = 0; p < PLACES; p++)
		if (!support_below(seed, 4))
			spans_add(spans, p, p);
}

static void
random_spans(uint64_t *seed, struct spans *spans)
{
	spans->n = 0;
	for (unsigned n = support_below(seed, 6); n; n--) {
		uint64_t start = support_below(seed, PLACES);

		spans_add(spans, start, start + support_below(seed, 4));
	}
	spans_sort(spans);
}

static bool
is_pair(const struct span *a, const struct span *b, uint32_t distance)
{
	return b->start > a->end && b->start - a->end <= distance;
}

static void
add_pair(void *context, const struct span *first, const struct span *second,
    bool is_swapped)
{
	(void)is_swapped;
	spans_add(context, first->start, second->end);
}

START_TEST(near_finds_exactly_the_pairs_within_the_distance)
{
	uint64_t seed = support_seed("span near");
	struct spans left = {0}, right = {0}, all = {0}, found = {0};

	for (int round = 0; round < 20000; round++) {
		uint32_t distance = support_below(&seed, 5);
		bool ordered = support_below(&seed, 2);

		random_spans(&seed, &left);
		random_spans(&seed, &right);
		all.n = found.n = 0;
		for (size_t i = 0; i < left.n; i++)
			for (size_t j = 0; j < right.n; j++) {
				struct span *a = &left.items[i];
				struct span *b = &right.items[j];

				if (is_pair(a, b, distance))
					spans_add(&all, a->start, b->end);
				if (!ordered && is_pair(b, a, distance))
					spans_add(&all, b->start, a->end);
			}
		spans_sort(&all);
		span_near(&left, &right, distance, ordered, add_pair, &found);
		spans_sort(&found);
		ck_assert_uint_eq(found.n, all.n);
		for (size_t i = 0; i < all.n; i++) {
			ck_assert_uint_eq(found.items[i].start,
			    all.items[i].start);
			ck_assert_uint_eq(found.items[i].end,
			    all.items[i].end);
		}
		ck_assert_int_eq(span_near_any(&left, &right, distance,
		    ordered), all.n > 0);
	}
	spans_free(&left);
	spans_free(&right);
	spans_free(&all);
	spans_free(&found);
}
END_TEST

/* Whether words from `w` on find places of their own in the window. */
static bool
try_places(struct spans *const *words, size_t n, size_t w, uint64_t first,
    uint64_t last, uint64_t used)
{
	if (w == n)
		return true;
	for (size_t i = 0; i < words[w]->n; i++) {
		uint64_t p = words[w]->items[i].start;

		if (p >= first && p <= last && !(used >> p & 1) &&
		    try_places(words, n, w + 1, first, last,
			used | (uint64_t)1 << p))
			return true;
	}
	return false;
}

START_TEST(window_gives_every_word_a_place_of_its_own)
{
	uint64_t seed = support_seed("span window");
	struct spans lists[WORDS_MAX] = {0};
	struct spans *words[WORDS_MAX];

	for (int round = 0; round < 50000; round++) {
		size_t n = 1 + support_below(&seed, WORDS_MAX);
		uint64_t steps = support_below(&seed, 8);
		bool expected = false;

		for (size_t i = 0; i < n; i++) {
			random_places(&seed, &lists[i]);
			/* Words often share all of their places. */
			words[i] = &lists[support_below(&seed,
			    (uint32_t)i + 1)];
		}
		for (uint64_t p = 0; p < PLACES; p++)
			expected |= try_places(words, n, 0, p, p + steps, 0);
		ck_assert_int_eq(span_within(words, n, steps, NULL, NULL),
		    expected);
	}
	for (size_t i = 0; i < WORDS_MAX; i++)
		spans_free(&lists[i]);
}
END_TEST

START_TEST(nothing_reaches_from_title_to_body_or_over_a_gap_of_a_field)
{
	struct spans left = {0}, right = {0};
	struct spans *words[] = { &left, &right };
	uint64_t body = (uint64_t)PART_BODY << SPAN_PART_SHIFT;
	uint64_t field = (uint64_t)(PART_FIELD + 7) << SPAN_PART_SHIFT;

	spans_add(&left, UINT32_MAX, UINT32_MAX);
	spans_add(&right, body, body);
	ck_assert(!span_near_any(&left, &right, UINT32_MAX, false));
	ck_assert(!span_within(words, 2, UINT32_MAX, NULL, NULL));
	left.items[0] = (struct span){ field + 3, field + 3 };
	right.items[0] = (struct span){ field + 1028, field + 1028 };
	ck_assert(!span_near_any(&left, &right, UINT32_MAX, false));
	ck_assert(!span_within(words, 2, UINT32_MAX, NULL, NULL));
	right.items[0] = (struct span){ field + 500, field + 500 };
	ck_assert(span_near_any(&left, &right, UINT32_MAX, false));
	ck_assert(span_within(words, 2, UINT32_MAX, NULL, NULL));
	spans_free(&left);
	spans_free(&right);
}
END_TEST

START_TEST(a_thousand_equal_words_in_a_window_are_answered_soon)
{
	struct spans places = {0};
	struct spans *words[1000];

	for (uint64_t p = 0; p < 5000; p++)
		spans_add(&places, 3 * p, 3 * p);
	for (size_t i = 0; i < 1000; i++)
		words[i] = &places;
	ck_assert(!span_within(words, 1000, 3 * 998, NULL, NULL));
	ck_assert(span_within(words, 1000, 3 * 999, NULL, NULL));
	spans_free(&places);
}
END_TEST

START_TEST(phrase_starts_are_kept_where_the_next_word_stands)
{
	uint32_t starts[] = { 0, 4, 9, UINT32_MAX };
	const uint32_t positions[] = { 2, 5, 6, 7, 12, UINT32_MAX };

	ck_assert_uint_eq(span_keep_starts(starts, 4, positions, 6, 2), 2);
	ck_assert_uint_eq(starts[0], 0);
	ck_assert_uint_eq(starts[1], 4);
	ck_assert_uint_eq(span_keep_starts(starts, 2, positions, 0, 2), 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("span");
	TCase *tcase = tcase_create("span");

	tcase_add_test(tcase,
	    near_finds_exactly_the_pairs_within_the_distance);
	tcase_add_test(tcase, window_gives_every_word_a_place_of_its_own);
	tcase_add_test(tcase,
	    nothing_reaches_from_title_to_body_or_over_a_gap_of_a_field);
	tcase_add_test(tcase,
	    a_thousand_equal_words_in_a_window_are_answered_soon);
	tcase_add_test(tcase,
	    phrase_starts_are_kept_where_the_next_word_stands);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
