/* Bringing sources up to date: those named, or all that are remembered. */
#include "update_parts.h"

#include "alloc.h"
#include "mapping.h"
#include "overlap.h"
#include "place.h"
#include "show.h"
#include "signals.h"
#include "summary.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct saved_options {
	char **options;
	size_t n;
};

/* What a transaction may hold in memory: a part of all that is allowed. */
static size_t
transaction_size(const struct arguments *arguments)
{
	const uint64_t most = (uint64_t)64 << 20;
	uint64_t size = arguments->memory / 8;

	return (size_t)(size < most ? size : most);
}

enum status
update_open(struct update_run *run, enum store_open_mode mode, struct error *error)
{
	struct update *update = run->update;
	enum status status = store_open(update->path, update->name, mode,
	    transaction_size(update->arguments), &run->store, error);

	if (status == STATUS_OK)
		status = catalogue_load(run->store, &run->catalogue, error);
	if (status == STATUS_OK)
		skips_watch(&run->skips, run->catalogue);
	return status;
}

void
update_close(struct update_run *run)
{
	catalogue_free(run->catalogue);
	store_close(run->store);
	run->catalogue = NULL;
	run->store = NULL;
}

/* --- what build_run tells while it works --- */

void
update_committed(void *context, uint64_t articles)
{
	struct update_run *run = context;
	const struct arguments *arguments = run->update->arguments;

	if (!arguments->json && !arguments->verbose)
		return;
	progress_clear(&run->progress);
	printf(arguments->json ? "{\"type\":\"committed\",\"articles\":%" PRIu64
	    "}\n" : "committed %" PRIu64 "\n", articles);
	fflush(stdout);
}

static void
on_progress(void *context, enum build_step step,
    const struct build_counts *counts, uint64_t done, uint64_t total)
{
	static const char *const words[] = {[BUILD_READING] = NULL,
	    [BUILD_WRITING] = "writing", [BUILD_MERGING] = "merging"};
	struct update_run *run = context;

	progress_show(&run->progress, words[step], counts->read, done, total);
}

/* --- one source --- */

/* `shown` is the source as it was typed. */
static void
tell_failed(struct update_run *run, const char *shown, const struct error *error)
{
	struct error told = *error;

	if (shown && !strstr(told.message, shown))
		snprintf(told.message, sizeof told.message, "%.200s: %.300s",
		    shown, error->message);
	progress_clear(&run->progress);
	show_error(&told);
	run->update->failed = true;
}

/* One source's failure is not the end of the run; others are. */
static bool
is_of_source(enum status status)
{
	return status == STATUS_NOT_FOUND || status == STATUS_INVALID;
}

/*
 * After a failure the numbers that the catalogue took from the root are
 * void, so it is read anew.
 */
static enum status
reload(struct update_run *run, struct error *error)
{
	enum status status;

	catalogue_free(run->catalogue);
	run->catalogue = NULL;
	status = catalogue_load(run->store, &run->catalogue, error);
	if (status == STATUS_OK)
		skips_watch(&run->skips, run->catalogue);
	return status;
}

/* A key that no record has was misspelt, as a rule.  Of options that are
   remembered it was said when they were given. */
static void
tell_unseen_keys(struct update_run *run, const struct mapping *mapping)
{
	const struct arguments *arguments = run->update->arguments;
	struct buffer notes = {0};

	if (!arguments->n_settings || arguments->quiet)
		return;
	mapping_note_unseen(mapping, &notes);
	progress_clear(&run->progress);
	show_out(&notes, stderr);
	buffer_free(&notes);
}

static enum status
run_source(struct update_run *run, struct catalogue_source *source,
    const char *shown, struct error *error)
{
	const struct arguments *arguments = run->update->arguments;
	struct build_options build = {.jobs = arguments->jobs,
	    .memory = arguments->memory, .commit_size = arguments->commit_size,
	    .full = arguments->full, .prune = arguments->prune,
	    .stop = signals_stop(), .committed = update_committed,
	    .progress = on_progress, .context = run};
	struct mapping mapping;
	struct arena arena = {0};
	enum status status;

	run->refused = false;
	mapping_read(&mapping, source->options, source->n_options, &arena);
	skips_begin(&run->skips, shown, &run->counts);
	status = build_run(run->store, run->catalogue, source, &mapping,
	    &build, &run->counts, error);
	if (status == STATUS_END)
		run->skips.must_give = false; /* it may have had no time */
	if (status == STATUS_OK || status == STATUS_END)
		skips_end(&run->skips, &run->counts);
	if (status == STATUS_OK || status == STATUS_INVALID)
		tell_unseen_keys(run, &mapping);
	mapping_free(&mapping);
	arena_free(&arena);
	if (!is_of_source(status))
		return status;
	if (status == STATUS_INVALID && arguments->n_settings)
		error_hint(error, "the options of before are kept; if it is "
		    "right that they are gone, give these again with "
		    "--prune");
	tell_failed(run, shown, error);
	run->refused = status == STATUS_INVALID;
	return status == STATUS_INVALID ? STATUS_OK : reload(run, error);
}

