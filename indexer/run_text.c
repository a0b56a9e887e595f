/* The stored text of a run on its way into a segment. */
#include "run_text.h"

#include "alloc.h"
#include "packed.h"
#include "store/bytes.h"

#include <stdlib.h>
#include <string.h>

/* The records of a run, unpacked one chunk after the other. */
struct unpacked {
	const struct run *run;
	uint32_t next;    /* chunk */
	struct buffer raw;
	uint64_t first;   /* place of the first byte in `raw` */
};

static void
unpack_next(struct unpacked *unpacked)
{
	const struct run_chunk *chunk = &unpacked->run->chunks[
	    unpacked->next++];

	/* What this process has packed is whole. */
	if (!packed_read(buffer_reserve(&unpacked->raw, chunk->raw_size),
	    chunk->raw_size, unpacked->run->frames.bytes + chunk->offset,
	    chunk->size))
		abort();
	unpacked->raw.size += chunk->raw_size;
}

/* The bytes from one place to another, which do not lie before those asked
 * for last. */
static const uint8_t *
unpack_to(struct unpacked *unpacked, uint64_t from, uint64_t to)
{
	struct buffer *raw = &unpacked->raw;

	while (unpacked->first + raw->size < to) {
		size_t done = (size_t)(from - unpacked->first);

		if (done > raw->size)
			done = raw->size;
		if (done < raw->size)
			memmove(raw->bytes, raw->bytes + done,
			    raw->size - done);
		raw->size -= done;
		unpacked->first += done;
		unpack_next(unpacked);
	}
	return raw->bytes + (from - unpacked->first);
}

static uint64_t
keep_records(const struct run *run, struct text_packer *packer,
    uint64_t start, uint64_t *records)
{
	struct unpacked unpacked = {.run = run};
	uint64_t end = start;

	for (uint32_t d = 0; d < run->n_documents; d++) {
		uint64_t from = run->documents[d].record, size = 0;
		uint64_t to = d + 1 < run->n_documents
		    ? run->documents[d + 1].record : run->raw_size;
		const uint8_t *bytes, *record;

		if (run->documents[d].dropped)
			continue;
		bytes = unpack_to(&unpacked, from, to);
		record = varint_get(bytes, bytes + (to - from), &size);
		records[d] = start + text_packer_add(packer, record,
		    (size_t)size);
		end = records[d] + (to - from);
	}
	buffer_free(&unpacked.raw);
	return end;
}

uint64_t
run_text(const struct run *run, text_packer_emit *emit, void *context,
    uint64_t start, uint64_t *records)
{
	struct text_packer packer;
	uint64_t end;

	if (!run_any_dropped(run)) {
		for (uint32_t d = 0; d < run->n_documents; d++)
			records[d] = start + run->documents[d].record;
		for (uint32_t c = 0; c < run->n_chunks; c++)
			emit(context, run->frames.bytes +
			    run->chunks[c].offset, run->chunks[c].size,
			    run->chunks[c].raw_size);
		return start + run->raw_size;
	}
	text_packer_start(&packer, emit, context);
	end = keep_records(run, &packer, start, records);
	text_packer_flush(&packer);
	text_packer_free(&packer);
	return end;
}
