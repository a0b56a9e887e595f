/* Tests of include/text/tokenizer.h and the word breaks below it. */
#include "buffer.h"
#include "support.h"
#include "text/normal.h"
#include "text/tokenizer.h"
#include "text/utf8.h"
#include "text/word_break.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char word_break_test[] =
    "/usr/share/unicode/auxiliary/WordBreakTest.txt";

/* Reads "÷ 0061 × 0308 ÷ ..." into text and a mark for each boundary. */
static size_t
read_break_line(const char *line, char *text, bool *boundary)
{
	static const char divided[] = "\xc3\xb7"; /* ÷ */
	static const char joined[] = "\xc3\x97";  /* × */
	size_t length = 0;

	memset(boundary, 0, 512);
	while (*line && *line != '#') {
		if (!strncmp(line, divided, 2)) {
			boundary[length] = true;
			line += 2;
		} else if (!strncmp(line, joined, 2)) {
			line += 2;
		} else if (*line == ' ' || *line == '\t') {
			line++;
		} else {
			char *end;
			uint32_t code = (uint32_t)strtoul(line, &end, 16);

			ck_assert(end != line);
			length += utf8_encode(code, text + length);
			line = end;
		}
	}
	return length;
}

START_TEST(word_breaks_are_those_of_unicodes_own_test_file)
{
	FILE *file = fopen(word_break_test, "r");
	char line[2048], text[512];
	bool boundary[512];
	int n_cases = 0;

	if (!file) {
		printf("SKIPPED: %s is absent\n", word_break_test);
		return;
	}
	while (fgets(line, sizeof line, file)) {
		size_t at = 0, length;

		if (line[0] == '#')
			continue;
		length = read_break_line(line, text, boundary);
		while (at < length) {
			size_t next = word_break_next(text, length, at);

			for (size_t i = at + 1; i < next; i++)
				ck_assert_msg(!boundary[i], "%s", line);
			ck_assert_msg(boundary[next], "%s", line);
			at = next;
		}
		n_cases++;
	}
	fclose(file);
	ck_assert_int_gt(n_cases, 1800);
	printf("word breaks: %d cases of WordBreakTest.txt\n", n_cases);
}
END_TEST

/* The words of a text as "word@position:start-end", parted by blanks. */
static const char *
describe(const char *text, size_t length, struct buffer *out)
{
	struct tokenizer tokenizer;
	struct token token;

	buffer_clear(out);
	tokenizer_start(&tokenizer, text, length);
	while (tokenizer_next(&tokenizer, &token))
		buffer_append_format(out, "%s%.*s@%u:%zu-%zu",
		    out->size ? " " : "", (int)token.length, token.word,
		    token.position, token.start, token.end);
	return buffer_string(out);
}

/* Only the words, parted by bars. */
static const char *
list_words(const char *text, struct buffer *out)
{
	struct tokenizer tokenizer;
	struct token token;

	buffer_clear(out);
	tokenizer_start(&tokenizer, text, strlen(text));
	while (tokenizer_next(&tokenizer, &token))
		buffer_append_format(out, "%s%.*s", out->size ? "|" : "",
		    (int)token.length, token.word);
	return buffer_string(out);
}

START_TEST(tokens_carry_positions_and_the_bytes_they_stand_for)
{
	struct buffer out = {0};

	ck_assert_str_eq(describe(" The caf\xc3\xa9's, 2nd.", 17, &out),
	    "the@0:1-4 caf\xc3\xa9's@1:5-12 2nd@2:14-17");
	ck_assert_str_eq(describe("_so_ it", 7, &out), "so@0:1-3 it@1:5-7");
	ck_assert_str_eq(describe("\xe2\x80\x94_\xc3\xa9_", 7, &out),
	    "\xc3\xa9@0:4-6");
	buffer_free(&out);
}
END_TEST

START_TEST(a_pair_stands_at_the_position_of_its_first_character)
{
	struct buffer out = {0};
	static const char text[] = "x \xe4\xb8\xad\xe5\x9b\xbd\xe4\xba\xba y";

	ck_assert_str_eq(describe(text, sizeof text - 1, &out),
	    "x@0:0-1 \xe4\xb8\xad@1:2-5 \xe4\xb8\xad\xe5\x9b\xbd@1:2-8 "
	    "\xe5\x9b\xbd@2:5-8 \xe5\x9b\xbd\xe4\xba\xba@2:5-11 "
	    "\xe4\xba\xba@3:8-11 y@4:12-13");
	buffer_free(&out);
}
END_TEST

