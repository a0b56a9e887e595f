/* The words of JSON by RFC 8259: strings, numbers, names. */
#include "json_scan.h"

#include "text/utf8.h"

#include <stdio.h>
#include <string.h>

bool
json_scan_fail(struct json_scan *scan, const char *what)
{
	size_t place = (size_t)(scan->at - scan->bytes) + 1;

	if (scan->at < scan->end) {
		error_set(scan->error, STATUS_INVALID,
		    "not JSON: %s at byte %zu", what, place);
		return false;
	}
	scan->at_end = true;
	if (*scan->key)
		error_set(scan->error, STATUS_INVALID,
		    "not JSON: unexpected end of line in \"%.100s\"",
		    scan->key);
	else
		error_set(scan->error, STATUS_INVALID,
		    "not JSON: unexpected end of line");
	return false;
}

bool
json_scan_expected(struct json_scan *scan, const char *expected)
{
	char what[80];
	unsigned char byte;

	if (scan->at == scan->end)
		return json_scan_fail(scan, expected);
	byte = (unsigned char)*scan->at;
	if (byte > ' ' && byte < 0x7f)
		snprintf(what, sizeof what, "expected %s, found '%c'",
		    expected, byte);
	else
		snprintf(what, sizeof what, "expected %s", expected);
	return json_scan_fail(scan, what);
}

void
json_scan_blanks(struct json_scan *scan)
{
	while (scan->at < scan->end &&
	    (*scan->at == ' ' || *scan->at == '\t' ||
	        *scan->at == '\n' || *scan->at == '\r'))
		scan->at++;
}

/* Takes `byte` if it comes next. */
bool
json_scan_take(struct json_scan *scan, char byte)
{
	if (scan->at == scan->end || *scan->at != byte)
		return false;
	scan->at++;
	return true;
}

/*
 * Bytes up to the first that ends a string or needs a closer look.  Eight at
 * a time: this is where nearly all bytes of an archive pass.
 */
static size_t
plain_bytes(const char *text, size_t length)
{
	const uint64_t ones = UINT64_MAX / 255;
	size_t i = 0;

	for (; i + 8 <= length; i += 8) {
		uint64_t word, quote, slash, found;

		memcpy(&word, text + i, 8);
		quote = word ^ ones * '"';
		slash = word ^ ones * '\\';
		found = ((quote - ones) & ~quote) | ((slash - ones) & ~slash) |
		    ((word - ones * 0x20) & ~word);
		if (found & ones * 0x80)
			break;
	}
	while (i < length && text[i] != '"' && text[i] != '\\' &&
	    (unsigned char)text[i] >= 0x20)
		i++;
	return i;
}

/* Four hexadecimal digits; -1 if they are not. */
static int32_t
hexadecimal(const char *text, size_t length)
{
	int32_t value = 0;

	if (length < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		char c = text[i];
		int digit;

		if (c >= '0' && c <= '9')
			digit = c - '0';
		else if (c >= 'a' && c <= 'f')
			digit = c - 'a' + 10;
		else if (c >= 'A' && c <= 'F')
			digit = c - 'A' + 10;
		else
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

/* After "\u".  Half a pair and NUL become U+FFFD. */
static bool
read_code(struct json_scan *scan)
{
	size_t left = (size_t)(scan->end - scan->at);
	int32_t code = hexadecimal(scan->at, left), low;

	if (code < 0) {
		if (left < 4)
			scan->at = scan->end;
		return json_scan_fail(scan, "bad \\u escape");
	}
	scan->at += 4;
	left -= 4;
	if (code >= 0xd800 && code < 0xdc00 && left >= 6 &&
	    scan->at[0] == '\\' && scan->at[1] == 'u') {
		low = hexadecimal(scan->at + 2, left - 2);
		if (low >= 0xdc00 && low < 0xe000) {
			code = 0x10000 + ((code - 0xd800) << 10) +
			    (low - 0xdc00);
			scan->at += 6;
		}
	}
	if (code == 0 || (code >= 0xd800 && code < 0xe000))
		code = 0xfffd;
	scan->out += utf8_encode((uint32_t)code, scan->out);
	return true;
}

/* After a backslash. */
static bool
read_escape(struct json_scan *scan)
{
	static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
	const char *name;

	if (scan->at == scan->end)
		return json_scan_fail(scan, "escape");
	if (json_scan_take(scan, 'u'))
		return read_code(scan);
	name = *scan->at ? strchr(names, *scan->at) : NULL;
	if (!name)
		return json_scan_fail(scan, "bad escape");
	*scan->out++ = values[name - names];
	scan->at++;
	return true;
}

/* At a quotation mark. */
bool
json_scan_string(struct json_scan *scan, struct text *text)
{
	scan->at++;
	text->bytes = scan->out;
	for (;;) {
		size_t n = plain_bytes(scan->at,
		    (size_t)(scan->end - scan->at));

		memcpy(scan->out, scan->at, n);
		scan->out += n;
		scan->at += n;
		if (json_scan_take(scan, '"'))
			break;
		if (json_scan_take(scan, '\\')) {
			if (!read_escape(scan))
				return false;
		} else {
			return json_scan_fail(scan, "control character");
		}
	}
	text->length = (size_t)(scan->out - text->bytes);
	*scan->out++ = '\0';
	return true;
}

static size_t
digits(struct json_scan *scan)
{
	const char *begin = scan->at;

	while (scan->at < scan->end && *scan->at >= '0' &&
	    *scan->at <= '9')
		scan->at++;
	return (size_t)(scan->at - begin);
}

/* As written: what an id or a year means is not for us to round. */
bool
json_scan_number(struct json_scan *scan, struct text *text)
{
	const char *begin = scan->at;

	json_scan_take(scan, '-');
	if (!json_scan_take(scan, '0') && !digits(scan))
		return json_scan_expected(scan, "a digit");
	if (json_scan_take(scan, '.') && !digits(scan))
		return json_scan_expected(scan, "a digit");
	if (json_scan_take(scan, 'e') || json_scan_take(scan, 'E')) {
		if (!json_scan_take(scan, '+'))
			json_scan_take(scan, '-');
		if (!digits(scan))
			return json_scan_expected(scan, "a digit");
	}
	text->length = (size_t)(scan->at - begin);
	text->bytes = scan->out;
	memcpy(scan->out, begin, text->length);
	scan->out += text->length;
	*scan->out++ = '\0';
	return true;
}

bool
json_scan_word(struct json_scan *scan, const char *word, struct text *text)
{
	size_t length = strlen(word);
	size_t left = (size_t)(scan->end - scan->at);

	if (left < length && memcmp(scan->at, word, left) == 0) {
		scan->at = scan->end;
		return json_scan_fail(scan, word);
	}
	if (left < length || memcmp(scan->at, word, length) != 0)
		return json_scan_expected(scan, "a value");
	scan->at += length;
	*text = (struct text){word, length};
	return true;
}
