/* Tests of include/store/posting_block.h. */
#include "support.h"
#include "support_guard.h"
#include "support_posting.h"
#include "store/pfor.h"

#include <string.h>

enum {
	ALL_STREAMS = STREAM_TF | STREAM_FLAGS | STREAM_POSITIONS |
	    STREAM_FORMS,
	ROUNDS = 30000,
};

/* --- Known bytes --- */

static const struct {
	const char *what;
	unsigned n, size;
	uint32_t documents[4];
	uint8_t bytes[8];
} known_documents[] = {
	{"one document is a run", 1, 1, {77}, {0}},
	{"a run", 3, 1, {7, 8, 9}, {0}},
	{"a run to the last number", 2, 1, {UINT32_MAX - 1, UINT32_MAX}, {0}},
	{"a bitset", 4, 3, {10, 12, 13, 20}, {1, 0x0d, 0x04}},
	{"gaps", 4, 5, {5, 105, 305, 306}, {2, 8, 99, 199, 0}},
	{"the widest gap", 2, 6, {0, UINT32_MAX},
	    {2, 32, 0xfe, 0xff, 0xff, 0xff}},
};

START_TEST(documents_have_the_bytes_of_the_format)
{
	struct posting_block block = {
		.n = known_documents[_i].n,
		.documents = known_documents[_i].documents,
	};
	uint8_t bytes[POSTING_BLOCK_SIZE_MAX];
	uint32_t read[POSTING_BLOCK_MAX];
	struct posting_view view;
	size_t size = posting_block_encode(&block, bytes);

	ck_assert_msg(size == known_documents[_i].size &&
	    !memcmp(bytes, known_documents[_i].bytes, size), "%s",
	    known_documents[_i].what);
	ck_assert(posting_block_open(&view, bytes, bytes + size,
	    block.documents[0], block.documents[block.n - 1], block.n, 0));
	ck_assert(posting_block_documents(&view, read));
	ck_assert_mem_eq(read, block.documents, block.n * sizeof *read);
}
END_TEST

static const struct sample known_sample = {
	.block = {.n = 4, .streams = ALL_STREAMS, .n_places = 3},
	.documents = {5, 105, 305, 306},
	.tfs = {1, 3, 1, 2},
	.flags = {FLAG_TITLE | FLAG_LEAD, FLAG_LEAD, 0, FLAG_LEAD},
	.places = {{7, 1000}, {7, 1200}, {8, 0}},
};

static const uint8_t known_bytes[] = {
	2, 8, 99, 199, 0,              /* documents: gaps */
	2, 2, 0x48,                    /* tf */
	4, 1, 0, 254, 0x0b,            /* title: a list; lead: a bitmap */
	10, 7, 0, 0, 0, 0xe8, 0x03, 0xb0, 0x04, 0, 0, /* three places */
	0,                             /* forms */
};

START_TEST(a_block_with_all_streams_has_the_bytes_of_the_format)
{
	struct sample sample = known_sample;
	uint8_t bytes[POSTING_BLOCK_SIZE_MAX];

	sample_link(&sample);
	ck_assert_uint_eq(posting_block_encode(&sample.block, bytes),
	    sizeof known_bytes);
	ck_assert_mem_eq(bytes, known_bytes, sizeof known_bytes);
}
END_TEST

static const struct {
	const char *what;
	uint8_t flags[9];
	uint8_t size, bytes[8];
} known_flags[] = {
	{"none", {0}, 2, {0, 0}},
	{"all have both", {3, 3, 3, 3, 3, 3, 3, 3, 3}, 2, {255, 255}},
	{"lists", {[0] = 1, [8] = 1, [4] = 2}, 5, {2, 0, 8, 1, 4}},
	{"bitmaps", {1, 1, 1, 2, 2, 2, 0, 0, 3}, 6,
	    {254, 0x07, 0x01, 254, 0x38, 0x01}},
};

START_TEST(flags_have_the_bytes_of_the_format)
{
	static const uint32_t documents[9] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
	struct posting_block block = {.n = 9, .documents = documents,
	    .flags = known_flags[_i].flags, .streams = STREAM_FLAGS};
	uint8_t bytes[POSTING_BLOCK_SIZE_MAX], size = known_flags[_i].size;

	ck_assert_uint_eq(posting_block_encode(&block, bytes), 2U + size);
	ck_assert_uint_eq(bytes[1], size);
	ck_assert_msg(!memcmp(bytes + 2, known_flags[_i].bytes, size), "%s",
	    known_flags[_i].what);
}
END_TEST

