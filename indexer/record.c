/* Raw records to articles: by kind, then what all kinds have in common. */
#include "record_parts.h"

#include "buffer.h"
#include "text/language.h"
#include "text/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

enum { DOUBT_MAX = 200, SHOWN_MAX = 60 };

void
record_doubt(struct article *article, struct arena *arena,
    const char *format, ...)
{
	char doubt[DOUBT_MAX];
	va_list arguments;
	size_t length;

	if (article->doubt)
		return;
	va_start(arguments, format);
	vsnprintf(doubt, sizeof doubt, format, arguments);
	va_end(arguments);
	/* Too long a doubt must not end in half a character. */
	length = strlen(doubt);
	article->doubt = arena_text(arena, doubt, utf8_check(doubt, length));
}

static bool
is_blank_byte(char byte)
{
	return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

struct text
record_trim(struct text text)
{
	while (text.length && is_blank_byte(text.bytes[0])) {
		text.bytes++;
		text.length--;
	}
	while (text.length && is_blank_byte(text.bytes[text.length - 1]))
		text.length--;
	return text;
}

struct text
record_copy(struct text text, struct arena *arena)
{
	return (struct text){
	    arena_text(arena, text.bytes, text.length), text.length};
}

struct text
record_own(struct text text, struct arena *arena)
{
	return text.bytes[text.length] == '\0' ? text
	                                       : record_copy(text, arena);
}

void
record_cut(struct text *text, struct article *article, struct arena *arena)
{
	size_t length = ARTICLE_BODY_MAX;

	if (text->length > length)
		while (length && ((unsigned char)text->bytes[length] & 0xc0) ==
		    0x80)
			length--;
	else
		length = text->length;
	text->length = length;
	record_doubt(article, arena, "text cut at 64 MB");
}

void
record_add_field(struct article *article, struct arena *arena,
    const char *name, struct text value)
{
	size_t n = article->n_fields;

	value = record_trim(value);
	if (!value.length)
		return;
	/* The array grows at the powers of two from 16 on. */
	if (n == 0 || (n >= 16 && (n & (n - 1)) == 0)) {
		struct field *fields = arena_alloc(arena,
		    (n ? 2 * n : 16) * sizeof *fields);

		if (n)
			memcpy(fields, article->fields, n * sizeof *fields);
		article->fields = fields;
	}
	article->fields[article->n_fields++] = (struct field){
	    .name = name, .value = record_own(value, arena)};
}

void
record_take_date(struct article *article, struct arena *arena,
    struct text value)
{
	value = record_trim(value);
	if (date_parse(value.bytes, value.length, &article->date))
		return;
	record_doubt(article, arena, "date not understood: %.*s",
	    value.length < SHOWN_MAX ? (int)value.length : SHOWN_MAX,
	    value.bytes);
}

/* Whether a text has the form of a language code: two or three letters and
   perhaps a region. */
static bool
is_code(const char *code)
{
	size_t length = 0;

	while ((code[length] >= 'a' && code[length] <= 'z') ||
	    (code[length] >= 'A' && code[length] <= 'Z'))
		length++;
	return (length == 2 || length == 3) &&
	    (!code[length] || code[length] == '-' || code[length] == '_');
}

uint8_t
record_language(struct text code, const char *option,
    struct article *article, struct arena *arena)
{
	const char *name = record_own(code, arena).bytes;

	if (option && language_is_known(option) &&
	    language_by_code(option) == LANGUAGE_NONE)
		return LANGUAGE_NONE;
	if (code.length) {
		if (language_is_known(name))
			return language_by_code(name);
		/* Polish has no stemmer here, and English rules would only
		   damage it. */
		if (is_code(name))
			return LANGUAGE_NONE;
		record_doubt(article, arena, "language not known: %.60s",
		    name);
	}
	return option ? language_by_code(option) : LANGUAGE_ENGLISH;
}

static bool
is_set(const struct mapping *mapping, const char *name)
{
	for (size_t i = 0; i < mapping->n_set; i++)
		if (strcmp(mapping->set[i].name, name) == 0)
			return true;
	return false;
}

/* What --set says stands in place of what the record says.  Only a title of
   its own stays: one for all would tell none from another. */
static void
set_fields(struct article *article, const struct mapping *mapping,
    struct arena *arena)
{
	size_t n = 0;

	if (!mapping->n_set)
		return;
	for (size_t i = 0; i < article->n_fields; i++)
		if (!is_set(mapping, article->fields[i].name))
			article->fields[n++] = article->fields[i];
	article->n_fields = n;
	for (size_t i = 0; i < mapping->n_set; i++) {
		const struct field *field = &mapping->set[i];

		if (strcmp(field->name, "title") == 0) {
			if (!article->title.length)
				article->title = field->value;
			continue;
		}
		if (strcmp(field->name, "date") == 0)
			record_take_date(article, arena, field->value);
		if (strcmp(field->name, "lang") == 0)
			article->language = record_language(field->value,
			    mapping->language, article, arena);
		record_add_field(article, arena, field->name, field->value);
	}
}

/* The hash of the hashes of each text, so that what moves from one field to
   another is a change. */
static XXH128_hash_t
hash_content(const struct article *article, struct arena *arena)
{
	size_t n = 0;
	XXH128_hash_t *parts = arena_alloc(arena,
	    (2 + 2 * article->n_fields) * sizeof *parts);

	parts[n++] = XXH3_128bits(article->title.bytes, article->title.length);
	parts[n++] = XXH3_128bits(article->body.bytes, article->body.length);
	for (size_t i = 0; i < article->n_fields; i++) {
		const struct field *field = &article->fields[i];

		parts[n++] = XXH3_128bits(field->name, strlen(field->name));
		parts[n++] =
		    XXH3_128bits(field->value.bytes, field->value.length);
	}
	return XXH3_128bits(parts, n * sizeof *parts);
}

static uint64_t
hash_all(const struct article *article, XXH128_hash_t content)
{
	uint64_t numbers[5] = {content.low64, content.high64,
	    (uint64_t)(int64_t)article->date.day, article->date.precision,
	    article->language};

	return XXH3_64bits_withSeed(numbers, sizeof numbers,
	    XXH3_64bits(article->id.bytes, article->id.length));
}

/* The place of an article without an id of its own is its content. */
static void
take_content_id(struct article *article, struct arena *arena)
{
	XXH128_hash_t hash = hash_content(article, arena);
	char id[33];

	snprintf(id, sizeof id, "%016llx%016llx",
	    (unsigned long long)hash.high64, (unsigned long long)hash.low64);
	article->id = (struct text){arena_text(arena, id, 32), 32};
}

static enum status
parse_json(const char *bytes, size_t length, const struct mapping *mapping,
    struct arena *arena, struct article *article, struct error *error)
{
	struct pairs pairs = {0};
	enum status status =
	    record_json_read(bytes, length, arena, &pairs, error);

	/* What was lost is graver than what is not understood. */
	if (pairs.repeated)
		record_doubt(article, arena, "key \"%.100s\" stands twice",
		    pairs.repeated);
	if (status == STATUS_OK)
		status = record_map(&pairs, mapping, arena, article, error);
	if (status == STATUS_OK && !article->id.length)
		take_content_id(article, arena);
	return status;
}

/* A name may hold any bytes but NUL; an id is text. */
static struct text
name_text(const char *name, struct arena *arena)
{
	size_t length = strlen(name);
	struct buffer text = {0};
	struct text copy;

	for (size_t i = 0; i < length;) {
		size_t good = utf8_check(name + i, length - i);

		buffer_append(&text, name + i, good);
		i += good;
		if (i < length)
			buffer_append_format(&text, "\\x%02x",
			    (unsigned char)name[i++]);
	}
	copy = (struct text){buffer_string(&text), text.size};
	copy = record_copy(copy, arena);
	buffer_free(&text);
	return copy;
}

static enum status
parse_text(const char *bytes, size_t length, const char *name,
    const struct mapping *mapping, struct arena *arena,
    struct article *article, struct error *error)
{
	enum status status =
	    record_text_read(bytes, length, arena, article, error);

	if (status != STATUS_OK)
		return status;
	article->id = name_text(name, arena);
	article->language = record_language((struct text){"", 0},
	    mapping->language, article, arena);
	record_add_field(article, arena, "path", article->id);
	return STATUS_OK;
}

enum status
record_parse(const struct record *record, const char *bytes,
    const char *path, const struct mapping *mapping, struct arena *arena,
    struct article *article, struct error *error)
{
	const char *raw = bytes + record->offset;
	enum status status = STATUS_INVALID;

	*article = (struct article){0};
	switch (record->kind) {
	case RECORD_JSON:
		status = parse_json(raw, record->length, mapping, arena,
		    article, error);
		break;
	case RECORD_TEXT:
		status = parse_text(raw, record->length,
		    path + record->name, mapping, arena, article, error);
		break;
	}
	if (status != STATUS_OK)
		return status;
	set_fields(article, mapping, arena);
	article->hash = hash_all(article, hash_content(article, arena));
	return STATUS_OK;
}
