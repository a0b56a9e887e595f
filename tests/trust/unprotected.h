/*
 * A reader that believes LMDB and knows no checksum: what it reads of a
 * damaged index tells whether the damage is harmful.
 */
#ifndef QUIRE_TRUST_UNPROTECTED_H
#define QUIRE_TRUST_UNPROTECTED_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A hash of all keys and values but the stamp, in their order, each value
 * looked up by its key as well.  False if LMDB cannot read them; it may as
 * well end the process or go on for ever.
 */
bool unprotected_read(const char *path, uint64_t *hash);

/* The same in a process of its own: 0 for all of that. */
uint64_t unprotected_try(const char *path);

/* Told of each key and value of the sub-databases (`database` as in
 * store/layout.h) with the byte of the file where it stands. */
typedef void unprotected_visit(void *context, int database, uint64_t key,
    uint64_t value, uint64_t size);
void unprotected_walk(const char *path, unprotected_visit *visit,
    void *context);

#endif
