/*
 * What takes off gzip, bzip2, xz and zstd, each in the same steps.  Used by
 * stream.c only.
 */
#ifndef QUIRE_INDEXER_STREAM_CODEC_H
#define QUIRE_INDEXER_STREAM_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* As many first bytes as any of them is known by. */
enum { CODEC_MAGIC_MAX = 10 };

enum codec_step {
	CODEC_MORE,
	CODEC_END,    /* of a member; another may follow it */
	CODEC_BROKEN, /* nothing more comes of it */
};

/* What is left of the compressed bytes, and of the room for plain ones. */
struct codec_bytes {
	const uint8_t *in;
	size_t n_in;
	uint8_t *out;
	size_t n_out;
};

struct codec {
	const char *name; /* for messages */
	bool (*begins)(const uint8_t *bytes, size_t size);
	void *(*create)(void);
	/* Takes and gives what it can; only without input or room for output
	   may it do nothing.  `*reason` is set for CODEC_BROKEN. */
	enum codec_step (*step)(void *state, struct codec_bytes *bytes,
	    const char **reason);
	void (*destroy)(void *state);
};

/* By the first bytes of a file, of which no text has enough to be mistaken;
   NULL: it is not compressed. */
const struct codec *codec_of(const uint8_t *bytes, size_t size);

#endif
