/*
 * Segments of which a part is missing, made again from the stored records of
 * their articles as if these were read from the archive.
 */
#include "repair_parts.h"

#include "accumulator.h"
#include "alloc.h"
#include "flush.h"
#include "text/language.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	RUN_SIZE = 8 << 20, /* bytes of records in a run */
	DATE_BIAS = 1 << 24,
};

/* A segment being made again. */
struct rebuilding {
	struct repair *repair;
	struct segment *segment;
	size_t place;        /* of the segment in the root */
	struct stored_record stored;
	struct arena arena;  /* of one article */
	struct accumulator *accumulator;
	struct field_names *names;
	size_t run_size;     /* bytes of records in the run being made */
	struct run_times {
		uint32_t added, changed;
	} *times;            /* by document of that run */
	uint32_t n, capacity;
	struct run **runs;   /* finished ones */
	size_t n_runs;
	uint64_t runs_memory;
	uint64_t next_sequence;
	struct root_segment *made;
	size_t n_made;
};

/* --- an article from its record --- */

static struct text
take_text(struct rebuilding *rebuilding, const struct stored_field *field)
{
	return (struct text){arena_text(&rebuilding->arena, field->text,
	    field->length), field->length};
}

static size_t
count_fields(const struct stored_record *stored)
{
	struct stored_field field;
	size_t position = 0, n = 0;

	while (stored_next(stored, &position, &field) == STATUS_OK)
		n++;
	return n;
}

/* The id comes first, and title and body last. */
static bool
take_fields(struct rebuilding *rebuilding, struct article *article)
{
	const struct root *root = store_root(rebuilding->repair->store);
	const struct text none = {"", 0};
	size_t left = count_fields(&rebuilding->stored), position = 0;
	struct stored_field field;
	enum status status;

	article->id = none;
	article->title = none;
	article->body = none;
	article->fields = arena_alloc(&rebuilding->arena,
	    (left + 1) * sizeof *article->fields);
	while ((status = stored_next(&rebuilding->stored, &position,
	    &field)) == STATUS_OK) {
		struct text text = take_text(rebuilding, &field);

		left--;
		if (field.field >= root->n_fields ||
		    !root->fields[field.field][0])
			return false;
		if (field.field == FIELD_ID && !article->id.length)
			article->id = text;
		else if (field.field == FIELD_BODY && left == 0)
			article->body = text;
		else if (field.field == FIELD_TITLE && left <= 1)
			article->title = text;
		else
			article->fields[article->n_fields++] = (struct field){
			    root->fields[field.field], text};
	}
	return status == STATUS_END && article->id.length > 0;
}

static const struct text *
find_field(const struct article *article, const char *name)
{
	for (size_t i = 0; i < article->n_fields; i++)
		if (strcmp(article->fields[i].name, name) == 0)
			return &article->fields[i].value;
	return NULL;
}

/* --- what stands in columns --- */

static bool
column(const struct rebuilding *rebuilding, enum column number,
    uint32_t document, uint64_t *value)
{
	return segment_column(rebuilding->segment, number, document, value);
}

static void
take_date(const struct rebuilding *rebuilding, uint32_t document,
    struct article *article, bool *guessed)
{
	const struct text *text;
	uint64_t value;

	if (column(rebuilding, COLUMN_DATE, document, &value)) {
		if (value)
			article->date = (struct date){(int32_t)(
			    (int64_t)(value >> 2) - DATE_BIAS), value & 3};
		return;
	}
	*guessed = true;
	text = find_field(article, "date");
	if (text)
		date_parse(text->bytes, text->length, &article->date);
}

/* The value of --lang of a source, or NULL. */
static const char *
language_option(const struct rebuilding *rebuilding, uint32_t number)
{
	struct catalogue *catalogue = rebuilding->repair->catalogue;

	for (size_t i = 0; i < catalogue_n_sources(catalogue); i++) {
		const struct catalogue_source *source = catalogue_source(
		    catalogue, i);

		for (size_t k = 0; source->number == number &&
		    k < source->n_options; k++)
			if (strncmp(source->options[k], "lang=", 5) == 0)
				return source->options[k] + 5;
	}
	return NULL;
}

static void
take_language(const struct rebuilding *rebuilding, uint32_t document,
    uint32_t source, struct article *article, bool *guessed)
{
	const struct text *text;
	const char *option;
	uint64_t value;

	if (column(rebuilding, COLUMN_LANGUAGE, document, &value) &&
	    value < LANGUAGE_MAX) {
		article->language = (uint8_t)value;
		return;
	}
	*guessed = true;
	text = find_field(article, "lang");
	option = language_option(rebuilding, source);
	if (text && language_is_known(text->bytes))
		article->language = language_by_code(text->bytes);
	else
		article->language = option ? language_by_code(option)
		    : LANGUAGE_ENGLISH;
}

