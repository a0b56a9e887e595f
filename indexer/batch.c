/*
 * Deciding and committing a batch.
 *
 * An id is unique in its source: of several records with one id the last in
 * the archive's order counts, wherever batches are cut and whichever files
 * are read in this run.  So an outcome first competes with the others of its
 * batch, then what is left of it with the index.
 */
#include "batch.h"

#include "alloc.h"
#include "buffer.h"
#include "deletions.h"
#include "flush.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The last outcome of an id so far. */
struct claim {
	uint32_t hash;
	struct parcel *parcel; /* NULL: a free slot */
	struct outcome *outcome;
};

struct claims {
	struct claim *slots;
	size_t mask;
};

void
batch_add(struct batch *batch, struct parcel *parcel)
{
	if (batch->n == batch->capacity) {
		batch->capacity = 2 * batch->capacity + 16;
		batch->parcels = alloc_again(batch->parcels, batch->capacity,
		    sizeof *batch->parcels);
	}
	batch->parcels[batch->n++] = parcel;
	batch->size += parcel->size;
	batch->memory += run_memory(parcel->run) + parcel->arena.total +
	    parcel->capacity * sizeof *parcel->outcomes;
}

static void
empty(struct batch *batch)
{
	for (size_t i = 0; i < batch->n; i++)
		parcel_free(batch->parcels[i]);
	batch->n = 0;
	batch->size = batch->memory = 0;
}

void
batch_free(struct batch *batch)
{
	empty(batch);
	free(batch->parcels);
	*batch = (struct batch){0};
}

static struct run_document *
document_of(const struct parcel *parcel, const struct outcome *outcome)
{
	return &parcel->run->documents[outcome->document];
}

static void
outcome_id(const struct parcel *parcel, const struct outcome *outcome,
    const char **id, size_t *length)
{
	if (outcome->kind == OUTCOME_SEEN) {
		*id = outcome->id;
		*length = outcome->id_length;
		return;
	}
	*id = document_of(parcel, outcome)->id;
	*length = document_of(parcel, outcome)->id_length;
}

/* --- outcomes of one batch among each other --- */

static void
start_claims(struct claims *claims, const struct batch *batch)
{
	size_t n = 0, size = 64;

	for (size_t i = 0; i < batch->n; i++)
		n += batch->parcels[i]->n_outcomes;
	while (size < 2 * n)
		size *= 2;
	claims->slots = alloc_zeroed(size, sizeof *claims->slots);
	claims->mask = size - 1;
}

/* The slot of an id: free, or held by the last outcome with it. */
static struct claim *
find_claim(const struct claims *claims, uint32_t hash, const char *id,
    size_t length)
{
	size_t slot = hash & claims->mask;

	for (; claims->slots[slot].parcel; slot = (slot + 1) & claims->mask) {
		const struct claim *claim = &claims->slots[slot];
		const char *other;
		size_t other_length;

		if (claim->hash != hash)
			continue;
		outcome_id(claim->parcel, claim->outcome, &other,
		    &other_length);
		if (other_length == length && memcmp(other, id, length) == 0)
			break;
	}
	return &claims->slots[slot];
}

/* A path without the folders that it shares with another one. */
static const char *
unshared(const char *path, const char *other)
{
	const char *start = path;

	for (size_t i = 0; path[i] && path[i] == other[i]; i++)
		if (path[i] == '/')
			start = path + i + 1;
	return start;
}

/* A record is not in the index, since another one has its id. */
static void
note_loser(const struct batch_target *target, const struct outcome *loser,
    uint32_t winner_file, uint64_t winner_line)
{
	struct catalogue_file *file = catalogue_file_number(
	    target->catalogue, loser->file);
	const struct catalogue_file *winner = catalogue_file_number(
	    target->catalogue, winner_file);
	struct buffer reason = {0};

	if (!file || !winner)
		return;
	buffer_append_string(&reason, "same id as in ");
	if (winner == file)
		buffer_append_format(&reason, "line %" PRIu64, winner_line);
	else
		buffer_append_string(&reason, unshared(winner->path,
		    file->path));
	if (winner != file && winner_line)
		buffer_append_format(&reason, ":%" PRIu64, winner_line);
	buffer_append_string(&reason, ", which counts");
	catalogue_fail(target->catalogue, file, loser->line,
	    winner == file ? FAILURE_REPLACED : FAILURE_HIDDEN,
	    buffer_string(&reason));
	buffer_free(&reason);
}

