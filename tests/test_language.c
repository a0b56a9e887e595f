/* Tests of include/text/language.h. */
#include "support.h"
#include "text/language.h"

#include <libstemmer.h>
#include <string.h>

/* What indexes have stored: a change here is a change of the format. */
static const struct {
	uint8_t number;
	const char *code, *name;
} numbers[] = {
	{0, "none", "none"},
	{1, "en", "english"},
	{2, "ar", "arabic"},
	{3, "hy", "armenian"},
	{4, "eu", "basque"},
	{5, "ca", "catalan"},
	{6, "da", "danish"},
	{7, "nl", "dutch"},
	{8, "fi", "finnish"},
	{9, "fr", "french"},
	{10, "de", "german"},
	{11, "el", "greek"},
	{12, "hi", "hindi"},
	{13, "hu", "hungarian"},
	{14, "id", "indonesian"},
	{15, "ga", "irish"},
	{16, "it", "italian"},
	{17, "lt", "lithuanian"},
	{18, "ne", "nepali"},
	{19, "no", "norwegian"},
	{20, "pt", "portuguese"},
	{21, "ro", "romanian"},
	{22, "ru", "russian"},
	{23, "sr", "serbian"},
	{24, "es", "spanish"},
	{25, "sv", "swedish"},
	{26, "ta", "tamil"},
	{27, "tr", "turkish"},
	{28, "yi", "yiddish"},
};

START_TEST(a_language_keeps_its_number)
{
	uint8_t number = numbers[_i].number;

	ck_assert_str_eq(language_code(number), numbers[_i].code);
	ck_assert_str_eq(language_name(number), numbers[_i].name);
	ck_assert_uint_eq(language_by_code(numbers[_i].code), number);
	ck_assert_uint_eq(language_by_code(numbers[_i].name), number);
	ck_assert(language_is_known(numbers[_i].code));
}
END_TEST

START_TEST(numbers_without_a_language_have_no_name)
{
	for (unsigned i = sizeof numbers / sizeof numbers[0]; i < 256; i++) {
		ck_assert_ptr_null(language_code((uint8_t)i));
		ck_assert_ptr_null(language_name((uint8_t)i));
		ck_assert_ptr_null(language_stemmer((uint8_t)i));
	}
	ck_assert_ptr_null(language_stemmer(LANGUAGE_NONE));
}
END_TEST

START_TEST(every_language_of_libstemmer_is_there)
{
	for (const char **name = sb_stemmer_list(); *name; name++) {
		uint8_t language = language_by_code(*name);

		/* The old English stemmer, which nobody asks for. */
		if (!strcmp(*name, "porter"))
			continue;
		ck_assert_msg(language != LANGUAGE_NONE, "%s", *name);
		ck_assert_str_eq(language_stemmer(language), *name);
	}
}
END_TEST

static const struct {
	const char *code, *name;
} codes[] = {
	{"EN", "english"},
	{"en-GB", "english"},
	{"EN_us", "english"},
	{"eng", "english"},
	{"English", "english"},
	{"de-CH-1996", "german"},
	{"ger", "german"},
	{"deu", "german"},
	{"fre", "french"},
	{"fra", "french"},
	{"gre", "greek"},
	{"nb", "norwegian"},
	{"nn-NO", "norwegian"},
	{"nob", "norwegian"},
	{"sr-Latn", "serbian"},
	{"pt_BR", "portuguese"},
	{"zh", "none"},
	{"pl", "none"},
	{"", "none"},
	{"-", "none"},
	{"e", "none"},
	{"engl", "none"},
	{"en glish", "none"},
	{"eng fra", "none"},
	{"porter", "none"},
	{"none", "none"},
};

START_TEST(a_code_names_the_language_of_the_table)
{
	const char *code = codes[_i].code;

	ck_assert_str_eq(language_name(language_by_code(code)),
	    codes[_i].name);
	ck_assert_int_eq(language_is_known(code),
	    strcmp(codes[_i].name, "none") != 0 || !strcmp(code, "none"));
}
END_TEST

START_TEST(no_code_is_no_language)
{
	ck_assert_uint_eq(language_by_code(NULL), LANGUAGE_NONE);
	ck_assert(!language_is_known(NULL));
}
END_TEST

static Suite *
language_suite(void)
{
	Suite *suite = suite_create("language");
	TCase *tcase = tcase_create("language");

	tcase_add_loop_test(tcase, a_language_keeps_its_number, 0,
	    (int)(sizeof numbers / sizeof numbers[0]));
	tcase_add_test(tcase, numbers_without_a_language_have_no_name);
	tcase_add_test(tcase, every_language_of_libstemmer_is_there);
	tcase_add_loop_test(tcase, a_code_names_the_language_of_the_table, 0,
	    (int)(sizeof codes / sizeof codes[0]));
	tcase_add_test(tcase, no_code_is_no_language);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return support_run(language_suite());
}
