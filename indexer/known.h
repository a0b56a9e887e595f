/*
 * The articles that the index held when a run began, so that a record that
 * has not changed is neither analysed nor written again.
 *
 * What lived then is copied at the start and does not change during the
 * run: whether a record counts as unchanged must not depend on which
 * batches happen to be committed already.
 */
#ifndef QUIRE_INDEXER_KNOWN_H
#define QUIRE_INDEXER_KNOWN_H

#include "article.h"
#include "status.h"
#include "store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct known;

/* A place in the index: segments first to n_base - 1 of the root keep their
 * places during a run. */
struct known_place {
	uint32_t segment, document;
};

enum status known_create(struct store *store, struct known **known,
    struct error *error);
void known_free(struct known *known); /* NULL is allowed */

size_t known_n_segments(const struct known *known);
uint32_t known_n_documents(const struct known *known, size_t segment);
bool known_was_live(const struct known *known, struct known_place place);

/* Whether a record was seen in this run; by one thread only. */
void known_set_seen(struct known *known, struct known_place place, bool seen);
bool known_is_seen(const struct known *known, struct known_place place);

/* One thread's view; its snapshot is renewed after commits. */
struct known_reader;

struct known_reader *known_reader_create(struct known *known);
void known_reader_free(struct known_reader *reader); /* NULL is allowed */

/*
 * To be called between parcels: gives up an old snapshot, so that its pages
 * can be used again.
 */
void known_reader_renew(struct known_reader *reader);

/*
 * Whether the article is in the index as it is: same source, id, file and
 * content.  Damage counts as not known: the article is then written anew.
 */
bool known_find(struct known_reader *reader, uint32_t source, uint32_t file,
    const struct article *article, struct known_place *place);

#endif
