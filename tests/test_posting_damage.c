/* Tests of include/store/posting_block.h: bytes that are damaged. */
#include "support.h"
#include "support_guard.h"
#include "support_posting.h"

#include <string.h>

enum { CANARY = 0x5a, RANDOM_DECODES = 1000000 };

START_TEST(open_refuses_every_truncation)
{
	uint64_t seed = support_seed("truncations");
	struct guard guard = guard_make(POSTING_BLOCK_SIZE_MAX);
	unsigned round;

	for (round = 0; round < 1000; round++) {
		uint8_t bytes[POSTING_BLOCK_SIZE_MAX];
		struct posting_view view;
		struct sample sample;
		size_t size, cut;

		sample_make(&sample, &seed);
		size = posting_block_encode(&sample.block, bytes);
		for (cut = 0; cut < size; cut++)
			if (sample_open(&view, &sample,
			    guard_copy(&guard, bytes, cut), guard.end))
				ck_abort_msg("%zu of %zu bytes", cut, size);
	}
}
END_TEST

static const struct {
	const char *what;
	uint32_t first, last;
	unsigned n;
	uint8_t streams;
	uint8_t bytes[16];
} damaged[] = {
	{"no postings", 1, 1, 0, 0, {0}},
	{"257 postings", 0, 256, 257, 0, {0}},
	{"a last document before the first", 9, 8, 1, 0, {0}},
	{"more postings than documents", 1, 2, 3, 0, {0}},
	{"an unknown coding", 1, 3, 3, 0, {3}},
	{"a run that is too short", 1, 4, 3, 0, {0}},
	{"gaps of one document", 1, 1, 1, 0, {2, 0}},
	{"gaps that wrap and end right", 0, 9, 3, 0,
	    {2, 32, 0xff, 0xff, 0xff, 0xff, 8}},
	{"gaps that end too soon", 0, 9, 3, 0, {2, 4, 0x33}},
	{"gaps that end too late", 0, 9, 3, 0, {2, 4, 0x55}},
	{"a bitset without the first", 8, 11, 2, 0, {1, 0x0a}},
	{"a bitset without the last", 8, 11, 2, 0, {1, 0x03}},
	{"a bitset that goes on after the last", 8, 11, 2, 0, {1, 0x11}},
	{"a bitset of too many", 8, 11, 2, 0, {1, 0x0b}},
	{"a bitset of too few", 8, 11, 3, 0, {1, 0x09}},
	{"an empty tf stream", 1, 1, 1, STREAM_TF, {0, 0}},
	{"a tf stream with a byte too many", 1, 1, 1, STREAM_TF,
	    {0, 2, 0, 0}},
	{"a tf over the limit", 1, 1, 1, STREAM_TF,
	    {0, 4, 21, 0, 0, 0x10}},
	{"an empty flag stream", 1, 1, 1, STREAM_FLAGS, {0, 0}},
	{"one set of flags", 1, 1, 1, STREAM_FLAGS, {0, 1, 0}},
	{"a byte after the flags", 1, 1, 1, STREAM_FLAGS, {0, 3, 0, 0, 0}},
	{"a flag of a posting that is not there", 1, 2, 2, STREAM_FLAGS,
	    {0, 3, 1, 2, 0}},
	{"flags that do not rise", 1, 2, 2, STREAM_FLAGS,
	    {0, 4, 2, 1, 1, 0}},
	{"a bitmap that goes on after the last", 1, 2, 2, STREAM_FLAGS,
	    {0, 3, 254, 4, 0}},
	{"a place of five bytes", 1, 1, 1, STREAM_POSITIONS, {0, 5}},
	{"half a further place", 1, 1, 1, STREAM_POSITIONS, {0, 7}},
	{"a place after the last extent", 1, 1, 1, STREAM_POSITIONS,
	    {0, 8, 0xff, 0xff, 0xff, 0xff, 9, 0, 9, 0}},
	{"form codes", 1, 1, 1, STREAM_FORMS, {0, 1, 0}},
	{"a stream longer than the block", 1, 1, 1, 16, {0, 15}},
	{"a length over 64 bits", 1, 1, 1, 16,
	    {0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 3}},
};

/* Opens and decodes all; false as soon as a part is refused. */
static bool
read_all(const struct posting_view *view)
{
	uint32_t documents[POSTING_BLOCK_MAX], tfs[POSTING_BLOCK_MAX];
	uint8_t flags[POSTING_BLOCK_MAX];
	struct position_place place;
	unsigned n_places = 0;

	if (view->positions)
		n_places = (unsigned)(view->positions_size - 4) / 2;
	return posting_block_documents(view, documents) &&
	    posting_block_tfs(view, tfs) &&
	    posting_block_flags(view, flags) &&
	    (n_places == 0 || posting_block_place(view, n_places - 1, &place));
}

START_TEST(a_damaged_block_is_refused)
{
	const uint8_t *bytes = damaged[_i].bytes;
	struct posting_view view;

	ck_assert_msg(!posting_block_open(&view, bytes,
	    bytes + sizeof damaged[_i].bytes, damaged[_i].first,
	    damaged[_i].last, damaged[_i].n, damaged[_i].streams) ||
	    !read_all(&view), "%s was read", damaged[_i].what);
}
END_TEST

