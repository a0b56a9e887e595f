/* The normal form of a word: ASCII and simple letters by table, the rest by
 * utf8proc. */
#include "normal.h"

#include "text/utf8.h"

#include <string.h>
#include <utf8proc.h>

#include "simple_fold_table.h"

enum {
	/* Bytes of a word that are looked at: marks and ignorable characters
	 * without end may follow a letter, and no term is that long. */
	WORD_MAX_BYTES = 1000,
	/* Characters of a decomposed and folded one: a character of two bytes
	 * becomes three at most (U+0390), longer ones four. */
	WORD_MAX_CODES = 2 * WORD_MAX_BYTES,
};

bool
normal_is_apostrophe(uint32_t code)
{
	switch (code) {
	case '\'':
	case 0x02bb: /* modifier letter turned comma, the okina */
	case 0x02bc: /* modifier letter apostrophe */
	case 0x2018: /* left single quotation mark */
	case 0x2019: /* right single quotation mark */
	case 0xff07: /* fullwidth apostrophe */
		return true;
	default:
		return false;
	}
}

size_t
normal_encode(const int32_t *codes, size_t n_codes, char *out, size_t room)
{
	size_t length = 0;

	for (size_t i = 0; i < n_codes; i++) {
		char bytes[4];
		size_t size = utf8_encode((uint32_t)codes[i], bytes);

		if (size > room - length)
			break;
		memcpy(out + length, bytes, size);
		length += size;
	}
	return length;
}

size_t
normal_cut(const char *text, size_t length, size_t room)
{
	if (length <= room)
		return length;
	while (room > 0 && ((uint8_t)text[room] & 0xc0) == 0x80)
		room--;
	return room;
}

size_t
normal_form_slow(const char *word, size_t length, char *out, size_t room)
{
	const utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE |
	    UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
	utf8proc_int32_t codes[WORD_MAX_CODES];
	utf8proc_ssize_t n;
	size_t first = 0, end;

	length = normal_cut(word, length, WORD_MAX_BYTES);
	n = utf8proc_decompose((const utf8proc_uint8_t *)word,
	    (utf8proc_ssize_t)length, codes, WORD_MAX_CODES, options);
	if (n < 0 || n > WORD_MAX_CODES)
		return 0; /* not UTF-8, which no word is */
	for (utf8proc_ssize_t i = 0; i < n; i++)
		if (normal_is_apostrophe((uint32_t)codes[i]))
			codes[i] = '\'';
	n = utf8proc_normalize_utf32(codes, n, options);
	end = n < 0 ? 0 : (size_t)n;
	/* U+0149, n with an apostrophe before it, becomes two characters. */
	while (first < end && codes[first] == '\'')
		first++;
	while (end > first && codes[end - 1] == '\'')
		end--;
	return normal_encode(codes + first, end - first, out, room);
}

/*
 * Letters below U+0800 that fold to one such letter and that NFC leaves
 * alone whatever stands beside them, ASCII, and apostrophes.  Returns 0,
 * having read nothing of use, if there is any other character.
 */
static size_t
normal_form_simple(const uint8_t *word, size_t length, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < length; i++) {
		uint8_t byte = word[i];
		uint32_t fold;

		if (byte < 0x80) {
			bool capital = byte >= 'A' && byte <= 'Z';

			out[n++] = (char)(capital ? byte | 0x20 : byte);
			continue;
		}
		if (length - i >= 3 && byte == 0xe2 && word[i + 1] == 0x80 &&
		    (word[i + 2] & 0xfe) == 0x98) {
			out[n++] = '\'';
			i += 2;
			continue;
		}
		if (length - i < 2 || (byte & 0xe0) != 0xc0)
			return 0;
		fold = (byte & 0x1fU) << 6 | (word[++i] & 0x3fU);
		fold = simple_folds[fold - FOLD_FIRST];
		if (fold == 0)
			return 0;
		if (normal_is_apostrophe(fold))
			fold = '\'';
		n += utf8_encode(fold, out + n);
	}
	return n;
}

size_t
normal_form(const char *word, size_t length, char *out, size_t room)
{
	/* Nothing grows here, so what fits before fits after. */
	if (length <= room) {
		size_t n =
		    normal_form_simple((const uint8_t *)word, length, out);

		if (n > 0 && out[0] != '\'' && out[n - 1] != '\'')
			return n;
	}
	return normal_form_slow(word, length, out, room);
}
