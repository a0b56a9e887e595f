/* What fuzz targets share. */
#include "fuzz.h"

#include "alloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
fuzz_failed(const char *file, int line, const char *what)
{
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
	abort();
}

size_t
fuzz_left(const struct fuzz_input *input)
{
	return (size_t)(input->end - input->next);
}

uint8_t
fuzz_u8(struct fuzz_input *input)
{
	return input->next < input->end ? *input->next++ : 0;
}

uint16_t
fuzz_u16(struct fuzz_input *input)
{
	unsigned low = fuzz_u8(input);

	return (uint16_t)(low | (unsigned)fuzz_u8(input) << 8);
}

uint32_t
fuzz_u32(struct fuzz_input *input)
{
	uint32_t low = fuzz_u16(input);

	return low | (uint32_t)fuzz_u16(input) << 16;
}

void *
fuzz_copy(struct fuzz_input *input, size_t *size)
{
	uint8_t *copy;

	if (*size > fuzz_left(input))
		*size = fuzz_left(input);
	copy = alloc_bytes(*size);
	if (*size)
		memcpy(copy, input->next, *size);
	input->next += *size;
	return copy;
}

void *
fuzz_part(struct fuzz_input *input, size_t *size)
{
	*size = fuzz_u16(input);
	return fuzz_copy(input, size);
}

void *
fuzz_rest(struct fuzz_input *input, size_t *size)
{
	*size = fuzz_left(input);
	return fuzz_copy(input, size);
}
