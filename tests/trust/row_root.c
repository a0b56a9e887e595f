/*
 * The indexer is killed before and after each call by which it changes a
 * file, in a load of several files and in an update of them.  At once, with
 * nothing run in between, the list of files and the articles agree: a file
 * that counts as read has all its articles of that edition and no others,
 * and no article is of a file that is not listed.  Then the same commands
 * lead to the same answers as if nothing had happened.
 */
#include "catalogue.h"
#include "life.h"
#include "store/layout.h"
#include "store/snapshot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

enum { LEAST = 100, FILES_MOST = 64, PATHS_MOST = 128 };

static const char kinds[] = "wstcnm";

static const int steps[] = {STEP_LOAD, STEP_UPDATE};

enum { N_TRIED = sizeof steps / sizeof *steps };

/* A file of the archive as it is listed, with what is there of it. */
struct listed {
	char path[PATHS_MOST];
	bool complete;
	uint64_t size, records, articles, sum; /* over ids and texts */
};

struct listing {
	struct listed files[FILES_MOST];
	size_t n;
	uint64_t strangers; /* articles of files that are not listed */
};

/* How each file may be once it counts as read: in either edition. */
static struct listing right[N_TRIED];


/* --- what an index lists, and what it has --- */

static struct listed *
find_listed(struct listing *listing, const struct catalogue_file *file)
{
	for (size_t i = 0; file && i < listing->n; i++)
		if (!strcmp(listing->files[i].path, file->path))
			return &listing->files[i];
	return NULL;
}

static void
list_files(struct listing *listing, struct catalogue *catalogue)
{
	for (size_t i = 0; i < catalogue_n_files(catalogue); i++) {
		const struct catalogue_file *file = catalogue_file(catalogue,
		    i);
		struct listed *listed = &listing->files[listing->n++];

		if (listing->n == FILES_MOST)
			abort();
		*listed = (struct listed){.complete = file->complete,
		    .size = file->size, .records = file->n_records};
		snprintf(listed->path, sizeof listed->path, "%s", file->path);
	}
}

/* All that is stored of an article. */
static enum status
sum_article(struct segment *segment, uint32_t document,
    struct stored_record *record, uint64_t *sum)
{
	enum status status = segment_stored(segment, document, record);

	if (status == STATUS_OK)
		*sum = XXH3_64bits(record->bytes.bytes, record->bytes.size);
	return status;
}

static enum status
add_articles(struct listing *listing, struct catalogue *catalogue,
    struct segment *segment)
{
	struct stored_record record = {0};
	enum status status = STATUS_OK;
	uint64_t number, sum = 0;

	for (uint32_t d = 0; status == STATUS_OK &&
	    d < segment_n_documents(segment); d++) {
		struct listed *listed;

		if (!segment_is_live(segment, d))
			continue;
		status = sum_article(segment, d, &record, &sum);
		if (!segment_column(segment, COLUMN_FILE, d, &number))
			status = STATUS_DAMAGED;
		listed = find_listed(listing, catalogue_file_number(catalogue,
		    (uint32_t)number));
		if (!listed) {
			listing->strangers++;
			continue;
		}
		listed->articles++;
		listed->sum += sum;
	}
	stored_free(&record);
	return status;
}

static bool
look(struct trust_row *row, const char *path, struct listing *listing)
{
	struct catalogue *catalogue = NULL;
	struct snapshot *snapshot;
	struct error error = {0};
	enum status status = snapshot_open(path, "i", &snapshot, &error);

	*listing = (struct listing){.n = 0};
	if (status == STATUS_OK)
		status = catalogue_load_snapshot(snapshot, &catalogue,
		    &error);
	if (status == STATUS_OK)
		list_files(listing, catalogue);
	for (size_t i = 0; status == STATUS_OK &&
	    i < snapshot_n_segments(snapshot); i++)
		status = add_articles(listing, catalogue,
		    snapshot_segment(snapshot, i));
	if (status != STATUS_OK)
		trust_failed(row, "it cannot be read: %s", error.message);
	catalogue_free(catalogue);
	snapshot_close(snapshot);
	return status == STATUS_OK;
}

/* --- whether they agree --- */

static bool
is_right(const struct listed *listed)
{
	for (int i = 0; i < N_TRIED; i++)
		for (size_t k = 0; k < right[i].n; k++) {
			const struct listed *whole = &right[i].files[k];

			if (!strcmp(whole->path, listed->path) &&
			    whole->size == listed->size &&
			    whole->records == listed->records &&
			    whole->articles == listed->articles &&
			    whole->sum == listed->sum)
				return true;
		}
	return false;
}

static void
compare(struct trust_row *row, uint64_t item, const struct listing *listing)
{
	if (listing->strangers)
		trust_failed(row, "item %llu: %llu articles are of no listed "
		    "file", (unsigned long long)item,
		    (unsigned long long)listing->strangers);
	for (size_t i = 0; i < listing->n; i++) {
		const struct listed *listed = &listing->files[i];

		if (listed->complete && !is_right(listed))
			trust_failed(row, "item %llu: %s counts as read and "
			    "has %llu articles, not its own",
			    (unsigned long long)item, listed->path,
			    (unsigned long long)listed->articles);
		row->other += listed->complete;
	}
}

/* What is there undisturbed; all of it counts as read. */
static void
look_undisturbed(struct trust_row *row, struct life *life)
{
	for (int i = 0; i < N_TRIED; i++) {
		scenario_restore(&life->scenario, steps[i] + 1);
		if (!look(row, life->scenario.index, &right[i]))
			continue;
		for (size_t k = 0; k < right[i].n; k++)
			if (!right[i].files[k].complete ||
			    right[i].files[k].articles == 0)
				trust_failed(row, "undisturbed %s: %s is not "
				    "there", scenario_step_names[steps[i]],
				    right[i].files[k].path);
	}
}

/* --- rounds --- */

/* The calls of each step, one after another, each twice. */
static void
kill_one(void *context, struct trust_row *row, const char *folder,
    uint64_t item)
{
	struct life *life = life_once(row, folder, &scenario_usual, kinds);
	struct trust_plan plan = {.kinds = kinds, .call = item / 2,
	    .deed = item % 2 ? "kill-after" : "kill-before"};
	struct harm harm = {0, &plan, item};
	struct program_answer killed;
	struct listing listing;

	(void)context;
	if (right[0].n == 0)
		look_undisturbed(row, life);
	harm.command = life_step_of_call(life, steps, &plan.call);
	killed = life_harm(life, row, &harm);
	if (access(life->scenario.index, F_OK) == 0 &&
	    look(row, life->scenario.index, &listing))
		compare(row, item, &listing);
	life_look(life, row, &harm, &killed);
	life_go_on(life, row, &harm, &killed);
	program_answer_free(&killed);
	trust_count(row, 1);
}

int
main(void)
{
	struct trust_row *row = trust_begin("killed between articles and root",
	    LEAST);
	char *folder = trust_folder();
	struct life *life = life_once(row, folder, &scenario_usual, kinds);
	uint64_t n = 0;

	for (int i = 0; i < N_TRIED; i++)
		n += life->counts[steps[i]].calls;
	trust_share(row, 2 * n, kill_one, NULL);
	printf("# files that counted as read: %llu\n",
	    (unsigned long long)row->other);
	if (row->other == 0)
		trust_failed(row, "no file ever counted as read");
	free(folder);
	return trust_end(row);
}
