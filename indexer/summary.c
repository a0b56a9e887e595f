/* The final summary of a run: what was done and what the index holds. */
#include "summary.h"

#include "buffer.h"
#include "date.h"
#include "show.h"
#include "store/environment.h"
#include "text/language.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { STEP = 4096, N_LANGUAGES = 256 };

/* Figures over the living articles. */
struct figures {
	uint64_t languages[N_LANGUAGES];
	uint64_t without_date;
	int32_t first, last; /* days; first > last: no date at all */
};

uint64_t
summary_articles(struct store *store)
{
	const struct root *root = store_root(store);
	uint64_t n = 0;

	for (size_t i = 0; i < root->n_segments; i++)
		n += root->segments[i].n_documents - root->segments[i].n_dead;
	return n;
}

/* FORMAT.md, column 3: 0, or (day + 2^24) * 4 + precision. */
static void
count_date(struct figures *figures, uint64_t value)
{
	struct date date = {(int32_t)((int64_t)(value >> 2) - (1 << 24)),
	    value & 3};
	int32_t last;

	if (value == 0 || date.precision == DATE_NONE) {
		figures->without_date++;
		return;
	}
	last = date_last_day(date);
	if (date.day < figures->first)
		figures->first = date.day;
	if (last > figures->last)
		figures->last = last;
}

static bool
count_segment(struct segment *segment, struct figures *figures)
{
	uint32_t n = segment_n_documents(segment);

	for (uint32_t from = 0; from < n; from += STEP) {
		uint64_t languages[STEP], dates[STEP];
		uint32_t here = n - from < STEP ? n - from : STEP;

		if (!segment_column_range(segment, COLUMN_LANGUAGE, from,
		    here, languages) || !segment_column_range(segment,
		    COLUMN_DATE, from, here, dates))
			return false;
		for (uint32_t i = 0; i < here; i++) {
			if (!segment_is_live(segment, from + i))
				continue;
			figures->languages[languages[i] % N_LANGUAGES]++;
			count_date(figures, dates[i]);
		}
	}
	return true;
}

static enum status
count(struct store *store, struct figures *figures, struct error *error)
{
	struct segment **segments;
	size_t n;
	enum status status = store_segments(store, &segments, &n, error);

	*figures = (struct figures){.first = INT32_MAX, .last = INT32_MIN};
	for (size_t i = 0; i < n && status == STATUS_OK; i++)
		if (!count_segment(segments[i], figures))
			status = environment_error(store_environment(store),
			    MDB_CORRUPTED, "columns", error);
	return status;
}

static const char *
shown_language(unsigned language)
{
	const char *code = language_code((uint8_t)language);

	return language == LANGUAGE_NONE || !code ? "none" : code;
}

/* The most frequent language not yet told; takes it away. */
static unsigned
take_most(uint64_t languages[N_LANGUAGES], uint64_t *n)
{
	unsigned best = 0;

	for (unsigned i = 1; i < N_LANGUAGES; i++)
		if (languages[i] > languages[best])
			best = i;
	*n = languages[best];
	languages[best] = 0;
	return best;
}

static void
add_languages(struct buffer *out, struct figures *figures)
{
	uint64_t n;
	unsigned language = take_most(figures->languages, &n);

	if (!n)
		return;
	buffer_append_string(out, "  languages  ");
	for (; n; language = take_most(figures->languages, &n)) {
		buffer_append_format(out, " %s ", shown_language(language));
		show_number(out, n);
		buffer_append_byte(out, ' ');
	}
	out->size--;
	buffer_append_byte(out, '\n');
}

static void
add_dates(struct buffer *out, const struct figures *figures)
{
	char first[DATE_TEXT_MAX], last[DATE_TEXT_MAX];

	buffer_append_string(out, "  dates       ");
	if (figures->first > figures->last) {
		buffer_append_string(out, "no article has one\n");
		return;
	}
	buffer_append_format(out, "%s to %s",
	    date_format((struct date){figures->first, DATE_DAY}, first),
	    date_format((struct date){figures->last, DATE_DAY}, last));
	if (figures->without_date) {
		buffer_append_string(out, ", ");
		show_number(out, figures->without_date);
		buffer_append_string(out, figures->without_date == 1
		    ? " article without a date" : " articles without a date");
	}
	buffer_append_byte(out, '\n');
}

static void
add_count(struct buffer *out, const char *word, uint64_t n)
{
	buffer_append_format(out, "%s ", word);
	show_number(out, n);
}

