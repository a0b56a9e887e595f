/* Answers in every format, and the options that choose it. */
#include "printer.h"
#include "search.h"
#include "support.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

static struct mark excerpt_marks[] = {{4, 12, 0}};

static struct printed_hit
sample_hit(void)
{
	static const char *authors[] = {"Ana Lima", "Bo \"B\" Chen"};
	struct printed_hit hit = {.rank = 11,
	    .score = 3 * (int64_t)SCORE_ONE / 2,
	    .id = "a b",
	    .title = {.text = "Storm\033[31m", .length = 10},
	    .excerpt = {.text = "… a harbour é", .length = 16},
	    .has_excerpt = true,
	    .date = {.day = date_from_civil(2021, 3, 4),
	        .precision = DATE_DAY},
	    .authors = authors,
	    .n_authors = 2,
	    .language = "en",
	    .path = "g/storm.html",
	    .n_words = 1612};

	hit.excerpt.marks = excerpt_marks;
	hit.excerpt.n_marks = 1;
	return hit;
}

static struct printed_answer
sample_answer(void)
{
	return (struct printed_answer){.index = "guardian",
	    .text = "harbour \"\377",
	    .read_as = "harbour",
	    .total = 1204,
	    .shown = 1,
	    .page = 2,
	    .limit = 10,
	    .milliseconds = 31};
}

static void
print_sample(const struct printer_kind *kind,
    const struct printed_answer *answer, struct buffer *out)
{
	struct printer printer = {.kind = kind, .separator = '\n', .out = out};
	struct printed_hit hit = sample_hit();

	printer.terminal.width = 80;
	if (kind->begin)
		kind->begin(&printer, answer);
	if (kind->hit)
		kind->hit(&printer, answer, &hit);
	if (kind->end)
		kind->end(&printer, answer);
}

START_TEST(text_is_laid_out_as_designed)
{
	struct printed_answer answer = sample_answer();
	struct buffer out = {0};

	print_sample(&print_text, &answer, &out);
	ck_assert_str_eq(buffer_string(&out),
	    "1,204 articles in guardian, 31 ms\n\n"
	    "11  Storm␛[31m\n"
	    "    2021-03-04 · Ana Lima, Bo \"B\" Chen · 1,612 words · "
	    "g/storm.html\n"
	    "    … a harbour é\n\n"
	    "Page 2 of 121 · more: -p 3 · all: -n 0\n");
	buffer_free(&out);
}
END_TEST

START_TEST(each_line_of_json_is_an_object_with_the_promised_keys)
{
	static const char *const keys[] = {"type", "rank", "id", "score",
	    "title", "date", "author", "source", "lang", "url", "path",
	    "words", "snippets"};
	struct printed_answer answer = sample_answer();
	struct buffer out = {0};
	struct json_object *hit, *end, *value;
	char *second;

	print_sample(&print_json, &answer, &out);
	second = strchr(buffer_string(&out), '\n');
	ck_assert_ptr_nonnull(second);
	*second++ = '\0';
	hit = json_tokener_parse((const char *)out.bytes);
	end = json_tokener_parse(second);
	ck_assert(hit && end);
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		ck_assert_msg(
		    json_object_object_get_ex(hit, keys[i], &value), "%s",
		    keys[i]);
	json_object_object_get_ex(hit, "title", &value);
	ck_assert_str_eq(json_object_get_string(value), "Storm\033[31m");
	json_object_object_get_ex(hit, "score", &value);
	ck_assert(json_object_get_double(value) == 1.5);
	/* Bytes 4 to 12, where the first character takes three bytes. */
	json_object_object_get_ex(hit, "snippets", &value);
	ck_assert_str_eq(json_object_to_json_string_ext(
	                     value, JSON_C_TO_STRING_PLAIN),
	    "[{\"text\":\"… a harbour é\",\"marks\":[[2,10]]}]");
	json_object_object_get_ex(end, "query", &value);
	ck_assert_str_eq(
	    json_object_get_string(value), "harbour \"\357\277\275");
	json_object_object_get_ex(end, "total", &value);
	ck_assert_int_eq(json_object_get_int(value), 1204);
	ck_assert_ptr_null(strpbrk((const char *)out.bytes, "\033\177"));
	json_object_put(hit);
	json_object_put(end);
	buffer_free(&out);
}
END_TEST

START_TEST(a_nul_byte_is_escaped_in_json)
{
	struct printed_answer answer = sample_answer();
	struct printed_hit hit = sample_hit();
	struct buffer out = {0};
	struct printer printer = {.kind = &print_json, .out = &out};

	hit.title = (struct marked_text){.text = "a\0b", .length = 3};
	print_json.hit(&printer, &answer, &hit);
	ck_assert_ptr_null(memchr(out.bytes, 0, out.size));
	ck_assert_ptr_nonnull(strstr(buffer_string(&out), "\"a\\u0000b\""));
	buffer_free(&out);
}
END_TEST

