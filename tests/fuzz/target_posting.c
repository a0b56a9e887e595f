/*
 * Posting lists.  The first byte chooses: numbers packed together, a block
 * that was just coded, hostile bytes as one, or a whole list over streams.
 */
#include "fuzz.h"

#include "fake_segment.h"
#include "store/pfor.h"
#include "store/posting_list.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCKS_MOST = 64, FORMS_MOST = 4096 };

/* --- numbers --- */

static void
pack_numbers(struct fuzz_input *input)
{
	uint32_t numbers[PFOR_MAX], again[PFOR_MAX];
	unsigned n = 1U + fuzz_u8(input), width = fuzz_u8(input) % 33U;
	uint32_t mask = width ? UINT32_MAX >> (32 - width) : 0;
	uint8_t *bytes = malloc(PFOR_SIZE_MAX), *exact;
	size_t size;

	for (unsigned i = 0; i < n; i++)
		numbers[i] = fuzz_u8(input) == 0xff ? fuzz_u32(input)
		    : fuzz_u16(input) & mask;
	size = pfor_encode(numbers, n, bytes);
	FUZZ_CHECK(size <= PFOR_SIZE_MAX);
	exact = malloc(size);
	memcpy(exact, bytes, size);
	FUZZ_CHECK(pfor_size(exact, exact + size, n) == size);
	FUZZ_CHECK(pfor_decode(exact, exact + size, n, again) ==
	    exact + size);
	FUZZ_CHECK(memcmp(numbers, again, n * sizeof *numbers) == 0);
	free(exact);
	free(bytes);
}

static void
unpack_numbers(struct fuzz_input *input)
{
	uint32_t numbers[PFOR_MAX], codes[PFOR_MAX];
	unsigned n = 1U + fuzz_u8(input);
	bool has_codes = fuzz_u8(input) & 1;
	size_t size;
	uint8_t *bytes = fuzz_rest(input, &size);
	const uint8_t *end = bytes + size;
	const uint8_t *next = pfor_decode(bytes, end, n, numbers);

	FUZZ_CHECK(!next || pfor_size(bytes, end, n) ==
	    (size_t)(next - bytes));
	position_block_decode(bytes, end, n, has_codes, numbers, codes);
	free(bytes);
}

/* --- one block --- */

/* Reads all that a block says; documents must rise. */
static bool
read_block(const struct posting_view *view, uint32_t *documents,
    uint32_t *tfs, uint8_t *flags)
{
	struct position_place place;
	uint64_t bits[8] = {0};
	bool good = posting_block_documents(view, documents);

	if (good) {
		FUZZ_CHECK(documents[0] == view->first);
		FUZZ_CHECK(documents[view->n - 1] == view->last);
		for (unsigned i = 1; i < view->n; i++)
			FUZZ_CHECK(documents[i] > documents[i - 1]);
	}
	if (view->coding != DOCUMENTS_GAPS)
		FUZZ_CHECK(posting_block_bits(view, view->first, 8, bits) ==
		    good);
	if (good && view->coding != DOCUMENTS_GAPS)
		for (unsigned i = 0; i < view->n; i++) {
			uint32_t at = documents[i] - view->first;

			FUZZ_CHECK(at >= 512 || bits[at / 64] >> at % 64 & 1);
		}
	good &= posting_block_tfs(view, tfs);
	for (unsigned i = 0; good && i < view->n; i++)
		FUZZ_CHECK(tfs[i] - 1 < POSTING_TF_MAX);
	good &= posting_block_flags(view, flags);
	for (unsigned i = 0; good && i < view->n; i++)
		FUZZ_CHECK(flags[i] <= (FLAG_TITLE | FLAG_LEAD));
	for (unsigned i = 0; view->positions && i < POSITION_BLOCKS_MAX; i++)
		if (!posting_block_place(view, i, &place))
			break;
	return good;
}

