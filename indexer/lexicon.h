/*
 * The words and lists of a run: from the normal form of a word to the list
 * of its stem and its form code there.
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
	LEXICON_HEAD = 16,         /* bytes of a word kept in its row */
	LEXICON_FIELD_SPACE = 256, /* words of field f: space 256 + f */
};

/* Tokens to be looked up: their text, zero up to LEXICON_HEAD bytes. */
struct lexicon_batch {
	unsigned n;
	uint32_t hashes[LEXICON_BATCH], positions[LEXICON_BATCH];
	uint16_t lengths[LEXICON_BATCH];
	uint32_t lists[LEXICON_BATCH], codes[LEXICON_BATCH];
	char text[LEXICON_BATCH][TOKEN_MAX + 6];
};

struct lexicon;

struct lexicon *lexicon_create(void);
void lexicon_free(struct lexicon *lexicon); /* NULL is allowed */

/* Begins an empty run, into which lists and forms go. */
void lexicon_begin(struct lexicon *lexicon, struct run *run);

/* Gives the forms of the run their counts. */
void lexicon_finish(struct lexicon *lexicon);

/* Puts a token into a batch that is not full. */
void lexicon_push(const struct lexicon *lexicon, uint32_t space,
    struct lexicon_batch *batch, const char *text, uint32_t length,
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
