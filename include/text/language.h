/*
 * The languages that words are stemmed in.  A language is a number from
 * 0 to 255 that is stored in the index and never changes its meaning
 * (docs/FORMAT.md, "Languages").
 */
#ifndef QUIRE_TEXT_LANGUAGE_H
#define QUIRE_TEXT_LANGUAGE_H

#include <stdint.h>

enum { LANGUAGE_NONE = 0, LANGUAGE_ENGLISH = 1, LANGUAGE_MAX = 64 };

/*
 * The number of an ISO 639 code ("en", "eng", "en-GB", "EN_us") or of an
 * English name ("english"), without regard to case.  Any other text, NULL
 * and languages without a stemmer are LANGUAGE_NONE.
 */
uint8_t language_by_code(const char *code);

/* Whether `code` names a language with a stemmer, or is "none". */
_Bool language_is_known(const char *code);

/*
 * The two-letter code, the English name and Snowball's name for the stemmer
 * of a language; "none", "none" and NULL for LANGUAGE_NONE.  NULL if no
 * language has that number.
 */
const char *language_code(uint8_t language);
const char *language_name(uint8_t language);
const char *language_stemmer(uint8_t language);

#endif
