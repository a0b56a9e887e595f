/*
 * The byte streams of a run's lists.
 *
 * A list is a chain of slices that double in size.  Each slice ends with the
 * address of the next.  An occurrence is a varint whose lowest bit tells
 * that it opens a document and whose next bit tells that a form code
 * follows; the rest is the gap to the last document, with the position in a
 * varint of its own, or else the gap to the last position.
 */
#include "run.h"

#include "alloc.h"
#include "store/bytes.h"

#include <stdlib.h>
#include <string.h>

enum {
	SLICE_FIRST = 16,
	SLICE_MAX = 4096,
	LINK = sizeof(uint8_t *),
	OPENS = 1,
	HAS_CODE = 2,
};

/* Rows lie on cache lines of their own, and on huge pages when many. */
void
run_expect_lists(struct run *run, uint32_t n)
{
	struct run_list *old = run->lists;

	if (n <= run->lists_capacity)
		return;
	run->lists_capacity = n;
	run->lists = alloc_large(run->lists_capacity * sizeof *run->lists);
	if (run->n_lists)
		memcpy(run->lists, old, run->n_lists * sizeof *old);
	free(old);
}

uint32_t
run_add_list(struct run *run, const uint8_t *key, size_t size)
{
	struct run_list *list;

	if (run->n_lists == run->lists_capacity)
		run_expect_lists(run, 2 * run->lists_capacity + 1024);
	list = &run->lists[run->n_lists];
	*list = (struct run_list){.key_size = (uint16_t)size};
	list->key = (uint8_t *)arena_text(&run->arena, (const char *)key,
	    size);
	return run->n_lists++;
}

static __attribute__((noinline)) void
add_slice(struct run *run, struct run_list *list)
{
	uint32_t size = list->slice_size ? list->slice_size * 2U
	    : SLICE_FIRST;
	uint8_t *slice;

	if (size > SLICE_MAX)
		size = SLICE_MAX;
	slice = arena_bytes(&run->arena, size);
	if (list->first)
		memcpy(list->next, &slice, LINK);
	else
		list->first = slice;
	list->next = slice;
	list->left = (uint16_t)(size - LINK);
	list->slice_size = (uint16_t)size;
}

static inline void
put_byte(struct run *run, struct run_list *list, uint8_t byte)
{
	if (list->left == 0)
		add_slice(run, list);
	*list->next++ = byte;
	list->left--;
}

/* What a varint takes at most. */
enum { ROOM = 10 };

static inline void
put_varint(struct run *run, struct run_list *list, uint64_t value)
{
	if (list->left >= ROOM) {
		uint8_t *next = list->next;

		for (; value >= 0x80; value >>= 7)
			*next++ = (uint8_t)(value | 0x80);
		*next++ = (uint8_t)value;
		list->left = (uint16_t)(list->left - (next - list->next));
		list->next = next;
		return;
	}
	while (value >= 0x80) {
		put_byte(run, list, (uint8_t)(value | 0x80));
		value >>= 7;
	}
	put_byte(run, list, (uint8_t)value);
}

void
run_append(struct run *run, struct run_list *list, uint32_t document,
    uint32_t position, uint32_t code)
{
	uint32_t form = code ? HAS_CODE : 0;

	if (list->df == 0 || list->last_document != document) {
		uint32_t gap = list->df ? document - list->last_document
		    : document;

		put_varint(run, list, (uint64_t)gap << 2 | form | OPENS);
		put_varint(run, list, position);
		list->df++;
		list->last_document = document;
		list->last_tf = 0;
	} else {
		put_varint(run, list, (uint64_t)(position -
		    list->last_position) << 2 | form);
	}
	if (code)
		put_varint(run, list, code);
	list->last_position = position;
	list->last_tf++;
}

/*
 * Namespace, then language or, where there are fields, the field, then as
 * much of the term as fits.  Equal starts say nothing; different ones stand
 * in the order of the keys.
 */
static uint64_t
key_start(const uint8_t *key, size_t size)
{
	bool has_field = key[0] == NAMESPACE_FIELD ||
	    key[0] == NAMESPACE_VALUE;
	uint8_t bytes[8] = {key[0], key[1]};
	uint8_t *out = bytes + 2;
	size_t n = size - TERM_KEY_PREFIX;

	if (has_field) { /* whose language is always 0 */
		bytes[1] = key[2];
		bytes[2] = key[3];
		out++;
	}
	if (n > (size_t)(bytes + sizeof bytes - out))
		n = (size_t)(bytes + sizeof bytes - out);
	memcpy(out, key + TERM_KEY_PREFIX, n);
	return bytes_key_u64(bytes);
}

static int
compare_keys(const struct run_list *a, const struct run_list *b)
{
	int order = memcmp(a->key, b->key, a->key_size < b->key_size
	    ? a->key_size : b->key_size);

	return order ? order : (a->key_size > b->key_size) -
	    (a->key_size < b->key_size);
}

int
run_compare(const struct run *a, uint32_t place_a, const struct run *b,
    uint32_t place_b)
{
	const struct run_order *x = &a->order[place_a];
	const struct run_order *y = &b->order[place_b];

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return compare_keys(&a->lists[x->list], &b->lists[y->list]);
}

static int
compare_order(const void *a, const void *b, void *context)
{
	const struct run_list *lists = context;
	const struct run_order *x = a, *y = b;

	return compare_keys(&lists[x->list], &lists[y->list]);
}

/* Sorts by starts, byte by byte from the last one on, each time keeping the
 * order of equals; bytes that are the same in all are passed over. */
