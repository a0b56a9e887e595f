/* What the parts of --repair share; for repair*.c only. */
#ifndef QUIRE_INDEXER_REPAIR_PARTS_H
#define QUIRE_INDEXER_REPAIR_PARTS_H

#include "catalogue.h"
#include "repair.h"
#include "salvage.h"
#include "store.h"

/* A segment of the root of the new file. */
struct repair_segment {
	bool is_damaged;       /* a part of it is missing */
	bool living_is_lost;   /* which of its articles live is not known */
	uint32_t n_dead;       /* so many of them do not */
};

struct repair {
	const char *path, *name;
	struct salvage salvage;
	struct store *store; /* of the new file */
	struct catalogue *catalogue;
	struct repair_segment *segments; /* as in the root of the new file */
	size_t n_segments;
	uint64_t memory;
	bool all_again; /* lost articles may be of any file */
	uint32_t no_file; /* a number of a file that is not known; 0: none */
	repair_tell *tell;
	void *context;
	struct repair_result *result;
};

/* Tells and counts an article that is lost. */
void repair_lose(struct repair *repair, const struct lost_article *article);

/*
 * Copies what the root says, and what can be read of it, into a new file;
 * fills `segments`.  Segments whose record is gone are lost here.
 */
enum status repair_copy(struct repair *repair, const char *to,
    struct error *error);

/*
 * Settles by ids which articles live where that cannot be read: of an id the
 * newest.  Commits.
 */
enum status repair_living(struct repair *repair, struct error *error);

/* Sees to it that all sources that articles name are there.  Commits. */
enum status repair_sources(struct repair *repair, struct error *error);

/* Makes the damaged segments again, and commits each. */
enum status repair_rebuild(struct repair *repair, struct error *error);

#endif
