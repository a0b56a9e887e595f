/*
 * A word typed without accents finds every accented word: all words of four
 * Debian word lists, each an article of its own in the language of the list,
 * in one index.  QUIRE_WORDS limits how many are asked for.
 */
#include "support.h"

#include "accumulator.h"
#include "alloc.h"
#include "field_names.h"
#include "flush.h"
#include "parser.h"
#include "search.h"
#include "store.h"
#include "store/snapshot.h"
#include "text/language.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

static const struct {
	const char *path, *language;
} lists[] = {
	{"/usr/share/dict/french", "fr"},
	{"/usr/share/dict/portuguese", "pt"},
	{"/usr/share/dict/ngerman", "de"},
	{"/usr/share/dict/spanish", "es"},
};

enum { N_LISTS = sizeof lists / sizeof *lists };

struct words {
	char **items;
	uint8_t *languages;
	size_t n, capacity;
};

static void
succeed(enum status status, const struct error *error)
{
	ck_assert_msg(status == STATUS_OK, "%s", error->message);
}

/* --- the lists --- */

/* False if the list is not installed. */
static bool
read_words(struct words *words, int list)
{
	FILE *file = fopen(lists[list].path, "re");
	char *line = NULL;
	size_t size = 0;
	ssize_t length;

	if (!file)
		return false;
	while ((length = getline(&line, &size, file)) > 0) {
		if (line[length - 1] == '\n')
			line[--length] = '\0';
		if (words->n == words->capacity) {
			words->capacity = 2 * words->capacity + 1024;
			words->items = alloc_again(words->items,
			    words->capacity, sizeof *words->items);
			words->languages = alloc_again(words->languages,
			    words->capacity, sizeof *words->languages);
		}
		words->languages[words->n] = language_by_code(
		    lists[list].language);
		words->items[words->n++] = alloc_string(line);
	}
	free(line);
	fclose(file);
	return true;
}

static void
free_words(struct words *words)
{
	for (size_t i = 0; i < words->n; i++)
		free(words->items[i]);
	free(words->items);
	free(words->languages);
}

static bool
has_accents(const char *word)
{
	for (; *word; word++)
		if (*word & 0x80)
			return true;
	return false;
}

/* As somebody writes it whose keyboard has no accents. */
static void
append_plain(struct buffer *plain, const char *word)
{
	utf8proc_uint8_t *letters = utf8proc_NFD((const uint8_t *)word);
	const utf8proc_uint8_t *next = letters;
	utf8proc_int32_t code;

	ck_assert_ptr_nonnull(letters);
	while (*next) {
		next += utf8proc_iterate(next, -1, &code);
		if (code == 0xdf)
			buffer_append_string(plain, "ss");
		else if (code == 0xe6)
			buffer_append_string(plain, "ae");
		else if (code == 0x153)
			buffer_append_string(plain, "oe");
		else if (utf8proc_category(code) != UTF8PROC_CATEGORY_MN) {
			/* So that none is forgotten above. */
			ck_assert_int_lt(code, 0x80);
			buffer_append_byte(plain, (uint8_t)code);
		}
	}
	free(letters);
}

/* --- the index --- */

/* A segment of words `first` to `end` - 1, each with its number for id. */
static void
add_segment(struct store *store, const struct words *words, size_t first,
    size_t end)
{
	struct field_names *names = field_names_create(store_root(store));
	struct accumulator *accumulator = accumulator_create(names, true,
	    0);
	struct root *root = store_root(store);
	struct root_segment listed;
	struct error error = {0};
	struct run *run;

	for (size_t i = first; i < end; i++) {
		char id[20];
		struct article article = {.id.bytes = id,
		    .id.length = (size_t)snprintf(id, sizeof id, "%zu", i),
		    .body = {words->items[i], strlen(words->items[i])},
		    .language = words->languages[i]};

		accumulator_add(accumulator, &article, 1, 0, i + 1);
	}
	run = accumulator_finish(accumulator);
	accumulator_free(accumulator);
	succeed(flush_runs(store, &run, 1, 1, &listed, &error), &error);
	run_free(run);
	succeed(store_commit_begin(store, &error), &error);
	root->segments = alloc_again(root->segments, root->n_segments + 1,
	    sizeof *root->segments);
	root->segments[root->n_segments++] = listed;
	root->next_source = 2;
	field_names_store(names, root);
	succeed(store_commit_end(store, &error), &error);
	field_names_free(names);
}

