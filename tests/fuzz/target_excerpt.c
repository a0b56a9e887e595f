/*
 * What is marked in an article and how it is printed.  Texts may hold any
 * bytes, as those of a hostile archive or a damaged index do.
 */
#include "fuzz.h"

#include "parser.h"
#include "printer.h"
#include "record_parts.h"
#include "snippet.h"
#include "text/language.h"
#include "text/utf8.h"

#include <stdlib.h>
#include <string.h>

static void
check_marks(const struct marked_text *marked)
{
	size_t last = 0;

	for (size_t i = 0; i < marked->n_marks; i++) {
		FUZZ_CHECK(marked->marks[i].start >= last);
		FUZZ_CHECK(marked->marks[i].start < marked->marks[i].end);
		FUZZ_CHECK(marked->marks[i].end <= marked->length);
		last = marked->marks[i].end;
	}
}

/* Nothing that a terminal obeys, and no half of a character. */
static void
check_output(const struct buffer *out)
{
	for (size_t at = 0; at < out->size;) {
		uint32_t code;

		at += utf8_decode((const char *)out->bytes + at,
		    out->size - at, &code);
		FUZZ_CHECK(code != UINT32_MAX && code != 0);
		FUZZ_CHECK(code == '\n' || terminal_safe(code) == code);
	}
}

static void
print(const struct printer_kind *kind, const struct printed_hit *hit,
    const struct printed_answer *answer, size_t width, bool is_json)
{
	struct buffer out = {0};
	struct printer printer = {.kind = kind, .separator = '\n',
	    .out = &out};
	struct error error = {0};

	printer.terminal.width = width;
	for (unsigned part = 0; part < 3; part++) {
		out.size = 0;
		if (part == 0 && kind->hit)
			kind->hit(&printer, answer, hit);
		if (part == 1 && kind->article)
			kind->article(&printer, hit);
		if (part == 2 && kind->end)
			kind->end(&printer, answer);
		check_output(&out);
		FUZZ_CHECK(!is_json || record_json_valid(
		    (const char *)out.bytes, out.size, &error));
	}
	buffer_free(&out);
}

static void
print_all(struct printed_hit *hit, const char *query, size_t width)
{
	struct printed_answer answer = {.index = "index", .text = query,
	    .read_as = query, .total = 1, .shown = 1, .page = 1, .limit = 10};

	print(&print_text, hit, &answer, width, false);
	print(&print_json, hit, &answer, width, true);
}

static void
mark(const struct node *root, char *title, size_t title_length, char *body,
    size_t body_length, uint8_t language, size_t width,
    struct printed_hit *hit, struct arena *arena)
{
	struct snippet *snippet = snippet_create(root, NULL);

	snippet_marks(snippet, title, title_length, body, body_length,
	    language, arena, &hit->title, &hit->body);
	check_marks(&hit->title);
	check_marks(&hit->body);
	if (width && hit->body.length) {
		snippet_best(&hit->body, width, arena, &hit->excerpt);
		check_marks(&hit->excerpt);
		hit->has_excerpt = true;
	}
	snippet_free(snippet);
}

void
fuzz_excerpt(const uint8_t *bytes, size_t size)
{
	struct fuzz_input input = {bytes, bytes + size};
	uint8_t language = fuzz_u8(&input) % 3, width = fuzz_u8(&input);
	struct parser_options options = {.today = 18000};
	size_t query_length, title_length, body_length;
	char *text = fuzz_part(&input, &query_length);
	char *title = fuzz_part(&input, &title_length);
	char *body = fuzz_rest(&input, &body_length);
	struct arena arena = {0};
	struct error error = {0};
	struct query query;

	if (query_parse(text, query_length, &options, &query, &error) ==
	    STATUS_OK) {
		struct printed_hit hit = {.rank = 1,
		    .id = arena_text(&arena, title, title_length),
		    .path = arena_text(&arena, text, query_length),
		    .language = language_code(language), .n_words = 7};

		mark(query.root, title, title_length, body, body_length,
		    language, width, &hit, &arena);
		print_all(&hit, arena_text(&arena, text, query_length),
		    width);
	}
	query_free(&query);
	arena_free(&arena);
	free(text);
	free(title);
	free(body);
}
