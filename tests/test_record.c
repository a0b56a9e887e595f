/* Raw records to articles. */
#include "support.h"

#include "arena.h"
#include "buffer.h"
#include "record_parts.h"
#include "source.h"
#include "text/language.h"
#include "text/utf8.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct arena arena;
static struct article article;
static struct error error;
static const struct mapping no_mapping;

static void
setup(void)
{
	arena = (struct arena){0};
	article = (struct article){0};
	error = (struct error){0};
}

static void
teardown(void)
{
	arena_free(&arena);
}

static void
check_text(struct text text)
{
	ck_assert_ptr_nonnull(text.bytes);
	ck_assert_int_eq(text.bytes[text.length], 0);
	ck_assert_uint_eq(strlen(text.bytes), text.length);
	ck_assert_uint_eq(utf8_check(text.bytes, text.length), text.length);
}

/* What article.h promises of every article. */
static void
check_article(void)
{
	check_text(article.id);
	check_text(article.title);
	check_text(article.body);
	ck_assert_uint_gt(article.id.length, 0);
	ck_assert_uint_gt(article.title.length + article.body.length, 0);
	for (size_t i = 0; i < article.n_fields; i++) {
		check_text(article.fields[i].value);
		ck_assert_ptr_nonnull(article.fields[i].name);
	}
}

static enum status
parse(enum record_kind kind, const char *bytes, size_t length,
    const struct mapping *mapping)
{
	struct record record = {.kind = kind, .length = length, .name = 4};
	/* A copy of the exact size lets the sanitizer see each byte read
	   beyond it. */
	char *copy = calloc(1, length ? length : 1);
	enum status status;

	memcpy(copy, bytes, length);
	status = record_parse(&record, copy, "top/letters/one.txt", mapping,
	    &arena, &article, &error);
	free(copy);
	if (status == STATUS_OK)
		check_article();
	return status;
}

static enum status
parse_json(const char *json)
{
	return parse(RECORD_JSON, json, strlen(json), &no_mapping);
}

/* All values of a field with '|' between them, or of id, title or body. */
static const char *
value(const char *name)
{
	struct buffer values = {0};
	const char *text;

	if (strcmp(name, "id") == 0)
		return article.id.bytes;
	if (strcmp(name, "title") == 0)
		return article.title.bytes;
	if (strcmp(name, "body") == 0)
		return article.body.bytes;
	for (size_t i = 0; i < article.n_fields; i++) {
		if (strcmp(article.fields[i].name, name) != 0)
			continue;
		if (values.size)
			buffer_append_byte(&values, '|');
		buffer_append_string(&values, article.fields[i].value.bytes);
	}
	text = arena_text(&arena, buffer_string(&values), values.size);
	buffer_free(&values);
	return text;
}

