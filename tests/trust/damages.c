/* Damages of an index file: which there are, done and undone. */
#include "damages.h"

#include "alloc.h"
#include "store/layout.h"
#include "support.h"
#include "unprotected.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	PAGE = 4096,
	SECTOR = 512,
	META_USED = 152, /* bytes of a meta page that mean something */
	NODES = 400,     /* of a tree page, some of which are nodes */
	PAGE_FLAGS = 10,
	FLAG_BRANCH = 1,
	HEADER = 16,
	RUN_MOST = 4,
	WORD_ENTRY = 48, /* bytes of an entry of the dictionary, some */
	WORD_WEIGHT = 3, /* as likely as a block as a whole */
};

/* Kinds of places. */
enum { PLACE_HEADER, PLACE_DICTIONARY, PLACE_EXTENT, PLACE_NODES };

const char *const damage_names[N_DAMAGES] = {"flipped bits", "zeros",
    "swapped pages", "older pages"};

static void
add(struct damage_places *places, int kind, size_t at, size_t size)
{
	size_t n = places->n[kind];

	if ((n & (n - 1)) == 0)
		places->places[kind] = alloc_again(places->places[kind],
		    n ? 2 * n : 1, sizeof **places->places);
	places->places[kind][n] = (struct damage_place){at, size};
	places->n[kind]++;
}

/* Entries of words that are asked for, where they stand as they are. */
static void
add_words(struct damage_plan *plan, size_t at, size_t size)
{
	static const char *const words[] = {"storm", "harbour", "lantern",
	    "ferri", "bridg", "winter", "quay", "lima", "chen"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		const uint8_t *block = plan->index->bytes + at;
		const uint8_t *found = memmem(block, size, words[i],
		    strlen(words[i]));

		for (int k = 0; found && k < WORD_WEIGHT; k++)
			add(&plan->places, PLACE_DICTIONARY, at +
			    (size_t)(found - block), WORD_ENTRY);
	}
}

static void
note(void *context, int database, uint64_t key, uint64_t value,
    uint64_t size)
{
	struct damage_plan *plan = context;
	struct damage_places *places = &plan->places;
	size_t page = value / PAGE * PAGE;

	if (database == DATABASE_DIC) {
		add(places, PLACE_DICTIONARY, value, size);
		add_words(plan, value, size);
	}
	if (database == DATABASE_EXT)
		add(places, PLACE_EXTENT, value, size);
	add(places, PLACE_HEADER, page, HEADER);
	add(places, PLACE_HEADER, key / PAGE * PAGE, HEADER);
	add(places, PLACE_NODES, key / PAGE * PAGE, NODES);
	add(places, PLACE_NODES, key, 32);
}

void
damage_plan_make(struct damage_plan *plan, const struct damage_index *index)
{
	*plan = (struct damage_plan){.index = index};
	unprotected_walk(index->path, note, plan);
	for (size_t page = 2; page < index->size / PAGE; page++)
		if (index->bytes[page * PAGE + PAGE_FLAGS] == FLAG_BRANCH)
			add(&plan->places, PLACE_NODES, page * PAGE, NODES);
	for (int i = 0; i < 8; i++)
		add(&plan->places, PLACE_HEADER, i % 2 ? PAGE : 0,
		    META_USED);
}

void
damage_plan_free(struct damage_plan *plan)
{
	for (int i = 0; i < 4; i++)
		free(plan->places.places[i]);
}