/* --- which sources --- */

/* A source that is not there is told before anything is made for it. */
static bool
source_is_there(const char *shown, struct error *error)
{
	struct source *source;
	enum status status;

	if (strcmp(shown, "-") == 0 || access(shown, R_OK) == 0)
		return true;
	*error = (struct error){0};
	status = source_open(shown, NULL, skips_ignore, NULL, &source, error);
	if (status == STATUS_OK)
		source_close(source);
	return status == STATUS_OK;
}

/*
 * Options under which most articles are gone were a mistake: those of before
 * stay remembered, and all files are read again under them.
 */
static enum status
restore_options(struct update_run *run, struct catalogue_source *source,
    const struct saved_options *saved, struct error *error)
{
	enum status status = store_commit_begin(run->store, error);

	catalogue_set_options(source, (const char *const *)saved->options,
	    saved->n);
	if (status == STATUS_OK)
		status = catalogue_write(run->catalogue, error);
	return status == STATUS_OK ? store_commit_end(run->store, error)
	    : status;
}

static void
save_options(const struct catalogue_source *source,
    struct saved_options *saved)
{
	saved->n = source->n_options;
	saved->options = alloc_zeroed(saved->n, sizeof *saved->options);
	for (size_t i = 0; i < saved->n; i++)
		saved->options[i] = alloc_string(source->options[i]);
}

static void
free_options(struct saved_options *saved)
{
	for (size_t i = 0; i < saved->n; i++)
		free(saved->options[i]);
	free(saved->options);
}

static enum status
run_named(struct update_run *run, const char *shown, struct error *error)
{
	const struct arguments *arguments = run->update->arguments;
	char *path = place_absolute(shown);
	struct catalogue_source *source = catalogue_find_source(
	    run->catalogue, path, false);
	struct saved_options saved = {NULL, 0};
	enum status status = STATUS_OK;

	if (!source && !source_is_there(shown, error)) {
		tell_failed(run, shown, error);
		free(path);
		return STATUS_OK;
	}
	if (!source) {
		source = catalogue_find_source(run->catalogue, path, true);
		if (!source) {
			free(path);
			return store_limit(run->store, LIMIT_SOURCES,
			    store_root(run->store)->next_source - 1, 1,
			    error);
		}
		progress_clear(&run->progress);
		if (!arguments->quiet)
			overlap_tell(run->catalogue, source,
			    run->update->name);
	}
	save_options(source, &saved);
	/* Options that are not given are those of the last time. */
	if (arguments->n_settings)
		catalogue_set_options(source, (const char *const *)
		    arguments->settings, arguments->n_settings);
	if (strcmp(path, "-") == 0 && isatty(STDIN_FILENO))
		fputs("quire-index: reading JSON records, one a line; end "
		    "with Ctrl-D\n", stderr);
	/* A pipe may have nothing new to say. */
	run->skips.must_give = strcmp(path, "-") != 0;
	status = run_source(run, source, shown, error);
	if (status == STATUS_OK && run->refused && arguments->n_settings)
		status = restore_options(run, source, &saved, error);
	free_options(&saved);
	free(path);
	return status;
}

static bool
is_remembered(const struct catalogue_source *source)
{
	return !source->removed && strcmp(source->path, "-") != 0;
}

static enum status
run_remembered(struct update_run *run, struct error *error)
{
	enum status status = STATUS_OK;
	bool any = false, input = false;

	for (size_t i = 0; i < catalogue_n_sources(run->catalogue) &&
	    status == STATUS_OK; i++) {
		struct catalogue_source *source = catalogue_source(
		    run->catalogue, i);

		input |= !source->removed;
		if (!is_remembered(source))
			continue;
		any = true;
		if (run->update->arguments->n_settings)
			return error_set(error, STATUS_INVALID,
			    "-f, --set, --id and --lang belong to a source: "
			    "name it too");
		status = run_source(run, source, source->path, error);
	}
	if (!any && input) {
		error_set(error, STATUS_INVALID, "the only source of index %s "
		    "is standard input", run->update->name);
		error_hint(error, "give records with  quire-index -i %s -",
		    run->update->name);
		return STATUS_INVALID;
	}
	run->update->nothing = !any;
	return status;
}

static enum status
run_all(struct update_run *run, struct error *error)
{
	const struct arguments *arguments = run->update->arguments;
	enum status status = STATUS_OK;

	if (arguments->n_operands == 0)
		return run_remembered(run, error);
	for (size_t i = 0; i < arguments->n_operands && status == STATUS_OK;
	    i++)
		status = run_named(run, arguments->operands[i], error);
	return status;
}