/* Which source makes the hash of the id the one that the document has. */
static bool
find_source(const struct rebuilding *rebuilding, uint32_t document,
    const struct text *id, uint64_t *source)
{
	const struct root *root = store_root(rebuilding->repair->store);
	enum { MOST = 64 };
	uint32_t documents[MOST];

	if (column(rebuilding, COLUMN_SOURCE, document, source))
		return true;
	for (uint32_t i = 1; i < root->next_source; i++) {
		size_t n;

		if (segment_find_hash(rebuilding->segment, layout_id_hash(i,
		    id->bytes, id->length), documents, MOST, &n) != STATUS_OK)
			continue;
		for (size_t k = 0; k < n && k < MOST; k++)
			if (documents[k] == document) {
				*source = i;
				return true;
			}
	}
	/* Where there is but one, it is that. */
	*source = 1;
	return root->next_source == 2;
}

/* The file, or a number of none, under which no next run takes an article for
 * unchanged. */
static uint32_t
find_file(const struct rebuilding *rebuilding, uint32_t document,
    bool *guessed)
{
	struct repair *repair = rebuilding->repair;
	struct root *root = store_root(repair->store);
	uint64_t file;

	if (column(rebuilding, COLUMN_FILE, document, &file) && file > 0 &&
	    file < root->next_file)
		return (uint32_t)file;
	*guessed = true;
	repair->all_again = true;
	if (repair->no_file == 0)
		repair->no_file = root->next_file++;
	return repair->no_file;
}

/* --- losses --- */

/* The file is read again by the next run. */
static void
open_file(struct repair *repair, struct catalogue_file *file)
{
	if (!file->complete)
		return;
	file->complete = false;
	file->changed = true;
	repair->result->files_again++;
}

/* `article` may have no id. */
static void
lose(struct rebuilding *rebuilding, uint32_t document,
    const struct article *article)
{
	struct repair *repair = rebuilding->repair;
	struct lost_article lost = {.document = document,
	    .segment = segment_number(rebuilding->segment)};
	struct catalogue_file *file = NULL;
	uint64_t number;

	if (article && article->id.length)
		lost.id = article->id.bytes;
	if (article && article->title.length)
		lost.title = article->title.bytes;
	if (column(rebuilding, COLUMN_FILE, document, &number))
		file = catalogue_file_number(repair->catalogue,
		    (uint32_t)number);
	if (file) {
		lost.file = file->path;
		open_file(repair, file);
	} else {
		repair->all_again = true;
	}
	repair_lose(repair, &lost);
}

/* --- runs and segments --- */

static void
note_times(struct rebuilding *rebuilding, uint32_t document)
{
	uint64_t added, changed;
	struct run_times *times;

	if (rebuilding->n == rebuilding->capacity) {
		rebuilding->capacity = 2 * rebuilding->capacity + 256;
		rebuilding->times = alloc_again(rebuilding->times,
		    rebuilding->capacity, sizeof *rebuilding->times);
	}
	times = &rebuilding->times[rebuilding->n++];
	*times = (struct run_times){0, 0};
	if (column(rebuilding, COLUMN_ADDED, document, &added))
		times->added = (uint32_t)added;
	if (column(rebuilding, COLUMN_CHANGED, document, &changed))
		times->changed = (uint32_t)changed;
}

static void
finish_run(struct rebuilding *rebuilding)
{
	struct run *run = accumulator_finish(rebuilding->accumulator);

	for (uint32_t d = 0; d < run->n_documents; d++) {
		run->documents[d].added = rebuilding->times[d].added;
		run->documents[d].changed = rebuilding->times[d].changed;
	}
	rebuilding->runs = alloc_again(rebuilding->runs,
	    rebuilding->n_runs + 1, sizeof(struct run *));
	rebuilding->runs[rebuilding->n_runs++] = run;
	rebuilding->runs_memory += run_memory(run);
	rebuilding->run_size = 0;
	rebuilding->n = 0;
}

static void
free_runs(struct rebuilding *rebuilding)
{
	for (size_t i = 0; i < rebuilding->n_runs; i++)
		run_free(rebuilding->runs[i]);
	free(rebuilding->runs);
	rebuilding->runs = NULL;
	rebuilding->n_runs = 0;
	rebuilding->runs_memory = 0;
}

/*
 * Sequence numbers are those of the old segment: fewer articles need no more
 * of them, so the segments after it still follow.
 */
static enum status
write_runs(struct rebuilding *rebuilding, struct error *error)
{
	struct store *store = rebuilding->repair->store;
	struct root *root = store_root(store);
	uint64_t next = root->next_sequence;
	struct root_segment listed;
	enum status status;

	root->next_sequence = rebuilding->next_sequence;
	status = flush_runs(store, rebuilding->runs, rebuilding->n_runs,
	    (uint32_t)time(NULL), &listed, error);
	rebuilding->next_sequence = root->next_sequence;
	root->next_sequence = next;
	free_runs(rebuilding);
	if (status != STATUS_OK || !listed.n_documents)
		return status;
	rebuilding->made = alloc_again(rebuilding->made,
	    rebuilding->n_made + 1, sizeof *rebuilding->made);
	rebuilding->made[rebuilding->n_made++] = listed;
	return STATUS_OK;
}

