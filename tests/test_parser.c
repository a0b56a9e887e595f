/* Queries: what they are read as, what is said about them, what is refused. */
#include "alloc.h"
#include "parser.h"
#include "parser_rows.h"
#include "support.h"

#include <stdlib.h>
#include <string.h>

static bool
has_field(void *context, const char *name)
{
	(void)context;
	return strcmp(name, "author") == 0 || strcmp(name, "tags") == 0 ||
	    strcmp(name, "url") == 0 || strcmp(name, "web_id") == 0;
}

static const char *
like_field(void *context, const char *name)
{
	(void)context;
	return strcmp(name, "authr") == 0 ? "author" : NULL;
}

/* A parser as the program has it, with the usual stop words. */
static void
setup_options(struct parser_options *options, struct stop_words **stop_words)
{
	struct error error = {0};

	memset(options, 0, sizeof(*options));
	ck_assert_int_eq(
	    stop_words_open("default", stop_words, &error), STATUS_OK);
	options->stop_words = *stop_words;
	options->has_field = has_field;
	options->like_field = like_field;
	options->today = date_from_civil(2019, 4, 14);
}

/* Notes and words left out, as the rows have them. */
static void
add_notes(const struct query *query, struct buffer *text)
{
	for (size_t i = 0; i < query->n_notes; i++)
		buffer_append_format(
		    text, "%s%s", text->size ? "; " : "", query->notes[i]);
	for (size_t i = 0; i < query->n_stopped; i++)
		buffer_append_format(text, "%sleft out %s",
		    text->size ? "; " : "", query->stopped[i]);
}

static void
check_row(const struct row *row, struct parser_options *options)
{
	struct buffer read_as = {0}, notes = {0};
	struct error error = {0};
	struct query query;

	if (query_parse(row->query, strlen(row->query), options, &query,
	        &error) == STATUS_OK)
		node_print(query.root, &read_as);
	else
		buffer_append_format(&read_as, "! %s", error.message);
	add_notes(&query, &notes);
	ck_assert_msg(strcmp(buffer_string(&read_as), row->read_as) == 0,
	    "%s\n is read as  %s\n instead of  %s", row->query,
	    buffer_string(&read_as), row->read_as);
	ck_assert_msg(strcmp(buffer_string(&notes),
	                  row->notes ? row->notes : "") == 0,
	    "%s\n is noted as  %s\n instead of   %s", row->query,
	    buffer_string(&notes), row->notes ? row->notes : "");
	query_free(&query);
	buffer_free(&read_as);
	buffer_free(&notes);
}

static void
check_rows(const struct row *table, size_t n, bool any, bool plain)
{
	struct parser_options options;
	struct stop_words *stop_words;

	setup_options(&options, &stop_words);
	options.any = any;
	options.plain = plain;
	for (size_t i = 0; i < n; i++)
		check_row(&table[i], &options);
	stop_words_free(stop_words);
}

START_TEST(every_query_of_the_table_is_read_and_noted_as_it_says)
{
	check_rows(rows, sizeof(rows) / sizeof(*rows), false, false);
}
END_TEST

START_TEST(any_makes_alternatives_of_words_and_never_of_filters)
{
	check_rows(
	    any_rows, sizeof(any_rows) / sizeof(*any_rows), true, false);
}
END_TEST

START_TEST(plain_takes_every_sign_as_text)
{
	check_rows(plain_rows, sizeof(plain_rows) / sizeof(*plain_rows), false,
	    true);
}
END_TEST

START_TEST(only_title_body_date_id_and_lang_are_fields_without_an_index)
{
	static const struct row few[] = {
	    {"title:a1 body:b1 lang:en id:x date:2020",
	        "title:a1 AND body:b1 AND lang:en AND id:\"x\" AND date:2020",
	        NULL},
	    {"author:lima", "author AND lima",
	        "no field \"author\"; searched for the words author and lima"},
	};
	struct parser_options options = {0};

	for (size_t i = 0; i < sizeof(few) / sizeof(*few); i++)
		check_row(&few[i], &options);
}
END_TEST

