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

static void
tell(struct skips *skips, const struct catalogue_file *file, uint64_t line,
    const char *reason)
{
	struct buffer out = {0};

	if (skips->arguments->quiet || (skips->n_told >= TOLD_MOST &&
	    !skips->arguments->verbose))
		return;
	progress_clear(skips->progress);
	show_path(&out, file->path, false);
	if (line)
		buffer_append_format(&out, ":%" PRIu64, line);
	buffer_append_string(&out, ": ");
	show_text(&out, reason);
	buffer_append_string(&out, " (skipped)\n");
	if (++skips->n_told == TOLD_MOST && !skips->arguments->verbose) {
		buffer_append_string(&out,
		    "  all that are skipped: quire-index -i ");
		show_text(&out, skips->name);
		buffer_append_string(&out, " --failed\n");
	}
	show_out(&out, stderr);
	buffer_free(&out);
}

static bool
on_failure(void *context, const struct catalogue_file *file, uint64_t line,
    enum failure_kind kind, const char *reason)
{
	struct skips *skips = context;

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

/* The first of the keys in which one of the words (parted by blanks) stands;
 * false if there is none. */
static bool
find_key(const char *keys, const char *words, char *key, size_t size)
{
	char list[128], *left = NULL;

	snprintf(list, sizeof list, "%s", words);
	for (char *word = strtok_r(list, " ", &left); word;
	    word = strtok_r(NULL, " ", &left)) {
		const char *at = strcasestr(keys, word);
		size_t length;

		if (!at)
			continue;
		while (at > keys && at[-1] != ' ')
			at--;
		length = strcspn(at, ", ");
		snprintf(key, size, "%.*s", (int)length, at);
		return true;
	}
	return false;
}

static void
add_guess(struct buffer *hint, const char *keys, const char *field,
    const char *words)
{
	char key[64];

	if (find_key(keys, words, key, sizeof key))
		buffer_append_format(hint, " -f %s=%s", field, key);
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
	add_guess(&hint, keys, "title", "head title name subject");
	add_guess(&hint, keys, "body", "body text content html desc para");
	add_guess(&hint, keys, "date", "date publ time day");
	add_guess(&hint, keys, "author", "author writer by_ creator");
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
}

void
skips_finish(struct skips *skips)
{
	free(skips->keys_seen);
	skips->keys_seen = NULL;
}
