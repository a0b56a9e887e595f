/* Marks show exactly what matched; excerpts show where most of it stands. */
#include "support.h"

#include "buffer.h"
#include "parser.h"
#include "snippet.h"
#include "text/language.h"

#include <string.h>

static bool
any_field(void *context, const char *name)
{
	(void)context, (void)name;
	return true;
}

/* A text with its marks in square brackets. */
static const char *
show(const struct marked_text *marked, struct buffer *buffer)
{
	size_t at = 0;

	buffer_clear(buffer);
	for (size_t i = 0; i < marked->n_marks; i++) {
		const struct mark *mark = &marked->marks[i];

		ck_assert_uint_le(at, mark->start);
		ck_assert_uint_lt(mark->start, mark->end);
		ck_assert_uint_le(mark->end, marked->length);
		buffer_append(buffer, marked->text + at, mark->start - at);
		buffer_append_byte(buffer, '[');
		buffer_append(buffer, marked->text + mark->start,
		    mark->end - mark->start);
		buffer_append_byte(buffer, ']');
		at = mark->end;
	}
	buffer_append(buffer, marked->text + at, marked->length - at);
	return buffer_string(buffer);
}

static void
parse(const char *text, struct query *query)
{
	struct parser_options options = { .has_field = any_field };
	struct error error;

	ck_assert_int_eq(query_parse(text, strlen(text), &options, query,
	    &error), STATUS_OK);
}

static const struct {
	const char *query, *title, *body, *title_marked, *body_marked;
} marked[] = {
	{ "storm", "Storms", "A storm, stormed.", "[Storms]",
	    "A [storm], [stormed]." },
	{ "=storm", "Storms", "A storm, stormed.", "Storms",
	    "A [storm], stormed." },
	{ "\"toll road\"", "Toll", "road. Toll road, toll, road.", "Toll",
	    "road. [Toll] [road], [toll], [road]." },
	{ "\"toll road\"", "A toll road", "The toll of the road.",
	    "A [toll] [road]", "The toll of the road." },
	{ "storm -gale", "", "storm gale", "", "storm gale" },
	{ "storm NOT gale", "", "a storm", "", "a [storm]" },
	{ "title:storm", "Storm", "storm", "[Storm]", "storm" },
	{ "body:storm", "Storm", "storm", "Storm", "[storm]" },
	{ "author:storm gale", "", "storm gale", "", "storm [gale]" },
	{ "a NEAR/2 b", "", "a x b x x x a b x a x x x b", "",
	    "[a] x [b] x x x [a] [b] x [a] x x x b" },
	{ "a PRE/1 b", "", "a b x b a x a b", "",
	    "[a] [b] x b a x [a] [b]" },
	{ "(a NEAR/1 b) NEAR/1 c", "", "a b x a b c x c", "",
	    "a b x [a] [b] [c] x c" },
	{ "\"a b c\"~2", "", "a c x b x x x x a x b x x c", "",
	    "[a] [c] x [b] x x x x a x b x x c" },
	{ "(storm gale) OR fog", "", "storm and fog", "",
	    "storm and [fog]" },
	{ "storm date:2020", "", "storm", "", "[storm]" },
	{ "caf\xc3\xa9", "", "Un CAFE\xcc\x81, un cafe.", "",
	    "Un [CAFE\xcc\x81], un [cafe]." },
	{ "storm", "  A\n\n storm ", "\tone\r\n\r\n storm\t\n", "A [storm]",
	    "one [storm]" },
	{ "\xe5\x8c\x97\xe4\xba\xac\xe5\xb8\x82", "",
	    "x\xe5\x8c\x97\xe4\xba\xac\xe5\xb8\x82y", "",
	    "x[\xe5\x8c\x97\xe4\xba\xac\xe5\xb8\x82]y" },
	{ "storm", "", "", "", "" },
};

START_TEST(exactly_what_matched_is_marked)
{
	struct snippet *snippet;
	struct query query;
	struct arena arena = {0};
	struct buffer buffer = {0};
	struct marked_text title, body;

	parse(marked[_i].query, &query);
	snippet = snippet_create(query.root, NULL);
	snippet_marks(snippet, marked[_i].title, strlen(marked[_i].title),
	    marked[_i].body, strlen(marked[_i].body), LANGUAGE_ENGLISH,
	    &arena, &title, &body);
	ck_assert_str_eq(show(&title, &buffer), marked[_i].title_marked);
	ck_assert_str_eq(show(&body, &buffer), marked[_i].body_marked);
	buffer_free(&buffer);
	arena_free(&arena);
	snippet_free(snippet);
	query_free(&query);
}
END_TEST

