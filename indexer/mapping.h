/* From a source's remembered options to a mapping. */
#ifndef QUIRE_INDEXER_MAPPING_H
#define QUIRE_INDEXER_MAPPING_H

#include "arena.h"
#include "buffer.h"
#include "source.h"

/*
 * Fills `mapping` from options as the catalogue keeps them
 * ("field=body=lead,text", "set=source=Guardian", "id=key", "lang=de"); what
 * is of no known kind is passed over.  The texts live in `arena`, the arrays
 * are given back by mapping_free.
 */
void mapping_read(struct mapping *mapping, char *const *options, size_t n,
    struct arena *arena);
void mapping_free(struct mapping *mapping);

/*
 * Adds a line to `notes` for each key that the options name and none of the
 * records that were read under this mapping had, if there were any.
 */
void mapping_note_unseen(const struct mapping *mapping,
    struct buffer *notes);

#endif
