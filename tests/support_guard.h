/*
 * Bytes with a page after them that cannot be read, so that a reader that
 * goes too far dies in every build.
 */
#ifndef QUIRE_TESTS_SUPPORT_GUARD_H
#define QUIRE_TESTS_SUPPORT_GUARD_H

#include <stddef.h>
#include <stdint.h>

struct guard {
	uint8_t *end; /* the first byte that cannot be read */
	size_t room;  /* bytes before it */
};

/* Room for at least `size` bytes; it stays until the process ends. */
struct guard guard_make(size_t size);

/* Copies `size` bytes so that the last lies before the guard's end. */
const uint8_t *guard_copy(const struct guard *guard, const void *bytes,
    size_t size);

#endif
