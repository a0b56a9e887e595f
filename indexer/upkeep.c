/* --compact, --backup and --drop: done elsewhere, told here. */
#include "upkeep.h"

#include "backup.h"
#include "compact.h"
#include "show.h"
#include "store_file.h"

#include <inttypes.h>
#include <stdio.h>

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
