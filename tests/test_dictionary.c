/* Tests of include/store/dictionary.h. */
#include "support.h"
#include "support_guard.h"
#include "store/dictionary.h"

#include <stdlib.h>
#include <string.h>

enum { KEYS_MAX = 2000, ROUNDS = 300, DAMAGED_STEPS = 1000000 };

struct entry {
	uint8_t key[TERM_KEY_MAX];
	size_t key_size, value_size;
	uint8_t fill; /* each byte of the value */
};

static void
put(uint8_t *bytes, const char *text, size_t *size)
{
	*size = strlen(text);
	memcpy(bytes, text, *size);
}

static bool
add_text(struct dictionary_builder *builder, const char *key,
    const char *value)
{
	return dictionary_builder_add(builder, (const uint8_t *)key,
	    strlen(key), (const uint8_t *)value, strlen(value));
}

/* --- Known bytes --- */

START_TEST(entries_have_the_bytes_of_the_format)
{
	static const uint8_t expected[] = {
		6, 0, 1, 0, 5, 0, 'p', 'r', 'e', 'h', 'a', /* header */
		6 << 4 | 0, 'p', 'r', 'e', 'f', 'a', 'b', 1, '1',
		0 << 4 | 3, 0, /* shares 6, and that is the whole key */
		1 << 4 | 2, 'c', 2, '2', '2',
		/* shares 3, less than any two keys of one kind */
		2 << 4 | 15, 3, 'g', 'b', 0,
		15 << 4 | 2, 15, '0', '1', '2', '3', '4', '5', '6', '7', '8',
		'9', 'a', 'b', 'c', 'd', 'e', 0,
		/* shares 19, over the highest code */
		1 << 4 | 15, 19, 'f', 0,
	};
	static struct dictionary_builder builder;
	uint8_t payload[BLOCK_PAYLOAD];

	dictionary_builder_start(&builder);
	ck_assert(add_text(&builder, "prefab", "1"));
	/* Equal keys never stand in a block; here they show a rest of 0. */
	ck_assert(add_text(&builder, "prefab", ""));
	ck_assert(add_text(&builder, "prefac", "22"));
	ck_assert(add_text(&builder, "pregb", ""));
	ck_assert(add_text(&builder, "pregb0123456789abcde", ""));
	ck_assert(add_text(&builder, "pregb0123456789abcdf", ""));
	dictionary_builder_finish(&builder, true, (const uint8_t *)"preha", 5,
	    payload);
	ck_assert_mem_eq(payload, expected, sizeof expected);
	ck_assert_uint_eq(payload[sizeof expected], 0);
}
END_TEST

START_TEST(every_sixteenth_entry_shares_nothing)
{
	static struct dictionary_builder builder;
	struct dictionary_block block;
	struct dictionary_step step = {.key_size = 0};
	uint8_t payload[BLOCK_PAYLOAD];
	char key[] = "\1\1\0\0AA";
	unsigned i;

	dictionary_builder_start(&builder);
	for (i = 0; i < 40; i++) {
		key[5] = (char)('A' + i);
		ck_assert(dictionary_builder_add(&builder,
		    (const uint8_t *)key, 6, NULL, 0));
	}
	dictionary_builder_finish(&builder, true, NULL, 0, payload);
	ck_assert(dictionary_block_open(&block, payload));
	step.next = block.entries;
	for (i = 0; i < 40; i++) {
		ck_assert_uint_eq(*step.next, i % DICTIONARY_RESTART
		    ? 1 << 4 | 2 : 6 << 4);
		ck_assert(dictionary_step(&step, block.end));
	}
}
END_TEST

/* --- Round trips --- */

static int
compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return dictionary_compare(x->key, x->key_size, y->key, y->key_size);
}

/* Keys that rise: of few letters, so that they share much, and some long. */
static unsigned
make_entries(struct entry *entries, uint64_t *seed)
{
	unsigned letters = 1 + support_below(seed, 5), n = 0, i;
	unsigned longest = 1 + support_below(seed,
	    support_below(seed, 2) ? 12 : 250);
	unsigned value_most = support_below(seed, 2) ? 20
	    : DICTIONARY_VALUE_MAX;

	for (i = 0; i < KEYS_MAX; i++) {
		struct entry *entry = &entries[i];
		uint32_t k, length = support_below(seed, longest + 1);

		memset(entry, 0, sizeof *entry);
		entry->key[0] = (uint8_t)(1 + support_below(seed, 2));
		entry->key_size = TERM_KEY_PREFIX + length;
		for (k = 0; k < length; k++)
			entry->key[TERM_KEY_PREFIX + k] = (uint8_t)('a' +
			    support_below(seed, letters));
		entry->value_size = support_below(seed, value_most + 1);
		entry->fill = (uint8_t)support_random(seed);
	}
	qsort(entries, KEYS_MAX, sizeof *entries, compare_entries);
	for (i = 0; i < KEYS_MAX; i++)
		if (n == 0 || compare_entries(&entries[n - 1], &entries[i]))
			entries[n++] = entries[i];
	return n;
}

