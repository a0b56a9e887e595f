/* Memory that is given back all at once. */
#include "arena.h"

#include "alloc.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
	BLOCK_LEAST = 64 * 1024,
	BLOCK_MOST = 2 * 1024 * 1024, /* one huge page */
};

struct arena_block {
	struct arena_block *older;
	size_t size;
	alignas(max_align_t) char bytes[];
};

static void
add_block(struct arena *arena, size_t size)
{
	struct arena_block *block;
	/* Blocks grow with the arena, so that a small one stays small. */
	size_t usual = arena->blocks ? 2 * arena->blocks->size : BLOCK_LEAST;

	if (usual > BLOCK_MOST - sizeof *block)
		usual = BLOCK_MOST - sizeof *block;
	if (size < usual)
		size = usual;
	block = alloc_large(sizeof *block + size);
	block->older = arena->blocks;
	block->size = size;
	arena->blocks = block;
	arena->next = block->bytes;
	arena->left = size;
	arena->total += sizeof *block + size;
}

void *
arena_bytes(struct arena *arena, size_t size)
{
	char *piece;

	if (size > arena->left)
		add_block(arena, size);
	piece = arena->next;
	arena->next += size;
	arena->left -= size;
	return piece;
}

void *
arena_alloc(struct arena *arena, size_t size)
{
	size_t gap = -(uintptr_t)arena->next % alignof(max_align_t);

	if (gap + size > arena->left)
		add_block(arena, size);
	else
		arena_bytes(arena, gap);
	return arena_bytes(arena, size);
}

char *
arena_text(struct arena *arena, const char *text, size_t length)
{
	char *copy = arena_bytes(arena, length + 1);

	if (length)
		memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}

void
arena_clear(struct arena *arena)
{
	struct arena_block *block = arena->blocks;

	if (!block)
		return;
	while (block->older) {
		struct arena_block *older = block->older;

		arena->total -= sizeof *block + block->size;
		free(block);
		block = older;
	}
	arena->blocks = block;
	arena->next = block->bytes;
	arena->left = block->size;
}

void
arena_free(struct arena *arena)
{
	while (arena->blocks) {
		struct arena_block *older = arena->blocks->older;

		free(arena->blocks);
		arena->blocks = older;
	}
	*arena = (struct arena){0};
}
