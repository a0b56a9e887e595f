/*
 * One dictionary block, front-coded.  Each entry shares the start of the
 * key before it; every sixteenth shares nothing, so that a block damaged in
 * memory cannot go unnoticed for long and later readers may jump.
 */
#include "store/dictionary.h"

#include "store/bytes.h"

#include <string.h>

enum {
	HEADER = 6, /* u16 entries, u8 flags, u8 0, u16 next key */
	ENTRY_HEAD_MAX = 3,
	/* A half of an entry's first byte: the number follows as a byte. */
	FOLLOWS = 15,
	/* Codes from 1 on of the shared bytes: keys share the prefix at least,
	 * or nothing. */
	SHARED_BASE = TERM_KEY_PREFIX - 1,
};

int
dictionary_compare(const uint8_t *a, size_t a_size, const uint8_t *b,
    size_t b_size)
{
	size_t both = a_size < b_size ? a_size : b_size;
	int order = both ? memcmp(a, b, both) : 0;

	if (order)
		return order;
	return a_size < b_size ? -1 : a_size > b_size;
}

void
dictionary_builder_start(struct dictionary_builder *builder)
{
	builder->size = 0;
	builder->n = 0;
	builder->first_key_size = builder->last_key_size = 0;
}

static size_t
shared_bytes(const struct dictionary_builder *builder, const uint8_t *key,
    size_t key_size)
{
	size_t shared = 0;

	if (builder->n % DICTIONARY_RESTART == 0)
		return 0;
	while (shared < key_size && shared < builder->last_key_size &&
	    key[shared] == builder->last_key[shared])
		shared++;
	return shared;
}

static unsigned
shared_code(size_t shared)
{
	if (shared == 0)
		return 0;
	if (shared > SHARED_BASE && shared < SHARED_BASE + FOLLOWS)
		return (unsigned)shared - SHARED_BASE;
	return FOLLOWS;
}

static uint8_t *
put_entry_head(uint8_t *out, size_t shared, size_t rest)
{
	unsigned low = shared_code(shared);
	unsigned high = rest < FOLLOWS ? (unsigned)rest : FOLLOWS;

	*out++ = (uint8_t)(high << 4 | low);
	if (low == FOLLOWS)
		*out++ = (uint8_t)shared;
	if (high == FOLLOWS)
		*out++ = (uint8_t)rest;
	return out;
}

/* The rest of the key after the head, or NULL if it is cut off. */
static const uint8_t *
get_entry_head(const uint8_t *in, const uint8_t *end, size_t *shared,
    size_t *rest)
{
	if (in >= end)
		return NULL;
	*shared = *in & 15U;
	*rest = *in++ >> 4;
	if (*shared == FOLLOWS) {
		if (in == end)
			return NULL;
		*shared = *in++;
	} else if (*shared > 0) {
		*shared += SHARED_BASE;
	}
	if (*rest == FOLLOWS) {
		if (in == end)
			return NULL;
		*rest = *in++;
	}
	return in;
}

bool
dictionary_builder_add(struct dictionary_builder *builder, const uint8_t *key,
    size_t key_size, const uint8_t *value, size_t value_size)
{
	size_t shared = shared_bytes(builder, key, key_size);
	size_t rest = key_size - shared;
	uint8_t *out = builder->entries + builder->size;
	size_t room = BLOCK_PAYLOAD - HEADER - builder->size;

	/* Its key must have room in its place, should it be dropped. */
	if (ENTRY_HEAD_MAX + rest + 2 + value_size > room || key_size > room)
		return false;
	builder->last_start = builder->size;
	if (value_size)
		memcpy(builder->last_value, value, value_size);
	builder->last_value_size = value_size;
	out = put_entry_head(out, shared, rest);
	memcpy(out, key + shared, rest);
	out = varint_put(out + rest, value_size);
	if (value_size)
		memcpy(out, value, value_size);
	builder->size = (size_t)(out + value_size - builder->entries);
	if (builder->n++ == 0) {
		memcpy(builder->first_key, key, key_size);
		builder->first_key_size = key_size;
	}
	memcpy(builder->last_key, key, key_size);
	builder->last_key_size = key_size;
	return true;
}

bool
dictionary_builder_fits(const struct dictionary_builder *builder,
    size_t next_key_size)
{
	return HEADER + next_key_size + builder->size <= BLOCK_PAYLOAD;
}

