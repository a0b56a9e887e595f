/* --remove and --forget: articles and sources that are named. */
#include "update_parts.h"

#include "buffer.h"
#include "place.h"
#include "show.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void
tell_removed(const struct update *update, const char *what, uint64_t n)
{
	const struct arguments *arguments = update->arguments;
	struct buffer line = {0};

	if (arguments->json) {
		buffer_append_string(&line, "{\"type\":\"removed\",\"name\":");
		show_json(&line, what);
		buffer_append_format(&line, ",\"articles\":%" PRIu64 "}\n",
		    n);
	} else if (!arguments->quiet) {
		show_text(&line, what);
		buffer_append_string(&line, ": ");
		show_number(&line, n);
		buffer_append_string(&line, n == 1 ? " article removed\n"
		    : " articles removed\n");
	}
	show_out(&line, stdout);
	buffer_free(&line);
}

static void
tell_bytes_stay(const struct update *update)
{
	struct buffer line = {0};

	if (update->arguments->compact || update->arguments->quiet)
		return;
	buffer_append_string(&line, "note: what was removed is no longer "
	    "found, but its bytes stay in the file until  quire-index -i ");
	show_text(&line, update->name);
	buffer_append_string(&line, " --compact\n");
	show_out(&line, stderr);
	buffer_free(&line);
}

/* By its id, else by the path of the text file that it is. */
static enum status
remove_named(struct update_run *run, const char *name, uint64_t *n,
    struct error *error)
{
	enum status status = build_remove(run->store, run->catalogue, 0, name,
	    n, error);
	char *path = place_absolute(name);

	for (size_t i = 0; i < catalogue_n_sources(run->catalogue) &&
	    status == STATUS_OK && *n == 0; i++) {
		const struct catalogue_source *source = catalogue_source(
		    run->catalogue, i);
		const char *id = place_inside(path, source->path);

		if (path[0] == '/' && strcmp(source->path, path) == 0)
			id = strrchr(path, '/') + 1;
		if (id && !source->removed)
			status = build_remove(run->store, run->catalogue,
			    source->number, id, n, error);
	}
	free(path);
	return status;
}

enum status
update_remove(struct update *update, struct error *error)
{
	const struct arguments *arguments = update->arguments;
	struct update_run run = {.update = update};
	enum status status = update_open(&run, STORE_EXISTING, error);
	uint64_t all = 0;

	for (size_t i = 0; i < arguments->n_operands && status == STATUS_OK;
	    i++) {
		const char *id = arguments->operands[i];
		uint64_t n = 0;

		status = remove_named(&run, id, &n, error);
		all += n;
		if (status == STATUS_OK && n == 0) {
			struct error missing = {0};

			error_set(&missing, STATUS_NOT_FOUND,
			    "no article \"%s\" in index %s", id,
			    update->name);
			show_error(&missing);
			update->failed = true;
		} else if (status == STATUS_OK) {
			update_committed(&run, n);
			tell_removed(update, id, n);
		}
	}
	update_close(&run);
	if (all)
		tell_bytes_stay(update);
	return status;
}

static enum status
no_such_source(const struct update_run *run, const char *shown, struct error *error)
{
	struct buffer list = {0};

	for (size_t i = 0; i < catalogue_n_sources(run->catalogue) &&
	    list.size < 200; i++) {
		const struct catalogue_source *source = catalogue_source(
		    run->catalogue, i);

		if (source->removed)
			continue;
		if (list.size)
			buffer_append_string(&list, ", ");
		show_path(&list, source->path, true);
	}
	error_set(error, STATUS_INVALID, "%s is no source of index %s",
	    shown, run->update->name);
	if (list.size)
		error_hint(error, "its sources are %s",
		    buffer_string(&list));
	buffer_free(&list);
	return STATUS_INVALID;
}

static enum status
forget(struct update_run *run, const char *shown, struct error *error)
{
	char *path = place_absolute(shown);
	struct catalogue_source *source = catalogue_find_source(
	    run->catalogue, path, false);
	enum status status;
	uint64_t n = 0;

	free(path);
	if (!source) /* as it was when its folder was still there */
		source = catalogue_find_source(run->catalogue, shown, false);
	if (!source)
		return no_such_source(run, shown, error);
	status = build_forget(run->store, run->catalogue, source, &n, error);
	if (status == STATUS_OK) {
		update_committed(run, n);
		tell_removed(run->update, shown, n);
	}
	return status;
}

enum status
update_forget(struct update *update, struct error *error)
{
	const struct arguments *arguments = update->arguments;
	struct update_run run = {.update = update};
	enum status status = update_open(&run, STORE_EXISTING, error);

	for (size_t i = 0; i < arguments->n_operands && status == STATUS_OK;
	    i++)
		status = forget(&run, arguments->operands[i], error);
	update_close(&run);
	if (status == STATUS_OK)
		tell_bytes_stay(update);
	return status;
}
