/* Words too common to say what a query is about. */
#ifndef QUIRE_TEXT_STOP_WORDS_H
#define QUIRE_TEXT_STOP_WORDS_H

#include "status.h"

#include <stdbool.h>
#include <stddef.h>

struct stop_words;

/*
 * `name`: "default" (the 127 usual English ones), "none", or a file with
 * words parted by blanks and lines; `#` starts a comment.
 * STATUS_IO with a message if the file cannot be read.
 */
enum status stop_words_open(const char *name, struct stop_words **stop_words,
    struct error *error);

/* Whether a form (analyzer.h) is one of them. */
bool stop_words_has(const struct stop_words *stop_words, const char *form,
    size_t length);

void stop_words_free(struct stop_words *stop_words); /* NULL is allowed */

#endif
