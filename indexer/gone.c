/* Removing articles. */
#include "gone.h"

#include "alloc.h"
#include "deletions.h"
#include "merge.h"

#include <stdlib.h>
#include <string.h>

/* What a file says of the articles in it that were not seen. */
enum fate {
	FATE_ABSENT, /* it is not there any more: they are gone */
	FATE_READ,   /* it was read to its end: they are gone */
	FATE_KEEP,   /* it was not read, or not to its end: they stay */
};

/* Of each file that the catalogue knows, in its order: numbers that were given
 * may be many more. */
struct fates {
	const struct catalogue *catalogue;
	uint8_t *of;
	size_t n;
};

/* Folders that could not be read: they say nothing of the files in them. */
struct hiding {
	const char **paths;
	size_t n;
};
static bool
is_under(const char *path, const char *folder)
{
	size_t length = strlen(folder);

	return strncmp(path, folder, length) == 0 && path[length] == '/';
}

static bool
is_hidden(const struct hiding *hiding, const char *path)
{
	for (size_t i = 0; i < hiding->n; i++)
		if (is_under(path, hiding->paths[i]))
			return true;
	return false;
}

/* What is not read and was not passed over may be such a folder. */
static void
find_hiding(const struct batch_target *target,
    const struct source_file *files, size_t n, struct hiding *hiding)
{
	*hiding = (struct hiding){alloc_zeroed(n, sizeof *hiding->paths), 0};
	for (size_t i = 0; i < n; i++) {
		const struct catalogue_file *file = catalogue_find_file(
		    target->catalogue, target->source, files[i].path, false);

		if (!files[i].complete && !files[i].ignored &&
		    !(file && file->complete))
			hiding->paths[hiding->n++] = files[i].path;
	}
}

static void
find_fates(const struct batch_target *target,
    const struct gone_options *options, struct fates *fates)
{
	const struct source_file *files;
	struct hiding hiding;
	size_t n;

	fates->catalogue = target->catalogue;
	fates->n = catalogue_n_files(target->catalogue);
	fates->of = alloc_zeroed(fates->n, 1);
	files = source_files(options->source, &n);
	for (size_t i = 0; i < n; i++)
		fates->of[catalogue_file_place(target->catalogue,
		    options->files[i])] = files[i].complete ||
		    files[i].ignored ? FATE_READ : FATE_KEEP;
	find_hiding(target, files, n, &hiding);
	for (size_t i = 0; i < fates->n; i++) {
		const struct catalogue_file *file = catalogue_file(
		    target->catalogue, i);

		if (file->source == target->source &&
		    fates->of[i] == FATE_ABSENT &&
		    is_hidden(&hiding, file->path))
			fates->of[i] = FATE_KEEP;
	}
	free(hiding.paths);
}

/* A file that is not known is not there any more. */
static enum fate
fate_of(const struct fates *fates, uint64_t file)
{
	size_t place = catalogue_file_place(fates->catalogue, file);

	return place < fates->n ? (enum fate)fates->of[place] : FATE_ABSENT;
}

/* Whether a document of the known segments is of the source and was alive
 * when the run began. */
static bool
is_of_source(const struct batch_target *target, struct segment *segment,
    struct known_place place)
{
	uint64_t source;

	return known_was_live(target->known, place) &&
	    segment_column(segment, COLUMN_SOURCE, place.document, &source) &&
	    source == target->source;
}

struct gone_counts {
	uint64_t of_source, gone, kept;
};

static enum status
find_gone(const struct batch_target *target, const struct fates *fates,
    struct deletions *deletions, struct gone_counts *sums,
    struct error *error)
{
	struct segment **segments;
	size_t n;
	enum status status = store_segments(target->store, &segments, &n,
	    error);

	for (uint32_t i = 0; status == STATUS_OK &&
	    i < target->n_known_segments; i++) {
		uint32_t n_documents = known_n_documents(target->known, i);

		for (uint32_t d = 0; d < n_documents; d++) {
			struct known_place place = {i, d};
			uint64_t file;

			if (!is_of_source(target, segments[i], place))
				continue;
			sums->of_source++;
			if (known_is_seen(target->known, place) ||
			    !deletions_is_live(deletions, i, d))
				continue;
			if (!segment_column(segments[i], COLUMN_FILE, d,
			    &file) || fate_of(fates, file) == FATE_KEEP) {
				sums->kept++;
				continue;
			}
			sums->gone++;
			deletions_set(deletions, i, d, false);
		}
	}
	return status;
}

static void
forget_absent_files(const struct batch_target *target,
    const struct fates *fates)
{
	for (size_t i = 0; i < fates->n; i++) {
		struct catalogue_file *file = catalogue_file(
		    target->catalogue, i);

		if (file->source == target->source && !file->removed &&
		    fates->of[i] == FATE_ABSENT)
			catalogue_remove_file(target->catalogue, file);
	}
}

static enum status
commit(struct store *store, struct catalogue *catalogue,
    struct deletions *deletions, struct error *error)
{
	enum status status = store_commit_begin(store, error);

	if (status == STATUS_OK)
		status = deletions_write(deletions, error);
	if (status == STATUS_OK && catalogue)
		status = catalogue_write(catalogue, error);
	if (status == STATUS_OK)
		status = store_commit_end(store, error);
	return status;
}

