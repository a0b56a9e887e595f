/* A segment reader without an index. */
#include "fake_segment.h"

#include <stdlib.h>

void
fake_segment_start(struct fake_segment *fake, uint32_t n_documents)
{
	*fake = (struct fake_segment){.segment.n_tails = N_STREAMS};
	fake->segment.tails = fake->tails;
	fake->segment.listed.n_documents = n_documents;
	fake->segment.record.n_documents = n_documents;
}

void
fake_segment_stream(struct fake_segment *fake, unsigned stream,
    uint8_t *bytes, size_t size)
{
	if (size > EXTENT_PAYLOAD)
		size = EXTENT_PAYLOAD;
	fake->tails[stream] = bytes;
	fake->segment.record.streams[stream] = (struct stream_place){
	    .tail_extent = stream, .tail_size = (uint32_t)size};
}

void
fake_segment_column(struct fake_segment *fake, enum column column,
    unsigned width, uint8_t *bytes, size_t size)
{
	fake_segment_stream(fake, STREAM_COLUMNS + (unsigned)column, bytes,
	    size);
	fake->segment.record.columns[column] = (struct column_shape){
	    .n = width ? size * 8 / width : size, .width = (uint8_t)width};
}

void
fake_segment_free(struct fake_segment *fake)
{
	for (unsigned i = 0; i < N_STREAMS; i++)
		free((void *)(uintptr_t)fake->tails[i]);
}
