/*
 * Names, sizes and keys of the index file (docs/FORMAT.md).
 */
#ifndef QUIRE_STORE_LAYOUT_H
#define QUIRE_STORE_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

/* Sub-databases, in the order of the stamp. */
enum database {
	DATABASE_META,
	DATABASE_SEG,
	DATABASE_LIVE,
	DATABASE_EXT,
	DATABASE_DIC,
	DATABASE_XID,
	DATABASE_SRC,
	N_DATABASES,
};

extern const char *const database_names[N_DATABASES];

enum {
	SEAL_SIZE = 8,
	EXTENT_SIZE = 65520,
	EXTENT_PAYLOAD = EXTENT_SIZE - SEAL_SIZE,
	BLOCK_SIZE = 4080, /* of dictionary and id blocks */
	BLOCK_PAYLOAD = BLOCK_SIZE - SEAL_SIZE,
	KEY_SIZE_MAX = 511, /* LMDB's */
};

enum stream {
	STREAM_TAILS = 0,
	STREAM_POSTINGS = 1,
	STREAM_HEADS = 2,
	STREAM_POSITION_BLOCKS = 3,
	STREAM_TEXT = 4,
	STREAM_LENGTHS = 5,
	N_PLAIN_STREAMS = 6,
	STREAM_COLUMNS = 16, /* 16 + column */
	N_STREAMS = 32,
};

enum column {
	COLUMN_LENGTH,
	COLUMN_TITLE_LENGTH,
	COLUMN_SEQUENCE,
	COLUMN_DATE,
	COLUMN_LANGUAGE,
	COLUMN_FILE,
	COLUMN_HASH,
	COLUMN_ADDED,
	COLUMN_CHANGED,
	COLUMN_RECORD,
	COLUMN_CHUNK_START,
	COLUMN_CHUNK_PLACE,
	COLUMN_SOURCE,
	N_COLUMNS,
};

enum {
	LENGTHS_PER_EXTENT = 28672, /* seven windows of 4,096 */
	LENGTH_EXCEPTION = 0xffff,
};

/* A content hash is kept to this many bits. */
#define CONTENT_HASH_MASK (((uint64_t)1 << 48) - 1)

enum namespace {
	NAMESPACE_WORD = 1,
	NAMESPACE_FORM = 2,
	NAMESPACE_FIELD = 3,
	NAMESPACE_VALUE = 4,
	NAMESPACE_PAIR = 5,
};

/* Fields whose numbers never change. */
enum fixed_field {
	FIELD_ID,
	FIELD_TITLE,
	FIELD_BODY,
	FIELD_DATE,
	FIELD_LANG,
	FIELD_PATH,
	FIELD_URL,
	FIELD_AUTHOR,
	FIELD_SOURCE,
	FIELD_TAGS,
	N_FIXED_FIELDS,
};

extern const char *const fixed_field_names[N_FIXED_FIELDS];

enum {
	TERM_KEY_PREFIX = 4, /* namespace, language, field */
	TERM_KEY_MAX = TERM_KEY_PREFIX + 250,
	FIELD_VALUE_GAP = 1024, /* positions between the values of a field */
};

/* Builds a term key in `key` (TERM_KEY_MAX bytes); returns its size. */
size_t layout_term_key(uint8_t *key, enum namespace namespace,
    uint8_t language, uint16_t field, const char *term, size_t length);

enum {
	EXTENT_KEY_SIZE = 9,
	XID_KEY_SIZE = 12,
	LIVE_KEY_SIZE = 8,
	SEG_KEY_SIZE = 4,
};

void layout_extent_key(uint8_t key[EXTENT_KEY_SIZE], uint32_t segment,
    uint8_t stream, uint32_t extent);
void layout_live_key(uint8_t key[LIVE_KEY_SIZE], uint32_t segment,
    uint32_t generation);
void layout_xid_key(uint8_t key[XID_KEY_SIZE], uint32_t segment,
    uint32_t hash, uint32_t document);

/* The hash of an article's id within its source.  32 bits lead to a few wrong
 * candidates in a large index; ids are compared whole in any case. */
uint32_t layout_id_hash(uint32_t source, const char *id, size_t length);

/*
 * Seals are checked, but in builds that feed damaged values to the decoders:
 * there every seal fits, so that what is behind them is tried as well.  Only
 * under the address sanitizer, so that no such program is ever shipped.
 */
#ifdef QUIRE_BELIEVE_SEALS
enum { SEALS_ARE_BELIEVED = 1 };
#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define QUIRE_IS_SANITIZED
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define QUIRE_IS_SANITIZED
#endif
#ifndef QUIRE_IS_SANITIZED
#error "QUIRE_BELIEVE_SEALS is for tests under the address sanitizer"
#endif
#else
enum { SEALS_ARE_BELIEVED = 0 };
#endif

/*
 * The seal of a value: XXH3-64 of its payload, seeded by the name of the
 * database and the key.
 */
uint64_t layout_seal(enum database database, const void *key, size_t key_size,
    const void *payload, size_t size);

#endif
