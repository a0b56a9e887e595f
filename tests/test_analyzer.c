/*
 * Tests of include/text/analyzer.h against published word lists: Snowball's
 * own (Debian's snowball-data) and four dictionaries.
 */
#include "alloc.h"
#include "support.h"
#include "text/analyzer.h"
#include "text/fold.h"
#include "text/language.h"
#include "text/normal.h"
#include "text/tokenizer.h"

#include <libstemmer.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utf8proc.h>

static const struct {
	const char *language, *word, *form, *stem;
} cases[] = {
	/* quotes tell these apart, words do not */
	{"en", "concessions", "concessions", "concess"},
	{"en", "concession", "concession", "concess"},
	{"en", "bridge's", "bridge's", "bridg"},
	{"en", "bridges'", "bridges'", "bridg"},
	{"en", "don't", "don't", "don't"},
	{"en", "o'neill", "o'neill", "o'neil"},
	{"en", "caf\u00e9s", "cafes", "cafe"},
	{"none", "concessions", "concessions", "concessions"},
	/* elided articles vanish where the language has them */
	{"fr", "l'avion", "avion", "avion"},
	{"fr", "avion", "avion", "avion"},
	{"fr", "qu'il", "il", "il"},
	{"fr", "jusqu'\u00e0", "a", "a"},
	{"fr", "lorsqu'elles", "elles", "elle"},
	{"fr", "d'\u00e9t\u00e9", "ete", "ete"},
	{"fr", "aujourd'hui", "aujourd'hui", "aujourd'hui"},
	{"fr", "presqu'\u00eele", "presqu'ile", "presqu'il"},
	{"fr", "l'", "l'", "l'"},
	{"it", "dell'arte", "arte", "arte"},
	{"it", "all'universit\u00e0", "universita", "univers"},
	{"it", "un'amica", "amica", "amic"},
	{"ca", "l'home", "home", "hom"},
	{"ca", "col\u00b7legi", "collegi", "col.leg"},
	{"ga", "d'fh\u00e1g", "fhag", "fag"},
	{"en", "l'avion", "l'avion", "l'avion"},
	{"none", "l'avion", "l'avion", "l'avion"},
	/* accents decide the stem and are folded afterwards */
	{"fr", "forc\u00e9", "force", "forc"},
	{"pt", "na\u00e7\u00f5es", "nacoes", "naco"},
	{"es", "canci\u00f3n", "cancion", "cancion"},
	{"de", "h\u00e4user", "hauser", "haus"},
	{"de", "strasse", "strasse", "strass"},
	{"sv", "\u00f6ar", "oar", "oar"},
	/* letters that Unicode does not decompose */
	{"none", "\u0142\u00f3d\u017a", "lodz", "lodz"},
	{"none", "s\u00f8ren", "soren", "soren"},
	{"none", "\u00e6ther\u0153uvre", "aetheroeuvre", "aetheroeuvre"},
	{"none", "\u00feing\u00f0", "thingd", "thingd"},
	{"none", "\u0111\u0127\u0167\u0131", "dhti", "dhti"},
	{"none", "i\u0307stanbul", "istanbul", "istanbul"},
	{"none", "vi\u1ec7t", "viet", "viet"},
	/* Greek and Cyrillic accents, Hebrew points, Arabic harakat */
	{"none", "\u1f00\u03b3\u03ac\u03c0\u03b7",
	    "\u03b1\u03b3\u03b1\u03c0\u03b7", "\u03b1\u03b3\u03b1\u03c0\u03b7"},
	{"none", "\u0451\u043b\u043a\u0430\u0301", "\u0435\u043b\u043a\u0430",
	    "\u0435\u043b\u043a\u0430"},
	{"none", "\u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd",
	    "\u05e9\u05dc\u05d5\u05dd", "\u05e9\u05dc\u05d5\u05dd"},
	{"none", "\u0643\u064e\u062a\u064e\u0628\u064e",
	    "\u0643\u062a\u0628", "\u0643\u062a\u0628"},
	{"none", "\u0623\u062d\u0645\u062f", "\u0627\u062d\u0645\u062f",
	    "\u0627\u062d\u0645\u062f"},
	/* what would be another letter or word stays */
	{"none", "\u043c\u043e\u0439", "\u043c\u043e\u0439",
	    "\u043c\u043e\u0439"},
	{"none", "\u0457\u0436\u0430", "\u0457\u0436\u0430",
	    "\u0457\u0436\u0430"},
	{"none", "\u0645\u0624\u0645\u0646", "\u0645\u0624\u0645\u0646",
	    "\u0645\u0624\u0645\u0646"},
	{"none", "\u0939\u093f\u0928\u094d\u0926\u0940",
	    "\u0939\u093f\u0928\u094d\u0926\u0940",
	    "\u0939\u093f\u0928\u094d\u0926\u0940"},
	{"none", "\u0ba4\u0bae\u0bbf\u0bb4\u0bcd",
	    "\u0ba4\u0bae\u0bbf\u0bb4\u0bcd", "\u0ba4\u0bae\u0bbf\u0bb4\u0bcd"},
	{"none", "\u304c", "\u304c", "\u304c"},
	{"none", "\ud55c\uad6d", "\ud55c\uad6d", "\ud55c\uad6d"},
	/* nothing vanishes */
	{"none", "\u0301", "\u0301", "\u0301"},
	{"none", "\u0640", "\u0640", "\u0640"},
	{"tr", "leri", "leri", "leri"}, /* Snowball leaves nothing of it */
	{"none", "\xff", "\xff", "\xff"},
};