/* What any bytes that are read as documents must hold to. */
static void
check_documents(const struct posting_view *view)
{
	struct {
		uint32_t values[POSTING_BLOCK_MAX];
		uint8_t canary;
	} read = {.canary = CANARY};
	uint64_t bits[4] = {0};
	unsigned i;
	bool good;

	good = posting_block_documents(view, read.values);
	if (good) {
		if (read.values[0] != view->first ||
		    read.values[view->n - 1] != view->last)
			ck_abort_msg("wrong ends");
		for (i = 1; i < view->n; i++)
			if (read.values[i] <= read.values[i - 1])
				ck_abort_msg("documents do not rise");
	}
	if (read.canary != CANARY)
		ck_abort_msg("written outside of the documents");
	if (view->coding == DOCUMENTS_GAPS)
		return;
	if (posting_block_bits(view, view->first, 2, bits + 1) != good)
		ck_abort_msg("read as bits, and not as documents");
	if (bits[0] || bits[3])
		ck_abort_msg("bits outside of the words");
}

static void
check_postings(const struct posting_view *view)
{
	struct {
		uint32_t tfs[POSTING_BLOCK_MAX];
		uint8_t flags[POSTING_BLOCK_MAX];
		uint8_t canary;
	} read = {.canary = CANARY};
	bool tfs = posting_block_tfs(view, read.tfs);
	bool flags = posting_block_flags(view, read.flags);
	unsigned i;

	for (i = 0; i < view->n; i++) {
		if (tfs && read.tfs[i] - 1 >= POSTING_TF_MAX)
			ck_abort_msg("tf %u", read.tfs[i]);
		if (flags && read.flags[i] > (FLAG_TITLE | FLAG_LEAD))
			ck_abort_msg("flags %u", read.flags[i]);
	}
	if (read.canary != CANARY)
		ck_abort_msg("written outside of the flags");
}

/*
 * Bytes that go wrong only here and there, so that they get past the first
 * checks.
 */
static size_t
damage(uint8_t *bytes, size_t size, uint64_t *seed)
{
	unsigned n = support_below(seed, 4), i;

	for (i = 0; i < n; i++) {
		uint32_t at = support_below(seed, (uint32_t)size);

		/* The first bytes of a block decide most. */
		if (support_below(seed, 2))
			at %= 12;
		bytes[at % size] = (uint8_t)support_random(seed);
	}
	return support_below(seed, 4) ? size
				      : support_below(seed, (uint32_t)size);
}

START_TEST(decoding_stays_in_bounds_on_damaged_blocks)
{
	uint64_t seed = support_seed("damaged blocks");
	struct guard guard = guard_make(POSTING_BLOCK_SIZE_MAX);
	unsigned round, again, n_open = 0;

	for (round = 0; round < RANDOM_DECODES / 20; round++) {
		uint8_t whole[POSTING_BLOCK_SIZE_MAX];
		struct posting_view view;
		struct sample sample;
		size_t size;

		sample_make(&sample, &seed);
		size = posting_block_encode(&sample.block, whole);
		for (again = 0; again < 20; again++) {
			uint8_t bytes[POSTING_BLOCK_SIZE_MAX];
			const uint8_t *copy;
			size_t left;

			memcpy(bytes, whole, size);
			left = damage(bytes, size, &seed);
			copy = guard_copy(&guard, bytes, left);
			if (!sample_open(&view, &sample, copy, guard.end))
				continue;
			check_documents(&view);
			check_postings(&view);
			n_open++;
		}
	}
	ck_assert_uint_gt(n_open, RANDOM_DECODES / 10);
}
END_TEST

START_TEST(decoding_stays_in_bounds_on_random_bytes)
{
	uint64_t seed = support_seed("random bytes");
	struct guard guard = guard_make(POSTING_BLOCK_SIZE_MAX);
	unsigned round, i, n_open = 0;

	for (round = 0; round < RANDOM_DECODES; round++) {
		uint64_t words[16];
		uint8_t *bytes = (uint8_t *)words;
		size_t size = support_below(&seed, sizeof words + 1);
		unsigned n = 1 + support_below(&seed, 300);
		uint32_t first = support_below(&seed, 3) ? 0 : UINT32_MAX - n;
		uint32_t last = first + n - 1 + support_below(&seed, 400);
		struct posting_view view;
		const uint8_t *copy;

		for (i = 0; i < 16; i++)
			words[i] = support_random(&seed);
		bytes[0] &= 3;
		bytes[1] = (uint8_t)(bytes[1] % (round % 2 ? 34 : 4));
		if (round % 4 == 0)
			bytes[1] |= 0x80;
		bytes[2] &= 0xe7;
		copy = guard_copy(&guard, bytes, size);
		if (!posting_block_open(&view, copy, guard.end, first, last,
		    n, (uint8_t)support_below(&seed, 4)))
			continue;
		check_documents(&view);
		check_postings(&view);
		n_open++;
	}
	ck_assert_uint_gt(n_open, RANDOM_DECODES / 100);
}
END_TEST

static Suite *
posting_damage_suite(void)
{
	Suite *suite = suite_create("posting_damage");
	TCase *tcase = tcase_create("posting_damage");

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, open_refuses_every_truncation);
	tcase_add_loop_test(tcase, a_damaged_block_is_refused, 0,
	    sizeof damaged / sizeof *damaged);
	tcase_add_test(tcase, decoding_stays_in_bounds_on_damaged_blocks);
	tcase_add_test(tcase, decoding_stays_in_bounds_on_random_bytes);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return support_run(posting_damage_suite());
}
