/*
 * One line of JSON to flat pairs of key and value, in one pass.
 *
 * A tree of objects would be built only to be walked once, and json-c takes
 * what RFC 8259 refuses (01, 2., NaN, 'x', raw tabs), so that each line would
 * have to be read strictly before it anyway.
 */
#include "record_parts.h"

#include "text/utf8.h"

#include <stdio.h>
#include <string.h>
#include <xxhash.h>

enum {
	DEPTH_MAX = 128,
	PAIRS_MAX = 1000000, /* 64 MB of "[1,1,..." would take gigabytes */
};

/* What stands under one key of the outer object. */
struct member {
	const char *key;
	size_t first; /* its first pair */
	bool repeated;
};

struct reader {
	const char *bytes, *at, *end;
	char *out;           /* decoded strings; never longer than the line */
	const char *key;     /* of the value being read, for messages */
	unsigned depth;
	bool listed;         /* in an array */
	struct member *members;
	size_t n_members, capacity;
	struct pairs *pairs; /* NULL: only look whether it is JSON */
	struct arena *arena;
	struct error *error;
	bool at_end;         /* failed because nothing was left */
};

static bool
fail(struct reader *reader, const char *what)
{
	size_t place = (size_t)(reader->at - reader->bytes) + 1;

	if (reader->at < reader->end) {
		error_set(reader->error, STATUS_INVALID,
		    "not JSON: %s at byte %zu", what, place);
		return false;
	}
	reader->at_end = true;
	if (*reader->key)
		error_set(reader->error, STATUS_INVALID,
		    "not JSON: unexpected end of line in \"%.100s\"",
		    reader->key);
	else
		error_set(reader->error, STATUS_INVALID,
		    "not JSON: unexpected end of line");
	return false;
}

static bool
fail_at_character(struct reader *reader, const char *expected)
{
	char what[80];
	unsigned char byte;

	if (reader->at == reader->end)
		return fail(reader, expected);
	byte = (unsigned char)*reader->at;
	if (byte > ' ' && byte < 0x7f)
		snprintf(what, sizeof what, "expected %s, found '%c'",
		    expected, byte);
	else
		snprintf(what, sizeof what, "expected %s", expected);
	return fail(reader, what);
}

static void
skip_blanks(struct reader *reader)
{
	while (reader->at < reader->end &&
	    (*reader->at == ' ' || *reader->at == '\t' ||
	        *reader->at == '\n' || *reader->at == '\r'))
		reader->at++;
}

