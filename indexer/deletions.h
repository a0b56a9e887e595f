/*
 * Changes to which articles live, gathered for one commit.
 */
#ifndef QUIRE_INDEXER_DELETIONS_H
#define QUIRE_INDEXER_DELETIONS_H

#include "status.h"
#include "store.h"

#include <stdbool.h>
#include <stdint.h>

struct deletions;

/* Starts from the store's last commit. */
enum status deletions_create(struct store *store,
    struct deletions **deletions, struct error *error);
void deletions_free(struct deletions *deletions); /* NULL is allowed */

/* Whether a document will be alive after the commit. */
bool deletions_is_live(const struct deletions *deletions, uint32_t segment,
    uint32_t document);

/* Says whether it will be. */
void deletions_set(struct deletions *deletions, uint32_t segment,
    uint32_t document, bool live);

/*
 * The living document with an id of a source, after what was set so far.
 * STATUS_OK, NOT_FOUND or DAMAGED.
 */
enum status deletions_find(struct deletions *deletions, uint32_t id_hash,
    const char *id, size_t length, uint32_t *segment, uint32_t *document);

/* Whether anything changes. */
bool deletions_any(const struct deletions *deletions);

/*
 * Writes the new bitmaps and names them in the root; between
 * store_commit_begin and store_commit_end, before segments are added.
 */
enum status deletions_write(struct deletions *deletions,
    struct error *error);

#endif
