/* The articles that the index held when a run began. */
#include "known.h"

#include "alloc.h"
#include "store/segment_open.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_CANDIDATES = 16 };

struct known {
	struct store *store;
	size_t n;
	uint32_t *n_documents;
	uint8_t **live; /* NULL: all */
	uint8_t **seen;
};

struct known_reader {
	struct known *known;
	MDB_txn *txn;
	struct segment **segments;
	struct stored_record record;
};

enum status
known_create(struct store *store, struct known **known, struct error *error)
{
	struct known *made = alloc_zeroed(1, sizeof *made);
	struct segment **segments;
	enum status status = store_segments(store, &segments, &made->n,
	    error);

	if (status != STATUS_OK) {
		free(made);
		return status;
	}
	made->store = store;
	made->n_documents = alloc_zeroed(made->n, sizeof(uint32_t));
	made->live = alloc_zeroed(made->n, sizeof(uint8_t *));
	made->seen = alloc_zeroed(made->n, sizeof(uint8_t *));
	for (size_t i = 0; i < made->n; i++) {
		const uint8_t *live = segment_live(segments[i]);
		uint32_t n = segment_n_documents(segments[i]);

		made->n_documents[i] = n;
		made->seen[i] = alloc_zeroed((n + 7) / 8, 1);
		if (live) {
			made->live[i] = alloc_bytes((n + 7) / 8);
			memcpy(made->live[i], live, (n + 7) / 8);
		}
	}
	*known = made;
	return STATUS_OK;
}

void
known_free(struct known *known)
{
	if (!known)
		return;
	for (size_t i = 0; i < known->n; i++) {
		free(known->live[i]);
		free(known->seen[i]);
	}
	free(known->live);
	free(known->seen);
	free(known->n_documents);
	free(known);
}

size_t
known_n_segments(const struct known *known)
{
	return known->n;
}

uint32_t
known_n_documents(const struct known *known, size_t segment)
{
	return known->n_documents[segment];
}

bool
known_was_live(const struct known *known, struct known_place place)
{
	const uint8_t *live = known->live[place.segment];

	return !live || (live[place.document / 8] >> place.document % 8 & 1);
}

void
known_set_seen(struct known *known, struct known_place place, bool seen)
{
	uint8_t *byte = &known->seen[place.segment][place.document / 8];
	uint8_t bit = (uint8_t)(1 << place.document % 8);

	*byte = seen ? *byte | bit : *byte & (uint8_t)~bit;
}

bool
known_is_seen(const struct known *known, struct known_place place)
{
	return known->seen[place.segment][place.document / 8] >>
	    place.document % 8 & 1;
}

/* --- one thread's view --- */

struct known_reader *
known_reader_create(struct known *known)
{
	struct known_reader *reader = alloc_zeroed(1, sizeof *reader);

	reader->known = known;
	return reader;
}

static void
give_up(struct known_reader *reader)
{
	for (size_t i = 0; reader->segments && i < reader->known->n; i++)
		segment_close(reader->segments[i]);
	free(reader->segments);
	reader->segments = NULL;
	if (reader->txn)
		mdb_txn_abort(reader->txn);
	reader->txn = NULL;
	reader->record.chunk_segment = NULL;
}

void
known_reader_free(struct known_reader *reader)
{
	if (!reader)
		return;
	give_up(reader);
	stored_free(&reader->record);
	free(reader);
}

void
known_reader_renew(struct known_reader *reader)
{
	give_up(reader);
}

/* Opens the segments that the index had when the run began. */
static bool
open_snapshot(struct known_reader *reader)
{
	struct environment *environment = store_environment(
	    reader->known->store);
	struct stamp stamp;
	struct root root;
	bool good = true;

	if (reader->segments)
		return true;
	if (environment_read(environment, &reader->txn, NULL) != STATUS_OK)
		return false;
	if (environment_root(environment, reader->txn, &stamp, &root, NULL) !=
	    STATUS_OK) {
		give_up(reader);
		return false;
	}
	reader->segments = alloc_zeroed(reader->known->n,
	    sizeof(struct segment *));
	for (size_t i = 0; i < reader->known->n && good; i++)
		good = i < root.n_segments && segment_open(environment,
		    reader->txn, &root.segments[i], &reader->segments[i],
		    NULL) == STATUS_OK;
	root_free(&root);
	if (!good)
		give_up(reader);
	return good;
}

static bool
is_same(struct known_reader *reader, struct known_place place, uint32_t file,
    const struct article *article)
{
	struct segment *segment = reader->segments[place.segment];
	struct stored_field id;
	uint64_t hash, where;

	return place.document < segment_n_documents(segment) &&
	    known_was_live(reader->known, place) &&
	    segment_column(segment, COLUMN_HASH, place.document, &hash) &&
	    hash == (article->hash & CONTENT_HASH_MASK) &&
	    segment_column(segment, COLUMN_FILE, place.document, &where) &&
	    where == file &&
	    segment_stored(segment, place.document, &reader->record) ==
	    STATUS_OK && stored_field(&reader->record, FIELD_ID, &id) &&
	    id.length == article->id.length &&
	    memcmp(id.text, article->id.bytes, id.length) == 0;
}

bool
known_find(struct known_reader *reader, uint32_t source, uint32_t file,
    const struct article *article, struct known_place *place)
{
	uint32_t hash = layout_id_hash(source, article->id.bytes,
	    article->id.length);

	if (reader->known->n == 0 || !open_snapshot(reader))
		return false;
	for (uint32_t i = 0; i < reader->known->n; i++) {
		uint32_t documents[MAX_CANDIDATES];
		size_t n;

		if (segment_find_hash(reader->segments[i], hash, documents,
		    MAX_CANDIDATES, &n) != STATUS_OK)
			return false;
		for (size_t k = 0; k < n && k < MAX_CANDIDATES; k++) {
			*place = (struct known_place){i, documents[k]};
			if (is_same(reader, *place, file, article))
				return true;
		}
	}
	return false;
}