/* Whether at least one of the sources is there; says which are not. */
static bool
has_something_to_read(struct update_run *run)
{
	const struct arguments *arguments = run->update->arguments;
	size_t n_there = 0;

	for (size_t i = 0; i < arguments->n_operands; i++) {
		struct error error = {0};

		if (source_is_there(arguments->operands[i], &error))
			n_there++;
		else
			tell_failed(run, arguments->operands[i], &error);
	}
	return n_there > 0;
}

/* --no-text is a property of the whole index. */
static enum status
settle_text(struct update_run *run, struct error *error)
{
	struct root *root = store_root(run->store);

	if (!run->update->arguments->no_text || root->flags & ROOT_NO_TEXT)
		return STATUS_OK;
	if (root->n_segments > 0) {
		error_set(error, STATUS_INVALID, "index %s keeps the text of "
		    "its articles already", run->update->name);
		error_hint(error, "quire-index -i %s --drop, then index "
		    "again with --no-text", run->update->name);
		return STATUS_INVALID;
	}
	root->flags |= ROOT_NO_TEXT;
	return STATUS_OK;
}

/* --- the whole --- */

static void
tell_interrupted(struct update_run *run)
{
	struct buffer line = {0};

	progress_clear(&run->progress);
	buffer_append_string(&line, "Interrupted. ");
	show_number(&line, summary_articles(run->store));
	buffer_append_string(&line, " articles are in the index; run the "
	    "same command to go on.\n");
	show_out(&line, stderr);
	buffer_free(&line);
}

static void
add_what_is_lost(const struct build_counts *counts, struct error *error)
{
	struct buffer text = {0};
	struct error full = *error;

	if (counts->read == counts->kept)
		return;
	buffer_append_format(&text, "%s; the last ", full.message);
	show_number(&text, counts->read - counts->kept);
	buffer_append_string(&text, " articles read were not kept");
	error_set(error, full.status, "%s", buffer_string(&text));
	buffer_free(&text);
}

/* What the disk had no room for is read again another time. */
static void
add_what_is_kept(struct update_run *run, struct error *error)
{
	const struct build_counts *counts = &run->counts;
	const struct catalogue_file *last;
	struct buffer hint = {0};

	if (!run->store)
		return;
	add_what_is_lost(counts, error);
	buffer_append_string(&hint, "free space and run the same command "
	    "again; the index is whole ");
	last = counts->kept_file && run->catalogue ? catalogue_file_number(
	    run->catalogue, counts->kept_file) : NULL;
	if (last) {
		buffer_append_string(&hint, "up to ");
		show_path(&hint, last->path, false);
		if (counts->kept_line)
			buffer_append_format(&hint, ":%" PRIu64,
			    counts->kept_line);
	} else {
		buffer_append_string(&hint, "with ");
		show_number(&hint, summary_articles(run->store));
		buffer_append_string(&hint, " articles");
	}
	error_hint(error, "%s", buffer_string(&hint));
	buffer_free(&hint);
}

static enum status
run_update(struct update_run *run, bool exists, struct error *error)
{
	struct update *update = run->update;
	struct summary summary = {.name = update->name,
	    .arguments = update->arguments, .counts = &run->counts,
	    .ignored = &run->skips.ignored};
	enum status status = update_open(run, exists ? STORE_EXISTING
	    : STORE_CREATE, error);

	if (status == STATUS_OK)
		status = settle_text(run, error);
	if (status != STATUS_OK)
		return status;
	summary.first = store_root(run->store)->n_segments == 0;
	status = run_all(run, error);
	progress_clear(&run->progress);
	update->skipped = run->counts.skipped > 0 || run->skips.empty;
	if (status == STATUS_FULL && !error->hint[0])
		add_what_is_kept(run, error);
	if (status == STATUS_END)
		tell_interrupted(run);
	if (status != STATUS_OK || update->nothing)
		return status;
	summary.seconds = progress_now() - run->progress.started;
	return summary_print(run->store, &summary, error);
}

enum status
update_run(struct update *update, struct error *error)
{
	const struct arguments *arguments = update->arguments;
	struct update_run run = {.update = update};
	bool exists = access(update->path, F_OK) == 0;
	enum status status;

	update->nothing = !exists && arguments->n_operands == 0;
	if (update->nothing)
		return STATUS_OK;
	progress_start(&run.progress, arguments->quiet ? WHEN_NEVER
	    : arguments->progress);
	skips_start(&run.skips, arguments, update->name, &run.progress);
	if (!exists && !has_something_to_read(&run))
		return STATUS_OK;
	update->failed = false; /* it is told again in its turn */
	status = run_update(&run, exists, error);
	skips_finish(&run.skips);
	update_close(&run);
	return status;
}
