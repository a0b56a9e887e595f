/*
 * The engine against the exhaustive searcher: random queries on random
 * archives, in one segment and in many, with deletions, before and after
 * merging.  QUIRE_SEED repeats a run; QUIRE_QUERIES says how many queries an
 * archive gets.
 */
#include "support.h"

#include "accumulator.h"
#include "alloc.h"
#include "deletions.h"
#include "field_names.h"
#include "flush.h"
#include "merge.h"
#include "parser.h"
#include "search.h"
#include "store.h"
#include "store/snapshot.h"
#include "support_archive.h"
#include "support_oracle.h"
#include "support_questions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { QUERIES = 3400, N_STATES = 7, SOURCE = 1,
	LEXICON_MEMORY = 64 << 20 };

/* An archive, its index, and where its articles are in it. */
struct trial {
	struct made_archive archive;
	char *folder, *path;
	struct store *store;
	uint64_t seed;
	const char *state;     /* of the index, for messages */
	struct snapshot *snapshot;
	uint32_t **documents;  /* of the archive, by segment and document */
	uint32_t n_segments;
	struct oracle_hit *expected;
	size_t n_expected;
};

static void
succeed(enum status status, const struct error *error)
{
	ck_assert_msg(status == STATUS_OK, "%s", error->message);
}

/* --- making indexes --- */

static struct run *
make_run(struct trial *trial, struct accumulator *accumulator,
    uint32_t first, uint32_t n)
{
	for (uint32_t i = first; i < first + n; i++)
		accumulator_add(accumulator,
		    &trial->archive.documents[i].article, SOURCE, 0,
		    i + 1);
	return accumulator_finish(accumulator);
}

/* Some articles that are replaced in their own batch are never written. */
static void
drop_some(struct trial *trial, struct run *run, uint32_t first)
{
	for (uint32_t i = 0; i < run->n_documents; i++) {
		struct made_document *document =
		    &trial->archive.documents[first + i];

		run->documents[i].dropped = !support_below(&trial->seed, 50);
		document->is_alive = document->is_counted =
		    !run->documents[i].dropped;
	}
}

/* Adds articles as one segment, made of one to three runs, whose lexicon
 * remembers words from one to the next, or nothing. */
static void
add_segment(struct trial *trial, uint32_t first, uint32_t n)
{
	struct field_names *names = field_names_create(
	    store_root(trial->store));
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

		runs[n_runs] = make_run(trial, accumulator, first,
		    some);
		drop_some(trial, runs[n_runs++], first);
		first += some;
		n -= some;
	}
	accumulator_free(accumulator);
	succeed(flush_runs(trial->store, runs, n_runs, SOURCE, 1, &listed,
	    &error),
	    &error);
	succeed(store_commit_begin(trial->store, &error), &error);
	root = store_root(trial->store);
	if (listed.n_documents) {
		root->segments = alloc_again(root->segments,
		    root->n_segments + 1, sizeof *root->segments);
		root->segments[root->n_segments++] = listed;
	}
	root->next_source = SOURCE + 1;
	field_names_store(names, root);
	succeed(store_commit_end(trial->store, &error), &error);
	for (size_t i = 0; i < n_runs; i++)
		run_free(runs[i]);
	field_names_free(names);
}

static void
open_index(struct trial *trial)
{
	struct error error = {0};

	trial->folder = support_folder();
	ck_assert_int_gt(asprintf(&trial->path, "%s/index", trial->folder), 0);
	succeed(store_open(trial->path, "test", STORE_CREATE, 1 << 20,
	    &trial->store, &error), &error);
}

static void
close_index(struct trial *trial)
{
	store_close(trial->store);
	free(trial->path);
	free(trial->folder);
}

/* --- where articles are --- */

static void
locate_segment(struct trial *trial, uint32_t s)
{
	struct segment *segment = snapshot_segment(trial->snapshot, s);
	uint32_t n = segment_n_documents(segment);
	struct stored_record record = {0};
	struct stored_field id;

	trial->documents[s] = alloc_bytes((n + 1) * sizeof(uint32_t));
	for (uint32_t i = 0; i < n; i++) {
		ck_assert_int_eq(segment_stored(segment, i, &record),
		    STATUS_OK);
		ck_assert(stored_field(&record, FIELD_ID, &id));
		trial->documents[s][i] = (uint32_t)strtoul(id.text, NULL, 10);
	}
	stored_free(&record);
}

