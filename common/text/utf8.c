/* UTF-8: the bytes of a character and back. */
#include "text/utf8.h"

#include <string.h>
#include <utf8proc.h>

/* Bytes that a first byte announces, or 0; 0xc0 and 0xc1 are overlong. */
static size_t
announced(uint8_t first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first < 0xe0)
		return 2;
	if (first >= 0xe0 && first < 0xf0)
		return 3;
	return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

size_t
utf8_decode(const char *text, size_t length, uint32_t *code)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	uint8_t first = (uint8_t)text[0];
	size_t size = announced(first);
	uint32_t value;

	if (size == 1) {
		*code = first;
		return 1;
	}
	*code = UINT32_MAX;
	if (size == 0 || size > length)
		return 1;
	value = first & (0x7fU >> size);
	for (size_t i = 1; i < size; i++) {
		if (((uint8_t)text[i] & 0xc0) != 0x80)
			return 1;
		value = value << 6 | ((uint8_t)text[i] & 0x3f);
	}
	if (value < least[size] || value > 0x10ffff || value >> 11 == 0x1b)
		return 1;
	*code = value;
	return size;
}

size_t
utf8_encode(uint32_t code, char *text)
{
	if (code < 0x80) {
		text[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		text[0] = (char)(0xc0 | code >> 6);
		text[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		text[0] = (char)(0xe0 | code >> 12);
		text[1] = (char)(0x80 | (code >> 6 & 0x3f));
		text[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	text[0] = (char)(0xf0 | code >> 18);
	text[1] = (char)(0x80 | (code >> 12 & 0x3f));
	text[2] = (char)(0x80 | (code >> 6 & 0x3f));
	text[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}

/* How many bytes from `at` on are ASCII, eight at a time. */
static size_t
skip_ascii(const char *text, size_t length, size_t at)
{
	uint64_t word;

	while (length - at >= sizeof word) {
		memcpy(&word, text + at, sizeof word);
		if (word & 0x8080808080808080U)
			break;
		at += sizeof word;
	}
	while (at < length && (uint8_t)text[at] < 0x80)
		at++;
	return at;
}

size_t
utf8_check(const char *text, size_t length)
{
	size_t at = skip_ascii(text, length, 0);

	while (at < length) {
		uint32_t code;
		size_t size = utf8_decode(text + at, length - at, &code);

		if (code == UINT32_MAX)
			return at;
		at = skip_ascii(text, length, at + size);
	}
	return length;
}

int
utf8_width(uint32_t code)
{
	if (code < 0x300)
		return 1;
	switch (utf8proc_category((utf8proc_int32_t)code)) {
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_ME:
		return 0;
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_CO:
	case UTF8PROC_CATEGORY_CS:
		return 1;
	default:
		return utf8proc_charwidth((utf8proc_int32_t)code);
	}
}
