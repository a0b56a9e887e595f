/* Colours, links and lines for a terminal; safe text for everybody. */
#include "terminal.h"

#include "text/utf8.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
	WIDTH_NO_TERMINAL = 80,
	WIDTH_LEAST = 20,
	WIDTH_MOST = 100,
	CUT_COLUMNS = 2, /* of the sign after a text that was cut */
	CODE_ESCAPE_SIGN = 0x241B,
	CODE_REPLACEMENT = 0xFFFD,
};

static bool
is_set(const char *name)
{
	const char *value = getenv(name);

	return value && value[0];
}

static bool
wants_colour(bool is_terminal, enum terminal_when when)
{
	const char *term = getenv("TERM"), *force = getenv("CLICOLOR_FORCE");

	if (when != WHEN_AUTO)
		return when == WHEN_ALWAYS;
	if (is_set("NO_COLOR"))
		return false;
	if (force && force[0] && strcmp(force, "0") != 0)
		return true;
	return is_terminal && term && strcmp(term, "dumb") != 0;
}

/* QUIRE_COLORS, in the form of GREP_COLORS: mt=1;33:ti=1 */
static void
read_colours(struct terminal *terminal, const char *text)
{
	static const char names[N_STYLES][3] = {
	    "", "rn", "ti", "me", "mt", "fo"};

	while (*text) {
		size_t length = strcspn(text, ":");

		for (size_t i = 1; i < N_STYLES; i++)
			if (length >= 3 && length - 3 < STYLE_TEXT_MAX &&
			    memcmp(text, names[i], 2) == 0 &&
			    text[2] == '=' &&
			    strspn(text + 3, "0123456789;") >= length - 3) {
				memcpy(terminal->styles[i], text + 3,
				    length - 3);
				terminal->styles[i][length - 3] = '\0';
			}
		text += length + (text[length] == ':');
	}
}

static void
read_size(struct terminal *terminal, int fd)
{
	struct winsize size;
	const char *columns = getenv("COLUMNS");

	terminal->width = WIDTH_NO_TERMINAL;
	terminal->height = 24;
	if (!terminal->is_terminal)
		return;
	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
		terminal->width = size.ws_col;
		terminal->height = size.ws_row ? size.ws_row : 24;
	}
	if (columns && atoi(columns) > 0)
		terminal->width = (size_t)atoi(columns);
	if (terminal->width > WIDTH_MOST)
		terminal->width = WIDTH_MOST;
	if (terminal->width < WIDTH_LEAST)
		terminal->width = WIDTH_LEAST;
}

void
terminal_open(struct terminal *terminal, int fd, enum terminal_when colour,
    enum terminal_when link)
{
	static const char *const styles[N_STYLES] = {
	    "", "2", "1", "2", "1;33", "2"};

	memset(terminal, 0, sizeof(*terminal));
	terminal->is_terminal = isatty(fd);
	terminal->colour = wants_colour(terminal->is_terminal, colour);
	terminal->links = link == WHEN_ALWAYS ||
	    (link == WHEN_AUTO && terminal->colour && terminal->is_terminal);
	for (size_t i = 0; i < N_STYLES; i++)
		strcpy(terminal->styles[i], styles[i]);
	if (is_set("QUIRE_COLORS"))
		read_colours(terminal, getenv("QUIRE_COLORS"));
	read_size(terminal, fd);
}

uint32_t
terminal_safe(uint32_t code)
{
	if (code == '\t' || code == '\n' || code == '\r' || code == 0x2028 ||
	    code == 0x2029)
		return ' ';
	if (code == 0x1B)
		return CODE_ESCAPE_SIGN;
	if (code == UINT32_MAX)
		return CODE_REPLACEMENT;
	if (code < 0x20 || (code >= 0x7F && code <= 0x9F) || code == 0x61C ||
	    code == 0x200E || code == 0x200F ||
	    (code >= 0x202A && code <= 0x202E) ||
	    (code >= 0x2066 && code <= 0x2069))
		return 0;
	return code;
}

/* Appends the character at the start of `text`; returns its bytes there and
 * sets the columns it takes. */
static size_t
add_character(
    struct buffer *out, const char *text, size_t length, size_t *columns)
{
	uint32_t code;
	size_t size = utf8_decode(text, length, &code);
	char bytes[4];

	code = terminal_safe(code);
	*columns = code ? (size_t)utf8_width(code) : 0;
	if (code && out)
		buffer_append(out, bytes, utf8_encode(code, bytes));
	return size;
}

void
terminal_add_text(struct buffer *out, const char *text, size_t length)
{
	size_t columns;

	for (size_t at = 0; at < length;)
		at += add_character(out, text + at, length - at, &columns);
}

size_t
terminal_columns(const char *text, size_t length)
{
	size_t total = 0, columns;

	for (size_t at = 0; at < length; total += columns)
		at += add_character(NULL, text + at, length - at, &columns);
	return total;
}

