/* The inside of a store; for store*.c only. */
#ifndef QUIRE_INDEXER_STORE_PARTS_H
#define QUIRE_INDEXER_STORE_PARTS_H

#include "store.h"
#include "store_file.h"

/* Where LMDB has mapped the file. */
struct store_map {
	const uint8_t *start;
	size_t size, page_size;
};

struct store {
	struct environment environment;
	struct store_lock lock;
	struct stamp stamp;
	struct root root;
	MDB_txn *txn;        /* the open write transaction, or NULL */
	struct stamp before; /* the stamp when it began */
	size_t dirty;        /* bytes put in it */
	size_t transaction_size;
	bool committing;     /* between commit begin and end */
	struct buffer sealed;
	struct store_map map;
	/* Readers of the last commit. */
	MDB_txn *read_txn;
	struct segment **segments;
	size_t n_segments;
	bool has_segments;
};

/* The error of an LMDB call, with its message. */
enum status store_failed(const struct store *store, int code,
    const char *doing, struct error *error);

/* Sees to it that a write transaction is open. */
enum status store_begin(struct store *store, struct error *error);

/* A cursor in the open write transaction; the caller's to close. */
enum status store_cursor(struct store *store, enum database database,
    const char *doing, MDB_cursor **cursor, struct error *error);

/*
 * Before anything is written: the pages of the file are what LMDB, which
 * believes them, must find.  STATUS_DAMAGED with a message that says what is
 * wrong with which page.
 */
enum status store_check_pages(struct store *store, struct error *error);

/* After that, once the databases are open: where the file is mapped. */
enum status store_find_map(struct store *store, struct error *error);

/*
 * Whether the pages of a value that has its own say of themselves what they
 * are: what LMDB frees when the value goes.
 */
bool store_has_sound_pages(const struct store *store, const MDB_val *value);

/* Closes the readers of the last commit. */
void store_drop_segments(struct store *store);

/* Removes data that the root does not name: of segments that are not listed,
 * and `live` records of listed ones that were superseded. */
enum status store_remove_orphans(struct store *store, struct error *error);
enum status store_remove_old_generations(struct store *store,
    struct error *error);

#endif
