/* Unpacking stored text. */
#include "packed.h"

#include "alloc.h"

#include <zstd.h>
#include <zstd_errors.h>

bool
packed_read(void *raw, size_t raw_size, const void *frame, size_t size)
{
	size_t got = ZSTD_decompress(raw, raw_size, frame, size);

	if (ZSTD_getErrorCode(got) == ZSTD_error_memory_allocation)
		alloc_gone();
	return got == raw_size;
}
