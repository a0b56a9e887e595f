/* gzip, bzip2, xz and zstd, by the library of each. */
#include "stream_codec.h"

#include "alloc.h"
#include "buffer.h"

#include <bzlib.h>
#include <lzma.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

static const char damaged[] = "damaged data";
static const char no_match[] = "checksum does not match";

/* A file is not damaged since there is no memory to unpack it in. */
static _Noreturn const char *
no_memory(void)
{
	alloc_gone();
}

static unsigned
at_most(size_t size)
{
	return size < 1u << 30 ? (unsigned)size : 1u << 30;
}

static bool
has(const uint8_t *bytes, size_t size, size_t at, const char *magic,
    size_t length)
{
	return size >= at + length && memcmp(bytes + at, magic, length) == 0;
}

/* --- gzip --- */

static bool
gzip_begins(const uint8_t *bytes, size_t size)
{
	return has(bytes, size, 0, "\x1f\x8b", 2);
}

static void *
gzip_create(void)
{
	z_stream *state = alloc_zeroed(1, sizeof *state);

	/* 16: with the header and the check sums of gzip.  Without memory
	   the first step fails. */
	inflateInit2(state, 16 + MAX_WBITS);
	return state;
}

static const char *
gzip_reason(const z_stream *state, int code)
{
	static const char *const checks[] = {"incorrect data check",
	    "incorrect length check", "header crc mismatch"};

	if (code == Z_MEM_ERROR || code == Z_STREAM_ERROR)
		return no_memory();
	for (size_t i = 0; state->msg && i < 3; i++)
		if (strcmp(state->msg, checks[i]) == 0)
			return no_match;
	return damaged;
}

static enum codec_step
gzip_step(void *context, struct codec_bytes *bytes, const char **reason)
{
	z_stream *state = context;
	unsigned n_in = at_most(bytes->n_in), n_out = at_most(bytes->n_out);
	int code;

	state->next_in = (Bytef *)(uintptr_t)bytes->in;
	state->avail_in = n_in;
	state->next_out = bytes->out;
	state->avail_out = n_out;
	code = inflate(state, Z_NO_FLUSH);
	bytes->in += n_in - state->avail_in;
	bytes->n_in -= n_in - state->avail_in;
	bytes->out += n_out - state->avail_out;
	bytes->n_out -= n_out - state->avail_out;
	if (code == Z_STREAM_END) {
		inflateReset(state);
		return CODEC_END;
	}
	if (code == Z_OK || code == Z_BUF_ERROR)
		return CODEC_MORE;
	*reason = gzip_reason(state, code);
	return CODEC_BROKEN;
}

static void
gzip_destroy(void *state)
{
	inflateEnd(state);
	free(state);
}

/* --- bzip2 --- */

enum {
	BZIP2_PIECE = 32 * 1024,
	BZIP2_HELD_MAX = 8 * 1024 * 1024, /* a block of runs can be more */
};

/*
 * A block has its check sum behind it, and what a damaged one decompresses
 * to looks like words.  So it is held until the library goes on behind it.
 */
struct bzip2 {
	bz_stream stream;
	int code; /* of the last step: BZ_OK, or it is over */
	struct buffer held;
	size_t given, checked; /* bytes of `held` */
};

static bool
bzip2_begins(const uint8_t *bytes, size_t size)
{
	return has(bytes, size, 0, "BZh", 3) &&
	    (has(bytes, size, 4, "\x31\x41\x59\x26\x53\x59", 6) ||
	        has(bytes, size, 4, "\x17\x72\x45\x38\x50\x90", 6));
}

static void *
bzip2_create(void)
{
	struct bzip2 *state = alloc_zeroed(1, sizeof *state);

	BZ2_bzDecompressInit(&state->stream, 0, 0);
	return state;
}

/* Gives out what is checked; false if there was not room for all. */
static bool
bzip2_give(struct bzip2 *state, struct codec_bytes *bytes)
{
	struct buffer *held = &state->held;
	size_t n = state->checked - state->given;

	if (!state->checked)
		return true;
	if (n > bytes->n_out)
		n = bytes->n_out;
	memcpy(bytes->out, held->bytes + state->given, n);
	bytes->out += n;
	bytes->n_out -= n;
	state->given += n;
	if (state->given < state->checked)
		return false;
	held->size -= state->given;
	memmove(held->bytes, held->bytes + state->given, held->size);
	state->given = state->checked = 0;
	return true;
}

/* Decompresses a piece more; false if that is not possible. */
static bool
bzip2_hold(struct bzip2 *state, struct codec_bytes *bytes)
{
	bz_stream *stream = &state->stream;
	size_t before = state->held.size;
	unsigned n_in = at_most(bytes->n_in);

	stream->next_in = (char *)(uintptr_t)bytes->in;
	stream->avail_in = n_in;
	stream->next_out = (char *)buffer_reserve(&state->held, BZIP2_PIECE);
	stream->avail_out = BZIP2_PIECE;
	state->code = BZ2_bzDecompress(stream);
	state->held.size += BZIP2_PIECE - stream->avail_out;
	bytes->in += n_in - stream->avail_in;
	bytes->n_in -= n_in - stream->avail_in;
	/* It takes input only between blocks, and leaves room only there. */
	if (stream->avail_in < n_in || before > BZIP2_HELD_MAX)
		state->checked = before;
	if (state->code == BZ_STREAM_END ||
	    (state->code == BZ_OK && stream->avail_out))
		state->checked = state->held.size;
	return state->code != BZ_OK || stream->avail_in < n_in ||
	    state->held.size > before || state->checked;
}

