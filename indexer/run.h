/*
 * A run: an inverted index in memory, of the articles of a few megabytes of
 * input, made by one thread (accumulator.h) and turned into a part of a
 * segment by another (flush.h).
 */
#ifndef QUIRE_INDEXER_RUN_H
#define QUIRE_INDEXER_RUN_H

#include "arena.h"
#include "buffer.h"
#include "date.h"
#include "store/layout.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A form of a stem, in order of its code in this run. */
struct run_form {
	const char *text;
	uint32_t length;
	uint32_t count; /* occurrences in this run */
};

/* A posting list of the run: one cache line. */
struct run_list {
	/* Where the next occurrence goes. */
	uint8_t *next;
	uint32_t last_document, last_position, last_tf;
	uint32_t df;
	uint16_t left;          /* bytes left in the slice being written */
	uint16_t slice_size;
	uint16_t key_size;
	uint8_t *first;         /* the first slice; see run_reader */
	const uint8_t *key;     /* term key */
	struct run_form *forms; /* words only */
	uint32_t n_forms;
};

/* A list in the order of keys. */
struct run_order {
	uint64_t start; /* begins to tell the order; see run_sort */
	uint32_t list;
};

/* An article of the run. */
struct run_document {
	const char *id;
	uint32_t id_length;
	uint32_t source, file; /* their numbers */
	uint64_t line;
	uint32_t id_hash;
	uint64_t hash;
	uint64_t record;     /* where its stored record begins in the run's */
	uint32_t length, title_length; /* words */
	uint32_t text_size;  /* bytes of title and body */
	struct date date;
	uint8_t language;
	/* Decided when the run is written, not when it is made: */
	bool dropped;        /* a later article has the same id */
	uint32_t added;      /* when its id was first added, seconds; and ... */
	uint32_t changed;    /* ... when it was last changed; 0: now, both */
};

/* A chunk of stored text. */
struct run_chunk {
	uint32_t raw_size, size;
	size_t offset; /* in `frames` */
};

struct run {
	struct run_document *documents;
	uint32_t n_documents, documents_capacity;
	struct run_list *lists;
	uint32_t n_lists, lists_capacity;
	struct run_order *order; /* after run_sort: lists by key */
	struct run_chunk *chunks;
	uint32_t n_chunks, chunks_capacity;
	struct buffer frames; /* compressed chunks */
	uint64_t raw_size;    /* of all stored records */
	struct arena arena;
};

/* Makes room for `n` lists, or for fewer if there are fewer in the end. */
void run_expect_lists(struct run *run, uint32_t n);

/* Adds an empty list with a term key; returns its number. */
uint32_t run_add_list(struct run *run, const uint8_t *key, size_t size);

/*
 * Adds an occurrence to a list.  Documents rise, and positions in a
 * document.
 */
void run_append(struct run *run, struct run_list *list, uint32_t document,
    uint32_t position, uint32_t code);

/* Whether a document is not to be written. */
bool run_any_dropped(const struct run *run);

/* Puts the lists in the order of their keys. */
void run_sort(struct run *run);

/* Byte order of the keys of lists at places of two runs' orders: below 0, 0,
 * above 0. */
int run_compare(const struct run *a, uint32_t place_a, const struct run *b,
    uint32_t place_b);

void run_free(struct run *run);
size_t run_memory(const struct run *run);

/*
 * Reads a list of a run, document by document.  The arrays hold the
 * positions and form codes of the current document.
 */
struct run_reader {
	const struct run_list *list;
	const uint8_t *next, *end; /* of the current slice */
	uint32_t slice_size;
	uint32_t documents_left;
	uint32_t document, tf;
	uint32_t *positions, *codes;
	uint32_t capacity;
	/* The first occurrence of the next document, read ahead. */
	bool has_ahead;
	uint32_t ahead_gap, ahead_position, ahead_code;
};

void run_reader_start(struct run_reader *reader, const struct run_list *list);
bool run_reader_next(struct run_reader *reader);
void run_reader_free(struct run_reader *reader);

#endif
