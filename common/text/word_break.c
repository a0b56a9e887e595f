/* Word boundaries by the rules of UAX #29, whose numbers are given here. */
#include "word_break.h"

#include "text/utf8.h"

#include <stdbool.h>

#include "word_break_table.h"

uint8_t
word_break_character(uint32_t code)
{
	if (code >= 0x110000)
		return 0;
	return character_values[character_pages[code >> 8]][code & 0xff];
}

/* What lies before the place that is looked at. */
struct context {
	uint8_t last;        /* the character just before */
	uint8_t before;      /* the last one that WB4 does not skip */
	uint8_t before_that; /* and the one before it */
	unsigned n_regional; /* regional indicators in a row */
};

static bool
is_line_end(uint8_t class)
{
	return class == BREAK_CR || class == BREAK_LF || class == BREAK_NEWLINE;
}

/* What WB4 skips: it belongs to the character before. */
static bool
is_skipped(uint8_t class)
{
	return class == BREAK_EXTEND || class == BREAK_FORMAT ||
	    class == BREAK_ZWJ;
}

static bool
is_letter(uint8_t class)
{
	return class == BREAK_LETTER || class == BREAK_HEBREW;
}

static bool
joins_letters(uint8_t class)
{
	return class == BREAK_MID_LETTER || class == BREAK_MID_NUM_LET ||
	    class == BREAK_SINGLE_QUOTE;
}

static bool
joins_digits(uint8_t class)
{
	return class == BREAK_MID_NUM || class == BREAK_MID_NUM_LET ||
	    class == BREAK_SINGLE_QUOTE;
}

/* The class of the first character from `at` on that WB4 does not skip. */
static uint8_t
class_ahead(const char *text, size_t length, size_t at)
{
	while (at < length) {
		uint32_t code;
		uint8_t class;

		at += utf8_decode(text + at, length - at, &code);
		class = word_break_character(code) & CHARACTER_CLASS;
		if (!is_skipped(class))
			return class;
	}
	return BREAK_OTHER;
}

/* WB5 to WB13b without those that look ahead. */
static bool
is_joined(const struct context *context, uint8_t class)
{
	uint8_t before = context->before;
	uint8_t before_that = context->before_that;

	if (is_letter(class)) {
		if (is_letter(before) || before == BREAK_NUMERIC ||
		    before == BREAK_JOIN)
			return true; /* WB5, WB10, WB13b */
		if (joins_letters(before) && is_letter(before_that))
			return true; /* WB7 */
		return class == BREAK_HEBREW && before == BREAK_DOUBLE_QUOTE &&
		    before_that == BREAK_HEBREW; /* WB7c */
	}
	if (class == BREAK_NUMERIC) {
		if (before == BREAK_NUMERIC || is_letter(before) ||
		    before == BREAK_JOIN)
			return true; /* WB8, WB9, WB13b */
		return joins_digits(before) &&
		    before_that == BREAK_NUMERIC; /* WB11 */
	}
	if (class == BREAK_KATAKANA) /* WB13, WB13b */
		return before == BREAK_KATAKANA || before == BREAK_JOIN;
	if (class == BREAK_JOIN) /* WB13a */
		return is_letter(before) || before == BREAK_NUMERIC ||
		    before == BREAK_KATAKANA || before == BREAK_JOIN;
	if (class == BREAK_SINGLE_QUOTE) /* WB7a */
		return before == BREAK_HEBREW;
	return class == BREAK_REGIONAL &&
	    context->n_regional % 2 == 1; /* WB15, WB16 */
}

/* WB6, WB7b and WB12: `class` joins by what comes after it, at `after`. */
static bool
is_joined_ahead(const struct context *context, uint8_t class, const char *text,
    size_t length, size_t after)
{
	uint8_t before = context->before;

	if (joins_letters(class) && is_letter(before))
		return is_letter(class_ahead(text, length, after));
	if (class == BREAK_DOUBLE_QUOTE && before == BREAK_HEBREW)
		return class_ahead(text, length, after) == BREAK_HEBREW;
	if (joins_digits(class) && before == BREAK_NUMERIC)
		return class_ahead(text, length, after) == BREAK_NUMERIC;
	return false;
}

/* Whether a character of these properties, ending at `after`, goes on. */
static bool
goes_on(const struct context *context, uint8_t properties, const char *text,
    size_t length, size_t after)
{
	uint8_t class = properties & CHARACTER_CLASS;
	uint8_t last = context->last;

	if (last == BREAK_CR && class == BREAK_LF)
		return true; /* WB3 */
	if (is_line_end(last) || is_line_end(class))
		return false; /* WB3a, WB3b */
	if (last == BREAK_ZWJ && properties & CHARACTER_PICTOGRAPH)
		return true; /* WB3c */
	if (last == BREAK_SPACE && class == BREAK_SPACE)
		return true; /* WB3d */
	if (is_skipped(class))
		return true; /* WB4 */
	return is_joined(context, class) ||
	    is_joined_ahead(context, class, text, length, after);
}

static void
pass(struct context *context, uint8_t class)
{
	context->last = class;
	if (is_skipped(class))
		return;
	context->before_that = context->before;
	context->before = class;
	context->n_regional =
	    class == BREAK_REGIONAL ? context->n_regional + 1 : 0;
}

size_t
word_break_next(const char *text, size_t length, size_t from)
{
	struct context context = {0};
	uint32_t code;
	size_t at = from + utf8_decode(text + from, length - from, &code);

	pass(&context, word_break_character(code) & CHARACTER_CLASS);
	while (at < length) {
		size_t size = utf8_decode(text + at, length - at, &code);
		uint8_t properties = word_break_character(code);

		if (!goes_on(&context, properties, text, length, at + size))
			break;
		pass(&context, properties & CHARACTER_CLASS);
		at += size;
	}
	return at;
}
