/* Extents whose leaf is gone, found by their seals. */
#include "salvage_rows.h"

#include "alloc.h"
#include "salvage_pages.h"
#include "store/bytes.h"
#include "store/lmdb_pages.h"

#include <stdlib.h>
#include <string.h>

enum {
	PAGE = LMDB_PAGE,
	ROW_HEADER = PAGE_HEADER,
	ROW_PAGES = (ROW_HEADER + EXTENT_SIZE) / PAGE,
	TRIALS_MOST = 1 << 21, /* some ten seconds */
};

/* The keys of extents that are not there. */
struct missing {
	uint8_t (*keys)[EXTENT_KEY_SIZE];
	size_t n, capacity;
};

static void
note_missing(const struct salvage *salvage, uint32_t segment, uint8_t stream,
    uint32_t extent, struct missing *missing)
{
	uint8_t key[EXTENT_KEY_SIZE];

	layout_extent_key(key, segment, stream, extent);
	if (salvage_find(salvage, DATABASE_EXT, key, sizeof key))
		return;
	if (missing->n == missing->capacity) {
		missing->capacity = 2 * missing->capacity + 64;
		missing->keys = alloc_again(missing->keys, missing->capacity,
		    sizeof *missing->keys);
	}
	memcpy(missing->keys[missing->n++], key, sizeof key);
}

static void
find_missing(const struct salvage *salvage, struct missing *missing)
{
	struct buffer payload = {0};

	for (size_t i = 0; i < salvage->root.n_segments; i++) {
		uint32_t number = salvage->root.segments[i].number;
		const struct salvage_value *value;
		struct segment_record record;
		uint8_t key[SEG_KEY_SIZE];

		bytes_put_key_u32(key, number);
		value = salvage_find(salvage, DATABASE_SEG, key, sizeof key);
		if (!value || !salvage_payload(salvage, value, &payload) ||
		    !segment_record_decode(&record, payload.bytes,
		    value->size))
			continue;
		for (unsigned s = 0; s < N_STREAMS; s++)
			for (uint32_t e = 0; e < record.streams[s].n_full;
			    e++)
				note_missing(salvage, number, (uint8_t)s, e,
				    missing);
	}
	buffer_free(&payload);
}

/* A bit for each page that begins a value. */
static uint8_t *
note_named(const struct salvage *salvage)
{
	uint8_t *named = alloc_zeroed(salvage->size / PAGE / 8 + 1, 1);

	for (size_t i = 0; i < salvage->n; i++) {
		uint64_t page = salvage->values[i].place / PAGE;

		if (salvage->values[i].place % PAGE == ROW_HEADER)
			named[page / 8] |= (uint8_t)(1 << page % 8);
	}
	return named;
}

/* Tries the keys with the extent that may stand at `place`. */
static bool
match(struct salvage *salvage, uint64_t place, struct missing *missing,
    salvage_add *add)
{
	uint8_t bytes[EXTENT_SIZE];

	if (!salvage_bytes(salvage->fd, place, bytes, sizeof bytes))
		return false;
	for (size_t i = 0; i < missing->n; i++) {
		struct salvage_value value = {.key = missing->keys[i],
		    .key_size = EXTENT_KEY_SIZE, .database = DATABASE_EXT,
		    .size = EXTENT_PAYLOAD, .place = place,
		    .seal = bytes_u64(bytes + EXTENT_PAYLOAD)};

		if (layout_seal(DATABASE_EXT, value.key, value.key_size,
		    bytes, EXTENT_PAYLOAD) != value.seal)
			continue;
		add(salvage, &value);
		memmove(missing->keys[i], missing->keys[--missing->n],
		    EXTENT_KEY_SIZE);
		return true;
	}
	return false;
}

bool
salvage_match_rows(struct salvage *salvage, salvage_add *add)
{
	uint64_t n_pages = salvage->size / PAGE, trials = 0;
	struct missing missing = {NULL, 0, 0};
	uint8_t *named;
	bool found = false;

	find_missing(salvage, &missing);
	if (missing.n == 0)
		return false;
	named = note_named(salvage);
	for (uint64_t page = 2; page + ROW_PAGES <= n_pages && missing.n > 0
	    && trials < TRIALS_MOST; page++) {
		if (named[page / 8] >> page % 8 & 1 ||
		    !salvage_begins_row(salvage->fd, page, ROW_PAGES))
			continue;
		trials += missing.n;
		if (match(salvage, page * PAGE + ROW_HEADER, &missing, add))
			found = true;
	}
	free(named);
	free(missing.keys);
	return found;
}