static bool
add_entry(struct dictionary_builder *builder, const struct entry *entry)
{
	uint8_t value[DICTIONARY_VALUE_MAX];

	memset(value, entry->fill, sizeof value);
	return dictionary_builder_add(builder, entry->key, entry->key_size,
	    value, entry->value_size);
}

/* Fills a block from `entries`; returns how many of the n it holds. */
static unsigned
fill_block(struct dictionary_builder *builder, const struct entry *entries,
    unsigned n, bool is_first, uint8_t *payload)
{
	const struct entry *next;
	unsigned taken = 0;

	dictionary_builder_start(builder);
	while (taken < n && add_entry(builder, &entries[taken]))
		taken++;
	ck_assert_uint_gt(taken, 0);
	if (taken < n && !dictionary_builder_fits(builder,
	    entries[taken].key_size)) {
		dictionary_builder_drop_last(builder);
		taken--;
	}
	ck_assert_uint_gt(taken, 0);
	next = taken < n ? &entries[taken] : NULL;
	if (next)
		ck_assert(dictionary_builder_fits(builder, next->key_size));
	dictionary_builder_finish(builder, is_first, next ? next->key : NULL,
	    next ? next->key_size : 0, payload);
	return taken;
}

static void
check_entry(const struct dictionary_step *step, const struct entry *entry)
{
	size_t i;

	ck_assert_uint_eq(step->key_size, entry->key_size);
	ck_assert_mem_eq(step->key, entry->key, entry->key_size);
	ck_assert_uint_eq(step->value_size, entry->value_size);
	for (i = 0; i < entry->value_size; i++)
		if (step->value[i] != entry->fill)
			ck_abort_msg("byte %zu of a value", i);
}

/* A key of a block, or one that differs a little from it. */
static void
make_wanted(const struct entry *entry, struct entry *wanted, uint64_t *seed)
{
	*wanted = *entry;
	switch (support_below(seed, 5)) {
	case 0:
		wanted->key[wanted->key_size - 1]++;
		break;
	case 1:
		wanted->key[wanted->key_size - 1]--;
		break;
	case 2:
		if (wanted->key_size > TERM_KEY_PREFIX)
			wanted->key_size--;
		break;
	case 3:
		if (wanted->key_size < TERM_KEY_MAX)
			wanted->key[wanted->key_size++] = 0;
		break;
	default:
		break;
	}
}

/* Seeking finds what walking finds: the first entry that is not less. */
static void
check_seek(const uint8_t *payload, const struct entry *entries, unsigned n,
    uint64_t *seed)
{
	for (int round = 0; round < 12; round++) {
		struct dictionary_step step = {.key_size = 0};
		struct dictionary_block block;
		struct entry wanted;
		unsigned first = 0, left = n;
		enum status status;

		make_wanted(&entries[support_below(seed, n)], &wanted, seed);
		while (first < n && dictionary_compare(entries[first].key,
		    entries[first].key_size, wanted.key, wanted.key_size) < 0)
			first++;
		ck_assert(dictionary_block_open(&block, payload));
		step.next = block.entries;
		status = dictionary_step_to(&step, &left, block.end,
		    wanted.key, wanted.key_size);
		ck_assert_int_eq(status, first < n ? STATUS_OK : STATUS_END);
		ck_assert_uint_eq(left, first < n ? n - first - 1 : 0);
		if (first == n)
			continue;
		check_entry(&step, &entries[first]);
		for (unsigned i = first + 1; i < n && i < first + 20; i++) {
			ck_assert(dictionary_step(&step, block.end));
			check_entry(&step, &entries[i]);
		}
	}
}

