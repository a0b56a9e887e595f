/* The bytes of a file, whatever it is compressed with. */
#include "stream.h"

#include "alloc.h"
#include "signals.h"
#include "stream_codec.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK_SIZE = 256 * 1024, LOOK_AFTER = 200 /* ms */ };

/* The file as it is, or what one layer of compression makes of what comes
   out of the level below. */
struct level {
	struct level *below;       /* NULL: the file */
	const struct codec *codec;
	void *state;
	bool inside;               /* a member that has not ended */
	bool at_end;
	size_t begin, end;         /* bytes of `block` not used yet */
	uint8_t block[BLOCK_SIZE]; /* came out of this level */
};

struct stream {
	int fd;
	bool may_wait; /* for whoever writes: a pipe, a terminal */
	uint64_t position;
	struct level *top;
	unsigned n_layers;
	struct error failed; /* the first, told once what came before it is
	                        read */
};

/* Nothing more comes out of `level`.  What failed below it comes first. */
static void
fail(struct stream *stream, struct level *level, enum status status,
    const char *reason)
{
	level->at_end = true;
	if (stream->failed.status != STATUS_OK)
		return;
	if (status == STATUS_IO)
		error_set(&stream->failed, status, "%s", reason);
	else
		error_set(&stream->failed, status, "cannot decompress: %s",
		    reason);
}

/*
 * Waits until there is something to read; false if it is time to stop.  The
 * flag is looked at every now and then, since a signal that comes just
 * before the wait, or to another thread, does not end it.
 */
static bool
wait_for_bytes(const struct stream *stream)
{
	struct pollfd wanted = {.fd = stream->fd, .events = POLLIN};
	int n = 0;

	while (n == 0 || (n < 0 && errno == EINTR)) {
		if (*signals_stop())
			return false;
		n = poll(&wanted, 1, LOOK_AFTER);
	}
	return true;
}

static size_t
read_file(struct stream *stream, struct level *level, uint8_t *bytes,
    size_t size)
{
	ssize_t n;

	do {
		if (stream->may_wait && !wait_for_bytes(stream)) {
			errno = EINTR;
			n = -1;
			break;
		}
		n = read(stream->fd, bytes, size);
	} while (n < 0 && (errno == EINTR || errno == EAGAIN));
	if (n < 0)
		fail(stream, level, STATUS_IO, strerror(errno));
	if (n <= 0) {
		level->at_end = true;
		return 0;
	}
	stream->position += (uint64_t)n;
	return (size_t)n;
}

static size_t read_level(struct stream *stream, struct level *level,
    uint8_t *bytes, size_t size);

/* Sees to it that `least` bytes lie in the block, unless the end comes. */
static void
refill(struct stream *stream, struct level *level, size_t least)
{
	size_t left = level->end - level->begin;

	if (left >= least)
		return;
	memmove(level->block, level->block + level->begin, left);
	level->begin = 0;
	level->end = left;
	while (level->end < least && !level->at_end)
		level->end += read_level(stream, level,
		    level->block + level->end, BLOCK_SIZE - level->end);
}

/* Goes on to the next member; NUL bytes may fill up what is behind one. */
static bool
enter_member(struct stream *stream, struct level *level)
{
	struct level *below = level->below;

	do {
		while (below->begin < below->end &&
		    below->block[below->begin] == '\0')
			below->begin++;
		refill(stream, below, CODEC_MAGIC_MAX);
	} while (below->begin < below->end &&
	    below->block[below->begin] == '\0');
	if (below->begin == below->end)
		level->at_end = true;
	else if (!level->codec->begins(below->block + below->begin,
	             below->end - below->begin))
		fail(stream, level, STATUS_INVALID,
		    "other bytes after the end of the compressed data");
	level->inside = !level->at_end;
	return level->inside;
}

static void
fail_without_progress(struct stream *stream, struct level *level)
{
	struct level *below = level->below;
	char reason[40];

	snprintf(reason, sizeof reason, "truncated %s input",
	    level->codec->name);
	fail(stream, level, STATUS_INVALID,
	    below->begin == below->end ? reason : "damaged data");
}

