/*
 * The pipeline: read -> parcels -> threads -> batches -> commits.
 *
 * This thread reads the source and commits batches; the pool's threads parse
 * and invert.  Parcels and batches are cut by bytes of input alone, so the
 * number of threads changes nothing in the index.
 */
#include "build.h"

#include "alloc.h"
#include "batch.h"
#include "gone.h"
#include "memory_plan.h"
#include "merge.h"
#include "parcel.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	SEGMENTS_MOST = 48,  /* of one run before they are merged */
	SECONDS_MOST = 60,   /* between commits */
};

struct build {
	struct store *store;
	struct catalogue *catalogue;
	struct catalogue_source *origin;
	const struct mapping *mapping;
	const struct build_options *options;
	struct build_counts *counts;
	struct error *error;
	struct source *source;
	struct field_names *names;
	struct known *known;
	struct pool *pool;
	struct batch batch;
	struct batch_target target;
	struct memory_plan plan;
	uint32_t *files;      /* file numbers by place in the source */
	size_t n_files;       /* in the array */
	size_t n_files_done;  /* those before are complete and committed */
	bool read_all;        /* nothing may be passed over as unchanged */
	bool is_fresh;        /* nothing of the source was read before */
	size_t n_reopened;    /* files to be read again after all */
	time_t last_commit;
	enum status full;     /* STATUS_FULL: files are left without a number */
};

static bool
stopped(const struct build *build)
{
	return build->options->stop && *build->options->stop;
}

/* --- files --- */

static struct catalogue_file *
file_of(struct build *build, const struct source_file *file)
{
	return catalogue_find_file(build->catalogue, build->origin->number,
	    file->path, true);
}

/* Sees to it that the files of the source have numbers, while there are
 * any. */
static void
number_files(struct build *build)
{
	const struct source_file *files;
	size_t n;

	files = source_files(build->source, &n);
	if (n <= build->n_files)
		return;
	build->files = alloc_again(build->files, n, sizeof *build->files);
	for (; build->n_files < n; build->n_files++) {
		const struct source_file *file = &files[build->n_files];
		struct catalogue_file *entry = file_of(build, file);

		if (!entry) {
			build->full = store_limit(build->store, LIMIT_FILES,
			    store_root(build->store)->next_file - 1, 1,
			    build->error);
			return;
		}
		build->files[build->n_files] = entry->number;
		if (file->ignored)
			catalogue_fail(build->catalogue, entry, 0,
			    FAILURE_IGNORED, "no known form");
	}
}

static bool
skip_file(void *context, const struct source_file *file)
{
	struct build *build = context;
	struct catalogue_file *entry = catalogue_find_file(build->catalogue,
	    build->origin->number, file->path, false);

	if (!entry)
		return false;
	/* Other records come from there each time: what failed stays said. */
	if (strcmp(file->path, "-") == 0)
		return false;
	if (!build->read_all && entry->complete &&
	    entry->size == file->size && entry->mtime_ns == file->mtime_ns)
		return true;
	catalogue_forget_failures(build->catalogue, entry);
	/* On the disk from the commit that first changes its articles. */
	entry->complete = false;
	return false;
}

static void
file_failed(void *context, uint32_t file, uint64_t line, const char *reason)
{
	struct build *build = context;

	number_files(build);
	build->counts->skipped++;
	if (file < build->n_files)
		catalogue_fail(build->catalogue, catalogue_file_number(
		    build->catalogue, build->files[file]), line,
		    FAILURE_SKIPPED, reason);
}

/* Files before `end` are read, and all of them is in the next commit. */
static void
note_files(struct build *build, size_t end)
{
	const struct source_file *files;
	size_t n;

	number_files(build);
	files = source_files(build->source, &n);
	for (; build->n_files_done < end && build->n_files_done < n &&
	    build->n_files_done < build->n_files;
	    build->n_files_done++) {
		const struct source_file *file = &files[build->n_files_done];
		struct catalogue_file *entry = catalogue_file_number(
		    build->catalogue, build->files[build->n_files_done]);
		bool same;

		if (!file->complete || !entry)
			continue;
		same = entry->complete && entry->size == file->size &&
		    entry->mtime_ns == file->mtime_ns &&
		    entry->n_records == file->n_records;
		entry->size = file->size;
		entry->mtime_ns = file->mtime_ns;
		entry->n_records = file->n_records;
		entry->complete = true;
		entry->changed = entry->changed || !same;
	}
}

