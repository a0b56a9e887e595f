/* --check: the order of its parts, and what it says. */
#include "verify.h"

#include "alloc.h"
#include "buffer.h"
#include "verify_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void
verify_damage(struct verify *verify, const char *format, ...)
{
	char line[512];
	va_list arguments;

	if (verify->counts->errors++ >= VERIFY_TOLD_MAX)
		return;
	va_start(arguments, format);
	vsnprintf(line, sizeof line, format, arguments);
	va_end(arguments);
	verify->tell(verify->context, line);
}

static void
verify_segment(struct verify *verify, struct segment *segment)
{
	struct verify_documents documents = {0};

	if (verify_segment_documents(verify, segment, &documents))
		verify_segment_lists(verify, segment, &documents);
	verify_documents_free(&documents);
}

/*
 * Opens a snapshot and looks at the pages of its commit.  Beside a writer it
 * may be gone meanwhile, but not again and again.
 */
static enum status
open_and_verify_pages(struct verify *verify, const char *path,
    const char *name, struct error *error)
{
	enum { TRIES = 100 };

	for (int i = 0; i < TRIES; i++) {
		enum status status;

		snapshot_close(verify->snapshot);
		verify->snapshot = NULL;
		status = snapshot_open(path, name, &verify->snapshot, error);
		if (status != STATUS_OK || verify_pages(verify))
			return status;
	}
	return error_set(error, STATUS_BUSY, "index %s is written all the "
	    "time, so it cannot be checked", name);
}

enum status
verify_run(const char *path, const char *name, bool quick,
    verify_tell *tell, void *context, struct verify_counts *counts,
    struct error *error)
{
	struct verify verify = {.counts = counts, .tell = tell,
	    .context = context};
	enum status status;

	*counts = (struct verify_counts){0};
	status = open_and_verify_pages(&verify, path, name, error);
	if (status != STATUS_OK) {
		snapshot_close(verify.snapshot);
		return status;
	}
	verify.root = snapshot_root(verify.snapshot);
	verify.tallies = alloc_zeroed(verify.root->n_segments,
	    sizeof *verify.tallies);
	verify_values(&verify);
	for (size_t i = 0; i < verify.root->n_segments; i++) {
		struct segment *segment = snapshot_segment(verify.snapshot,
		    i);

		counts->articles += segment_n_documents(segment) -
		    segment_n_dead(segment);
		if (!quick)
			verify_segment(&verify, segment);
	}
	verify_ids_check(&verify);
	free(verify.tallies);
	snapshot_close(verify.snapshot);
	if (counts->errors == 0)
		return STATUS_OK;
	error_set(error, STATUS_DAMAGED, "index %s is damaged", name);
	error_hint(error, "index its sources again into a new one");
	return STATUS_DAMAGED;
}