START_TEST(a_position_block_has_the_bytes_of_the_format)
{
	static const uint32_t gaps[] = {3, 1}, codes[] = {0, 1};
	static const uint8_t expected[] = {2, 0x07, 1, 0x02};
	uint8_t bytes[POSITION_BLOCK_SIZE_MAX];

	ck_assert_uint_eq(position_block_encode(gaps, NULL, 2, bytes), 2);
	ck_assert_mem_eq(bytes, expected, 2);
	ck_assert_uint_eq(position_block_encode(gaps, codes, 2, bytes), 4);
	ck_assert_mem_eq(bytes, expected, 4);
}
END_TEST

/* --- Round trips --- */

static void
check_places(const struct posting_view *view, const struct sample *sample)
{
	bool has = sample->block.streams & STREAM_POSITIONS;
	unsigned n = has ? sample->block.n_places : 0, i;
	struct position_place place;

	for (i = 0; i < n; i++) {
		ck_assert(posting_block_place(view, i, &place));
		ck_assert_uint_eq(place.extent, sample->places[i].extent);
		ck_assert_uint_eq(place.offset, sample->places[i].offset);
	}
	ck_assert(!posting_block_place(view, n, &place));
	ck_assert(!posting_block_place(view, UINT32_MAX, &place));
}

static void
check_arrays(const struct posting_view *view, const struct sample *sample)
{
	uint32_t read[POSTING_BLOCK_MAX];
	uint8_t flags[POSTING_BLOCK_MAX];
	unsigned n = sample->block.n, i;

	ck_assert(posting_block_documents(view, read));
	ck_assert_mem_eq(read, sample->documents, n * sizeof *read);
	ck_assert(posting_block_tfs(view, read));
	ck_assert(posting_block_flags(view, flags));
	for (i = 0; i < n; i++) {
		bool tf = sample->block.streams & STREAM_TF;
		bool flag = sample->block.streams & STREAM_FLAGS;

		if (read[i] != (tf ? sample->tfs[i] : 1) ||
		    flags[i] != (flag ? sample->flags[i] : 0))
			ck_abort_msg("posting %u of %u", i, n);
	}
}

/* The bits in a window that begins before, in or after the block are those of
 * its documents there, and none else. */
static void
check_bits(const struct posting_view *view, const struct sample *sample,
    uint64_t *seed)
{
	enum { WORDS = 4 };
	uint64_t bits[WORDS + 2] = {0}, expected[WORDS + 2] = {0};
	uint32_t reach = view->last - view->first + 400;
	uint32_t start = view->first + support_below(seed, reach) - 300;

	if (view->coding == DOCUMENTS_GAPS)
		return;
	if (start > view->last && view->first < 300)
		start = 0;
	for (unsigned i = 0; i < sample->block.n; i++) {
		uint32_t at = sample->documents[i] - start;

		if (sample->documents[i] >= start && at < WORDS * 64)
			expected[1 + at / 64] |= UINT64_C(1) << at % 64;
	}
	ck_assert(posting_block_bits(view, start, WORDS, bits + 1));
	ck_assert_mem_eq(bits, expected, sizeof bits);
}

START_TEST(a_block_reads_back_as_it_was_coded)
{
	uint64_t seed = support_seed("round trips");
	struct guard guard = guard_make(POSTING_BLOCK_SIZE_MAX);
	unsigned round, coded[3] = {0};

	for (round = 0; round < ROUNDS; round++) {
		uint8_t bytes[POSTING_BLOCK_SIZE_MAX];
		struct posting_view view;
		struct sample sample;
		const uint8_t *copy;
		size_t size;

		sample_make(&sample, &seed);
		size = posting_block_encode(&sample.block, bytes);
		copy = guard_copy(&guard, bytes, size);
		ck_assert(sample_open(&view, &sample, copy, guard.end));
		check_arrays(&view, &sample);
		check_places(&view, &sample);
		check_bits(&view, &sample, &seed);
		coded[view.coding]++;
	}
	ck_assert_uint_gt(coded[DOCUMENTS_RUN], ROUNDS / 1000);
	ck_assert_uint_gt(coded[DOCUMENTS_BITSET], ROUNDS / 1000);
	ck_assert_uint_gt(coded[DOCUMENTS_GAPS], ROUNDS / 1000);
}
END_TEST

