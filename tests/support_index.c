/* Small indexes for tests of what is done with whole ones. */
#include "support_index.h"

#include "alloc.h"
#include "build.h"
#include "store/snapshot.h"
#include "support.h"
#include "verify.h"

#include <stdio.h>
#include <stdlib.h>

static char *
path_in(const char *folder, const char *name)
{
	struct buffer path = {0};
	char *copy;

	buffer_append_format(&path, "%s/%s", folder, name);
	copy = alloc_string(buffer_string(&path));
	buffer_free(&path);
	return copy;
}

void
sample_index_create(struct sample_index *sample)
{
	sample->folder = support_folder();
	sample->path = path_in(sample->folder, "index");
	sample->source = path_in(sample->folder, "source.jsonl");
}

void
sample_index_free(struct sample_index *sample)
{
	free(sample->folder);
	free(sample->path);
	free(sample->source);
}

/* Words with several forms, some with accents, in two languages. */
static void
write_article(FILE *file, unsigned number)
{
	static const char *const words[] = {"storm", "storms", "stormed",
	    "harbour", "bridge", "bridges", "closing", "closed", "caf\u00e9",
	    "cables", "the", "of", "council", "budgets"};
	static const char *const french[] = {"temp\u00eate", "ponts",
	    "ferm\u00e9", "ferm\u00e9es", "le", "\u00e9t\u00e9"};
	uint64_t state = number;
	unsigned length = 20 + support_below(&state, 200);

	fprintf(file, "{\"id\":\"id%u\",\"title\":\"Storm unique%u\","
	    "\"author\":\"Ana Lima %u\",\"date\":\"20%02u-03-%02u\","
	    "\"lang\":\"%s\",\"body\":\"", number, number, number % 7,
	    number % 25, number % 28 + 1, number % 5 ? "en" : "fr");
	for (unsigned i = 0; i < length; i++)
		fprintf(file, "%s ", number % 5
		    ? words[support_below(&state, 14)]
		    : french[support_below(&state, 6)]);
	fprintf(file, "end%u\"}\n", number % 100);
}

static void
write_source(const char *path, unsigned first, unsigned n)
{
	FILE *file = fopen(path, "we");

	ck_assert_ptr_nonnull(file);
	for (unsigned i = 0; i < n; i++)
		write_article(file, first + i);
	ck_assert_int_eq(fclose(file), 0);
}

struct store *
sample_index_open(const struct sample_index *sample)
{
	struct error error = {0};
	struct store *store = NULL;

	ck_assert_msg(store_open(sample->path, "sample", STORE_CREATE,
	    1 << 20, &store, &error) == STATUS_OK, "%s", error.message);
	return store;
}

static enum status
update(const struct sample_index *sample, const char *path,
    struct error *error)
{
	struct build_options options = {.jobs = 1, .memory = 64 << 20,
	    .prune = true};
	struct store *store = sample_index_open(sample);
	struct build_counts counts = {0};
	struct mapping mapping = {0};
	struct catalogue_source *source;
	struct catalogue *catalogue;
	enum status status;

	ck_assert_int_eq(catalogue_load(store, &catalogue, error), STATUS_OK);
	source = catalogue_find_source(catalogue, path, true);
	ck_assert_ptr_nonnull(source);
	status = build_run(store, catalogue, source, &mapping, &options,
	    &counts, error);
	catalogue_free(catalogue);
	store_close(store);
	return status;
}

void
sample_index_read(const struct sample_index *sample, const char *path)
{
	struct error error = {0};

	ck_assert_msg(update(sample, path, &error) == STATUS_OK, "%s",
	    error.message);
}

void
sample_index_update(const struct sample_index *sample, unsigned first,
    unsigned n)
{
	write_source(sample->source, first, n);
	sample_index_read(sample, sample->source);
}

void
sample_index_add(const struct sample_index *sample, const char *name,
    unsigned first, unsigned n)
{
	char *source = path_in(sample->folder, name);

	write_source(source, first, n);
	sample_index_read(sample, source);
	free(source);
}

enum status
sample_index_try(const struct sample_index *sample, const char *name,
    unsigned first, unsigned n, struct error *error)
{
	char *source = path_in(sample->folder, name);
	enum status status;

	write_source(source, first, n);
	status = update(sample, source, error);
	free(source);
	return status;
}

static void
append_line(void *context, const char *damage)
{
	if (context)
		buffer_append_format(context, "%s\n", damage);
}

enum status
sample_index_verify(const struct sample_index *sample, struct buffer *lines)
{
	struct verify_counts counts;
	struct error error = {0};
	enum status status = verify_run(sample->path, "sample", false,
	    append_line, lines, &counts, &error);

	if (lines && status != STATUS_OK && counts.errors == 0)
		append_line(lines, error.message);
	return status;
}

uint64_t
sample_index_n_living(const struct sample_index *sample)
{
	struct snapshot *snapshot;
	struct error error = {0};
	uint64_t n;

	ck_assert_msg(snapshot_open(sample->path, "sample", &snapshot,
	    &error) == STATUS_OK, "%s", error.message);
	n = snapshot_statistics(snapshot).living;
	snapshot_close(snapshot);
	return n;
}
