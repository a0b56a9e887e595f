/*
 * Of a damaged index: which living articles cannot be read as they were, and
 * where they came from.
 */
#include "verify_parts.h"

#include "store/snapshot.h"

#include <string.h>

/* What an answer needs of an article, beside its stored record. */
static const enum column needed[] = {COLUMN_TITLE_LENGTH, COLUMN_SEQUENCE,
    COLUMN_DATE, COLUMN_LANGUAGE, COLUMN_FILE, COLUMN_HASH, COLUMN_ADDED,
    COLUMN_CHANGED, COLUMN_SOURCE};

static bool
has_columns(struct segment *segment, uint32_t document)
{
	uint32_t length;
	uint64_t value;

	if (!segment_lengths(segment, document, 1, &length))
		return false;
	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
		if (!segment_column(segment, needed[i], document, &value))
			return false;
	return true;
}

static void
take_texts(const struct stored_record *stored, struct verify_article *article)
{
	struct stored_field field;

	if (stored_field(stored, FIELD_ID, &field)) {
		article->id = field.text;
		article->id_length = field.length;
	}
	if (stored_field(stored, FIELD_TITLE, &field)) {
		article->title = field.text;
		article->title_length = field.length;
	}
}

static void
take_file(struct verify *verify, struct segment *segment,
    struct verify_article *article)
{
	uint64_t file;

	if (segment_column(segment, COLUMN_FILE, article->document, &file) &&
	    snapshot_file_path(verify->snapshot, (uint32_t)file,
	    &article->file, &article->file_length) != STATUS_OK)
		article->file = NULL;
}

static void
tell(struct verify *verify, const struct verify_article *article)
{
	verify->counts->lost += (uint64_t)article->others + 1;
	if (verify->telling.article)
		verify->telling.article(verify->telling.context, article);
}

static void
check_article(struct verify *verify, struct segment *segment,
    uint32_t document, struct stored_record *stored)
{
	struct verify_article article = {
	    .segment = segment_number(segment), .document = document};
	enum status status = segment_stored(segment, document, stored);
	struct stored_field field;

	if (status == STATUS_OK && has_columns(segment, document) &&
	    stored_field(stored, FIELD_ID, &field))
		return;
	if (status == STATUS_OK)
		take_texts(stored, &article);
	take_file(verify, segment, &article);
	tell(verify, &article);
}

/* Nothing is known of the articles of a segment that cannot be opened. */
static void
lose_segment(struct verify *verify, const struct root_segment *listed)
{
	struct verify_article article = {.segment = listed->number};

	if (listed->n_dead >= listed->n_documents)
		return;
	article.others = listed->n_documents - listed->n_dead - 1;
	tell(verify, &article);
}

void
verify_articles(struct verify *verify)
{
	struct stored_record stored = {0};

	for (size_t i = 0; i < verify->root->n_segments; i++) {
		struct segment *segment = snapshot_listed(verify->snapshot,
		    i);

		if (!segment) {
			lose_segment(verify, &verify->root->segments[i]);
			continue;
		}
		for (uint32_t d = 0; d < segment_n_documents(segment); d++)
			if (segment_is_live(segment, d))
				check_article(verify, segment, d, &stored);
	}
	stored_free(&stored);
}
