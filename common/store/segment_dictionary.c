/*
 * Looking terms up in a segment.  LMDB's tree leads to a block; the block,
 * once its seal is checked, proves by its own first key and the next one's
 * that it is the only place where the term could be.
 */
#include "segment_parts.h"
#include "store/bytes.h"
#include "store/dictionary.h"

#include <string.h>

/* The LMDB key of the block that begins with a term key. */
static size_t
block_key(uint8_t *name, uint32_t segment, const uint8_t *key, size_t size)
{
	bytes_put_key_u32(name, segment);
	if (size)
		memcpy(name + 4, key, size);
	return 4 + size;
}

static bool
belongs(const struct segment *segment, const MDB_val *name)
{
	return name->mv_size > 4 && name->mv_size <= 4 + TERM_KEY_MAX &&
	    bytes_key_u32(name->mv_data) == segment->listed.number;
}

static bool
is_after(const MDB_val *name, const uint8_t *key, size_t size)
{
	return dictionary_compare((const uint8_t *)name->mv_data + 4,
	    name->mv_size - 4, key, size) > 0;
}

/*
 * The last block whose first key is at most `key`, or the first block of the
 * segment if all begin after it.
 */
static enum status
find_block(struct segment *segment, const uint8_t *key, size_t size,
    MDB_val *name, MDB_val *value)
{
	uint8_t wanted[4 + TERM_KEY_MAX];
	size_t wanted_size = block_key(wanted, segment->listed.number, key,
	    size);
	int code;

	if (!segment->dictionary && environment_cursor(segment->txn,
	    segment->environment->databases[DATABASE_DIC],
	    &segment->dictionary))
		return STATUS_DAMAGED;
	*name = environment_val(wanted, wanted_size);
	code = environment_move(segment->dictionary, name, value,
	    MDB_SET_RANGE);
	if (code == 0 && belongs(segment, name) && !is_after(name, key, size))
		return STATUS_OK;
	if (code != 0 && code != MDB_NOTFOUND)
		return STATUS_DAMAGED;
	code = environment_move(segment->dictionary, name, value,
	    code ? MDB_LAST : MDB_PREV);
	if (code == 0 && belongs(segment, name))
		return STATUS_OK;
	/* Nothing of the segment begins at or before it. */
	*name = environment_val(wanted, 4);
	code = environment_move(segment->dictionary, name, value,
	    MDB_SET_RANGE);
	return code == 0 && belongs(segment, name) ? STATUS_OK
	    : STATUS_DAMAGED;
}

static enum status
open_block(struct segment *segment, const MDB_val *name, const MDB_val *value,
    struct dictionary_cursor *cursor)
{
	const uint8_t *payload = segment_check_block(segment, DATABASE_DIC,
	    name, value);
	struct dictionary_block block;

	if (!payload || !dictionary_block_open(&block, payload))
		return STATUS_DAMAGED;
	cursor->block = payload;
	cursor->next = block.entries;
	cursor->left = block.n;
	cursor->last_block = (block.flags & DICTIONARY_LAST) != 0;
	memcpy(cursor->next_key, block.next_key, block.next_key_size);
	cursor->next_key_size = block.next_key_size;
	cursor->entry.key_size = 0;
	return STATUS_OK;
}

/* Whether `key` can only stand in the block just opened under `name`. */
static bool
covers(const struct dictionary_cursor *cursor, const MDB_val *name,
    const uint8_t *key, size_t size)
{
	bool first = (cursor->block[2] & DICTIONARY_FIRST) != 0;

	if (is_after(name, key, size) && !first)
		return false;
	return cursor->last_block || dictionary_compare(key, size,
	    cursor->next_key, cursor->next_key_size) < 0;
}

static void
take_step(struct dictionary_cursor *cursor,
    const struct dictionary_step *here)
{
	struct dictionary_entry *entry = &cursor->entry;

	memcpy(entry->key, here->key, here->key_size);
	entry->key_size = here->key_size;
	entry->value = here->value;
	entry->value_size = here->value_size;
	cursor->next = here->next;
}

static enum status
step(struct dictionary_cursor *cursor)
{
	struct dictionary_entry *entry = &cursor->entry;
	struct dictionary_step here;

	memcpy(here.key, entry->key, entry->key_size);
	here.key_size = entry->key_size;
	here.next = cursor->next;
	if (!dictionary_step(&here, cursor->block + BLOCK_PAYLOAD))
		return STATUS_DAMAGED;
	take_step(cursor, &here);
	cursor->left--;
	return STATUS_OK;
}

