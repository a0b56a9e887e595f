/*
 * Allocation that never returns NULL: when memory is gone the program says
 * so and exits with status 2.  An index on disk stays whole, since nothing
 * becomes visible before its transaction is committed.  Used by every folder.
 */
#ifndef QUIRE_ALLOC_H
#define QUIRE_ALLOC_H

#include <stddef.h>

/* Says that memory is gone and ends the program: also for libraries that
 * return an error then. */
_Noreturn void alloc_gone(void);

/* Memory of `size` bytes, not cleared.  Freed with free(). */
void *alloc_bytes(size_t size);

/*
 * The same, on a cache line of its own; pieces of a huge page's size lie on
 * huge pages where the system has them, which spares a large run of
 * scattered writes much waiting.
 */
void *alloc_large(size_t size);

/* Cleared memory for `n` objects of `size` bytes.  Freed with free(). */
void *alloc_zeroed(size_t n, size_t size);

/* Room for `n` objects of `size` bytes in place of `old` (may be NULL). */
void *alloc_again(void *old, size_t n, size_t size);

/* A copy of a string, or of the first `length` bytes with a NUL after. */
char *alloc_string(const char *string);
char *alloc_text(const char *text, size_t length);

#endif
