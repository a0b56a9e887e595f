/*
 * The normal form of a word: NFC, Unicode's full case folding, typographic
 * apostrophes plain, soft hyphens and other default-ignorable characters
 * gone.  For common/text alone.
 */
#ifndef QUIRE_NORMAL_H
#define QUIRE_NORMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Characters that can get into a word only by standing where an apostrophe
 * stands; the word finder leaves them off both ends of a word.
 */
bool normal_is_apostrophe(uint32_t code);

/*
 * Writes the normal form of a word in UTF-8 to `out`, which has room for
 * `room` bytes, and returns its length: 0 if nothing is left.  What does
 * not fit is cut at a character.
 */
size_t normal_form(const char *word, size_t length, char *out, size_t room);

/* The same by utf8proc alone, which is slower: for tests. */
size_t normal_form_slow(const char *word, size_t length, char *out,
    size_t room);

/* Writes characters as UTF-8; what does not fit is cut at a character. */
size_t normal_encode(const int32_t *codes, size_t n_codes, char *out,
    size_t room);

/* The most bytes of a text, at most `room`, that end at a character's end. */
size_t normal_cut(const char *text, size_t length, size_t room);

#endif
