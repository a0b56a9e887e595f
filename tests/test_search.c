/* Queries on a small index of two sources: what is found, in what order. */
#include "support.h"

#include "build.h"
#include "parser.h"
#include "search.h"
#include "store/snapshot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Ids are letters; the second source is a segment of its own. */
static const char first[] =
    "{\"id\":\"a\",\"title\":\"Storm at sea\",\"text\":\"A storm broke the "
    "toll bridge. Storms follow.\",\"date\":\"1987-10-16\",\"author\":"
    "[\"Ada Lima\",\"Ben Rey\"]}\n"
    "{\"id\":\"b\",\"title\":\"Roads\",\"text\":\"The toll of the road; a "
    "toll road.\",\"date\":\"1990\",\"author\":\"Rey Ada\"}\n"
    "{\"id\":\"c\",\"title\":\"Calm\",\"text\":\"No wind at all.\"}\n";
static const char second[] =
    "{\"id\":\"d\",\"title\":\"Le caf\\u00e9\",\"lang\":\"fr\",\"text\":"
    "\"Les temp\\u00eates, une temp\\u00eate; l'avion.\",\"date\":"
    "\"2020-05\"}\n"
    "{\"id\":\"e\",\"title\":\"Gale\",\"text\":\"sea storm gale storm "
    "sea\",\"date\":\"2001-02-03\"}\n"
    "{\"id\":\"f\",\"title\":\"toll\",\"text\":\"road\"}\n";

struct fixture {
	char *folder;
	char *path;
	struct snapshot *snapshot;
};

static char *
path_in(const char *folder, const char *name)
{
	char *path;

	ck_assert_int_gt(asprintf(&path, "%s/%s", folder, name), 0);
	return path;
}

static void
add_source(const struct fixture *fixture, const char *name, const char *lines)
{
	static const struct build_options options = { .jobs = 1,
		.memory = 256 << 20 };
	static const struct mapping mapping;
	char *path = path_in(fixture->folder, name);
	FILE *file = fopen(path, "w");
	struct build_counts counts = {0};
	struct catalogue *catalogue;
	struct error error = {0};
	struct store *store;

	fputs(lines, file);
	ck_assert_int_eq(fclose(file), 0);
	ck_assert_int_eq(store_open(fixture->path, "test", STORE_CREATE,
	    1 << 20, &store, &error), STATUS_OK);
	ck_assert_int_eq(catalogue_load(store, &catalogue, &error), STATUS_OK);
	ck_assert_msg(build_run(store, catalogue,
	    catalogue_find_source(catalogue, path, true), &mapping, &options,
	    &counts, &error) == STATUS_OK, "%s", error.message);
	catalogue_free(catalogue);
	store_close(store);
	free(path);
}

static void
fixture_open(struct fixture *fixture)
{
	struct error error = {0};

	fixture->folder = support_folder();
	fixture->path = path_in(fixture->folder, "index");
	add_source(fixture, "first.jsonl", first);
	add_source(fixture, "second.jsonl", second);
	ck_assert_msg(snapshot_open(fixture->path, "test", &fixture->snapshot,
	    &error) == STATUS_OK, "%s", error.message);
}

static void
fixture_close(struct fixture *fixture)
{
	snapshot_close(fixture->snapshot);
	free(fixture->path);
	free(fixture->folder);
}

static bool
has_field(void *context, const char *name)
{
	return root_field(snapshot_root(context), name) >= 0;
}

static void
parse(struct fixture *fixture, const char *text, struct query *query)
{
	struct parser_options options = { .has_field = has_field,
		.context = fixture->snapshot };
	struct error error = {0};

	ck_assert_msg(query_parse(text, strlen(text), &options, query,
	    &error) == STATUS_OK, "%s", error.message);
}

/* The ids of hits, one letter each. */
static void
spell(struct fixture *fixture, const struct search_result *result, char *ids)
{
	struct stored_record record = {0};
	struct stored_field id;

	for (size_t i = 0; i < result->n_hits; i++) {
		ck_assert_int_eq(segment_stored(snapshot_segment(
		    fixture->snapshot, result->hits[i].segment),
		    result->hits[i].document, &record), STATUS_OK);
		ck_assert(stored_field(&record, FIELD_ID, &id));
		ids[i] = id.text[0];
	}
	ids[result->n_hits] = '\0';
	stored_free(&record);
}

