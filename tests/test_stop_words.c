/* Tests of include/text/stop_words.h. */
#include "support.h"
#include "text/stop_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool
has(const struct stop_words *stop_words, const char *word)
{
	return stop_words_has(stop_words, word, strlen(word));
}

START_TEST(the_default_stop_words_are_the_127_usual_ones)
{
	static const char *const words[] = {"a", "the", "i", "yourselves", "t",
	    "s", "don", "should", "now", "will", "very", "once"};
	static const char *const others[] = {"", "th", "them ", "bridge",
	    "thee", "would", "don't"};
	struct stop_words *stop_words;

	ck_assert_int_eq(stop_words_open("default", &stop_words, NULL),
	    STATUS_OK);
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		ck_assert_msg(has(stop_words, words[i]), "%s", words[i]);
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		ck_assert_msg(!has(stop_words, others[i]), "%s", others[i]);
	stop_words_free(stop_words);
	ck_assert_int_eq(stop_words_open("none", &stop_words, NULL),
	    STATUS_OK);
	ck_assert(!has(stop_words, "the"));
	stop_words_free(stop_words);
	stop_words_free(NULL);
}
END_TEST

START_TEST(stop_words_are_read_from_a_file_as_forms)
{
	char *folder = support_folder();
	char *path;
	FILE *file;
	struct stop_words *stop_words = NULL;
	struct error error = {0};

	ck_assert_int_gt(asprintf(&path, "%s/words", folder), 0);
	file = fopen(path, "w");
	fputs("# a comment with the word bridge\n\n"
	      "Le LA\t\u00c0#l\u00e0\r\n e-mail \u2019tis\n--\nlast",
	    file);
	fclose(file);
	ck_assert_int_eq(stop_words_open(path, &stop_words, &error),
	    STATUS_OK);
	ck_assert(has(stop_words, "le") && has(stop_words, "la"));
	ck_assert(has(stop_words, "a") && has(stop_words, "tis"));
	ck_assert(has(stop_words, "last"));
	ck_assert(!has(stop_words, "bridge") && !has(stop_words, "mail"));
	ck_assert(!has(stop_words, "l"));
	stop_words_free(stop_words);
	unlink(path);
	ck_assert_int_eq(stop_words_open(path, &stop_words, &error),
	    STATUS_IO);
	ck_assert_ptr_nonnull(strstr(error.message, "No such file"));
	ck_assert_int_eq(stop_words_open(folder, &stop_words, &error),
	    STATUS_IO);
	free(path);
	free(folder);
}
END_TEST

static Suite *
stop_words_suite(void)
{
	Suite *suite = suite_create("stop_words");
	TCase *tcase = tcase_create("stop_words");

	tcase_add_test(tcase, the_default_stop_words_are_the_127_usual_ones);
	tcase_add_test(tcase, stop_words_are_read_from_a_file_as_forms);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return support_run(stop_words_suite());
}