static const struct {
	const char *json, *name, *value;
} taken[] = {
	{"{\"text\":\"b\",\"id\":\"x\"}", "id", "x"},
	{"{\"text\":\"b\",\"id\":12345678901234567890}", "id",
	    "12345678901234567890"},
	{"{\"text\":\"b\",\"_id\":{\"$oid\":\"5f\"}}", "id", "5f"},
	{"{\"text\":\"b\",\"url\":\"http://a/\"}", "id", "http://a/"},
	{"{\"text\":\"b\",\"url\":\"http://a/\"}", "url", "http://a/"},
	{"{\"text\":\"b\",\"url\":\"http://a/\",\"id\":\"x\"}", "id", "x"},
	{"{\"headline\":\"t\"}", "title", "t"},
	{"{\"Title\":\"t\"}", "title", "t"},
	{"{\"title\":\"  t \"}", "title", "t"},
	{"{\"title\":\"t\",\"headline\":\"h\"}", "title", "t"},
	{"{\"title\":\"t\",\"headline\":\"h\"}", "headline", "h"},
	{"{\"title\":\"\",\"headline\":\"h\"}", "title", "h"},
	{"{\"content\":\"b\"}", "body", "b"},
	{"{\"articleBody\":\"b\"}", "body", "b"},
	{"{\"text\":[\"a\",\"b\",\"c\"]}", "body", "a\n\nb\n\nc"},
	{"{\"text\":\"b\",\"summary\":\"s\"}", "body", "b"},
	{"{\"text\":\"b\",\"summary\":\"s\"}", "summary", "s"},
	{"{\"title\":\"t\",\"summary\":\"s\"}", "body", "s"},
	{"{\"text\":\"b\",\"byline\":\"A; B ;C\"}", "author", "A|B|C"},
	{"{\"text\":\"b\",\"author\":\"Lima, Ana\"}", "author", "Lima, Ana"},
	{"{\"text\":\"b\",\"authors\":[\"A\",\"B; C\"]}", "author", "A|B; C"},
	{"{\"text\":\"b\",\"authors\":[{\"name\":\"A\"},{\"name\":\"B\"}]}",
	    "author", "A|B"},
	{"{\"text\":\"b\",\"source\":{\"id\":null,\"name\":\"S\"}}", "source",
	    "S"},
	{"{\"text\":\"b\",\"keywords\":\"x, y;z,,\"}", "tags", "x|y|z"},
	{"{\"text\":\"b\",\"tags\":[\"x, y\",\"z\"]}", "tags", "x, y|z"},
	{"{\"text\":\"b\",\"lang\":\"de\"}", "lang", "de"},
	{"{\"text\":\"b\",\"pubDate\":\"2 October 2020\"}", "date",
	    "2 October 2020"},
	{"{\"text\":\"b\",\"section\":\"News\"}", "section", "News"},
	{"{\"text\":\"b\",\"Word_Count\":612}", "word_count", "612"},
	{"{\"text\":\"b\",\"n\":-0.50e+3}", "n", "-0.50e+3"},
	{"{\"text\":\"b\",\"yes\":true,\"no\":false}", "yes", "true"},
	{"{\"text\":\"b\",\"nil\":null}", "nil", ""},
	{"{\"text\":\"b\",\"a\":{\"B\":{\"c\":[1,2,[3]]}}}", "a.b.c", "1|2|3"},
	{"{\"text\":\"b\",\"\":\"x\"}", "unnamed", "x"},
	{"{\"text\":\"one\",\"text\":\"two\"}", "body", "two"},
	{"{\"text\":\"b\",\"k\":[1,2],\"K\":3}", "k", "3"},
	{"{\"text\":\"b\",\"text\":null,\"title\":\"t\"}", "body", ""},
	{"{\"text\":\"\\u00e9\\ud834\\udd1e\\n\\/.\"}", "body",
	    "\xc3\xa9\xf0\x9d\x84\x9e\n/."},
	{"{\"text\":\"a\\u0000b\"}", "body", "a\xef\xbf\xbd" "b"},
	{"{\"text\":\"a\\ud800b\"}", "body", "a\xef\xbf\xbd" "b"},
	{"{\"text\":\"a\\ud800\\u0041\"}", "body", "a\xef\xbf\xbd" "A"},
	{" \t{ \"text\" : \"b\" } \r", "body", "b"},
};

START_TEST(record_takes_each_key_for_what_it_usually_is)
{
	ck_assert_msg(parse_json(taken[_i].json) == STATUS_OK, "%s: %s",
	    taken[_i].json, error.message);
	ck_assert_msg(
	    strcmp(value(taken[_i].name), taken[_i].value) == 0,
	    "%s: %s is '%s'", taken[_i].json, taken[_i].name,
	    value(taken[_i].name));
}
END_TEST

