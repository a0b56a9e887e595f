/* --check, in plain words: what is damaged, then what that means. */
#include "upkeep.h"

#include "alloc.h"
#include "lost_article.h"
#include "progress.h"
#include "show.h"
#include "verify.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { NAMED_MOST = 10 /* articles and words; with --json all articles */ };

struct checking {
	const char *name;
	bool json;
	struct buffer articles, words; /* those that are named, as text */
	uint64_t n_articles, n_words;  /* and how many they are */
};

static void
tell_damage(void *context, const char *damage)
{
	const struct checking *checking = context;
	struct buffer line = {0};

	if (checking->json) {
		buffer_append_string(&line, "{\"type\":\"damage\",\"text\":");
		show_json(&line, damage);
		buffer_append_string(&line, "}\n");
	} else {
		show_text(&line, checking->name);
		buffer_append_string(&line, ": ");
		show_text(&line, damage);
		buffer_append_byte(&line, '\n');
	}
	show_out(&line, checking->json ? stdout : stderr);
	buffer_free(&line);
}

static char *
copy_text(const char *text, size_t length)
{
	return text ? alloc_text(text, length) : NULL;
}

static void
note_article(void *context, const struct verify_article *article)
{
	struct checking *checking = context;
	char *id = copy_text(article->id, article->id_length);
	char *title = copy_text(article->title, article->title_length);
	char *file = copy_text(article->file, article->file_length);
	struct lost_article lost = {id, title, file, article->segment,
	    article->document, article->others};
	struct buffer line = {0};

	if (checking->json) {
		lost_article_json(&lost, &line);
		show_out(&line, stdout);
	} else if (checking->n_articles < NAMED_MOST) {
		buffer_append_string(&checking->articles, "  ");
		lost_article_show(&lost, &checking->articles);
		buffer_append_byte(&checking->articles, '\n');
	}
	checking->n_articles++;
	buffer_free(&line);
	free(id);
	free(title);
	free(file);
}

static void
note_word(void *context, const char *word, size_t length)
{
	struct checking *checking = context;
	char *text = alloc_text(word, length);
	struct buffer line = {0};

	if (checking->json) {
		buffer_append_string(&line, "{\"type\":\"word\",\"word\":");
		show_json(&line, text);
		buffer_append_string(&line, "}\n");
		show_out(&line, stdout);
	} else if (length && checking->n_words < NAMED_MOST) {
		if (checking->n_words++)
			buffer_append_string(&checking->words, ", ");
		show_text(&checking->words, text);
	}
	buffer_free(&line);
	free(text);
}

static void
add_check_json(struct buffer *line, const char *name,
    const struct verify_counts *counts, double seconds)
{
	buffer_append_string(line, "{\"type\":\"check\",\"index\":");
	show_json(line, name);
	buffer_append_format(line, ",\"articles\":%" PRIu64 ",\"words\":%"
	    PRIu64 ",\"errors\":%" PRIu64 ",\"lost\":%" PRIu64
	    ",\"words_lost\":%" PRIu64 ",\"seconds\":%.3f}\n",
	    counts->articles, counts->words, counts->errors, counts->lost,
	    counts->words_lost, seconds);
}

static void
add_checked(struct buffer *line, bool quick,
    const struct verify_counts *counts)
{
	show_count(line, counts->articles, "article", "articles");
	if (quick) {
		buffer_append_string(line,
		    ", every value is as it was written");
		return;
	}
	buffer_append_string(line, ", ");
	show_count(line, counts->words, "word", "words");
	buffer_append_string(line, " checked, no errors");
}

/* What the damage means for who searches. */
static void
add_losses(struct buffer *line, const struct checking *checking, bool quick,
    const struct verify_counts *counts)
{
	show_number(line, counts->articles - counts->lost);
	buffer_append_string(line, " of ");
	show_count(line, counts->articles, "article", "articles");
	buffer_append_string(line, " can be read whole");
	if (counts->lost) {
		buffer_append_string(line, ", ");
		show_number(line, counts->lost);
		buffer_append_string(line, " cannot:\n");
		buffer_append(line, checking->articles.bytes,
		    checking->articles.size);
		if (checking->n_articles > NAMED_MOST)
			buffer_append_string(line, "  and others\n");
	} else {
		buffer_append_byte(line, '\n');
	}
	if (quick || !counts->words_lost)
		return;
	show_text(line, checking->name);
	buffer_append_string(line, ": ");
	show_count(line, counts->words_lost, "word finds", "words find");
	buffer_append_string(line, " not all its articles");
	if (checking->n_words) {
		buffer_append_string(line, ": ");
		buffer_append(line, checking->words.bytes,
		    checking->words.size);
		if (counts->words_lost > checking->n_words)
			buffer_append_string(line, ", and others");
	}
	buffer_append_byte(line, '\n');
}

static void
add_check_text(struct buffer *line, const struct checking *checking,
    bool quick, const struct verify_counts *counts, double seconds)
{
	show_text(line, checking->name);
	buffer_append_string(line, ": ");
	if (counts->errors) {
		add_losses(line, checking, quick, counts);
		show_text(line, checking->name);
		buffer_append_string(line, ": ");
		show_count(line, counts->errors, "error", "errors");
	} else {
		add_checked(line, quick, counts);
	}
	buffer_append_string(line, " (");
	show_duration(line, seconds);
	buffer_append_string(line, ")\n");
}

/* --check, which others hint at, has just been tried. */
static void
hint_at_repair(const char *name, struct error *error)
{
	error_hint(error, "quire-index -i %s --repair  keeps what can be "
	    "read; or put a backup in its place", name);
}

static void
tell_check(const struct checking *checking, const struct arguments *arguments,
    const struct verify_counts *counts, double seconds)
{
	struct buffer line = {0};
	struct error advice = {0};

	if (arguments->json)
		add_check_json(&line, checking->name, counts, seconds);
	else if (!arguments->quiet || counts->errors)
		add_check_text(&line, checking, arguments->quick, counts,
		    seconds);
	show_out(&line, counts->errors && !arguments->json ? stderr
	    : stdout);
	buffer_free(&line);
	if (!counts->errors || arguments->json)
		return;
	error_set(&advice, STATUS_DAMAGED, "index %s is damaged",
	    checking->name);
	hint_at_repair(checking->name, &advice);
	show_error(&advice);
}

enum status
upkeep_check(const char *path, const char *name,
    const struct arguments *arguments, struct error *error)
{
	struct checking checking = {name, arguments->json, {0}, {0}, 0, 0};
	struct verify_telling telling = {tell_damage, note_article,
	    note_word, NULL, &checking};
	struct verify_counts counts = {0};
	double started = progress_now();
	enum status status = verify_tell_all(path, name, arguments->quick,
	    &telling, &counts, error);

	if (status == STATUS_DAMAGED && !counts.errors) {
		hint_at_repair(name, error);
	} else if (status == STATUS_OK || status == STATUS_DAMAGED) {
		tell_check(&checking, arguments, &counts,
		    progress_now() - started);
		*error = (struct error){0};
	}
	buffer_free(&checking.articles);
	buffer_free(&checking.words);
	return status;
}
