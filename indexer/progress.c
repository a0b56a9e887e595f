/* The progress line on stderr. */
#include "progress.h"

#include "buffer.h"
#include "show.h"
#include "signals.h"

#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BAR_WIDTH = 22 };

static const double first_after = 1.0, redrawn_after = 0.1,
		    line_after = 60.0;

double
progress_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static bool
wants_colour(void)
{
	const char *terminal = getenv("TERM");
	const char *none = getenv("NO_COLOR");

	return terminal && strcmp(terminal, "dumb") != 0 &&
	    (!none || !none[0]);
}

void
progress_start(struct progress *progress, enum arguments_when when)
{
	*progress = (struct progress){.when = when,
	    .is_terminal = isatty(STDERR_FILENO) != 0,
	    .utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0,
	    .colour = wants_colour()};
	progress->started = progress->last = progress_now();
}

static void
add_bar(const struct progress *progress, struct buffer *line, double part)
{
	static const char *const eighths[] = {"", "\u258f", "\u258e",
	    "\u258d", "\u258c", "\u258b", "\u258a", "\u2589"};
	unsigned n = (unsigned)(part * BAR_WIDTH * 8), full = n / 8;
	unsigned rest = progress->utf8 ? n % 8 : 0;

	if (progress->colour)
		buffer_append_string(line, "\033[36m");
	for (unsigned i = 0; i < full; i++)
		buffer_append_string(line, progress->utf8 ? "\u2588" : "#");
	buffer_append_string(line, eighths[rest]);
	if (progress->colour)
		buffer_append_string(line, "\033[0m");
	for (unsigned i = full + (rest > 0); i < BAR_WIDTH; i++)
		buffer_append_byte(line, ' ');
}

static void
add_numbers(const struct progress *progress, struct buffer *line,
    uint64_t articles, double part)
{
	double seconds = progress_now() - progress->started;

	buffer_append_string(line, "  ");
	show_number(line, articles);
	buffer_append_string(line, articles == 1 ? " article  "
	    : " articles  ");
	if (progress->step) {
		buffer_append_string(line, progress->step);
		return;
	}
	show_number(line, (uint64_t)((double)articles /
	    (seconds > 0.1 ? seconds : 0.1)));
	buffer_append_string(line, "/s");
	if (part > 0.01 && part < 1) {
		buffer_append_string(line, "  ");
		show_duration(line, (double)(unsigned long)(seconds *
		    (1 - part) / part + 10));
		buffer_append_string(line, " left");
	}
}

static void
draw(struct progress *progress, uint64_t articles, uint64_t done,
    uint64_t total)
{
	double part = total ? (double)done / (double)total : 0;
	struct buffer line = {0};

	if (part > 1)
		part = 1;
	if (progress->is_terminal)
		buffer_append_string(&line, "\r\033[K");
	if (total)
		buffer_append_format(&line, "%3u %% ",
		    (unsigned)(part * 100));
	if (total && progress->is_terminal)
		add_bar(progress, &line, part);
	add_numbers(progress, &line, articles, part);
	if (!progress->is_terminal)
		buffer_append_byte(&line, '\n');
	progress->drawn = progress->is_terminal;
	show_out(&line, stderr);
	fflush(stderr);
	buffer_free(&line);
}

void
progress_show(struct progress *progress, const char *step, uint64_t articles,
    uint64_t done, uint64_t total)
{
	double now = progress_now();
	bool due = now - progress->last >= line_after;
	bool begins = step && step != progress->step;

	progress->step = step;
	if (progress->is_terminal || progress->when == WHEN_ALWAYS)
		due = (begins || now - progress->last >=
		    (progress->is_terminal ? redrawn_after : first_after)) &&
		    now - progress->started >= first_after;
	if (progress->when == WHEN_NEVER)
		due = false;
	if (signals_take_report())
		due = true;
	if (!due)
		return;
	progress->last = now;
	draw(progress, articles, done, total);
}

void
progress_clear(struct progress *progress)
{
	if (!progress->drawn)
		return;
	fputs("\r\033[K", stderr);
	progress->drawn = false;
}
