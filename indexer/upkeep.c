/* --check, --compact, --backup and --drop: done elsewhere, told here. */
#include "upkeep.h"

#include "backup.h"
#include "compact.h"
#include "progress.h"
#include "show.h"
#include "store_file.h"
#include "verify.h"

#include <inttypes.h>
#include <stdio.h>

/* --- --check --- */

struct checking {
	const char *name;
	bool json;
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

static void
add_check_json(struct buffer *line, const char *name,
    const struct verify_counts *counts, double seconds)
{
	buffer_append_string(line, "{\"type\":\"check\",\"index\":");
	show_json(line, name);
	buffer_append_format(line, ",\"articles\":%" PRIu64 ",\"words\":%"
	    PRIu64 ",\"errors\":%" PRIu64 ",\"seconds\":%.3f}\n",
	    counts->articles, counts->words, counts->errors, seconds);
}

static void
add_checked(struct buffer *line, bool quick,
    const struct verify_counts *counts)
{
	show_number(line, counts->articles);
	buffer_append_string(line, counts->articles == 1 ? " article, "
	    : " articles, ");
	if (quick) {
		buffer_append_string(line, "every value is as it was written");
		return;
	}
	show_number(line, counts->words);
	buffer_append_string(line, counts->words == 1
	    ? " word checked, no errors" : " words checked, no errors");
}

static void
add_check_text(struct buffer *line, const char *name, bool quick,
    const struct verify_counts *counts, double seconds)
{
	show_text(line, name);
	buffer_append_string(line, ": ");
	if (counts->errors) {
		show_number(line, counts->errors);
		buffer_append_string(line, counts->errors == 1
		    ? " error" : " errors");
	} else {
		add_checked(line, quick, counts);
	}
	buffer_append_string(line, " (");
	show_duration(line, seconds);
	buffer_append_string(line, ")\n");
}

/* Nothing else helps; --check, which others hint at, has just been tried. */
static void
hint_at_drop(const char *name, struct error *error)
{
	error_hint(error, "quire-index -i %s --drop, then index its sources "
	    "again", name);
}

static void
tell_check(const char *name, const struct arguments *arguments,
    const struct verify_counts *counts, double seconds)
{
	struct buffer line = {0};
	struct error advice = {0};

	if (arguments->json)
		add_check_json(&line, name, counts, seconds);
	else if (!arguments->quiet || counts->errors)
		add_check_text(&line, name, arguments->quick, counts,
		    seconds);
	show_out(&line, counts->errors && !arguments->json ? stderr
	    : stdout);
	buffer_free(&line);
	if (!counts->errors || arguments->json)
		return;
	error_set(&advice, STATUS_DAMAGED, "index %s is damaged", name);
	hint_at_drop(name, &advice);
	show_error(&advice);
}

enum status
upkeep_check(const char *path, const char *name,
    const struct arguments *arguments, struct error *error)
{
	struct checking checking = {name, arguments->json};
	struct verify_counts counts = {0};
	double started = progress_now();
	enum status status = verify_run(path, name, arguments->quick,
	    tell_damage, &checking, &counts, error);

	if (status != STATUS_OK && !(status == STATUS_DAMAGED &&
	    counts.errors)) {
		if (status == STATUS_DAMAGED)
			hint_at_drop(name, error);
		return status;
	}
	tell_check(name, arguments, &counts, progress_now() - started);
	*error = (struct error){0};
	return status;
}

/* --- --compact --- */

enum status
upkeep_compact(const char *path, const char *name,
    const struct arguments *arguments, struct error *error)
{
	struct compact_sizes sizes = {0};
	struct buffer line = {0};
	enum status status = compact_run(path, name, arguments->memory,
	    &sizes, error);

	if (status != STATUS_OK || (arguments->quiet && !arguments->json))
		return status;
	if (arguments->json) {
		buffer_append_string(&line,
		    "{\"type\":\"compact\",\"index\":");
		show_json(&line, name);
		buffer_append_format(&line, ",\"before\":%" PRIu64
		    ",\"after\":%" PRIu64 "}\n", sizes.before, sizes.after);
	} else {
		show_text(&line, name);
		buffer_append_string(&line, ": ");
		show_size(&line, sizes.before);
		buffer_append_string(&line, " before, ");
		show_size(&line, sizes.after);
		buffer_append_string(&line, " now\n");
	}
	show_out(&line, stdout);
	buffer_free(&line);
	return STATUS_OK;
}

/* --- --backup --- */

enum status
upkeep_backup(const char *path, const char *name,
    const struct arguments *arguments, struct error *error)
{
	struct buffer line = {0};
	uint64_t size = 0;
	enum status status = backup_run(path, name, arguments->backup, &size,
	    error);

	if (status != STATUS_OK || (arguments->quiet && !arguments->json))
		return status;
	if (arguments->json) {
		buffer_append_string(&line, "{\"type\":\"backup\",\"index\":");
		show_json(&line, name);
		buffer_append_string(&line, ",\"path\":");
		show_json(&line, arguments->backup);
		buffer_append_format(&line, ",\"bytes\":%" PRIu64 "}\n",
		    size);
	} else {
		show_text(&line, name);
		buffer_append_string(&line, ": copied to ");
		show_path(&line, arguments->backup, true);
		buffer_append_string(&line, " and compared, ");
		show_size(&line, size);
		buffer_append_byte(&line, '\n');
	}
	show_out(&line, stdout);
	buffer_free(&line);
	return STATUS_OK;
}

/* --- --drop --- */

enum status
upkeep_drop(const char *path, const char *name,
    const struct arguments *arguments, struct error *error)
{
	struct buffer line = {0};
	enum status status = store_file_drop(path, name, error);

	if (status != STATUS_OK || (arguments->quiet && !arguments->json))
		return status;
	if (arguments->json) {
		buffer_append_string(&line, "{\"type\":\"drop\",\"index\":");
		show_json(&line, name);
		buffer_append_string(&line, ",\"path\":");
		show_json(&line, path);
		buffer_append_string(&line, "}\n");
	} else {
		buffer_append_string(&line, "removed index ");
		show_text(&line, name);
		buffer_append_string(&line, ": ");
		show_path(&line, path, true);
		buffer_append_string(&line, " and its lock file\n");
	}
	show_out(&line, stdout);
	buffer_free(&line);
	return STATUS_OK;
}
