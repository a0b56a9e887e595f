/* Bytes that grow at their end.  Used by every folder. */
#ifndef QUIRE_BUFFER_H
#define QUIRE_BUFFER_H

#include <stddef.h>
#include <stdint.h>

/* All zero is an empty buffer.  `bytes` moves whenever the buffer grows. */
struct buffer {
	uint8_t *bytes;
	size_t size;     /* bytes in use */
	size_t capacity; /* bytes allocated */
};

/* Makes room for `more` bytes and returns where they go; `size` stays. */
uint8_t *buffer_reserve(struct buffer *buffer, size_t more);

void buffer_append(struct buffer *buffer, const void *bytes, size_t size);
void buffer_append_byte(struct buffer *buffer, uint8_t byte);
void buffer_append_string(struct buffer *buffer, const char *string);
void buffer_append_format(struct buffer *buffer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Ends the bytes with a NUL that is not counted in `size`, and lends them. */
const char *buffer_string(struct buffer *buffer);

/* Forgets the bytes and keeps the memory. */
void buffer_clear(struct buffer *buffer);

/* Gives the memory back; the buffer is empty and can be used again. */
void buffer_free(struct buffer *buffer);

#endif
