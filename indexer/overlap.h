/* One source inside another. */
#ifndef QUIRE_INDEXER_OVERLAP_H
#define QUIRE_INDEXER_OVERLAP_H

#include "catalogue.h"

/*
 * Notes on stderr that a new source lies in another one, or another one in
 * it: an article is known by its source, so those of the inner one are in
 * the index twice.  `name` is that of the index.
 */
void overlap_tell(struct catalogue *catalogue,
    const struct catalogue_source *added, const char *name);

#endif