START_TEST(forms_and_stems_are_those_of_the_table)
{
	struct analyzer *analyzer = analyzer_create();
	const char *word = cases[_i].word;
	struct lexeme lexeme;
	char *form, *stem;

	analyzer_lexeme(analyzer, language_by_code(cases[_i].language), word,
	    strlen(word), &lexeme);
	form = alloc_text(lexeme.form, lexeme.form_length);
	stem = alloc_text(lexeme.stem, lexeme.stem_length);
	ck_assert_str_eq(form, cases[_i].form);
	ck_assert_str_eq(stem, cases[_i].stem);
	free(form);
	free(stem);
	analyzer_free(analyzer);
}
END_TEST

START_TEST(a_word_of_any_length_and_language_fits_its_terms)
{
	struct analyzer *analyzer = analyzer_create();
	uint64_t seed = support_seed("analyzer: any word");

	for (int round = 0; round < 50000; round++) {
		static const char *const pieces[] = {"a", "e", "ing", "'",
		    "\u00e6", "\u0301", "\u1e69", "\u0130", "\u0958",
		    "\u03b1", "\u0439", "\u05e9", "\u0627", "\xff"};
		char word[2 * TERM_MAX + 16];
		size_t length = 0, end = 1 + support_below(&seed, TERM_MAX);
		uint8_t language = (uint8_t)support_below(&seed, 256);
		struct lexeme lexeme;

		if (round % 100 == 0)
			end = 2 * TERM_MAX;
		while (length < end) {
			const char *piece = pieces[support_below(&seed, 14)];

			memcpy(word + length, piece, strlen(piece));
			length += strlen(piece);
		}
		analyzer_lexeme(analyzer, language, word, length, &lexeme);
		if (lexeme.form_length == 0 || lexeme.form_length > TERM_MAX ||
		    lexeme.stem_length == 0 || lexeme.stem_length > TERM_MAX)
			ck_abort_msg("%.*s", (int)length, word);
	}
	analyzer_free(analyzer);
	analyzer_free(NULL);
}
END_TEST

/* Two files that are read line by line beside each other. */
struct word_list {
	FILE *words, *stems;
	char *word, *stem;
	size_t word_capacity, stem_capacity;
};

static FILE *
open_list(const char *language, const char *name)
{
	char command[512];

	snprintf(command, sizeof command,
	    "cd /usr/share/snowball/data/%s 2>/dev/null && "
	    "if [ -f %s.txt ]; then cat %s.txt; else gzip -dc %s.txt.gz; fi",
	    language, name, name, name);
	return popen(command, "r");
}

