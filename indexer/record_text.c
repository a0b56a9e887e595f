/* A whole text file to an article, whatever its characters are coded in. */
#include "record_parts.h"

#include "text/utf8.h"

#include <string.h>

/* What Windows-1252 has at 0x80 to 0x9f; 0 where it has nothing. */
static const uint16_t windows[32] = {
	0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
	0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0,
	0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
	0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178,
};

static const char replacement[] = "\xef\xbf\xbd";

static struct text
from_windows(const char *bytes, size_t length, struct arena *arena)
{
	char *text = arena_bytes(arena, 3 * length + 1), *out = text;

	for (size_t i = 0; i < length; i++) {
		uint32_t code = (unsigned char)bytes[i];

		if (code >= 0x80 && code < 0xa0)
			code = windows[code - 0x80] ? windows[code - 0x80]
			                            : 0xfffd;
		out += utf8_encode(code, out);
	}
	*out = '\0';
	return (struct text){text, (size_t)(out - text)};
}

static uint32_t
unit(const char *bytes, bool big_endian)
{
	unsigned char first = (unsigned char)bytes[0];
	unsigned char second = (unsigned char)bytes[1];

	return big_endian ? (uint32_t)first << 8 | second
	                  : (uint32_t)second << 8 | first;
}

/* By hand, since iconv stops at the half pairs that old files hold. */
static struct text
from_utf16(const char *bytes, size_t length, bool big_endian,
    struct arena *arena)
{
	char *text = arena_bytes(arena, 3 * (length / 2) + 4), *out = text;

	for (size_t i = 0; i + 2 <= length; i += 2) {
		uint32_t code = unit(bytes + i, big_endian);
		uint32_t low = i + 4 <= length
		    ? unit(bytes + i + 2, big_endian) : 0;

		if (code >= 0xd800 && code < 0xdc00 && low >= 0xdc00 &&
		    low < 0xe000) {
			code = 0x10000 + ((code - 0xd800) << 10) +
			    (low - 0xdc00);
			i += 2;
		} else if (code >= 0xd800 && code < 0xe000) {
			code = 0xfffd;
		}
		out += utf8_encode(code, out);
	}
	*out = '\0';
	return (struct text){text, (size_t)(out - text)};
}

/* Each byte that is no UTF-8 becomes U+FFFD. */
static struct text
from_damaged(const char *bytes, size_t length, struct arena *arena)
{
	char *text = arena_bytes(arena, 3 * length + 1), *out = text;

	for (size_t i = 0; i < length;) {
		size_t good = utf8_check(bytes + i, length - i);

		memcpy(out, bytes + i, good);
		out += good;
		i += good;
		if (i < length) {
			memcpy(out, replacement, 3);
			out += 3;
			i++;
		}
	}
	*out = '\0';
	return (struct text){text, (size_t)(out - text)};
}

/* UTF-8 with a few bad bytes, rather than something else: characters of
   several bytes that are right are rare by chance. */
static bool
is_mostly_utf8(const char *bytes, size_t length)
{
	size_t good = 0, bad = 0;

	for (size_t i = 0; i < length;) {
		uint32_t code;
		size_t n = utf8_decode(bytes + i, length - i, &code);

		good += n > 1;
		bad += code == UINT32_MAX;
		i += n;
	}
	return good > 2 * bad;
}

/* Lent from `bytes` where nothing had to be converted. */
static struct text
to_utf8(const char *bytes, size_t length, struct article *article,
    struct arena *arena)
{
	size_t valid;

	if (length >= 2 && memcmp(bytes, "\xff\xfe", 2) == 0)
		return from_utf16(bytes + 2, length - 2, false, arena);
	if (length >= 2 && memcmp(bytes, "\xfe\xff", 2) == 0)
		return from_utf16(bytes + 2, length - 2, true, arena);
	if (length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
		bytes += 3;
		length -= 3;
	}
	valid = utf8_check(bytes, length);
	/* The source stops reading in the middle of a character. */
	if (length > ARTICLE_BODY_MAX && length - valid < 4)
		length = valid;
	if (valid == length)
		return (struct text){bytes, length};
	if (is_mostly_utf8(bytes, length)) {
		record_doubt(article, arena,
		    "not UTF-8 at byte %zu; bad bytes replaced", valid + 1);
		return from_damaged(bytes, length, arena);
	}
	record_doubt(article, arena,
	    "charset not known; read as Windows-1252");
	return from_windows(bytes, length, arena);
}

/* NUL bytes part words like a blank. */
static struct text
drop_nul(struct text text, struct arena *arena)
{
	char *copy;

	if (!memchr(text.bytes, '\0', text.length))
		return text;
	copy = arena_text(arena, text.bytes, text.length);
	for (size_t i = 0; i < text.length; i++)
		if (!copy[i])
			copy[i] = ' ';
	return (struct text){copy, text.length};
}

enum status
record_text_read(const char *bytes, size_t length, struct arena *arena,
    struct article *article, struct error *error)
{
	struct text text = to_utf8(bytes, length, article, arena);
	size_t line;

	if (length > ARTICLE_BODY_MAX || text.length > ARTICLE_BODY_MAX)
		record_cut(&text, article, arena);
	text = record_trim(drop_nul(text, arena));
	if (!text.length)
		return error_set(error, STATUS_INVALID,
		    length ? "no text: only blanks" : "no text: empty file");
	for (line = 0; line < text.length; line++)
		if (text.bytes[line] == '\n' || text.bytes[line] == '\r')
			break;
	article->title = record_copy(
	    record_trim((struct text){text.bytes, line}), arena);
	article->body = record_copy(
	    record_trim((struct text){text.bytes + line, text.length - line}),
	    arena);
	return STATUS_OK;
}
