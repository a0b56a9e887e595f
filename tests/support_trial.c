/* Indexes of a random archive beside the exhaustive searcher. */
#include "support_trial.h"

#include "accumulator.h"
#include "alloc.h"
#include "deletions.h"
#include "field_names.h"
#include "flush.h"
#include "merge.h"
#include "parser.h"
#include "search.h"
#include "support.h"
#include "support_questions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SOURCE = 1, LEXICON_MEMORY = 64 << 20 };

static void
succeed(enum status status, const struct error *error)
{
	if (status == STATUS_OK)
		return;
	printf("%s\n", error->message);
	fflush(stdout);
	abort();
}

/* --- making indexes --- */

void
trial_create(struct trial *trial, const struct made_shape *shape,
    uint64_t seed)
{
	*trial = (struct trial){.seed = seed};
	made_create(&trial->archive, shape, &trial->seed);
	trial->expected = alloc_bytes(trial->archive.n_documents *
	    sizeof *trial->expected);
}

void
trial_free(struct trial *trial)
{
	made_free(&trial->archive);
	free(trial->expected);
}

void
trial_choose(struct trial *trial)
{
	for (uint32_t i = 0; i < trial->archive.n_documents; i++) {
		struct made_document *document = &trial->archive.documents[i];

		document->is_alive = document->is_counted =
		    support_below(&trial->seed, 50) > 0;
	}
}

static struct run *
make_run(const struct trial *trial, struct accumulator *accumulator,
    uint32_t first, uint32_t n)
{
	struct run *run;

	for (uint32_t i = first; i < first + n; i++)
		accumulator_add(accumulator,
		    &trial->archive.documents[i].article, SOURCE, 0,
		    i + 1);
	run = accumulator_finish(accumulator);
	for (uint32_t i = 0; i < run->n_documents; i++)
		run->documents[i].dropped =
		    !trial->archive.documents[first + i].is_alive;
	return run;
}

/* The lexicon of the runs remembers words from one to the next, or nothing. */
void
trial_add(struct trial *trial, struct trial_index *index, uint32_t first,
    uint32_t n)
{
	struct field_names *names = field_names_create(
	    store_root(index->store));
	struct accumulator *accumulator = accumulator_create(names, true,
	    support_below(&trial->seed, 2) * LEXICON_MEMORY);
	struct root_segment listed = {0};
	struct error error = {0};
	struct root *root;
	struct run *runs[3];
	size_t n_runs = 0;

	while (n) {
		uint32_t some = n_runs == 2 ? n :
		    1 + support_below(&trial->seed, n);

		runs[n_runs++] = make_run(trial, accumulator, first, some);
		first += some;
		n -= some;
	}
	accumulator_free(accumulator);
	succeed(flush_runs(index->store, runs, n_runs, 1, &listed,
	    &error), &error);
	succeed(store_commit_begin(index->store, &error), &error);
	root = store_root(index->store);
	if (listed.n_documents) {
		root->segments = alloc_again(root->segments,
		    root->n_segments + 1, sizeof *root->segments);
		root->segments[root->n_segments++] = listed;
	}
	root->next_source = SOURCE + 1;
	field_names_store(names, root);
	succeed(store_commit_end(index->store, &error), &error);
	for (size_t i = 0; i < n_runs; i++)
		run_free(runs[i]);
	field_names_free(names);
}

struct trial_index *
trial_open(struct trial *trial, const char *path)
{
	struct trial_index *index = &trial->indexes[trial->n_indexes++];
	struct error error = {0};

	*index = (struct trial_index){.path = alloc_string(path)};
	succeed(store_open(path, "test", STORE_CREATE, 1 << 20,
	    &index->store, &error), &error);
	return index;
}

void
trial_close(struct trial *trial)
{
	for (size_t i = 0; i < trial->n_indexes; i++) {
		store_close(trial->indexes[i].store);
		free(trial->indexes[i].path);
	}
	trial->n_indexes = 0;
}

/* --- where articles are --- */

static void
locate_segment(struct trial_index *index, uint32_t s)
{
	struct segment *segment = snapshot_segment(index->snapshot, s);
	uint32_t n = segment_n_documents(segment);
	struct stored_record record = {0};
	struct stored_field id;

	index->documents[s] = alloc_bytes((n + 1) * sizeof(uint32_t));
	for (uint32_t i = 0; i < n; i++) {
		if (segment_stored(segment, i, &record) != STATUS_OK ||
		    !stored_field(&record, FIELD_ID, &id))
			abort();
		index->documents[s][i] = (uint32_t)strtoul(id.text, NULL, 10);
	}
	stored_free(&record);
}

