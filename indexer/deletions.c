/* Changes to which articles live. */
#include "deletions.h"

#include "alloc.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_CANDIDATES = 64 };

struct deletions {
	struct store *store;
	struct segment **segments; /* the store's */
	size_t n;
	uint8_t **live;            /* NULL: as in the segment */
	uint32_t *n_dead;
	struct stored_record record;
	bool any;
};

enum status
deletions_create(struct store *store, struct deletions **deletions,
    struct error *error)
{
	struct deletions *made = alloc_zeroed(1, sizeof *made);
	enum status status = store_segments(store, &made->segments, &made->n,
	    error);

	made->store = store;
	if (status != STATUS_OK) {
		free(made);
		return status;
	}
	made->live = alloc_zeroed(made->n, sizeof(uint8_t *));
	made->n_dead = alloc_zeroed(made->n, sizeof(uint32_t));
	for (size_t i = 0; i < made->n; i++)
		made->n_dead[i] = segment_n_dead(made->segments[i]);
	*deletions = made;
	return STATUS_OK;
}

void
deletions_free(struct deletions *deletions)
{
	if (!deletions)
		return;
	for (size_t i = 0; i < deletions->n; i++)
		free(deletions->live[i]);
	free(deletions->live);
	free(deletions->n_dead);
	stored_free(&deletions->record);
	free(deletions);
}

bool
deletions_is_live(const struct deletions *deletions, uint32_t segment,
    uint32_t document)
{
	const uint8_t *live = deletions->live[segment];

	if (!live)
		return segment_is_live(deletions->segments[segment],
		    document);
	return live[document / 8] >> document % 8 & 1;
}

static uint8_t *
own_bitmap(struct deletions *deletions, uint32_t segment)
{
	const uint8_t *live = segment_live(deletions->segments[segment]);
	uint32_t n = segment_n_documents(deletions->segments[segment]);
	size_t size = (n + 7) / 8;
	uint8_t *own;

	if (deletions->live[segment])
		return deletions->live[segment];
	own = alloc_zeroed(size, 1);
	if (live) {
		memcpy(own, live, size);
	} else {
		memset(own, 0xff, size);
		if (n % 8) /* bits past the last document are zero */
			own[size - 1] = (uint8_t)((1 << n % 8) - 1);
	}
	return deletions->live[segment] = own;
}

void
deletions_set(struct deletions *deletions, uint32_t segment,
    uint32_t document, bool live)
{
	uint8_t bit = (uint8_t)(1 << document % 8), *byte;

	if (deletions_is_live(deletions, segment, document) == live)
		return;
	byte = &own_bitmap(deletions, segment)[document / 8];
	*byte = live ? *byte | bit : *byte & (uint8_t)~bit;
	deletions->n_dead[segment] += live ? -1U : 1U;
	deletions->any = true;
}

static enum status
has_id(struct deletions *deletions, uint32_t segment, uint32_t document,
    const char *id, size_t length)
{
	struct stored_field field;

	if (document >= segment_n_documents(deletions->segments[segment]))
		return STATUS_DAMAGED;
	if (!deletions_is_live(deletions, segment, document))
		return STATUS_NOT_FOUND;
	if (segment_stored(deletions->segments[segment], document,
	    &deletions->record) != STATUS_OK ||
	    !stored_field(&deletions->record, FIELD_ID, &field))
		return STATUS_DAMAGED;
	return field.length == length && memcmp(field.text, id, length) == 0
	    ? STATUS_OK : STATUS_NOT_FOUND;
}

enum status
deletions_find(struct deletions *deletions, uint32_t id_hash, const char *id,
    size_t length, uint32_t *segment, uint32_t *document)
{
	/* The newest first: that is where a changed article most likely is. */
	for (size_t i = deletions->n; i-- > 0;) {
		uint32_t found[MAX_CANDIDATES];
		size_t n;

		if (segment_find_hash(deletions->segments[i], id_hash, found,
		    MAX_CANDIDATES, &n) != STATUS_OK)
			return STATUS_DAMAGED;
		for (size_t k = n < MAX_CANDIDATES ? n : MAX_CANDIDATES;
		    k-- > 0;) {
			enum status status = has_id(deletions, (uint32_t)i,
			    found[k], id, length);

			if (status == STATUS_NOT_FOUND)
				continue;
			*segment = (uint32_t)i;
			*document = found[k];
			return status;
		}
	}
	return STATUS_NOT_FOUND;
}

bool
deletions_any(const struct deletions *deletions)
{
	return deletions->any;
}

enum status
deletions_write(struct deletions *deletions, struct error *error)
{
	struct root *root = store_root(deletions->store);

	for (size_t i = 0; i < deletions->n; i++) {
		struct root_segment *listed = &root->segments[i];
		uint8_t key[LIVE_KEY_SIZE];
		enum status status;

		if (!deletions->live[i])
			continue;
		status = store_limit(deletions->store, LIMIT_REMOVALS,
		    listed->generation, 1, error);
		if (status != STATUS_OK)
			return status;
		listed->generation++;
		listed->n_dead = deletions->n_dead[i];
		layout_live_key(key, listed->number, listed->generation);
		status = store_put(deletions->store, DATABASE_LIVE, key,
		    sizeof key, deletions->live[i],
		    (listed->n_documents + 7) / 8, &listed->live_seal, error);
		if (status != STATUS_OK)
			return status;
	}
	return STATUS_OK;
}
