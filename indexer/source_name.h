/* Messages about paths that cannot be read.  Used by source.c only. */
#ifndef QUIRE_INDEXER_SOURCE_NAME_H
#define QUIRE_INDEXER_SOURCE_NAME_H

#include "status.h"

/* What an errno means, in lower case; valid until the next call. */
const char *source_name_reason(int code);

/* Hints at a path like `path`, if its folder holds one. */
void source_name_hint(const char *path, struct error *error);

#endif
