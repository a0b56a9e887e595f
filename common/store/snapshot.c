/* An index as it was at one commit. */
#include "store/snapshot.h"

#include "alloc.h"
#include "store/environment.h"
#include "store/segment_open.h"
#include "store/snapshot_inside.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_ID_DOCUMENTS = 64 };

struct snapshot {
	struct environment environment;
	MDB_txn *txn;
	struct stamp stamp;
	struct root root;
	struct segment **listed;   /* by place in the root; NULL: left out */
	struct segment **segments; /* those that are not left out */
	size_t n_segments;
	uint64_t n_missing;        /* articles of those left out */
	bool is_partial;
};

/* Those that are not left out follow each other. */
static void
take_segments(struct snapshot *snapshot)
{
	snapshot->n_segments = 0;
	snapshot->n_missing = 0;
	for (size_t i = 0; i < snapshot->root.n_segments; i++) {
		const struct root_segment *listed =
		    &snapshot->root.segments[i];

		if (snapshot->listed[i])
			snapshot->segments[snapshot->n_segments++] =
			    snapshot->listed[i];
		else
			snapshot->n_missing += listed->n_documents -
			    listed->n_dead;
	}
}

static enum status
open_segments(struct snapshot *snapshot, struct error *error)
{
	const struct root *root = &snapshot->root;

	snapshot->segments = alloc_zeroed(root->n_segments,
	    sizeof(struct segment *));
	snapshot->listed = alloc_zeroed(root->n_segments,
	    sizeof(struct segment *));
	for (size_t i = 0; i < root->n_segments; i++) {
		enum status status = segment_open(&snapshot->environment,
		    snapshot->txn, &root->segments[i], &snapshot->listed[i],
		    error);

		if (status != STATUS_OK && !snapshot->is_partial)
			return status;
	}
	take_segments(snapshot);
	return STATUS_OK;
}

static enum status
open_snapshot(const char *path, const char *name, bool is_partial,
    struct snapshot **snapshot, struct error *error)
{
	struct snapshot *opened = alloc_zeroed(1, sizeof *opened);
	enum status status;

	opened->is_partial = is_partial;
	status = environment_open(&opened->environment, path, name, false,
	    error);
	if (status == STATUS_OK)
		status = (is_partial ? environment_begin_partial
		    : environment_begin)(&opened->environment, &opened->txn,
		    &opened->stamp, &opened->root, error);
	if (status == STATUS_OK)
		status = open_segments(opened, error);
	if (status != STATUS_OK) {
		snapshot_close(opened);
		return status;
	}
	*snapshot = opened;
	return STATUS_OK;
}

enum status
snapshot_open(const char *path, const char *name, struct snapshot **snapshot,
    struct error *error)
{
	return open_snapshot(path, name, false, snapshot, error);
}

enum status
snapshot_open_partial(const char *path, const char *name,
    struct snapshot **snapshot, struct error *error)
{
	return open_snapshot(path, name, true, snapshot, error);
}

size_t
snapshot_leave_out_damaged(struct snapshot *snapshot)
{
	size_t n = 0;

	for (size_t i = 0; i < snapshot->root.n_segments; i++) {
		if (!snapshot->listed[i] ||
		    !segment_is_damaged(snapshot->listed[i]))
			continue;
		segment_close(snapshot->listed[i]);
		snapshot->listed[i] = NULL;
		n++;
	}
	take_segments(snapshot);
	return n;
}

uint64_t
snapshot_n_missing(const struct snapshot *snapshot)
{
	return snapshot->n_missing;
}

struct segment *
snapshot_listed(struct snapshot *snapshot, size_t place)
{
	return snapshot->listed[place];
}

void
snapshot_close(struct snapshot *snapshot)
{
	if (!snapshot)
		return;
	for (size_t i = 0; snapshot->listed && i < snapshot->root.n_segments;
	    i++)
		segment_close(snapshot->listed[i]);
	free(snapshot->listed);
	free(snapshot->segments);
	root_free(&snapshot->root);
	if (snapshot->txn)
		mdb_txn_abort(snapshot->txn);
	environment_close(&snapshot->environment);
	free(snapshot);
}

const char *
snapshot_name(const struct snapshot *snapshot)
{
	return snapshot->environment.name;
}

const struct root *
snapshot_root(const struct snapshot *snapshot)
{
	return &snapshot->root;
}

size_t
snapshot_n_segments(const struct snapshot *snapshot)
{
	return snapshot->n_segments;
}

struct segment *
snapshot_segment(struct snapshot *snapshot, size_t i)
{
	return snapshot->segments[i];
}

