/* Extents whose leaf is gone; for salvage.c only. */
#ifndef QUIRE_INDEXER_SALVAGE_ROWS_H
#define QUIRE_INDEXER_SALVAGE_ROWS_H

#include "salvage.h"

/* Adds a value, whose key is copied. */
typedef struct salvage_value *salvage_add(struct salvage *salvage,
    const struct salvage_value *value);

/*
 * A leaf names up to a hundred extents, of 64 KiB each, that lie elsewhere.
 * Where it is gone, the seal of each row of pages that nothing names is tried
 * with the keys that are missing.  Adds what fits; true if any does.  The
 * values must be sorted and the root known.
 */
bool salvage_match_rows(struct salvage *salvage, salvage_add *add);

#endif
