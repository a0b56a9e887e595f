/* Texts and numbers as people read them. */
#include "show.h"

#include "place.h"
#include "text/utf8.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

void
show_number(struct buffer *out, uint64_t n)
{
	char digits[24];
	int length = snprintf(digits, sizeof digits, "%" PRIu64, n);

	for (int i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			buffer_append_byte(out, ',');
		buffer_append_byte(out, (uint8_t)digits[i]);
	}
}

void
show_count(struct buffer *out, uint64_t n, const char *one, const char *many)
{
	show_number(out, n);
	buffer_append_byte(out, ' ');
	buffer_append_string(out, n == 1 ? one : many);
}

void
show_size(struct buffer *out, uint64_t bytes)
{
	static const char *const units[] = {"kB", "MB", "GB", "TB", "PB"};
	double value = (double)bytes / 1000;
	size_t unit = 0;

	if (bytes < 1000) {
		buffer_append_format(out, bytes == 1 ? "%u byte"
		    : "%u bytes", (unsigned)bytes);
		return;
	}
	while (value >= 999.5 && unit + 1 < sizeof units / sizeof *units) {
		value /= 1000;
		unit++;
	}
	buffer_append_format(out, value < 9.995 ? "%.2f %s"
	    : value < 99.95 ? "%.1f %s" : "%.0f %s", value, units[unit]);
}

void
show_duration(struct buffer *out, double seconds)
{
	unsigned long whole = (unsigned long)(seconds + 0.5);

	if (seconds < 9.95)
		buffer_append_format(out, "%.1f s", seconds);
	else if (whole < 60)
		buffer_append_format(out, "%lu s", whole);
	else if (whole < 3600)
		buffer_append_format(out, "%lu m %lu s", whole / 60,
		    whole % 60);
	else
		buffer_append_format(out, "%lu h %lu m", whole / 3600,
		    whole / 60 % 60);
}

/* Marks that change the direction of text can make it say something else. */
static bool
changes_direction(uint32_t code)
{
	return code == 0x61c || (code >= 0x200e && code <= 0x200f) ||
	    (code >= 0x202a && code <= 0x202e) ||
	    (code >= 0x2066 && code <= 0x2069);
}

void
show_text(struct buffer *out, const char *text)
{
	size_t length = strlen(text);

	while (length > 0) {
		uint32_t code;
		size_t size = utf8_decode(text, length, &code);

		if (code == 0x1b)
			buffer_append_string(out, "\u241b");
		else if (code == '\n' || code == '\t')
			buffer_append_byte(out, ' ');
		else if (code == UINT32_MAX)
			buffer_append_string(out, "\ufffd");
		else if (code >= 0x20 && (code < 0x7f || code > 0x9f) &&
		    !changes_direction(code))
			buffer_append(out, text, size);
		text += size;
		length -= size;
	}
}

void
show_path(struct buffer *out, const char *path, bool home)
{
	char *here = getcwd(NULL, 0);
	const char *rest = place_inside(path, here);

	free(here);
	if (!rest && home) {
		rest = place_inside(path, getenv("HOME"));
		if (rest)
			buffer_append_string(out, "~/");
	}
	show_text(out, rest ? rest : path);
}

void
show_json(struct buffer *out, const char *text)
{
	size_t length = strlen(text);

	buffer_append_byte(out, '"');
	while (length > 0) {
		uint32_t code;
		size_t size = utf8_decode(text, length, &code);

		if (code == '"' || code == '\\')
			buffer_append_format(out, "\\%c", (char)code);
		else if (code < 0x20 || code == 0x7f)
			buffer_append_format(out, "\\u%04x", (unsigned)code);
		else if (code == UINT32_MAX)
			buffer_append_string(out, "\ufffd");
		else
			buffer_append(out, text, size);
		text += size;
		length -= size;
	}
	buffer_append_byte(out, '"');
}

void
show_error(const struct error *error)
{
	struct buffer line = {0};

	buffer_append_string(&line, "quire-index: ");
	show_text(&line, error->message);
	if (error->hint[0]) {
		buffer_append_string(&line, "\n  hint: ");
		show_text(&line, error->hint);
	}
	buffer_append_byte(&line, '\n');
	show_out(&line, stderr);
	buffer_free(&line);
}

size_t
show_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;

	if (!isatty(STDOUT_FILENO))
		return 0;
	if (columns && atoi(columns) > 0)
		return (size_t)atoi(columns);
	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

/* Characters that begin in the bytes; good enough for columns here. */
static size_t
columns_of(const char *text, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < size; i++)
		n += ((unsigned char)text[i] & 0xc0) != 0x80;
	return n;
}

void
show_wrapped(struct buffer *out, size_t width)
{
	static const char dot[] = " \u00b7 ", indent[] = "\n    ";
	struct buffer broken = {0};
	const char *text = buffer_string(out);
	size_t column = 0;

	while (width && *text) {
		const char *end = strstr(text, dot);
		size_t size = strcspn(text, "\n"), columns;
		bool ends = !end || end > text + size;

		if (!ends)
			size = (size_t)(end - text);
		columns = columns_of(text, size);
		if (column && column + 3 + columns > width) {
			buffer_append_string(&broken, indent);
			column = sizeof indent - 2;
		} else if (column) {
			buffer_append_string(&broken, dot);
			column += 3;
		}
		buffer_append(&broken, text, size);
		column += columns;
		text += size + (ends ? *(text + size) == '\n' : sizeof dot - 1);
		if (ends) {
			buffer_append_byte(&broken, '\n');
			column = 0;
		}
	}
	if (!width)
		return;
	buffer_free(out);
	*out = broken;
}

void
show_out(struct buffer *out, FILE *file)
{
	if (out->size)
		fwrite(out->bytes, 1, out->size, file);
	buffer_clear(out);
}