static void
look(struct trial_index *index)
{
	struct error error = {0};

	succeed(snapshot_open(index->path, "test", &index->snapshot, &error),
	    &error);
	index->n_segments = (uint32_t)snapshot_n_segments(index->snapshot);
	index->documents = alloc_zeroed(index->n_segments + 1,
	    sizeof *index->documents);
	for (uint32_t s = 0; s < index->n_segments; s++)
		locate_segment(index, s);
}

static void
look_away(struct trial_index *index)
{
	for (uint32_t s = 0; s < index->n_segments; s++)
		free(index->documents[s]);
	free(index->documents);
	snapshot_close(index->snapshot);
}

/* --- changing indexes --- */

static void
write_living(const struct trial *trial, struct trial_index *index)
{
	struct deletions *deletions;
	struct error error = {0};

	look(index);
	succeed(deletions_create(index->store, &deletions, &error), &error);
	for (uint32_t s = 0; s < index->n_segments; s++) {
		struct segment *segment = snapshot_segment(index->snapshot, s);

		for (uint32_t i = 0; i < segment_n_documents(segment); i++)
			deletions_set(deletions, s, i,
			    trial->archive.documents[index->documents[s][i]]
			    .is_alive);
	}
	succeed(store_commit_begin(index->store, &error), &error);
	succeed(deletions_write(deletions, &error), &error);
	succeed(store_commit_end(index->store, &error), &error);
	deletions_free(deletions);
	look_away(index);
}

void
trial_change(struct trial *trial, uint32_t n)
{
	for (uint32_t i = 0; i < trial->archive.n_documents; i++) {
		struct made_document *document = &trial->archive.documents[i];

		if (document->is_counted && !support_below(&trial->seed, n))
			document->is_alive = !document->is_alive;
	}
	for (size_t i = 0; i < trial->n_indexes; i++)
		write_living(trial, &trial->indexes[i]);
}

void
trial_merge(struct trial *trial, uint32_t first, uint32_t n)
{
	struct trial_index *index = &trial->indexes[0];
	struct error error = {0};

	look(index);
	for (uint32_t s = first; s < first + n; s++) {
		struct segment *segment = snapshot_segment(index->snapshot, s);

		for (uint32_t i = 0; i < segment_n_documents(segment); i++) {
			struct made_document *document =
			    &trial->archive.documents[index->documents[s][i]];

			document->is_counted = document->is_alive;
		}
	}
	look_away(index);
	succeed(merge_run(index->store, first, n, &error), &error);
}

/* --- comparing --- */

static void
print_hits(const struct trial *trial, const struct trial_index *index,
    const struct search_result *result)
{
	printf("#   engine (%zu of %llu):", result->n_hits,
	    (unsigned long long)result->total);
	for (size_t i = 0; i < result->n_hits && i < 12; i++)
		printf(" %u=%lld", index->documents[result->hits[i].segment]
		    [result->hits[i].document],
		    (long long)result->hits[i].score);
	printf("\n#   oracle (%zu):", trial->n_expected);
	for (size_t i = 0; i < trial->n_expected && i < 12; i++)
		printf(" %u=%lld", trial->expected[i].document,
		    (long long)trial->expected[i].score);
	printf("\n");
}

static bool
is_same(const struct trial *trial, const struct trial_index *index,
    const struct search_result *result, size_t limit)
{
	size_t n = trial->n_expected < limit ? trial->n_expected : limit;

	if (result->total != trial->n_expected || result->n_hits != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		const struct hit *hit = &result->hits[i];
		const struct oracle_hit *expected = &trial->expected[i];
		struct date date = trial->archive.documents[
		    expected->document].article.date;

		if (index->documents[hit->segment][hit->document] !=
		    expected->document || hit->score != expected->score ||
		    hit->date.precision != date.precision ||
		    (date.precision && hit->date.day != date.day))
			return false;
	}
	return true;
}

/* A parsed query. */
struct asked {
	const char *text;
	const struct node *root;
	enum search_sort sort;
	size_t limit;
};

