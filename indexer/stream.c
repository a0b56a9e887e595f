/* The bytes of a file, whatever it is compressed with. */
#include "stream.h"

#include "alloc.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK_SIZE = 256 * 1024 };

struct stream {
	int fd;
	struct archive *archive; /* NULL: not compressed */
	uint64_t position;
	size_t begin, end;       /* bytes of `block` not used yet */
	bool at_end;
	struct error failed;     /* told once what came before it is read */
	uint8_t block[BLOCK_SIZE];
};

/* Fills the block; -1 with errno set on an error. */
static ssize_t
read_block(struct stream *stream)
{
	ssize_t n;

	do
		n = read(stream->fd, stream->block, BLOCK_SIZE);
	while (n < 0 && errno == EINTR);
	if (n > 0)
		stream->position += (uint64_t)n;
	return n;
}

/* libarchive asks for more compressed bytes. */
static la_ssize_t
feed(struct archive *archive, void *context, const void **bytes)
{
	struct stream *stream = context;
	ssize_t n = (ssize_t)(stream->end - stream->begin);

	*bytes = stream->block + stream->begin;
	stream->begin = stream->end;
	if (n > 0)
		return n;
	n = read_block(stream);
	if (n < 0)
		archive_set_error(archive, errno, "%s", strerror(errno));
	*bytes = stream->block;
	return n;
}

/* Enough of each magic that no text begins with it. */
static bool
is_compressed(const uint8_t *bytes, size_t size)
{
	static const struct {
		const char *bytes;
		size_t size, skip; /* after the first `skip` bytes */
	} magics[] = {
		{"\x1f\x8b", 2, 0},
		{"\x31\x41\x59\x26\x53\x59", 6, 4}, /* after BZh1 to BZh9 */
		{"\x17\x72\x45\x38\x50\x90", 6, 4}, /* the same, of nothing */
		{"\xfd" "7zXZ\0", 6, 0},
		{"\x28\xb5\x2f\xfd", 4, 0},
	};

	for (size_t i = 0; i < sizeof magics / sizeof *magics; i++) {
		size_t skip = magics[i].skip;

		if (size >= skip + magics[i].size &&
		    memcmp(bytes + skip, magics[i].bytes, magics[i].size) ==
		        0 && (!skip || memcmp(bytes, "BZh", 3) == 0))
			return true;
	}
	return false;
}

static enum status
fail(struct stream *stream, enum status status, const char *reason)
{
	stream->at_end = true;
	if (status == STATUS_IO)
		return error_set(&stream->failed, status, "%s", reason);
	return error_set(&stream->failed, status, "cannot decompress: %s",
	    reason ? reason : "damaged data");
}

static enum status
fail_archive(struct stream *stream)
{
	return fail(stream, STATUS_INVALID,
	    archive_error_string(stream->archive));
}

/*
 * Only filters that are part of libarchive: a filter that it lacks, or one
 * of archive_read_support_filter_all, would run a program.
 */
static bool
allow_filters(struct archive *archive)
{
	return archive_read_support_filter_gzip(archive) == ARCHIVE_OK &&
	    archive_read_support_filter_bzip2(archive) == ARCHIVE_OK &&
	    archive_read_support_filter_xz(archive) == ARCHIVE_OK &&
	    archive_read_support_filter_zstd(archive) == ARCHIVE_OK &&
	    archive_read_support_format_raw(archive) == ARCHIVE_OK &&
	    archive_read_support_format_empty(archive) == ARCHIVE_OK;
}

static enum status
open_archive(struct stream *stream)
{
	struct archive_entry *entry;
	int result;

	stream->archive = archive_read_new();
	if (!stream->archive || !allow_filters(stream->archive))
		return fail(stream, STATUS_INVALID,
		    "libarchive lacks gzip, bzip2, xz or zstd");
	result = archive_read_open(stream->archive, stream, NULL, feed, NULL);
	if (result == ARCHIVE_OK)
		result = archive_read_next_header(stream->archive, &entry);
	if (result == ARCHIVE_EOF)
		stream->at_end = true;
	else if (result != ARCHIVE_OK)
		return fail_archive(stream);
	if (archive_filter_count(stream->archive) < 2)
		return fail(stream, STATUS_INVALID, "damaged header");
	/* The last filter is the one that does nothing. */
	if (archive_filter_count(stream->archive) > STREAM_LAYERS_MAX + 1)
		return fail(stream, STATUS_INVALID, "more than two layers");
	return STATUS_OK;
}

enum status
stream_open(int fd, struct stream **stream, struct error *error)
{
	struct stream *opened = alloc_bytes(sizeof *opened);
	enum status status = STATUS_OK;
	ssize_t n;

	opened->fd = fd;
	opened->archive = NULL;
	opened->position = 0;
	opened->at_end = false;
	opened->failed.status = STATUS_OK;
	n = read_block(opened);
	opened->begin = 0;
	opened->end = n > 0 ? (size_t)n : 0;
	if (n < 0)
		status = fail(opened, STATUS_IO, strerror(errno));
	else if (is_compressed(opened->block, opened->end))
		status = open_archive(opened);
	if (status != STATUS_OK) {
		*error = opened->failed;
		stream_close(opened);
		return status;
	}
	*stream = opened;
	return STATUS_OK;
}

/* The next plain bytes, at most `size`; 0 at the end. */
static enum status
read_plain(struct stream *stream, uint8_t *bytes, size_t size, size_t *n)
{
	size_t left = stream->end - stream->begin;
	ssize_t got;

	if (!left) {
		got = read_block(stream);
		if (got < 0)
			return fail(stream, STATUS_IO, strerror(errno));
		stream->begin = 0;
		stream->end = left = (size_t)got;
	}
	*n = left < size ? left : size;
	memcpy(bytes, stream->block + stream->begin, *n);
	stream->begin += *n;
	return STATUS_OK;
}

static enum status
read_archive(struct stream *stream, uint8_t *bytes, size_t size, size_t *n)
{
	la_ssize_t got;

	do
		got = archive_read_data(stream->archive, bytes, size);
	while (got == ARCHIVE_RETRY);
	if (got < 0)
		return fail_archive(stream);
	*n = (size_t)got;
	return STATUS_OK;
}

enum status
stream_read(struct stream *stream, uint8_t *bytes, size_t size, size_t *n,
    struct error *error)
{
	*n = 0;
	while (*n < size && !stream->at_end) {
		size_t got = 0;
		enum status status = stream->archive
		    ? read_archive(stream, bytes + *n, size - *n, &got)
		    : read_plain(stream, bytes + *n, size - *n, &got);

		if (status == STATUS_OK && !got)
			stream->at_end = true;
		*n += got;
	}
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
	if (stream->archive)
		archive_read_free(stream->archive);
	close(stream->fd);
	free(stream);
}