static struct run_order *
sort_starts(struct run_order *from, struct run_order *to, uint32_t n)
{
	for (unsigned shift = 0; shift < 64; shift += 8) {
		uint32_t places[256] = {0}, sum = 0;
		struct run_order *sorted = to;

		for (uint32_t i = 0; i < n; i++)
			places[from[i].start >> shift & 0xff]++;
		if (places[from[0].start >> shift & 0xff] == n)
			continue;
		for (unsigned byte = 0; byte < 256; byte++) {
			uint32_t count = places[byte];

			places[byte] = sum;
			sum += count;
		}
		for (uint32_t i = 0; i < n; i++)
			to[places[from[i].start >> shift & 0xff]++] = from[i];
		to = from;
		from = sorted;
	}
	return from;
}

void
run_sort(struct run *run)
{
	uint32_t n = run->n_lists, first = 0;
	struct run_order *order = alloc_zeroed(n, sizeof *order);
	struct run_order *other = alloc_zeroed(n, sizeof *order);

	for (uint32_t i = 0; i < n; i++)
		order[i] = (struct run_order){key_start(run->lists[i].key,
		    run->lists[i].key_size), i};
	run->order = n ? sort_starts(order, other, n) : order;
	free(run->order == order ? other : order);
	for (uint32_t i = 1; i <= n; i++) {
		if (i < n && run->order[i].start == run->order[first].start)
			continue;
		if (i - first > 1)
			qsort_r(run->order + first, i - first,
			    sizeof *run->order, compare_order, run->lists);
		first = i;
	}
}

bool
run_any_dropped(const struct run *run)
{
	for (uint32_t d = 0; d < run->n_documents; d++)
		if (run->documents[d].dropped)
			return true;
	return false;
}

void
run_free(struct run *run)
{
	if (!run)
		return;
	free(run->documents);
	free(run->lists);
	free(run->order);
	free(run->chunks);
	buffer_free(&run->frames);
	arena_free(&run->arena);
	free(run);
}

size_t
run_memory(const struct run *run)
{
	return run->arena.total + run->frames.capacity +
	    (size_t)run->documents_capacity * sizeof *run->documents +
	    (size_t)run->lists_capacity * sizeof *run->lists +
	    (size_t)run->n_lists * sizeof *run->order;
}

/* --- reading --- */

static __attribute__((noinline)) void
next_slice(struct run_reader *reader)
{
	uint8_t *slice;

	memcpy(&slice, reader->end, LINK);
	reader->slice_size = reader->slice_size < SLICE_MAX
	    ? reader->slice_size * 2 : SLICE_MAX;
	reader->next = slice;
	reader->end = slice + reader->slice_size - LINK;
}

static inline uint8_t
get_byte(struct run_reader *reader)
{
	if (reader->next == reader->end)
		next_slice(reader);
	return *reader->next++;
}

static inline uint64_t
get_varint(struct run_reader *reader)
{
	uint64_t value = 0;

	if (reader->end - reader->next >= 2) {
		const uint8_t *next = reader->next;

		if (next[0] < 0x80) {
			reader->next++;
			return next[0];
		}
		if (next[1] < 0x80) {
			reader->next += 2;
			return (next[0] & 0x7fU) | (uint64_t)next[1] << 7;
		}
	}
	for (unsigned shift = 0;; shift += 7) {
		uint8_t byte = get_byte(reader);

		value |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return value;
	}
}

/* Whether every byte written has been read. */
static bool
at_end(const struct run_reader *reader)
{
	return reader->next == reader->list->next;
}

static __attribute__((noinline)) void
make_room(struct run_reader *reader)
{
	reader->capacity = 2 * reader->capacity + 64;
	reader->positions = alloc_again(reader->positions, reader->capacity,
	    sizeof *reader->positions);
	reader->codes = alloc_again(reader->codes, reader->capacity,
	    sizeof *reader->codes);
}

static inline void
keep(struct run_reader *reader, uint32_t position, uint32_t code)
{
	if (reader->tf == reader->capacity)
		make_room(reader);
	reader->positions[reader->tf] = position;
	reader->codes[reader->tf++] = code;
}

void
run_reader_start(struct run_reader *reader, const struct run_list *list)
{
	reader->list = list;
	reader->next = list->first;
	reader->slice_size = SLICE_FIRST;
	reader->end = list->first + SLICE_FIRST - LINK;
	reader->document = 0;
	reader->has_ahead = false;
}

/* Reads the occurrence that opens a document into the read-ahead. */
static void
read_ahead(struct run_reader *reader, uint64_t head)
{
	reader->ahead_gap = (uint32_t)(head >> 2);
	reader->ahead_position = (uint32_t)get_varint(reader);
	reader->ahead_code = head & HAS_CODE ? (uint32_t)get_varint(reader)
	    : 0;
	reader->has_ahead = true;
}

bool
run_reader_next(struct run_reader *reader)
{
	uint32_t position;

	if (!reader->has_ahead) {
		if (at_end(reader))
			return false;
		read_ahead(reader, get_varint(reader));
	}
	reader->has_ahead = false;
	reader->document += reader->ahead_gap;
	reader->tf = 0;
	position = reader->ahead_position;
	keep(reader, position, reader->ahead_code);
	while (!at_end(reader)) {
		uint64_t head = get_varint(reader);

		if (head & OPENS) {
			read_ahead(reader, head);
			break;
		}
		position += (uint32_t)(head >> 2);
		keep(reader, position, head & HAS_CODE
		    ? (uint32_t)get_varint(reader) : 0);
	}
	return true;
}

void
run_reader_free(struct run_reader *reader)
{
	free(reader->positions);
	free(reader->codes);
	reader->positions = reader->codes = NULL;
	reader->capacity = 0;
}
