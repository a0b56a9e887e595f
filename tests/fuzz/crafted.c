/*
 * Real values of an index with random damage, read by the decoders with
 * seals believed.  What is wrong ends the process, by the sanitizers or by a
 * check of a target.
 * usage: crafted DECODES [SEED]
 */
#include "fuzz.h"

#include "alloc.h"
#include "samples.h"
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct value {
	fuzz_target *run;
	uint8_t *bytes;
	size_t size;
};

struct values {
	struct value *items;
	size_t n, capacity;
};

static void
take(void *context, const char *target, const uint8_t *bytes, size_t size)
{
	struct values *values = context;
	struct value *value;

	if (values->n == values->capacity) {
		values->capacity = 2 * values->capacity + 16;
		values->items = alloc_again(values->items, values->capacity,
		    sizeof *values->items);
	}
	value = &values->items[values->n++];
	*value = (struct value){fuzz_target_find(target),
	    alloc_bytes(size), size};
	memcpy(value->bytes, bytes, size);
}

/* One to four bytes are changed, by a bit or wholly, and sometimes the end is
 * cut off.  The byte that chooses what a target reads stays. */
static size_t
damage(uint8_t *bytes, size_t size, uint64_t *seed)
{
	unsigned n = 1 + support_below(seed, 4);

	for (unsigned i = 0; i < n && size > 1; i++) {
		uint32_t span = (uint32_t)size - 1;
		uint32_t at;

		/* What comes first decides most. */
		if (support_below(seed, 2) && span > 48)
			span = 48;
		at = 1 + support_below(seed, span);
		if (support_below(seed, 2))
			bytes[at] ^= (uint8_t)(1U << support_below(seed, 8));
		else
			bytes[at] = (uint8_t)support_random(seed);
	}
	if (support_below(seed, 8) == 0)
		size = 1 + support_below(seed, (uint32_t)size);
	return size;
}

int
main(int argc, char **argv)
{
	uint64_t wanted = argc > 1 ? strtoull(argv[1], NULL, 0) : 1000000;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 0)
	    : (uint64_t)time(NULL), state = seed;
	struct values values = {0};
	uint8_t *bytes;
	size_t most = 0;

	/* First, so that it stands even if the process is ended. */
	printf("# seed %llu\n", (unsigned long long)seed);
	fflush(stdout);
	samples_each(take, &values);
	for (size_t i = 0; i < values.n; i++)
		if (values.items[i].size > most)
			most = values.items[i].size;
	bytes = alloc_bytes(most);
	for (uint64_t i = 0; i < wanted; i++) {
		const struct value *value = &values.items[support_below(
		    &state, (uint32_t)values.n)];

		memcpy(bytes, value->bytes, value->size);
		value->run(bytes, damage(bytes, value->size, &state));
	}
	printf("%llu\n", (unsigned long long)wanted);
	free(bytes);
	for (size_t i = 0; i < values.n; i++)
		free(values.items[i].bytes);
	free(values.items);
	return 0;
}
