/*
 * Word boundaries of UAX #29 and what they know of a character.
 * For common/text alone.
 */
#ifndef QUIRE_WORD_BREAK_H
#define QUIRE_WORD_BREAK_H

#include <stddef.h>
#include <stdint.h>

/* The values of the Unicode property Word_Break; OTHER is all the rest. */
enum word_break_class {
	BREAK_OTHER,
	BREAK_CR,
	BREAK_LF,
	BREAK_NEWLINE,
	BREAK_EXTEND,
	BREAK_ZWJ,
	BREAK_REGIONAL,
	BREAK_FORMAT,
	BREAK_KATAKANA,
	BREAK_HEBREW,
	BREAK_LETTER,
	BREAK_SINGLE_QUOTE,
	BREAK_DOUBLE_QUOTE,
	BREAK_MID_NUM_LET,
	BREAK_MID_LETTER,
	BREAK_MID_NUM,
	BREAK_NUMERIC,
	BREAK_JOIN, /* ExtendNumLet: the underscore and its kin */
	BREAK_SPACE,
};

/* What the byte of a character in the table holds. */
enum {
	CHARACTER_CLASS = 0x1f, /* mask of enum word_break_class */
	CHARACTER_PICTOGRAPH = 0x20,
	CHARACTER_WORD = 0x40,     /* a letter or a digit */
	CHARACTER_UNSPACED = 0x80, /* a letter of a script without blanks */
};

/* The properties of a character; 0 for UINT32_MAX and what is none. */
uint8_t word_break_character(uint32_t code);

/*
 * The first boundary after `from`, which is itself a boundary and less than
 * `length`.  Bytes that are not UTF-8 stand alone, like a control character.
 */
size_t word_break_next(const char *text, size_t length, size_t from);

#endif