static const struct {
	const char *json, *reason;
} refused[] = {
	{"{\"text\":\"b", "not JSON: unexpected end of line in \"text\""},
	{"{\"text\":\"b\"", "not JSON: unexpected end of line"},
	{"{\"text\":", "not JSON: unexpected end of line in \"text\""},
	{"{\"a\":{\"b\":tru",
	    "not JSON: unexpected end of line in \"a.b\""},
	{"", "not JSON: unexpected end of line"},
	{"text", "not JSON: expected a value, found 't' at byte 1"},
	{"{'text':1}", "not JSON: expected a key, found ''' at byte 2"},
	{"{\"text\":\"a\tb\"}", "not JSON: control character at byte 11"},
	{"{\"text\":\"a\\xb\"}", "not JSON: bad escape at byte 12"},
	{"{\"text\":\"a\\u12g4\"}", "not JSON: bad \\u escape at byte 13"},
	{"{\"n\":01}", "not JSON: expected ',' or '}', found '1' at byte 7"},
	{"{\"n\":1.}", "not JSON: expected a digit, found '}' at byte 8"},
	{"{\"n\":NaN}", "not JSON: expected a value, found 'N' at byte 6"},
	{"{\"text\":\"b\"} x",
	    "not JSON: more after the end of the value at byte 14"},
	{"{\"text\":\"caf\xe9\"}", "not UTF-8 at byte 13"},
	{"[\"text\"]", "not a JSON object"},
	{"\"text\"", "not a JSON object"},
	{"{}", "no text: no keys"},
	{"{\"content\":\"\"}", "no text: \"content\" is empty"},
	{"{\"content\":null}", "no text: \"content\" is empty"},
	{"{\"title\":\" \",\"content\":\"\\n\"}",
	    "no text: \"content\" is empty"},
	{"{\"id\":1,\"pages\":[1,2],\"rights\":\"x\"}",
	    "no text: keys seen: id, pages, rights"},
};

START_TEST(record_says_why_a_line_is_refused)
{
	ck_assert_int_eq(parse_json(refused[_i].json), STATUS_INVALID);
	ck_assert_str_eq(error.message, refused[_i].reason);
}
END_TEST

static const struct {
	const char *json, *doubt; /* NULL: none */
} doubted[] = {
	{"{\"text\":\"b\",\"date\":\"2020-10-02\"}", NULL},
	{"{\"text\":\"b\",\"date\":\"soon\"}", "date not understood: soon"},
	{"{\"text\":\"b\",\"date\":\"03/04/2015\"}",
	    "date not understood: 03/04/2015"},
	{"{\"text\":\"b\",\"date\":\"soon\",\"published\":\"2020\"}", NULL},
	{"{\"text\":\"b\",\"lang\":\"pl\"}", NULL},
	{"{\"text\":\"b\",\"lang\":\"Klingon tongue\"}",
	    "language not known: Klingon tongue"},
	{"{\"text\":\"a\",\"date\":\"soon\",\"text\":\"b\"}",
	    "key \"text\" stands twice"},
	{"{\"Text\":\"a\",\"text\":\"b\"}", "key \"text\" stands twice"},
	{"{\"text\":\"a\",\"a\":{\"b\":1},\"c\":{\"b\":1}}", NULL},
};

START_TEST(record_keeps_an_article_with_a_doubt)
{
	ck_assert_int_eq(parse_json(doubted[_i].json), STATUS_OK);
	if (doubted[_i].doubt)
		ck_assert_str_eq(article.doubt, doubted[_i].doubt);
	else
		ck_assert_ptr_null(article.doubt);
}
END_TEST

static const struct {
	const char *lang, *option, *code;
} languages[] = {
	{NULL, NULL, "en"},
	{"de", NULL, "de"},
	{"pt-BR", NULL, "pt"},
	{"pl", NULL, "none"},
	{"???", NULL, "en"},
	{NULL, "fr", "fr"},
	{"de", "fr", "de"},
	{"???", "fr", "fr"},
	{NULL, "none", "none"},
	{"de", "none", "none"},
};

START_TEST(record_says_its_language_but_none_silences_it)
{
	struct mapping mapping = {.language = languages[_i].option};
	char json[100] = "{\"text\":\"b\"}";

	if (languages[_i].lang)
		snprintf(json, sizeof json, "{\"text\":\"b\",\"lang\":\"%s\"}",
		    languages[_i].lang);
	ck_assert_int_eq(
	    parse(RECORD_JSON, json, strlen(json), &mapping), STATUS_OK);
	ck_assert_str_eq(language_code(article.language), languages[_i].code);
}
END_TEST

START_TEST(record_keeps_the_date_with_its_precision)
{
	ck_assert_int_eq(
	    parse_json("{\"text\":\"b\",\"year\":1968}"), STATUS_OK);
	ck_assert_int_eq(article.date.day, date_from_civil(1968, 1, 1));
	ck_assert_int_eq(article.date.precision, DATE_YEAR);
	ck_assert_int_eq(
	    parse_json("{\"text\":\"b\",\"time\":\"12:30\","
	        "\"year\":\"1850\"}"),
	    STATUS_OK);
	ck_assert_int_eq(article.date.day, date_from_civil(1850, 1, 1));
	ck_assert_str_eq(value("time"), "12:30");
}
END_TEST

