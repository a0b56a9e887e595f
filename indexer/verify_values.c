/*
 * Every value of every sub-database: its seal, the sums and counts of the
 * stamp, and that a look-up by key leads to the same place as the walk.
 */
#include "verify_parts.h"

#include "catalogue_parts.h"
#include "store/bytes.h"

#include <string.h>

/* The place of a segment in the root, or SIZE_MAX. */
static size_t
find_listed(const struct verify *verify, uint32_t number, size_t *last)
{
	const struct root *root = verify->root;

	if (*last < root->n_segments && root->segments[*last].number ==
	    number)
		return *last;
	for (size_t i = 0; i < root->n_segments; i++)
		if (root->segments[i].number == number)
			return *last = i;
	return SIZE_MAX;
}

static bool
is_extent(struct verify *verify, size_t i, const uint8_t *key, size_t size)
{
	struct segment *segment = snapshot_listed(verify->snapshot, i);
	const struct segment_record *record;

	if (!segment)
		return true;
	record = segment_record(segment);
	return size == EXTENT_KEY_SIZE && key[4] < N_STREAMS &&
	    bytes_key_u32(key + 5) < record->streams[key[4]].n_full;
}

static bool
is_live(const struct verify *verify, size_t i, const uint8_t *key,
    size_t size)
{
	/* The one before it may wait for its removal. */
	return size == LIVE_KEY_SIZE && bytes_key_u32(key + 4) <=
	    verify->root->segments[i].generation;
}

/* Values of segments: they belong where they stand, and are counted. */
static bool
note_segment_value(struct verify *verify, enum database database,
    const uint8_t *key, size_t size, size_t value_size, size_t *last)
{
	struct verify_tally *tally;
	size_t i;

	if (size < 4)
		return false;
	i = find_listed(verify, bytes_key_u32(key), last);
	if (i == SIZE_MAX) /* of a run that goes on, or was interrupted */
		return true;
	tally = &verify->tallies[i];
	switch (database) {
	case DATABASE_SEG:
		return size == SEG_KEY_SIZE;
	case DATABASE_LIVE:
		return is_live(verify, i, key, size);
	case DATABASE_EXT:
		tally->n_extents++;
		return value_size == EXTENT_SIZE &&
		    is_extent(verify, i, key, size);
	case DATABASE_DIC:
		tally->n_dictionary_blocks++;
		return value_size == BLOCK_SIZE;
	default:
		tally->n_id_blocks++;
		return value_size == BLOCK_SIZE && size == XID_KEY_SIZE;
	}
}

static bool
note_value(struct verify *verify, enum database database, const MDB_val *key,
    const MDB_val *value, size_t *last)
{
	if (database == DATABASE_META)
		return true;
	if (database == DATABASE_SRC)
		return catalogue_value_is_sound(verify->root, key->mv_data,
		    key->mv_size, value->mv_data, value->mv_size - SEAL_SIZE);
	return note_segment_value(verify, database, key->mv_data,
	    key->mv_size, value->mv_size, last);
}

static bool
is_stamp(enum database database, const MDB_val *key)
{
	return database == DATABASE_META && key->mv_size == 5 &&
	    memcmp(key->mv_data, "stamp", 5) == 0;
}

/* Whether a look-up finds exactly this value. */
static bool
is_found(const struct verify *verify, enum database database,
    const MDB_val *key, const MDB_val *value)
{
	MDB_val name = *key, found;

	return environment_find(snapshot_txn(verify->snapshot), snapshot_environment(
	    verify->snapshot)->databases[database], &name, &found) == 0 &&
	    found.mv_data == value->mv_data &&
	    found.mv_size == value->mv_size;
}

static void
check_value(struct verify *verify, enum database database,
    const MDB_val *key, const MDB_val *value, uint64_t *sum, size_t *last)
{
	const char *name = database_names[database];
	const uint8_t *bytes = value->mv_data;
	uint64_t seal;

	if (value->mv_size < SEAL_SIZE) {
		verify_damage(verify, "%s: a value is cut short", name);
		return;
	}
	seal = layout_seal(database, key->mv_data, key->mv_size, bytes,
	    value->mv_size - SEAL_SIZE);
	if (!SEALS_ARE_BELIEVED &&
	    seal != bytes_u64(bytes + value->mv_size - SEAL_SIZE))
		verify_damage(verify, "%s: a value of %zu bytes does not fit "
		    "its checksum", name, value->mv_size);
	else if (!note_value(verify, database, key, value, last))
		verify_damage(verify, "%s: a value of %zu bytes is none that "
		    "belongs there", name, value->mv_size);
	if (!is_found(verify, database, key, value))
		verify_damage(verify, "%s: a value is not found by its key",
		    name);
	if (!is_stamp(database, key))
		*sum += seal;
}

static void
check_database(struct verify *verify, enum database database)
{
	struct environment *environment = snapshot_environment(
	    verify->snapshot);
	const struct stamp *stamp = snapshot_stamp(verify->snapshot);
	const char *name = database_names[database];
	uint64_t n = 0, sum = 0;
	size_t last = 0;
	MDB_cursor *cursor;
	MDB_val key = {0}, value;
	int code;

	if (environment_cursor(snapshot_txn(verify->snapshot),
	    environment->databases[database], &cursor) != 0) {
		verify_damage(verify, "%s: cannot be read", name);
		return;
	}
	while ((code = environment_move(cursor, &key, &value, MDB_NEXT)) == 0) {
		check_value(verify, database, &key, &value, &sum, &last);
		n++;
	}
	mdb_cursor_close(cursor);
	if (code != MDB_NOTFOUND)
		verify_damage(verify, "%s: cannot be read to its end", name);
	if (n != stamp->databases[database].entries)
		verify_damage(verify, "%s: there are %llu values, and should "
		    "be %llu", name, (unsigned long long)n,
		    (unsigned long long)stamp->databases[database].entries);
	else if (sum != stamp->databases[database].seals)
		verify_damage(verify, "%s: the checksums do not add up",
		    name);
}

/* Every part that a segment's record names is there. */
void
verify_tally(struct verify *verify, size_t i)
{
	struct segment *segment = snapshot_listed(verify->snapshot, i);
	const struct segment_record *record = segment_record(segment);
	const struct verify_tally *tally = &verify->tallies[i];
	uint64_t n_extents = 0;

	for (unsigned stream = 0; stream < N_STREAMS; stream++)
		n_extents += record->streams[stream].n_full;
	if (tally->n_extents != n_extents)
		verify_damage(verify, "segment %u: extents are missing",
		    segment_number(segment));
	if (tally->n_dictionary_blocks != record->n_dictionary_blocks)
		verify_damage(verify, "segment %u: blocks of the dictionary "
		    "are missing", segment_number(segment));
	if (tally->n_id_blocks != record->n_id_blocks)
		verify_damage(verify, "segment %u: blocks of ids are missing",
		    segment_number(segment));
}

void
verify_values(struct verify *verify)
{
	for (int i = 0; i < N_DATABASES; i++)
		check_database(verify, (enum database)i);
}
