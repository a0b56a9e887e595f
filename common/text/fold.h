/*
 * Words without their accents, so that "café" is found as "cafe".
 * For common/text alone.
 */
#ifndef QUIRE_FOLD_H
#define QUIRE_FOLD_H

#include <stddef.h>

/*
 * Writes a word in normal form (normal.h) to `out` without the accents of
 * Latin, Greek, Cyrillic, Hebrew and Arabic letters, and returns its length.
 * A word that would vanish, or is not UTF-8, stays as it is.  What does not
 * fit in `room` bytes is cut at a character.  Folding twice is folding once.
 */
size_t fold_word(const char *word, size_t length, char *out, size_t room);

#endif
