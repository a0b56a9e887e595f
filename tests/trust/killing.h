/* One kill at a random moment, and what must hold after it. */
#ifndef QUIRE_TRUST_KILLING_H
#define QUIRE_TRUST_KILLING_H

#include "trust.h"

enum killing_kind {
	KILL_BEFORE, /* the first commit */
	KILL_LOADING,
	KILL_UPDATING,
	KILL_MERGING,
	KILL_COMPACTING,
	N_KILL_KINDS,
};

extern const char *const killing_names[N_KILL_KINDS];

/* Writes the articles and does everything once undisturbed. */
struct killing;
struct killing *killing_prepare(struct trust_row *row, const char *folder);

/*
 * Kills one, looks at what is left and goes on; failures are told.  False
 * if it was not hit in the time that its kind says.
 */
bool killing_try(struct killing *killing, struct trust_row *row,
    enum killing_kind kind, const char *folder, uint64_t *seed,
    uint64_t item);

#endif