static const char mapped_json[] =
    "{\"title\":\"T\",\"headline\":\"H\",\"end\":\"E\",\"lead\":\"L\","
    "\"desk\":\"D\",\"slug\":\"S\",\"id\":\"I\",\"author\":\"A\","
    "\"deck\":\"K\"}";

static enum status
parse_mapped(void)
{
	static struct mapping_key keys[] = {
	    {"title", "kicker"}, {"title", "Headline"}, {"title", "deck"},
	    {"body", "lead"}, {"body", "missing"}, {"body", "end"},
	    {"department", "desk"}};
	static struct field set[] = {
	    {"source", {"Guardian", 8}}, {"author", {"Staff", 5}}};
	struct mapping mapping = {.keys = keys, .n_keys = 7, .set = set,
	    .n_set = 2, .id_key = "slug"};

	return parse(RECORD_JSON, mapped_json, sizeof mapped_json - 1,
	    &mapping);
}

static const struct {
	const char *name, *value;
} mapped[] = {
	{"title", "H"}, {"other.title", "T"}, {"deck", "K"},
	{"body", "L\n\nE"}, {"department", "D"}, {"id", "S"},
	{"slug", "S"}, {"source", "Guardian"}, {"author", "Staff"},
};

START_TEST(record_obeys_a_mapping)
{
	ck_assert_int_eq(parse_mapped(), STATUS_OK);
	ck_assert_str_eq(value(mapped[_i].name), mapped[_i].value);
}
END_TEST

START_TEST(record_keeps_its_own_title_beside_one_that_is_set)
{
	static const char *const jsons[] = {
	    "{\"text\":\"b\",\"title\":\"Own\",\"source\":\"s\"}",
	    "{\"text\":\"b\",\"title\":\" \",\"source\":\"s\"}"};
	struct field set[] = {{"title", {"Set", 3}}, {"source", {"S", 1}}};
	struct mapping mapping = {.set = set, .n_set = 2};

	for (size_t i = 0; i < 2; i++) {
		ck_assert_int_eq(parse(RECORD_JSON, jsons[i],
		                     strlen(jsons[i]), &mapping), STATUS_OK);
		ck_assert_str_eq(value("title"), i ? "Set" : "Own");
		ck_assert_str_eq(value("source"), "S");
	}
}
END_TEST

/* Keys that name the same values; each value is there once. */
static const struct {
	const char *field, *keys[4], *json, *value;
} named_twice[] = {
	{"title", {"t", "t"}, "{\"t\":[\"a\",\"b\"]}", "a b"},
	{"title", {"t", "T"}, "{\"t\":[\"a\",\"b\"]}", "a b"},
	{"title", {"t", "t"}, "{\"t\":\"a\"}", "a"},
	{"body", {"b", "a", "b"}, "{\"a\":\"x\",\"b\":\"y\"}", "y\n\nx"},
	{"body", {"a", "B", "b", "A"}, "{\"a\":\"x\",\"b\":\"y\"}",
	    "x\n\ny"},
	{"body", {"b", "a", "a.name"},
	    "{\"a\":{\"name\":\"x\"},\"b\":\"y\"}", "y\n\nx"},
	{"body", {"a.name", "a"}, "{\"a\":[\"w\",{\"name\":\"x\"}]}",
	    "x\n\nw"},
};

START_TEST(record_takes_each_value_once)
{
	struct mapping_key keys[4];
	struct mapping mapping = {.keys = keys};
	const char *json = named_twice[_i].json;

	while (mapping.n_keys < 4 && named_twice[_i].keys[mapping.n_keys]) {
		keys[mapping.n_keys] = (struct mapping_key){
		    named_twice[_i].field,
		    named_twice[_i].keys[mapping.n_keys]};
		mapping.n_keys++;
	}
	ck_assert_int_eq(
	    parse(RECORD_JSON, json, strlen(json), &mapping), STATUS_OK);
	ck_assert_str_eq(value(named_twice[_i].field), named_twice[_i].value);
}
END_TEST

