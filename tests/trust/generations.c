/* The states that an index goes through, one operation after another. */
#include "generations.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { OPERATIONS_MOST = 1 << 17 };

struct generations {
	/* 2 * n: the n-th operation, from 1, has ended; odd: one runs. */
	uint64_t moment;
	struct generation states[OPERATIONS_MOST + 1];
};

struct generations *
generations_create(void)
{
	struct generations *all = mmap(NULL, sizeof *all, PROT_READ |
	    PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (all == MAP_FAILED)
		abort();
	return all;
}

uint64_t
generations_now(const struct generations *all)
{
	return __atomic_load_n(&all->moment, __ATOMIC_SEQ_CST);
}

const struct generation *
generations_last(const struct generations *all)
{
	return &all->states[generations_now(all) / 2];
}

bool
generations_begin(struct generations *all, const struct generation *next)
{
	uint64_t n = generations_now(all) / 2;

	if (n == OPERATIONS_MOST)
		return false;
	all->states[n + 1] = *next;
	__atomic_add_fetch(&all->moment, 1, __ATOMIC_SEQ_CST);
	return true;
}

void
generations_end(struct generations *all)
{
	__atomic_add_fetch(&all->moment, 1, __ATOMIC_SEQ_CST);
}

/* Part of a source is read, or all of it. */
static bool
is_between(const uint16_t *found, const uint16_t *old, const uint16_t *new)
{
	int n = GENERATION_OF_SOURCE, i = 0;

	if (memcmp(found, new, (size_t)n * sizeof *found) == 0)
		return true;
	while (i < n && found[i] == (new[i] ? new[i] : old[i]))
		i++;
	return memcmp(found + i, old + i, (size_t)(n - i) * sizeof *found) ==
	    0;
}

static bool
is_during(const struct generation *found, const struct generation *old,
    const struct generation *new)
{
	enum { N = GENERATION_OF_SOURCE };
	const size_t all = sizeof found->editions;

	for (int i = 0; i < GENERATION_SOURCES; i++) {
		size_t before = (size_t)i * N;
		size_t after = before + N;

		if (memcmp(found->editions, new->editions, before *
		    sizeof *found->editions) == 0 &&
		    memcmp(found->editions + after, old->editions + after,
		    all - after * sizeof *found->editions) == 0 &&
		    is_between(found->editions + before, old->editions +
		    before, new->editions + before))
			return true;
	}
	return false;
}

bool
generations_had(const struct generations *all, const struct generation *found,
    uint64_t from, uint64_t to)
{
	for (uint64_t moment = from; moment <= to; moment++) {
		const struct generation *old = &all->states[moment / 2];

		if (moment % 2 == 0
		    ? memcmp(found, old, sizeof *found) == 0
		    : is_during(found, old, old + 1))
			return true;
	}
	return false;
}