static const struct {
	const char *query, *body, *excerpt;
	size_t width;
} best[] = {
	{ "storm", "Nothing of it here, but more words.", "Nothing of it …",
	    14 },
	{ "storm", "Short storm.", "Short [storm].", 100 },
	{ "storm gale", "A storm. Then nothing at all for long. Storm and "
	    "gale at sea. Then no more of it.",
	    "… [Storm] and [gale] at sea. …", 24 },
	{ "storm gale", "a storm of storms in a storm; many words pass "
	    "here; gale storm in the end",
	    "… [gale] [storm] in the …", 20 },
	{ "storm", "\xe5\x8c\x97\xe4\xba\xac\xe5\xb8\x82\xe5\x8c\x97\xe4\xba"
	    "\xac", "\xe5\x8c\x97 …", 2 },
	{ "storm", "x storm determined it; y", "x [storm] …", 10 },
	{ "storm", "x storm determined it; y", "… [storm] …", 6 },
	{ "storm", "x storm determined it; y", "… [storm] …", 1 },
	{ "storm", "xxxxxx-antistorm-storm-force y", "… -[storm]- …", 8 },
	{ "storm", "a storm\xc2\xa0\xe2\x80\x83 of old", "a [storm] …", 9 },
	{ "storm", "naïvenaïve-storm x", "… -[storm] x", 8 },
	{ "storm", "naïvenaïve", "na …", 2 },
	{ "storm", "naïvenaïve", "naï …", 4 },
};

START_TEST(the_excerpt_is_where_most_different_words_stand)
{
	struct snippet *snippet;
	struct query query;
	struct arena arena = {0};
	struct buffer buffer = {0};
	struct marked_text title, body, excerpt;

	parse(best[_i].query, &query);
	/* OR, so that articles without all words are marked too. */
	if (query.root->kind == NODE_AND)
		query.root->kind = NODE_OR;
	snippet = snippet_create(query.root, NULL);
	snippet_marks(snippet, "", 0, best[_i].body, strlen(best[_i].body),
	    LANGUAGE_ENGLISH, &arena, &title, &body);
	snippet_best(&body, best[_i].width, &arena, &excerpt);
	ck_assert_str_eq(show(&excerpt, &buffer), best[_i].excerpt);
	buffer_free(&buffer);
	arena_free(&arena);
	snippet_free(snippet);
	query_free(&query);
}
END_TEST

/* Bytes of any kind: marks stay in order and characters stay whole. */
START_TEST(any_bytes_can_be_marked_and_cut)
{
	static const char *const pieces[] = { "storm ", "gale", ". ", "\xff",
		"\xe5\x8c\x97", "\n\n", "x", " ", "caf\xc3\xa9 ", "\xc3" };
	uint64_t seed = support_seed("snippet");
	struct buffer text = {0}, shown = {0};
	struct arena arena = {0};
	struct snippet *snippet;
	struct query query;

	parse("storm OR \"gale storm\" OR (gale NEAR/3 x)", &query);
	snippet = snippet_create(query.root, NULL);
	for (int round = 0; round < 3000; round++) {
		struct marked_text title, body, excerpt;

		buffer_clear(&text);
		for (unsigned n = support_below(&seed, 60); n; n--)
			buffer_append_string(&text,
			    pieces[support_below(&seed, 10)]);
		snippet_marks(snippet, "storm", 5, (const char *)text.bytes,
		    text.size, (uint8_t)support_below(&seed, 29), &arena,
		    &title, &body);
		show(&body, &shown);
		snippet_best(&body, support_below(&seed, 80), &arena,
		    &excerpt);
		show(&excerpt, &shown);
		arena_clear(&arena);
	}
	snippet_free(snippet);
	query_free(&query);
	arena_free(&arena);
	buffer_free(&text);
	buffer_free(&shown);
}
END_TEST

static const struct {
	const char *body, *marked;
	uint8_t language;
} articles[] = {
	{ "storms, gales", "[storms], [gales]", LANGUAGE_ENGLISH },
	{ "gale", "[gale]", LANGUAGE_ENGLISH },
	{ "no wind", "no wind", LANGUAGE_ENGLISH },
	{ "storms gale", "storms [gale]", LANGUAGE_NONE },
	{ "storms", "[storms]", LANGUAGE_ENGLISH },
};

/* What was found in one article, or known of one language, is not left. */
START_TEST(one_article_is_marked_as_if_it_were_the_first)
{
	struct query query;
	struct arena arena = {0};
	struct buffer buffer = {0};
	struct marked_text title, body;
	struct snippet *snippet;

	parse("storm OR gale", &query);
	snippet = snippet_create(query.root, NULL);
	for (size_t i = 0; i < sizeof articles / sizeof *articles; i++) {
		snippet_marks(snippet, "", 0, articles[i].body,
		    strlen(articles[i].body), articles[i].language, &arena,
		    &title, &body);
		ck_assert_str_eq(show(&body, &buffer), articles[i].marked);
		arena_clear(&arena);
	}
	snippet_free(snippet);
	query_free(&query);
	arena_free(&arena);
	buffer_free(&buffer);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("snippet");
	TCase *tcase = tcase_create("snippet");

	tcase_add_loop_test(tcase, exactly_what_matched_is_marked, 0,
	    sizeof marked / sizeof *marked);
	tcase_add_loop_test(tcase,
	    the_excerpt_is_where_most_different_words_stand, 0,
	    sizeof best / sizeof *best);
	tcase_add_test(tcase,
	    one_article_is_marked_as_if_it_were_the_first);
	tcase_add_test(tcase, any_bytes_can_be_marked_and_cut);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
