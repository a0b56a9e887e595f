/*
 * Writes the tables of common/text from the Unicode Character Database.
 * Runs while Quire is built: word_tables breaks|folds DIRECTORY.
 */
#include "../word_break.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N_CODES = 0x110000, PAGE = 256, N_PAGES = N_CODES / PAGE };

/* The two-byte characters of UTF-8: Latin to Arabic, NKo and Samaritan. */
enum { FOLD_FIRST = 0x80, FOLD_END = 0x800 };

static const char *const class_names[] = {
	[BREAK_CR] = "CR",
	[BREAK_LF] = "LF",
	[BREAK_NEWLINE] = "Newline",
	[BREAK_EXTEND] = "Extend",
	[BREAK_ZWJ] = "ZWJ",
	[BREAK_REGIONAL] = "Regional_Indicator",
	[BREAK_FORMAT] = "Format",
	[BREAK_KATAKANA] = "Katakana",
	[BREAK_HEBREW] = "Hebrew_Letter",
	[BREAK_LETTER] = "ALetter",
	[BREAK_SINGLE_QUOTE] = "Single_Quote",
	[BREAK_DOUBLE_QUOTE] = "Double_Quote",
	[BREAK_MID_NUM_LET] = "MidNumLet",
	[BREAK_MID_LETTER] = "MidLetter",
	[BREAK_MID_NUM] = "MidNum",
	[BREAK_NUMERIC] = "Numeric",
	[BREAK_JOIN] = "ExtendNumLet",
	[BREAK_SPACE] = "WSegSpace",
};

static uint8_t characters[N_CODES];
static uint32_t folds[FOLD_END];
static bool unstable[FOLD_END]; /* depends on its neighbours or is stripped */

static void
fail(const char *what, const char *name)
{
	fprintf(stderr, "word_tables: %s %s\n", what, name);
	exit(EXIT_FAILURE);
}

/* One line of a file: a range of characters and two more fields. */
struct line {
	unsigned long first, last;
	char second[64], third[64];
};

/* Fields are parted by semicolons and blanks; `#` starts a comment. */
static bool
read_line(FILE *file, struct line *line)
{
	char text[1024];

	while (fgets(text, sizeof text, file)) {
		char *at = text;
		char *comment = strchr(text, '#');

		if (comment)
			*comment = '\0';
		line->first = strtoul(text, &at, 16);
		if (at == text)
			continue;
		line->last = line->first;
		if (at[0] == '.' && at[1] == '.')
			line->last = strtoul(at + 2, &at, 16);
		line->third[0] = '\0';
		if (sscanf(at, " ; %63[^; \n] ; %63[^;\n]", line->second,
			line->third) < 1)
			continue;
		if (line->last >= N_CODES || line->first > line->last)
			fail("range out of bounds:", text);
		return true;
	}
	return false;
}

static FILE *
open_file(const char *directory, const char *name)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", directory, name);
	file = fopen(path, "r");
	if (!file)
		fail("cannot read", path);
	return file;
}

static void
read_classes(const char *directory)
{
	FILE *file = open_file(directory, "auxiliary/WordBreakProperty.txt");
	struct line line;

	while (read_line(file, &line)) {
		size_t class = BREAK_CR;
		size_t n = sizeof class_names / sizeof class_names[0];

		while (class < n && strcmp(class_names[class], line.second))
			class++;
		if (class == n)
			fail("unknown Word_Break value", line.second);
		for (; line.first <= line.last; line.first++)
			characters[line.first] = (uint8_t)class;
	}
	fclose(file);
}

static void
read_pictographs(const char *directory)
{
	FILE *file = open_file(directory, "emoji/emoji-data.txt");
	struct line line;

	while (read_line(file, &line))
		if (!strcmp(line.second, "Extended_Pictographic"))
			for (; line.first <= line.last; line.first++)
				characters[line.first] |= CHARACTER_PICTOGRAPH;
	fclose(file);
}

/*
 * Letters (L*), decimal digits (Nd) and letter numbers (Nl) make a word; a
 * superscript or a fraction (No) does not, so a footnote mark is no word.
 * Letters that UAX #29 never joins to each other, and Katakana, are of
 * scripts written without blanks.
 */
static void
mark_word(unsigned long code)
{
	uint8_t class = characters[code] & CHARACTER_CLASS;

	characters[code] |= CHARACTER_WORD;
	if (class == BREAK_OTHER || class == BREAK_KATAKANA)
		characters[code] |= CHARACTER_UNSPACED;
}

