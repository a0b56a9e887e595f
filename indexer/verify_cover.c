/*
 * Every position of an article is held by one word.  Lists are read one
 * after the other, so each article keeps a sum of a hash of the positions
 * seen, which must come out as that of 0 to its length - 1.  So a position
 * that was changed into another is found, and a list that is missing.
 *
 * Of scripts without blanks pairs of characters stand at the positions of
 * their first ones; articles that hold such are left out.
 */
#include "verify_parts.h"

#include "alloc.h"
#include "store/posting_block.h"
#include "text/tokenizer.h"

#include <stdlib.h>

static uint64_t
hash(uint32_t position)
{
	uint64_t value = (position + UINT64_C(1)) *
	    UINT64_C(0x9e3779b97f4a7c15);

	return (value ^ value >> 29) * UINT64_C(0xbf58476d1ce4e5b9);
}

void
verify_cover_start(struct verify_documents *documents)
{
	documents->sums = alloc_zeroed(documents->n, sizeof *documents->sums);
	documents->unspaced = alloc_zeroed(documents->n / 8 + 1, 1);
}

void
verify_cover_add(const struct verify_documents *documents, uint32_t document,
    const uint32_t *positions, uint32_t n)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < n; i++)
		sum += hash(positions[i]);
	documents->sums[document] += sum;
}

void
verify_cover_leave_out(const struct verify_documents *documents,
    uint32_t document)
{
	documents->unspaced[document / 8] |= (uint8_t)(1 << document % 8);
}

bool
verify_cover_is_unspaced(const char *stem, size_t length)
{
	struct tokenizer tokenizer;
	struct token token;

	tokenizer_start(&tokenizer, stem, length);
	return tokenizer_next(&tokenizer, &token) && token.single;
}

static bool
is_covered(const struct verify_documents *documents, uint32_t document)
{
	uint32_t length = documents->lengths[document];
	uint64_t sum = 0;

	/* A word that is said more often than that is not counted on. */
	if (length >= POSTING_TF_MAX ||
	    documents->unspaced[document / 8] >> document % 8 & 1)
		return true;
	for (uint32_t i = 0; i < length; i++)
		sum += hash(i);
	return sum == documents->sums[document];
}

void
verify_cover_check(struct verify *verify, unsigned segment,
    const struct verify_documents *documents)
{
	for (uint32_t i = 0; i < documents->n; i++)
		if (!is_covered(documents, i))
			verify_damage(verify, "segment %u, article %u: its "
			    "words do not stand one at each place", segment,
			    i);
}