START_TEST(relative_dates_count_from_today)
{
	static const struct row relative[] = {
	    {"date:yesterday", "date:2019-04-13", NULL},
	};
	struct parser_options options = {
	    .today = date_from_civil(2019, 4, 14)};

	check_row(&relative[0], &options);
}
END_TEST

START_TEST(without_stop_words_none_are_left_out)
{
	static const struct row whole = {
	    "the harbour of bridges", "the AND harbour AND of AND bridges",
	    NULL};
	struct parser_options options = {0};

	check_row(&whole, &options);
}
END_TEST

/* `n` copies of `piece` between `before` and `after`. */
static enum status
parse_repeated(const char *piece, size_t n)
{
	struct parser_options options = {0};
	struct buffer text = {0};
	struct error error = {0};
	struct query query;
	enum status status;

	for (size_t i = 0; i < n; i++)
		buffer_append_string(&text, piece);
	status = query_parse((const char *)text.bytes, text.size, &options,
	    &query, &error);
	ck_assert_ptr_nonnull(query.root);
	ck_assert(status == STATUS_OK || error.message[0] != '\0');
	query_free(&query);
	buffer_free(&text);
	return status;
}

START_TEST(queries_up_to_the_limits_are_read_and_larger_ones_refused)
{
	ck_assert_int_eq(parse_repeated("w ", 1024), STATUS_OK);
	ck_assert_int_eq(parse_repeated("w ", 1025), STATUS_INVALID);
	ck_assert_int_eq(parse_repeated("(", 64), STATUS_OK);
	ck_assert_int_eq(parse_repeated("(", 65), STATUS_INVALID);
	ck_assert_int_eq(parse_repeated("w NEAR/2 ", 64), STATUS_OK);
	ck_assert_int_eq(parse_repeated("w NEAR/2 ", 1000), STATUS_INVALID);
	ck_assert_int_eq(parse_repeated(",", 64 * 1024), STATUS_OK);
	ck_assert_int_eq(parse_repeated(",", 64 * 1024 + 1), STATUS_INVALID);
	ck_assert_int_eq(parse_repeated("\xE6\x9D\xB1", 1024), STATUS_OK);
	ck_assert_int_eq(parse_repeated("\xE6\x9D\xB1", 1026), STATUS_INVALID);
}
END_TEST

START_TEST(long_rows_of_operators_are_read_without_recursion)
{
	static const char *const pieces[] = {"NOT ", "-", "AND ", "OR ",
	    "NEAR/1 ", "\"", "~\"\" ", "\\", ")", "() ", "- ", "x: ", "^2",
	    "\xE2\x80\x9C"};

	for (size_t i = 0; i < sizeof(pieces) / sizeof(*pieces); i++)
		parse_repeated(pieces[i], 64 * 1024 / strlen(pieces[i]));
}
END_TEST

/* Pieces that mean something, so that random queries have structure. */
static const char *const pieces[] = {"harbour", "the", "of", " ", " ", " ",
    "\"", "\"", "(", ")", "-", "=", "~", " OR ", " AND ", " NOT ", " NEAR/3 ",
    " PRE/2 ", "title:", "author:", "authr:", "date:2020", "date:?", "id:x",
    "covid-19", "*", "?", "\\", "/", "^2", "~4", "\xE6\x9D\xB1\xE4\xBA\xAC",
    "\xE2\x80\x9C", "\xE2\x80\x9D", "\xC2\xA0", "O'Neill", "a:b", ":", ".",
    "\xFF", "\xE2"};

static size_t
make_random(uint64_t *seed, char *text)
{
	size_t n = support_below(seed, 24), length = 0;
	bool bytes = support_below(seed, 4) == 0;

	for (size_t i = 0; i < n; i++) {
		const char *piece = pieces[support_below(
		    seed, sizeof(pieces) / sizeof(*pieces))];

		if (bytes) {
			text[length++] = (char)support_below(seed, 256);
			continue;
		}
		memcpy(text + length, piece, strlen(piece));
		length += strlen(piece);
	}
	return length;
}

