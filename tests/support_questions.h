/* Random queries for a random archive. */
#ifndef QUIRE_TESTS_SUPPORT_QUESTIONS_H
#define QUIRE_TESTS_SUPPORT_QUESTIONS_H

#include "buffer.h"
#include "support_archive.h"

/* Appends a query, in the query language. */
void questions_ask(const struct made_archive *archive, uint64_t *seed,
    struct buffer *query);

#endif