static enum status
refuse(const struct gone_counts *sums, struct error *error)
{
	error_set(error, STATUS_INVALID, "%llu of %llu articles of this source"
	    " are gone; none was removed", (unsigned long long)sums->gone,
	    (unsigned long long)sums->of_source);
	error_hint(error, "if that is right, run it again with --prune");
	return STATUS_INVALID;
}

enum status
gone_remove(const struct batch_target *target,
    const struct gone_options *options, struct build_counts *counts,
    size_t *n_reopened, struct error *error)
{
	struct deletions *deletions = NULL;
	struct gone_counts sums = {0, 0, 0};
	struct fates fates;
	enum status status;

	*n_reopened = 0;
	find_fates(target, options, &fates);
	status = deletions_create(target->store, &deletions, error);
	if (status == STATUS_OK)
		status = find_gone(target, &fates, deletions, &sums, error);
	if (status == STATUS_OK && sums.gone * 2 > sums.of_source &&
	    !options->prune)
		status = refuse(&sums, error);
	if (status == STATUS_OK) {
		options->decided(options->context);
		forget_absent_files(target, &fates);
		if (sums.gone)
			status = catalogue_reopen_hidden(target->catalogue,
			    target->source, n_reopened, error);
	}
	if (status == STATUS_OK) {
		if (sums.gone || catalogue_is_changed(target->catalogue))
			status = commit(target->store, target->catalogue,
			    deletions, error);
		counts->removed += sums.gone;
		counts->unchanged += sums.kept;
	}
	deletions_free(deletions);
	free(fates.of);
	return status;
}

/* Sets all living documents of a source dead; returns how many. */
static uint64_t
remove_all(struct deletions *deletions, struct segment **segments, size_t n,
    uint32_t source)
{
	uint64_t removed = 0, where;

	for (uint32_t i = 0; i < n; i++)
		for (uint32_t d = 0; d < segment_n_documents(segments[i]);
		    d++)
			if (deletions_is_live(deletions, i, d) &&
			    segment_column(segments[i], COLUMN_SOURCE, d,
			    &where) && where == source) {
				deletions_set(deletions, i, d, false);
				removed++;
			}
	return removed;
}

/* When the source is there again, its files are new ones. */
static void
forget_files(struct catalogue *catalogue, const struct catalogue_source *source)
{
	for (size_t i = 0; i < catalogue_n_files(catalogue); i++) {
		struct catalogue_file *file = catalogue_file(catalogue, i);

		if (file->source == source->number && !file->removed)
			catalogue_remove_file(catalogue, file);
	}
}

enum status
gone_forget(struct store *store, struct catalogue *catalogue,
    struct catalogue_source *source, bool keep_source, uint64_t *n,
    struct error *error)
{
	struct deletions *deletions = NULL;
	struct segment **segments;
	size_t n_segments;
	enum status status = deletions_create(store, &deletions, error);

	if (status == STATUS_OK)
		status = store_segments(store, &segments, &n_segments, error);
	if (status == STATUS_OK) {
		*n += remove_all(deletions, segments, n_segments,
		    source->number);
		if (keep_source)
			forget_files(catalogue, source);
		else
			catalogue_remove_source(catalogue, source);
		status = commit(store, catalogue, deletions, error);
	}
	deletions_free(deletions);
	return status == STATUS_OK ? merge_tiers(store, 0, error) : status;
}

/* No line is kept of a document: all doubts of its file lose their quotes. */
static enum status
unquote_doubts(struct store *store, struct catalogue *catalogue,
    uint32_t segment, uint32_t document, struct error *error)
{
	struct catalogue_file *file;
	struct segment **segments;
	size_t n;
	uint64_t number;
	enum status status = store_segments(store, &segments, &n, error);

	if (status != STATUS_OK)
		return status;
	if (!segment_column(segments[segment], COLUMN_FILE, document, &number))
		return environment_error(store_environment(store),
		    MDB_CORRUPTED, "file numbers", error);
	file = catalogue_file_number(catalogue, (uint32_t)number);
	return file ? catalogue_unquote(catalogue, file, error) : STATUS_OK;
}

enum status
build_remove(struct store *store, struct catalogue *catalogue,
    uint32_t only, const char *id, uint64_t *n, struct error *error)
{
	struct deletions *deletions = NULL;
	enum status status = deletions_create(store, &deletions, error);
	uint32_t next_source = store_root(store)->next_source;

	*n = 0;
	for (uint32_t source = 1; status == STATUS_OK &&
	    source < next_source; source++) {
		uint32_t segment, document;

		if (only && source != only)
			continue;
		status = deletions_find(deletions, layout_id_hash(source, id,
		    strlen(id)), id, strlen(id), &segment, &document);
		if (status == STATUS_OK) {
			deletions_set(deletions, segment, document, false);
			status = unquote_doubts(store, catalogue, segment,
			    document, error);
			++*n;
		} else if (status == STATUS_NOT_FOUND) {
			status = STATUS_OK;
		} else {
			status = environment_error(store_environment(store),
			    MDB_CORRUPTED, "ids", error);
		}
	}
	if (status == STATUS_OK && *n)
		status = commit(store, catalogue, deletions, error);
	deletions_free(deletions);
	return status == STATUS_OK ? merge_tiers(store, 0, error) : status;
}
