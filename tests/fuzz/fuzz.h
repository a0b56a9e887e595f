/*
 * Fuzz targets: each turns any bytes into calls of one part of Quire and ends
 * the process when that part does what it must not.  One function a target,
 * so that libFuzzer, the replay of old findings and the row of crafted values
 * run the same.
 */
#ifndef QUIRE_TESTS_FUZZ_H
#define QUIRE_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#define FUZZ_TARGETS(X) \
	X(utf8) X(analyzer) X(json) X(date) X(posting) X(dictionary) \
	X(values) X(query) X(excerpt) X(image)

#define FUZZ_DECLARE(name) void fuzz_##name(const uint8_t *bytes, size_t size);
FUZZ_TARGETS(FUZZ_DECLARE)
#undef FUZZ_DECLARE

typedef void fuzz_target(const uint8_t *bytes, size_t size);

/* The target of a name, or NULL. */
fuzz_target *fuzz_target_find(const char *name);

/* Ends the process, as a sanitizer would. */
_Noreturn void fuzz_failed(const char *file, int line, const char *what);

#define FUZZ_CHECK(condition) \
	((condition) ? (void)0 : fuzz_failed(__FILE__, __LINE__, #condition))

/* The bytes of a run while they are taken apart; zeros follow the last. */
struct fuzz_input {
	const uint8_t *next, *end;
};

uint8_t fuzz_u8(struct fuzz_input *input);
uint16_t fuzz_u16(struct fuzz_input *input);
uint32_t fuzz_u32(struct fuzz_input *input);
size_t fuzz_left(const struct fuzz_input *input);

/*
 * The next `size` bytes, or as many as there are, in memory of exactly their
 * size, so that the sanitizer sees a read past either end.  `*size` is how
 * many there are; freed with free().
 */
void *fuzz_copy(struct fuzz_input *input, size_t *size);

/* The same of a part whose size stands before it in two bytes, and of all
 * that is left. */
void *fuzz_part(struct fuzz_input *input, size_t *size);
void *fuzz_rest(struct fuzz_input *input, size_t *size);

#endif
