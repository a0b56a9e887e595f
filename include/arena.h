/*
 * Memory that is given back all at once.  Used by every folder.
 * Blocks never move, so pointers into an arena stay valid until it is
 * cleared or freed.
 */
#ifndef QUIRE_ARENA_H
#define QUIRE_ARENA_H

#include <stddef.h>

/* All zero is an empty arena. */
struct arena {
	struct arena_block *blocks; /* newest first */
	char *next;                 /* where the next piece goes */
	size_t left;                /* bytes left there */
	size_t total;               /* bytes allocated from the system */
};

/* `size` bytes, aligned for any type, not cleared. */
void *arena_alloc(struct arena *arena, size_t size);

/* `size` bytes without alignment: for text and packed streams. */
void *arena_bytes(struct arena *arena, size_t size);

/* A copy of `length` bytes with a NUL after them. */
char *arena_text(struct arena *arena, const char *text, size_t length);

/* Forgets every piece; keeps one block to be used again. */
void arena_clear(struct arena *arena);

/* Gives everything back; the arena is empty and can be used again. */
void arena_free(struct arena *arena);

#endif
