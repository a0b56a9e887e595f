/* What the memory that -m allows is used for. */
#include "memory_plan.h"

#include <malloc.h>

enum {
	PARCEL_LEAST = 1 << 20,
	PARCEL_MOST = 128 << 20,
	PARCELS_LEAST = 4, /* of a source, so that all threads have work */
	RUN_VOCABULARY = 3 << 20,
	MEMORY_BESIDES = 24 << 20, /* code, tables, what a flush needs */
	RUNS_LEAST = 8 << 20,
	MEMORY_MUCH = 1 << 30,
	MEMORY_OF_JOB = 24 << 20, /* below, another thread does not fit */
};

static uint64_t
within(uint64_t value, uint64_t least, uint64_t most)
{
	return value < least ? least : value > most ? most : value;
}

/*
 * Memory of a batch is made in one thread and given back in another.  Large
 * pieces of it go back to the system at once; left to itself, malloc would
 * keep them, and the bound would be no bound.  Where there is much, what is
 * asked for again and again, raw input and the writer's pages, is kept.
 */
static void
bound_malloc(uint64_t memory)
{
	bool much = memory >= MEMORY_MUCH;

	mallopt(M_MMAP_THRESHOLD, much ? 8 << 20 : 512 << 10);
	mallopt(M_TRIM_THRESHOLD, much ? 256 << 20 : 4 << 20);
	mallopt(M_ARENA_MAX, 2);
}

/*
 * The vocabulary makes small runs take more for each byte than large ones:
 * some 3 MiB and two bytes for each byte of input, measured on short English
 * articles, with the raw input besides.  Each thread makes one, and one waits
 * on either side.
 */
void
memory_plan_make(struct memory_plan *plan, uint64_t memory, unsigned jobs,
    uint64_t commit_size, uint64_t input)
{
	uint64_t inside, parcels;

	*plan = (struct memory_plan){.memory = memory};
	plan->jobs = (unsigned)within(memory / MEMORY_OF_JOB, 1, jobs);
	plan->parcel_size = memory / 64;
	parcels = within(2 * plan->jobs, PARCELS_LEAST, UINT64_MAX);
	if (input && input / parcels < plan->parcel_size)
		plan->parcel_size = input / parcels;
	plan->parcel_size = within(plan->parcel_size, PARCEL_LEAST,
	    PARCEL_MOST);
	plan->words_memory = memory / 8 / plan->jobs;
	inside = (plan->jobs + 2) * (3 * plan->parcel_size + RUN_VOCABULARY) +
	    2 * memory / 8 + MEMORY_BESIDES;
	plan->runs_size = memory > inside + RUNS_LEAST ? memory - inside
	    : RUNS_LEAST;
	plan->batch_size = memory / 4;
	if (commit_size && commit_size < plan->batch_size)
		plan->batch_size = commit_size;
	if (plan->parcel_size > plan->batch_size)
		plan->parcel_size = plan->batch_size;
	bound_malloc(memory);
}

void
memory_plan_note(struct memory_plan *plan, uint64_t run, uint64_t words)
{
	if (run > plan->run_most)
		plan->run_most = run;
	if (words > plan->words_most)
		plan->words_most = words;
}

bool
memory_plan_fits(const struct memory_plan *plan, uint64_t inside,
    uint64_t batch)
{
	uint64_t each = plan->run_most + plan->parcel_size;

	if (!plan->run_most) /* nothing is known: where memory is little, */
		return !inside || plan->memory >= MEMORY_MUCH;
	return batch + (inside + 1) * each + plan->jobs * plan->words_most +
	    plan->memory / 8 + MEMORY_BESIDES <= plan->memory;
}
