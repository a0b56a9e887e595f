/* What the parts of the preloaded library know of each other. */
#ifndef QUIRE_TRUST_SHIM_PARTS_H
#define QUIRE_TRUST_SHIM_PARTS_H

#include "shim.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/uio.h>

enum shim_action { SHIM_GO, SHIM_FAIL, SHIM_SHORTEN, SHIM_DIE_AFTER };

/* Whether the library is set up; before that, nothing counts. */
extern bool shim_is_ready;
extern bool shim_has_no_sync;

/*
 * A call of a kind is about to be made: what is to become of it.  With
 * SHIM_FAIL errno is set.  Does not return if the process dies here.
 */
enum shim_action shim_ask(char kind);
_Noreturn void shim_die(void);

/* The same of an allocation: false if it is to fail; errno is set. */
bool shim_may_allocate(void);

/* --- shim_log.c; all of them do nothing unless there is a record --- */

void shim_log_open(const char *path);
void shim_log_lock(void); /* around a call and its entry: their order */
void shim_log_unlock(void);
void shim_log_file(int fd, const char *path, bool is_new);
void shim_log_write(int fd, const struct iovec *parts, size_t size,
    off_t offset);
void shim_log_size(int fd);
void shim_log_sync(int fd);
void shim_log_names(enum shim_entry_kind kind, const char *a, const char *b);
void shim_log_output(const char *bytes, size_t size);

/* --- shim_calls.c --- */

/* Writes to standard output as stdio does, by calls that count. */
ssize_t shim_output(void *context, const char *bytes, size_t size);

#endif
