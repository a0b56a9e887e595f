/* Small indexes for tests of what is done with whole ones. */
#ifndef QUIRE_TESTS_SUPPORT_INDEX_H
#define QUIRE_TESTS_SUPPORT_INDEX_H

#include "buffer.h"
#include "store.h"

#include <stdint.h>

/* An index in a folder of its own. */
struct sample_index {
	char *folder;
	char *path;    /* of the index */
	char *source;  /* the file that is indexed, JSON Lines */
};

void sample_index_create(struct sample_index *sample);
void sample_index_free(struct sample_index *sample);

/*
 * Writes articles number `first` to `first` + n - 1 as the whole source, and
 * brings the index up to date with it, removing those that are gone.  An
 * article's text follows from its number: its id is "id" and the number, and
 * it holds the word "unique" and its number besides common ones.
 */
void sample_index_update(const struct sample_index *sample, unsigned first,
    unsigned n);

/* The same, but what is there stays: from a source of another name. */
void sample_index_add(const struct sample_index *sample, const char *name,
    unsigned first, unsigned n);

/* Reads a source that the test wrote. */
void sample_index_read(const struct sample_index *sample,
    const char *source);

/* The same; returns what becomes of it, with its message. */
enum status sample_index_try(const struct sample_index *sample,
    const char *name, unsigned first, unsigned n, struct error *error);

/* Opens it for writing; the test fails if that fails. */
struct store *sample_index_open(const struct sample_index *sample);

/* What --check says: damages, one a line, in `lines` (may be NULL). */
enum status sample_index_verify(const struct sample_index *sample,
    struct buffer *lines);

/* Living articles, by the root. */
uint64_t sample_index_n_living(const struct sample_index *sample);

#endif