START_TEST(record_without_an_id_is_known_by_its_content)
{
	char first[33];

	ck_assert_int_eq(parse_json("{\"text\":\"b\",\"k\":1}"), STATUS_OK);
	ck_assert_uint_eq(article.id.length, 32);
	ck_assert_uint_eq(
	    strspn(article.id.bytes, "0123456789abcdef"), 32);
	memcpy(first, article.id.bytes, sizeof first);
	ck_assert_int_eq(
	    parse_json(" {\"text\" : \"\\u0062\",\"k\":1}"), STATUS_OK);
	ck_assert_str_eq(article.id.bytes, first);
	ck_assert_int_eq(parse_json("{\"text\":\"b\",\"k\":2}"), STATUS_OK);
	ck_assert_str_ne(article.id.bytes, first);
}
END_TEST

/* Every two of them differ in something. */
static const char *const different[] = {
	"{\"id\":1,\"title\":\"a\",\"text\":\"b\"}",
	"{\"id\":1,\"title\":\"ab\",\"text\":\"\"}",
	"{\"id\":1,\"title\":\"\",\"text\":\"ab\"}",
	"{\"id\":1,\"title\":\"b\",\"text\":\"a\"}",
	"{\"id\":2,\"title\":\"a\",\"text\":\"b\"}",
	"{\"id\":1,\"title\":\"a\",\"text\":\"b\",\"k\":\"cd\"}",
	"{\"id\":1,\"title\":\"a\",\"text\":\"b\",\"kc\":\"d\"}",
	"{\"id\":1,\"title\":\"a\",\"text\":\"b\",\"k\":[\"c\",\"d\"]}",
	"{\"id\":1,\"title\":\"a\",\"text\":\"b\",\"lang\":\"de\"}",
};

START_TEST(record_hash_sees_every_change)
{
	enum { N = sizeof different / sizeof *different };
	uint64_t hashes[N];

	for (size_t i = 0; i < N; i++) {
		ck_assert_int_eq(parse_json(different[i]), STATUS_OK);
		hashes[i] = article.hash;
		for (size_t j = 0; j < i; j++)
			ck_assert_uint_ne(hashes[i], hashes[j]);
	}
	ck_assert_int_eq(parse_json(different[0]), STATUS_OK);
	ck_assert_uint_eq(article.hash, hashes[0]);
}
END_TEST

START_TEST(record_with_many_keys_keeps_the_last_of_each)
{
	struct buffer json = {0};

	buffer_append_string(&json, "{\"text\":\"b\"");
	for (int i = 0; i < 200000; i++)
		buffer_append_format(&json, ",\"k%d\":%d", i % 50000, i);
	buffer_append_string(&json, "}");
	ck_assert_int_eq(parse(RECORD_JSON, (char *)json.bytes, json.size,
	    &no_mapping), STATUS_OK);
	ck_assert_uint_eq(article.n_fields, 50000);
	ck_assert_str_eq(value("k0"), "150000");
	ck_assert_str_eq(value("k49999"), "199999");
	buffer_free(&json);
}
END_TEST

START_TEST(record_nested_a_million_deep_is_refused)
{
	enum { DEPTH = 1000000 };
	char *json = malloc(DEPTH);

	memset(json, '[', DEPTH);
	ck_assert(!record_json_valid(json, DEPTH, &error));
	ck_assert_str_eq(error.message, "not JSON: nested deeper than 128");
	for (size_t i = 0; i + 5 < DEPTH; i += 5)
		memcpy(json + i, "{\"a\":", 5);
	ck_assert(!record_json_valid(json, DEPTH, &error));
	free(json);
}
END_TEST

/* Each part takes up to 2,048 positions, which are 32 bits wide. */
START_TEST(record_with_too_many_parts_of_a_value_is_refused)
{
	static const char begin[] = "{\"text\":\"x\",\"author\":\"";
	struct buffer line = {0};

	buffer_append_string(&line, begin);
	for (int i = 0; i < ARTICLE_VALUES_MAX; i++)
		buffer_append_string(&line, "a;");
	buffer_append_string(&line, "\"}");
	ck_assert_int_eq(parse(RECORD_JSON, buffer_string(&line), line.size,
	    &no_mapping), STATUS_OK);
	ck_assert_uint_eq(article.n_fields, ARTICLE_VALUES_MAX);
	line.size -= 2;
	buffer_append_string(&line, "a\"}");
	ck_assert_int_eq(parse(RECORD_JSON, buffer_string(&line), line.size,
	    &no_mapping), STATUS_INVALID);
	ck_assert_str_eq(error.message, "more than 1000000 values");
	buffer_free(&line);
}
END_TEST

