/* malloc and its family, any of which may fail. */
#include "shim_parts.h"

#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>

/* What the C library calls its own. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

void *
malloc(size_t size)
{
	return shim_may_allocate() ? __libc_malloc(size) : NULL;
}

void *
calloc(size_t n, size_t size)
{
	return shim_may_allocate() ? __libc_calloc(n, size) : NULL;
}

void *
realloc(void *old, size_t size)
{
	return shim_may_allocate() ? __libc_realloc(old, size) : NULL;
}

void *
reallocarray(void *old, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(old, n * size);
}

int
posix_memalign(void **memory, size_t alignment, size_t size)
{
	void *got = shim_may_allocate() ? __libc_memalign(alignment, size)
	    : NULL;

	if (!got)
		return ENOMEM;
	*memory = got;
	return 0;
}

void *
aligned_alloc(size_t alignment, size_t size)
{
	return shim_may_allocate() ? __libc_memalign(alignment, size)
	    : NULL;
}
