/* --stats: what is in the index, in words or as JSON. */
#include "report.h"

#include "catalogue.h"
#include "show.h"
#include "stats.h"
#include "store/snapshot.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

/* Of less text the sizes are those of pages and say nothing. */
enum { TEXT_LEAST = 10000 };

struct report {
	const char *name;
	const struct arguments *arguments;
	const struct root *root;
	size_t n_segments;
	struct stats stats;
	struct catalogue *catalogue;
	struct buffer out;
};

static void
add_time(struct buffer *out, uint64_t seconds, const char *format)
{
	time_t time = (time_t)seconds;
	struct tm local;
	char text[32];

	if (localtime_r(&time, &local) &&
	    strftime(text, sizeof text, format, &local) > 0)
		buffer_append_string(out, text);
}

static void
add_counted(struct buffer *out, uint64_t n, const char *one, const char *many)
{
	show_number(out, n);
	buffer_append_byte(out, ' ');
	buffer_append_string(out, n == 1 ? one : many);
}

/* --- text --- */

static void
add_head(struct report *report)
{
	struct buffer *out = &report->out;

	show_text(out, report->name);
	buffer_append_string(out, ": ");
	add_counted(out, report->stats.articles, "article", "articles");
	buffer_append_string(out, " \u00b7 ");
	add_counted(out, report->stats.words, "word", "words");
	buffer_append_string(out, " \u00b7 ");
	add_counted(out, report->stats.different_words, "different word",
	    "different words");
	buffer_append_string(out, "\n  made ");
	add_time(out, report->root->made, "%Y-%m-%d");
	buffer_append_string(out, " by quire ");
	show_text(out, report->root->program);
	buffer_append_string(out, " (stemmer ");
	show_text(out, report->root->stemmer);
	buffer_append_string(out, ") \u00b7 last change ");
	add_time(out, report->root->changed, "%Y-%m-%d %H:%M");
	buffer_append_byte(out, '\n');
}

/* A part of a line; one of no size is left out. */
static void
add_part(struct buffer *out, bool *any, const char *name, uint64_t size)
{
	if (!size)
		return;
	buffer_append_string(out, *any ? " \u00b7 " : "  ");
	*any = true;
	buffer_append_string(out, name);
	buffer_append_byte(out, ' ');
	show_size(out, size);
}

static void
add_sizes(struct report *report)
{
	const uint64_t *parts = report->stats.parts;
	uint64_t rest = report->stats.used;
	struct buffer *out = &report->out;
	bool any = false;
	const struct {
		const char *name;
		uint64_t size;
	} shown[] = {
	    {"postings", parts[STATS_POSTINGS] + parts[STATS_HEADS]},
	    {"positions", parts[STATS_POSITIONS]},
	    {"dictionary", parts[STATS_DICTIONARY] + parts[STATS_FORMS]},
	    {"text", parts[STATS_TEXT]},
	};

	for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
		add_part(out, &any, shown[i].name, shown[i].size);
		rest -= shown[i].size < rest ? shown[i].size : rest;
	}
	add_part(out, &any, "rest", rest);
	add_part(out, &any, "free", report->stats.free);
	buffer_append_byte(out, '\n');
}

/* Each stream, and what it is of the text. */
static void
add_details(struct report *report)
{
	struct buffer *out = &report->out;
	double text = (double)report->stats.text_size;

	for (int i = 0; i < STATS_N_PARTS; i++) {
		buffer_append_format(out, "    %-12s", stats_part_names[i]);
		show_size(out, report->stats.parts[i]);
		if (report->stats.text_size >= TEXT_LEAST)
			buffer_append_format(out, "   %.1f %% of the text",
			    100 * (double)report->stats.parts[i] / text);
		buffer_append_byte(out, '\n');
	}
	buffer_append_string(out, "  text that was indexed ");
	show_size(out, report->stats.text_size);
	buffer_append_string(out, " \u00b7 file ");
	show_size(out, report->stats.file);
	buffer_append_string(out, "\n  ");
	add_counted(out, report->n_segments, "segment", "segments");
	buffer_append_string(out, " \u00b7 ");
	if (report->stats.removed) {
		add_counted(out, report->stats.removed,
		    "removed article is not merged away yet",
		    "removed articles are not merged away yet");
		buffer_append_string(out, " \u00b7 ");
	}
	add_counted(out, report->root->commits, "commit", "commits");
	buffer_append_byte(out, '\n');
}