static void
check_block(const uint8_t *payload, const struct entry *entries,
    unsigned n_here, unsigned n, bool is_first)
{
	const struct entry *next = n_here < n ? &entries[n_here] : NULL;
	struct dictionary_step step = {.key_size = 0};
	struct dictionary_block block;
	unsigned i;

	ck_assert(dictionary_block_open(&block, payload));
	ck_assert_uint_eq(block.n, n_here);
	ck_assert_uint_eq(block.flags, (is_first ? DICTIONARY_FIRST : 0) |
	    (next ? 0 : DICTIONARY_LAST));
	ck_assert_uint_eq(block.next_key_size, next ? next->key_size : 0);
	if (next)
		ck_assert_mem_eq(block.next_key, next->key, next->key_size);
	step.next = block.entries;
	for (i = 0; i < n_here; i++) {
		ck_assert(dictionary_step(&step, block.end));
		check_entry(&step, &entries[i]);
	}
}

START_TEST(blocks_read_back_as_they_were_coded)
{
	static struct entry entries[KEYS_MAX];
	static struct dictionary_builder builder;
	uint64_t seed = support_seed("round trips");
	unsigned round, n_blocks = 0;

	for (round = 0; round < ROUNDS; round++) {
		unsigned n = make_entries(entries, &seed), at = 0;

		while (at < n) {
			uint8_t payload[BLOCK_PAYLOAD];
			unsigned here = fill_block(&builder, entries + at,
			    n - at, at == 0, payload);

			check_block(payload, entries + at, here, n - at,
			    at == 0);
			check_seek(payload, entries + at, here, &seed);
			at += here;
			n_blocks++;
		}
	}
	ck_assert_uint_gt(n_blocks, 10 * ROUNDS);
}
END_TEST

START_TEST(the_first_entry_of_a_block_always_fits)
{
	static struct dictionary_builder builder;
	struct entry entry = {.key_size = TERM_KEY_MAX,
	    .value_size = DICTIONARY_VALUE_MAX, .fill = 7};

	dictionary_builder_start(&builder);
	memset(entry.key, 'k', sizeof entry.key);
	ck_assert(add_entry(&builder, &entry));
	ck_assert(dictionary_builder_fits(&builder, TERM_KEY_MAX));
}
END_TEST

START_TEST(a_last_entry_taken_out_is_kept_for_the_next_block)
{
	static struct dictionary_builder builder;
	struct dictionary_block block;
	uint8_t payload[BLOCK_PAYLOAD];

	dictionary_builder_start(&builder);
	ck_assert(add_text(&builder, "\1\1aaword", "1"));
	ck_assert(add_text(&builder, "\1\1aawords", "value"));
	dictionary_builder_drop_last(&builder);
	ck_assert_uint_eq(builder.last_key_size, 9);
	ck_assert_mem_eq(builder.last_key, "\1\1aawords", 9);
	ck_assert_uint_eq(builder.last_value_size, 5);
	ck_assert_mem_eq(builder.last_value, "value", 5);
	dictionary_builder_finish(&builder, false, builder.last_key, 9,
	    payload);
	ck_assert(dictionary_block_open(&block, payload));
	ck_assert_uint_eq(block.n, 1);
}
END_TEST

START_TEST(keys_are_compared_by_bytes_and_then_by_size)
{
	static const struct {
		const char *a, *b;
		int order;
	} rows[] = {
		{"", "", 0}, {"", "a", -1}, {"b", "a", 1}, {"a", "ab", -1},
		{"\x7f", "\x80", -1}, {"ab", "ab", 0}, {"abc", "ab", 1},
	};
	unsigned i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		uint8_t a[4], b[4];
		size_t a_size, b_size;
		int order;

		put(a, rows[i].a, &a_size);
		put(b, rows[i].b, &b_size);
		order = dictionary_compare(a, a_size, b, b_size);
		ck_assert_int_eq((order > 0) - (order < 0), rows[i].order);
	}
}
END_TEST

/* --- Damaged bytes --- */

START_TEST(a_step_refuses_every_truncation)
{
	static struct entry entries[KEYS_MAX];
	static struct dictionary_builder builder;
	uint64_t seed = support_seed("truncations");
	struct guard guard = guard_make(BLOCK_PAYLOAD);
	unsigned round, i;

	for (round = 0; round < ROUNDS; round++) {
		unsigned n = make_entries(entries, &seed), here;
		struct dictionary_step step = {.key_size = 0};
		uint8_t payload[BLOCK_PAYLOAD];
		struct dictionary_block block;

		here = fill_block(&builder, entries, n, true, payload);
		ck_assert(dictionary_block_open(&block, payload));
		step.next = block.entries;
		for (i = 0; i < here && i < 20; i++) {
			const uint8_t *from = step.next;
			struct dictionary_step before = step, cut_off;
			size_t size, cut;

			ck_assert(dictionary_step(&step, block.end));
			size = (size_t)(step.next - from);
			for (cut = 0; cut < size; cut++) {
				cut_off = before;
				cut_off.next = guard_copy(&guard, from, cut);
				if (dictionary_step(&cut_off, guard.end))
					ck_abort_msg("%zu of %zu bytes", cut,
					    size);
			}
		}
	}
}
END_TEST

