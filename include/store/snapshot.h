/*
 * An index as it was at one commit: opened read-only, unchanged and
 * unhindered for as long as it is held.
 *
 * Every byte is checked before it is used.  A fault inside the map of a
 * damaged file ends the program with a message and exit status 3.
 */
#ifndef QUIRE_STORE_SNAPSHOT_H
#define QUIRE_STORE_SNAPSHOT_H

#include "root.h"
#include "segment.h"
#include "status.h"

#include <stdbool.h>
#include <stdint.h>

struct snapshot;

/*
 * Opens the index at `path`; `name` is what a person calls it, for messages.
 * STATUS_OK, NOT_FOUND, INVALID, DAMAGED, VERSION, BUSY (too many readers) or IO.
 */
enum status snapshot_open(const char *path, const char *name,
    struct snapshot **snapshot, struct error *error);

/*
 * The same of an index that is damaged, of which segments that cannot be
 * opened are left out.
 */
enum status snapshot_open_partial(const char *path, const char *name,
    struct snapshot **snapshot, struct error *error);

/*
 * After something returned STATUS_DAMAGED: leaves out, too, the segments of
 * which a part could not be read.  Returns how many; what was lent of any
 * segment, and the places of all, are void then.
 */
size_t snapshot_leave_out_damaged(struct snapshot *snapshot);

/* Living articles of the segments that are left out. */
uint64_t snapshot_n_missing(const struct snapshot *snapshot);

void snapshot_close(struct snapshot *snapshot); /* NULL is allowed */

/* What a person calls the index, for messages. */
const char *snapshot_name(const struct snapshot *snapshot);

const struct root *snapshot_root(const struct snapshot *snapshot);

/* Segments in the archive's order. */
size_t snapshot_n_segments(const struct snapshot *snapshot);
struct segment *snapshot_segment(struct snapshot *snapshot, size_t i);

/* Sums over segments.  `documents` and `words` count the dead too (they
 * are BM25's N and total length); `living` does not. */
struct snapshot_statistics {
	uint64_t documents, words, living;
};
struct snapshot_statistics snapshot_statistics(
    const struct snapshot *snapshot);

/* Whether some article is in a language (text/language.h). */
bool snapshot_has_language(const struct snapshot *snapshot, uint8_t language);

/*
 * The living article with an id, in any source: the first in the archive's
 * order at or after (*segment, *document).  STATUS_OK, NOT_FOUND, DAMAGED.
 */
enum status snapshot_find_id(struct snapshot *snapshot, const char *id,
    size_t length, uint32_t *segment, uint32_t *document,
    struct error *error);

/*
 * The path of a file by its number (COLUMN_FILE), absolute, without a NUL;
 * lent until the snapshot is closed.  STATUS_OK, NOT_FOUND (it is known no
 * more) or DAMAGED.
 */
enum status snapshot_file_path(struct snapshot *snapshot, uint32_t file,
    const char **path, size_t *length);

#endif
