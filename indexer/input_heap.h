/*
 * A heap of inputs by what each offers next: the core of merging sorted
 * inputs.  Inline, so that the comparison is compiled into the loop.
 */
#ifndef QUIRE_INDEXER_INPUT_HEAP_H
#define QUIRE_INDEXER_INPUT_HEAP_H

#include <stdbool.h>
#include <stddef.h>

/*
 * `inputs[0]` is the input that comes first; of those that offer the same,
 * the one with the lowest number.
 */
struct input_heap {
	size_t *inputs; /* numbers; the caller's memory */
	size_t n;
};

/* Below 0, 0, above 0 as what input a offers comes before b's. */
typedef int input_heap_compare(const void *context, size_t a, size_t b);

static inline bool
input_heap_before(const struct input_heap *heap, size_t i, size_t k,
    input_heap_compare *compare, const void *context)
{
	size_t a = heap->inputs[i], b = heap->inputs[k];
	int order = compare(context, a, b);

	return order ? order < 0 : a < b;
}

/* Puts the input at a place where it belongs, after what it offers rose. */
static inline void
input_heap_sift(struct input_heap *heap, size_t at,
    input_heap_compare *compare, const void *context)
{
	for (;;) {
		size_t child = 2 * at + 1, kept = heap->inputs[at];

		if (child >= heap->n)
			return;
		if (child + 1 < heap->n && input_heap_before(heap, child + 1,
		    child, compare, context))
			child++;
		if (!input_heap_before(heap, child, at, compare, context))
			return;
		heap->inputs[at] = heap->inputs[child];
		heap->inputs[child] = kept;
		at = child;
	}
}

/* Makes a heap of the inputs in any order. */
static inline void
input_heap_start(struct input_heap *heap, input_heap_compare *compare,
    const void *context)
{
	for (size_t i = heap->n; i-- > 0;)
		input_heap_sift(heap, i, compare, context);
}

/* After the first input went on (`more`), or came to its end. */
static inline void
input_heap_advance(struct input_heap *heap, bool more,
    input_heap_compare *compare, const void *context)
{
	if (!more)
		heap->inputs[0] = heap->inputs[--heap->n];
	input_heap_sift(heap, 0, compare, context);
}

#endif
