/*
 * Inverts articles in memory: adds them to a run (run.h).
 *
 * Every word is looked up by its normal form in one hash table (lexicon.h),
 * which knows the list of its stem and its form code there.
 */
#ifndef QUIRE_INDEXER_ACCUMULATOR_H
#define QUIRE_INDEXER_ACCUMULATOR_H

#include "article.h"
#include "field_names.h"
#include "run.h"

#include <stdbool.h>
#include <stdint.h>

struct accumulator;

/*
 * `keep_text` false leaves bodies out of the stored records; `memory` is what
 * the lexicon may take from one run to the next.  The names stay the
 * caller's.
 */
struct accumulator *accumulator_create(struct field_names *names,
    bool keep_text, size_t memory);
void accumulator_free(struct accumulator *accumulator);

/* Adds an article, whose texts may go afterwards; returns its document in
 * the run. */
uint32_t accumulator_add(struct accumulator *accumulator,
    const struct article *article, uint32_t source, uint32_t file,
    uint64_t line);

/* The first field of the article added last that is left out, since its name
 * could get no number (field_names.h), or NULL; the article's. */
const char *accumulator_left_out(const struct accumulator *accumulator);

/* Bytes that the lexicon takes now. */
size_t accumulator_words_memory(const struct accumulator *accumulator);

/*
 * Ends the run: sorts its lists, packs its last chunk.  The run is the
 * caller's to free, and the accumulator begins a new one.
 */
struct run *accumulator_finish(struct accumulator *accumulator);

#endif