/* Living articles of a source. */
static uint64_t
articles_of(const struct report *report,
    const struct catalogue_source *source)
{
	return source->number < report->stats.n_sources
	    ? report->stats.by_source[source->number] : 0;
}

static void
add_sources(struct report *report)
{
	struct buffer *out = &report->out;

	for (size_t i = 0; i < catalogue_n_sources(report->catalogue); i++) {
		const struct catalogue_source *source = catalogue_source(
		    report->catalogue, i);

		buffer_append_string(out, i == 0 ? "  sources  "
		    : "           ");
		if (strcmp(source->path, "-") == 0)
			buffer_append_string(out, "standard input");
		else
			show_path(out, source->path, true);
		buffer_append_string(out, "  ");
		show_number(out, articles_of(report, source));
		for (size_t k = 0; k < source->n_options &&
		    report->arguments->verbose; k++) {
			buffer_append_string(out, "  ");
			show_text(out, source->options[k]);
		}
		buffer_append_byte(out, '\n');
	}
}

/* --- JSON --- */

static void
add_json_parts(struct report *report)
{
	struct buffer *out = &report->out;

	buffer_append_string(out, ",\"streams\":{");
	for (int i = 0; i < STATS_N_PARTS; i++)
		buffer_append_format(out, "%s\"%s\":%" PRIu64, i ? "," : "",
		    stats_part_names[i], report->stats.parts[i]);
	buffer_append_string(out, "}}\n");
}

static void
add_json(struct report *report)
{
	struct buffer *out = &report->out;
	const struct stats *stats = &report->stats;

	buffer_append_string(out, "{\"type\":\"stats\",\"index\":");
	show_json(out, report->name);
	buffer_append_format(out, ",\"articles\":%" PRIu64 ",\"words\":%"
	    PRIu64 ",\"different_words\":%" PRIu64 ",\"removed\":%" PRIu64
	    ",\"segments\":%zu,\"commits\":%" PRIu64, stats->articles,
	    stats->words, stats->different_words, stats->removed,
	    report->n_segments, report->root->commits);
	buffer_append_format(out, ",\"made\":%" PRIu64 ",\"changed\":%" PRIu64
	    ",\"program\":", report->root->made, report->root->changed);
	show_json(out, report->root->program);
	buffer_append_string(out, ",\"stemmer\":");
	show_json(out, report->root->stemmer);
	buffer_append_format(out, ",\"text_bytes\":%" PRIu64 ",\"bytes\":%"
	    PRIu64 ",\"free_bytes\":%" PRIu64 ",\"file_bytes\":%" PRIu64,
	    stats->text_size, stats->used, stats->free, stats->file);
	add_json_parts(report);
}

static void
add_json_sources(struct report *report)
{
	struct buffer *out = &report->out;

	for (size_t i = 0; i < catalogue_n_sources(report->catalogue); i++) {
		const struct catalogue_source *source = catalogue_source(
		    report->catalogue, i);

		buffer_append_string(out, "{\"type\":\"source\",\"path\":");
		show_json(out, source->path);
		buffer_append_format(out, ",\"articles\":%" PRIu64
		    ",\"options\":[", articles_of(report, source));
		for (size_t k = 0; k < source->n_options; k++) {
			if (k)
				buffer_append_byte(out, ',');
			show_json(out, source->options[k]);
		}
		buffer_append_string(out, "]}\n");
	}
}

static void
print(struct report *report)
{
	if (report->arguments->json) {
		add_json(report);
		add_json_sources(report);
	} else {
		add_head(report);
		add_sizes(report);
		if (report->arguments->verbose)
			add_details(report);
		add_sources(report);
		show_wrapped(&report->out, show_width());
	}
	show_out(&report->out, stdout);
}

enum status
report_stats(const char *path, const char *name,
    const struct arguments *arguments, struct error *error)
{
	struct report report = {.name = name, .arguments = arguments};
	struct snapshot *snapshot;
	enum status status = snapshot_open(path, name, &snapshot, error);

	if (status != STATUS_OK)
		return status;
	report.root = snapshot_root(snapshot);
	report.n_segments = snapshot_n_segments(snapshot);
	status = stats_count(snapshot, &report.stats, error);
	if (status == STATUS_OK)
		status = catalogue_load_snapshot(snapshot, &report.catalogue,
		    error);
	if (status == STATUS_OK)
		print(&report);
	catalogue_free(report.catalogue);
	stats_free(&report.stats);
	buffer_free(&report.out);
	snapshot_close(snapshot);
	return status;
}