START_TEST(only_characters_of_scripts_without_blanks_are_single_or_pairs)
{
	struct tokenizer tokenizer;
	struct token token;
	static const char text[] = "a \xe6\x97\xa5\xe6\x9c\xac";

	tokenizer_start(&tokenizer, text, sizeof text - 1);
	ck_assert(tokenizer_next(&tokenizer, &token));
	ck_assert(!token.single && !token.pair);
	ck_assert(tokenizer_next(&tokenizer, &token));
	ck_assert(token.single && !token.pair);
	ck_assert(tokenizer_next(&tokenizer, &token));
	ck_assert(!token.single && token.pair);
	ck_assert(tokenizer_next(&tokenizer, &token));
	ck_assert(token.single && !token.pair);
	ck_assert(!tokenizer_next(&tokenizer, &token));
	ck_assert(!tokenizer_next(&tokenizer, &token));
}
END_TEST

static const struct {
	const char *text, *words;
} cases[] = {
	{"", ""},
	{" \t\n.,;!?--- ... () \"\" '' __", ""},
	{"Hello, World", "hello|world"},
	{"don't O'Neill's dogs' 'tis", "don't|o'neill's|dogs|tis"},
	{"don\u2019t rock \u2019n\u2019 roll", "don't|rock|n|roll"},
	{"Hawai\u02bbi o\u02bcclock a\uff07b", "hawai'i|o'clock|a'b"},
	{"\u02bctis dogs\u02bc \u02bc", "tis|dogs"},
	{"e.g. U.S.A. 3.14 1,000,000 10:30", "e.g|u.s.a|3.14|1,000,000|10|30"},
	{"a,b 1.a a.1 x..y 1;2 a;b", "a|b|1|a|a|1|x|y|1;2|a|b"},
	{"well-known e-mail AT&T C++ 50%", "well|known|e|mail|at|t|c|50"},
	{"snake_case _emphasis_ __init__", "snake_case|emphasis|init"},
	{"mp3 4x4 2nd covid-19", "mp3|4x4|2nd|covid|19"},
	{"a@b.com http://x.org/p_q?r=1", "a|b.com|http|x.org|p_q|r|1"},
	/* soft hyphens, joiners and other invisible characters vanish */
	{"co\u00adoper\u00adate \u00ad x\u200by", "cooperate|x|y"},
	{"zero\u200cwidth zero\u200dwidth \u3164", "zerowidth|zerowidth"},
	{"\ufeffbom", "bom"},
	/* case folding is Unicode's, accents stay, NFC */
	{"STRASSE Stra\u00dfe \u1e9e", "strasse|strasse|ss"},
	{"\u00c9T\u00c9 E\u0301te\u0301", "\u00e9t\u00e9|\u00e9t\u00e9"},
	{"\u039f\u03b4\u03cc\u03c2 \u039f\u0394\u038c\u03a3",
	    "\u03bf\u03b4\u03cc\u03c3|\u03bf\u03b4\u03cc\u03c3"},
	{"\u041c\u043e\u0441\u043a\u0432\u0410 \u0419",
	    "\u043c\u043e\u0441\u043a\u0432\u0430|\u0439"},
	{"\ufb01n \u0149 \u0130stanbul", "fin|n|i\u0307stanbul"},
	/* blanks of all kinds part words, U+202F among them */
	{"a\u00a0b\u202fc\u3000d\u2028e", "a|b|c|d|e"},
	{"10\u202f000 fin\u202f! \u202f\u202fx", "10|000|fin|x"},
	{"\u201cquoted\u201d\u2014dash\u2026end", "quoted|dash|end"},
	/* footnote marks are no words */
	{"word\u00b2 \u00bd \u2460 m\u00b2", "word|m"},
	{"\u2167 \u2139 \U0001f600 a\u20e3", "\u2177|\u2139|a\u20e3"},
	/* vowel signs and viramas stay in their words */
	{"\u0939\u093f\u0928\u094d\u0926\u0940 \u092e\u0947\u0902",
	    "\u0939\u093f\u0928\u094d\u0926\u0940|\u092e\u0947\u0902"},
	{"\u0ba4\u0bae\u0bbf\u0bb4\u0bcd", "\u0ba4\u0bae\u0bbf\u0bb4\u0bcd"},
	/* Persian with a zero-width non-joiner */
	{"\u0645\u06cc\u200c\u0631\u0648\u062f",
	    "\u0645\u06cc\u0631\u0648\u062f"},
	/* Hebrew with gershayim */
	{"\u05e6\u05d4\"\u05dc \u05d2'", "\u05e6\u05d4\"\u05dc|\u05d2"},
	/* Korean words stay whole */
	{"\ud559\uad50\uc5d0\uc11c \uc11c\uc6b8",
	    "\ud559\uad50\uc5d0\uc11c|\uc11c\uc6b8"},
	/* Han, Hiragana, Katakana: one run */
	{"\u6771\u306e\u30ab", "\u6771|\u6771\u306e|\u306e|\u306e\u30ab|"
			       "\u30ab"},
	{"\u6771\u3002\u4eac", "\u6771|\u4eac"},
	{"3\u6708a", "3|\u6708|a"},
	{"a_\u30ab_b", "a|\u30ab|b"},
	{"\u304b\u3099", "\u304c"}, /* a voiced mark belongs to its kana */
	{"\u8fba\U000e0100\u8fba", "\u8fba|\u8fba\u8fba|\u8fba"},
	{"\uff76\uff9e", "\uff76\uff9e"},
	/* Thai has no blanks either */
	{"\u0e44\u0e17\u0e22", "\u0e44|\u0e44\u0e17|\u0e17|\u0e17\u0e22|"
			       "\u0e22"},
	/* bytes that are not UTF-8 part words like blanks */
	{"caf\xe9 au\xff lait \xc3", "caf|au|lait"},
	{"\xed\xa0\x80x\xc0\x80y", "x|y"},
	{"a'\xff" "b", "a|b"},
};