/* --- reading --- */

static void
add_chunk(struct build *build, struct parcel *parcel, struct chunk *chunk)
{
	const struct source_file *files;
	struct parcel_chunk *part;
	size_t n;

	number_files(build);
	files = source_files(build->source, &n);
	parcel->chunks = alloc_again(parcel->chunks, parcel->n_chunks + 1,
	    sizeof *parcel->chunks);
	part = &parcel->chunks[parcel->n_chunks++];
	part->chunk = *chunk;
	*chunk = (struct chunk){0};
	part->paths = alloc_zeroed(part->chunk.n_records,
	    sizeof *part->paths);
	part->files = alloc_zeroed(part->chunk.n_records,
	    sizeof *part->files);
	for (size_t i = 0; i < part->chunk.n_records; i++) {
		uint32_t file = part->chunk.records[i].file;

		part->paths[i] = files[file].path;
		part->files[i] = file < build->n_files ? build->files[file]
		    : 0;
	}
	parcel->size += part->chunk.bytes.size;
}

/* The number of files at the front of the list that are read. */
static size_t
count_files_read(const struct build *build)
{
	size_t n, i = build->n_files_done;
	const struct source_file *files = source_files(build->source, &n);

	while (i < n && (files[i].complete || files[i].ignored ||
	    i + 1 < n))
		i++;
	return i;
}

/* The next parcel of the source, or NULL at its end. */
static struct parcel *
read_parcel(struct build *build)
{
	struct parcel *parcel = alloc_zeroed(1, sizeof *parcel);
	enum status status = STATUS_OK;
	struct chunk chunk = {0};

	while (parcel->size < build->plan.parcel_size && !stopped(build) &&
	    build->full == STATUS_OK) {
		status = source_next(build->source, &chunk);
		if (status != STATUS_OK)
			break;
		add_chunk(build, parcel, &chunk);
	}
	chunk_free(&chunk);
	number_files(build);
	if (!parcel->n_chunks || build->full != STATUS_OK) {
		parcel_free(parcel);
		return NULL;
	}
	parcel->files_complete = count_files_read(build);
	return parcel;
}

/* --- committing --- */

static void
tell_progress(struct build *build, enum build_step step)
{
	uint64_t done, total;

	if (!build->options->progress)
		return;
	source_progress(build->source, &done, &total);
	build->options->progress(build->options->context, step, build->counts,
	    done, total);
}

static uint64_t
n_acknowledged(const struct build_counts *counts)
{
	return counts->added + counts->updated + counts->unchanged;
}

/* Says so if anything was committed since there were `commits`. */
static void
tell_committed(const struct build *build, uint64_t commits)
{
	if (build->options->committed &&
	    store_root(build->store)->commits != commits)
		build->options->committed(build->options->context,
		    n_acknowledged(build->counts));
}

/* Everything up to the end of the batch is on the disk. */
static void
note_kept(struct build_counts *counts, const struct outcome *last)
{
	counts->kept = counts->read;
	if (!last->file)
		return;
	counts->kept_file = last->file;
	counts->kept_line = last->line;
}

static struct outcome
last_outcome(const struct batch *batch)
{
	for (size_t i = batch->n; i > 0; i--) {
		const struct parcel *parcel = batch->parcels[i - 1];

		if (parcel->n_outcomes)
			return parcel->outcomes[parcel->n_outcomes - 1];
	}
	return (struct outcome){.file = 0};
}

static enum status
commit_batch(struct build *build)
{
	struct outcome last = last_outcome(&build->batch);
	size_t first = build->target.n_known_segments;
	uint64_t commits = store_root(build->store)->commits;
	enum status status;

	if (build->batch.n && build->is_fresh)
		note_files(build, build->batch.parcels[build->batch.n - 1]
		    ->files_complete);
	status = batch_commit(&build->batch, &build->target, build->counts,
	    build->error);
	if (status != STATUS_OK)
		return status;
	build->last_commit = time(NULL);
	note_kept(build->counts, &last);
	tell_committed(build, commits);
	if (store_root(build->store)->n_segments - first > SEGMENTS_MOST)
		status = merge_tiers(build->store, first, build->error);
	return status;
}

