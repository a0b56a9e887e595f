/*
 * One line of JSON to flat pairs of key and value, in one pass.
 *
 * A tree of objects would be built only to be walked once, and json-c takes
 * what RFC 8259 refuses (01, 2., NaN, 'x', raw tabs), so that each line would
 * have to be read strictly before it anyway.
 */
#include "record_parts.h"

#include "json_scan.h"
#include "text/utf8.h"

#include <string.h>
#include <xxhash.h>

enum { DEPTH_MAX = 128 };

/* What stands under one key of the outer object. */
struct member {
	const char *key;
	size_t first; /* its first pair */
	bool repeated;
};

struct reader {
	struct json_scan scan;
	unsigned depth;
	bool listed;         /* in an array */
	struct member *members;
	size_t n_members, capacity;
	struct pairs *pairs; /* NULL: only look whether it is JSON */
	struct arena *arena;
};

static bool
add_pair(struct reader *reader, struct text value, bool number)
{
	struct pairs *pairs = reader->pairs;

	if (!pairs)
		return true;
	if (pairs->n == ARTICLE_VALUES_MAX) {
		error_set(reader->scan.error, STATUS_INVALID,
		    "more than %d values", ARTICLE_VALUES_MAX);
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
	    .key = reader->scan.key,
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
	    .key = reader->scan.key, .first = reader->pairs->n};
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
	const char *outer = reader->scan.key;

	json_scan_blanks(&reader->scan);
	if (json_scan_take(&reader->scan, '}'))
		return true;
	do {
		struct text key;

		json_scan_blanks(&reader->scan);
		if (reader->scan.at == reader->scan.end ||
		    *reader->scan.at != '"')
			return json_scan_expected(&reader->scan, "a key");
		if (!json_scan_string(&reader->scan, &key))
			return false;
		reader->scan.key = join_keys(reader, outer, key);
		if (reader->depth == 1 && reader->pairs)
			add_member(reader);
		json_scan_blanks(&reader->scan);
		if (!json_scan_take(&reader->scan, ':'))
			return json_scan_expected(&reader->scan, "':'");
		if (!read_value(reader))
			return false;
		reader->scan.key = outer;
	} while (json_scan_take(&reader->scan, ','));
	if (!json_scan_take(&reader->scan, '}'))
		return json_scan_expected(&reader->scan, "',' or '}'");
	return true;
}

/* After an opening bracket. */
static bool
read_array(struct reader *reader)
{
	bool outer = reader->listed;

	json_scan_blanks(&reader->scan);
	if (json_scan_take(&reader->scan, ']'))
		return true;
	reader->listed = true;
	do {
		if (!read_value(reader))
			return false;
	} while (json_scan_take(&reader->scan, ','));
	reader->listed = outer;
	if (!json_scan_take(&reader->scan, ']'))
		return json_scan_expected(&reader->scan, "',' or ']'");
	return true;
}

static bool
read_inner(struct reader *reader, bool object)
{
	bool done;

	if (reader->depth == DEPTH_MAX) {
		error_set(reader->scan.error, STATUS_INVALID,
		    "not JSON: nested deeper than %d", DEPTH_MAX);
		return false;
	}
	reader->scan.at++;
	reader->depth++;
	done = object ? read_object(reader) : read_array(reader);
	reader->depth--;
	return done;
}

static bool
read_scalar(struct reader *reader)
{
	struct text text;

	switch (*reader->scan.at) {
	case '"':
		return json_scan_string(&reader->scan, &text) &&
		    add_pair(reader, text, false);
	case 't':
		return json_scan_word(&reader->scan, "true", &text) &&
		    add_pair(reader, text, false);
	case 'f':
		return json_scan_word(&reader->scan, "false", &text) &&
		    add_pair(reader, text, false);
	case 'n':
		return json_scan_word(&reader->scan, "null", &text) &&
		    add_pair(reader, (struct text){"", 0}, false);
	case '-': case '0': case '1': case '2': case '3': case '4':
	case '5': case '6': case '7': case '8': case '9':
		return json_scan_number(&reader->scan, &text) &&
		    add_pair(reader, text, true);
	default:
		return json_scan_expected(&reader->scan, "a value");
	}
}

/* A value of any kind, with the blanks on both its sides. */
static bool
read_value(struct reader *reader)
{
	bool done;

	json_scan_blanks(&reader->scan);
	if (reader->scan.at == reader->scan.end)
		return json_scan_fail(&reader->scan, "a value");
	if (*reader->scan.at == '{' || *reader->scan.at == '[')
		done = read_inner(reader, *reader->scan.at == '{');
	else
		done = read_scalar(reader);
	json_scan_blanks(&reader->scan);
	return done;
}

static bool
read_line(struct reader *reader, const char *bytes, size_t length)
{
	size_t valid = utf8_check(bytes, length);

	if (valid < length) {
		error_set(reader->scan.error, STATUS_INVALID,
		    "not UTF-8 at byte %zu", valid + 1);
		return false;
	}
	reader->scan.bytes = reader->scan.at = bytes;
	reader->scan.end = bytes + length;
	reader->scan.key = "";
	/* The NUL of a string takes the place of its quotation mark, that of
	   a number the place of what follows, which may be nothing. */
	reader->scan.out = arena_bytes(reader->arena, length + 1);
	if (!read_value(reader))
		return false;
	if (reader->scan.at < reader->scan.end)
		return json_scan_fail(&reader->scan,
		    "more after the end of the value");
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

		if (reader->members[i].repeated) {
			if (!pairs->repeated)
				pairs->repeated = reader->members[i].key;
			continue;
		}
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
	    .pairs = pairs, .arena = arena, .scan.error = error};

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
	struct reader reader = {.arena = &arena, .scan.error = error};
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
	    (cut && reader.scan.at_end);
	arena_free(&arena);
	return valid;
}