START_TEST(words_are_those_of_the_table)
{
	struct buffer out = {0};

	ck_assert_str_eq(list_words(cases[_i].text, &out), cases[_i].words);
	buffer_free(&out);
}
END_TEST

START_TEST(a_word_is_cut_at_a_character_when_too_long)
{
	struct tokenizer tokenizer;
	struct token token;
	static char text[20000];

	memset(text, 'A', sizeof text);
	text[sizeof text - 2] = ' ';
	tokenizer_start(&tokenizer, text, sizeof text);
	ck_assert(tokenizer_next(&tokenizer, &token));
	ck_assert_uint_eq(token.length, TOKEN_MAX);
	ck_assert_uint_eq(token.end, sizeof text - 2);
	ck_assert(tokenizer_next(&tokenizer, &token));
	ck_assert_uint_eq(token.length, 1);
	for (size_t i = 0; i + 1 < sizeof text; i += 2)
		memcpy(text + i, "\u00e9", 2);
	for (size_t shift = 0; shift < 2; shift++) {
		text[0] = ' ';
		text[1] = shift ? 'x' : ' ';
		tokenizer_start(&tokenizer, text, sizeof text);
		ck_assert(tokenizer_next(&tokenizer, &token));
		ck_assert_uint_eq(token.length, TOKEN_MAX - shift);
		ck_assert_uint_eq(utf8_check(token.word, token.length),
		    token.length);
		ck_assert(!tokenizer_next(&tokenizer, &token));
	}
	/* Neither an apostrophe nor an underscore is left where it was cut. */
	memset(text, 'b', sizeof text);
	text[TOKEN_MAX - 1] = '\'';
	text[TOKEN_MAX - 2] = '_';
	text[TOKEN_MAX - 3] = 'x';
	text[TOKEN_MAX - 2] = 'y';
	tokenizer_start(&tokenizer, text, sizeof text);
	ck_assert(tokenizer_next(&tokenizer, &token));
	ck_assert_uint_eq(token.length, TOKEN_MAX - 1);
}
END_TEST

/*
 * Pieces that meet every rule: the fast path takes some of these texts, the
 * rules of UAX #29 all of them.
 */
