/*
 * Sources and files whose records are not where the last commit has them.  A
 * number names one path for ever, so an older record of it, from pages that
 * are free, is right about that, and only that.
 */
#include "repair_parts.h"

#include "alloc.h"
#include "catalogue_parts.h"
#include "store/bytes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_SIZE = 5, FILE_STATE = 36 };

/* Bits by number: of what living articles name. */
struct named {
	uint8_t *sources, *files;
	uint32_t n_sources, n_files; /* numbers are below */
};

static void
note(uint8_t *bits, uint32_t n, uint64_t number)
{
	if (number < n)
		bits[number / 8] |= (uint8_t)(1 << number % 8);
}

static bool
is_noted(const uint8_t *bits, uint32_t number)
{
	return bits[number / 8] >> number % 8 & 1;
}

static void
note_segment(struct segment *segment, struct named *named)
{
	for (uint32_t d = 0; d < segment_n_documents(segment); d++) {
		uint64_t source, file;

		if (!segment_is_live(segment, d))
			continue;
		if (segment_column(segment, COLUMN_SOURCE, d, &source))
			note(named->sources, named->n_sources, source);
		if (segment_column(segment, COLUMN_FILE, d, &file))
			note(named->files, named->n_files, file);
	}
}

/* The record of a number as the damaged file has it anywhere, and no seal. */
static bool
find_record(const struct repair *repair, const uint8_t key[KEY_SIZE],
    struct buffer *record)
{
	const struct salvage_value *value = salvage_find(&repair->salvage,
	    DATABASE_SRC, key, KEY_SIZE);

	if (!value || !salvage_payload(&repair->salvage, value, record))
		return false;
	record->size = value->size;
	return true;
}

/* A record that no reader of the catalogue would take is none. */
static bool
is_sound(const struct repair *repair, const uint8_t key[KEY_SIZE],
    const struct buffer *record)
{
	return catalogue_value_is_sound(store_root(repair->store), key,
	    KEY_SIZE, record->bytes, record->size);
}

static enum status
put_source(struct repair *repair, uint32_t number, struct error *error)
{
	uint8_t key[KEY_SIZE] = {'s'};
	struct buffer record = {0};
	enum status status;

	bytes_put_key_u32(key + 1, number);
	if (!find_record(repair, key, &record) ||
	    !is_sound(repair, key, &record)) {
		char path[40];
		uint32_t size = (uint32_t)snprintf(path, sizeof path,
		    "lost source %u", number), none = 0;

		/* A name by which its articles can be removed. */
		repair->result->sources_lost++;
		buffer_clear(&record);
		buffer_append(&record, &size, sizeof size);
		buffer_append(&record, path, size);
		buffer_append(&record, &none, sizeof none);
	}
	status = store_put(repair->store, DATABASE_SRC, key, sizeof key,
	    record.bytes, record.size, NULL, error);
	buffer_free(&record);
	return status;
}

/* As a file that was not read to its end, so that it is read again. */
static enum status
put_file(struct repair *repair, uint32_t number, struct named *named,
    struct error *error)
{
	uint8_t key[KEY_SIZE] = {'f'};
	struct buffer record = {0};
	enum status status = STATUS_OK;

	bytes_put_key_u32(key + 1, number);
	if (find_record(repair, key, &record) &&
	    is_sound(repair, key, &record)) {
		note(named->sources, named->n_sources,
		    bytes_u32(record.bytes));
		record.bytes[FILE_STATE] = 0;
		repair->result->files_again++;
		status = store_put(repair->store, DATABASE_SRC, key,
		    sizeof key, record.bytes, record.size, NULL, error);
	}
	buffer_free(&record);
	return status;
}

static bool
has_source(struct catalogue *catalogue, uint32_t number)
{
	for (size_t i = 0; i < catalogue_n_sources(catalogue); i++)
		if (catalogue_source(catalogue, i)->number == number)
			return true;
	return false;
}

static enum status
put_missing(struct repair *repair, struct catalogue *catalogue,
    struct named *named, struct error *error)
{
	enum status status = store_commit_begin(repair->store, error);

	for (size_t i = 0; i < catalogue_n_files(catalogue); i++)
		note(named->sources, named->n_sources,
		    catalogue_file(catalogue, i)->source);
	for (uint32_t i = 1; i < named->n_files && status == STATUS_OK; i++)
		if (is_noted(named->files, i) &&
		    !catalogue_file_number(catalogue, i))
			status = put_file(repair, i, named, error);
	for (uint32_t i = 1; i < named->n_sources && status == STATUS_OK;
	    i++)
		if (is_noted(named->sources, i) && !has_source(catalogue, i))
			status = put_source(repair, i, error);
	return status == STATUS_OK ? store_commit_end(repair->store, error)
	    : status;
}

/* Writes where each path is found, which was left out of the copy. */
static enum status
put_places(struct repair *repair, struct error *error)
{
	struct catalogue *catalogue;
	enum status status = catalogue_load(repair->store, &catalogue, error);

	if (status != STATUS_OK)
		return status;
	catalogue_write_again(catalogue);
	status = store_commit_begin(repair->store, error);
	if (status == STATUS_OK)
		status = catalogue_write(catalogue, error);
	if (status == STATUS_OK)
		status = store_commit_end(repair->store, error);
	catalogue_free(catalogue);
	return status;
}

enum status
repair_sources(struct repair *repair, struct error *error)
{
	const struct root *root = store_root(repair->store);
	struct named named = {.n_sources = root->next_source,
	    .n_files = root->next_file};
	struct catalogue *catalogue;
	struct segment **segments;
	enum status status;
	size_t n;

	if (repair->salvage.src_is_whole)
		return STATUS_OK;
	status = catalogue_load(repair->store, &catalogue, error);
	if (status != STATUS_OK)
		return status;
	named.sources = alloc_zeroed(named.n_sources / 8 + 1, 1);
	named.files = alloc_zeroed(named.n_files / 8 + 1, 1);
	status = store_segments(repair->store, &segments, &n, error);
	for (size_t i = 0; i < n && status == STATUS_OK; i++)
		note_segment(segments[i], &named);
	if (status == STATUS_OK)
		status = put_missing(repair, catalogue, &named, error);
	catalogue_free(catalogue);
	free(named.sources);
	free(named.files);
	return status == STATUS_OK ? put_places(repair, error) : status;
}