static void
look(struct trial *trial)
{
	struct error error = {0};

	succeed(snapshot_open(trial->path, "test", &trial->snapshot, &error),
	    &error);
	trial->n_segments = (uint32_t)snapshot_n_segments(trial->snapshot);
	trial->documents = alloc_zeroed(trial->n_segments + 1,
	    sizeof *trial->documents);
	for (uint32_t s = 0; s < trial->n_segments; s++)
		locate_segment(trial, s);
}

static void
look_away(struct trial *trial)
{
	for (uint32_t s = 0; s < trial->n_segments; s++)
		free(trial->documents[s]);
	free(trial->documents);
	snapshot_close(trial->snapshot);
}

/* --- changing indexes --- */

/* One of `n` living articles dies, one of `n` dead ones comes back. */
static void
change_some(struct trial *trial, uint32_t n)
{
	struct deletions *deletions;
	struct error error = {0};

	look(trial);
	succeed(deletions_create(trial->store, &deletions, &error), &error);
	for (uint32_t s = 0; s < trial->n_segments; s++) {
		struct segment *segment = snapshot_segment(trial->snapshot, s);

		for (uint32_t i = 0; i < segment_n_documents(segment); i++) {
			bool *is_alive = &trial->archive.documents[
			    trial->documents[s][i]].is_alive;

			if (support_below(&trial->seed, n))
				continue;
			*is_alive = !*is_alive;
			deletions_set(deletions, s, i, *is_alive);
		}
	}
	succeed(store_commit_begin(trial->store, &error), &error);
	succeed(deletions_write(deletions, &error), &error);
	succeed(store_commit_end(trial->store, &error), &error);
	deletions_free(deletions);
	look_away(trial);
}

/* Merges neighbours, whose dead articles count no longer. */
static void
merge(struct trial *trial, uint32_t first, uint32_t n)
{
	struct error error = {0};

	look(trial);
	for (uint32_t s = first; s < first + n; s++) {
		struct segment *segment = snapshot_segment(trial->snapshot, s);

		for (uint32_t i = 0; i < segment_n_documents(segment); i++) {
			struct made_document *document =
			    &trial->archive.documents[trial->documents[s][i]];

			document->is_counted = document->is_alive;
		}
	}
	look_away(trial);
	succeed(merge_run(trial->store, first, n, &error), &error);
}

/* --- comparing --- */

static void
print_hits(const struct trial *trial, const struct search_result *result)
{
	printf("  engine (%zu of %llu):", result->n_hits,
	    (unsigned long long)result->total);
	for (size_t i = 0; i < result->n_hits && i < 12; i++)
		printf(" %u=%lld", trial->documents[result->hits[i].segment]
		    [result->hits[i].document],
		    (long long)result->hits[i].score);
	printf("\n  oracle (%zu):", trial->n_expected);
	for (size_t i = 0; i < trial->n_expected && i < 12; i++)
		printf(" %u=%lld", trial->expected[i].document,
		    (long long)trial->expected[i].score);
	printf("\n");
}

static bool
is_same(const struct trial *trial, const struct search_result *result,
    size_t limit)
{
	size_t n = trial->n_expected < limit ? trial->n_expected : limit;

	if (result->total != trial->n_expected || result->n_hits != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		const struct hit *hit = &result->hits[i];
		const struct oracle_hit *expected = &trial->expected[i];
		struct date date = trial->archive.documents[
		    expected->document].article.date;

		if (trial->documents[hit->segment][hit->document] !=
		    expected->document || hit->score != expected->score ||
		    hit->date.precision != date.precision ||
		    (date.precision && hit->date.day != date.day))
			return false;
	}
	return true;
}

static void
compare(struct trial *trial, const char *text, const struct node *root,
    enum search_sort sort, size_t limit)
{
	struct search_options options = {.k1 = 1.2, .b = 0.75, .sort = sort,
	    .limit = limit};
	struct search_result result;
	struct error error = {0};