static void
bzip2_restart(struct bzip2 *state)
{
	BZ2_bzDecompressEnd(&state->stream);
	BZ2_bzDecompressInit(&state->stream, 0, 0);
	state->code = BZ_OK;
}

static enum codec_step
bzip2_step(void *context, struct codec_bytes *bytes, const char **reason)
{
	struct bzip2 *state = context;

	do {
		if (!bzip2_give(state, bytes))
			return CODEC_MORE;
		if (state->code == BZ_STREAM_END) {
			bzip2_restart(state);
			return CODEC_END;
		}
		if (state->code != BZ_OK) {
			*reason = state->code == BZ_MEM_ERROR ||
			    state->code == BZ_PARAM_ERROR ? no_memory()
			                                  : damaged;
			return CODEC_BROKEN;
		}
	} while (bytes->n_out && bzip2_hold(state, bytes));
	return CODEC_MORE;
}

static void
bzip2_destroy(void *context)
{
	struct bzip2 *state = context;

	BZ2_bzDecompressEnd(&state->stream);
	buffer_free(&state->held);
	free(state);
}

/* --- xz --- */

enum { XZ_MEMORY = 1 << 30 };

static bool
xz_begins(const uint8_t *bytes, size_t size)
{
	return has(bytes, size, 0, "\xfd" "7zXZ\0", 6);
}

/* If it fails, so does the first step. */
static void
xz_start(lzma_stream *state)
{
	if (lzma_stream_decoder(state, XZ_MEMORY, 0) != LZMA_OK)
		lzma_end(state);
}

static void *
xz_create(void)
{
	lzma_stream *state = alloc_zeroed(1, sizeof *state);

	xz_start(state);
	return state;
}

static enum codec_step
xz_step(void *context, struct codec_bytes *bytes, const char **reason)
{
	lzma_stream *state = context;
	lzma_ret code;

	state->next_in = bytes->in;
	state->avail_in = bytes->n_in;
	state->next_out = bytes->out;
	state->avail_out = bytes->n_out;
	code = lzma_code(state, LZMA_RUN);
	*bytes = (struct codec_bytes){state->next_in, state->avail_in,
	    state->next_out, state->avail_out};
	if (code == LZMA_STREAM_END) {
		xz_start(state);
		return CODEC_END;
	}
	if (code == LZMA_OK || code == LZMA_BUF_ERROR)
		return CODEC_MORE;
	*reason = code == LZMA_MEMLIMIT_ERROR ? "needs more than 1 GB of memory"
	    : code == LZMA_MEM_ERROR || code == LZMA_PROG_ERROR ? no_memory()
	    : code == LZMA_OPTIONS_ERROR ? "xz of an unknown kind" : damaged;
	return CODEC_BROKEN;
}

static void
xz_destroy(void *state)
{
	lzma_end(state);
	free(state);
}

/* --- zstd --- */

/* A frame, or one of those that hold no data and are to be skipped. */
static bool
zstd_begins(const uint8_t *bytes, size_t size)
{
	return has(bytes, size, 0, "\x28\xb5\x2f\xfd", 4) ||
	    (has(bytes, size, 1, "\x2a\x4d\x18", 3) &&
	        (bytes[0] & 0xf0) == 0x50);
}

static void *
zstd_create(void)
{
	return ZSTD_createDCtx();
}

static const char *
zstd_reason(size_t code)
{
	switch (ZSTD_getErrorCode(code)) {
	case ZSTD_error_checksum_wrong:
		return no_match;
	case ZSTD_error_memory_allocation:
		return no_memory();
	case ZSTD_error_frameParameter_windowTooLarge:
		return "needs more than 128 MB of memory";
	default:
		return damaged;
	}
}

static enum codec_step
zstd_step(void *state, struct codec_bytes *bytes, const char **reason)
{
	ZSTD_inBuffer in = {bytes->in, bytes->n_in, 0};
	ZSTD_outBuffer out = {bytes->out, bytes->n_out, 0};
	size_t code;

	if (!state)
		no_memory();
	code = ZSTD_decompressStream(state, &out, &in);
	bytes->in += in.pos;
	bytes->n_in -= in.pos;
	bytes->out += out.pos;
	bytes->n_out -= out.pos;
	if (!ZSTD_isError(code))
		return code ? CODEC_MORE : CODEC_END;
	*reason = zstd_reason(code);
	return CODEC_BROKEN;
}

static void
zstd_destroy(void *state)
{
	ZSTD_freeDCtx(state);
}

const struct codec *
codec_of(const uint8_t *bytes, size_t size)
{
	static const struct codec codecs[] = {
	    {"gzip", gzip_begins, gzip_create, gzip_step, gzip_destroy},
	    {"bzip2", bzip2_begins, bzip2_create, bzip2_step, bzip2_destroy},
	    {"xz", xz_begins, xz_create, xz_step, xz_destroy},
	    {"zstd", zstd_begins, zstd_create, zstd_step, zstd_destroy},
	};

	for (size_t i = 0; i < sizeof codecs / sizeof *codecs; i++)
		if (codecs[i].begins(bytes, size))
			return &codecs[i];
	return NULL;
}