static bool
compare(const struct trial *trial, const struct trial_index *index,
    const struct asked *asked)
{
	struct search_options options = {.k1 = 1.2, .b = 0.75,
	    .sort = asked->sort, .limit = asked->limit};
	struct search_result result;
	struct error error = {0};
	bool same;

	succeed(search_run(index->snapshot, asked->root, &options, &result,
	    &error), &error);
	same = is_same(trial, index, &result, asked->limit);
	if (!same) {
		struct buffer tree = {0};

		node_print(asked->root, &tree);
		printf("# %s, %u segments, sort %d, limit %zu: %s\n"
		    "#   read as %s\n", trial->state, index->n_segments,
		    (int)asked->sort, asked->limit, asked->text,
		    buffer_string(&tree));
		print_hits(trial, index, &result);
		fflush(stdout);
		buffer_free(&tree);
	}
	search_result_free(&result);
	return same;
}

static bool
compare_all(const struct trial *trial, const struct asked *asked)
{
	bool same = true;

	for (size_t i = 0; i < trial->n_indexes; i++)
		same &= compare(trial, &trial->indexes[i], asked);
	return same;
}

/* --- orders: by score, by date; then as in the archive --- */

static int
compare_places(const struct oracle_hit *a, const struct oracle_hit *b)
{
	return (a->document > b->document) - (a->document < b->document);
}

static int
by_score(const void *a, const void *b, void *trial)
{
	const struct oracle_hit *x = a, *y = b;

	(void)trial;
	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return compare_places(x, y);
}

static int
by_date(const struct oracle_hit *x, const struct oracle_hit *y,
    const struct trial *trial, int sign)
{
	struct date p = trial->archive.documents[x->document].article.date;
	struct date q = trial->archive.documents[y->document].article.date;

	if (!p.precision != !q.precision)
		return p.precision ? -1 : 1;
	if (p.precision && p.day != q.day)
		return p.day < q.day ? -sign : sign;
	return compare_places(x, y);
}

static int
by_new(const void *a, const void *b, void *trial)
{
	return by_date(a, b, trial, -1);
}

static int
by_old(const void *a, const void *b, void *trial)
{
	return by_date(a, b, trial, 1);
}

/* --- queries --- */

static bool
has_field(void *context, const char *name)
{
	return root_field(snapshot_root(context), name) >= 0;
}

static bool
ask(struct trial *trial, const char *text, size_t length,
    const struct stop_words *stop_words)
{
	struct parser_options options = {.has_field = has_field,
	    .context = trial->indexes[0].snapshot,
	    .any = !support_below(&trial->seed, 4),
	    .plain = !support_below(&trial->seed, 20),
	    .stop_words = support_below(&trial->seed, 2) ? stop_words : NULL};
	static int (*const orders[])(const void *, const void *, void *) = {
	    by_score, by_new, by_old};
	struct query query;
	struct error error = {0};
	enum search_sort other = support_below(&trial->seed, 2) ? SORT_NEW :
	    SORT_OLD;
	bool same = true;

	succeed(query_parse(text, length, &options, &query, &error), &error);
	trial->n_expected = oracle_search(&trial->archive, query.root,
	    trial->expected);
	for (enum search_sort sort = SORT_BEST; sort <= SORT_OLD; sort++) {
		struct asked asked = {text, query.root, sort, SIZE_MAX};

		if (sort != SORT_BEST && sort != other)
			continue;
		qsort_r(trial->expected, trial->n_expected,
		    sizeof *trial->expected, orders[sort], trial);
		same &= compare_all(trial, &asked);
		asked.limit = 10;
		same &= compare_all(trial, &asked);
	}
	query_free(&query);
	return same;
}

struct trial_counts
trial_ask(struct trial *trial, const char *state, uint32_t n)
{
	struct trial_counts counts = {.n = n};
	struct stop_words *stop_words;
	struct error error = {0};
	struct buffer query = {0};

	trial->state = state;
	for (size_t i = 0; i < trial->n_indexes; i++)
		look(&trial->indexes[i]);
	succeed(stop_words_open("default", &stop_words, &error), &error);
	while (n--) {
		buffer_clear(&query);
		questions_ask(&trial->archive, &trial->seed, &query);
		counts.n_different += !ask(trial, buffer_string(&query),
		    query.size, stop_words);
		counts.n_hits += trial->n_expected;
		counts.n_found += trial->n_expected > 0;
	}
	stop_words_free(stop_words);
	buffer_free(&query);
	for (size_t i = 0; i < trial->n_indexes; i++)
		look_away(&trial->indexes[i]);
	return counts;
}
