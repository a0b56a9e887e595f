/* A small index and what LMDB says of it. */
#include "base.h"

#include "alloc.h"
#include "fuzz.h"
#include "store/snapshot.h"
#include "store/snapshot_inside.h"
#include "support.h"
#include "support_index.h"
#include "verify_parts.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum { ENTRIES_MOST = 1024, SLOTS = 4096 /* a power of two */ };

int __real_mdb_get(MDB_txn *txn, MDB_dbi dbi, MDB_val *key, MDB_val *value);
int __wrap_mdb_get(MDB_txn *txn, MDB_dbi dbi, MDB_val *key, MDB_val *value);
int __real_mdb_cursor_get(MDB_cursor *cursor, MDB_val *key, MDB_val *value,
    MDB_cursor_op op);
int __wrap_mdb_cursor_get(MDB_cursor *cursor, MDB_val *key, MDB_val *value,
    MDB_cursor_op op);
enum status __real_verify_pages(struct verify *verify, struct error *error);
enum status __wrap_verify_pages(struct verify *verify, struct error *error);

static struct {
	struct sample_index index;
	struct base_entry *entries;
	size_t n;
	uint16_t slots[SLOTS]; /* place of an entry and 1, by its key */
	MDB_dbi databases[N_DATABASES];
	bool is_made, is_read;
	bool is_passed_by; /* LMDB's own answers are wanted */
} base;

static size_t
slot_of(enum database database, const void *key, size_t size)
{
	size_t slot = XXH3_64bits_withSeed(key, size, database) % SLOTS;

	for (; base.slots[slot]; slot = (slot + 1) % SLOTS) {
		const struct base_entry *entry =
		    &base.entries[base.slots[slot] - 1];

		if (entry->database == database && entry->key_size == size &&
		    memcmp(entry->key, key, size) == 0)
			break;
	}
	return slot;
}

static struct base_entry *
find(MDB_dbi dbi, const MDB_val *key)
{
	for (int i = 0; base.is_read && !base.is_passed_by &&
	    i < N_DATABASES; i++) {
		size_t slot;

		if (base.databases[i] != dbi)
			continue;
		slot = slot_of((enum database)i, key->mv_data, key->mv_size);
		return base.slots[slot] ? &base.entries[base.slots[slot] - 1]
		    : NULL;
	}
	return NULL;
}

static void
hand_out(const struct base_entry *entry, MDB_val *key, MDB_val *value)
{
	if (!entry)
		return;
	if (key) {
		key->mv_data = entry->damaged_key ? entry->damaged_key
		    : entry->key;
		key->mv_size = entry->damaged_key ? entry->damaged_key_size
		    : entry->key_size;
	}
	value->mv_data = entry->damaged_value ? entry->damaged_value
	    : entry->value;
	value->mv_size = entry->damaged_value ? entry->damaged_value_size
	    : entry->value_size;
}

int
__wrap_mdb_get(MDB_txn *txn, MDB_dbi dbi, MDB_val *key, MDB_val *value)
{
	int code = __real_mdb_get(txn, dbi, key, value);

	if (!code)
		hand_out(find(dbi, key), NULL, value);
	return code;
}

int
__wrap_mdb_cursor_get(MDB_cursor *cursor, MDB_val *key, MDB_val *value,
    MDB_cursor_op op)
{
	int code = __real_mdb_cursor_get(cursor, key, value, op);

	if (!code)
		hand_out(find(mdb_cursor_dbi(cursor), key), key, value);
	return code;
}

/* It looks at the pages of the file, whose place it finds by a value. */
enum status
__wrap_verify_pages(struct verify *verify, struct error *error)
{
	enum status status;

	base.is_passed_by = true;
	status = __real_verify_pages(verify, error);
	base.is_passed_by = false;
	return status;
}

static uint8_t *
copy(const void *bytes, size_t size)
{
	return memcpy(alloc_bytes(size), bytes, size);
}