START_TEST(record_refuses_every_truncation)
{
	for (size_t i = 0; i < sizeof mapped_json - 1; i++)
		ck_assert_int_eq(
		    parse(RECORD_JSON, mapped_json, i, &no_mapping),
		    STATUS_INVALID);
}
END_TEST

START_TEST(record_of_any_bytes_is_an_article_or_refused)
{
	static const char model[] =
	    "{\"id\":\"\\u00e9\\ud834\\udd1e\",\"title\":\"caf\xc3\xa9\","
	    "\"text\":[\"a\\n\",1.5e3,{\"b\":null}],\"date\":\"2020\"}";
	static const char odd[] = "\"\\{}[]:,u0\xc3\xa9\xff\n ntf-.e";
	uint64_t random = support_seed("record_of_any_bytes");
	char bytes[sizeof model];

	for (int i = 0; i < 20000; i++) {
		memcpy(bytes, model, sizeof model);
		for (uint32_t n = support_below(&random, 4) + 1; n; n--)
			bytes[support_below(&random, sizeof model - 1)] =
			    odd[support_below(&random, sizeof odd - 1)];
		parse(i % 4 ? RECORD_JSON : RECORD_TEXT, bytes,
		    sizeof model - 1, &no_mapping);
		arena_clear(&arena);
	}
}
END_TEST

/* JSON Parsing Test Suite: y_ must be read, n_ refused, i_ is open. */
START_TEST(record_agrees_with_the_json_suite)
{
	const char *shared = support_shared();
	static char bytes[1 << 20];
	char path[512];
	struct dirent *entry;
	int n = 0;
	DIR *folder;

	snprintf(path, sizeof path, "%s/suites/json", shared ? shared : "");
	folder = shared ? opendir(path) : NULL;
	if (!folder) {
		printf("skipped: the shared JSON suite is not there\n");
		return;
	}
	while ((entry = readdir(folder))) {
		FILE *file;
		size_t size;
		bool valid;

		snprintf(path, sizeof path, "%s/suites/json/%s", shared,
		    entry->d_name);
		if (!strchr("yni", entry->d_name[0]) ||
		    entry->d_name[1] != '_')
			continue;
		file = fopen(path, "rb");
		ck_assert_ptr_nonnull(file);
		size = fread(bytes, 1, sizeof bytes, file);
		fclose(file);
		valid = record_json_valid(bytes, size, &error);
		ck_assert_msg(entry->d_name[0] != 'y' || valid, "%s: %s",
		    entry->d_name, error.message);
		ck_assert_msg(entry->d_name[0] != 'n' || !valid,
		    "%s was read", entry->d_name);
		n++;
	}
	closedir(folder);
	ck_assert_int_ge(n, 300);
}
END_TEST

#define BYTES(text) text, sizeof text - 1

static const struct {
	const char *bytes;
	size_t length;
	const char *title, *body, *doubt;
} texts[] = {
	{BYTES("T\n\nB\n"), "T", "B", NULL},
	{BYTES("\n \n  T  \r\n\r\nB1\r\nB2"), "T", "B1\r\nB2", NULL},
	{BYTES("T"), "T", "", NULL},
	{BYTES("T\rB"), "T", "B", NULL},
	{BYTES("\xef\xbb\xbfT\nB"), "T", "B", NULL},
	{BYTES("a\0b\nc\0"), "a b", "c", NULL},
	{BYTES("\xff\xfeT\0\n\0\xe9\0"), "T", "\xc3\xa9", NULL},
	{BYTES("\xfe\xff\0T\0\n\xd8\x34\xdd\x1e"), "T", "\xf0\x9d\x84\x9e",
	    NULL},
	{BYTES("\xff\xfeT\0\n\0\x34\xd8!\0?"), "T", "\xef\xbf\xbd!", NULL},
	{BYTES("caf\xe9\n\x93q\x94"), "caf\xc3\xa9",
	    "\xe2\x80\x9cq\xe2\x80\x9d",
	    "charset not known; read as Windows-1252"},
	{BYTES("\xc3\xa9\xc3\xa8\xc3\xa9\n\xff!"), "\xc3\xa9\xc3\xa8\xc3\xa9",
	    "\xef\xbf\xbd!", "not UTF-8 at byte 8; bad bytes replaced"},
};

