/*
 * Outcomes of functions, and the sentence that tells a person what went
 * wrong.  Used by every folder.
 */
#ifndef QUIRE_STATUS_H
#define QUIRE_STATUS_H

enum status {
	STATUS_OK = 0,
	STATUS_END,       /* nothing is left; not a failure */
	STATUS_NOT_FOUND, /* it provably is not there; not a failure */
	STATUS_INVALID,   /* what the caller or the user gave cannot be used */
	STATUS_DAMAGED,   /* stored bytes fail their checksum or a bound */
	STATUS_VERSION,   /* the index is of another format or byte order */
	STATUS_BUSY,      /* another process holds what is needed */
	STATUS_FULL,      /* no space left on the disk, or a limit is reached */
	STATUS_IO,        /* the system refused to read or write */
};

/*
 * Where a failing function leaves its message: one line, lower case, no
 * full stop.  `hint` may be empty; if not, it says what to do next.
 */
struct error {
	enum status status;
	char message[512];
	char hint[256];
};

/*
 * Fills `error` (which may be NULL) and returns `status`, so that a function
 * can end with  return error_set(error, STATUS_IO, "...", ...);
 */
enum status
error_set(struct error *error, enum status status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Adds what to do next.  `error` may be NULL. */
void
error_hint(struct error *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
