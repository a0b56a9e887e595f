/*
 * quire-index --repair: a new index of all that a damaged one still holds.
 *
 * What can be read of the file is copied, value by value, into a new one
 * (salvage.h).  Segments of which a part is missing there are made again from
 * the stored text of their articles.  The new index is checked like any
 * other, and then takes the place of the damaged one, which is kept.
 */
#ifndef QUIRE_INDEXER_REPAIR_H
#define QUIRE_INDEXER_REPAIR_H

#include "lost_article.h"
#include "status.h"

#include <stdbool.h>
#include <stdint.h>

/* Told of each article that is not in the new index. */
typedef void repair_tell(void *context, const struct lost_article *article);

struct repair_result {
	bool is_whole;     /* nothing was damaged and nothing done */
	uint64_t kept;     /* articles in the new index */
	uint64_t lost;     /* articles that could not be read */
	uint64_t returned; /* of those kept at most so many had been removed,
	                      which could not be read */
	uint64_t guessed;  /* kept, but their date, language or file is taken
	                      from what else they say */
	uint64_t files_again; /* files that the next run reads again */
	uint64_t sources_lost; /* sources whose names could not be read */
	bool is_older;     /* the last commits could not be read */
	char *damaged;     /* the path of the damaged file; to be freed */
};

/*
 * `memory` bounds what the making of segments takes.  STATUS_OK, also if
 * articles were lost; DAMAGED if nothing can be read; BUSY, NOT_FOUND,
 * INVALID (no index), VERSION, FULL or IO: the index is as it was then.
 */
enum status repair_run(const char *path, const char *name, uint64_t memory,
    repair_tell *tell, void *context, struct repair_result *result,
    struct error *error);

#endif