static bool
batch_is_full(const struct build *build)
{
	return build->batch.size >= build->plan.batch_size ||
	    build->batch.memory >= build->plan.runs_size ||
	    time(NULL) - build->last_commit >= SECONDS_MOST;
}

/* Moves processed parcels into the batch, and full batches to the disk. */
static enum status
collect(struct build *build, bool wait)
{
	struct parcel *parcel;

	while ((parcel = pool_take(build->pool, wait))) {
		enum status status = STATUS_OK;

		memory_plan_note(&build->plan, run_memory(parcel->run),
		    parcel->words_memory);
		batch_add(&build->batch, parcel);
		build->counts->read += parcel_n_read(parcel);
		if (batch_is_full(build))
			status = commit_batch(build);
		if (status != STATUS_OK)
			return status;
		wait = false;
	}
	return STATUS_OK;
}

/* Makes room for one more parcel. */
static enum status
make_room(struct build *build)
{
	/* While each thread has one, the next is being read. */
	enum status status = collect(build,
	    pool_n_inside(build->pool) > build->plan.jobs);

	while (status == STATUS_OK && !memory_plan_fits(&build->plan,
	    pool_n_inside(build->pool), build->batch.memory)) {
		if (pool_n_inside(build->pool))
			status = collect(build, true);
		else if (build->batch.n)
			status = commit_batch(build);
		else
			break; /* less is not possible */
	}
	return status;
}

/* Everything from the first byte of the source to its last. */
static enum status
run_pipeline(struct build *build)
{
	enum status status = STATUS_OK;
	struct parcel *parcel;

	while (status == STATUS_OK && (parcel = read_parcel(build))) {
		pool_put(build->pool, parcel);
		status = make_room(build);
		tell_progress(build, BUILD_READING);
	}
	while (status == STATUS_OK && pool_n_inside(build->pool)) {
		status = collect(build, true);
		tell_progress(build, BUILD_READING);
	}
	if (status == STATUS_OK)
		status = build->full;
	if (status != STATUS_OK)
		return status;
	tell_progress(build, BUILD_WRITING);
	return commit_batch(build);
}

/*
 * All files of the source are read.  A file of which an older state was
 * indexed counts as read no earlier than in the commit that removes what is
 * gone from it: else a crash between the two would keep that for ever.
 */
static void
note_all_files(void *context)
{
	struct build *build = context;
	size_t n;

	source_files(build->source, &n);
	note_files(build, n);
}

/* --- the whole --- */

static enum status
start(struct build *build)
{
	struct processor_options options = {.mapping = NULL};
	enum status status;

	status = known_create(build->store, &build->known, build->error);
	if (status != STATUS_OK)
		return status;
	build->names = field_names_create(store_root(build->store));
	build->target = (struct batch_target){build->store, build->catalogue,
	    build->names, build->known, build->origin->number,
	    known_n_segments(build->known)};
	options = (struct processor_options){.names = build->names,
	    .mapping = build->mapping, .source = build->origin->number,
	    .known = build->options->full ? NULL : build->known,
	    .keep_text = !(store_root(build->store)->flags & ROOT_NO_TEXT),
	    .words_memory = build->plan.words_memory};
	build->pool = pool_create(build->plan.jobs, &options);
	build->last_commit = time(NULL);
	return STATUS_OK;
}

static void
release(struct build *build)
{
	pool_free(build->pool);
	batch_free(&build->batch);
	known_free(build->known);
	field_names_free(build->names);
	source_close(build->source);
	free(build->files);
}

/* A run leaves one segment; then the tiers have their say. */
static enum status
tidy_segments(struct build *build)
{
	const struct root *root = store_root(build->store);
	size_t first = build->target.n_known_segments;
	size_t n = root->n_segments - first;
	enum status status = merge_mostly_dead(build->store, &first,
	    build->error);

	if (status != STATUS_OK)
		return status;
	tell_progress(build, BUILD_MERGING);
	root = store_root(build->store);
	if (merge_is_postponed(build->store, &build->counts->pin))
		return STATUS_OK;
	build->counts->pin.process = 0;
	if (n > 1 || (n == 1 && root->segments[first].n_dead))
		status = merge_run(build->store, first, n, build->error);
	if (status == STATUS_OK)
		status = merge_tiers(build->store, 0, build->error);
	return status;
}