static const char *const pieces[] = {"a", "B", "z", "0", "9", "_", "'", ".",
    ",", ":", ";", "\"", "-", " ", "\n", "\r", "\t", "\u00e9", "E\u0301",
    "\u00ad", "\u2019", "\u200d", "\u202f", "\u00b7", "\u05d0", "\u4e2d",
    "\u30ab", "\u0308", "\u00df", "\u0130", "\U0001f600", "\u2139", "\xff",
    "\xe4\xb8", "\u02bc", "\u203f", "\u0149", "\u2167", "\u00a0"};

enum { N_PIECES = sizeof pieces / sizeof pieces[0], TEXT_MAX = 200 };

static bool
is_mark(uint8_t properties)
{
	uint8_t class = properties & CHARACTER_CLASS;

	return class == BREAK_EXTEND || class == BREAK_FORMAT ||
	    class == BREAK_ZWJ;
}

/* The word that is being collected. */
struct collected {
	char text[TEXT_MAX];
	size_t length;
	size_t end; /* after the last letter or digit and its marks */
	bool is_single;
};

static void
collect(struct collected *word, const char *text, size_t size, uint32_t code,
    uint8_t properties)
{
	bool begins =
	    properties & CHARACTER_WORD && !normal_is_apostrophe(code);

	if (!begins && word->end == 0)
		return;
	if (begins && word->end == 0)
		word->is_single = properties & CHARACTER_UNSPACED;
	memcpy(word->text + word->length, text, size);
	if (begins || (is_mark(properties) && word->end == word->length))
		word->end = word->length + size;
	word->length += size;
}

static void
put_word(struct collected *word, struct buffer *out)
{
	char normal[TOKEN_MAX];
	size_t n = normal_form_slow(word->text, word->end, normal, TOKEN_MAX);

	if (n > 0)
		buffer_append_format(out, "|%.*s", (int)n, normal);
	memset(word, 0, sizeof *word);
}

/*
 * The words of a text by the definition: every segment of UAX #29, parted
 * before and after a character of a script without blanks and at U+202F, from
 * its first letter or digit to its last, in normal form by utf8proc.
 */
static void
list_by_definition(const char *text, size_t length, struct buffer *out)
{
	struct collected word = {0};
	size_t at = 0;

	buffer_clear(out);
	while (at < length) {
		size_t end = word_break_next(text, length, at);

		while (at < end) {
			uint32_t code;
			size_t size = utf8_decode(text + at, end - at, &code);
			uint8_t properties = word_break_character(code);

			if (code == 0x202f || properties & CHARACTER_UNSPACED ||
			    (word.is_single && !is_mark(properties)))
				put_word(&word, out);
			collect(&word, text + at, size, code, properties);
			at += size;
		}
		put_word(&word, out);
	}
}

/* The head of a token is its word, cut off or filled up with zeros. */
static void
check_head(const struct token *token)
{
	char head[TOKEN_HEAD] = {0};

	memcpy(head, token->word, token->length < TOKEN_HEAD ? token->length
	    : TOKEN_HEAD);
	ck_assert_mem_eq(head, token->head, TOKEN_HEAD);
}

START_TEST(the_fast_path_finds_the_words_of_the_definition)
{
	uint64_t seed = support_seed("tokenizer: fast path");
	struct buffer expected = {0}, found = {0};

	for (int round = 0; round < 200000; round++) {
		char text[TEXT_MAX];
		size_t length = 0;
		uint32_t n = support_below(&seed, 40);
		struct tokenizer tokenizer;
		struct token token;

		/* Half of the texts are ASCII. */
		for (uint32_t i = 0; i < n; i++) {
			uint32_t pick = support_below(&seed,
			    round % 2 ? 17 : N_PIECES);
			size_t size = strlen(pieces[pick]);

			memcpy(text + length, pieces[pick], size);
			length += size;
		}
		list_by_definition(text, length, &expected);
		buffer_clear(&found);
		tokenizer_start(&tokenizer, text, length);
		while (tokenizer_next(&tokenizer, &token)) {
			check_head(&token);
			if (!token.pair)
				buffer_append_format(&found, "|%.*s",
				    (int)token.length, token.word);
		}
		if (strcmp(buffer_string(&expected), buffer_string(&found)))
			ck_abort_msg("text [%.*s]: expected %s, found %s",
			    (int)length, text, buffer_string(&expected),
			    buffer_string(&found));
	}
	buffer_free(&expected);
	buffer_free(&found);
}
END_TEST

