/* Sources, files and failures in memory. */
#include "catalogue.h"

#include "alloc.h"
#include "catalogue_parts.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum { BUCKETS_LEAST = 256 };

/* --- sources --- */

struct source_entry *
catalogue_append_source(struct catalogue *catalogue, uint32_t number,
    const char *path, size_t length)
{
	struct source_entry *entry = alloc_zeroed(1, sizeof *entry);

	entry->source.number = number;
	entry->source.path = alloc_text(path, length);
	if (catalogue->n_sources == catalogue->sources_capacity) {
		catalogue->sources_capacity =
		    2 * catalogue->sources_capacity + 8;
		catalogue->sources = alloc_again(catalogue->sources,
		    catalogue->sources_capacity, sizeof(entry));
	}
	catalogue->sources[catalogue->n_sources++] = entry;
	return entry;
}

size_t
catalogue_n_sources(const struct catalogue *catalogue)
{
	return catalogue->n_sources;
}

struct catalogue_source *
catalogue_source(struct catalogue *catalogue, size_t i)
{
	return &catalogue->sources[i]->source;
}

struct catalogue_source *
catalogue_find_source(struct catalogue *catalogue, const char *path, bool add)
{
	struct root *root = store_root(catalogue->store);
	struct source_entry *entry;

	for (size_t i = 0; i < catalogue->n_sources; i++) {
		struct catalogue_source *source =
		    &catalogue->sources[i]->source;

		if (!source->removed && strcmp(source->path, path) == 0)
			return source;
	}
	if (!add || root->next_source > limit_most(LIMIT_SOURCES))
		return NULL;
	entry = catalogue_append_source(catalogue, root->next_source++, path,
	    strlen(path));
	entry->source.changed = true;
	return &entry->source;
}

