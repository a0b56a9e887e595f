/* Tests of include/text/utf8.h. */
#include "support.h"
#include "text/utf8.h"

#include <string.h>

START_TEST(utf8_reads_back_every_character_it_wrote)
{
	for (uint32_t code = 0; code <= 0x10ffff; code++) {
		char text[4];
		uint32_t read;
		size_t size;

		if (code >= 0xd800 && code < 0xe000)
			continue;
		size = utf8_encode(code, text);
		if (utf8_decode(text, size, &read) != size || read != code ||
		    utf8_check(text, size) != size)
			ck_abort_msg("U+%04X", code);
	}
}
END_TEST

static const struct {
	const char *bytes;
	const char *what;
} refused[] = {
	{"\x80", "a continuation byte alone"},
	{"\xbf", "another"},
	{"\xc0\x80", "an overlong NUL"},
	{"\xc1\xbf", "an overlong DEL"},
	{"\xe0\x80\x80", "an overlong NUL of three bytes"},
	{"\xe0\x9f\xbf", "U+07FF in three bytes"},
	{"\xf0\x8f\xbf\xbf", "U+FFFF in four bytes"},
	{"\xed\xa0\x80", "the first surrogate"},
	{"\xed\xbf\xbf", "the last surrogate"},
	{"\xf4\x90\x80\x80", "U+110000"},
	{"\xf5\x80\x80\x80", "a first byte that is none"},
	{"\xff", "0xff"},
	{"\xc3", "one byte of two"},
	{"\xe2\x82", "two bytes of three"},
	{"\xf0\x9f\x98", "three bytes of four"},
	{"\xc3(", "a letter for a continuation byte"},
	{"\xe2\x82(", "the same at the third byte"},
};

START_TEST(utf8_decode_refuses_what_is_not_utf8)
{
	const char *bytes = refused[_i].bytes;
	uint32_t code = 0;

	ck_assert_msg(utf8_decode(bytes, strlen(bytes), &code) == 1 &&
		code == UINT32_MAX,
	    "%s was read as U+%04X", refused[_i].what, code);
}
END_TEST

START_TEST(utf8_check_finds_the_first_bad_byte_at_any_place)
{
	char text[40];

	for (size_t bad = 0; bad < sizeof text; bad++) {
		memset(text, 'x', sizeof text);
		memcpy(text, "\xc3\xa9", 2);
		text[bad] = '\xff';
		ck_assert_uint_eq(utf8_check(text, sizeof text),
		    bad == 1 ? 0 : bad);
	}
	ck_assert_uint_eq(utf8_check("", 0), 0);
	ck_assert_uint_eq(utf8_check("abc\xe2\x82", 5), 3);
}
END_TEST

START_TEST(utf8_width_knows_marks_and_wide_characters)
{
	ck_assert_int_eq(utf8_width('a'), 1);
	ck_assert_int_eq(utf8_width(0xe9), 1);
	ck_assert_int_eq(utf8_width('\n'), 1);
	ck_assert_int_eq(utf8_width(0x0301), 0); /* combining acute */
	ck_assert_int_eq(utf8_width(0x094d), 0); /* Hindi virama */
	ck_assert_int_eq(utf8_width(0x4e2d), 2); /* Han */
	ck_assert_int_eq(utf8_width(0x30ab), 2); /* Katakana */
	ck_assert_int_eq(utf8_width(0xff76), 1); /* halfwidth Katakana */
	ck_assert_int_eq(utf8_width(0xac00), 2); /* Hangul */
	ck_assert_int_eq(utf8_width(0x1f600), 2); /* emoji */
	ck_assert_int_eq(utf8_width(0xffff), 1);
}
END_TEST

static Suite *
utf8_suite(void)
{
	Suite *suite = suite_create("utf8");
	TCase *tcase = tcase_create("utf8");

	tcase_add_test(tcase, utf8_reads_back_every_character_it_wrote);
	tcase_add_loop_test(tcase, utf8_decode_refuses_what_is_not_utf8, 0,
	    (int)(sizeof refused / sizeof refused[0]));
	tcase_add_test(tcase,
	    utf8_check_finds_the_first_bad_byte_at_any_place);
	tcase_add_test(tcase, utf8_width_knows_marks_and_wide_characters);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return support_run(utf8_suite());
}
