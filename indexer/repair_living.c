/*
 * Which articles live, where the record of it is gone.  An id stands once
 * among the living of its source, so whatever has the id of an article known
 * to live was replaced by that, and of several the last in the archive's
 * order counts.  What was removed and not replaced cannot be told from what
 * lives: it comes back, and that is said.
 */
#include "repair_parts.h"

#include "alloc.h"
#include "deletions.h"

#include <stdlib.h>
#include <xxhash.h>

/* Hashes of ids that live; 0 is no hash. */
struct id_set {
	uint64_t *hashes;
	size_t n, capacity; /* a power of two */
};

struct living {
	struct repair *repair;
	struct deletions *deletions;
	struct segment **segments;
	struct id_set ids;
	struct stored_record stored;
	uint32_t n_dead; /* of the segment, as far as is known */
};

/* Adds a hash; false if it is there already. */
static bool
id_set_put(struct id_set *set, uint64_t hash)
{
	size_t i = (size_t)hash & (set->capacity - 1);

	while (set->hashes[i] && set->hashes[i] != hash)
		i = (i + 1) & (set->capacity - 1);
	if (set->hashes[i])
		return false;
	set->hashes[i] = hash;
	set->n++;
	return true;
}

static bool
id_set_add(struct id_set *set, uint64_t hash)
{
	struct id_set larger = {.capacity = 2 * set->capacity + 1024};

	if (2 * set->n >= set->capacity) {
		while (larger.capacity & (larger.capacity - 1))
			larger.capacity &= larger.capacity - 1;
		larger.hashes = alloc_zeroed(larger.capacity,
		    sizeof *larger.hashes);
		for (size_t i = 0; i < set->capacity; i++)
			if (set->hashes[i])
				id_set_put(&larger, set->hashes[i]);
		free(set->hashes);
		*set = larger;
	}
	return id_set_put(set, hash ? hash : 1);
}

/* The hash of an article's source and id; false if they cannot be read. */
static bool
read_id(struct living *living, size_t segment, uint32_t document,
    uint64_t *hash)
{
	struct stored_field id;
	uint64_t source;

	if (segment_stored(living->segments[segment], document,
	    &living->stored) != STATUS_OK || !stored_field(&living->stored,
	    FIELD_ID, &id) || !segment_column(living->segments[segment],
	    COLUMN_SOURCE, document, &source))
		return false;
	*hash = XXH3_64bits_withSeed(id.text, id.length, source);
	return true;
}

static void
note_known(struct living *living, size_t segment)
{
	uint32_t n = segment_n_documents(living->segments[segment]);
	uint64_t hash;

	for (uint32_t d = 0; d < n; d++)
		if (segment_is_live(living->segments[segment], d) &&
		    read_id(living, segment, d, &hash))
			id_set_add(&living->ids, hash);
}

static void
settle(struct living *living, size_t i)
{
	struct segment *segment = living->segments[i];
	struct repair_result *result = living->repair->result;
	uint32_t dead = segment_n_dead(segment);
	uint64_t hash;

	for (uint32_t d = segment_n_documents(segment); d-- > 0;) {
		if (!segment_is_live(segment, d) ||
		    !read_id(living, i, d, &hash) ||
		    id_set_add(&living->ids, hash))
			continue;
		deletions_set(living->deletions, (uint32_t)i, d, false);
		dead++;
	}
	if (dead < living->repair->segments[i].n_dead)
		result->returned += living->repair->segments[i].n_dead - dead;
}

static enum status
write_living(struct living *living, struct error *error)
{
	struct store *store = living->repair->store;
	enum status status;

	if (!deletions_any(living->deletions))
		return STATUS_OK;
	status = store_commit_begin(store, error);
	if (status == STATUS_OK)
		status = deletions_write(living->deletions, error);
	return status == STATUS_OK ? store_commit_end(store, error) : status;
}

enum status
repair_living(struct repair *repair, struct error *error)
{
	struct living living = {.repair = repair};
	bool any = false;
	enum status status;
	size_t n;

	for (size_t i = 0; i < repair->n_segments; i++)
		any = any || repair->segments[i].living_is_lost;
	if (!any)
		return STATUS_OK;
	/* What was removed is out of the archive: its files say so. */
	repair->all_again = true;
	status = store_segments(repair->store, &living.segments, &n, error);
	if (status == STATUS_OK)
		status = deletions_create(repair->store, &living.deletions,
		    error);
	if (status == STATUS_OK) {
		for (size_t i = 0; i < n; i++)
			if (!repair->segments[i].living_is_lost)
				note_known(&living, i);
		for (size_t i = n; i-- > 0;)
			if (repair->segments[i].living_is_lost)
				settle(&living, i);
		status = write_living(&living, error);
	}
	deletions_free(living.deletions);
	stored_free(&living.stored);
	free(living.ids.hashes);
	return status;
}