/* Takes `byte` if it comes next. */
static bool
take(struct reader *reader, char byte)
{
	if (reader->at == reader->end || *reader->at != byte)
		return false;
	reader->at++;
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
read_code(struct reader *reader)
{
	size_t left = (size_t)(reader->end - reader->at);
	int32_t code = hexadecimal(reader->at, left), low;

	if (code < 0) {
		if (left < 4)
			reader->at = reader->end;
		return fail(reader, "bad \\u escape");
	}
	reader->at += 4;
	left -= 4;
	if (code >= 0xd800 && code < 0xdc00 && left >= 6 &&
	    reader->at[0] == '\\' && reader->at[1] == 'u') {
		low = hexadecimal(reader->at + 2, left - 2);
		if (low >= 0xdc00 && low < 0xe000) {
			code = 0x10000 + ((code - 0xd800) << 10) +
			    (low - 0xdc00);
			reader->at += 6;
		}
	}
	if (code == 0 || (code >= 0xd800 && code < 0xe000))
		code = 0xfffd;
	reader->out += utf8_encode((uint32_t)code, reader->out);
	return true;
}

/* After a backslash. */
static bool
read_escape(struct reader *reader)
{
	static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
	const char *name;

	if (reader->at == reader->end)
		return fail(reader, "escape");
	if (take(reader, 'u'))
		return read_code(reader);
	name = *reader->at ? strchr(names, *reader->at) : NULL;
	if (!name)
		return fail(reader, "bad escape");
	*reader->out++ = values[name - names];
	reader->at++;
	return true;
}

/* At a quotation mark. */
static bool
read_string(struct reader *reader, struct text *text)
{
	reader->at++;
	text->bytes = reader->out;
	for (;;) {
		size_t n = plain_bytes(reader->at,
		    (size_t)(reader->end - reader->at));

		memcpy(reader->out, reader->at, n);
		reader->out += n;
		reader->at += n;
		if (take(reader, '"'))
			break;
		if (take(reader, '\\')) {
			if (!read_escape(reader))
				return false;
		} else {
			return fail(reader, "control character");
		}
	}
	text->length = (size_t)(reader->out - text->bytes);
	*reader->out++ = '\0';
	return true;
}

static size_t
digits(struct reader *reader)
{
	const char *begin = reader->at;

	while (reader->at < reader->end && *reader->at >= '0' &&
	    *reader->at <= '9')
		reader->at++;
	return (size_t)(reader->at - begin);
}

/* As written: what an id or a year means is not for us to round. */
static bool
read_number(struct reader *reader, struct text *text)
{
	const char *begin = reader->at;

	take(reader, '-');
	if (!take(reader, '0') && !digits(reader))
		return fail_at_character(reader, "a digit");
	if (take(reader, '.') && !digits(reader))
		return fail_at_character(reader, "a digit");
	if (take(reader, 'e') || take(reader, 'E')) {
		if (!take(reader, '+'))
			take(reader, '-');
		if (!digits(reader))
			return fail_at_character(reader, "a digit");
	}
	text->length = (size_t)(reader->at - begin);
	text->bytes = reader->out;
	memcpy(reader->out, begin, text->length);
	reader->out += text->length;
	*reader->out++ = '\0';
	return true;
}

static bool
read_word(struct reader *reader, const char *word, struct text *text)
{
	size_t length = strlen(word);
	size_t left = (size_t)(reader->end - reader->at);

	if (left < length && memcmp(reader->at, word, left) == 0) {
		reader->at = reader->end;
		return fail(reader, word);
	}
	if (left < length || memcmp(reader->at, word, length) != 0)
		return fail_at_character(reader, "a value");
	reader->at += length;
	*text = (struct text){word, length};
	return true;
}

static bool
add_pair(struct reader *reader, struct text value, bool number)
{
	struct pairs *pairs = reader->pairs;

	if (!pairs)
		return true;
	if (pairs->n == PAIRS_MAX) {
		error_set(reader->error, STATUS_INVALID,
		    "more than %d values", PAIRS_MAX);
		return false;
	}
	if (pairs->n == pairs->capacity) {
		size_t capacity = pairs->capacity ? 2 * pairs->capacity : 32;
		struct pair *items = arena_alloc(reader->arena,
		    capacity * sizeof *items);

		if (pairs->n)
			memcpy(items, pairs->items, pairs->n * sizeof *items);
		pairs->items = items;
		pairs->capacity = capacity;
	}
	pairs->items[pairs->n++] = (struct pair){
	    .key = reader->key,
	    .value = value,
	    .number = number,
	    .listed = reader->listed,
	};
	return true;
}

static void
add_member(struct reader *reader)
{
	if (reader->n_members == reader->capacity) {
		size_t capacity = reader->capacity ? 2 * reader->capacity : 32;
		struct member *members = arena_alloc(reader->arena,
		    capacity * sizeof *members);

		if (reader->n_members)
			memcpy(members, reader->members,
			    reader->n_members * sizeof *members);
		reader->members = members;
		reader->capacity = capacity;
	}
	reader->members[reader->n_members++] = (struct member){
	    .key = reader->key, .first = reader->pairs->n};
}

/* The key below `outer`, in lower case. */
static const char *
join_keys(struct reader *reader, const char *outer, struct text key)
{
	size_t before = strlen(outer), length = 0;
	char *joined = arena_bytes(reader->arena, before + key.length + 9);

	if (before) {
		memcpy(joined, outer, before);
		joined[before] = '.';
		length = before + 1;
	}
	if (!key.length)
		key = (struct text){"unnamed", 7};
	for (size_t i = 0; i < key.length; i++) {
		char c = key.bytes[i];

		joined[length++] =
		    (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
	}
	joined[length] = '\0';
	return joined;
}

static bool read_value(struct reader *reader);

/* After an opening brace. */
static bool
read_object(struct reader *reader)
{
	const char *outer = reader->key;

	skip_blanks(reader);
	if (take(reader, '}'))
		return true;
	do {
		struct text key;

		skip_blanks(reader);
		if (reader->at == reader->end || *reader->at != '"')
			return fail_at_character(reader, "a key");
		if (!read_string(reader, &key))
			return false;
		reader->key = join_keys(reader, outer, key);
		if (reader->depth == 1 && reader->pairs)
			add_member(reader);
		skip_blanks(reader);
		if (!take(reader, ':'))
			return fail_at_character(reader, "':'");
		if (!read_value(reader))
			return false;
		reader->key = outer;
	} while (take(reader, ','));
	if (!take(reader, '}'))
		return fail_at_character(reader, "',' or '}'");
	return true;
}

/* After an opening bracket. */
static bool
read_array(struct reader *reader)
{
	bool outer = reader->listed;

	skip_blanks(reader);
	if (take(reader, ']'))
		return true;
	reader->listed = true;
	do {
		if (!read_value(reader))
			return false;
	} while (take(reader, ','));
	reader->listed = outer;
	if (!take(reader, ']'))
		return fail_at_character(reader, "',' or ']'");
	return true;
}

static bool
read_inner(struct reader *reader, bool object)
{
	bool done;

	if (reader->depth == DEPTH_MAX) {
		error_set(reader->error, STATUS_INVALID,
		    "not JSON: nested deeper than %d", DEPTH_MAX);
		return false;
	}
	reader->at++;
	reader->depth++;
	done = object ? read_object(reader) : read_array(reader);
	reader->depth--;
	return done;
}

static bool
read_scalar(struct reader *reader)
{
	struct text text;

	switch (*reader->at) {
	case '"':
		return read_string(reader, &text) &&
		    add_pair(reader, text, false);
	case 't':
		return read_word(reader, "true", &text) &&
		    add_pair(reader, text, false);
	case 'f':
		return read_word(reader, "false", &text) &&
		    add_pair(reader, text, false);
	case 'n':
		return read_word(reader, "null", &text) &&
		    add_pair(reader, (struct text){"", 0}, false);
	case '-': case '0': case '1': case '2': case '3': case '4':
	case '5': case '6': case '7': case '8': case '9':
		return read_number(reader, &text) &&
		    add_pair(reader, text, true);
	default:
		return fail_at_character(reader, "a value");
	}
}

/* A value of any kind, with the blanks on both its sides. */
static bool
read_value(struct reader *reader)
{
	bool done;

	skip_blanks(reader);
	if (reader->at == reader->end)
		return fail(reader, "a value");
	if (*reader->at == '{' || *reader->at == '[')
		done = read_inner(reader, *reader->at == '{');
	else
		done = read_scalar(reader);
	skip_blanks(reader);
	return done;
}

static bool
read_line(struct reader *reader, const char *bytes, size_t length)
{
	size_t valid = utf8_check(bytes, length);

	if (valid < length) {
		error_set(reader->error, STATUS_INVALID,
		    "not UTF-8 at byte %zu", valid + 1);
		return false;
	}
	reader->bytes = reader->at = bytes;
	reader->end = bytes + length;
	reader->key = "";
	/* The NUL of a string takes the place of its quotation mark, that of
	   a number the place of what follows, which may be nothing. */
	reader->out = arena_bytes(reader->arena, length + 1);
	if (!read_value(reader))
		return false;
	if (reader->at < reader->end)
		return fail(reader, "more after the end of the value");
	return true;
}

/* Where the pairs of a member end. */
static size_t
member_end(const struct reader *reader, size_t member)
{
	return member + 1 < reader->n_members
	    ? reader->members[member + 1].first
	    : reader->pairs->n;
}

/* Marks the members whose key stands again behind them: they are empty. */
static void
drop_repeated(struct reader *reader)
{
	size_t size = 4;
	uint32_t *table;

	while (size < 2 * reader->n_members)
		size *= 2;
	table = arena_alloc(reader->arena, size * sizeof *table);
	memset(table, 0xff, size * sizeof *table);
	for (uint32_t i = 0; i < reader->n_members; i++) {
		const char *key = reader->members[i].key;
		size_t slot = XXH3_64bits(key, strlen(key)) & (size - 1);

		while (table[slot] != UINT32_MAX &&
		    strcmp(reader->members[table[slot]].key, key) != 0)
			slot = (slot + 1) & (size - 1);
		if (table[slot] != UINT32_MAX)
			reader->members[table[slot]].repeated = true;
		table[slot] = i;
	}
}

/* Keeps of each key in the outer object what was said last. */
static void
keep_last(struct reader *reader)
{
	struct pairs *pairs = reader->pairs;
	size_t n = 0;

	drop_repeated(reader);
	for (size_t i = 0; i < reader->n_members; i++) {
		size_t end = member_end(reader, i);

		if (reader->members[i].repeated)
			continue;
		for (size_t j = reader->members[i].first; j < end; j++)
			pairs->items[n++] = pairs->items[j];
	}
	pairs->n = n;
}

enum status
record_json_read(const char *bytes, size_t length, struct arena *arena,
    struct pairs *pairs, struct error *error)
{
	struct reader reader = {
	    .pairs = pairs, .arena = arena, .error = error};

	if (!read_line(&reader, bytes, length))
		return STATUS_INVALID;
	while (*bytes == ' ' || *bytes == '\t' || *bytes == '\r')
		bytes++;
	if (*bytes != '{')
		return error_set(error, STATUS_INVALID, "not a JSON object");
	keep_last(&reader);
	return STATUS_OK;
}

bool
record_json_valid(const char *bytes, size_t length, struct error *error)
{
	struct arena arena = {0};
	struct reader reader = {.arena = &arena, .error = error};
	bool valid = read_line(&reader, bytes, length);

	arena_free(&arena);
	return valid;
}

bool
record_json_begins(const char *bytes, size_t length, bool cut)
{
	struct arena arena = {0};
	struct reader reader = {.arena = &arena};
	bool valid;

	if (!length || *bytes != '{')
		return false;
	/* The last character may be cut too. */
	if (cut) {
		size_t whole = utf8_check(bytes, length);

		length = length - whole < 4 ? whole : length;
	}
	valid = read_line(&reader, bytes, length) ||
	    (cut && reader.at_end);
	arena_free(&arena);
	return valid;
}