static void
read_letters(const char *directory)
{
	FILE *file =
	    open_file(directory, "extracted/DerivedGeneralCategory.txt");
	struct line line;

	while (read_line(file, &line))
		if (line.second[0] == 'L' || !strcmp(line.second, "Nd") ||
		    !strcmp(line.second, "Nl"))
			for (; line.first <= line.last; line.first++)
				mark_word(line.first);
	fclose(file);
}

static bool
same_page(int a, int b)
{
	return !memcmp(characters + a * PAGE, characters + b * PAGE, PAGE);
}

static void
write_breaks(void)
{
	int pages[N_PAGES], distinct[N_PAGES];
	int n = 0;

	for (int page = 0; page < N_PAGES; page++) {
		int i = 0;

		while (i < n && !same_page(distinct[i], page))
			i++;
		if (i == n)
			distinct[n++] = page;
		pages[page] = i;
	}
	if (n > 256)
		fail("too many distinct pages in", "the break table");
	printf("static const uint8_t character_pages[%d] = {", N_PAGES);
	for (int page = 0; page < N_PAGES; page++)
		printf("%s%d,", page % 16 ? "" : "\n", pages[page]);
	printf("\n};\nstatic const uint8_t character_values[%d][%d] = {", n,
	    PAGE);
	for (int i = 0; i < n; i++) {
		printf("\n{");
		for (int j = 0; j < PAGE; j++)
			printf("%s%d,", j % 16 ? "" : "\n",
			    characters[distinct[i] * PAGE + j]);
		printf("},");
	}
	printf("\n};\n");
}

static void
read_case_folding(const char *directory)
{
	FILE *file = open_file(directory, "CaseFolding.txt");
	struct line line;

	for (uint32_t code = 0; code < FOLD_END; code++)
		folds[code] = code;
	while (read_line(file, &line))
		if (line.first < FOLD_END && line.second[0] == 'C')
			folds[line.first] =
			    (uint32_t)strtoul(line.third, NULL, 16);
		else if (line.first < FOLD_END && line.second[0] == 'F')
			unstable[line.first] = true;
	fclose(file);
}

static void
mark_unstable(struct line line)
{
	for (; line.first <= line.last && line.first < FOLD_END; line.first++)
		unstable[line.first] = true;
}

/* What NFC may change, what has a combining class, what is stripped. */
static void
read_unstable(const char *directory)
{
	FILE *file = open_file(directory, "DerivedNormalizationProps.txt");
	struct line line;

	while (read_line(file, &line))
		if (!strcmp(line.second, "NFC_QC"))
			mark_unstable(line);
	fclose(file);
	file = open_file(directory, "extracted/DerivedCombiningClass.txt");
	while (read_line(file, &line))
		if (strcmp(line.second, "0"))
			mark_unstable(line);
	fclose(file);
	file = open_file(directory, "DerivedCoreProperties.txt");
	while (read_line(file, &line))
		if (!strcmp(line.second, "Default_Ignorable_Code_Point"))
			mark_unstable(line);
	fclose(file);
}

/* 0 where a character has to go the slow way. */
static void
write_folds(void)
{
	printf("enum { FOLD_FIRST = %d, FOLD_END = %d };\n"
	       "static const uint16_t simple_folds[] = {",
	    FOLD_FIRST, FOLD_END);
	for (uint32_t code = FOLD_FIRST; code < FOLD_END; code++) {
		uint32_t fold = folds[code];
		bool simple = !unstable[code] && fold >= FOLD_FIRST &&
		    fold < FOLD_END && !unstable[fold];

		printf("%s%u,", code % 12 ? "" : "\n",
		    (unsigned)(simple ? fold : 0));
	}
	printf("\n};\n");
}

int
main(int argc, char **argv)
{
	if (argc != 3)
		fail("usage:", "word_tables breaks|folds DIRECTORY");
	printf("/* Written by common/text/generator/word_tables.c. */\n");
	if (!strcmp(argv[1], "breaks")) {
		read_classes(argv[2]);
		read_pictographs(argv[2]);
		read_letters(argv[2]);
		write_breaks();
	} else {
		read_case_folding(argv[2]);
		read_unstable(argv[2]);
		write_folds();
	}
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
