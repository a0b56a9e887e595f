/* Archives to chunks of raw records, in the archive's order. */
#include "source.h"

#include "alloc.h"
#include "signals.h"
#include "source_form.h"
#include "source_list.h"
#include "stream.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	CHUNK_SIZE = 1024 * 1024,
	BLOCK_SIZE = 256 * 1024, /* of a line longer than a chunk */
	RECORDS_MAX = 16 * 1024, /* of files: empty ones take no bytes */
	BUFFER_KEPT = 8 * 1024 * 1024,
};

struct source {
	struct file_list list;
	size_t n_seen;
	source_skip *skip;
	source_failed *failed;
	void *context;
	uint64_t n_ignored;
	uint64_t done_before; /* bytes of the files before this one */
	_Atomic uint64_t done;

	/* The file being read, the last one seen. */
	struct stream *stream;
	int fd; /* the stream's */
	enum form form;
	uint64_t line;       /* lines read so far */
	struct buffer carry; /* read, but in no chunk yet */
};

void
chunk_clear(struct chunk *chunk)
{
	chunk->n_records = 0;
	/* One article of 64 MB must not cost its memory for ever. */
	if (chunk->bytes.capacity > BUFFER_KEPT)
		buffer_free(&chunk->bytes);
	buffer_clear(&chunk->bytes);
}

void
chunk_free(struct chunk *chunk)
{
	buffer_free(&chunk->bytes);
	free(chunk->records);
	*chunk = (struct chunk){0};
}

static struct source_file *
current_file(struct source *source)
{
	return &source->list.files[source->n_seen - 1];
}

static void
report(struct source *source, uint64_t line, const char *reason)
{
	char text[200];
	size_t length = strnlen(reason, sizeof text - 1);

	memcpy(text, reason, length);
	text[length] = '\0';
	/* Those of libraries begin with a capital; names (JSON) stay. */
	if (length > 1 && islower((unsigned char)text[1]))
		text[0] = (char)tolower((unsigned char)text[0]);
	if (source->failed)
		source->failed(source->context,
		    (uint32_t)(source->n_seen - 1), line, text);
}

static void
add_record(struct source *source, struct chunk *chunk,
    enum record_kind kind, size_t offset, size_t length)
{
	if (chunk->n_records == chunk->capacity) {
		chunk->capacity = chunk->capacity ? 2 * chunk->capacity : 256;
		chunk->records = alloc_again(chunk->records, chunk->capacity,
		    sizeof *chunk->records);
	}
	chunk->records[chunk->n_records++] = (struct record){
	    .kind = kind,
	    .file = (uint32_t)(source->n_seen - 1),
	    .name = (uint32_t)source->list.prefix,
	    .line = kind == RECORD_JSON ? source->line : 0,
	    .offset = offset,
	    .length = length,
	};
	current_file(source)->n_records++;
}

/* A file that cannot be read.  Where the reason is that we are to stop, it
   will be read another time. */
static void
report_broken(struct source *source, uint64_t line, const char *reason)
{
	if (!*signals_stop())
		report(source, line, reason);
}

/* Reads up to `size` more bytes; false at the end or after an error, which
   is reported. */
static bool
read_more(struct source *source, struct buffer *buffer, size_t size,
    uint64_t line, bool *broken)
{
	struct error error;
	size_t n;
	enum status status = stream_read(source->stream,
	    buffer_reserve(buffer, size), size, &n, &error);

	buffer->size += n;
	atomic_store_explicit(&source->done,
	    source->done_before + stream_position(source->stream),
	    memory_order_relaxed);
	if (status == STATUS_OK)
		return true;
	*broken = status != STATUS_END;
	if (*broken)
		report_broken(source, line, error.message);
	return false;
}

/* Whether the file is still as it was when it was opened. */
static bool
is_unchanged(const struct source *source, const struct source_file *file)
{
	struct stat status;

	return source->list.is_input ||
	    (fstat(source->fd, &status) == 0 &&
	        (uint64_t)status.st_size == file->size &&
	        source_mtime(&status) == file->mtime_ns);
}

static void
pass_file(struct source *source)
{
	source->done_before += current_file(source)->size;
	atomic_store_explicit(&source->done, source->done_before,
	    memory_order_relaxed);
}

static void
end_file(struct source *source, bool whole)
{
	struct source_file *file = current_file(source);

	file->complete = whole && is_unchanged(source, file);
	stream_close(source->stream);
	source->stream = NULL;
	if (source->carry.capacity > BUFFER_KEPT)
		buffer_free(&source->carry);
	buffer_clear(&source->carry);
	pass_file(source);
}