START_TEST(documents_take_the_smaller_of_bitset_and_gaps)
{
	uint64_t seed = support_seed("codings");
	unsigned round, i;

	for (round = 0; round < ROUNDS; round++) {
		uint8_t bytes[POSTING_BLOCK_SIZE_MAX], pfor[PFOR_SIZE_MAX];
		uint32_t gaps[POSTING_BLOCK_MAX] = {0};
		struct sample sample;
		size_t bitset, size;

		sample_make(&sample, &seed);
		sample.block.streams = 0;
		size = posting_block_encode(&sample.block, bytes) - 1;
		if (bytes[0] == DOCUMENTS_RUN)
			continue;
		for (i = 1; i < sample.block.n; i++)
			gaps[i - 1] = sample.documents[i] -
			    sample.documents[i - 1] - 1;
		bitset = (sample.documents[i - 1] - sample.documents[0]) / 8;
		ck_assert_uint_le(size, bitset + 1);
		ck_assert_uint_le(size, pfor_encode(gaps, i - 1, pfor));
	}
}
END_TEST

START_TEST(a_position_block_reads_back_as_it_was_coded)
{
	uint64_t seed = support_seed("positions");
	struct guard guard = guard_make(POSITION_BLOCK_SIZE_MAX);
	unsigned round, i;

	for (round = 0; round < ROUNDS; round++) {
		uint8_t bytes[POSITION_BLOCK_SIZE_MAX];
		uint32_t gaps[POSITION_BLOCK_MAX] = {0};
		uint32_t codes[POSITION_BLOCK_MAX] = {0};
		uint32_t read[POSITION_BLOCK_MAX], read_codes[256];
		unsigned n = 1 + support_below(&seed, POSITION_BLOCK_MAX);
		bool forms = round % 2;
		const uint8_t *copy;
		size_t size;

		for (i = 0; i < n; i++) {
			gaps[i] = support_below(&seed, 1U << round % 30);
			codes[i] = support_below(&seed, 1 + round % 50);
		}
		size = position_block_encode(gaps, forms ? codes : NULL, n,
		    bytes);
		copy = guard_copy(&guard, bytes, size);
		ck_assert(position_block_decode(copy, guard.end, n, forms,
		    read, read_codes));
		ck_assert_mem_eq(read, gaps, n * sizeof *read);
		if (forms)
			ck_assert_mem_eq(read_codes, codes, n * sizeof *read);
		copy = guard_copy(&guard, bytes, size - 1);
		ck_assert(!position_block_decode(copy, guard.end, n, forms,
		    read, read_codes));
	}
}
END_TEST

START_TEST(reserved_streams_are_skipped)
{
	uint8_t bytes[sizeof known_bytes + 6];
	struct sample sample = known_sample;
	struct posting_view view;

	sample_link(&sample);
	memcpy(bytes, known_bytes, sizeof known_bytes);
	memcpy(bytes + sizeof known_bytes, "\3abc\1d", 6);
	sample.block.streams |= 16 | 64;
	ck_assert(sample_open(&view, &sample, bytes, bytes + sizeof bytes));
	check_arrays(&view, &sample);
	check_places(&view, &sample);
	ck_assert(!sample_open(&view, &sample, bytes,
	    bytes + sizeof bytes - 1));
}
END_TEST

static Suite *
posting_block_suite(void)
{
	Suite *suite = suite_create("posting_block");
	TCase *tcase = tcase_create("posting_block");

	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, documents_have_the_bytes_of_the_format, 0,
	    sizeof known_documents / sizeof *known_documents);
	tcase_add_test(tcase,
	    a_block_with_all_streams_has_the_bytes_of_the_format);
	tcase_add_loop_test(tcase, flags_have_the_bytes_of_the_format, 0,
	    sizeof known_flags / sizeof *known_flags);
	tcase_add_test(tcase, a_position_block_has_the_bytes_of_the_format);
	tcase_add_test(tcase, a_block_reads_back_as_it_was_coded);
	tcase_add_test(tcase, documents_take_the_smaller_of_bitset_and_gaps);
	tcase_add_test(tcase, a_position_block_reads_back_as_it_was_coded);
	tcase_add_test(tcase, reserved_streams_are_skipped);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return support_run(posting_block_suite());
}