struct snapshot_statistics
snapshot_statistics(const struct snapshot *snapshot)
{
	struct snapshot_statistics sums = {0};

	for (size_t i = 0; i < snapshot->n_segments; i++) {
		const struct segment *segment = snapshot->segments[i];

		sums.documents += segment_n_documents(segment);
		sums.words += segment_record(segment)->n_words;
		sums.living += segment_n_documents(segment) -
		    segment_n_dead(segment);
	}
	return sums;
}

bool
snapshot_has_language(const struct snapshot *snapshot, uint8_t language)
{
	for (size_t i = 0; i < snapshot->n_segments && language < 64; i++)
		if (segment_record(snapshot->segments[i])
		    ->languages[language])
			return true;
	return false;
}

/* Whether a document lives and has exactly this id. */
static enum status
has_id(struct segment *segment, uint32_t document, const char *id,
    size_t length, struct stored_record *record)
{
	struct stored_field field;
	enum status status;

	if (document >= segment_n_documents(segment))
		return STATUS_DAMAGED;
	if (!segment_is_live(segment, document))
		return STATUS_NOT_FOUND;
	status = segment_stored(segment, document, record);
	if (status != STATUS_OK)
		return status;
	if (!stored_field(record, FIELD_ID, &field) ||
	    field.length != length || memcmp(field.text, id, length) != 0)
		return STATUS_NOT_FOUND;
	return STATUS_OK;
}

/*
 * The sources that a segment may hold articles of, one for each `i`: all
 * numbers that were given, or, if there are more of them than documents, the
 * source of each document; 0 where that is the one before.
 */
static enum status
nth_source(const struct snapshot *snapshot, struct segment *segment,
    uint32_t i, uint32_t *source)
{
	uint64_t here, before = 0;

	*source = i + 1;
	if (snapshot->root.next_source - 1 <= segment_n_documents(segment))
		return STATUS_OK;
	if (!segment_column(segment, COLUMN_SOURCE, i, &here) || (i > 0 &&
	    !segment_column(segment, COLUMN_SOURCE, i - 1, &before)))
		return STATUS_DAMAGED;
	*source = here == before ? 0 : (uint32_t)here;
	return STATUS_OK;
}

/* The first document of a segment from `from` on with the id. */
static enum status
find_in_segment(struct snapshot *snapshot, struct segment *segment,
    const char *id, size_t length, uint32_t from, uint32_t *document)
{
	uint32_t n_sources = snapshot->root.next_source - 1;
	struct stored_record record = {0};
	uint32_t best = UINT32_MAX, source;
	enum status status = STATUS_OK;

	if (n_sources > segment_n_documents(segment))
		n_sources = segment_n_documents(segment);
	for (uint32_t k = 0; k < n_sources && status == STATUS_OK; k++) {
		uint32_t found[MAX_ID_DOCUMENTS];
		size_t n;

		status = nth_source(snapshot, segment, k, &source);
		if (status != STATUS_OK || source == 0)
			continue;
		status = segment_find_hash(segment, layout_id_hash(source, id,
		    length), found, MAX_ID_DOCUMENTS, &n);
		if (n > MAX_ID_DOCUMENTS)
			n = MAX_ID_DOCUMENTS;
		for (size_t i = 0; i < n && status == STATUS_OK; i++) {
			if (found[i] < from || found[i] >= best)
				continue;
			status = has_id(segment, found[i], id, length,
			    &record);
			if (status == STATUS_OK)
				best = found[i];
			else if (status == STATUS_NOT_FOUND)
				status = STATUS_OK;
		}
	}
	stored_free(&record);
	*document = best;
	if (status == STATUS_OK && best == UINT32_MAX)
		return STATUS_NOT_FOUND;
	return status;
}

enum status
snapshot_find_id(struct snapshot *snapshot, const char *id, size_t length,
    uint32_t *segment, uint32_t *document, struct error *error)
{
	uint32_t from = *document;

	for (size_t i = *segment; i < snapshot->n_segments; i++, from = 0) {
		enum status status = find_in_segment(snapshot,
		    snapshot->segments[i], id, length, from, document);

		if (status == STATUS_NOT_FOUND)
			continue;
		if (status != STATUS_OK)
			return environment_error(&snapshot->environment,
			    MDB_CORRUPTED, "ids", error);
		*segment = (uint32_t)i;
		return STATUS_OK;
	}
	return STATUS_NOT_FOUND;
}

struct environment *
snapshot_environment(struct snapshot *snapshot)
{
	return &snapshot->environment;
}

MDB_txn *
snapshot_txn(struct snapshot *snapshot)
{
	return snapshot->txn;
}

const struct stamp *
snapshot_stamp(const struct snapshot *snapshot)
{
	return &snapshot->stamp;
}
