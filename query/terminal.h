/*
 * What a terminal may be sent: colours, links, lines of the right width, and
 * never a control character out of an article.
 */
#ifndef QUIRE_QUERY_TERMINAL_H
#define QUIRE_QUERY_TERMINAL_H

#include "buffer.h"
#include "snippet.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum terminal_when { WHEN_AUTO, WHEN_ALWAYS, WHEN_NEVER };

enum terminal_style {
	STYLE_PLAIN,
	STYLE_RANK,  /* rn */
	STYLE_TITLE, /* ti */
	STYLE_META,  /* me: the line under the title */
	STYLE_MATCH, /* mt */
	STYLE_FOOT,  /* fo: the last line */
	N_STYLES,
};

enum { STYLE_TEXT_MAX = 24 };

struct terminal {
	bool is_terminal, colour, links;
	size_t width, height;
	char styles[N_STYLES][STYLE_TEXT_MAX]; /* "1;33"; "" for none */
};

/*
 * Looks at a file descriptor and the environment: NO_COLOR, CLICOLOR_FORCE,
 * TERM, COLUMNS, QUIRE_COLORS.  The width is 80 where there is no terminal,
 * else at most 100.
 */
void terminal_open(struct terminal *terminal, int fd,
    enum terminal_when colour, enum terminal_when link);

/*
 * What stands for a character on a terminal: itself, a blank (tab, line
 * end), U+241B for ESC, U+FFFD for what is no character, or 0 for nothing
 * (other control characters, those that change the direction of text).
 */
uint32_t terminal_safe(uint32_t code);

/* Appends text in which each character is replaced as terminal_safe says. */
void terminal_add_text(
    struct buffer *out, const char *text, size_t length);

/* Columns that a text takes after terminal_add_text. */
size_t terminal_columns(const char *text, size_t length);

/* Begins and ends a style; nothing without colour. */
void terminal_begin(const struct terminal *terminal,
    enum terminal_style style, struct buffer *out);
void terminal_end(const struct terminal *terminal, enum terminal_style style,
    struct buffer *out);

/*
 * A text as lines of the terminal's width, each after the first indented by
 * `indent` columns, where the first one begins already.  What is marked has
 * STYLE_MATCH, the rest `style`; `link` (NULL: none) is where it leads.
 * Ends with a line end.
 */
void terminal_add_wrapped(const struct terminal *terminal,
    const struct marked_text *text, size_t indent, enum terminal_style style,
    const char *link, struct buffer *out);

/* The same, but at most `most` lines (1 or more); if there would be others,
 * the last ends in " …". */
void terminal_add_lines(const struct terminal *terminal,
    const struct marked_text *text, size_t indent, enum terminal_style style,
    const char *link, size_t most, struct buffer *out);

/*
 * The address for a link: a web address as it is, else file://host/path for
 * a file that exists; false if there is none.  Everything that is no
 * printable ASCII is percent-encoded.
 */
bool terminal_make_link(
    const char *url, const char *path, struct buffer *link);

/* 1204 as "1,204".  Returns `text`. */
enum { TERMINAL_NUMBER_MAX = 32 };
const char *terminal_number(uint64_t n, char text[TERMINAL_NUMBER_MAX]);

#endif