/* A byte; of those that are read for sure if `is_aimed`. */
static size_t
choose_byte(const struct damage_plan *plan, bool is_aimed, uint64_t *seed)
{
	const struct damage_places *places = &plan->places;
	const struct damage_place *place;
	unsigned kind = support_below(seed, 4);

	if (!is_aimed)
		return support_random(seed) % plan->index->size;
	place = &places->places[kind][support_random(seed) %
	    places->n[kind]];
	return place->at + support_random(seed) % place->size;
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/*
 * A run of sectors or pages around a byte.  Of older pages it holds but one
 * of LMDB's two meta pages: both of an older commit are an older index.
 */
static struct damage_run
choose_run(size_t at, size_t end, bool is_old, uint64_t *seed)
{
	size_t unit = support_below(seed, 2) ? SECTOR : PAGE;
	struct damage_run run = {at / unit * unit,
	    unit * (1 + support_below(seed, RUN_MOST))};

	if (is_old && run.at < PAGE)
		end = PAGE;
	run.size = least(run.size, end - least(end, run.at));
	return run;
}

static void
fill(const struct damage_plan *plan, const struct damage *damage,
    uint8_t bytes[2][RUN_MOST * PAGE])
{
	const struct damage_index *index = plan->index;
	const struct damage_run *runs = damage->runs;

	switch (damage->kind) {
	case DAMAGE_FLIP:
		bytes[0][0] = index->bytes[runs[0].at] ^ damage->bit;
		break;
	case DAMAGE_ZEROS:
		memset(bytes[0], 0, runs[0].size);
		break;
	case DAMAGE_SWAP:
		memcpy(bytes[0], index->bytes + runs[1].at, PAGE);
		memcpy(bytes[1], index->bytes + runs[0].at, PAGE);
		break;
	default:
		memcpy(bytes[0], index->old_bytes + runs[0].at, runs[0].size);
	}
}

static struct damage
choose(const struct damage_plan *plan, enum damage_kind kind, bool is_aimed,
    uint64_t *seed)
{
	struct damage damage = {.kind = kind, .is_aimed = is_aimed};
	size_t at = choose_byte(plan, damage.is_aimed, seed), other;
	const struct damage_index *index = plan->index;

	switch (damage.kind) {
	case DAMAGE_FLIP:
		damage.runs[0] = (struct damage_run){at, 1};
		damage.bit = (uint8_t)(1 << support_below(seed, 8));
		break;
	case DAMAGE_SWAP:
		other = choose_byte(plan, damage.is_aimed, seed);
		damage.runs[0] = (struct damage_run){at / PAGE * PAGE, PAGE};
		damage.runs[1] = (struct damage_run){other / PAGE * PAGE,
		    PAGE};
		break;
	default:
		damage.runs[0] = choose_run(at, damage.kind == DAMAGE_OLD ?
		    least(index->size, index->old_size) : index->size,
		    damage.kind == DAMAGE_OLD, seed);
	}
	return damage;
}

struct damage
damage_choose(const struct damage_plan *plan, uint64_t seed)
{
	uint8_t bytes[2][RUN_MOST * PAGE];
	/* Half of all are flips. */
	unsigned n = support_below(&seed, 2 * (N_DAMAGES - 1));
	enum damage_kind kind = n < N_DAMAGES ? n : DAMAGE_FLIP;
	bool is_aimed = support_below(&seed, 2);

	for (;;) {
		struct damage damage = choose(plan, kind, is_aimed, &seed);
		const struct damage_run *run = &damage.runs[0];

		fill(plan, &damage, bytes);
		if (memcmp(bytes[0], plan->index->bytes + run->at,
		    run->size) != 0)
			return damage;
	}
}

static void
write_at(int fd, const void *bytes, size_t size, size_t at)
{
	if (pwrite(fd, bytes, size, (off_t)at) != (ssize_t)size)
		abort();
}

void
damage_do(const struct damage_plan *plan, const struct damage *damage, int fd)
{
	uint8_t bytes[2][RUN_MOST * PAGE];

	fill(plan, damage, bytes);
	for (int i = 0; i < 2; i++)
		write_at(fd, bytes[i], damage->runs[i].size,
		    damage->runs[i].at);
}

void
damage_undo(const struct damage_plan *plan, const struct damage *damage,
    int fd)
{
	for (int i = 0; i < 2; i++)
		write_at(fd, plan->index->bytes + damage->runs[i].at,
		    damage->runs[i].size, damage->runs[i].at);
}