	succeed(search_run(trial->snapshot, root, &options, &result, &error),
	    &error);
	if (!is_same(trial, &result, limit)) {
		struct buffer tree = {0};

		node_print(root, &tree);
		printf("%s, %u segments, sort %d, limit %zu: %s\n  read as %s\n",
		    trial->state, trial->n_segments, (int)sort, limit, text,
		    buffer_string(&tree));
		print_hits(trial, &result);
		fflush(stdout);
		buffer_free(&tree);
		ck_abort_msg("engine and oracle differ");
	}
	search_result_free(&result);
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

static void
ask(struct trial *trial, const char *text, size_t length,
    const struct stop_words *stop_words)
{
	struct parser_options options = {.has_field = has_field,
	    .context = trial->snapshot,
	    .any = !support_below(&trial->seed, 4),
	    .plain = !support_below(&trial->seed, 20),
	    .stop_words = support_below(&trial->seed, 2) ? stop_words : NULL};
	static int (*const orders[])(const void *, const void *, void *) = {
	    by_score, by_new, by_old};
	struct query query;
	struct error error = {0};
	enum search_sort other = support_below(&trial->seed, 2) ? SORT_NEW :
	    SORT_OLD;

	succeed(query_parse(text, length, &options, &query, &error), &error);
	trial->n_expected = oracle_search(&trial->archive, query.root,
	    trial->expected);
	for (enum search_sort sort = SORT_BEST; sort <= SORT_OLD; sort++) {
		if (sort != SORT_BEST && sort != other)
			continue;
		qsort_r(trial->expected, trial->n_expected,
		    sizeof *trial->expected, orders[sort], trial);
		compare(trial, text, query.root, sort, SIZE_MAX);
		compare(trial, text, query.root, sort, 10);
	}
	query_free(&query);
}

static uint32_t
n_queries(void)
{
	const char *text = getenv("QUIRE_QUERIES");

	return text ? (uint32_t)strtoul(text, NULL, 10) : QUERIES;
}

static void
ask_many(struct trial *trial, const char *state)
{
	struct stop_words *stop_words;
	struct error error = {0};
	struct buffer query = {0};
	size_t n_hits = 0, n_found = 0;
	uint32_t n = n_queries() / N_STATES + 1;

	trial->state = state;
	look(trial);
	succeed(stop_words_open("default", &stop_words, &error), &error);
	trial->expected = alloc_bytes(trial->archive.n_documents *
	    sizeof *trial->expected);
	for (uint32_t i = 0; i < n; i++) {
		buffer_clear(&query);
		questions_ask(&trial->archive, &trial->seed, &query);
		ask(trial, buffer_string(&query), query.size, stop_words);
		n_hits += trial->n_expected;
		n_found += trial->n_expected > 0;
	}
	printf("  %s: %u segments, %u queries, %zu find something, "
	    "%zu hits\n", state, trial->n_segments, n, n_found, n_hits);
	/* A test of nothing but empty answers would be none. */
	ck_assert_uint_gt(3 * n_found, n);
	free(trial->expected);
	stop_words_free(stop_words);
	buffer_free(&query);
	look_away(trial);
}

/* --- the states of an index --- */

static void
try_one_segment(struct trial *trial)
{
	open_index(trial);
	add_segment(trial, 0, trial->archive.n_documents);
	ask_many(trial, "one segment");
	change_some(trial, 3);
	ask_many(trial, "one segment with deletions");
	close_index(trial);
}

static void
try_many_segments(struct trial *trial)
{
	uint32_t n, first = 0;

	open_index(trial);
	while (first < trial->archive.n_documents) {
		n = 1 + support_below(&trial->seed, support_below(&trial->seed,
		    3) ? trial->archive.n_documents / 4 : 10);
		if (n > trial->archive.n_documents - first)
			n = trial->archive.n_documents - first;
		add_segment(trial, first, n);
		first += n;
	}
	ask_many(trial, "many segments");
	change_some(trial, 3);
	ask_many(trial, "many segments with deletions");
	n = (uint32_t)store_root(trial->store)->n_segments / 2;
	merge(trial, support_below(&trial->seed, n), n);
	ask_many(trial, "some segments merged");
	change_some(trial, 5);
	ask_many(trial, "some segments merged, then deletions");
	merge(trial, 0, (uint32_t)store_root(trial->store)->n_segments);
	ask_many(trial, "all segments merged");
	close_index(trial);
}

static const struct made_shape shapes[] = {
	/* Several windows of documents, long lists of short articles. */
	{8500, 7, 10, 300},
	/* Blocks of positions. */
	{500, 100, 6, 4000},
	{4000, 25, 10, 1000},
};

START_TEST(the_engine_finds_and_scores_what_an_exhaustive_search_does)
{
	struct trial trial = {.seed = support_seed("oracle") +
	    (uint64_t)_i * 7919};

	made_create(&trial.archive, &shapes[_i], &trial.seed);
	printf("archive %d: %u articles, %zu words\n", _i,
	    trial.archive.n_documents, trial.archive.n_tokens);
	try_one_segment(&trial);
	try_many_segments(&trial);
	made_free(&trial.archive);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("oracle");
	TCase *tcase = tcase_create("oracle");

	tcase_set_timeout(tcase, 900);
	tcase_add_loop_test(tcase,
	    the_engine_finds_and_scores_what_an_exhaustive_search_does, 0,
	    sizeof shapes / sizeof *shapes);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
