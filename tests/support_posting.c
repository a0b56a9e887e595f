/* Posting blocks made up at random. */
#include "support_posting.h"

#include "support.h"

void
sample_link(struct sample *sample)
{
	sample->block.documents = sample->documents;
	sample->block.tfs = sample->tfs;
	sample->block.flags = sample->flags;
	sample->block.places = sample->places;
}

static void
make_places(struct sample *sample, uint64_t *seed)
{
	struct position_place *place = sample->places;
	unsigned n = 1 + support_below(seed, SAMPLE_PLACES_MAX), i;

	place[0].extent = support_below(seed, 1U << 31);
	for (i = 0; i < n; i++) {
		place[i].offset = (uint16_t)support_random(seed);
		if (i > 0)
			place[i].extent = place[i - 1].extent +
			    (place[i].offset <= place[i - 1].offset);
	}
	sample->block.n_places = n;
}

void
sample_make(struct sample *sample, uint64_t *seed)
{
	unsigned n = 1 + support_below(seed, POSTING_BLOCK_MAX), i;
	uint32_t widest_gap = 1U << support_below(seed, 24);
	uint32_t most_often = 1U << support_below(seed, 21);
	uint32_t document = support_below(seed, 2000);
	uint32_t flagged = support_below(seed, 102);

	if (support_below(seed, 3) == 0)
		n = POSTING_BLOCK_MAX;
	for (i = 0; i < n; i++) {
		sample->documents[i] = document;
		document += 1 + support_below(seed, widest_gap);
		sample->tfs[i] = 1 + support_below(seed, most_often);
		sample->flags[i] = (uint8_t)(
		    support_below(seed, 100) < flagged ? FLAG_TITLE : 0);
		if (support_below(seed, 100) < flagged)
			sample->flags[i] |= FLAG_LEAD;
	}
	make_places(sample, seed);
	sample->block.n = n;
	sample->block.streams = (uint8_t)support_below(seed, 16);
	sample_link(sample);
}

bool
sample_open(struct posting_view *view, const struct sample *sample,
    const uint8_t *bytes, const uint8_t *end)
{
	const struct posting_block *block = &sample->block;

	return posting_block_open(view, bytes, end, block->documents[0],
	    block->documents[block->n - 1], block->n, block->streams);
}