static void
note(enum database database, const MDB_val *key, const MDB_val *value)
{
	struct base_entry *entry = &base.entries[base.n];
	size_t used = value->mv_size - SEAL_SIZE;

	FUZZ_CHECK(base.n < ENTRIES_MOST);
	*entry = (struct base_entry){.database = database,
	    .key = copy(key->mv_data, key->mv_size),
	    .value = copy(value->mv_data, value->mv_size),
	    .key_size = key->mv_size, .value_size = value->mv_size};
	while (used > 1 && entry->value[used - 1] == 0)
		used--;
	entry->used = used;
	base.slots[slot_of(database, entry->key, entry->key_size)] =
	    (uint16_t)++base.n;
}

static void
read_database(struct snapshot *snapshot, enum database database)
{
	const struct environment *environment = snapshot_environment(
	    snapshot);
	MDB_val key, value;
	MDB_cursor *cursor;

	base.databases[database] = environment->databases[database];
	FUZZ_CHECK(!environment_cursor(snapshot_txn(snapshot),
	    environment->databases[database], &cursor));
	while (!__real_mdb_cursor_get(cursor, &key, &value, MDB_NEXT))
		note(database, &key, &value);
	mdb_cursor_close(cursor);
}

/* The helpers for indexes want to be called by a test. */
START_TEST(make_index)
{
	sample_index_create(&base.index);
	sample_index_update(&base.index, 1, 48);
	sample_index_add(&base.index, "other.jsonl", 200, 12);
	sample_index_update(&base.index, 4, 45);
	base.is_made = true;
}
END_TEST

const char *
base_path(void)
{
	Suite *suite;
	SRunner *runner;
	TCase *tcase;

	if (base.is_made)
		return base.index.path;
	setenv("QUIRE_MAP_SIZE", "67108864", 1); /* sooner mapped */
	suite = suite_create("base");
	tcase = tcase_create("base");
	tcase_add_test(tcase, make_index);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_set_fork_status(runner, CK_NOFORK);
	srunner_run_all(runner, CK_SILENT);
	srunner_free(runner);
	FUZZ_CHECK(base.is_made);
	return base.index.path;
}

struct base_entry *
base_entries(size_t *n)
{
	if (!base.is_read) {
		struct snapshot *snapshot;
		struct error error = {0};

		base.entries = alloc_zeroed(ENTRIES_MOST,
		    sizeof *base.entries);
		FUZZ_CHECK(snapshot_open(base_path(), "base", &snapshot,
		    &error) == STATUS_OK);
		for (int i = 0; i < N_DATABASES; i++)
			read_database(snapshot, (enum database)i);
		snapshot_close(snapshot);
		base.is_read = true;
	}
	*n = base.n;
	return base.entries;
}

static uint8_t *
damage(uint8_t **damaged, size_t *damaged_size, const uint8_t *bytes,
    size_t bytes_size, size_t size)
{
	uint8_t *old = *damaged;
	size_t old_size = old ? *damaged_size : bytes_size;

	*damaged = alloc_zeroed(1, size);
	memcpy(*damaged, old ? old : bytes, old_size < size ? old_size
	    : size);
	*damaged_size = size;
	free(old);
	return *damaged;
}

uint8_t *
base_damage_key(struct base_entry *entry, size_t size)
{
	return damage(&entry->damaged_key, &entry->damaged_key_size,
	    entry->key, entry->key_size, size);
}

uint8_t *
base_damage_value(struct base_entry *entry, size_t size)
{
	return damage(&entry->damaged_value, &entry->damaged_value_size,
	    entry->value, entry->value_size, size);
}

void
base_restore(void)
{
	for (size_t i = 0; i < base.n; i++) {
		struct base_entry *entry = &base.entries[i];

		free(entry->damaged_key);
		free(entry->damaged_value);
		entry->damaged_key = entry->damaged_value = NULL;
	}
}
