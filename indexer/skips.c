/*
 * Telling at once of records that could not be read, and of the mistake that
 * makes all of them unreadable: that their text stands under a key that
 * nobody named.
 */
#include "skips.h"

#include "alloc.h"
#include "show.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { TOLD_MOST = 10 };

static const char no_text[] = "no text: keys seen: ";

void
skips_start(struct skips *skips, const struct arguments *arguments,
    const char *name, struct progress *progress)
{
	*skips = (struct skips){.arguments = arguments, .name = name,
	    .progress = progress};
}

void
skips_ignore(void *context, uint32_t file, uint64_t line, const char *reason)
{
	(void)context;
	(void)file;
	(void)line;
	(void)reason;
}

/* The summary, where there is one for people, says how to list them all. */
static void
tell_more(struct skips *skips)
{
	struct buffer out = {0};

	progress_clear(skips->progress);
	buffer_append_string(&out, "  and more");
	if (skips->arguments->json) {
		buffer_append_string(&out, ": quire-index -i ");
		show_text(&out, skips->name);
		buffer_append_string(&out, " --failed");
	}
	buffer_append_byte(&out, '\n');
	show_out(&out, stderr);
	buffer_free(&out);
}

static void
tell(struct skips *skips, const struct catalogue_file *file, uint64_t line,
    const char *reason)
{
	struct buffer out = {0};

	if (skips->arguments->quiet)
		return;
	if (++skips->n_told > TOLD_MOST && !skips->arguments->verbose) {
		if (skips->n_told == TOLD_MOST + 1)
			tell_more(skips);
		return;
	}
	progress_clear(skips->progress);
	show_path(&out, file->path, false);
	if (line)
		buffer_append_format(&out, ":%" PRIu64, line);
	buffer_append_string(&out, ": ");
	show_text(&out, reason);
	buffer_append_string(&out, " (skipped)\n");
	show_out(&out, stderr);
	buffer_free(&out);
}

static bool
on_failure(void *context, const struct catalogue_file *file, uint64_t line,
    enum failure_kind kind, const char *reason)
{
	struct skips *skips = context;

	if (kind == FAILURE_IGNORED)
		ignored_add(&skips->ignored, file->path);
	if (kind != FAILURE_SKIPPED)
		return true;
	if (strncmp(reason, no_text, sizeof no_text - 1) == 0) {
		skips->n_without_text++;
		if (!skips->keys_seen)
			skips->keys_seen = alloc_string(reason +
			    sizeof no_text - 1);
	}
	tell(skips, file, line, reason);
	return true;
}

void
skips_watch(struct skips *skips, struct catalogue *catalogue)
{
	catalogue_watch(catalogue, on_failure, skips);
}

void
skips_begin(struct skips *skips, const char *shown,
    const struct build_counts *counts)
{
	free(skips->keys_seen);
	skips->keys_seen = NULL;
	skips->n_without_text = 0;
	skips->shown = shown;
	skips->before = *counts;
}

/* --- a source of which nothing at all was read --- */

enum { N_GUESSES = 4, KEY_MAX = 64 };

/* A field, and words that tell its key, parted by blanks. */
static const struct {
	const char *field, *words;
} guesses[N_GUESSES] = {
    {"title", "head title name subject"},
    {"body", "body text content html desc para"},
    {"date", "date publ time day"},
    {"author", "author writer by_ creator"},
};

static bool
is_taken(char taken[N_GUESSES][KEY_MAX], const char *key, size_t length)
{
	for (int i = 0; i < N_GUESSES; i++)
		if (strlen(taken[i]) == length &&
		    memcmp(taken[i], key, length) == 0)
			return true;
	return false;
}

/* The first key in which the word stands and that is not taken, or NULL;
 * `keys` are parted by ", ". */
static const char *
find_word(const char *keys, const char *word, char taken[N_GUESSES][KEY_MAX],
    size_t *length)
{
	for (const char *key = keys; *key;) {
		const char *at = strcasestr(key, word);

		*length = strcspn(key, ",");
		if (!at)
			return NULL;
		if (at < key + *length && *length < KEY_MAX &&
		    !is_taken(taken, key, *length))
			return key;
		key += *length;
		key += strspn(key, ", ");
	}
	return NULL;
}

static void
guess_key(const char *keys, const char *words,
    char taken[N_GUESSES][KEY_MAX], char key[KEY_MAX])
{
	char list[KEY_MAX], *left = NULL;

	snprintf(list, sizeof list, "%s", words);
	for (char *word = strtok_r(list, " ", &left); word;
	    word = strtok_r(NULL, " ", &left)) {
		size_t length;
		const char *found = find_word(keys, word, taken, &length);

		if (!found)
			continue;
		memcpy(key, found, length);
		key[length] = '\0';
		return;
	}
}

/* The vaguest words come last: "author_name" is no title. */
static void
add_guesses(struct buffer *hint, const char *keys)
{
	char found[N_GUESSES][KEY_MAX] = {{0}};

	for (int i = N_GUESSES; i-- > 0;)
		guess_key(keys, guesses[i].words, found, found[i]);
	for (int i = 0; i < N_GUESSES; i++)
		if (found[i][0])
			buffer_append_format(hint, " -f %s=%s",
			    guesses[i].field, found[i]);
}

static void
tell_no_text(const struct skips *skips)
{
	struct buffer out = {0}, hint = {0};
	const char *keys = skips->keys_seen;

	buffer_append_string(&out, "quire-index: ");
	show_text(&out, skips->shown);
	buffer_append_string(&out, ": no text found in ");
	if (skips->n_without_text > 1) {
		buffer_append_string(&out, "any of ");
		show_number(&out, skips->n_without_text);
		buffer_append_string(&out, " records");
	} else {
		buffer_append_string(&out, "the only record");
	}
	buffer_append_string(&out, "\n  keys seen: ");
	show_text(&out, keys);
	add_guesses(&hint, keys);
	buffer_append_string(&out, "\n  hint:");
	if (hint.size)
		show_text(&out, buffer_string(&hint));
	else
		buffer_append_string(&out, " -f title=KEY -f body=KEY");
	buffer_append_byte(&out, '\n');
	show_out(&out, stderr);
	buffer_free(&out);
	buffer_free(&hint);
}

/* What was passed over without a word is the likely reason. */
static void
tell_nothing(const struct skips *skips, const struct build_counts *counts)
{
	struct buffer out = {0};

	buffer_append_string(&out, "quire-index: ");
	show_text(&out, skips->shown);
	buffer_append_string(&out, ": no article in it\n");
	if (counts->ignored != skips->before.ignored) {
		buffer_append_string(&out, "  hint: text files and JSON Lines "
		    "are read; what was passed over:  quire-index -i ");
		show_text(&out, skips->name);
		buffer_append_string(&out, " --failed -v\n");
	}
	show_out(&out, stderr);
	buffer_free(&out);
}

void
skips_end(struct skips *skips, const struct build_counts *counts)
{
	const struct build_counts *before = &skips->before;
	bool read = counts->added != before->added ||
	    counts->updated != before->updated ||
	    counts->unchanged != before->unchanged;

	progress_clear(skips->progress);
	if (!read && skips->keys_seen)
		tell_no_text(skips);
	else if (!read && skips->must_give &&
	    counts->skipped == before->skipped) {
		skips->empty = true;
		tell_nothing(skips, counts);
	}
}

void
skips_finish(struct skips *skips)
{
	free(skips->keys_seen);
	skips->keys_seen = NULL;
}
