/* Answers for programs: JSON Lines, one object a line. */
#include "printer.h"

#include "search.h"
#include "text/utf8.h"

#include <string.h>

/*
 * A string of JSON.  Control characters of every kind are escaped, so that
 * a line is safe on a terminal too; what is no UTF-8 becomes U+FFFD.
 */
static void
add_string(struct buffer *out, const char *text, size_t length)
{
	buffer_append_byte(out, '"');
	for (size_t at = 0; at < length;) {
		uint32_t code;
		size_t size = utf8_decode(text + at, length - at, &code);

		if (code == UINT32_MAX)
			buffer_append_string(out, "\\ufffd");
		else if (code == '"' || code == '\\')
			buffer_append_format(out, "\\%c", (char)code);
		else if (code == '\n')
			buffer_append_string(out, "\\n");
		else if (code == '\t')
			buffer_append_string(out, "\\t");
		else if (code == 0 || code == 0x2028 || code == 0x2029 ||
		    (terminal_safe(code) != code && code < 0x10000))
			buffer_append_format(out, "\\u%04x", code);
		else
			buffer_append(out, text + at, size);
		at += size;
	}
	buffer_append_byte(out, '"');
}

static void
add_key(struct buffer *out, const char *key)
{
	if (out->size && out->bytes[out->size - 1] != '{')
		buffer_append_byte(out, ',');
	buffer_append_format(out, "\"%s\":", key);
}

static void
add_text(struct buffer *out, const char *key, const char *text)
{
	add_key(out, key);
	if (text)
		add_string(out, text, strlen(text));
	else
		buffer_append_string(out, "null");
}

static void
add_number(struct buffer *out, const char *key, uint64_t number)
{
	add_key(out, key);
	buffer_append_format(out, "%llu", (unsigned long long)number);
}

/* Characters in the first `size` bytes, where `*at` and `*n` remember how
 * far they were counted. */
static size_t
count_characters(const char *text, size_t size, size_t *at, size_t *n)
{
	while (*at < size) {
		uint32_t code;

		*at += utf8_decode(text + *at, size - *at, &code);
		(*n)++;
	}
	return *n;
}

static void
add_marked(struct buffer *out, const struct marked_text *text)
{
	size_t at = 0, n = 0;

	buffer_append_string(out, "{");
	add_key(out, "text");
	add_string(out, text->text, text->length);
	add_key(out, "marks");
	buffer_append_byte(out, '[');
	for (size_t i = 0; i < text->n_marks; i++) {
		buffer_append_format(out, "%s[%zu,", i ? "," : "",
		    count_characters(
		        text->text, text->marks[i].start, &at, &n));
		buffer_append_format(out, "%zu]",
		    count_characters(
		        text->text, text->marks[i].end, &at, &n));
	}
	buffer_append_string(out, "]}");
}

/* Everything that is known of an article but its rank and text. */
static void
add_article(struct buffer *out, const struct printed_hit *hit)
{
	char date[DATE_TEXT_MAX];

	add_key(out, "title");
	add_string(out, hit->title.text ? hit->title.text : "",
	    hit->title.length);
	add_text(out, "date",
	    hit->date.precision ? date_format(hit->date, date) : NULL);
	add_key(out, "author");
	buffer_append_byte(out, '[');
	for (size_t i = 0; i < hit->n_authors; i++) {
		if (i)
			buffer_append_byte(out, ',');
		add_string(out, hit->authors[i], strlen(hit->authors[i]));
	}
	buffer_append_byte(out, ']');
	add_text(out, "source", hit->source);
	add_text(out, "lang", hit->language);
	add_text(out, "url", hit->url);
	add_text(out, "path", hit->path);
	add_number(out, "words", hit->n_words);
}

static void
print_hit(struct printer *printer, const struct printed_answer *answer,
    const struct printed_hit *hit)
{
	struct buffer *out = printer->out;

	buffer_append_string(out, "{\"type\":\"hit\"");
	if (answer->id)
		add_text(out, "query_id", answer->id);
	add_number(out, "rank", hit->rank);
	add_text(out, "id", hit->id);
	add_key(out, "score");
	buffer_append_format(
	    out, "%.6f", (double)hit->score / (double)SCORE_ONE);
	add_article(out, hit);
	add_key(out, "snippets");
	buffer_append_byte(out, '[');
	if (hit->has_excerpt && hit->excerpt.length > 0)
		add_marked(out, &hit->excerpt);
	buffer_append_string(out, "]}\n");
}

static void
end(struct printer *printer, const struct printed_answer *answer)
{
	struct buffer *out = printer->out;
	const struct query *query = answer->query;

	buffer_append_string(out, "{\"type\":\"end\"");
	if (answer->id)
		add_text(out, "query_id", answer->id);
	add_number(out, "total", answer->total);
	add_number(out, "shown", answer->shown);
	add_number(out, "ms", answer->milliseconds);
	if (answer->is_partial)
		add_number(out, "not_searched", answer->not_searched);
	add_text(out, "query", answer->text);
	add_text(out, "read_as", answer->read_as);
	add_key(out, "notes");
	buffer_append_byte(out, '[');
	for (size_t i = 0; query && i < query->n_notes; i++) {
		if (i)
			buffer_append_byte(out, ',');
		add_string(out, query->notes[i], strlen(query->notes[i]));
	}
	buffer_append_string(out, "]}\n");
}

static void
refused(struct printer *printer, const struct printed_answer *answer,
    const char *message)
{
	struct buffer *out = printer->out;

	buffer_append_string(out, "{\"type\":\"error\"");
	if (answer->id)
		add_text(out, "query_id", answer->id);
	add_text(out, "query", answer->text);
	add_text(out, "message", message);
	buffer_append_string(out, "}\n");
}

static void
article(struct printer *printer, const struct printed_hit *hit)
{
	struct buffer *out = printer->out;

	buffer_append_string(out, "{\"type\":\"article\"");
	add_text(out, "id", hit->id);
	add_article(out, hit);
	add_key(out, "text");
	add_string(out, hit->body.text ? hit->body.text : "",
	    hit->body.length);
	buffer_append_string(out, "}\n");
}

const struct printer_kind print_json = {
    .hit = print_hit,
    .end = end,
    .refused = refused,
    .article = article,
    .excerpt_bytes = 240,
};
