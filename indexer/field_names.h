/*
 * Numbers for the names of fields, shared by the threads of a run.  A name
 * keeps its number as long as an article has the field; new ones take the
 * numbers of names that were dropped, then those after the last.
 */
#ifndef QUIRE_INDEXER_FIELD_NAMES_H
#define QUIRE_INDEXER_FIELD_NAMES_H

#include "status.h"
#include "store.h"
#include "store/root.h"

#include <stdint.h>

struct field_names;

enum { FIELDS_MAX = 4000, FIELD_NAME_MAX = 100 };

/* Starts with the names that the root has. */
struct field_names *field_names_create(const struct root *root);
void field_names_free(struct field_names *names);

/*
 * The number of a name, given to it now if it is new; -1 if there are
 * FIELDS_MAX already or the name is longer than FIELD_NAME_MAX.
 */
int field_names_number(struct field_names *names, const char *name);

/*
 * Takes the names that no article has any more out of the root of a store,
 * and commits; their numbers are free for new names.
 */
enum status field_names_drop_unused(struct store *store,
    struct error *error);

/* Puts all names into the root. */
void field_names_store(struct field_names *names, struct root *root);

#endif