/* Reads a line without its end; false at the end of the file. */
static bool
read_line(FILE *file, char **line, size_t *capacity)
{
	ssize_t length = getline(line, capacity, file);

	if (length < 0)
		return false;
	if (length > 0 && (*line)[length - 1] == '\n')
		(*line)[length - 1] = '\0';
	return true;
}

static bool
next_pair(struct word_list *list)
{
	bool has_word =
	    read_line(list->words, &list->word, &list->word_capacity);
	bool has_stem =
	    read_line(list->stems, &list->stem, &list->stem_capacity);

	if (has_word != has_stem)
		ck_abort_msg("one list is longer");
	return has_word;
}

static bool
is_normal(const char *word)
{
	char normal[1024];
	size_t length = strlen(word);

	return normal_form(word, length, normal, sizeof normal) == length &&
	    !memcmp(word, normal, length);
}

/*
 * How many words Debian's lists have, how many of them libstemmer 2.2.0
 * stems in another way than the list says, and how many are not in normal
 * form, so that the analyzer never sees them: English, Turkish and Yiddish
 * words with an apostrophe at an end, German ones with a sharp s, Greek ones
 * with a final sigma, Armenian ones with the ligature of ech and yiwn, Irish
 * ones with a capital, Nepali ones with a joiner, and two lone sharp s.
 */
static const struct {
	const char *language;
	int n_words, n_differ, n_not_normal;
} lists[] = {
	{"english", 29417, 0, 14},
	{"arabic", 9196214, 0, 0},
	{"armenian", 101780, 0, 1623},
	{"basque", 21386, 0, 0},
	{"catalan", 48897, 0, 1},
	{"danish", 23830, 0, 0},
	{"dutch", 45669, 0, 0},
	{"finnish", 49962, 0, 0},
	{"french", 20805, 0, 0},
	{"german", 35033, 0, 549},
	{"greek", 90729, 0, 25266},
	{"hindi", 65118, 0, 0},
	{"hungarian", 30000, 0, 0},
	{"indonesian", 64587, 0, 0},
	{"irish", 186280, 0, 59},
	{"italian", 35494, 0, 0},
	{"lithuanian", 86105, 0, 1},
	{"nepali", 4000, 0, 21},
	{"norwegian", 20628, 0, 0},
	{"portuguese", 32016, 0, 0},
	{"romanian", 22570, 0, 0},
	{"russian", 49785, 0, 0},
	{"serbian", 30000, 0, 0},
	{"spanish", 28390, 0, 0},
	{"swedish", 30623, 0, 0},
	{"tamil", 443271, 0, 0},
	{"turkish", 96325, 0, 2222},
	{"yiddish", 100003, 0, 18},
};

/* Whether libstemmer itself, before any folding, gives the list's stem. */
static bool
stems_as_listed(struct sb_stemmer *stemmer, const struct word_list *list)
{
	const sb_symbol *stem = sb_stemmer_stem(stemmer,
	    (const sb_symbol *)list->word, (int)strlen(list->word));
	size_t length = (size_t)sb_stemmer_length(stemmer);

	return length == strlen(list->stem) &&
	    !memcmp(stem, list->stem, length);
}

/* A word in normal form: the analyzer's stem is the list's, folded. */
static void
check_lexeme(struct analyzer *analyzer, uint8_t language,
    const struct word_list *list)
{
	/* 250 words of Tamil, Greek, Turkish and Yiddish have no stem. */
	const char *stem = *list->stem ? list->stem : list->word;
	char folded[1024];
	size_t n = fold_word(stem, strlen(stem), folded, sizeof folded);
	struct lexeme lexeme;

	analyzer_lexeme(analyzer, language, list->word, strlen(list->word),
	    &lexeme);
	if (n != lexeme.stem_length || memcmp(folded, lexeme.stem, n))
		ck_abort_msg("%s: stem %.*s, the list says %s", list->word,
		    (int)lexeme.stem_length, lexeme.stem, list->stem);
}

