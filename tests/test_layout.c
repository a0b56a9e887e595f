/* Tests of include/store/layout.h. */
#include "store/layout.h"
#include "support.h"

#include <string.h>

static uint64_t
seal(enum database database, const char *key, const char *payload)
{
	return layout_seal(database, key, strlen(key), payload,
	    strlen(payload));
}

START_TEST(a_seal_fits_one_value_under_one_key_of_one_database)
{
	uint64_t right = seal(DATABASE_DIC, "key", "value");

	ck_assert_uint_eq(right, seal(DATABASE_DIC, "key", "value"));
	ck_assert_uint_ne(right, seal(DATABASE_EXT, "key", "value"));
	ck_assert_uint_ne(right, seal(DATABASE_DIC, "kez", "value"));
	ck_assert_uint_ne(right, seal(DATABASE_DIC, "ke", "yvalue"));
	ck_assert_uint_ne(right, seal(DATABASE_DIC, "key", "valuf"));
}
END_TEST

/* A damaged page can tell of one of 65,535 bytes. */
START_TEST(no_seal_fits_a_key_that_is_longer_than_any)
{
	static uint8_t key[65535];
	uint64_t longest = layout_seal(DATABASE_DIC, key, KEY_SIZE_MAX,
	    "value", 5);

	ck_assert_uint_ne(longest, layout_seal(DATABASE_DIC, key,
	    KEY_SIZE_MAX + 1, "value", 5));
	ck_assert_uint_ne(longest, layout_seal(DATABASE_DIC, key, sizeof key,
	    "value", 5));
}
END_TEST

static Suite *
layout_suite(void)
{
	Suite *suite = suite_create("layout");
	TCase *tests = tcase_create("layout");

	tcase_add_test(tests,
	    a_seal_fits_one_value_under_one_key_of_one_database);
	tcase_add_test(tests, no_seal_fits_a_key_that_is_longer_than_any);
	suite_add_tcase(suite, tests);
	return suite;
}

int
main(void)
{
	return support_run(layout_suite());
}
