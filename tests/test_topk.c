/* The best k of a stream, against sorting all of it. */
#include "support.h"

#include "topk.h"

#include <stdlib.h>

static const size_t wanted[] = { 0, 1, 2, 3, 7, 10, 64, 999, 1000, 1001,
	SIZE_MAX };

static int
compare(const void *a, const void *b)
{
	const struct topk_entry *x = a, *y = b;

	if (x->key != y->key)
		return x->key > y->key ? -1 : 1;
	if (x->segment != y->segment)
		return x->segment < y->segment ? -1 : 1;
	return (x->document > y->document) - (x->document < y->document);
}

/* `n` entries with keys below `keys`; 1 falls, 2 rises. */
static void
check_stream(uint64_t *seed, size_t k, size_t n, uint32_t keys, int order)
{
	struct topk_entry *all = calloc(n + 1, sizeof *all);
	struct topk topk;
	size_t expected = k < n ? k : n;

	topk_init(&topk, k);
	for (size_t i = 0; i < n; i++) {
		int64_t key = support_below(seed, keys);

		if (order)
			key = order == 1 ? -(int64_t)i : (int64_t)i;
		all[i] = (struct topk_entry){ key, (uint32_t)(i / 300),
			(uint32_t)(i % 300) };
		topk_put(&topk, key, all[i].segment, all[i].document);
	}
	topk_finish(&topk);
	qsort(all, n, sizeof *all, compare);
	ck_assert_uint_eq(topk.n, expected);
	for (size_t i = 0; i < expected; i++) {
		ck_assert_int_eq(topk.entries[i].key, all[i].key);
		ck_assert_uint_eq(topk.entries[i].segment, all[i].segment);
		ck_assert_uint_eq(topk.entries[i].document, all[i].document);
	}
	topk_free(&topk);
	free(all);
}

START_TEST(the_best_k_are_those_of_a_full_sort)
{
	uint64_t seed = support_seed("topk");
	size_t k = wanted[_i];

	for (int round = 0; round < 20; round++) {
		check_stream(&seed, k, support_below(&seed, 3000), 1000000, 0);
		check_stream(&seed, k, support_below(&seed, 3000), 5, 0);
	}
}
END_TEST

START_TEST(falling_rising_and_equal_keys_keep_the_order_of_the_archive)
{
	uint64_t seed = 1;

	for (int order = 0; order < 3; order++) {
		check_stream(&seed, wanted[_i], 0, 1, order);
		check_stream(&seed, wanted[_i], 1, 1, order);
		check_stream(&seed, wanted[_i], 2500, 1, order);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("topk");
	TCase *tcase = tcase_create("topk");
	int n = sizeof wanted / sizeof *wanted;

	tcase_add_loop_test(tcase, the_best_k_are_those_of_a_full_sort, 0, n);
	tcase_add_loop_test(tcase,
	    falling_rising_and_equal_keys_keep_the_order_of_the_archive, 0, n);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