void
dictionary_builder_drop_last(struct dictionary_builder *builder)
{
	builder->size = builder->last_start;
	builder->n--;
}

void
dictionary_builder_finish(const struct dictionary_builder *builder,
    bool is_first, const uint8_t *next_key, size_t next_key_size,
    uint8_t payload[BLOCK_PAYLOAD])
{
	uint8_t *out = payload + HEADER;

	bytes_put_u16(payload, (uint16_t)builder->n);
	payload[2] = (uint8_t)((is_first ? DICTIONARY_FIRST : 0) |
	    (next_key_size ? 0 : DICTIONARY_LAST));
	payload[3] = 0;
	bytes_put_u16(payload + 4, (uint16_t)next_key_size);
	if (next_key_size)
		memcpy(out, next_key, next_key_size);
	out += next_key_size;
	memcpy(out, builder->entries, builder->size);
	out += builder->size;
	memset(out, 0, (size_t)(payload + BLOCK_PAYLOAD - out));
}

bool
dictionary_block_open(struct dictionary_block *block, const uint8_t *payload)
{
	block->n = bytes_u16(payload);
	block->flags = payload[2];
	block->next_key_size = bytes_u16(payload + 4);
	if (block->next_key_size > TERM_KEY_MAX || block->n == 0 ||
	    (block->next_key_size == 0) !=
	    ((block->flags & DICTIONARY_LAST) != 0))
		return false;
	block->next_key = payload + HEADER;
	block->entries = block->next_key + block->next_key_size;
	block->end = payload + BLOCK_PAYLOAD;
	return true;
}

/* What an entry holds but the part of its key that it shares. */
struct entry_parts {
	size_t shared, rest;
	const uint8_t *key; /* the rest of it */
	const uint8_t *value;
	size_t value_size;
};

/* The entry at `in`, after one with a key of `before` bytes; NULL if damaged,
 * else where the next one is. */
static inline const uint8_t *
get_entry(const uint8_t *in, const uint8_t *end, size_t before,
    struct entry_parts *parts)
{
	uint64_t value_size;

	in = get_entry_head(in, end, &parts->shared, &parts->rest);
	if (!in || parts->shared > before ||
	    parts->shared + parts->rest > TERM_KEY_MAX ||
	    parts->shared + parts->rest < TERM_KEY_PREFIX ||
	    (size_t)(end - in) < parts->rest)
		return NULL;
	parts->key = in;
	in = varint_get(in + parts->rest, end, &value_size);
	if (!in || value_size > (size_t)(end - in))
		return NULL;
	parts->value = in;
	parts->value_size = value_size;
	return in + value_size;
}

static void
take_entry(struct dictionary_step *step, const struct entry_parts *parts,
    const uint8_t *next)
{
	memcpy(step->key + parts->shared, parts->key, parts->rest);
	step->key_size = parts->shared + parts->rest;
	step->value = parts->value;
	step->value_size = parts->value_size;
	step->next = next;
}

bool
dictionary_step(struct dictionary_step *step, const uint8_t *end)
{
	struct entry_parts parts;
	const uint8_t *next = get_entry(step->next, end, step->key_size,
	    &parts);

	if (!next)
		return false;
	take_entry(step, &parts, next);
	return true;
}

enum status
dictionary_step_to(struct dictionary_step *step, unsigned *left,
    const uint8_t *end, const uint8_t *key, size_t size)
{
	/* Bytes that the key before, which is less, has in common with
	 * `key`. */
	size_t common = 0, before = 0;
	const uint8_t *at = step->next;

	for (; *left; --*left) {
		struct entry_parts parts;
		const uint8_t *next = get_entry(at, end, before, &parts);
		size_t n = 0;

		if (!next)
			return STATUS_DAMAGED;
		at = next;
		before = parts.shared + parts.rest;
		if (parts.shared > common)
			continue; /* it differs where the one before does */
		/* Some entries share less than they could. */
		while (n < parts.rest && parts.shared + n < size &&
		    parts.key[n] == key[parts.shared + n])
			n++;
		common = parts.shared + n;
		if (common < size &&
		    (n == parts.rest || parts.key[n] < key[common]))
			continue;
		if (parts.shared)
			memcpy(step->key, key, parts.shared);
		take_entry(step, &parts, next);
		--*left;
		return STATUS_OK;
	}
	return STATUS_END;
}