static int
compare_letters(const void *a, const void *b)
{
	return *(const char *)a - *(const char *)b;
}

static const struct search_options plain = { .k1 = 1.2, .b = 0.75,
	.limit = SIZE_MAX };

static const struct {
	const char *query, *ids;
} rows[] = {
	{ "storm", "ae" },
	{ "storms", "ae" },
	{ "=storms", "a" },
	{ "\"storms\"", "a" },
	{ "storm sea", "ae" },
	{ "storm gale", "e" },
	{ "storm OR toll", "abef" },
	{ "toll -storm", "bf" },
	{ "-storm", "bcdf" },
	{ "\"toll road\"", "b" },
	{ "~\"tolls road\"", "b" },
	{ "\"the toll of the road\"", "b" },
	{ "\"sea a storm\"", "" },
	{ "\"sea storm gale storm sea\"", "e" },
	{ "title:storm", "a" },
	{ "body:storm", "ae" },
	{ "title:road", "b" },
	{ "title:=road", "" },
	{ "title:\"storm at sea\"", "a" },
	{ "body:\"storm at sea\"", "" },
	{ "author:lima", "a" },
	{ "author:\"ada lima\"", "a" },
	{ "author:\"lima ben\"", "" },
	{ "author:ada author:rey", "ab" },
	{ "author:*", "ab" },
	{ "date:1987", "a" },
	{ "date:1990-06..1991", "b" },
	{ "date:?", "cf" },
	{ "date:2020-05-31", "d" },
	{ "id:c", "c" },
	{ "id:nothing", "" },
	{ "cafe", "d" },
	{ "tempete", "d" },
	{ "TEMP\xc3\x8aTES", "d" },
	{ "=tempete", "d" },
	{ "avion", "d" },
	{ "gale NEAR/1 storm", "e" },
	{ "sea NEAR/2 gale", "e" },
	{ "gale PRE/1 sea", "" },
	{ "gale PRE/2 sea", "e" },
	{ "(sea NEAR/1 storm) NEAR/1 gale", "e" },
	{ "\"storm storm gale\"~1", "e" },
	{ "\"storm storm storm\"~50", "" },
	{ "nowhere", "" },
	{ "nowhere OR calm", "c" },
};

START_TEST(a_query_finds_exactly_its_articles)
{
	struct fixture fixture;
	struct search_result result;
	struct query query;
	struct error error;
	char ids[8];

	fixture_open(&fixture);
	parse(&fixture, rows[_i].query, &query);
	ck_assert_int_eq(search_run(fixture.snapshot, query.root, &plain,
	    &result, &error), STATUS_OK);
	spell(&fixture, &result, ids);
	qsort(ids, strlen(ids), 1, compare_letters);
	ck_assert_msg(!strcmp(ids, rows[_i].ids), "%s: found %s, not %s",
	    rows[_i].query, ids, rows[_i].ids);
	ck_assert_uint_eq(result.total, strlen(ids));
	search_result_free(&result);
	query_free(&query);
	fixture_close(&fixture);
}
END_TEST

/* All of a search in the order wanted. */
static void
check_order(struct fixture *fixture, const char *text,
    const struct search_options *options, const char *expected,
    uint64_t total)
{
	struct search_result result;
	struct query query;
	struct error error;
	char ids[8];

	parse(fixture, text, &query);
	ck_assert_int_eq(search_run(fixture->snapshot, query.root, options,
	    &result, &error), STATUS_OK);
	spell(fixture, &result, ids);
	ck_assert_str_eq(ids, expected);
	ck_assert_uint_eq(result.total, total);
	search_result_free(&result);
	query_free(&query);
}

