/* Answers for people: a page of hits with title, origin and excerpt. */
#include "printer.h"

#include "search.h"

#include <stdio.h>
#include <string.h>

enum { EXCERPT_LINES = 2, TITLE_LINES = 3 };

/* Of a query in a batch: which one it is. */
static void
add_heading(struct buffer *out, const struct printed_answer *answer)
{
	if (answer->id == NULL)
		return;
	buffer_append_string(out, "# ");
	terminal_add_text(out, answer->id, strlen(answer->id));
	buffer_append_string(out, ": ");
	terminal_add_text(out, answer->text, strlen(answer->text));
	buffer_append_byte(out, '\n');
}

static void
begin(struct printer *printer, const struct printed_answer *answer)
{
	char total[TERMINAL_NUMBER_MAX];
	struct buffer *out = printer->out;

	add_heading(out, answer);
	if (answer->total == 0) {
		if (answer->id)
			buffer_append_string(out, "0 articles\n\n");
		return;
	}
	buffer_append_format(out, "%s article%s in ",
	    terminal_number(answer->total, total),
	    answer->total == 1 ? "" : "s");
	terminal_add_text(out, answer->index, strlen(answer->index));
	buffer_append_format(out, ", %llu ms\n\n",
	    (unsigned long long)answer->milliseconds);
}

/* Columns of the largest rank of the page, so that titles stand in line. */
static size_t
rank_width(const struct printed_answer *answer)
{
	uint64_t last = answer->shown;
	char text[TERMINAL_NUMBER_MAX];
	size_t width;

	if (answer->limit != SIZE_MAX)
		last += (answer->page - 1) * (uint64_t)answer->limit;
	width = strlen(terminal_number(last, text));
	return width < 2 ? 2 : width;
}

static void
add_part(struct buffer *line, const char *text)
{
	if (text == NULL || text[0] == '\0')
		return;
	if (line->size)
		buffer_append_string(line, " · ");
	buffer_append_string(line, text);
}

/* date · authors · source · words · path or url */
static void
add_meta(struct printer *printer, const struct printed_hit *hit, size_t indent)
{
	struct buffer line = {0};
	char text[TERMINAL_NUMBER_MAX + 16], number[TERMINAL_NUMBER_MAX];
	char date[DATE_TEXT_MAX];
	struct marked_text whole = {0};

	add_part(&line, date_format(hit->date, date));
	for (size_t i = 0; i < hit->n_authors; i++) {
		if (i == 0) {
			add_part(&line, hit->authors[i]);
		} else {
			buffer_append_string(&line, ", ");
			buffer_append_string(&line, hit->authors[i]);
		}
	}
	add_part(&line, hit->source);
	snprintf(text, sizeof(text), "%s word%s",
	    terminal_number(hit->n_words, number),
	    hit->n_words == 1 ? "" : "s");
	add_part(&line, text);
	if (hit->path || hit->url)
		add_part(&line, hit->path ? hit->path : hit->url);
	else
		add_part(&line, hit->id);
	whole.text = buffer_string(&line);
	whole.length = line.size;
	terminal_add_wrapped(&printer->terminal, &whole, indent, STYLE_META,
	    NULL, printer->out);
	buffer_free(&line);
}

/* In at most `most` lines. */
static void
add_title(struct printer *printer, const struct printed_hit *hit,
    size_t indent, size_t most)
{
	struct buffer link = {0};
	struct marked_text title = hit->title;
	bool leads = printer->terminal.links &&
	    terminal_make_link(hit->url, hit->path, &link);

	if (title.length == 0) {
		title = (struct marked_text){.text = "(no title)"};
		title.length = strlen(title.text);
	}
	terminal_add_lines(&printer->terminal, &title, indent, STYLE_TITLE,
	    leads ? buffer_string(&link) : NULL, most, printer->out);
	buffer_free(&link);
}