START_TEST(stems_are_those_of_snowballs_own_word_lists)
{
	const char *name = lists[_i].language;
	uint8_t language = language_by_code(name);
	struct analyzer *analyzer = analyzer_create();
	struct sb_stemmer *stemmer = sb_stemmer_new(name, "UTF_8");
	struct word_list list = {0};
	int n_words = 0, n_differ = 0, n_not_normal = 0;

	ck_assert_ptr_nonnull(stemmer);
	list.words = open_list(name, "voc");
	list.stems = open_list(name, "output");
	while (next_pair(&list)) {
		n_words++;
		if (!stems_as_listed(stemmer, &list))
			n_differ++;
		if (is_normal(list.word))
			check_lexeme(analyzer, language, &list);
		else
			n_not_normal++;
	}
	if (n_words == 0) {
		printf("SKIPPED: no word list of %s (snowball-data)\n", name);
	} else {
		printf("%s: %d words, %d differ, %d not in normal form\n",
		    name, n_words, n_differ, n_not_normal);
		ck_assert_int_eq(n_words, lists[_i].n_words);
		ck_assert_int_eq(n_differ, lists[_i].n_differ);
		ck_assert_int_eq(n_not_normal, lists[_i].n_not_normal);
	}
	pclose(list.words);
	pclose(list.stems);
	free(list.word);
	free(list.stem);
	sb_stemmer_delete(stemmer);
	analyzer_free(analyzer);
}
END_TEST

START_TEST(every_language_has_its_word_list_checked)
{
	size_t n = 0;

	while (language_name((uint8_t)(n + 1)))
		n++;
	ck_assert_uint_eq(n, sizeof lists / sizeof lists[0]);
	for (size_t i = 0; i < n; i++)
		ck_assert_str_eq(language_name((uint8_t)(i + 1)),
		    lists[i].language);
}
END_TEST

static const struct {
	const char *path, *language;
	int n_accented; /* at least */
} dictionaries[] = {
	{"/usr/share/dict/french", "fr", 100000},
	{"/usr/share/dict/portuguese", "pt", 100000},
	{"/usr/share/dict/ngerman", "de", 50000},
	{"/usr/share/dict/spanish", "es", 10000},
};

/*
 * What somebody types who has no accents on the keyboard: utf8proc strips
 * the marks, and the ligatures are written out.
 */
static char *
type_without_accents(const char *word)
{
	static const char *const letters[][2] = {{"\u0153", "oe"},
	    {"\u0152", "OE"}, {"\u00e6", "ae"}, {"\u00c6", "AE"},
	    {"\u00df", "ss"}, {"\u00f8", "o"}, {"\u00d8", "O"}};
	utf8proc_uint8_t *stripped;
	char *typed;

	if (utf8proc_map((const utf8proc_uint8_t *)word, 0, &stripped,
		UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPOSE |
		    UTF8PROC_STRIPMARK) < 0)
		ck_abort_msg("%s", word);
	typed = (char *)stripped;
	for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
		for (char *at; (at = strstr(typed, letters[i][0]));)
			memcpy(at, letters[i][1], 2); /* both take 2 bytes */
	return typed;
}

/* The forms of a line's words, one after another, each with a blank. */
static size_t
list_forms(struct analyzer *analyzer, uint8_t language, const char *line,
    char *forms, size_t room)
{
	struct tokenizer tokenizer;
	struct token token;
	size_t n = 0;

	tokenizer_start(&tokenizer, line, strlen(line));
	while (tokenizer_next(&tokenizer, &token)) {
		struct lexeme lexeme, again;

		analyzer_lexeme(analyzer, language, token.word, token.length,
		    &lexeme);
		analyzer_lexeme(analyzer, language, lexeme.form,
		    lexeme.form_length, &again);
		if (again.form_length != lexeme.form_length ||
		    memcmp(again.form, lexeme.form, again.form_length))
			ck_abort_msg("%s: the form of its form is another",
			    line);
		if (n + lexeme.form_length + 1 > room)
			ck_abort_msg("%s: too long", line);
		memcpy(forms + n, lexeme.form, lexeme.form_length);
		n += lexeme.form_length;
		forms[n++] = ' ';
	}
	return n;
}