static void
add_counts(struct buffer *out, const struct summary *summary)
{
	const struct build_counts *counts = summary->counts;

	add_count(out, "  added", counts->added);
	add_count(out, "   updated", counts->updated);
	add_count(out, "   removed", counts->removed);
	add_count(out, "   unchanged", counts->unchanged);
	add_count(out, "   skipped", counts->skipped);
	buffer_append_byte(out, '\n');
	if (counts->replaced) {
		add_count(out, "  gave way to another record with the same id:",
		    counts->replaced);
		buffer_append_byte(out, '\n');
	}
	if (counts->ignored) {
		add_count(out, "  files of no known form, ignored:",
		    counts->ignored);
		ignored_append(summary->ignored, out);
		buffer_append_byte(out, '\n');
	}
}

/* Merging waits for a reader, and the file grows meanwhile. */
static void
add_pin(struct buffer *out, const struct store_pin *pin)
{
	buffer_append_format(out, "note: process %d reads the index as it "
	    "was earlier and keeps ", pin->process);
	show_size(out, pin->bytes);
	buffer_append_string(out, " of it from being used again; until it "
	    "ends, parts are not merged\n");
}

static void
add_hints(struct buffer *out, const struct summary *summary)
{
	const struct build_counts *counts = summary->counts;

	if (counts->pin.process)
		add_pin(out, &counts->pin);
	if (counts->skipped || counts->doubts || counts->replaced ||
	    (summary->first && counts->added))
		buffer_append_byte(out, '\n');
	if (counts->skipped) {
		show_number(out, counts->skipped);
		buffer_append_string(out, counts->skipped == 1
		    ? " record was" : " records were");
		buffer_append_string(out, " skipped: quire-index -i ");
		show_text(out, summary->name);
		buffer_append_string(out, " --failed\n");
	}
	if (counts->replaced && !counts->skipped) {
		buffer_append_string(out, "What is in another's place: "
		    "quire-index -i ");
		show_text(out, summary->name);
		buffer_append_string(out, " --failed\n");
	}
	if (counts->doubts) {
		show_number(out, counts->doubts);
		buffer_append_string(out, counts->doubts == 1
		    ? " record was" : " records were");
		buffer_append_string(out,
		    " indexed with a doubt: quire-index -i ");
		show_text(out, summary->name);
		buffer_append_string(out, " --failed -v\n");
	}
	if (summary->first && counts->added) {
		buffer_append_string(out, "Try: quire-query -i ");
		show_text(out, summary->name);
		buffer_append_string(out, " WORDS\n");
	}
}

static void
add_json(struct buffer *out, const struct summary *summary, uint64_t articles,
    const struct store_space *space)
{
	const struct build_counts *counts = summary->counts;

	buffer_append_string(out, "{\"type\":\"summary\",\"index\":");
	show_json(out, summary->name);
	buffer_append_format(out, ",\"articles\":%" PRIu64
	    ",\"bytes\":%" PRIu64 ",\"seconds\":%.3f,\"added\":%" PRIu64
	    ",\"updated\":%" PRIu64 ",\"removed\":%" PRIu64
	    ",\"unchanged\":%" PRIu64 ",\"skipped\":%" PRIu64
	    ",\"doubts\":%" PRIu64 ",\"replaced\":%" PRIu64
	    ",\"ignored\":%" PRIu64
	    ",\"text_bytes\":%" PRIu64 "}\n", articles, space->used,
	    summary->seconds, counts->added, counts->updated, counts->removed,
	    counts->unchanged, counts->skipped, counts->doubts,
	    counts->replaced, counts->ignored, counts->text_size);
}

static void
add_head(struct buffer *out, const struct summary *summary,
    uint64_t articles, const struct store_space *space)
{
	buffer_append_string(out, "Index ");
	show_text(out, summary->name);
	buffer_append_string(out, ": ");
	show_number(out, articles);
	buffer_append_string(out, articles == 1 ? " article, "
	    : " articles, ");
	show_size(out, space->used);
	buffer_append_string(out, ", in ");
	show_duration(out, summary->seconds);
	buffer_append_byte(out, '\n');
}

enum status
summary_print(struct store *store, const struct summary *summary,
    struct error *error)
{
	const struct arguments *arguments = summary->arguments;
	bool whole = summary->first || arguments->verbose;
	uint64_t articles = summary_articles(store);
	struct store_space space;
	struct figures figures;
	struct buffer out = {0};
	enum status status = store_space(store, &space, error);

	if (status != STATUS_OK || (arguments->quiet && !arguments->json))
		return status;
	if (arguments->json) {
		add_json(&out, summary, articles, &space);
	} else {
		add_head(&out, summary, articles, &space);
		if (whole)
			buffer_append_byte(&out, '\n');
		add_counts(&out, summary);
		if (whole)
			status = count(store, &figures, error);
		if (whole && status == STATUS_OK && articles) {
			add_languages(&out, &figures);
			add_dates(&out, &figures);
		}
		add_hints(&out, summary);
	}
	show_out(&out, stdout);
	buffer_free(&out);
	return status;
}