/* The file descriptor of the next file, or -1 with the reason reported. */
static int
open_file(struct source *source, struct source_file *file)
{
	int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY;
	struct stat status;
	int fd;

	if (source->list.is_input) {
		fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
		if (fd < 0)
			report(source, 0, source_list_reason(errno));
		return fd;
	}
	fd = source_open_path(file->path,
	    source->list.is_folder ? flags | O_NOFOLLOW : flags);
	if (fd < 0 || fstat(fd, &status) != 0) {
		report(source, 0, source_list_reason(errno));
	} else if (!S_ISREG(status.st_mode)) {
		report(source, 0, "no longer a file");
	} else {
		file->size = (uint64_t)status.st_size;
		file->mtime_ns = source_mtime(&status);
		return fd;
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Files of no known form are ignored where they were only found, and fail
   where they were asked for. */
static void
refuse_form(struct source *source)
{
	const char *path = current_file(source)->path;

	if (!source->list.is_folder ||
	    (source->form == FORM_BINARY && source_form_named_json(path)) ||
	    source->form == FORM_JSON_UTF16) {
		report(source, 0, source_form_refusal(source->form));
	} else {
		current_file(source)->ignored = true;
		source->n_ignored++;
	}
	end_file(source, false);
}

/* Begins to read a file; false if there is nothing to read of it. */
static bool
begin_file(struct source *source, struct source_file *file)
{
	struct error error;
	bool broken = false, more;

	source->fd = open_file(source, file);
	if (source->fd < 0) {
		pass_file(source);
		return false;
	}
	if (stream_open(source->fd, &source->stream, &error) != STATUS_OK) {
		report_broken(source, 0, error.message);
		pass_file(source);
		return false;
	}
	source->line = 0;
	more = read_more(source, &source->carry, FORM_BYTES, 0, &broken);
	if (broken) {
		end_file(source, false);
		return false;
	}
	source->form = FORM_JSON;
	if (!source->list.is_input)
		source->form = source_form(file->path, source->carry.bytes,
		    source->carry.size,
		    more && source->carry.size == FORM_BYTES);
	if (source_form_refusal(source->form)) {
		refuse_form(source);
		return false;
	}
	return true;
}

/* Goes to the next file that is to be read; false if none is left. */
static bool
next_file(struct source *source)
{
	while (source->n_seen < source->list.n) {
		struct source_file *file =
		    &source->list.files[source->n_seen];
		int trouble = source->list.troubles[source->n_seen];

		source->n_seen++;
		if (trouble) {
			report(source, 0, source_list_reason(trouble));
			continue;
		}
		if (source->skip && source->skip(source->context, file)) {
			pass_file(source);
			continue;
		}
		if (begin_file(source, file))
			return true;
	}
	return false;
}

/* A text file is one record.  What is beyond ARTICLE_BODY_MAX is not read;
   one byte more tells record_parse that it was cut. */
static void
fill_text(struct source *source, struct chunk *chunk)
{
	struct buffer *bytes = &chunk->bytes;
	size_t begin = bytes->size;
	size_t end = begin + ARTICLE_BODY_MAX + 1;
	bool broken = false;

	buffer_append(bytes, source->carry.bytes, source->carry.size);
	while (bytes->size < end) {
		size_t left = end - bytes->size;

		if (!read_more(source, bytes,
		        left < BLOCK_SIZE ? left : BLOCK_SIZE, 0, &broken))
			break;
	}
	if (broken)
		bytes->size = begin;
	else
		add_record(source, chunk, RECORD_TEXT, begin,
		    bytes->size - begin);
	end_file(source, !broken);
}

/* Adds the line in `begin` to `end`, without its newline. */
static void
add_line(struct source *source, struct chunk *chunk, size_t begin,
    size_t end)
{
	const uint8_t *bytes = chunk->bytes.bytes;
	size_t first;

	source->line++;
	if (source->line == 1 && end - begin >= 3 &&
	    memcmp(bytes + begin, "\xef\xbb\xbf", 3) == 0)
		begin += 3;
	while (end > begin && (bytes[end - 1] == '\r' ||
	    bytes[end - 1] == ' ' || bytes[end - 1] == '\t'))
		end--;
	for (first = begin; first < end; first++)
		if (bytes[first] != ' ' && bytes[first] != '\t')
			break;
	if (first < end)
		add_record(source, chunk, RECORD_JSON, first, end - first);
}

/* Adds every whole line from `begin` on and returns where the rest begins;
   before `looked` there is no newline. */
static size_t
add_lines(struct source *source, struct chunk *chunk, size_t begin,
    size_t looked)
{
	for (;;) {
		const uint8_t *bytes = chunk->bytes.bytes;
		size_t left = chunk->bytes.size - looked, end;
		const uint8_t *newline = left ? memchr(bytes + looked, '\n',
		    left) : NULL;

		if (!newline)
			return begin;
		end = (size_t)(newline - bytes);
		if (end - begin > SOURCE_LINE_MAX) {
			source->line++;
			report(source, source->line,
			    "line longer than 64 MB");
		} else {
			add_line(source, chunk, begin, end);
		}
		begin = looked = end + 1;
	}
}

/* Reads on to the end of a line that is too long, of which nothing is kept.
   False if the file ends first. */
static bool
drop_line(struct source *source, struct chunk *chunk, size_t begin,
    bool *broken)
{
	struct buffer *bytes = &chunk->bytes;

	source->line++;
	report(source, source->line, "line longer than 64 MB");
	for (;;) {
		const uint8_t *newline;
		size_t rest;

		bytes->size = begin;
		if (!read_more(source, bytes, BLOCK_SIZE, source->line,
		        broken))
			return false;
		newline = memchr(bytes->bytes + begin, '\n',
		    bytes->size - begin);
		if (!newline)
			continue;
		rest = (size_t)(bytes->bytes + bytes->size - newline) - 1;
		memmove(bytes->bytes + begin, newline + 1, rest);
		bytes->size = begin + rest;
		return true;
	}
}

/*
 * Fills up the chunk with lines.  Where it ends depends on the bytes alone,
 * never on how many of them a read happened to return.
 */
static void
fill_lines(struct source *source, struct chunk *chunk)
{
	struct buffer *bytes = &chunk->bytes;
	size_t start = bytes->size, begin = start, looked = start;
	bool broken = false, more = true;

	buffer_append(bytes, source->carry.bytes, source->carry.size);
	buffer_clear(&source->carry);
	for (;;) {
		size_t missing = BLOCK_SIZE;

		begin = add_lines(source, chunk, begin, looked);
		looked = bytes->size;
		if (bytes->size - begin > SOURCE_LINE_MAX) {
			more = drop_line(source, chunk, begin, &broken);
			looked = begin;
			if (more)
				continue;
			break;
		}
		if (bytes->size >= CHUNK_SIZE &&
		    (begin > start || chunk->n_records))
			break;
		if (bytes->size < CHUNK_SIZE)
			missing = CHUNK_SIZE - bytes->size;
		more = read_more(source, bytes, missing, source->line + 1,
		    &broken);
		if (!more)
			break;
	}
	if (more)
		buffer_append(&source->carry, bytes->bytes + begin,
		    bytes->size - begin);
	else if (!broken && bytes->size > begin)
		add_line(source, chunk, begin, bytes->size);
	if (more || broken)
		bytes->size = begin;
	if (!more)
		end_file(source, !broken);
}

enum status
source_next(struct source *source, struct chunk *chunk)
{
	chunk_clear(chunk);
	while ((chunk->bytes.size < CHUNK_SIZE &&
	           chunk->n_records < RECORDS_MAX) ||
	    !chunk->n_records) {
		if (!chunk->n_records)
			buffer_clear(&chunk->bytes);
		if (!source->stream && !next_file(source))
			break;
		if (source->form == FORM_TEXT)
			fill_text(source, chunk);
		else
			fill_lines(source, chunk);
		/* A file that goes on has filled the chunk. */
		if (source->stream && chunk->n_records)
			break;
	}
	return chunk->n_records ? STATUS_OK : STATUS_END;
}

enum status
source_open(const char *path, source_skip *skip, source_failed *failed,
    void *context, struct source **source, struct error *error)
{
	struct source *opened = alloc_zeroed(1, sizeof *opened);
	enum status status = source_list(path, &opened->list, error);

	if (status != STATUS_OK) {
		source_close(opened);
		return status;
	}
	opened->skip = skip;
	opened->failed = failed;
	opened->context = context;
	*source = opened;
	return STATUS_OK;
}

const struct source_file *
source_files(const struct source *source, size_t *n_files)
{
	*n_files = source->n_seen;
	return source->list.files;
}

uint64_t
source_ignored(const struct source *source)
{
	return source->n_ignored;
}

void
source_progress(const struct source *source, uint64_t *done, uint64_t *total)
{
	*done = atomic_load_explicit(&source->done, memory_order_relaxed);
	*total = source->list.size;
}

void
source_close(struct source *source)
{
	if (!source)
		return;
	stream_close(source->stream);
	buffer_free(&source->carry);
	file_list_free(&source->list);
	free(source);
}