START_TEST(a_word_typed_without_accents_has_the_form_of_the_accented_one)
{
	struct analyzer *analyzer = analyzer_create();
	uint8_t language = language_by_code(dictionaries[_i].language);
	FILE *file = fopen(dictionaries[_i].path, "r");
	int n_words = 0, n_accented = 0;
	char *line = NULL;
	size_t capacity = 0;

	while (file && read_line(file, &line, &capacity)) {
		char forms[1024], typed_forms[1024];
		char *typed = type_without_accents(line);

		n_words++;
		if (strcmp(typed, line) != 0) {
			size_t n, n_typed;

			n_accented++;
			n = list_forms(analyzer, language, line, forms,
			    sizeof forms);
			n_typed = list_forms(analyzer, language, typed,
			    typed_forms, sizeof typed_forms);
			if (n != n_typed || memcmp(forms, typed_forms, n))
				ck_abort_msg("%s: %.*s, typed as %s: %.*s",
				    line, (int)n, forms, typed, (int)n_typed,
				    typed_forms);
		}
		free(typed);
	}
	if (!file) {
		printf("SKIPPED: %s is absent\n", dictionaries[_i].path);
	} else {
		printf("%s: %d words, %d with accents\n",
		    dictionaries[_i].path, n_words, n_accented);
		ck_assert_int_ge(n_accented, dictionaries[_i].n_accented);
		fclose(file);
	}
	free(line);
	analyzer_free(analyzer);
}
END_TEST

START_TEST(folding_twice_is_folding_once)
{
	uint64_t seed = support_seed("analyzer: folding");

	for (int round = 0; round < 300000; round++) {
		static const int32_t blocks[] = {0x40, 0xc0, 0x100, 0x140,
		    0x180, 0x300, 0x340, 0x3a0, 0x430, 0x5a0, 0x620, 0x640,
		    0x900, 0x940, 0x1e00, 0x1f00, 0x3040, 0xac00};
		int32_t codes[6];
		char word[64], normal[256], once[256], twice[256];
		size_t n, n_twice;

		for (int i = 0; i < 6; i++)
			codes[i] = blocks[support_below(&seed, 18)] +
			    (int32_t)support_below(&seed, 64);
		n = normal_encode(codes, 6, word, sizeof word);
		n = normal_form(word, n, normal, sizeof normal);
		n = fold_word(normal, n, once, sizeof once);
		n_twice = fold_word(once, n, twice, sizeof twice);
		if (n != n_twice || memcmp(once, twice, n))
			ck_abort_msg("%s: %.*s, then %.*s", word, (int)n, once,
			    (int)n_twice, twice);
	}
}
END_TEST

static Suite *
analyzer_suite(void)
{
	Suite *suite = suite_create("analyzer");
	TCase *tcase = tcase_create("analyzer");

	/* The Arabic list has nine million words. */
	tcase_set_timeout(tcase, 600);
	tcase_add_loop_test(tcase, forms_and_stems_are_those_of_the_table, 0,
	    (int)(sizeof cases / sizeof cases[0]));
	tcase_add_test(tcase, a_word_of_any_length_and_language_fits_its_terms);
	tcase_add_loop_test(tcase, stems_are_those_of_snowballs_own_word_lists,
	    0, (int)(sizeof lists / sizeof lists[0]));
	tcase_add_test(tcase, every_language_has_its_word_list_checked);
	tcase_add_loop_test(tcase,
	    a_word_typed_without_accents_has_the_form_of_the_accented_one, 0,
	    (int)(sizeof dictionaries / sizeof dictionaries[0]));
	tcase_add_test(tcase, folding_twice_is_folding_once);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return support_run(analyzer_suite());
}
