/*
 * No two living articles of a source have one id.  A 64-bit hash of each is
 * kept until all segments are read.
 */
#include "verify_parts.h"

#include "alloc.h"

#include <stdlib.h>
#include <xxhash.h>

/*
 * The number of a source is no good seed by itself: of ids of up to three
 * bytes it changes but the lowest bits, as another last letter does.
 */
void
verify_ids_add(struct verify *verify, uint32_t source, const char *id,
    size_t length)
{
	uint64_t number = XXH3_64bits_withSeed(id, length,
	    XXH3_64bits(&source, sizeof source));
	struct verify_ids *ids = &verify->ids;

	if (ids->n == ids->room) {
		ids->room = ids->room ? ids->room + ids->room / 2 : 1024;
		ids->numbers = alloc_again(ids->numbers, ids->room,
		    sizeof *ids->numbers);
	}
	ids->numbers[ids->n++] = number;
}

static int
compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

void
verify_ids_check(struct verify *verify)
{
	struct verify_ids *ids = &verify->ids;
	uint64_t n_same = 0;

	if (ids->n > 1)
		qsort(ids->numbers, ids->n, sizeof *ids->numbers, compare);
	for (size_t i = 1; i < ids->n; i++)
		n_same += ids->numbers[i] == ids->numbers[i - 1];
	if (n_same)
		verify_damage(verify, "%llu articles have the id of another "
		    "one of their source", (unsigned long long)n_same);
	free(ids->numbers);
	*ids = (struct verify_ids){NULL, 0, 0};
}
