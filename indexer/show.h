/* Texts and numbers as people read them.  Used by all that prints. */
#ifndef QUIRE_INDEXER_SHOW_H
#define QUIRE_INDEXER_SHOW_H

#include "buffer.h"
#include "status.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Each appends: 481,207; "1.31 GB" (powers of 1000); "3 m 28 s". */
void show_number(struct buffer *out, uint64_t n);
void show_size(struct buffer *out, uint64_t bytes);
void show_duration(struct buffer *out, double seconds);

/* "1 article", "2,000 articles". */
void show_count(struct buffer *out, uint64_t n, const char *one,
    const char *many);

/* A text without what could steer a terminal. */
void show_text(struct buffer *out, const char *text);

/* A path: relative if it lies in the working folder, else with ~ for the
 * home folder if `home`. */
void show_path(struct buffer *out, const char *path, bool home);

/* A JSON string, with its quotes; bytes that are no UTF-8 as U+FFFD. */
void show_json(struct buffer *out, const char *text);

/* "quire-index: message" and its hint, to stderr. */
void show_error(const struct error *error);

/* Columns of the terminal that stdout is, or 0. */
size_t show_width(void);

/* Breaks lines of more columns (0: none) between parts with " · ". */
void show_wrapped(struct buffer *out, size_t width);

/* Writes the text and empties the buffer. */
void show_out(struct buffer *out, FILE *file);

#endif