static const struct {
	const char *what;
	uint8_t bytes[8];
} damaged_heads[] = {
	{"no entries", {0, 0, 3, 0, 0, 0}},
	{"no next key in a block that is not the last", {1, 0, 1, 0, 0, 0}},
	{"a next key in the last block", {1, 0, 3, 0, 4, 0}},
	{"a next key that is too long", {1, 0, 1, 0, 255, 0}},
};

START_TEST(a_damaged_block_head_is_refused)
{
	uint8_t payload[BLOCK_PAYLOAD] = {0};
	struct dictionary_block block;

	memcpy(payload, damaged_heads[_i].bytes, 8);
	ck_assert_msg(!dictionary_block_open(&block, payload), "%s was read",
	    damaged_heads[_i].what);
}
END_TEST

static const struct {
	const char *what;
	size_t key_size; /* of the entry before */
	uint8_t bytes[16];
} damaged_entries[] = {
	{"more shared than there is", 4, {2, 0}},
	{"more shared than there is, in a byte", 200, {15, 201, 0}},
	{"a key over the limit", 250, {15 << 4 | 15, 250, 5}},
	{"a key without a prefix", 0, {3 << 4, 'a', 'b', 'c', 0}},
	{"a key of nothing", 10, {0, 0}},
	{"a value behind the end", 0,
	    {4 << 4, 'a', 'b', 'c', 'd', 11, 0}},
	{"a length over 64 bits", 0, {4 << 4, 'a', 'b', 'c', 'd', 0xff, 0xff,
	    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 3}},
};

START_TEST(a_damaged_entry_is_refused)
{
	struct dictionary_step step = {
		.key_size = damaged_entries[_i].key_size,
		.next = damaged_entries[_i].bytes,
	};

	ck_assert_msg(!dictionary_step(&step, step.next +
	    sizeof damaged_entries[_i].bytes), "%s was read",
	    damaged_entries[_i].what);
}
END_TEST

START_TEST(a_step_stays_in_bounds_on_any_bytes)
{
	uint64_t seed = support_seed("random bytes");
	struct guard guard = guard_make(64);
	unsigned round, i, n_read = 0;

	for (round = 0; round < DAMAGED_STEPS; round++) {
		struct dictionary_step step = {.key_size = 0};
		uint64_t words[8];
		size_t size = support_below(&seed, 65);

		for (i = 0; i < 8; i++)
			words[i] = support_random(&seed);
		step.key_size = support_below(&seed, TERM_KEY_MAX + 1);
		step.next = guard_copy(&guard, words, size);
		while (dictionary_step(&step, guard.end)) {
			if (step.key_size > TERM_KEY_MAX ||
			    step.key_size < TERM_KEY_PREFIX ||
			    step.value + step.value_size > guard.end)
				ck_abort_msg("round %u", round);
			n_read++;
		}
	}
	ck_assert_uint_gt(n_read, DAMAGED_STEPS / 20);
}
END_TEST

static Suite *
dictionary_suite(void)
{
	Suite *suite = suite_create("dictionary");
	TCase *tcase = tcase_create("dictionary");

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, entries_have_the_bytes_of_the_format);
	tcase_add_test(tcase, every_sixteenth_entry_shares_nothing);
	tcase_add_test(tcase, blocks_read_back_as_they_were_coded);
	tcase_add_test(tcase, the_first_entry_of_a_block_always_fits);
	tcase_add_test(tcase,
	    a_last_entry_taken_out_is_kept_for_the_next_block);
	tcase_add_test(tcase, keys_are_compared_by_bytes_and_then_by_size);
	tcase_add_test(tcase, a_step_refuses_every_truncation);
	tcase_add_loop_test(tcase, a_damaged_block_head_is_refused, 0,
	    sizeof damaged_heads / sizeof *damaged_heads);
	tcase_add_loop_test(tcase, a_damaged_entry_is_refused, 0,
	    sizeof damaged_entries / sizeof *damaged_entries);
	tcase_add_test(tcase, a_step_stays_in_bounds_on_any_bytes);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return support_run(dictionary_suite());
}
