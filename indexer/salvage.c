/* Which values of a damaged file are right, and which root counts. */
#include "salvage.h"

#include "alloc.h"
#include "salvage_pages.h"
#include "salvage_rows.h"
#include "store/bytes.h"
#include "store/lmdb_pages.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What a walk through one database of a commit is for. */
struct reaching {
	struct salvage *salvage;
	const char *name; /* of the database that is looked for ... */
	uint64_t page;    /* ... and where it begins; 0: not found */
	/* What was reached: of `src` to be compared with the stamp. */
	uint64_t entries, seals;
	/* Of `meta`: */
	struct stamp stamp;
	bool has_stamp;
	uint64_t root_seal;
};

/* --- single values --- */

/* In the order in which they are likely. */
static const enum database likely[N_DATABASES] = {DATABASE_EXT, DATABASE_DIC,
    DATABASE_XID, DATABASE_SRC, DATABASE_LIVE, DATABASE_SEG, DATABASE_META};

static struct salvage_value *
add(struct salvage *salvage, const struct salvage_value *value)
{
	struct salvage_value *added;

	if (salvage->n == salvage->capacity) {
		salvage->capacity = 2 * salvage->capacity + 1024;
		salvage->values = alloc_again(salvage->values,
		    salvage->capacity, sizeof *salvage->values);
	}
	added = &salvage->values[salvage->n++];
	*added = *value;
	added->key = memcpy(arena_bytes(&salvage->arena, value->key_size),
	    value->key, value->key_size);
	return added;
}

/* The value of an entry if its seal is right; its bytes in `room`. */
static bool
read_value(const struct salvage *salvage, const struct salvage_node *node,
    struct salvage_value *value, struct buffer *room)
{
	const uint8_t *bytes = node->bytes;
	size_t size = node->size;

	if (size < SEAL_SIZE || node->flags & ~(unsigned)NODE_LARGE)
		return false;
	if (!bytes) {
		buffer_clear(room);
		bytes = buffer_reserve(room, size);
		if (!salvage_bytes(salvage->fd, node->place, room->bytes,
		    size))
			return false;
	}
	*value = (struct salvage_value){.key = node->key,
	    .key_size = (uint16_t)node->key_size,
	    .size = (uint32_t)(size - SEAL_SIZE), .place = node->place,
	    .seal = bytes_u64(bytes + size - SEAL_SIZE)};
	for (int i = 0; i < N_DATABASES; i++) {
		value->database = (uint8_t)likely[i];
		if (layout_seal(likely[i], node->key, node->key_size, bytes,
		    size - SEAL_SIZE) == value->seal)
			return true;
	}
	return false;
}

static void
note_scanned(void *context, const struct salvage_node *node)
{
	struct salvage *salvage = context;
	struct salvage_value value;
	struct buffer room = {0};

	if (read_value(salvage, node, &value, &room))
		add(salvage, &value);
	buffer_free(&room);
}

bool
salvage_payload(const struct salvage *salvage,
    const struct salvage_value *value, struct buffer *sealed)
{
	size_t size = (size_t)value->size + SEAL_SIZE;

	buffer_clear(sealed);
	buffer_reserve(sealed, size);
	if (!salvage_bytes(salvage->fd, value->place, sealed->bytes, size))
		return false;
	sealed->size = size;
	return layout_seal((enum database)value->database, value->key,
	    value->key_size, sealed->bytes, value->size) == value->seal &&
	    bytes_u64(sealed->bytes + value->size) == value->seal;
}

/* --- order --- */

static int
compare_keys(unsigned database_a, const uint8_t *a, size_t a_size,
    unsigned database_b, const uint8_t *b, size_t b_size)
{
	int order;

	if (database_a != database_b)
		return database_a < database_b ? -1 : 1;
	order = memcmp(a, b, a_size < b_size ? a_size : b_size);
	return order ? order : (a_size > b_size) - (a_size < b_size);
}

static int
compare_values(const void *a, const void *b)
{
	const struct salvage_value *x = a, *y = b;
	int order = compare_keys(x->database, x->key, x->key_size,
	    y->database, y->key, y->key_size);

	if (order)
		return order;
	if (x->reached != y->reached)
		return x->reached ? -1 : 1;
	return (x->place > y->place) - (x->place < y->place);
}

static void
sort(struct salvage *salvage)
{
	if (salvage->n)
		qsort(salvage->values, salvage->n, sizeof *salvage->values,
		    compare_values);
}