START_TEST(hits_come_by_date_and_page_with_exact_totals)
{
	struct search_options options = plain;
	struct fixture fixture;

	fixture_open(&fixture);
	options.sort = SORT_OLD;
	check_order(&fixture, "-nowhere", &options, "abedcf", 6);
	options.sort = SORT_NEW;
	check_order(&fixture, "-nowhere", &options, "debacf", 6);
	options.limit = 2;
	check_order(&fixture, "-nowhere", &options, "de", 6);
	options.skip = 2;
	check_order(&fixture, "-nowhere", &options, "ba", 6);
	options.limit = 0;
	check_order(&fixture, "-nowhere", &options, "", 6);
	options = plain;
	options.limit = 1;
	check_order(&fixture, "storm", &options, "e", 2);
	options.skip = 7;
	check_order(&fixture, "storm", &options, "", 2);
	fixture_close(&fixture);
}
END_TEST

struct sum {
	int64_t score;
	unsigned n;
};

static void
add_leaf(void *context, const struct leaf_score *leaf)
{
	struct sum *sum = context;

	sum->score += leaf->score;
	sum->n++;
}

START_TEST(scores_are_bm25_and_the_explanation_adds_up)
{
	struct fixture fixture;
	struct search_result result, dated;
	struct search_options options = plain;
	struct query query;
	struct error error;
	struct snapshot_statistics all;
	double idf, average;

	fixture_open(&fixture);
	all = snapshot_statistics(fixture.snapshot);
	parse(&fixture, "gale OR \"toll road\" OR storm", &query);
	ck_assert_int_eq(search_run(fixture.snapshot, query.root, &plain,
	    &result, &error), STATUS_OK);
	options.sort = SORT_NEW;
	ck_assert_int_eq(search_run(fixture.snapshot, query.root, &options,
	    &dated, &error), STATUS_OK);
	for (size_t i = 0; i < result.n_hits; i++) {
		struct sum sum = {0};

		ck_assert_int_eq(search_explain(fixture.snapshot, query.root,
		    &plain, result.hits[i].segment, result.hits[i].document,
		    add_leaf, &sum, &error), STATUS_OK);
		ck_assert_uint_eq(sum.n, 3);
		ck_assert_int_eq(sum.score, result.hits[i].score);
		for (size_t j = 0; j < dated.n_hits; j++)
			if (dated.hits[j].segment == result.hits[i].segment &&
			    dated.hits[j].document ==
			    result.hits[i].document)
				ck_assert_int_eq(dated.hits[j].score,
				    result.hits[i].score);
	}
	search_result_free(&result);
	search_result_free(&dated);
	query_free(&query);

	/* By hand: "storm" three times in the 11 words of a. */
	parse(&fixture, "storm id:a", &query);
	ck_assert_int_eq(search_run(fixture.snapshot, query.root, &plain,
	    &result, &error), STATUS_OK);
	idf = log(1 + (6 - 2 + 0.5) / (2 + 0.5));
	average = (double)all.words / 6;
	ck_assert_uint_eq(result.n_hits, 1);
	ck_assert_double_eq_tol((double)result.hits[0].score / SCORE_ONE,
	    idf * 3 * 2.2 / (3 + 1.2 * (0.25 + 0.75 * 11 / average)), 3e-6);
	search_result_free(&result);
	query_free(&query);
	fixture_close(&fixture);
}
END_TEST

static void
note_frequency(void *context, const struct leaf_score *leaf)
{
	*(uint64_t *)context = leaf->document_frequency;
}

/* Regression test #1: an exact word counted only the lists that hold its
 * form, so its idf changed with the cuts between segments. */
START_TEST(the_frequency_of_an_exact_word_does_not_depend_on_segments)
{
	struct fixture fixture;
	struct query query;
	struct error error;
	uint64_t frequency = 0;

	fixture_open(&fixture);
	parse(&fixture, "=storms", &query);
	ck_assert_int_eq(search_explain(fixture.snapshot, query.root, &plain,
	    0, 0, note_frequency, &frequency, &error), STATUS_OK);
	ck_assert_uint_eq(frequency, 2);
	query_free(&query);
	fixture_close(&fixture);
}
END_TEST

/* Regression test #2: where a form had an entry for one stem, articles in
 * which it is its own stem were not found. */
