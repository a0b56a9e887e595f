/* Tests of include/store/bytes.h. */
#include "support.h"
#include "store/bytes.h"

START_TEST(words_are_stored_little_endian)
{
	uint8_t bytes[14];
	static const uint8_t expected[14] = {0x02, 0x01, 0x06, 0x05, 0x04,
	    0x03, 0x0e, 0x0d, 0x0c, 0x0b, 0x0a, 0x09, 0x08, 0x07};

	bytes_put_u16(bytes, 0x0102);
	bytes_put_u32(bytes + 2, 0x03040506);
	bytes_put_u64(bytes + 6, 0x0708090a0b0c0d0e);
	ck_assert_mem_eq(bytes, expected, sizeof bytes);
	ck_assert_uint_eq(bytes_u16(bytes), 0x0102);
	ck_assert_uint_eq(bytes_u32(bytes + 2), 0x03040506);
	ck_assert_uint_eq(bytes_u64(bytes + 6), 0x0708090a0b0c0d0e);
}
END_TEST

START_TEST(key_parts_are_stored_big_endian)
{
	uint8_t bytes[14];
	static const uint8_t expected[14] = {0x01, 0x02, 0x03, 0x04, 0x05,
	    0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e};

	bytes_put_key_u16(bytes, 0x0102);
	bytes_put_key_u32(bytes + 2, 0x03040506);
	bytes_put_key_u64(bytes + 6, 0x0708090a0b0c0d0e);
	ck_assert_mem_eq(bytes, expected, sizeof bytes);
	ck_assert_uint_eq(bytes_key_u32(bytes + 2), 0x03040506);
	ck_assert_uint_eq(bytes_key_u64(bytes + 6), 0x0708090a0b0c0d0e);
}
END_TEST

static const struct {
	uint64_t value;
	size_t size;
	uint8_t bytes[VARINT_MAX];
} varints[] = {
	{0, 1, {0x00}},
	{1, 1, {0x01}},
	{127, 1, {0x7f}},
	{128, 2, {0x80, 0x01}},
	{300, 2, {0xac, 0x02}},
	{16383, 2, {0xff, 0x7f}},
	{16384, 3, {0x80, 0x80, 0x01}},
	{UINT32_MAX, 5, {0xff, 0xff, 0xff, 0xff, 0x0f}},
	{(uint64_t)1 << 63, 10,
	    {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01}},
	{UINT64_MAX, 10,
	    {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}},
};

START_TEST(varints_have_the_bytes_of_the_format)
{
	uint8_t bytes[VARINT_MAX];
	size_t size = varints[_i].size;
	uint64_t value;

	ck_assert_ptr_eq(varint_put(bytes, varints[_i].value), bytes + size);
	ck_assert_mem_eq(bytes, varints[_i].bytes, size);
	ck_assert_ptr_eq(varint_get(bytes, bytes + size, &value),
	    bytes + size);
	ck_assert_uint_eq(value, varints[_i].value);
}
END_TEST

START_TEST(varint_get_refuses_every_truncation)
{
	const uint8_t *bytes = varints[_i].bytes;
	uint64_t value = 7;
	size_t size;

	for (size = 0; size < varints[_i].size; size++)
		ck_assert_ptr_null(varint_get(bytes, bytes + size, &value));
	ck_assert_uint_eq(value, 7);
	ck_assert_ptr_null(varint_get(NULL, NULL, &value));
}
END_TEST

START_TEST(varint_get_refuses_what_is_over_64_bits)
{
	uint8_t bytes[11];
	uint64_t value;
	unsigned last;

	memset(bytes, 0xff, sizeof bytes);
	ck_assert_ptr_null(varint_get(bytes, bytes + 11, &value));
	for (last = 2; last < 256; last++) {
		bytes[9] = (uint8_t)last;
		ck_assert_msg(!varint_get(bytes, bytes + 11, &value),
		    "tenth byte %u was read", last);
	}
}
END_TEST

START_TEST(varint_get_u32_refuses_what_is_over_32_bits)
{
	static const uint8_t over[] = {0x80, 0x80, 0x80, 0x80, 0x10};
	static const uint8_t most[] = {0xff, 0xff, 0xff, 0xff, 0x0f};
	uint32_t value = 7;

	ck_assert_ptr_null(varint_get_u32(over, over + 5, &value));
	ck_assert_uint_eq(value, 7);
	ck_assert_ptr_eq(varint_get_u32(most, most + 5, &value), most + 5);
	ck_assert_uint_eq(value, UINT32_MAX);
}
END_TEST

START_TEST(varint_get_reads_back_every_number_of_bits)
{
	uint64_t seed = support_seed("varints");
	uint8_t bytes[VARINT_MAX];
	unsigned i;

	for (i = 0; i < 64 * 1000; i++) {
		uint64_t value = support_random(&seed) >> i % 64, read;
		uint8_t *end = varint_put(bytes, value);

		ck_assert_ptr_eq(varint_get(bytes, end, &read), end);
		ck_assert_uint_eq(read, value);
	}
}
END_TEST

static Suite *
bytes_suite(void)
{
	Suite *suite = suite_create("bytes");
	TCase *tcase = tcase_create("bytes");
	int n_varints = sizeof varints / sizeof *varints;

	tcase_add_test(tcase, words_are_stored_little_endian);
	tcase_add_test(tcase, key_parts_are_stored_big_endian);
	tcase_add_loop_test(tcase, varints_have_the_bytes_of_the_format, 0,
	    n_varints);
	tcase_add_loop_test(tcase, varint_get_refuses_every_truncation, 0,
	    n_varints);
	tcase_add_test(tcase, varint_get_refuses_what_is_over_64_bits);
	tcase_add_test(tcase, varint_get_u32_refuses_what_is_over_32_bits);
	tcase_add_test(tcase, varint_get_reads_back_every_number_of_bits);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return support_run(bytes_suite());
}
