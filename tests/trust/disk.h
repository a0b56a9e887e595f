/* Disks that are made for a row, where mounting is permitted. */
#ifndef QUIRE_TRUST_DISK_H
#define QUIRE_TRUST_DISK_H

#include "trust.h"

#include <stdbool.h>

/*
 * From now on mounts of this process are seen by nobody else and go when it
 * and its children end, however they do.  False with errno if that is not
 * permitted.
 */
bool disk_may_mount(void);

/* Whether such a process could mount a tmpfs; nothing stays mounted. */
bool disk_can_be_made(void);

/*
 * Says that a row cannot be tried here, and why, in place of trust_end.
 * Returns the exit status for that.
 */
int disk_not_run(struct trust_row *row, const char *why);

#endif