START_TEST(trec_lines_have_six_columns)
{
	struct printed_answer answer = sample_answer();
	struct buffer out = {0};

	answer.id = "q\t7";
	print_sample(&print_trec, &answer, &out);
	ck_assert_str_eq(
	    buffer_string(&out), "q_7 Q0 a_b 11 1.500000 quire\n");
	buffer_clear(&out);
	answer.id = NULL;
	print_sample(&print_list, &answer, &out);
	print_sample(&print_count, &answer, &out);
	ck_assert_str_eq(buffer_string(&out), "g/storm.html\n1204\n");
	buffer_free(&out);
}
END_TEST

/* --- options --- */

static enum status
read_options(const char *line, struct options *options, struct error *error)
{
	static char words[256];
	char *argv[32] = {NULL};
	int argc = 1;

	argv[0] = words;
	strcpy(words, line);
	for (char *word = strtok(words, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	*error = (struct error){0};
	return options_read(argc, argv, options, error);
}

START_TEST(options_and_excluded_words_are_told_apart)
{
	static const struct {
		const char *line, *query;
		size_t limit, page;
	} lines[] = {
	    {"bridge -toll", "bridge -toll", 10, 1},
	    {"-n20 bridge -china -p 3", "bridge -china", 20, 3},
	    {"-n 0 bridge -nato", "bridge -nato", SIZE_MAX, 1},
	    {"--limit=5 -- -n -x", "-n -x", 5, 1},
	    {"--lim 5 a --page 2 b", "a b", 5, 2},
	    {"-5 - x", "-5 - x", 10, 1},
	    {"-n 5 -n 7 x", "x", 7, 1},
	    {"--trec x", "x", 1000, 1},
	    {"--trec -n 3 x", "x", 3, 1},
	    {"-l x", "x", SIZE_MAX, 1},
	};
	struct options options;
	struct error error;

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		ck_assert_msg(read_options(lines[i].line, &options, &error) ==
		        STATUS_OK,
		    "%s: %s", lines[i].line, error.message);
		ck_assert_str_eq(
		    buffer_string(&options.query), lines[i].query);
		ck_assert_uint_eq(options.limit, lines[i].limit);
		ck_assert_uint_eq(options.page, lines[i].page);
		options_free(&options);
	}
}
END_TEST

START_TEST(usage_errors_say_what_is_wrong)
{
	static const char *const lines[][2] = {
	    {"-x", "unknown option -x"},
	    {"--sorted", "unknown option --sorted; did you mean --sort ?"},
	    {"--frobnicate", "unknown option --frobnicate"},
	    {"--s x", "--s could be several options; write more of it"},
	    {"-n -3", "--limit takes a number, not \"-3\""},
	    {"-n 99999999999999999999",
	        "--limit takes a number, not \"99999999999999999999\""},
	    {"-n", "--limit needs a value"},
	    {"-p 0", "pages are counted from 1"},
	    {"--any=1 x", "--any takes no value"},
	    {"-s title x", "--sort is best, new or old, not \"title\""},
	    {"--rank lm x", "ranking \"lm\" is not understood"},
	    {"--rank bm25,b=2 x", "ranking \"bm25,b=2\" is not understood"},
	    {"--rank bm25,k1=nan x",
	        "ranking \"bm25,k1=nan\" is not understood"},
	    {"--color=pink x",
	        "--color is auto, always or never, not \"pink\""},
	    {"-i a -i b x",
	        "only one index can be searched at a time so far"},
	};
	struct options options;
	struct error error;

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		ck_assert_int_eq(read_options(lines[i][0], &options, &error),
		    STATUS_INVALID);
		ck_assert_str_eq(error.message, lines[i][1]);
		options_free(&options);
	}
}
END_TEST

START_TEST(rank_sets_what_it_names)
{
	struct options options;
	struct error error;

	ck_assert_int_eq(
	    read_options("--rank bm25,k1=0.9,b=0.4 x", &options, &error),
	    STATUS_OK);
	ck_assert(options.k1 == 0.9 && options.b == 0.4);
	options_free(&options);
	ck_assert_int_eq(
	    read_options("--rank bm25 x", &options, &error), STATUS_OK);
	ck_assert(options.k1 == 1.2 && options.b == 0.75);
	options_free(&options);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("printer");
	TCase *tcase = tcase_create("printer");

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, text_is_laid_out_as_designed);
	tcase_add_test(
	    tcase, each_line_of_json_is_an_object_with_the_promised_keys);
	tcase_add_test(tcase, a_nul_byte_is_escaped_in_json);
	tcase_add_test(tcase, trec_lines_have_six_columns);
	tcase_add_test(tcase, options_and_excluded_words_are_told_apart);
	tcase_add_test(tcase, usage_errors_say_what_is_wrong);
	tcase_add_test(tcase, rank_sets_what_it_names);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
