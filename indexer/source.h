/*
 * Archives to articles.  Reading is cut in two so that it can be shared
 * among threads: a `source` yields chunks of raw records in the archive's
 * order, one thread at a time; `record_parse` turns a raw record into an
 * article, without any state, in any thread.
 */
#ifndef QUIRE_INDEXER_SOURCE_H
#define QUIRE_INDEXER_SOURCE_H

#include "article.h"
#include "buffer.h"
#include "status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How the records of a source become articles: -f, --set, --id, --lang. */
struct mapping {
	struct mapping_key {
		const char *field; /* -f NAME=KEY[,KEY]: NAME ... */
		const char *key;   /* ... and one KEY; several pairs may share
		                      a field, the first key present wins, and
		                      for body all present are joined by a
		                      blank line */
	} *keys;
	size_t n_keys;
	struct field *set;   /* --set NAME=VALUE */
	size_t n_set;
	const char *id_key;  /* --id KEY, or NULL */
	const char *language; /* --lang CODE, or NULL */
	/* Whether any record had each of `keys`, then the id_key, and at last
	   whether there was any record; set by record_parse in any thread.
	   NULL: nobody asks. */
	_Atomic bool *seen;
};

enum record_kind {
	RECORD_JSON, /* one line of JSON Lines */
	RECORD_TEXT, /* a whole text file */
};

struct record {
	enum record_kind kind;
	uint32_t file;  /* index of its file in the source, see below */
	uint32_t name;  /* where in the file's path the path within the source
	                   begins: the id of a text file does not change when
	                   its archive is moved */
	uint64_t line;  /* 1 for the first line; 0 for a whole file */
	size_t offset;  /* where its bytes begin in the chunk */
	size_t length;
};

/* Raw records in the archive's order, some 1 MiB of input together. */
struct chunk {
	struct buffer bytes;
	struct record *records;
	size_t n_records, capacity;
};

void chunk_clear(struct chunk *chunk);
void chunk_free(struct chunk *chunk);

/* A file of the source; paths are as a person would type them. */
struct source_file {
	const char *path;   /* SOURCE itself, or SOURCE/relative/path; "-" */
	uint64_t size;      /* bytes on disk; 0 for "-" */
	int64_t mtime_ns;   /* since 1970; 0 for "-" */
	uint64_t n_records; /* records read so far */
	bool complete;      /* read to its end without an error, and not
	                       changed meanwhile */
	bool ignored;       /* of no known form: nothing was read, and it did
	                       not fail */
};

/*
 * What the caller knows of a file from an earlier run.  Asked before a file
 * is opened: true means that it need not be read again; the source then
 * keeps the file in its list with `complete` false and yields nothing of it.
 */
typedef bool source_skip(void *context, const struct source_file *file);

/*
 * Told of a file or record that could not be read.  `line` 0: the file as a
 * whole.  `reason` is lower case and short: "not JSON: unexpected end of
 * line in \"body\"", "looks like binary data", "permission denied".
 */
typedef void source_failed(void *context, uint32_t file, uint64_t line,
    const char *reason);

struct source;

/* Longer lines are reported as failed and never held in memory. */
enum { SOURCE_LINE_MAX = 64 * 1024 * 1024 };

/*
 * Opens a file, a directory (walked in byte order of the relative paths;
 * names that begin with a dot and symbolic links are passed over; only
 * regular files are opened), or "-".  A file is what it looks like, not what
 * it is called: gz, bz2, xz and zst are taken off (two layers at most), then
 * JSON Lines, text or binary is decided from .jsonl and .ndjson or else from
 * the first bytes; names such as .html, .csv and .pdf make no text of it.  Files of a directory that are of no known form are
 * ignored and counted; named as the source itself they fail.  "-" is JSON
 * Lines.  `skip` may be NULL.
 *
 * STATUS_OK, or STATUS_NOT_FOUND / STATUS_IO with a message when the source
 * itself cannot be opened, with a hint where a path like it exists.
 */
enum status source_open(const char *path, source_skip *skip,
    source_failed *failed, void *context, struct source **source,
    struct error *error);

/*
 * Fills `chunk` (cleared first) with the next records.  Returns STATUS_OK
 * or STATUS_END.  A file that breaks in the middle is reported to `failed`
 * with what was read of it kept, and the source goes on with the next.
 */
enum status source_next(struct source *source, struct chunk *chunk);

/* Files of no known form so far. */
uint64_t source_ignored(const struct source *source);

/*
 * Files seen so far, in the archive's order.  A folder that could not be
 * read stands there too, not complete.  The array and the paths stay where
 * they are until source_close, so other threads may read the paths of
 * records that they were given; the rest belongs to the reading thread.
 */
const struct source_file *source_files(const struct source *source,
    size_t *n_files);

/* Bytes of input on disk read so far and in all (0: not known), for a
 * progress line.  Any thread may ask. */
void source_progress(const struct source *source, uint64_t *done,
    uint64_t *total);

void source_close(struct source *source); /* NULL is allowed */

/*
 * Turns one raw record into an article whose texts live in `arena`.
 * `path` is that of its file in the source.
 *
 * STATUS_OK, or STATUS_INVALID with the reason in `error->message`.
 */
enum status record_parse(const struct record *record, const char *bytes,
    const char *path, const struct mapping *mapping, struct arena *arena,
    struct article *article, struct error *error);

#endif