/* A later outcome with the same id takes the place of an earlier one. */
static void
supersede(const struct batch_target *target, struct claim *claim,
    struct parcel *parcel, struct outcome *outcome,
    struct build_counts *counts)
{
	if (claim->outcome->kind == OUTCOME_SEEN)
		known_set_seen(target->known, claim->outcome->place, false);
	else
		document_of(claim->parcel, claim->outcome)->dropped = true;
	note_loser(target, claim->outcome, outcome->file, outcome->line);
	counts->replaced++;
	claim->parcel = parcel;
	claim->outcome = outcome;
}

static void
claim_outcome(struct claims *claims, const struct batch_target *target,
    struct parcel *parcel, struct outcome *outcome,
    struct build_counts *counts)
{
	struct claim *claim;
	const char *id;
	size_t length;
	uint32_t hash;

	outcome_id(parcel, outcome, &id, &length);
	hash = layout_id_hash(target->source, id, length);
	claim = find_claim(claims, hash, id, length);
	if (claim->parcel)
		supersede(target, claim, parcel, outcome, counts);
	else
		*claim = (struct claim){hash, parcel, outcome};
	/* Last, as the one superseded may be the same article, read twice. */
	if (outcome->kind == OUTCOME_SEEN)
		known_set_seen(target->known, outcome->place, true);
}

static void
note_failure(const struct batch_target *target, const struct outcome *outcome,
    struct build_counts *counts)
{
	struct catalogue_file *file = catalogue_file_number(
	    target->catalogue, outcome->file);
	bool skipped = outcome->kind == OUTCOME_SKIPPED;

	counts->skipped += skipped;
	counts->doubts += !skipped;
	if (file)
		catalogue_fail(target->catalogue, file, outcome->line,
		    skipped ? FAILURE_SKIPPED : FAILURE_DOUBT,
		    outcome->reason);
}

static void
settle_among_themselves(const struct batch *batch, struct claims *claims,
    const struct batch_target *target, struct build_counts *counts)
{
	start_claims(claims, batch);
	for (size_t i = 0; i < batch->n; i++) {
		struct parcel *parcel = batch->parcels[i];

		for (size_t k = 0; k < parcel->n_outcomes; k++) {
			struct outcome *outcome = &parcel->outcomes[k];

			if (outcome->reason)
				note_failure(target, outcome, counts);
			if (outcome->kind != OUTCOME_SKIPPED)
				claim_outcome(claims, target, parcel,
				    outcome, counts);
		}
	}
}

/* --- outcomes against the index --- */

/* What a column says of an article in the index, or 0. */
static uint32_t
column_of(const struct batch_target *target, enum column column,
    uint32_t segment, uint32_t document)
{
	struct segment **segments;
	uint64_t value = 0;
	size_t n;

	if (store_segments(target->store, &segments, &n, NULL) == STATUS_OK)
		segment_column(segments[segment], column, document, &value);
	return (uint32_t)value;
}

/*
 * Which of two files of a source comes later in the archive's order, that of
 * their paths (source.h).
 */
static bool
is_later(const struct batch_target *target, uint32_t file, uint32_t other)
{
	const struct catalogue_file *a = catalogue_file_number(
	    target->catalogue, file);
	const struct catalogue_file *b = catalogue_file_number(
	    target->catalogue, other);

	return a && b && !a->removed && strcmp(a->path, b->path) > 0;
}

/*
 * The article that gives way may stand in a file that is not read in this
 * run: its line is not known, and it is said once for all of the file.
 */
static void
note_hidden(const struct batch_target *target, uint32_t file)
{
	struct catalogue_file *entry = catalogue_file_number(
	    target->catalogue, file);

	if (entry)
		catalogue_fail(target->catalogue, entry, 0, FAILURE_HIDDEN,
		    "articles of later files have ids of this one's, and "
		    "count");
}

/*
 * A file of which an older state counts as read does so no more, once it has
 * articles of the new state: if that one never comes to its end, and the
 * file is put back as it was, it has to be read again.
 */
static void
note_begun(const struct batch_target *target, uint32_t file)
{
	struct catalogue_file *entry = catalogue_file_number(
	    target->catalogue, file);

	if (entry && !entry->complete)
		entry->changed = true;
}

static enum status
settle_new(const struct claim *claim, const struct batch_target *target,
    struct deletions *deletions, struct build_counts *counts)
{
	struct run_document *document = document_of(claim->parcel,
	    claim->outcome);
	uint32_t segment, old, file;
	enum status status = deletions_find(deletions, claim->hash,
	    document->id, document->id_length, &segment, &old);

