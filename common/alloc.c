/* Allocation that stops the program when memory is gone. */
#include "alloc.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

_Noreturn void
alloc_gone(void)
{
	static const char message[] =
	    "quire: out of memory; the index is whole up to its last commit\n"
	    "  hint: give it less at a time, with  -m SIZE\n";

	/* Nothing to be done if even this cannot be written. */
	if (write(STDERR_FILENO, message, sizeof message - 1) < 0)
		_exit(2);
	_exit(2);
}

void *
alloc_bytes(size_t size)
{
	void *memory = malloc(size ? size : 1);

	if (!memory)
		alloc_gone();
	return memory;
}

void *
alloc_large(size_t size)
{
	enum { CACHE_LINE = 64, HUGE_PAGE = 2 * 1024 * 1024 };
	bool is_huge = size >= HUGE_PAGE;
	void *memory;

	if (posix_memalign(&memory, is_huge ? HUGE_PAGE : CACHE_LINE,
	    size ? size : 1))
		alloc_gone();
	if (is_huge)
		madvise(memory, size, MADV_HUGEPAGE);
	return memory;
}

void *
alloc_zeroed(size_t n, size_t size)
{
	void *memory = calloc(n ? n : 1, size ? size : 1);

	if (!memory)
		alloc_gone();
	return memory;
}

void *
alloc_again(void *old, size_t n, size_t size)
{
	void *memory;

	if (size != 0 && n > SIZE_MAX / size)
		alloc_gone();
	memory = realloc(old, size && n ? n * size : 1);
	if (!memory)
		alloc_gone();
	return memory;
}

char *
alloc_text(const char *text, size_t length)
{
	char *copy = alloc_bytes(length + 1);

	if (length)
		memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}

char *
alloc_string(const char *string)
{
	return alloc_text(string, strlen(string));
}