static enum status
run(struct build *build)
{
	enum status status = start(build), gone = STATUS_OK;
	uint64_t commits;

	if (status == STATUS_OK)
		status = run_pipeline(build);
	if (status != STATUS_OK)
		return status;
	build->counts->ignored += source_ignored(build->source);
	if (stopped(build))
		return STATUS_END;
	number_files(build);
	if (build->full != STATUS_OK)
		return build->full;
	commits = store_root(build->store)->commits;
	if (strcmp(build->origin->path, "-") != 0) {
		struct gone_options options = {build->source, build->files,
		    build->options->prune, note_all_files, build};

		gone = gone_remove(&build->target, &options, build->counts,
		    &build->n_reopened, build->error);
		tell_committed(build, commits);
	}
	if (gone != STATUS_OK && gone != STATUS_INVALID)
		return gone;
	pool_free(build->pool); /* its snapshots must not pin pages */
	build->pool = NULL;
	status = tidy_segments(build);
	return status == STATUS_OK ? gone : status;
}

static bool
has_files(const struct build *build)
{
	for (size_t i = 0; i < catalogue_n_files(build->catalogue); i++)
		if (catalogue_file(build->catalogue, i)->source ==
		    build->origin->number)
			return true;
	return false;
}

/* Other options may make other articles of the same files: until a file is
 * read again, it does not count as read. */
static void
reopen_files(struct build *build)
{
	for (size_t i = 0; i < catalogue_n_files(build->catalogue); i++) {
		struct catalogue_file *file = catalogue_file(
		    build->catalogue, i);

		if (file->source != build->origin->number || !file->complete)
			continue;
		file->complete = false;
		file->changed = true;
	}
}

static void
plan_memory(struct build *build)
{
	const struct build_options *options = build->options;
	uint64_t done, total;

	source_progress(build->source, &done, &total);
	memory_plan_make(&build->plan, options->memory, options->jobs,
	    options->commit_size, total);
}

/* The source as a whole, once; what must be read again is the caller's. */
static enum status
pass(struct build *build)
{
	enum status status = source_open(build->origin->path, skip_file,
	    file_failed, build, &build->source, build->error);

	if (status == STATUS_OK) {
		plan_memory(build);
		status = run(build);
	} else if (build->options->prune) {
		return gone_forget(build->store, build->catalogue,
		    build->origin, true, &build->counts->removed,
		    build->error);
	} else if (status == STATUS_IO) {
		status = STATUS_NOT_FOUND; /* of this source alone */
	}
	release(build);
	return status;
}

/*
 * What was removed had hidden records of files that were passed over or read
 * before it was known.  Those that were counted are not counted again.
 */
static enum status
pass_again(const struct build *first)
{
	struct build_counts counts = {0};
	struct build build = {.store = first->store,
	    .catalogue = first->catalogue, .origin = first->origin,
	    .mapping = first->mapping, .options = first->options,
	    .counts = &counts, .error = first->error};
	enum status status = pass(&build);

	first->counts->added += counts.added;
	first->counts->updated += counts.updated;
	first->counts->removed += counts.removed;
	first->counts->text_size += counts.text_size;
	return status;
}

enum status
build_run(struct store *store, struct catalogue *catalogue,
    struct catalogue_source *source, const struct mapping *mapping,
    const struct build_options *options, struct build_counts *counts,
    struct error *error)
{
	struct build build = {.store = store, .catalogue = catalogue,
	    .origin = source, .mapping = mapping, .options = options,
	    .counts = counts, .error = error};
	enum status status;

	build.is_fresh = !has_files(&build);
	build.read_all = options->full || source->changed;
	if (build.read_all)
		reopen_files(&build);
	status = pass(&build);
	if (status == STATUS_OK && build.n_reopened)
		status = pass_again(&build);
	if (status != STATUS_OK && status != STATUS_END &&
	    status != STATUS_INVALID)
		store_abort(store, NULL);
	return status;
}

enum status
build_forget(struct store *store, struct catalogue *catalogue,
    struct catalogue_source *source, uint64_t *n, struct error *error)
{
	return gone_forget(store, catalogue, source, false, n, error);
}
