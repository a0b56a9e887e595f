/* The inside of a catalogue; for catalogue*.c, verify_values.c and
 * repair_sources.c only. */
#ifndef QUIRE_INDEXER_CATALOGUE_PARTS_H
#define QUIRE_INDEXER_CATALOGUE_PARTS_H

#include "buffer.h"
#include "catalogue.h"
#include "store/root.h"
#include "store/snapshot.h"

/* The public part comes first, so a pointer to it is one to the whole. */
struct source_entry {
	struct catalogue_source source;
	bool gone; /* its removal is written */
};

struct file_entry {
	struct catalogue_file file;
	uint64_t hash;           /* XXH3 of the path */
	struct file_entry *next; /* in its bucket */
	bool forget;  /* its failures on disk are to be removed */
	bool placed;  /* the `p` value of its path is written */
	bool gone;    /* its removal is written */
};

/* A failure that is not yet on disk. */
struct failure {
	struct file_entry *entry;
	uint64_t line;
	enum failure_kind kind;
	char *reason;
};

struct catalogue {
	struct store *store;       /* or NULL, if read through a snapshot */
	struct snapshot *snapshot;
	struct source_entry **sources; /* rising numbers */
	size_t n_sources, sources_capacity;
	struct file_entry **files;     /* rising numbers */
	size_t n_files, files_capacity;
	struct file_entry **buckets;   /* by (source, hash of the path) */
	size_t n_buckets;              /* a power of two, or 0 */
	struct failure *failures;
	size_t n_failures, failures_capacity;
	catalogue_visit *watch;        /* told of each failure, or NULL */
	void *watch_context;
};

enum {
	SOURCE_KEY_SIZE = 5,
	FILE_KEY_SIZE = 5,
	PATH_KEY_SIZE = 13,
	FAILURE_KEY_SIZE = 17,
};

/* Empty entries at the end; the path is copied. */
struct source_entry *catalogue_append_source(struct catalogue *catalogue,
    uint32_t number, const char *path, size_t length);
struct file_entry *catalogue_append_file(struct catalogue *catalogue,
    uint32_t number, uint32_t source, const char *path, size_t length);

/* The first entry of a bucket; the others follow by `next`. */
struct file_entry *catalogue_bucket(const struct catalogue *catalogue,
    uint32_t source, uint64_t hash);

/* Has the next catalogue_write write all files and where their paths are. */
void catalogue_write_again(struct catalogue *catalogue);

/* Whether a key of `src` and its payload can be what they should. */
bool catalogue_value_is_sound(const struct root *root, const uint8_t *key,
    size_t key_size, const uint8_t *payload, size_t size);

#endif
