/*
 * From the normal form of a word to the list of its stem in a run, and its
 * form code there.
 *
 * The lexicon outlives a run: a word is stemmed when it is first seen, and
 * gets its list and code once a run.
 *
 * Words are looked up in batches, in passes that each ask for the memory
 * that the next one needs, since a large vocabulary lies outside the near
 * caches (measured: without that, waiting for memory is over half of all
 * indexing time).
 */
#ifndef QUIRE_INDEXER_LEXICON_H
#define QUIRE_INDEXER_LEXICON_H

#include "run.h"
#include "text/tokenizer.h"

#include <stddef.h>
#include <stdint.h>

enum {
	LEXICON_BATCH = 64,
	LEXICON_FIELD_SPACE = 256, /* words of field f: space 256 + f */
};

/* Tokens to be looked up. */
struct lexicon_batch {
	unsigned n;
	uint32_t hashes[LEXICON_BATCH], positions[LEXICON_BATCH];
	uint32_t lists[LEXICON_BATCH], codes[LEXICON_BATCH];
	uint64_t heads[LEXICON_BATCH][TOKEN_HEAD / 8];
	uint8_t lengths[LEXICON_BATCH];
	uint16_t rests[LEXICON_BATCH]; /* where those of long words begin */
	uint16_t n_rest;
	char rest[LEXICON_BATCH * TOKEN_MAX]; /* what heads do not hold */
};

struct lexicon;

/* A lexicon that takes more than `memory` bytes forgets all its words when
 * the next run begins. */
struct lexicon *lexicon_create(size_t memory);
void lexicon_free(struct lexicon *lexicon); /* NULL is allowed */

/* Bytes taken, with those of the words of all runs so far. */
size_t lexicon_memory(const struct lexicon *lexicon);

/* Begins an empty run, into which lists and forms go. */
void lexicon_begin(struct lexicon *lexicon, struct run *run);

/* Gives the forms of the run their counts. */
void lexicon_finish(struct lexicon *lexicon);

/* Puts a token into a batch that is not full, at a position. */
void lexicon_push(const struct lexicon *lexicon, uint32_t space,
    struct lexicon_batch *batch, const struct token *token,
    uint32_t position);

/*
 * Finds list and form code of each token of the batch.  A space is a
 * language, or LEXICON_FIELD_SPACE + the number of a field.
 */
void lexicon_find(struct lexicon *lexicon, uint32_t space,
    struct lexicon_batch *batch);

/* The number of the list with a term key, made now if it is new. */
uint32_t lexicon_list(struct lexicon *lexicon, const uint8_t *key,
    size_t size);

#endif