/* Calls `check` with every character alone and between two letters. */
static void
with_every_character(void (*check)(const char *text, size_t length))
{
	for (uint32_t code = 1; code <= 0x10ffff; code++) {
		char text[8];
		size_t size;

		if (code >= 0xd800 && code < 0xe000)
			continue;
		size = utf8_encode(code, text);
		check(text, size);
		memmove(text + 1, text, size);
		text[0] = 'a';
		text[size + 1] = 'E';
		check(text, size + 2);
	}
}

static void
check_simple_is_slow(const char *text, size_t length)
{
	char simple[64], slow[64];
	size_t n = normal_form(text, length, simple, sizeof simple);

	if (n != normal_form_slow(text, length, slow, sizeof slow) ||
	    memcmp(simple, slow, n))
		ck_abort_msg("[%.*s]: %.*s", (int)length, text, (int)n, simple);
}

START_TEST(the_folding_table_gives_what_utf8proc_gives)
{
	with_every_character(check_simple_is_slow);
}
END_TEST

static void
check_normal_twice(const char *text, size_t length)
{
	char once[64], twice[64];
	size_t n = normal_form(text, length, once, sizeof once);

	if (n != normal_form(once, n, twice, sizeof twice) ||
	    memcmp(once, twice, n))
		ck_abort_msg("[%.*s]: %.*s", (int)length, text, (int)n, once);
}

START_TEST(a_normal_form_is_its_own_normal_form)
{
	uint64_t seed = support_seed("tokenizer: normal form");

	with_every_character(check_normal_twice);
	for (int round = 0; round < 300000; round++) {
		char text[40];
		size_t length = 0;

		/* Letters with several marks, from the blocks that have them */
		for (int i = 0; i < 8; i++) {
			static const uint32_t blocks[] = {0x41, 0xc0, 0x300,
			    0x340, 0x370, 0x3c0, 0x400, 0x1e00, 0x1f80,
			    0x900, 0x1100, 0x3040, 0x640, 0x5d0};
			uint32_t block = blocks[support_below(&seed, 14)];

			length += utf8_encode(block + support_below(&seed, 64),
			    text + length);
		}
		check_normal_twice(text, length);
	}
}
END_TEST

START_TEST(a_text_of_any_bytes_gives_only_words_of_utf8)
{
	uint64_t seed = support_seed("tokenizer: any bytes");

	for (int round = 0; round < 5000; round++) {
		char text[64];
		size_t length = support_below(&seed, sizeof text);
		size_t last_start = 0;
		struct tokenizer tokenizer;
		struct token token;

		for (size_t i = 0; i < length; i++)
			text[i] = (char)support_random(&seed);
		tokenizer_start(&tokenizer, text, length);
		while (tokenizer_next(&tokenizer, &token)) {
			ck_assert_uint_ge(token.length, 1);
			ck_assert_uint_le(token.length, TOKEN_MAX);
			ck_assert_uint_eq(utf8_check(token.word, token.length),
			    token.length);
			ck_assert_uint_ge(token.start, last_start);
			ck_assert_uint_lt(token.start, token.end);
			ck_assert_uint_le(token.end, length);
			last_start = token.start;
		}
	}
}
END_TEST

static Suite *
tokenizer_suite(void)
{
	Suite *suite = suite_create("tokenizer");
	TCase *tcase = tcase_create("tokenizer");

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, word_breaks_are_those_of_unicodes_own_test_file);
	tcase_add_test(tcase,
	    tokens_carry_positions_and_the_bytes_they_stand_for);
	tcase_add_test(tcase,
	    a_pair_stands_at_the_position_of_its_first_character);
	tcase_add_test(tcase,
	    only_characters_of_scripts_without_blanks_are_single_or_pairs);
	tcase_add_loop_test(tcase, words_are_those_of_the_table, 0,
	    (int)(sizeof cases / sizeof cases[0]));
	tcase_add_test(tcase, a_word_is_cut_at_a_character_when_too_long);
	tcase_add_test(tcase, the_fast_path_finds_the_words_of_the_definition);
	tcase_add_test(tcase, the_folding_table_gives_what_utf8proc_gives);
	tcase_add_test(tcase, a_normal_form_is_its_own_normal_form);
	tcase_add_test(tcase, a_text_of_any_bytes_gives_only_words_of_utf8);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return support_run(tokenizer_suite());
}
