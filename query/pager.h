/* Standard output, and the pager in front of it where it is wanted. */
#ifndef QUIRE_QUERY_PAGER_H
#define QUIRE_QUERY_PAGER_H

#include "buffer.h"
#include "status.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* All zero writes to standard output. */
struct pager {
	size_t height;      /* lines from which on a pager is started; 0: never */
	struct buffer held; /* what is not yet worth a pager */
	struct buffer sent; /* what a pager got first, until it must have
	                       read of it */
	size_t n_lines;
	pid_t process;      /* 0: none */
	const char *command;
	int fd;             /* where its input goes */
	bool left;          /* the reader has seen enough */
};

/*
 * Writes the bytes of `text` and clears it.  STATUS_OK, STATUS_END once a
 * pager was left, or STATUS_IO.
 */
enum status pager_write(
    struct pager *pager, struct buffer *text, struct error *error);

/*
 * Writes what is held and waits for the pager.  If the shell could not start
 * it, what it was to show is on standard output, and a note on standard
 * error.  STATUS_OK or STATUS_IO.
 */
enum status pager_close(struct pager *pager, struct error *error);

#endif
