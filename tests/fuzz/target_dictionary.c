/*
 * Blocks of the dictionary.  The first byte chooses: hostile bytes as a
 * block, a block that was just filled, or the stems of a form.
 */
#include "fuzz.h"

#include "store/dictionary.h"
#include "store/segment.h"

#include <stdlib.h>
#include <string.h>

struct key {
	uint8_t bytes[TERM_KEY_MAX];
	size_t size;
};

enum { KEYS_MOST = 4096 }; /* no block holds as many */

static bool
is_at_least(const struct key *key, const uint8_t *wanted, size_t size)
{
	return dictionary_compare(key->bytes, key->size, wanted, size) >= 0;
}

/* Looking up is walking to the first key that is not less. */
static void
look_up(const struct dictionary_block *block, const struct key *keys,
    unsigned n, const uint8_t *wanted, size_t size)
{
	struct dictionary_step step = {.next = block->entries};
	unsigned left = n, want = 0;
	enum status status = dictionary_step_to(&step, &left, block->end,
	    wanted, size);

	while (want < n && !is_at_least(&keys[want], wanted, size))
		want++;
	FUZZ_CHECK(status == (want < n ? STATUS_OK : STATUS_END));
	if (want == n)
		return;
	FUZZ_CHECK(left == n - want - 1);
	FUZZ_CHECK(dictionary_compare(step.key, step.key_size,
	    keys[want].bytes, keys[want].size) == 0);
}

/* All entries from the first on; how many there are, and whether their keys
 * rise. */
static unsigned
walk(const struct dictionary_block *block, struct key *keys, bool *rise)
{
	struct dictionary_step step = {.next = block->entries};
	unsigned n = 0;

	*rise = true;
	while (n < block->n && n < KEYS_MOST) {
		if (!dictionary_step(&step, block->end))
			break;
		FUZZ_CHECK(step.key_size >= TERM_KEY_PREFIX);
		FUZZ_CHECK(step.key_size <= TERM_KEY_MAX);
		FUZZ_CHECK(step.value + step.value_size <= block->end);
		memcpy(keys[n].bytes, step.key, step.key_size);
		keys[n].size = step.key_size;
		*rise &= n == 0 || !is_at_least(&keys[n - 1], step.key,
		    step.key_size);
		n++;
	}
	return n;
}

static void
read_block(struct fuzz_input *input)
{
	static struct key keys[KEYS_MOST];
	uint8_t *payload = calloc(1, BLOCK_PAYLOAD);
	size_t wanted_size, size;
	uint8_t *wanted = fuzz_part(input, &wanted_size);
	uint8_t *bytes = fuzz_rest(input, &size);
	struct dictionary_block block;
	bool rise;

	memcpy(payload, bytes, size < BLOCK_PAYLOAD ? size : BLOCK_PAYLOAD);
	if (wanted_size > TERM_KEY_MAX)
		wanted_size = TERM_KEY_MAX;
	if (dictionary_block_open(&block, payload)) {
		unsigned n = walk(&block, keys, &rise), left = block.n;
		struct dictionary_step step = {.next = block.entries};

		dictionary_step_to(&step, &left, block.end, wanted,
		    wanted_size);
		if (rise)
			look_up(&block, keys, n, wanted, wanted_size);
	}
	free(bytes);
	free(wanted);
	free(payload);
}

/* The next key is the one before with its end changed. */
static void
next_key(struct fuzz_input *input, struct key *key)
{
	size_t shared = TERM_KEY_PREFIX + fuzz_u8(input) % 64U;
	size_t rest = fuzz_u8(input);

	if (shared > key->size)
		shared = key->size;
	if (rest > TERM_KEY_MAX - shared)
		rest = TERM_KEY_MAX - shared;
	key->size = shared;
	for (size_t i = 0; i < rest && fuzz_left(input); i++)
		key->bytes[key->size++] = fuzz_u8(input);
}

static void
fill_block(struct fuzz_input *input)
{
	static struct key keys[KEYS_MOST];
	static struct key again[KEYS_MOST];
	struct dictionary_builder *builder = malloc(sizeof *builder);
	uint8_t *payload = malloc(BLOCK_PAYLOAD);
	struct key key = {.bytes = {NAMESPACE_WORD, 1, 0, 0},
	    .size = TERM_KEY_PREFIX};
	struct dictionary_block block;
	unsigned n = 0;
	bool rise;

	dictionary_builder_start(builder);
	while (fuzz_left(input) && n < KEYS_MOST) {
		next_key(input, &key);
		if (n > 0 && is_at_least(&keys[n - 1], key.bytes, key.size))
			continue;
		if (!dictionary_builder_add(builder, key.bytes, key.size,
		    key.bytes, key.size % 32))
			break;
		keys[n++] = key;
	}
	if (n > 0 && dictionary_builder_fits(builder, 0)) {
		dictionary_builder_finish(builder, true, NULL, 0, payload);
		FUZZ_CHECK(dictionary_block_open(&block, payload));
		FUZZ_CHECK(block.n == n);
		FUZZ_CHECK(walk(&block, again, &rise) == n && rise);
		for (unsigned i = 0; i < n; i++)
			look_up(&block, again, n, keys[i].bytes,
			    keys[i].size);
	}
	free(payload);
	free(builder);
}

static void
read_pairs(struct fuzz_input *input)
{
	size_t form_size, size;
	char *form = fuzz_part(input, &form_size);
	uint8_t *bytes = fuzz_rest(input, &size);
	const uint8_t *next = bytes;
	struct form_pair pair;

	if (form_size <= sizeof pair.stem)
		while (form_pair_next(&next, bytes + size, form, form_size,
		    &pair) == STATUS_OK) {
			FUZZ_CHECK(pair.length <= sizeof pair.stem);
			FUZZ_CHECK(next > bytes && next <= bytes + size);
		}
	free(bytes);
	free(form);
}

void
fuzz_dictionary(const uint8_t *bytes, size_t size)
{
	struct fuzz_input input = {bytes, bytes + size};

	switch (fuzz_u8(&input) % 4) {
	case 0:
	case 1:
		read_block(&input);
		return;
	case 2:
		fill_block(&input);
		return;
	default:
		read_pairs(&input);
	}
}