static enum status
end_run(struct rebuilding *rebuilding, bool is_last, struct error *error)
{
	if (rebuilding->n > 0)
		finish_run(rebuilding);
	if (rebuilding->n_runs == 0 || (!is_last && rebuilding->runs_memory <
	    rebuilding->repair->memory / 4))
		return STATUS_OK;
	return write_runs(rebuilding, error);
}

static enum status
add_document(struct rebuilding *rebuilding, uint32_t document,
    struct error *error)
{
	struct article article = {.id = {"", 0}};
	bool has_text = !(store_root(rebuilding->repair->store)->flags &
	    ROOT_NO_TEXT), guessed = false;
	uint64_t source, hash;
	uint32_t file;

	arena_clear(&rebuilding->arena);
	if (segment_stored(rebuilding->segment, document,
	    &rebuilding->stored) != STATUS_OK) {
		lose(rebuilding, document, NULL);
		return STATUS_OK;
	}
	if (!take_fields(rebuilding, &article) || !has_text ||
	    !find_source(rebuilding, document, &article.id, &source)) {
		lose(rebuilding, document, &article);
		return STATUS_OK;
	}
	take_date(rebuilding, document, &article, &guessed);
	take_language(rebuilding, document, (uint32_t)source, &article,
	    &guessed);
	/* Without its hash, it counts as changed when it is read again. */
	if (column(rebuilding, COLUMN_HASH, document, &hash))
		article.hash = hash;
	file = find_file(rebuilding, document, &guessed);
	rebuilding->repair->result->guessed += guessed;
	accumulator_add(rebuilding->accumulator, &article, (uint32_t)source,
	    file, 0);
	note_times(rebuilding, document);
	rebuilding->run_size += rebuilding->stored.bytes.size;
	return rebuilding->run_size < RUN_SIZE ? STATUS_OK
	    : end_run(rebuilding, false, error);
}

/* Puts what was made in the place of the old segment, and commits. */
static enum status
replace(struct rebuilding *rebuilding, struct error *error)
{
	struct store *store = rebuilding->repair->store;
	enum status status = store_commit_begin(store, error);
	struct root *root = store_root(store);
	size_t place = rebuilding->place, n = rebuilding->n_made;
	size_t after = root->n_segments - place - 1;

	if (status != STATUS_OK)
		return status;
	root->segments = alloc_again(root->segments, root->n_segments + n,
	    sizeof *root->segments);
	memmove(root->segments + place + n, root->segments + place + 1,
	    after * sizeof *root->segments);
	if (n)
		memcpy(root->segments + place, rebuilding->made,
		    n * sizeof *root->segments);
	root->n_segments = place + n + after;
	return store_commit_end(store, error);
}

static enum status
rebuild(struct repair *repair, size_t place, struct error *error)
{
	struct rebuilding rebuilding = {.repair = repair, .place = place};
	struct segment **segments;
	size_t n;
	enum status status = store_segments(repair->store, &segments, &n,
	    error);

	if (status != STATUS_OK)
		return status;
	rebuilding.segment = segments[place];
	rebuilding.next_sequence = segment_record(rebuilding.segment)
	    ->first_sequence;
	rebuilding.names = field_names_create(store_root(repair->store));
	rebuilding.accumulator = accumulator_create(rebuilding.names, true,
	    (size_t)(repair->memory / 8));
	for (uint32_t d = 0; d < segment_n_documents(rebuilding.segment) &&
	    status == STATUS_OK; d++)
		if (segment_is_live(rebuilding.segment, d))
			status = add_document(&rebuilding, d, error);
	if (status == STATUS_OK)
		status = end_run(&rebuilding, true, error);
	if (status == STATUS_OK)
		status = replace(&rebuilding, error);
	free_runs(&rebuilding);
	accumulator_free(rebuilding.accumulator);
	field_names_free(rebuilding.names);
	stored_free(&rebuilding.stored);
	arena_free(&rebuilding.arena);
	free(rebuilding.times);
	free(rebuilding.made);
	return status;
}

enum status
repair_rebuild(struct repair *repair, struct error *error)
{
	enum status status = catalogue_load(repair->store, &repair->catalogue,
	    error);

	/* From the last on, so that the places of the others stay. */
	for (size_t i = repair->n_segments; i-- > 0 && status == STATUS_OK;)
		if (repair->segments[i].is_damaged)
			status = rebuild(repair, i, error);
	for (size_t i = 0; status == STATUS_OK && repair->all_again &&
	    i < catalogue_n_files(repair->catalogue); i++)
		open_file(repair, catalogue_file(repair->catalogue, i));
	if (status == STATUS_OK && catalogue_is_changed(repair->catalogue)) {
		status = store_commit_begin(repair->store, error);
		if (status == STATUS_OK)
			status = catalogue_write(repair->catalogue, error);
		if (status == STATUS_OK)
			status = store_commit_end(repair->store, error);
	}
	catalogue_free(repair->catalogue);
	repair->catalogue = NULL;
	return status;
}