size_t
salvage_seek(const struct salvage *salvage, enum database database,
    const void *key, size_t key_size)
{
	size_t low = 0, high = salvage->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct salvage_value *value = &salvage->values[middle];

		if (compare_keys(value->database, value->key,
		    value->key_size, database, key, key_size) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct salvage_value *
salvage_find(const struct salvage *salvage, enum database database,
    const void *key, size_t key_size)
{
	size_t i = salvage_seek(salvage, database, key, key_size);

	if (i == salvage->n || compare_keys(salvage->values[i].database,
	    salvage->values[i].key, salvage->values[i].key_size, database,
	    key, key_size) != 0)
		return NULL;
	return &salvage->values[i];
}

/* --- what the last commit leads to --- */

static void
note_database(void *context, const struct salvage_node *node)
{
	struct reaching *reaching = context;

	if (node->flags == NODE_TREE && node->size == TREE_SIZE &&
	    node->bytes && node->key_size == strlen(reaching->name) &&
	    memcmp(node->key, reaching->name, node->key_size) == 0)
		reaching->page = salvage_database_page(node->bytes);
}

static void
note_stamp(struct reaching *reaching, const struct salvage_value *value)
{
	struct buffer payload = {0};

	reaching->has_stamp = salvage_payload(reaching->salvage, value,
	    &payload) && stamp_decode(&reaching->stamp, payload.bytes,
	    value->size);
	buffer_free(&payload);
}

static void
note_reached(void *context, const struct salvage_node *node)
{
	struct reaching *reaching = context;
	struct salvage_value value;
	struct buffer room = {0};

	if (read_value(reaching->salvage, node, &value, &room) &&
	    strcmp(database_names[value.database], reaching->name) == 0) {
		value.reached = true;
		add(reaching->salvage, &value);
		reaching->entries++;
		reaching->seals += value.seal;
		if (value.key_size == 5 && memcmp(value.key, "stamp", 5) == 0)
			note_stamp(reaching, &value);
		else if (value.database == DATABASE_META)
			reaching->root_seal = value.seal;
	}
	buffer_free(&room);
}

/* Notes all values of a database that a commit leads to. */
static bool
reach(struct salvage *salvage, const struct salvage_meta *meta,
    enum database database, struct reaching *reaching)
{
	bool good;

	*reaching = (struct reaching){.salvage = salvage,
	    .name = database_names[database]};
	good = salvage_walk(salvage->fd, salvage->size, meta->main_page,
	    note_database, reaching);
	if (reaching->page == 0)
		return false;
	return salvage_walk(salvage->fd, salvage->size, reaching->page,
	    note_reached, reaching) && good;
}

/*
 * The root that a meta page leads to, if the stamp beside it says that it is
 * of the same transaction; marks its values and those of `src` as reached.
 */
static bool
follow(struct salvage *salvage, const struct salvage_meta *meta)
{
	size_t before = salvage->n;
	struct reaching roots, sources;

	reach(salvage, meta, DATABASE_META, &roots);
	if (!roots.has_stamp || roots.root_seal == 0 ||
	    roots.stamp.transaction != meta->transaction ||
	    roots.stamp.databases[DATABASE_META].seals != roots.root_seal) {
		salvage->n = before;
		return false;
	}
	salvage->src_is_whole = reach(salvage, meta, DATABASE_SRC, &sources)
	    && sources.entries ==
	    roots.stamp.databases[DATABASE_SRC].entries &&
	    sources.seals == roots.stamp.databases[DATABASE_SRC].seals;
	return true;
}

/* --- the root --- */

static enum status
decode_root(struct salvage *salvage, const struct salvage_value *value,
    struct root *root, struct error *error)
{
	struct buffer payload = {0};
	enum status status = STATUS_DAMAGED;

	if (salvage_payload(salvage, value, &payload))
		status = root_decode(root, payload.bytes, value->size,
		    error);
	buffer_free(&payload);
	return status;
}

static bool
is_newer(const struct root *root, const struct root *than)
{
	if (root->commits != than->commits)
		return root->commits > than->commits;
	return root->next_segment > than->next_segment;
}

/* What the stamps that are left say of roots. */
struct stamps {
	uint64_t last;    /* the last transaction, by LMDB's first pages */
	uint64_t newest;  /* the last one that a stamp is of, ... */
	uint64_t seal;    /* ... and the seal of its root */
	uint64_t later;   /* the seal of a root that was not committed */
};

static void
read_stamps(const struct salvage *salvage, struct stamps *stamps)
{
	size_t i = salvage_seek(salvage, DATABASE_META, "stamp", 5);
	struct buffer payload = {0};
	struct stamp stamp;

	for (; i < salvage->n && salvage->values[i].database ==
	    DATABASE_META; i++) {
		if (!salvage_payload(salvage, &salvage->values[i], &payload)
		    || !stamp_decode(&stamp, payload.bytes,
		    salvage->values[i].size))
			continue;
		if (stamp.transaction > stamps->last) {
			stamps->later = stamp.databases[DATABASE_META].seals;
		} else if (stamp.transaction > stamps->newest) {
			stamps->newest = stamp.transaction;
			stamps->seal = stamp.databases[DATABASE_META].seals;
		}
	}
	buffer_free(&payload);
}

/* Whether a root takes the place of the one that was found before. */
static bool
is_better(const struct salvage *salvage, const struct root *root,
    uint64_t seal, uint64_t before, const struct stamps *stamps)
{
	if (before == 0 || seal == stamps->seal)
		return true;
	return before != stamps->seal && is_newer(root, &salvage->root);
}

/*
 * The root that is reached.  Where none is, that which the newest stamp
 * names; else that of the most commits, but none that a crash kept from
 * being committed.  A commit is always followed by a transaction with the
 * same root.
 */
static enum status
choose_root(struct salvage *salvage, bool is_reached,
    const struct stamps *stamps, struct error *error)
{
	size_t i = salvage_seek(salvage, DATABASE_META, "root", 4);
	uint64_t chosen = 0;

	for (; i < salvage->n; i++) {
		const struct salvage_value *value = &salvage->values[i];
		struct root root;
		enum status status;

		if (value->database != DATABASE_META || value->key_size != 4
		    || (is_reached && !value->reached))
			break;
		if (!is_reached && value->seal == stamps->later &&
		    value->seal != stamps->seal)
			continue;
		status = decode_root(salvage, value, &root, error);
		if (status == STATUS_VERSION)
			return status;
		if (status != STATUS_OK)
			continue;
		if (!is_better(salvage, &root, value->seal, chosen, stamps)) {
			root_free(&root);
			continue;
		}
		root_free(&salvage->root);
		salvage->root = root;
		chosen = value->seal;
	}
	salvage->is_last = is_reached || (chosen == stamps->seal &&
	    (stamps->last == UINT64_MAX || stamps->newest + 1 >=
	    stamps->last));
	return chosen ? STATUS_OK : STATUS_NOT_FOUND;
}

/*
 * Follows the newer of LMDB's two first pages that leads to a root.  `*last`
 * is the last transaction that they name, or UINT64_MAX.
 */
static bool
follow_newest(struct salvage *salvage, uint64_t *last)
{
	struct salvage_meta metas[2];
	bool good[2];
	int first;

	for (unsigned i = 0; i < 2; i++)
		good[i] = salvage_meta(salvage->fd, i, &metas[i]);
	first = good[1] && (!good[0] || metas[1].transaction >
	    metas[0].transaction);
	*last = good[first] ? metas[first].transaction : UINT64_MAX;
	for (int i = 0; i < 2; i++) {
		int k = i ? 1 - first : first;

		if (good[k] && follow(salvage, &metas[k]))
			return true;
	}
	return false;
}

enum status
salvage_read(struct salvage *salvage, int fd, struct error *error)
{
	struct stamps stamps = {0, 0, 0, 0};
	enum status status;
	struct stat file;
	bool is_reached;

	*salvage = (struct salvage){.fd = fd};
	if (fstat(fd, &file) != 0)
		return error_set(error, STATUS_IO, "its file cannot be read");
	salvage->size = (uint64_t)file.st_size;
	is_reached = follow_newest(salvage, &stamps.last);
	salvage_scan(fd, salvage->size, note_scanned, salvage);
	sort(salvage);
	read_stamps(salvage, &stamps);
	status = choose_root(salvage, is_reached, &stamps, error);
	if (status != STATUS_OK)
		return status;
	if (salvage_match_rows(salvage, add))
		sort(salvage);
	return STATUS_OK;
}

void
salvage_free(struct salvage *salvage)
{
	free(salvage->values);
	arena_free(&salvage->arena);
	root_free(&salvage->root);
	*salvage = (struct salvage){.fd = -1};
}