START_TEST(text_file_is_a_title_and_a_body_in_any_charset)
{
	ck_assert_int_eq(parse(RECORD_TEXT, texts[_i].bytes,
	    texts[_i].length, &no_mapping), STATUS_OK);
	ck_assert_str_eq(article.title.bytes, texts[_i].title);
	ck_assert_str_eq(article.body.bytes, texts[_i].body);
	if (texts[_i].doubt)
		ck_assert_str_eq(article.doubt, texts[_i].doubt);
	else
		ck_assert_ptr_null(article.doubt);
}
END_TEST

START_TEST(text_file_is_known_by_its_path_within_the_source)
{
	ck_assert_int_eq(
	    parse(RECORD_TEXT, "T", 1, &no_mapping), STATUS_OK);
	ck_assert_str_eq(article.id.bytes, "letters/one.txt");
	ck_assert_str_eq(value("path"), "letters/one.txt");
}
END_TEST

START_TEST(text_file_without_text_is_refused)
{
	ck_assert_int_eq(
	    parse(RECORD_TEXT, "", 0, &no_mapping), STATUS_INVALID);
	ck_assert_str_eq(error.message, "no text: empty file");
	ck_assert_int_eq(
	    parse(RECORD_TEXT, " \n\0\n", 4, &no_mapping), STATUS_INVALID);
	ck_assert_str_eq(error.message, "no text: only blanks");
}
END_TEST

START_TEST(text_beyond_64_megabytes_is_cut_at_a_character)
{
	size_t length = (size_t)ARTICLE_BODY_MAX + 1;
	char *bytes = malloc(length);

	memset(bytes, 'a', length);
	memcpy(bytes, "T\n", 2);
	memcpy(bytes + length - 3, "\xe2\x82\xac", 3);
	ck_assert_int_eq(
	    parse(RECORD_TEXT, bytes, length, &no_mapping), STATUS_OK);
	ck_assert_uint_eq(article.body.length, length - 5);
	ck_assert_str_eq(article.doubt, "text cut at 64 MB");
	free(bytes);
}
END_TEST

static Suite *
record_suite(void)
{
	Suite *suite = suite_create("record");
	TCase *tests = tcase_create("record");

#define TABLE(test, table) \
	tcase_add_loop_test(tests, test, 0, sizeof table / sizeof *table)
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_set_timeout(tests, 60);
	TABLE(record_takes_each_key_for_what_it_usually_is, taken);
	TABLE(record_says_why_a_line_is_refused, refused);
	TABLE(record_keeps_an_article_with_a_doubt, doubted);
	TABLE(record_says_its_language_but_none_silences_it, languages);
	TABLE(record_obeys_a_mapping, mapped);
	TABLE(record_takes_each_value_once, named_twice);
	tcase_add_test(tests,
	    record_keeps_its_own_title_beside_one_that_is_set);
	TABLE(text_file_is_a_title_and_a_body_in_any_charset, texts);
	tcase_add_test(tests, record_keeps_the_date_with_its_precision);
	tcase_add_test(tests, record_without_an_id_is_known_by_its_content);
	tcase_add_test(tests, record_hash_sees_every_change);
	tcase_add_test(tests, record_with_many_keys_keeps_the_last_of_each);
	tcase_add_test(tests, record_nested_a_million_deep_is_refused);
	tcase_add_test(tests,
	    record_with_too_many_parts_of_a_value_is_refused);
	tcase_add_test(tests, record_refuses_every_truncation);
	tcase_add_test(tests, record_of_any_bytes_is_an_article_or_refused);
	tcase_add_test(tests, record_agrees_with_the_json_suite);
	tcase_add_test(tests,
	    text_file_is_known_by_its_path_within_the_source);
	tcase_add_test(tests, text_file_without_text_is_refused);
	tcase_add_test(tests,
	    text_beyond_64_megabytes_is_cut_at_a_character);
	suite_add_tcase(suite, tests);
	return suite;
}

int
main(void)
{
	return support_run(record_suite());
}
