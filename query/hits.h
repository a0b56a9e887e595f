/* Stored records to what is printed. */
#ifndef QUIRE_QUERY_HITS_H
#define QUIRE_QUERY_HITS_H

#include "arena.h"
#include "file_place.h"
#include "printer.h"
#include "status.h"
#include "store/segment.h"
#include "store/snapshot.h"
#include "tree.h"

#include <stddef.h>
#include <stdint.h>

/* All zero but the snapshot and the name is a new loader. */
struct hits {
	struct snapshot *snapshot;
	const char *index_name; /* for messages */
	struct stored_record record;
	struct file_place place;
	struct arena arena; /* holds what hits_load gave last */
	const struct node *marked_root; /* what `snippet` marks, or NULL */
	struct snippet *snippet;
};

/*
 * Fills `hit` but its rank and score; its texts are valid until the next
 * call.  Title and body are as stored, without marks.
 * STATUS_OK or STATUS_DAMAGED.
 */
enum status hits_load(struct hits *hits, uint32_t segment, uint32_t document,
    struct printed_hit *hit, struct error *error);

/*
 * Marks what made the article match in title and body, and chooses an
 * excerpt of about `size` bytes (0: none) of the body.  STATUS_OK or
 * STATUS_DAMAGED.
 */
enum status hits_mark(struct hits *hits, const struct node *root, size_t size,
    struct printed_hit *hit, struct error *error);

/* Says that the tree that hits_mark was given is going to be freed. */
void hits_forget(struct hits *hits);

void hits_free(struct hits *hits);

#endif