void
terminal_begin(const struct terminal *terminal, enum terminal_style style,
    struct buffer *out)
{
	if (terminal->colour && terminal->styles[style][0])
		buffer_append_format(
		    out, "\033[%sm", terminal->styles[style]);
}

void
terminal_end(const struct terminal *terminal, enum terminal_style style,
    struct buffer *out)
{
	if (terminal->colour && terminal->styles[style][0])
		buffer_append_string(out, "\033[0m");
}

/*
 * Where the line that begins at `start` ends: at the last blank that fits,
 * or after the last wide character that does, or where the width ends.
 */
static size_t
line_end(const struct marked_text *text, size_t start, size_t width)
{
	size_t at = start, used = 0, best = start;

	while (at < text->length) {
		size_t columns;
		size_t size = add_character(
		    NULL, text->text + at, text->length - at, &columns);

		if (text->text[at] == ' ')
			best = at;
		if (used + columns > width)
			return best > start ? best : at > start ? at : at + size;
		used += columns;
		at += size;
		if (columns == 2)
			best = at;
	}
	return at;
}

/* The part of a text from `start` to `end`, with its marks. */
static void
add_part(const struct terminal *terminal, const struct marked_text *text,
    size_t start, size_t end, enum terminal_style style, struct buffer *out)
{
	size_t mark = 0;

	while (start < end) {
		size_t stop = end;
		bool marked = false;

		while (mark < text->n_marks && text->marks[mark].end <= start)
			mark++;
		if (mark < text->n_marks && text->marks[mark].start <= start) {
			marked = true;
			if (text->marks[mark].end < end)
				stop = text->marks[mark].end;
		} else if (mark < text->n_marks &&
		    text->marks[mark].start < end) {
			stop = text->marks[mark].start;
		}
		terminal_begin(terminal, marked ? STYLE_MATCH : style, out);
		terminal_add_text(out, text->text + start, stop - start);
		terminal_end(terminal, marked ? STYLE_MATCH : style, out);
		start = stop;
	}
}

void
terminal_add_lines(const struct terminal *terminal,
    const struct marked_text *text, size_t indent, enum terminal_style style,
    const char *link, size_t most, struct buffer *out)
{
	size_t width =
	    terminal->width > indent + 10 ? terminal->width - indent : 10;
	size_t start = 0;
	bool links = link && terminal->links, cut;

	do {
		size_t end = line_end(text, start, width), next;

		cut = --most == 0 && end < text->length;
		if (cut)
			end = line_end(text, start, width - CUT_COLUMNS);
		next = end;
		while (end > start + 1 && text->text[end - 1] == ' ')
			end--;
		if (start > 0)
			buffer_append_format(out, "%*s", (int)indent, "");
		if (links)
			buffer_append_format(out, "\033]8;;%s\033\\", link);
		add_part(terminal, text, start, end, style, out);
		if (links)
			buffer_append_string(out, "\033]8;;\033\\");
		buffer_append_string(out, cut ? " …\n" : "\n");
		while (next < text->length && text->text[next] == ' ')
			next++;
		start = next;
	} while (start < text->length && !cut);
}

void
terminal_add_wrapped(const struct terminal *terminal,
    const struct marked_text *text, size_t indent, enum terminal_style style,
    const char *link, struct buffer *out)
{
	terminal_add_lines(terminal, text, indent, style, link, SIZE_MAX, out);
}

static void
add_encoded(struct buffer *link, const char *text)
{
	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;

		if (byte <= ' ' || byte >= 0x7F || strchr("\"<>\\^`{|}", byte))
			buffer_append_format(link, "%%%02X", byte);
		else
			buffer_append_byte(link, byte);
	}
}

bool
terminal_make_link(const char *url, const char *path, struct buffer *link)
{
	char absolute[PATH_MAX], host[256];

	if (url && (strncmp(url, "http://", 7) == 0 ||
	               strncmp(url, "https://", 8) == 0)) {
		add_encoded(link, url);
		return true;
	}
	if (path == NULL || realpath(path, absolute) == NULL)
		return false;
	if (gethostname(host, sizeof(host)) != 0)
		host[0] = '\0';
	host[sizeof(host) - 1] = '\0';
	buffer_append_string(link, "file://");
	add_encoded(link, host);
	/* In a path, unlike in an address, these are not signs. */
	for (const char *c = absolute; *c; c++) {
		char one[2] = {*c, '\0'};

		if (strchr("%?#", *c))
			buffer_append_format(link, "%%%02X", (unsigned)*c);
		else
			add_encoded(link, one);
	}
	return true;
}

const char *
terminal_number(uint64_t n, char text[TERMINAL_NUMBER_MAX])
{
	char digits[TERMINAL_NUMBER_MAX];
	int length = snprintf(
	    digits, sizeof(digits), "%llu", (unsigned long long)n);
	char *at = text;

	for (int i = 0; i < length; i++) {
		if (i && (length - i) % 3 == 0)
			*at++ = ',';
		*at++ = digits[i];
	}
	*at = '\0';
	return text;
}