static void
read_hostile_block(struct fuzz_input *input)
{
	uint32_t documents[POSTING_BLOCK_MAX], tfs[POSTING_BLOCK_MAX];
	uint8_t flags[POSTING_BLOCK_MAX];
	uint32_t first = fuzz_u32(input), last = fuzz_u32(input);
	unsigned n = 1U + fuzz_u8(input);
	uint8_t streams = fuzz_u8(input) & 0x7f;
	struct posting_view view;
	size_t size;
	uint8_t *bytes = fuzz_rest(input, &size);

	if (posting_block_open(&view, bytes, bytes + size, first, last, n,
	    streams))
		read_block(&view, documents, tfs, flags);
	free(bytes);
}

static void
code_block(struct fuzz_input *input)
{
	uint32_t documents[POSTING_BLOCK_MAX], tfs[POSTING_BLOCK_MAX];
	uint32_t more[2][POSTING_BLOCK_MAX];
	uint8_t flags[POSTING_BLOCK_MAX], again[POSTING_BLOCK_MAX];
	struct posting_block block = {.documents = documents, .tfs = tfs,
	    .flags = flags, .streams = fuzz_u8(input) & 3,
	    .n = 1U + fuzz_u8(input)};
	uint8_t *bytes = malloc(POSTING_BLOCK_SIZE_MAX), *exact;
	unsigned shift = fuzz_u8(input) % 16;
	uint32_t document = fuzz_u16(input);
	struct posting_view view;
	size_t size;

	for (unsigned i = 0; i < block.n; i++) {
		uint8_t what = fuzz_u8(input);

		documents[i] = document;
		document += 1 + (what & 1 ? (uint32_t)fuzz_u8(input) << shift
		    : 0);
		tfs[i] = 1 + (what & 2 ? (uint32_t)fuzz_u16(input) <<
		    (what >> 4 & 3) : 0);
		flags[i] = what >> 2 & 3;
	}
	size = posting_block_encode(&block, bytes);
	FUZZ_CHECK(size <= POSTING_BLOCK_SIZE_MAX);
	exact = malloc(size);
	memcpy(exact, bytes, size);
	FUZZ_CHECK(posting_block_open(&view, exact, exact + size,
	    documents[0], documents[block.n - 1], block.n, block.streams));
	FUZZ_CHECK(read_block(&view, more[0], more[1], again));
	FUZZ_CHECK(memcmp(more[0], documents, 4 * block.n) == 0);
	for (unsigned i = 0; i < block.n; i++) {
		FUZZ_CHECK(more[1][i] == (block.streams & STREAM_TF ? tfs[i]
		    : 1));
		FUZZ_CHECK(again[i] == (block.streams & STREAM_FLAGS
		    ? flags[i] : 0));
	}
	free(exact);
	free(bytes);
}

/* --- a whole list --- */

static void
read_positions(struct posting_cursor *cursor)
{
	for (unsigned i = 0; i < cursor->n; i++) {
		const uint32_t *positions, *codes;
		uint32_t n;

		if (!posting_cursor_positions(cursor, i, &positions, &codes,
		    &n))
			return;
		for (uint32_t k = 0; k < n; k++)
			(void)*(const volatile uint32_t *)&positions[k],
			(void)*(const volatile uint32_t *)&codes[k];
	}
}

static void
read_cursor(struct posting_cursor *cursor)
{
	uint64_t bits[64] = {0};

	FUZZ_CHECK(cursor->n >= 1 && cursor->n <= POSTING_BLOCK_MAX);
	if (posting_cursor_documents(cursor)) {
		FUZZ_CHECK(cursor->documents[0] == cursor->first);
		FUZZ_CHECK(cursor->documents[cursor->n - 1] == cursor->last);
		FUZZ_CHECK(cursor->last <
		    cursor->list->segment->record.n_documents);
	}
	if (posting_cursor_has_bits(cursor))
		posting_cursor_bits(cursor, cursor->first & ~(uint32_t)4095,
		    64, bits);
	posting_cursor_tfs(cursor);
	posting_cursor_flags(cursor);
	if (cursor->list->streams & STREAM_POSITIONS)
		read_positions(cursor);
}

