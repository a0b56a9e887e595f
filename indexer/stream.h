/*
 * The bytes of a file, with gzip, bzip2, xz and zstd taken off.  Checksums
 * are checked, and reading ends at the first that does not match.  Used by
 * source.c only.
 */
#ifndef QUIRE_INDEXER_STREAM_H
#define QUIRE_INDEXER_STREAM_H

#include "status.h"

#include <stddef.h>
#include <stdint.h>

/* Compressed within compressed is read, but no deeper: a few bytes could
   else become any number of them. */
enum { STREAM_LAYERS_MAX = 2 };

struct stream;

/*
 * Reads from `fd`, which becomes the stream's to close, also when it fails.
 * STATUS_OK, or STATUS_IO or STATUS_INVALID with the reason in `error`.
 * Where it has to wait for bytes, here and later, signals_stop is an error.
 */
enum status stream_open(int fd, struct stream **stream, struct error *error);

/*
 * Fills `bytes`, all of it unless the end comes first, and sets `*n`.
 * STATUS_OK with `*n` > 0, STATUS_END, or STATUS_IO or STATUS_INVALID with
 * the reason in `error`; what was read before an error comes first.
 */
enum status stream_read(struct stream *stream, uint8_t *bytes, size_t size,
    size_t *n, struct error *error);

/* Bytes read from `fd` so far. */
uint64_t stream_position(const struct stream *stream);

void stream_close(struct stream *stream); /* NULL is allowed */

#endif
