/* Bytes with a page after them that cannot be read. */
#include "support_guard.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct guard
guard_make(size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t room = (size + page - 1) / page * page;
	uint8_t *bytes = mmap(NULL, room + page, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (bytes == MAP_FAILED || mprotect(bytes + room, page, PROT_NONE))
		abort();
	return (struct guard){bytes + room, room};
}

const uint8_t *
guard_copy(const struct guard *guard, const void *bytes, size_t size)
{
	assert(size <= guard->room);
	return memcpy(guard->end - size, bytes, size);
}
