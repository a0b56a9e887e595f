/* Names, keys and seals of the index file. */
#include "store/layout.h"

#include "store/bytes.h"

#include <string.h>
#include <xxhash.h>

const char *const database_names[N_DATABASES] = {
    "meta", "seg", "live", "ext", "dic", "xid", "src"};

const char *const fixed_field_names[N_FIXED_FIELDS] = {"id", "title", "body",
    "date", "lang", "path", "url", "author", "source", "tags"};

size_t
layout_term_key(uint8_t *key, enum namespace namespace, uint8_t language,
    uint16_t field, const char *term, size_t length)
{
	key[0] = (uint8_t)namespace;
	key[1] = language;
	bytes_put_key_u16(key + 2, field);
	if (length)
		memcpy(key + TERM_KEY_PREFIX, term, length);
	return TERM_KEY_PREFIX + length;
}

void
layout_extent_key(uint8_t key[EXTENT_KEY_SIZE], uint32_t segment,
    uint8_t stream, uint32_t extent)
{
	bytes_put_key_u32(key, segment);
	key[4] = stream;
	bytes_put_key_u32(key + 5, extent);
}

void
layout_live_key(uint8_t key[LIVE_KEY_SIZE], uint32_t segment,
    uint32_t generation)
{
	bytes_put_key_u32(key, segment);
	bytes_put_key_u32(key + 4, generation);
}

void
layout_xid_key(uint8_t key[XID_KEY_SIZE], uint32_t segment, uint32_t hash,
    uint32_t document)
{
	bytes_put_key_u32(key, segment);
	bytes_put_key_u32(key + 4, hash);
	bytes_put_key_u32(key + 8, document);
}

uint32_t
layout_id_hash(uint32_t source, const char *id, size_t length)
{
	return (uint32_t)XXH3_64bits_withSeed(id, length, source);
}

uint64_t
layout_seal(enum database database, const void *key, size_t key_size,
    const void *payload, size_t size)
{
	enum { TOO_LONG = KEY_SIZE_MAX + 1 };
	uint8_t named[8 + TOO_LONG];
	size_t name_size = strlen(database_names[database]) + 1;
	uint64_t seed;

	/* A damaged page can tell of a key that LMDB does not allow; cut to
	 * one byte more than that, it is still none that a value has. */
	if (key_size > TOO_LONG)
		key_size = TOO_LONG;
	memcpy(named, database_names[database], name_size);
	memcpy(named + name_size, key, key_size);
	seed = XXH3_64bits(named, name_size + key_size);
	return XXH3_64bits_withSeed(payload, size, seed);
}
