/* The best k of a stream. */
#include "topk.h"

#include "alloc.h"

#include <stdlib.h>

void
topk_init(struct topk *topk, size_t k)
{
	*topk = (struct topk){ .k = k, .is_full = k == 0,
		.threshold = INT64_MAX };
}

void
topk_free(struct topk *topk)
{
	free(topk->entries);
	topk->entries = NULL;
}

static inline bool
is_better(const struct topk_entry *a, const struct topk_entry *b)
{
	if (a->key != b->key)
		return a->key > b->key;
	if (a->segment != b->segment)
		return a->segment < b->segment;
	return a->document < b->document;
}

static int
compare(const void *a, const void *b)
{
	if (is_better(a, b))
		return -1;
	return is_better(b, a);
}

static void
swap(struct topk_entry *a, struct topk_entry *b)
{
	struct topk_entry entry = *a;

	*a = *b;
	*b = entry;
}

/* Places a middling entry last: the best of three. */
static void
choose_pivot(struct topk_entry *entries, size_t n)
{
	struct topk_entry *a = entries, *b = entries + n / 2;
	struct topk_entry *c = entries + n - 1;

	if (is_better(b, a))
		swap(a, b);
	if (is_better(c, b))
		swap(b, c);
	if (is_better(b, a))
		swap(a, b);
	swap(b, c);
}

/* Hoare's selection: moves the best k of n entries to the front. */
static void
select_best(struct topk_entry *entries, size_t n, size_t k)
{
	while (n > 2) {
		size_t better = 0;

		choose_pivot(entries, n);
		for (size_t i = 0; i < n - 1; i++)
			if (is_better(&entries[i], &entries[n - 1]))
				swap(&entries[i], &entries[better++]);
		swap(&entries[better], &entries[n - 1]);
		if (k == better || k == better + 1)
			return;
		if (k < better) {
			n = better;
		} else {
			entries += better + 1;
			n -= better + 1;
			k -= better + 1;
		}
	}
	if (n == 2 && is_better(&entries[1], &entries[0]))
		swap(&entries[0], &entries[1]);
}

static void
cut(struct topk *topk)
{
	select_best(topk->entries, topk->n, topk->k);
	topk->n = topk->k;
	topk->threshold = topk->entries[0].key;
	for (size_t i = 1; i < topk->n; i++)
		if (topk->entries[i].key < topk->threshold)
			topk->threshold = topk->entries[i].key;
	topk->is_full = true;
}

void
topk_store(struct topk *topk, int64_t key, uint32_t segment, uint32_t document)
{
	if (!topk->k)
		return;
	if (topk->n == topk->capacity) {
		topk->capacity = topk->n ? 2 * topk->n : 64;
		topk->entries = alloc_again(topk->entries, topk->capacity,
		    sizeof *topk->entries);
	}
	topk->entries[topk->n++] = (struct topk_entry){ key, segment,
		document };
	if (topk->n / 2 >= topk->k)
		cut(topk);
}

void
topk_finish(struct topk *topk)
{
	if (topk->n > topk->k)
		cut(topk);
	if (topk->n)
		qsort(topk->entries, topk->n, sizeof *topk->entries, compare);
}
