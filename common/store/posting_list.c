/* A posting list as its dictionary entry describes it, and its forms. */
#include "store/posting_list.h"

#include "store/bytes.h"

#include <string.h>

enum {
	CHUNK_ENTRY = 10, /* u32 first document, u32 extent, u16 offset */
	FORMS_APART = 1 << 20,
	PIECE_HEADER = 8, /* u16 bytes, u32 extent and u16 offset of the next */
};

/* The bytes after the shared ones of a form, or NULL if they are cut off. */
static const uint8_t *
get_form_head(const uint8_t *in, const uint8_t *end, size_t stem_length,
    size_t *shared, size_t *rest)
{
	if (in >= end)
		return NULL;
	if (*in & FORM_WHOLE_STEM) {
		*shared = stem_length;
		*rest = *in++ & FORM_SHORT_MAX;
	} else {
		*shared = *in++;
		if (in == end)
			return NULL;
		*rest = *in++;
	}
	return (size_t)(end - in) >= *rest ? in : NULL;
}

/* Passes over `n` coded forms; NULL if they do not fit. */
static const uint8_t *
skip_forms(const uint8_t *in, const uint8_t *end, uint64_t n)
{
	size_t shared, rest;

	for (; n > 0; n--) {
		in = get_form_head(in, end, 0, &shared, &rest);
		if (!in)
			return NULL;
		in += rest;
	}
	return in;
}

static const uint8_t *
read_forms(struct posting_list *list, const uint8_t *in, const uint8_t *end)
{
	uint64_t n = 0;

	list->n_forms = 0;
	if (!(list->streams & STREAM_FORMS))
		return in;
	in = varint_get(in, end, &n);
	if (!in || n == 0 || n >= 2 * FORMS_APART)
		return NULL;
	list->forms_apart = n >= FORMS_APART;
	if (list->forms_apart) {
		list->n_forms = (uint32_t)n - FORMS_APART;
		if (end - in < 6 || list->n_forms == 0)
			return NULL;
		list->forms_extent = bytes_u32(in);
		list->forms_offset = bytes_u16(in + 4);
		return in + 6;
	}
	list->n_forms = (uint32_t)n;
	list->forms = in;
	in = skip_forms(in, end, n);
	list->forms_end = in;
	return in;
}

static bool
read_body(struct posting_list *list, const uint8_t *in, const uint8_t *end,
    bool is_inline)
{
	uint64_t n = 0;

	list->inline_bytes = list->inline_end = NULL;
	if (is_inline) {
		list->inline_bytes = in;
		list->inline_end = end;
		return in < end;
	}
	in = varint_get(in, end, &n);
	if (!in || n == 0 || n > (uint64_t)(end - in) / CHUNK_ENTRY)
		return false;
	list->chunks = in;
	list->n_chunks = (uint32_t)n;
	return true;
}

enum status
posting_list_open(struct posting_list *list, struct segment *segment,
    const struct dictionary_entry *entry)
{
	const uint8_t *in, *end;
	uint64_t more = 0;
	bool is_inline;

	if (&list->entry != entry)
		list->entry = *entry;
	list->segment = segment;
	list->stem = (const char *)list->entry.key + TERM_KEY_PREFIX;
	list->stem_length = list->entry.key_size - TERM_KEY_PREFIX;
	in = list->entry.value;
	end = in + list->entry.value_size;
	if (in == end)
		return STATUS_DAMAGED;
	list->streams = *in & 0x7f;
	is_inline = *in & LIST_INLINE;
	list->df = 0;
	if (is_inline) {
		list->streams &= LIST_STREAMS;
		list->df = *in >> LIST_DF_SHIFT & LIST_DF_MAX;
	}
	in++;
	if (list->df == 0)
		in = varint_get_u32(in, end, &list->df);
	if (list->streams & STREAM_TF && !is_inline)
		in = varint_get(in, end, &more);
	if (!in || list->df == 0)
		return STATUS_DAMAGED;
	list->occurrences = list->df + more;
	in = read_forms(list, in, end);
	if (!in || !read_body(list, in, end, is_inline))
		return STATUS_DAMAGED;
	return STATUS_OK;
}

enum status
posting_list_find(struct posting_list *list, struct segment *segment,
    const uint8_t *key, size_t key_size)
{
	enum status status = segment_find(segment, key, key_size,
	    &list->entry);

	if (status == STATUS_OK)
		status = posting_list_open(list, segment, &list->entry);
	return status;
}

void
form_cursor_start(struct form_cursor *cursor, const struct posting_list *list)
{
	cursor->list = list;
	cursor->code = UINT32_MAX; /* the first step makes it 0 */
	cursor->next = cursor->end = NULL;
	if (list->n_forms && !list->forms_apart) {
		cursor->next = list->forms;
		cursor->end = list->forms_end;
	}
	cursor->piece_extent = list->forms_extent;
	cursor->piece_offset = list->forms_offset;
}

static bool
next_piece(struct form_cursor *cursor)
{
	const uint8_t *end, *in;
	size_t size;

	if (!cursor->list->forms_apart || cursor->piece_extent == UINT32_MAX)
		return false;
	in = segment_bytes(cursor->list->segment, STREAM_HEADS,
	    cursor->piece_extent, cursor->piece_offset, &end);
	if (!in || end - in < PIECE_HEADER)
		return false;
	size = bytes_u16(in);
	if (size == 0 || size > (size_t)(end - in) - PIECE_HEADER)
		return false;
	cursor->piece_extent = bytes_u32(in + 2);
	cursor->piece_offset = bytes_u16(in + 6);
	cursor->next = in + PIECE_HEADER;
	cursor->end = cursor->next + size;
	return true;
}

enum status
form_cursor_next(struct form_cursor *cursor)
{
	const struct posting_list *list = cursor->list;
	const uint8_t *in;
	size_t shared, rest;

	cursor->code++;
	if (cursor->code >= (list->n_forms ? list->n_forms : 1))
		return STATUS_END;
	if (!list->n_forms) {
		memcpy(cursor->form, list->stem, list->stem_length);
		cursor->length = list->stem_length;
		return STATUS_OK;
	}
	if (cursor->next == cursor->end && !next_piece(cursor))
		return STATUS_DAMAGED;
	in = get_form_head(cursor->next, cursor->end, list->stem_length,
	    &shared, &rest);
	if (!in || shared > list->stem_length ||
	    shared + rest > sizeof cursor->form)
		return STATUS_DAMAGED;
	memcpy(cursor->form, list->stem, shared);
	memcpy(cursor->form + shared, in, rest);
	cursor->length = shared + rest;
	cursor->next = in + rest;
	return STATUS_OK;
}

enum status
posting_list_form_code(const struct posting_list *list, const char *form,
    size_t length, uint32_t *code)
{
	struct form_cursor cursor;
	enum status status;

	form_cursor_start(&cursor, list);
	while ((status = form_cursor_next(&cursor)) == STATUS_OK) {
		if (cursor.length == length &&
		    memcmp(cursor.form, form, length) == 0) {
			*code = cursor.code;
			return STATUS_OK;
		}
	}
	return status == STATUS_END ? STATUS_NOT_FOUND : status;
}
