/* Damages of an index file: which there are, done and undone. */
#ifndef QUIRE_TRUST_DAMAGES_H
#define QUIRE_TRUST_DAMAGES_H

#include "support_damage.h"

#include <stdbool.h>

enum damage_kind {
	DAMAGE_FLIP,  /* a bit */
	DAMAGE_ZEROS, /* sectors or pages */
	DAMAGE_SWAP,  /* two pages in each other's place */
	DAMAGE_OLD,   /* sectors or pages of the commit before */
	N_DAMAGES,
};

extern const char *const damage_names[N_DAMAGES];

/* What lies where in the whole index: bytes of the file that are in use. */
struct damage_places {
	struct damage_place {
		size_t at, size;
	} *places[4];
	size_t n[4];
};

struct damage_plan {
	const struct damage_index *index;
	struct damage_places places;
};

/* At most two runs of bytes that are not as they were. */
struct damage {
	enum damage_kind kind;
	bool is_aimed; /* at bytes that the programs are sure to read */
	struct damage_run {
		size_t at, size;
	} runs[2];
	uint8_t bit;
};

/* Finds the places; the index file is whole. */
void damage_plan_make(struct damage_plan *plan,
    const struct damage_index *index);
void damage_plan_free(struct damage_plan *plan);

/* Chooses one that changes at least a bit. */
struct damage damage_choose(const struct damage_plan *plan, uint64_t seed);

/* Does it to a file that is whole, open as `fd`; and undoes it. */
void damage_do(const struct damage_plan *plan, const struct damage *damage,
    int fd);
void damage_undo(const struct damage_plan *plan, const struct damage *damage,
    int fd);

#endif