START_TEST(a_form_is_found_as_its_own_stem_beside_others)
{
	struct fixture fixture;

	fixture.folder = support_folder();
	fixture.path = path_in(fixture.folder, "index");
	/* English: ferme has the stem ferm, ferm\u00e9 has ferme. */
	add_source(&fixture, "first.jsonl",
	    "{\"id\":\"a\",\"text\":\"ferme\"}\n"
	    "{\"id\":\"b\",\"text\":\"ferm\\u00e9\"}\n");
	ck_assert_int_eq(snapshot_open(fixture.path, "test",
	    &fixture.snapshot, NULL), STATUS_OK);
	check_order(&fixture, "ferme", &plain, "ab", 2);
	check_order(&fixture, "=ferme", &plain, "ab", 2);
	check_order(&fixture, "ferm\u00e9", &plain, "ab", 2);
	fixture_close(&fixture);
}
END_TEST

static void
note_reading(void *context, const struct node *word,
    const struct word_reading *reading)
{
	(void)word;
	if (reading->document_frequency)
		snprintf(context, 100, "%s %s (%s) %u", reading->language,
		    reading->stem, reading->forms,
		    (unsigned)reading->document_frequency);
}

START_TEST(a_word_is_read_as_its_forms)
{
	struct fixture fixture;
	struct query query;
	struct error error;
	char text[100] = "";

	fixture_open(&fixture);
	parse(&fixture, "storming", &query);
	ck_assert_int_eq(search_read_as(fixture.snapshot, query.root,
	    note_reading, text, &error), STATUS_OK);
	ck_assert_str_eq(text, "english storm (storm, storms) 2");
	query_free(&query);
	fixture_close(&fixture);
}
END_TEST

/* --- trees that no parser makes --- */

static struct node *
word(struct arena *arena, const char *text, uint32_t offset)
{
	struct node *node = node_create(arena, NODE_WORD);

	node->word = text;
	node->length = strlen(text);
	node->offset = offset;
	return node;
}

static uint64_t
count(struct fixture *fixture, const struct node *root)
{
	struct search_result result;
	struct error error;
	uint64_t total;

	ck_assert_int_eq(search_run(fixture->snapshot, root, &plain, &result,
	    &error), STATUS_OK);
	total = result.total;
	search_result_free(&result);
	return total;
}

START_TEST(hostile_trees_are_answered)
{
	static const enum node_kind kinds[] = { NODE_AND, NODE_OR,
		NODE_PHRASE, NODE_WINDOW, NODE_NEAR, NODE_NOT };
	struct fixture fixture;
	struct arena arena = {0};
	struct node *deep = word(&arena, "storm", 0);

	fixture_open(&fixture);
	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
		struct node *wide = node_create(&arena, kinds[k]);

		wide->distance = UINT32_MAX;
		count(&fixture, wide);
		for (uint32_t i = 0; i < 1024; i++)
			node_add(&arena, wide, word(&arena, i % 2 ? "storm" :
			    "sea", i));
		ck_assert_uint_eq(count(&fixture, wide),
		    k < 2 ? 2U : 0U);
	}
	for (int i = 0; i < 64; i++) {
		struct node *near = node_create(&arena, NODE_NEAR);

		near->distance = UINT32_MAX;
		node_add(&arena, near, deep);
		node_add(&arena, near, word(&arena, "sea", 0));
		deep = near;
		count(&fixture, deep);
	}
	arena_free(&arena);
	fixture_close(&fixture);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("search");
	TCase *tcase = tcase_create("search");

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, a_query_finds_exactly_its_articles, 0,
	    sizeof rows / sizeof *rows);
	tcase_add_test(tcase, hits_come_by_date_and_page_with_exact_totals);
	tcase_add_test(tcase, scores_are_bm25_and_the_explanation_adds_up);
	tcase_add_test(tcase,
	    the_frequency_of_an_exact_word_does_not_depend_on_segments);
	tcase_add_test(tcase, a_form_is_found_as_its_own_stem_beside_others);
	tcase_add_test(tcase, a_word_is_read_as_its_forms);
	tcase_add_test(tcase, hostile_trees_are_answered);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