/* NOT stands only in an AND that has something to exclude from. */
static bool
is_sound(const struct node *node, size_t depth)
{
	size_t n_positive = 0;

	if (depth > 300 || (node->kind == NODE_NEAR && node->n_children != 2) ||
	    (node->kind == NODE_NOT && node->n_children != 1))
		return false;
	for (size_t i = 0; i < node->n_children; i++) {
		const struct node *child = node->children[i];

		n_positive += child->kind != NODE_NOT;
		if ((child->kind == NODE_NOT && node->kind != NODE_AND) ||
		    !is_sound(child, depth + 1))
			return false;
	}
	return node->kind != NODE_AND || n_positive > 0;
}

START_TEST(random_bytes_always_give_a_sound_tree)
{
	uint64_t seed = support_seed("parser");
	struct parser_options options;
	struct stop_words *stop_words;

	setup_options(&options, &stop_words);
	for (int round = 0; round < 20000; round++) {
		/* Memory of just that size, so that one byte too far shows. */
		char text[400], *exact;
		size_t length = make_random(&seed, text);
		struct error error = {0};
		struct query query;

		exact = alloc_text(text, length);
		exact = alloc_again(exact, length ? length : 1, 1);
		options.any = round % 5 == 1;
		options.plain = round % 7 == 1;
		query_parse(exact, length, &options, &query, &error);
		ck_assert_ptr_nonnull(query.root);
		ck_assert_msg(query.root->kind != NODE_NOT &&
		        is_sound(query.root, 0),
		    "%.*s", (int)length, text);
		query_free(&query);
		free(exact);
	}
	stop_words_free(stop_words);
}
END_TEST

/* Reads a query and prints its tree; false if it is refused. */
static bool
read_as(const char *text, size_t length, struct parser_options *options,
    struct buffer *out)
{
	struct error error = {0};
	struct query query;
	bool read = query_parse(text, length, options, &query, &error) ==
	    STATUS_OK;

	if (read)
		node_print(query.root, out);
	query_free(&query);
	return read;
}

START_TEST(a_printed_tree_is_read_as_itself)
{
	uint64_t seed = support_seed("parser_print");
	struct parser_options options;
	struct stop_words *stop_words;

	setup_options(&options, &stop_words);
	options.stop_words = NULL;
	for (int round = 0; round < 20000; round++) {
		char text[400];
		size_t length = make_random(&seed, text);
		struct buffer once = {0}, twice = {0};

		if (read_as(text, length, &options, &once) &&
		    strcmp(buffer_string(&once), "nothing") != 0 &&
		    strstr(buffer_string(&once), "all articles") == NULL) {
			ck_assert(read_as((const char *)once.bytes, once.size,
			    &options, &twice));
			ck_assert_msg(strcmp(buffer_string(&once),
			                  buffer_string(&twice)) == 0,
			    "%.*s\n was printed as  %s\n and read as     %s",
			    (int)length, text, buffer_string(&once),
			    buffer_string(&twice));
		}
		buffer_free(&once);
		buffer_free(&twice);
	}
	stop_words_free(stop_words);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("parser");
	TCase *tcase = tcase_create("parser");

	tcase_set_timeout(tcase, 120);
	tcase_add_test(
	    tcase, every_query_of_the_table_is_read_and_noted_as_it_says);
	tcase_add_test(
	    tcase, any_makes_alternatives_of_words_and_never_of_filters);
	tcase_add_test(tcase, plain_takes_every_sign_as_text);
	tcase_add_test(tcase,
	    only_title_body_date_id_and_lang_are_fields_without_an_index);
	tcase_add_test(tcase, relative_dates_count_from_today);
	tcase_add_test(tcase, without_stop_words_none_are_left_out);
	tcase_add_test(tcase,
	    queries_up_to_the_limits_are_read_and_larger_ones_refused);
	tcase_add_test(
	    tcase, long_rows_of_operators_are_read_without_recursion);
	tcase_add_test(tcase, random_bytes_always_give_a_sound_tree);
	tcase_add_test(tcase, a_printed_tree_is_read_as_itself);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
