/* What a person may have meant who misspelt a name.  Used by every folder. */
#ifndef QUIRE_SUGGEST_H
#define QUIRE_SUGGEST_H

#include <stddef.h>

/*
 * The one of `n` names that takes the fewest letters to be changed, added,
 * left out or swapped with a neighbour, without regard to ASCII case; NULL
 * if more than a third of the letters of `typed` (at least one, at most
 * three) would have to be.  Of equals the first.
 */
const char *suggest_name(const char *typed, const char *const *names,
    size_t n);

#endif