static void
print_hit(struct printer *printer, const struct printed_answer *answer,
    const struct printed_hit *hit)
{
	size_t width = rank_width(answer), indent = width + 2;
	char rank[TERMINAL_NUMBER_MAX];
	struct buffer *out = printer->out;

	terminal_begin(&printer->terminal, STYLE_RANK, out);
	buffer_append_format(
	    out, "%*s", (int)width, terminal_number(hit->rank, rank));
	terminal_end(&printer->terminal, STYLE_RANK, out);
	buffer_append_string(out, "  ");
	add_title(printer, hit, indent, TITLE_LINES);
	buffer_append_format(out, "%*s", (int)indent, "");
	add_meta(printer, hit, indent);
	if (hit->has_excerpt && hit->excerpt.length > 0) {
		buffer_append_format(out, "%*s", (int)indent, "");
		terminal_add_wrapped(&printer->terminal, &hit->excerpt,
		    indent, STYLE_PLAIN, NULL, out);
	}
	buffer_append_byte(out, '\n');
}

static void
end(struct printer *printer, const struct printed_answer *answer)
{
	char page[TERMINAL_NUMBER_MAX], pages[TERMINAL_NUMBER_MAX];
	struct buffer *out = printer->out;
	uint64_t n_pages;

	if (answer->limit == SIZE_MAX || answer->total == 0)
		return;
	n_pages = (answer->total + answer->limit - 1) / answer->limit;
	if (n_pages == 1 && answer->page == 1)
		return;
	terminal_begin(&printer->terminal, STYLE_FOOT, out);
	terminal_number(n_pages, pages);
	if (answer->page > n_pages)
		buffer_append_format(out, "There %s %s page%s · last: -p %llu",
		    n_pages == 1 ? "is" : "are", pages,
		    n_pages == 1 ? "" : "s", (unsigned long long)n_pages);
	else
		buffer_append_format(out, "Page %s of %s",
		    terminal_number(answer->page, page), pages);
	if (answer->page < n_pages)
		buffer_append_format(out, " · more: -p %llu",
		    (unsigned long long)answer->page + 1);
	buffer_append_string(out, " · all: -n 0");
	terminal_end(&printer->terminal, STYLE_FOOT, out);
	buffer_append_byte(out, '\n');
}

static void
refused(struct printer *printer, const struct printed_answer *answer,
    const char *message)
{
	add_heading(printer->out, answer);
	buffer_append_string(printer->out, "not understood: ");
	terminal_add_text(printer->out, message, strlen(message));
	buffer_append_string(printer->out, "\n\n");
}

/* The body keeps its lines; each is wrapped. */
static void
add_body(struct printer *printer, const struct marked_text *body)
{
	size_t start = 0, mark = 0;

	while (start < body->length) {
		const char *line = body->text + start;
		const char *newline =
		    memchr(line, '\n', body->length - start);
		size_t length = newline ? (size_t)(newline - line)
		                        : body->length - start;
		struct marked_text part = {.text = line, .length = length};
		size_t first = mark;

		while (mark < body->n_marks &&
		    body->marks[mark].start < start + length) {
			body->marks[mark].start -= start;
			body->marks[mark].end -= start;
			mark++;
		}
		part.marks = mark > first ? body->marks + first : NULL;
		part.n_marks = mark - first;
		terminal_add_wrapped(&printer->terminal, &part, 0,
		    STYLE_PLAIN, NULL, printer->out);
		start += length + 1;
	}
}

static void
article(struct printer *printer, const struct printed_hit *hit)
{
	add_title(printer, hit, 0, SIZE_MAX);
	add_meta(printer, hit, 0);
	buffer_append_byte(printer->out, '\n');
	add_body(printer, &hit->body);
}

const struct printer_kind print_text = {
    .begin = begin,
    .hit = print_hit,
    .end = end,
    .refused = refused,
    .article = article,
    .excerpt_lines = EXCERPT_LINES,
};