/* Within a block just opened. */
static enum status
step_to(struct dictionary_cursor *cursor, const uint8_t *key, size_t size)
{
	struct dictionary_step here = {.next = cursor->next};
	enum status status = dictionary_step_to(&here, &cursor->left,
	    cursor->block + BLOCK_PAYLOAD, key, size);

	if (status == STATUS_OK)
		take_step(cursor, &here);
	return status;
}

static enum status
next_block(struct dictionary_cursor *cursor)
{
	struct segment *segment = cursor->segment;
	uint8_t wanted[4 + TERM_KEY_MAX];
	MDB_val name, value;
	size_t size;

	if (cursor->last_block)
		return STATUS_END;
	size = block_key(wanted, segment->listed.number, cursor->next_key,
	    cursor->next_key_size);
	name = environment_val(wanted, size);
	if (environment_move(segment->dictionary, &name, &value, MDB_SET_KEY))
		return STATUS_DAMAGED;
	return open_block(segment, &name, &value, cursor);
}

enum status
dictionary_next(struct dictionary_cursor *cursor)
{
	enum status status = STATUS_OK;

	if (cursor->left == 0)
		status = next_block(cursor);
	if (status == STATUS_OK)
		status = step(cursor);
	return status == STATUS_DAMAGED ? segment_fail(cursor->segment)
	    : status;
}

enum status
dictionary_seek(struct dictionary_cursor *cursor, struct segment *segment,
    const uint8_t *key, size_t key_size)
{
	MDB_val name, value;
	enum status status;

	*cursor = (struct dictionary_cursor){.segment = segment};
	if (segment->record.n_dictionary_blocks == 0)
		return STATUS_END;
	status = find_block(segment, key, key_size, &name, &value);
	if (status == STATUS_OK)
		status = open_block(segment, &name, &value, cursor);
	if (status == STATUS_OK && !covers(cursor, &name, key, key_size))
		status = STATUS_DAMAGED;
	if (status == STATUS_OK)
		status = step_to(cursor, key, key_size);
	if (status == STATUS_DAMAGED)
		return segment_fail(segment);
	/* All of the block come before: the next begins at or after it. */
	return status == STATUS_END ? dictionary_next(cursor) : status;
}

enum status
segment_find(struct segment *segment, const uint8_t *key, size_t key_size,
    struct dictionary_entry *entry)
{
	struct dictionary_cursor cursor;
	enum status status = dictionary_seek(&cursor, segment, key, key_size);

	if (status == STATUS_END || (status == STATUS_OK &&
	    dictionary_compare(cursor.entry.key, cursor.entry.key_size, key,
	    key_size) != 0))
		return STATUS_NOT_FOUND;
	if (status == STATUS_OK)
		*entry = cursor.entry;
	return status;
}

/* A pair in one byte: the language and how much of the form is cut off. */
static enum status
cut_form(uint8_t byte, const char *form, size_t form_length,
    struct form_pair *pair)
{
	size_t cut = (byte >> FORM_PAIR_CUT_SHIFT) % FORM_PAIR_CUT_MAX + 1U;

	if (cut > form_length)
		return STATUS_DAMAGED;
	pair->language = byte % FORM_PAIR_LANGUAGES;
	pair->length = (uint8_t)(form_length - cut);
	memcpy(pair->stem, form, pair->length);
	return STATUS_OK;
}

enum status
form_pair_next(const uint8_t **next, const uint8_t *end, const char *form,
    size_t form_length, struct form_pair *pair)
{
	const uint8_t *in = *next;
	size_t shared, rest;

	if (in == end)
		return STATUS_END;
	if (*in & FORM_PAIR_CUT) {
		*next = in + 1;
		return cut_form(*in, form, form_length, pair);
	}
	if (end - in < 3)
		return STATUS_DAMAGED;
	pair->language = *in++;
	shared = *in++;
	rest = *in++;
	if (shared > form_length || shared + rest > sizeof pair->stem ||
	    (size_t)(end - in) < rest)
		return STATUS_DAMAGED;
	memcpy(pair->stem, form, shared);
	memcpy(pair->stem + shared, in, rest);
	pair->length = (uint8_t)(shared + rest);
	*next = in + rest;
	return STATUS_OK;
}
