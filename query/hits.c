/* Reads an article out of the index for a printer. */
#include "hits.h"

#include "text/language.h"

#include <string.h>

enum { DATE_BIAS = 1 << 24 };

static enum status
damaged(const struct hits *hits, uint32_t segment, struct error *error)
{
	error_set(error, STATUS_DAMAGED,
	    "index %s is damaged (an article in segment %u)",
	    hits->index_name,
	    segment_number(snapshot_segment(hits->snapshot, segment)));
	error_hint(error, "quire-index -i %s --check", hits->index_name);
	return STATUS_DAMAGED;
}

/* Column 3 of docs/FORMAT.md, section 7. */
static struct date
decode_date(uint64_t value)
{
	struct date date = {0};

	if (value == 0 || value >> 2 > 2 * (uint64_t)DATE_BIAS)
		return date;
	date.day = (int32_t)(value >> 2) - DATE_BIAS;
	date.precision = (uint8_t)(value & 3);
	return date;
}

static enum status
load_columns(struct hits *hits, uint32_t segment, uint32_t document,
    struct printed_hit *hit, struct error *error)
{
	struct segment *columns = snapshot_segment(hits->snapshot, segment);
	uint64_t date, language;
	uint32_t length;

	if (!segment_column(columns, COLUMN_DATE, document, &date) ||
	    !segment_column(columns, COLUMN_LANGUAGE, document, &language) ||
	    !segment_lengths(columns, document, 1, &length))
		return damaged(hits, segment, error);
	hit->date = decode_date(date);
	hit->language_number = (uint8_t)language;
	if (language != LANGUAGE_NONE && language <= UINT8_MAX)
		hit->language = language_code((uint8_t)language);
	hit->n_words = length;
	return STATUS_OK;
}

static void
take_text(struct hits *hits, const struct stored_field *field,
    struct marked_text *text)
{
	text->text = arena_text(&hits->arena, field->text, field->length);
	text->length = field->length;
}

static void
add_author(struct hits *hits, const char *author, struct printed_hit *hit)
{
	size_t n = hit->n_authors;

	if ((n & (n - 1)) == 0) {
		const char **larger = arena_alloc(
		    &hits->arena, (n ? 2 * n : 1) * sizeof(*larger));

		if (n)
			memcpy(larger, hit->authors, n * sizeof(*larger));
		hit->authors = larger;
	}
	hit->authors[hit->n_authors++] = author;
}

static void
take_field(struct hits *hits, const struct stored_field *field,
    struct printed_hit *hit)
{
	const char **place = NULL;
	const char *text;

	switch (field->field) {
	case FIELD_TITLE:
		take_text(hits, field, &hit->title);
		return;
	case FIELD_BODY:
		take_text(hits, field, &hit->body);
		return;
	case FIELD_ID:
		place = &hit->id;
		break;
	case FIELD_PATH:
		place = &hit->path;
		break;
	case FIELD_URL:
		place = &hit->url;
		break;
	case FIELD_SOURCE:
		place = &hit->source;
		break;
	case FIELD_AUTHOR:
		break;
	default:
		return;
	}
	if (place && *place)
		return;
	text = arena_text(&hits->arena, field->text, field->length);
	if (place)
		*place = text;
	else
		add_author(hits, text, hit);
}

/* What is stored of a text file is its path inside the source. */
static enum status
place_file(struct hits *hits, uint32_t segment, uint32_t document,
    struct printed_hit *hit, struct error *error)
{
	enum status status;

	if (!hit->path || strcmp(hit->path, hit->id) != 0)
		return STATUS_OK;
	hits->place.snapshot = hits->snapshot;
	status = file_place_find(&hits->place, segment, document, hit->id,
	    &hits->arena, &hit->file, &hit->path);
	return status == STATUS_DAMAGED ? damaged(hits, segment, error)
	    : STATUS_OK;
}

enum status
hits_load(struct hits *hits, uint32_t segment, uint32_t document,
    struct printed_hit *hit, struct error *error)
{
	struct segment *stored = snapshot_segment(hits->snapshot, segment);
	struct stored_field field;
	size_t position = 0;
	enum status status;

	memset(hit, 0, sizeof(*hit));
	arena_clear(&hits->arena);
	status = load_columns(hits, segment, document, hit, error);
	if (status != STATUS_OK)
		return status;
	if (segment_stored(stored, document, &hits->record) != STATUS_OK)
		return damaged(hits, segment, error);
	while ((status = stored_next(&hits->record, &position, &field)) ==
	    STATUS_OK)
		take_field(hits, &field, hit);
	if (status != STATUS_END || hit->id == NULL)
		return damaged(hits, segment, error);
	return place_file(hits, segment, document, hit, error);
}

enum status
hits_mark(struct hits *hits, const struct node *root, size_t size,
    struct printed_hit *hit, struct error *error)
{
	struct marked_text title, body;
	enum status status;

	if (hits->marked_root != root) {
		hits_forget(hits);
		hits->snippet = snippet_create(root, hits->snapshot);
		hits->marked_root = root;
	}
	status = snippet_marks(hits->snippet,
	    hit->title.text ? hit->title.text : "", hit->title.length,
	    hit->body.text ? hit->body.text : "", hit->body.length,
	    hit->language_number, &hits->arena, &title, &body);
	if (status != STATUS_OK) {
		error_set(error, status, "index %s is damaged (the words of "
		    "the query in its dictionary)", hits->index_name);
		error_hint(error, "quire-index -i %s --check",
		    hits->index_name);
		return status;
	}
	hit->title = title;
	hit->body = body;
	if (size == 0 || body.length == 0)
		return STATUS_OK;
	snippet_best(&body, size, &hits->arena, &hit->excerpt);
	hit->has_excerpt = true;
	return STATUS_OK;
}

void
hits_forget(struct hits *hits)
{
	snippet_free(hits->snippet);
	hits->snippet = NULL;
	hits->marked_root = NULL;
}

void
hits_free(struct hits *hits)
{
	hits_forget(hits);
	stored_free(&hits->record);
	file_place_free(&hits->place);
	arena_free(&hits->arena);
}
