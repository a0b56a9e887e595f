/* What the parts of --check share; for verify*.c only. */
#ifndef QUIRE_INDEXER_VERIFY_PARTS_H
#define QUIRE_INDEXER_VERIFY_PARTS_H

#include "store/segment.h"
#include "store/snapshot_inside.h"
#include "verify.h"

/* What the walk over all values found of a segment that the root lists. */
struct verify_tally {
	uint64_t n_extents, n_dictionary_blocks, n_id_blocks;
};

/* Of the living articles so far. */
struct verify_ids {
	uint64_t *numbers;
	size_t n, room;
};

struct verify {
	struct snapshot *snapshot;
	const struct root *root;
	struct verify_tally *tallies; /* by place in the root */
	uint64_t next_sequence;       /* the least that may come now */
	struct verify_ids ids;
	struct verify_counts *counts;
	struct verify_telling telling;
};

/* What the columns of a segment say of its documents. */
struct verify_documents {
	uint32_t n;
	uint32_t *lengths, *title_lengths;
	uint8_t *languages;
	/* verify_cover.c */
	uint64_t *sums;    /* of hashes of the positions seen */
	uint8_t *unspaced; /* a bit each: left out */
};

/* Counts a damage and tells of it; formatted like printf. */
void verify_damage(struct verify *verify, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Counts a word whose list cannot be read, and tells of it. */
void verify_word_lost(struct verify *verify, const char *word, size_t length);

/* Of a damaged index: which articles cannot be read. */
void verify_articles(struct verify *verify);

/* Every value of the file: seals, sums, counts. */
void verify_values(struct verify *verify);

/* Every part that the record of a segment names is among them. */
void verify_tally(struct verify *verify, size_t place);

/* The pages of the file: each has one use.  STATUS_OK, with what is damaged
 * told; IO; or NOT_FOUND if a writer was faster, and the commit of the
 * snapshot is found no more. */
enum status verify_pages(struct verify *verify, struct error *error);

/*
 * Columns, stored records and ids of a segment; fills `documents` for the
 * lists.  False if the lists cannot be read without what is damaged.
 */
bool verify_segment_documents(struct verify *verify, struct segment *segment,
    struct verify_documents *documents);
void verify_documents_free(struct verify_documents *documents);

/* That every position of an article is held by one word: verify_cover.c. */
void verify_cover_start(struct verify_documents *documents);
void verify_cover_add(const struct verify_documents *documents,
    uint32_t document, const uint32_t *positions, uint32_t n);
void verify_cover_leave_out(const struct verify_documents *documents,
    uint32_t document);
bool verify_cover_is_unspaced(const char *stem, size_t length);
void verify_cover_check(struct verify *verify, unsigned segment,
    const struct verify_documents *documents);

/* Takes the id of a living article; and at the end says how many there are
 * twice. */
void verify_ids_add(struct verify *verify, uint32_t source, const char *id,
    size_t length);
void verify_ids_check(struct verify *verify);

/* The dictionary of a segment with all posting lists. */
void verify_segment_lists(struct verify *verify, struct segment *segment,
    const struct verify_documents *documents);

#endif
