/*
 * Files as they may be after a power cut, made from the record of what a
 * program wrote (shim.h).
 *
 * What was synced is there.  Of the writes since, any may be there, wholly
 * or some of its sectors of 512 bytes; a sector is never half written.  A
 * write through O_DSYNC is there once it returned.  A name that was made,
 * changed or removed is so for certain once the folder that holds it was
 * synced; of later changes the first ones may be there.
 */
#ifndef QUIRE_TRUST_IMAGES_H
#define QUIRE_TRUST_IMAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct image_log;

/*
 * Reads a record.  `home` is the folder of which images are made, `kept`
 * what it held before, on the disk; it need not be there.
 */
struct image_log *image_log_read(const char *record, const char *home,
    const char *kept);
void image_log_free(struct image_log *log);

size_t image_log_size(const struct image_log *log);

/* What an entry is: of a meta page, of a name, or told to the user. */
bool image_is_meta(const struct image_log *log, size_t entry);
bool image_is_name(const struct image_log *log, size_t entry);
bool image_is_output(const struct image_log *log, size_t entry);

enum image_kind {
	IMAGE_PREFIX, /* all that was written before, and of `cut` a part */
	IMAGE_REORDERED,
	IMAGE_TORN,
	N_IMAGE_KINDS,
	IMAGE_WHOLE, /* all that was written before */
};

/*
 * Makes `folder` what `home` may be when the power goes while entry `cut`
 * happens (`cut` = size: after the last).
 */
void image_make(const struct image_log *log, size_t cut, enum image_kind kind,
    uint64_t seed, const char *folder);

#endif