static bool
same_options(const struct catalogue_source *source,
    const char *const *options, size_t n)
{
	if (source->n_options != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (strcmp(source->options[i], options[i]) != 0)
			return false;
	return true;
}

static void
free_options(struct catalogue_source *source)
{
	for (size_t i = 0; i < source->n_options; i++)
		free(source->options[i]);
	free(source->options);
	source->options = NULL;
	source->n_options = 0;
}

void
catalogue_set_options(struct catalogue_source *source,
    const char *const *options, size_t n)
{
	char **copies;

	if (same_options(source, options, n))
		return;
	copies = alloc_zeroed(n, sizeof *copies);
	for (size_t i = 0; i < n; i++)
		copies[i] = alloc_string(options[i]);
	free_options(source);
	source->options = copies;
	source->n_options = n;
	source->changed = true;
}

/* --- files --- */

static size_t
bucket_number(const struct catalogue *catalogue, uint32_t source,
    uint64_t hash)
{
	return (size_t)(hash + source * UINT64_C(0x9e3779b97f4a7c15)) &
	    (catalogue->n_buckets - 1);
}

static void
put_in_bucket(struct catalogue *catalogue, struct file_entry *entry)
{
	struct file_entry **bucket = &catalogue->buckets[bucket_number(
	    catalogue, entry->file.source, entry->hash)];

	entry->next = *bucket;
	*bucket = entry;
}

static void
grow_buckets(struct catalogue *catalogue)
{
	if (catalogue->n_files < catalogue->n_buckets)
		return;
	catalogue->n_buckets = catalogue->n_buckets ?
	    4 * catalogue->n_buckets : BUCKETS_LEAST;
	free(catalogue->buckets);
	catalogue->buckets = alloc_zeroed(catalogue->n_buckets,
	    sizeof *catalogue->buckets);
	for (size_t i = 0; i < catalogue->n_files; i++)
		put_in_bucket(catalogue, catalogue->files[i]);
}

void
catalogue_write_again(struct catalogue *catalogue)
{
	for (size_t i = 0; i < catalogue->n_files; i++) {
		catalogue->files[i]->file.changed = true;
		catalogue->files[i]->placed = false;
	}
}

struct file_entry *
catalogue_append_file(struct catalogue *catalogue, uint32_t number,
    uint32_t source, const char *path, size_t length)
{
	struct file_entry *entry = alloc_zeroed(1, sizeof *entry);

	grow_buckets(catalogue);
	entry->file.number = number;
	entry->file.source = source;
	entry->file.path = alloc_text(path, length);
	entry->hash = XXH3_64bits(path, length);
	if (catalogue->n_files == catalogue->files_capacity) {
		catalogue->files_capacity =
		    2 * catalogue->files_capacity + 64;
		catalogue->files = alloc_again(catalogue->files,
		    catalogue->files_capacity, sizeof(entry));
	}
	catalogue->files[catalogue->n_files++] = entry;
	put_in_bucket(catalogue, entry);
	return entry;
}

struct file_entry *
catalogue_bucket(const struct catalogue *catalogue, uint32_t source,
    uint64_t hash)
{
	if (!catalogue->n_buckets)
		return NULL;
	return catalogue->buckets[bucket_number(catalogue, source, hash)];
}

size_t
catalogue_n_files(const struct catalogue *catalogue)
{
	return catalogue->n_files;
}

struct catalogue_file *
catalogue_file(struct catalogue *catalogue, size_t i)
{
	return &catalogue->files[i]->file;
}

struct catalogue_file *
catalogue_find_file(struct catalogue *catalogue, uint32_t source,
    const char *path, bool add)
{
	struct root *root = store_root(catalogue->store);
	size_t length = strlen(path);
	struct file_entry *entry = catalogue_bucket(catalogue, source,
	    XXH3_64bits(path, length));

	for (; entry; entry = entry->next)
		if (!entry->file.removed && entry->file.source == source &&
		    strcmp(entry->file.path, path) == 0)
			return &entry->file;
	if (!add || root->next_file > limit_most(LIMIT_FILES))
		return NULL;
	entry = catalogue_append_file(catalogue, root->next_file++, source,
	    path, length);
	entry->file.changed = true;
	return &entry->file;
}

size_t
catalogue_file_place(const struct catalogue *catalogue, uint64_t number)
{
	size_t low = 0, high = catalogue->n_files;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (catalogue->files[middle]->file.number == number)
			return middle;
		if (catalogue->files[middle]->file.number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return catalogue->n_files;
}

struct catalogue_file *
catalogue_file_number(struct catalogue *catalogue, uint32_t number)
{
	size_t place = catalogue_file_place(catalogue, number);
	struct catalogue_file *file = place < catalogue->n_files
	    ? catalogue_file(catalogue, place) : NULL;

	return file && !file->removed ? file : NULL;
}

/* --- removal and failures --- */

void
catalogue_remove_file(struct catalogue *catalogue,
    struct catalogue_file *file)
{
	catalogue_forget_failures(catalogue, file);
	file->removed = true;
}

void
catalogue_remove_source(struct catalogue *catalogue,
    struct catalogue_source *source)
{
	for (size_t i = 0; i < catalogue->n_files; i++) {
		struct catalogue_file *file = catalogue_file(catalogue, i);

		if (file->source == source->number && !file->removed)
			catalogue_remove_file(catalogue, file);
	}
	source->removed = true;
}

void
catalogue_fail(struct catalogue *catalogue, struct catalogue_file *file,
    uint64_t line, enum failure_kind kind, const char *reason)
{
	struct failure *failure;

	if (catalogue->n_failures == catalogue->failures_capacity) {
		catalogue->failures_capacity =
		    2 * catalogue->failures_capacity + 16;
		catalogue->failures = alloc_again(catalogue->failures,
		    catalogue->failures_capacity, sizeof *failure);
	}
	failure = &catalogue->failures[catalogue->n_failures++];
	failure->entry = (struct file_entry *)file;
	failure->line = line;
	failure->kind = kind;
	failure->reason = alloc_string(reason);
	if (catalogue->watch)
		catalogue->watch(catalogue->watch_context, file, line, kind,
		    reason);
}

void
catalogue_watch(struct catalogue *catalogue, catalogue_visit *visit,
    void *context)
{
	catalogue->watch = visit;
	catalogue->watch_context = context;
}

void
catalogue_forget_failures(struct catalogue *catalogue,
    struct catalogue_file *file)
{
	struct file_entry *entry = (struct file_entry *)file;
	size_t kept = 0;

	entry->forget = true;
	for (size_t i = 0; i < catalogue->n_failures; i++) {
		struct failure *failure = &catalogue->failures[i];

		if (failure->entry == entry)
			free(failure->reason);
		else
			catalogue->failures[kept++] = *failure;
	}
	catalogue->n_failures = kept;
}

void
catalogue_free(struct catalogue *catalogue)
{
	if (!catalogue)
		return;
	for (size_t i = 0; i < catalogue->n_sources; i++) {
		free_options(&catalogue->sources[i]->source);
		free(catalogue->sources[i]->source.path);
		free(catalogue->sources[i]);
	}
	for (size_t i = 0; i < catalogue->n_files; i++) {
		free(catalogue->files[i]->file.path);
		free(catalogue->files[i]);
	}
	for (size_t i = 0; i < catalogue->n_failures; i++)
		free(catalogue->failures[i].reason);
	free(catalogue->sources);
	free(catalogue->files);
	free(catalogue->buckets);
	free(catalogue->failures);
	free(catalogue);
}

bool
catalogue_is_changed(const struct catalogue *catalogue)
{
	if (catalogue->n_failures)
		return true;
	for (size_t i = 0; i < catalogue->n_sources; i++) {
		const struct source_entry *entry = catalogue->sources[i];

		if ((entry->source.changed || entry->source.removed) &&
		    !entry->gone)
			return true;
	}
	for (size_t i = 0; i < catalogue->n_files; i++) {
		const struct file_entry *entry = catalogue->files[i];

		if ((entry->file.changed || entry->file.removed ||
		    entry->forget) && !entry->gone)
			return true;
	}
	return false;
}
