/* --failed: what could not be read, and why. */
#include "report.h"

#include "alloc.h"
#include "catalogue.h"
#include "show.h"
#include "store/snapshot.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { GROUPS_MAX = 12 };

/* Records of one kind that failed for one reason. */
struct group {
	enum failure_kind kind;
	char *reason; /* without what is special to one record */
	uint64_t n;
};

struct failed {
	const struct arguments *arguments;
	struct group groups[GROUPS_MAX]; /* the last one: all others */
	size_t n_groups;
	uint64_t n_skipped, n_doubts, n_replaced, n_ignored;
	struct buffer line;
};

/* "not UTF-8 at byte 35" and "not UTF-8 at byte 7" are one reason. */
static size_t
common_length(const char *reason)
{
	static const char *const special[] = {" at byte "};
	size_t length = strcspn(reason, ":;");

	for (size_t i = 0; i < sizeof special / sizeof *special; i++) {
		const char *at = strstr(reason, special[i]);

		if (at && (size_t)(at - reason) < length)
			length = (size_t)(at - reason);
	}
	return length;
}

static void
count_group(struct failed *failed, enum failure_kind kind, const char *reason)
{
	size_t length = common_length(reason), i = 0;
	struct group *group;

	while (i < failed->n_groups && (failed->groups[i].kind != kind ||
	    strlen(failed->groups[i].reason) != length ||
	    memcmp(failed->groups[i].reason, reason, length) != 0))
		i++;
	if (i == failed->n_groups && i == GROUPS_MAX)
		return;
	group = &failed->groups[i];
	if (i == failed->n_groups) {
		failed->n_groups++;
		group->kind = kind;
		group->reason = alloc_text(reason, length);
	}
	group->n++;
}

static bool
is_replaced(enum failure_kind kind)
{
	return kind == FAILURE_REPLACED || kind == FAILURE_HIDDEN;
}

static void
add_json(struct buffer *line, const struct catalogue_file *file,
    uint64_t number, enum failure_kind kind, const char *reason)
{
	buffer_append_format(line, "{\"type\":\"%s\",\"path\":",
	    kind == FAILURE_DOUBT ? "doubt" : is_replaced(kind)
	    ? "replaced" : kind == FAILURE_IGNORED ? "ignored" : "failed");
	show_json(line, file->path);
	buffer_append_format(line, ",\"line\":%" PRIu64 ",\"reason\":",
	    number);
	show_json(line, reason);
	buffer_append_string(line, "}\n");
}

static bool
list_failure(void *context, const struct catalogue_file *file,
    uint64_t number, enum failure_kind kind, const char *reason)
{
	struct failed *failed = context;
	struct buffer *line = &failed->line;

	if (is_replaced(kind)) {
		failed->n_replaced++;
	} else if (kind == FAILURE_IGNORED) {
		failed->n_ignored++;
	} else {
		*(kind == FAILURE_DOUBT ? &failed->n_doubts
		    : &failed->n_skipped) += 1;
		count_group(failed, kind, reason);
	}
	if (failed->arguments->json) {
		add_json(line, file, number, kind, reason);
	} else if ((kind != FAILURE_DOUBT && kind != FAILURE_IGNORED) ||
	    failed->arguments->verbose) {
		show_path(line, file->path, false);
		if (number)
			buffer_append_format(line, ":%" PRIu64, number);
		buffer_append_string(line, ": ");
		show_text(line, reason);
		if (kind == FAILURE_DOUBT)
			buffer_append_string(line, " (kept)");
		if (kind == FAILURE_IGNORED)
			buffer_append_string(line, " (ignored)");
		buffer_append_byte(line, '\n');
	}
	show_out(line, stdout);
	return true;
}

static int
compare_groups(const void *a, const void *b)
{
	const struct group *x = a, *y = b;

	return x->n != y->n ? (x->n < y->n ? 1 : -1)
	    : strcmp(x->reason, y->reason);
}

/* "35 no text, 2 not JSON" */
static void
add_groups(const struct failed *failed, enum failure_kind kind,
    struct buffer *out)
{
	bool any = false;

	for (size_t i = 0; i < failed->n_groups; i++) {
		const struct group *group = &failed->groups[i];

		if (group->kind != kind)
			continue;
		buffer_append_string(out, any ? ", " : ": ");
		show_number(out, group->n);
		buffer_append_byte(out, ' ');
		if (group->n != 1 && strncmp(group->reason, "date ", 5) == 0)
			buffer_append_string(out, "dates not understood");
		else
			show_text(out, group->reason);
		any = true;
	}
}

static void
add_sum(const struct failed *failed, enum failure_kind kind, uint64_t n,
    const char *what, struct buffer *out)
{
	show_number(out, n);
	buffer_append_string(out, n == 1 ? " record " : " records ");
	buffer_append_string(out, what);
	add_groups(failed, kind, out);
	if (kind == FAILURE_DOUBT && !failed->arguments->verbose)
		buffer_append_string(out, " (--failed -v)");
	buffer_append_byte(out, '\n');
}

static void
add_ignored(const struct failed *failed, struct buffer *out)
{
	show_number(out, failed->n_ignored);
	buffer_append_string(out, failed->n_ignored == 1
	    ? " file of no known form, ignored"
	    : " files of no known form, ignored");
	if (!failed->arguments->verbose)
		buffer_append_string(out, " (--failed -v)");
	buffer_append_byte(out, '\n');
}

static void
tell_sums(struct failed *failed, const char *name)
{
	struct buffer *out = &failed->line;

	qsort(failed->groups, failed->n_groups, sizeof *failed->groups,
	    compare_groups);
	if (failed->n_skipped)
		add_sum(failed, FAILURE_SKIPPED, failed->n_skipped,
		    "skipped", out);
	if (failed->n_doubts)
		add_sum(failed, FAILURE_DOUBT, failed->n_doubts,
		    "indexed with a doubt", out);
	if (failed->n_replaced)
		add_sum(failed, FAILURE_REPLACED, failed->n_replaced,
		    "gave way to others with the same id", out);
	if (failed->n_ignored)
		add_ignored(failed, out);
	if (!failed->n_skipped && !failed->n_doubts && !failed->n_replaced &&
	    !failed->n_ignored) {
		show_text(out, name);
		buffer_append_string(out, ": every record was read\n");
	}
	show_out(out, stdout);
}

enum status
report_failed(const char *path, const char *name,
    const struct arguments *arguments, struct error *error)
{
	struct failed failed = {.arguments = arguments};
	struct catalogue *catalogue = NULL;
	struct snapshot *snapshot;
	enum status status = snapshot_open(path, name, &snapshot, error);

	if (status != STATUS_OK)
		return status;
	status = catalogue_load_snapshot(snapshot, &catalogue, error);
	if (status == STATUS_OK)
		status = catalogue_failures(catalogue, list_failure, &failed,
		    error);
	if (status == STATUS_OK && !arguments->json && !arguments->quiet)
		tell_sums(&failed, name);
	for (size_t i = 0; i < failed.n_groups; i++)
		free(failed.groups[i].reason);
	buffer_free(&failed.line);
	catalogue_free(catalogue);
	snapshot_close(snapshot);
	return status;
}