/* The next bytes of a member; 0 does not mean that it has ended. */
static size_t
decode(struct stream *stream, struct level *level, uint8_t *bytes,
    size_t size)
{
	struct level *below = level->below;
	struct codec_bytes left;
	const char *reason = NULL;
	enum codec_step step;
	size_t taken;

	if (!level->inside && !enter_member(stream, level))
		return 0;
	refill(stream, below, 1);
	left = (struct codec_bytes){below->block + below->begin,
	    below->end - below->begin, bytes, size};
	step = level->codec->step(level->state, &left, &reason);
	taken = below->end - below->begin - left.n_in;
	below->begin += taken;
	if (step == CODEC_END)
		level->inside = false;
	else if (step == CODEC_BROKEN)
		fail(stream, level, STATUS_INVALID, reason);
	else if (!taken && left.n_out == size)
		fail_without_progress(stream, level);
	return size - left.n_out;
}

/* At most `size` bytes; 0 at the end. */
static size_t
read_level(struct stream *stream, struct level *level, uint8_t *bytes,
    size_t size)
{
	size_t n = 0;

	while (!n && !level->at_end)
		n = level->codec ? decode(stream, level, bytes, size)
		                 : read_file(stream, level, bytes, size);
	return n;
}

static void
push_level(struct stream *stream, const struct codec *codec)
{
	struct level *level = alloc_bytes(sizeof *level);

	level->below = stream->top;
	level->codec = codec;
	level->state = codec ? codec->create() : NULL;
	level->inside = level->at_end = false;
	level->begin = level->end = 0;
	stream->top = level;
	refill(stream, level, CODEC_MAGIC_MAX);
}

static const struct codec *
codec_on_top(const struct stream *stream)
{
	const struct level *top = stream->top;

	return codec_of(top->block + top->begin, top->end - top->begin);
}

enum status
stream_open(int fd, struct stream **stream, struct error *error)
{
	struct stream *opened = alloc_zeroed(1, sizeof *opened);
	const struct codec *codec;
	struct stat file;

	opened->fd = fd;
	opened->may_wait = fstat(fd, &file) == 0 && !S_ISREG(file.st_mode);
	push_level(opened, NULL);
	while ((codec = codec_on_top(opened)) &&
	    opened->n_layers < STREAM_LAYERS_MAX) {
		push_level(opened, codec);
		opened->n_layers++;
	}
	if (codec) {
		opened->top->begin = opened->top->end;
		fail(opened, opened->top, STATUS_INVALID,
		    "more than two layers");
	}
	if (opened->failed.status != STATUS_OK &&
	    opened->top->begin == opened->top->end) {
		*error = opened->failed;
		stream_close(opened);
		return error->status;
	}
	*stream = opened;
	return STATUS_OK;
}

/* What was read to look at it comes first. */
static size_t
take_block(struct level *level, uint8_t *bytes, size_t size)
{
	size_t n = level->end - level->begin;

	if (n > size)
		n = size;
	memcpy(bytes, level->block + level->begin, n);
	level->begin += n;
	return n;
}

enum status
stream_read(struct stream *stream, uint8_t *bytes, size_t size, size_t *n,
    struct error *error)
{
	struct level *top = stream->top;

	*n = take_block(top, bytes, size);
	while (*n < size && !top->at_end)
		*n += read_level(stream, top, bytes + *n, size - *n);
	if (*n)
		return STATUS_OK;
	if (stream->failed.status == STATUS_OK)
		return STATUS_END;
	*error = stream->failed;
	return error->status;
}

uint64_t
stream_position(const struct stream *stream)
{
	return stream->position;
}

void
stream_close(struct stream *stream)
{
	if (!stream)
		return;
	while (stream->top) {
		struct level *level = stream->top;

		stream->top = level->below;
		if (level->codec)
			level->codec->destroy(level->state);
		free(level);
	}
	close(stream->fd);
	free(stream);
}
