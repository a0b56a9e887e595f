/*
 * The unit of work of the pipeline: some megabytes of raw records on their
 * way from the source, through a thread that parses and inverts them, to
 * the batch that is committed.
 */
#ifndef QUIRE_INDEXER_PARCEL_H
#define QUIRE_INDEXER_PARCEL_H

#include "arena.h"
#include "field_names.h"
#include "known.h"
#include "run.h"
#include "source.h"

#include <stddef.h>
#include <stdint.h>

/* A record as it arrives, with the place that it comes from. */
struct parcel_chunk {
	struct chunk chunk;
	const char **paths;  /* of each record's file; lent by the source */
	uint32_t *files;     /* file numbers */
};

enum outcome_kind {
	OUTCOME_NEW,     /* document `document` of the run */
	OUTCOME_SEEN,    /* unchanged, at `place` */
	OUTCOME_SKIPPED, /* could not be read: `reason` */
};

/* What became of a record, in the archive's order. */
struct outcome {
	enum outcome_kind kind;
	uint32_t file;
	uint64_t line;
	uint32_t document;
	struct known_place place;
	const char *id;      /* SEEN; in the parcel's arena */
	size_t id_length;
	const char *reason;  /* SKIPPED, or the doubt of a NEW one; or NULL */
};

struct parcel {
	struct parcel_chunk *chunks;
	size_t n_chunks;
	uint64_t size;         /* bytes of input */
	size_t files_complete; /* files of the source read when it was made */
	/* After processor_run: */
	struct run *run;
	size_t words_memory;   /* bytes that the thread's lexicon took */
	struct outcome *outcomes;
	size_t n_outcomes, capacity;
	struct arena arena;
	/* Of the queue. */
	struct parcel *next;
	bool done;
};

/* What a thread needs to process parcels. */
struct processor;

struct processor_options {
	struct field_names *names;
	const struct mapping *mapping;
	struct known *known;  /* NULL: nothing counts as unchanged */
	uint32_t source;
	bool keep_text;
	size_t words_memory; /* of a thread, for words met in earlier parcels */
};

struct processor *processor_create(const struct processor_options *options);
void processor_free(struct processor *processor);

/* Turns raw records into a run and outcomes, and lets the raw bytes go. */
void processor_run(struct processor *processor, struct parcel *parcel);

/* How many of its records are articles. */
size_t parcel_n_read(const struct parcel *parcel);

void parcel_free(struct parcel *parcel); /* NULL is allowed */

/*
 * Threads that process parcels.  Results come back in the order in which the
 * parcels went in.
 */
struct pool;

struct pool *pool_create(unsigned n_threads,
    const struct processor_options *options);
void pool_free(struct pool *pool); /* waits for what is being processed */

void pool_put(struct pool *pool, struct parcel *parcel);

/* Parcels that went in and have not come back. */
size_t pool_n_inside(const struct pool *pool);

/*
 * The next parcel in order, waiting for it; with `wait` false NULL if it is
 * not done yet.  NULL if none is inside.
 */
struct parcel *pool_take(struct pool *pool, bool wait);

#endif
