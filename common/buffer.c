/* Bytes that grow at their end. */
#include "buffer.h"

#include "alloc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint8_t *
buffer_reserve(struct buffer *buffer, size_t more)
{
	size_t capacity = buffer->capacity ? buffer->capacity : 64;

	if (more > buffer->capacity - buffer->size) {
		if (more > SIZE_MAX / 4 - buffer->size)
			alloc_gone();
		while (capacity - buffer->size < more)
			capacity = capacity + capacity / 2;
		buffer->bytes = alloc_again(buffer->bytes, capacity, 1);
		buffer->capacity = capacity;
	}
	return buffer->bytes + buffer->size;
}

void
buffer_append(struct buffer *buffer, const void *bytes, size_t size)
{
	if (!size)
		return;
	memcpy(buffer_reserve(buffer, size), bytes, size);
	buffer->size += size;
}

void
buffer_append_byte(struct buffer *buffer, uint8_t byte)
{
	*buffer_reserve(buffer, 1) = byte;
	buffer->size++;
}

void
buffer_append_string(struct buffer *buffer, const char *string)
{
	buffer_append(buffer, string, strlen(string));
}

void
buffer_append_format(struct buffer *buffer, const char *format, ...)
{
	va_list arguments;
	size_t room = 1;
	int length;

	/* The first round tells the length if there is no room for it. */
	for (;;) {
		char *end = (char *)buffer_reserve(buffer, room);

		room = buffer->capacity - buffer->size;
		va_start(arguments, format);
		length = vsnprintf(end, room, format, arguments);
		va_end(arguments);
		if (length < 0)
			return;
		if ((size_t)length < room)
			break;
		room = (size_t)length + 1;
	}
	buffer->size += (size_t)length;
}

const char *
buffer_string(struct buffer *buffer)
{
	*buffer_reserve(buffer, 1) = '\0';
	return (const char *)buffer->bytes;
}

void
buffer_clear(struct buffer *buffer)
{
	buffer->size = 0;
}

void
buffer_free(struct buffer *buffer)
{
	free(buffer->bytes);
	*buffer = (struct buffer){0};
}