	note_begun(target, claim->outcome->file);
	if (status == STATUS_NOT_FOUND) {
		counts->added++;
		counts->text_size += document->text_size;
		return STATUS_OK;
	}
	if (status != STATUS_OK)
		return status;
	file = column_of(target, COLUMN_FILE, segment, old);
	if (is_later(target, file, claim->outcome->file)) {
		document->dropped = true;
		note_loser(target, claim->outcome, file, 0);
		counts->replaced++;
		return STATUS_OK;
	}
	if (file != claim->outcome->file) {
		note_hidden(target, file);
		counts->replaced++;
	}
	counts->text_size += document->text_size;
	document->added = column_of(target, COLUMN_ADDED, segment, old);
	deletions_set(deletions, segment, old, false);
	/* A copy of an article of this very run was counted already. */
	if (segment < target->n_known_segments)
		counts->updated++;
	return STATUS_OK;
}

/*
 * An unchanged article may have been replaced earlier in this run by another
 * record with its id: as the later of the two it counts again.
 */
static enum status
settle_seen(const struct claim *claim, struct deletions *deletions,
    struct build_counts *counts)
{
	const struct outcome *outcome = claim->outcome;
	struct known_place place = outcome->place;
	uint32_t segment, document;
	enum status status = STATUS_OK;

	counts->unchanged++;
	if (deletions_is_live(deletions, place.segment, place.document))
		return STATUS_OK;
	status = deletions_find(deletions, claim->hash, outcome->id,
	    outcome->id_length, &segment, &document);
	if (status == STATUS_OK)
		deletions_set(deletions, segment, document, false);
	else if (status != STATUS_NOT_FOUND)
		return status;
	deletions_set(deletions, place.segment, place.document, true);
	return STATUS_OK;
}

static enum status
settle_with_index(const struct claims *claims,
    const struct batch_target *target, struct deletions *deletions,
    struct build_counts *counts, struct error *error)
{
	for (size_t i = 0; i <= claims->mask; i++) {
		const struct claim *claim = &claims->slots[i];
		enum status status;

		if (!claim->parcel)
			continue;
		if (claim->outcome->kind == OUTCOME_SEEN)
			status = settle_seen(claim, deletions, counts);
		else
			status = settle_new(claim, target, deletions, counts);
		if (status != STATUS_OK)
			return environment_error(store_environment(
			    target->store), MDB_CORRUPTED, "ids", error);
	}
	return STATUS_OK;
}

/* --- commit --- */

static void
list_segment(struct root *root, const struct root_segment *listed)
{
	if (!listed->n_documents)
		return;
	root->segments = alloc_again(root->segments, root->n_segments + 1,
	    sizeof *root->segments);
	root->segments[root->n_segments++] = *listed;
}

static enum status
make_visible(const struct batch_target *target, struct deletions *deletions,
    const struct root_segment *listed, struct error *error)
{
	struct root *root = store_root(target->store);
	enum status status;

	status = store_commit_begin(target->store, error);
	if (status == STATUS_OK)
		status = deletions_write(deletions, error);
	if (status == STATUS_OK)
		status = catalogue_write(target->catalogue, error);
	if (status != STATUS_OK)
		return status;
	list_segment(root, listed);
	field_names_store(target->names, root);
	return store_commit_end(target->store, error);
}

static enum status
write_runs(const struct batch *batch, const struct batch_target *target,
    struct root_segment *listed, struct error *error)
{
	struct run **runs = alloc_zeroed(batch->n, sizeof *runs);
	enum status status;

	for (size_t i = 0; i < batch->n; i++)
		runs[i] = batch->parcels[i]->run;
	status = flush_runs(target->store, runs, batch->n,
	    (uint32_t)time(NULL), listed, error);
	free(runs);
	return status;
}

enum status
batch_commit(struct batch *batch, const struct batch_target *target,
    struct build_counts *counts, struct error *error)
{
	struct root_segment listed = {0};
	struct build_counts after = *counts;
	struct deletions *deletions = NULL;
	struct claims claims = {0};
	enum status status;

	settle_among_themselves(batch, &claims, target, &after);
	status = deletions_create(target->store, &deletions, error);
	if (status == STATUS_OK)
		status = settle_with_index(&claims, target, deletions, &after,
		    error);
	free(claims.slots);
	if (status == STATUS_OK)
		status = write_runs(batch, target, &listed, error);
	if (status == STATUS_OK && (listed.n_documents ||
	    deletions_any(deletions) ||
	    catalogue_is_changed(target->catalogue)))
		status = make_visible(target, deletions, &listed, error);
	deletions_free(deletions);
	empty(batch);
	if (status == STATUS_OK)
		*counts = after;
	return status;
}
