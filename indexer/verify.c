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

	if (verify->counts->errors++ >= VERIFY_TOLD_MAX ||
	    !verify->telling.damage)
		return;
	va_start(arguments, format);
	vsnprintf(line, sizeof line, format, arguments);
	va_end(arguments);
	verify->telling.damage(verify->telling.context, line);
}

void
verify_word_lost(struct verify *verify, const char *word, size_t length)
{
	verify->counts->words_lost++;
	if (verify->telling.word)
		verify->telling.word(verify->telling.context, word, length);
}

static void
verify_segment(struct verify *verify, struct segment *segment)
{
	struct verify_documents documents = {0};

	if (verify_segment_documents(verify, segment, &documents))
		verify_segment_lists(verify, segment, &documents);
	else /* no article can be ranked without its length */
		verify->counts->words_lost += segment_record(segment)->n_terms;
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
		status = snapshot_open_partial(path, name, &verify->snapshot,
		    error);
		if (status != STATUS_OK)
			return status;
		status = verify_pages(verify, error);
		if (status != STATUS_NOT_FOUND)
			return status;
	}
	return error_set(error, STATUS_BUSY, "index %s is written all the "
	    "time, so it cannot be checked", name);
}

/* A segment by its place in the root. */
static void
verify_place(struct verify *verify, size_t place, bool quick)
{
	const struct root_segment *listed = &verify->root->segments[place];
	struct segment *segment = snapshot_listed(verify->snapshot, place);
	uint64_t before = verify->counts->errors;

	verify->counts->articles += listed->n_documents - listed->n_dead;
	if (!segment)
		verify_damage(verify, "segment %u: its record, or which of "
		    "its articles were removed, cannot be read",
		    listed->number);
	else
		verify_tally(verify, place);
	if (segment && !quick)
		verify_segment(verify, segment);
	if (verify->counts->errors > before && verify->telling.segment)
		verify->telling.segment(verify->telling.context, place);
}

enum status
verify_tell_all(const char *path, const char *name, bool quick,
    const struct verify_telling *telling, struct verify_counts *counts,
    struct error *error)
{
	struct verify verify = {.counts = counts, .telling = *telling};
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
	for (size_t i = 0; i < verify.root->n_segments; i++)
		verify_place(&verify, i, quick);
	verify_ids_check(&verify);
	if (counts->errors)
		verify_articles(&verify);
	free(verify.tallies);
	snapshot_close(verify.snapshot);
	if (counts->errors == 0)
		return STATUS_OK;
	error_set(error, STATUS_DAMAGED, "index %s is damaged", name);
	error_hint(error, "quire-index -i %s --repair", name);
	return STATUS_DAMAGED;
}

enum status
verify_run(const char *path, const char *name, bool quick,
    verify_tell *tell, void *context, struct verify_counts *counts,
    struct error *error)
{
	struct verify_telling telling = {.damage = tell, .context = context};

	return verify_tell_all(path, name, quick, &telling, counts, error);
}