/* False if no list is installed. */
static bool
make_index(const char *path, struct words *words)
{
	struct error error = {0};
	struct store *store;

	succeed(store_open(path, "words", STORE_CREATE, 8 << 20, &store,
	    &error), &error);
	for (int list = 0; list < N_LISTS; list++) {
		size_t first = words->n;

		if (!read_words(words, list)) {
			printf("skipped: %s is not installed\n",
			    lists[list].path);
			continue;
		}
		/* Two segments, so that a form may be known to one only. */
		add_segment(store, words, first, (first + words->n) / 2);
		add_segment(store, words, (first + words->n) / 2, words->n);
	}
	store_close(store);
	return words->n > 0;
}

/* --- asking --- */

/* Whether a typed word finds the article with a number. */
static bool
finds(struct snapshot *snapshot, const char *typed, size_t number)
{
	static const struct search_options search = {.k1 = 1.2, .b = 0.75};
	static const struct parser_options parser = {.plain = false};
	struct search_result result;
	struct error error = {0};
	struct query query;
	struct node *both, *id;
	char text[20];
	bool found;

	succeed(query_parse(typed, strlen(typed), &parser, &query, &error),
	    &error);
	both = node_create(&query.arena, NODE_AND);
	id = node_create(&query.arena, NODE_ID);
	id->length = (size_t)snprintf(text, sizeof text, "%zu", number);
	id->word = text;
	node_add(&query.arena, both, query.root);
	node_add(&query.arena, both, id);
	succeed(search_run(snapshot, both, &search, &result, &error), &error);
	found = result.total == 1;
	search_result_free(&result);
	query_free(&query);
	return found;
}

/* Asks for one in `every` accented words; returns how many are not found. */
static size_t
ask(struct snapshot *snapshot, const struct words *words, uint32_t every,
    uint64_t *seed)
{
	struct buffer plain = {0};
	size_t n_asked = 0, n_missed = 0;

	for (size_t i = 0; i < words->n; i++) {
		if (!has_accents(words->items[i]) ||
		    support_below(seed, every))
			continue;
		buffer_clear(&plain);
		append_plain(&plain, words->items[i]);
		n_asked++;
		if (finds(snapshot, buffer_string(&plain), i))
			continue;
		if (n_missed++ < 20)
			printf("%s does not find %s (%s)\n",
			    buffer_string(&plain), words->items[i],
			    language_code(words->languages[i]));
	}
	printf("accents: %zu of %zu words asked for, %zu not found\n",
	    n_asked, words->n, n_missed);
	fflush(stdout);
	ck_assert_uint_gt(n_asked, 0);
	buffer_free(&plain);
	return n_missed;
}

static uint32_t
one_in(const struct words *words)
{
	const char *text = getenv("QUIRE_WORDS");
	size_t n = 0, limit;

	for (size_t i = 0; i < words->n; i++)
		n += has_accents(words->items[i]);
	limit = text ? strtoul(text, NULL, 10) : n;
	return limit && limit < n ? (uint32_t)(n / limit) : 1;
}

START_TEST(a_word_without_accents_finds_every_accented_word)
{
	uint64_t seed = support_seed("accents");
	char *folder = support_folder(), *path;
	struct snapshot *snapshot;
	struct words words = {0};
	struct error error = {0};

	ck_assert_int_gt(asprintf(&path, "%s/index", folder), 0);
	if (make_index(path, &words)) {
		succeed(snapshot_open(path, "words", &snapshot, &error),
		    &error);
		ck_assert_uint_eq(ask(snapshot, &words, one_in(&words),
		    &seed), 0);
		snapshot_close(snapshot);
	}
	free_words(&words);
	free(path);
	free(folder);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("accents");
	TCase *tcase = tcase_create("accents");

	tcase_set_timeout(tcase, 900);
	tcase_add_test(tcase,
	    a_word_without_accents_finds_every_accented_word);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
