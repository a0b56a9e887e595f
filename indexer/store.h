/*
 * The index as its one writer sees it: transactions that keep the stamp, the
 * root as it will be written next, and the rule that nothing but the root
 * makes anything visible.
 *
 * Bulk data (`ext`, `dic`, `xid`, `seg` of a segment that the root does not
 * list) may be put at any time and reaches the disk in transactions of a
 * bounded size.  Everything else is put between store_commit_begin and
 * store_commit_end, in one transaction with the new root.
 */
#ifndef QUIRE_INDEXER_STORE_H
#define QUIRE_INDEXER_STORE_H

#include "limit.h"
#include "status.h"
#include "store/environment.h"
#include "store/layout.h"
#include "store/root.h"
#include "store/segment.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

enum store_open_mode { STORE_EXISTING, STORE_CREATE };

/*
 * Opens an index for writing, made first where STORE_CREATE says so; takes
 * the writer's lock (waiting at most some seconds) and removes what an
 * interrupted run left behind.  `transaction_size` bounds the bytes that a
 * transaction holds in memory.
 *
 * STATUS_OK; BUSY with the holder's process id; NOT_FOUND, DAMAGED, VERSION,
 * FULL, IO, INVALID (a network file system) with a message.
 */
enum status store_open(const char *path, const char *name,
    enum store_open_mode mode, size_t transaction_size, struct store **store,
    struct error *error);
void store_close(struct store *store); /* NULL is allowed */

/* The root that the next commit writes; changed in place by the caller. */
struct root *store_root(struct store *store);

/*
 * Puts a value: its payload, to which the seal is added; an older value of
 * the key is replaced.  `seal` (may be NULL) receives the seal.
 */
enum status store_put(struct store *store, enum database database,
    const void *key, size_t key_size, const void *payload, size_t size,
    uint64_t *seal, struct error *error);

/* Removes a value; one that is not there is no error. */
enum status store_delete(struct store *store, enum database database,
    const void *key, size_t key_size, struct error *error);

/* Removes all values of a database whose keys begin with `prefix`. */
enum status store_delete_prefix(struct store *store, enum database database,
    const void *prefix, size_t prefix_size, struct error *error);

/* Takes a new segment number for bulk data.  STATUS_OK, or FULL if all were
 * taken. */
enum status store_new_segment(struct store *store, uint32_t *number,
    struct error *error);

/* Whether there is room for `n` more articles. */
enum status store_room(const struct store *store, uint32_t n,
    struct error *error);

/* Whether there may be `more` of what the index has `n` of (limit.h). */
enum status store_limit(const struct store *store, enum limit limit,
    uint64_t n, uint64_t more, struct error *error);

/*
 * Bulk data so far is made durable, then a transaction is open in which the
 * caller puts all that becomes visible; store_commit_end writes the root
 * into it and returns once it is on the disk.  Afterwards data of segments
 * that the root no longer lists is removed, in transactions of their own.
 */
enum status store_commit_begin(struct store *store, struct error *error);
enum status store_commit_end(struct store *store, struct error *error);

/* Forgets what is not committed; the root is read anew. */
enum status store_abort(struct store *store, struct error *error);

/*
 * Readers of the segments that the last commit lists, in order; lent until
 * the next store_commit_end, store_abort or store_close.
 */
enum status store_segments(struct store *store, struct segment ***segments,
    size_t *n_segments, struct error *error);

/*
 * A payload of a small record as the last commit left it, or, between
 * commit begin and end, as it will be.  Copied into `payload`.
 * STATUS_OK, NOT_FOUND or DAMAGED.
 */
enum status store_get(struct store *store, enum database database,
    const void *key, size_t key_size, struct buffer *payload);

/*
 * Calls `visit` for each value whose key begins with `prefix`, in order,
 * until it returns false.  Keys and payloads are lent for the call.
 */
typedef bool store_visit(void *context, const uint8_t *key, size_t key_size,
    const uint8_t *payload, size_t size);
enum status store_walk(struct store *store, enum database database,
    const void *prefix, size_t prefix_size, store_visit *visit, void *context,
    struct error *error);

/* The environment and its path, for check and compact. */
struct environment *store_environment(struct store *store);

/*
 * How much the file holds: bytes in use by the last commit, bytes free
 * inside the file for later writes, and bytes of the file.
 */
struct store_space {
	uint64_t used, free, file;
};
enum status store_space(struct store *store, struct store_space *space,
    struct error *error);

/*
 * Bytes of old commits that cannot be used again, since a process (0: none)
 * reads the index as it was then.  Readers that are dead are cleared away.
 */
struct store_pin {
	uint64_t bytes;
	int process;
};
enum status store_pin(struct store *store, struct store_pin *pin,
    struct error *error);

#endif