static void
read_forms(const struct posting_list *list)
{
	struct form_cursor cursor;
	unsigned n = 0;

	form_cursor_start(&cursor, list);
	while (n++ < FORMS_MOST && form_cursor_next(&cursor) == STATUS_OK)
		FUZZ_CHECK(cursor.length <= sizeof cursor.form);
}

/* Blocks one after the other, then by seeking: the same ones. */
static void
walk_list(const struct posting_list *list, uint32_t target)
{
	struct posting_cursor *cursor = malloc(sizeof *cursor);
	uint32_t lasts[BLOCKS_MOST], before = 0;
	unsigned n = 0;
	enum status status;
	bool rises = list->n_chunks == 1 && !list->inline_bytes;

	posting_cursor_start(cursor, list);
	while (n < BLOCKS_MOST && (status = posting_cursor_next(cursor)) ==
	    STATUS_OK) {
		read_cursor(cursor);
		rises &= n == 0 || cursor->last > before;
		before = lasts[n++] = cursor->last;
	}
	posting_cursor_close(cursor);
	posting_cursor_start(cursor, list);
	for (unsigned i = 0; i < 8; i++, target += target / 4 + 1) {
		unsigned want = 0;

		status = posting_cursor_seek(cursor, target);
		if (status == STATUS_OK)
			read_cursor(cursor);
		if (status == STATUS_DAMAGED)
			break;
		while (want < n && lasts[want] < target)
			want++;
		if (rises && want < n)
			FUZZ_CHECK(status == STATUS_OK &&
			    cursor->last == lasts[want]);
		if (status == STATUS_END)
			break;
	}
	posting_cursor_close(cursor);
	free(cursor);
}

/* Head, stem and streams: as fuzz_part reads them. */
static void
read_list(struct fuzz_input *input)
{
	static const unsigned streams[] = {STREAM_HEADS, STREAM_POSTINGS,
	    STREAM_POSITION_BLOCKS};
	struct dictionary_entry entry = {.key = {NAMESPACE_WORD, 1, 0, 0}};
	uint32_t n_documents = 1U + fuzz_u16(input);
	uint32_t target = fuzz_u16(input);
	size_t stem_size, value_size, size;
	char *stem = fuzz_part(input, &stem_size);
	uint8_t *value = fuzz_part(input, &value_size);
	struct fake_segment fake;
	struct posting_list list;

	fake_segment_start(&fake, n_documents);
	for (size_t i = 0; i < sizeof streams / sizeof *streams; i++) {
		uint8_t *bytes = fuzz_part(input, &size);

		fake_segment_stream(&fake, streams[i], bytes, size);
	}
	if (stem_size > TERM_KEY_MAX - TERM_KEY_PREFIX)
		stem_size = TERM_KEY_MAX - TERM_KEY_PREFIX;
	memcpy(entry.key + TERM_KEY_PREFIX, stem, stem_size);
	entry.key_size = TERM_KEY_PREFIX + stem_size;
	entry.value = value;
	entry.value_size = value_size;
	if (posting_list_open(&list, &fake.segment, &entry) == STATUS_OK) {
		read_forms(&list);
		walk_list(&list, target);
	}
	fake_segment_free(&fake);
	free(value);
	free(stem);
}

void
fuzz_posting(const uint8_t *bytes, size_t size)
{
	struct fuzz_input input = {bytes, bytes + size};

	switch (fuzz_u8(&input) % 5) {
	case 0:
		pack_numbers(&input);
		return;
	case 1:
		unpack_numbers(&input);
		return;
	case 2:
		code_block(&input);
		return;
	case 3:
		read_hostile_block(&input);
		return;
	default:
		read_list(&input);
	}
}
