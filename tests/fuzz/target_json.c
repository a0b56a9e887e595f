/* Records of an archive to articles. */
#include "fuzz.h"

#include "record_parts.h"
#include "text/language.h"
#include "text/utf8.h"

#include <stdlib.h>
#include <string.h>

static void
check_text(struct text text)
{
	FUZZ_CHECK(text.bytes);
	FUZZ_CHECK(strlen(text.bytes) == text.length);
	FUZZ_CHECK(utf8_check(text.bytes, text.length) == text.length);
}

static void
check_article(const struct article *article)
{
	char date[DATE_TEXT_MAX];

	check_text(article->id);
	check_text(article->title);
	check_text(article->body);
	FUZZ_CHECK(article->id.length > 0);
	FUZZ_CHECK(article->title.length + article->body.length > 0);
	FUZZ_CHECK(article->language < LANGUAGE_MAX);
	FUZZ_CHECK(article->date.precision <= DATE_YEAR);
	date_format(article->date, date);
	for (size_t i = 0; i < article->n_fields; i++) {
		FUZZ_CHECK(article->fields[i].name[0]);
		check_text(article->fields[i].value);
		FUZZ_CHECK(article->fields[i].value.length > 0);
	}
	FUZZ_CHECK(!article->doubt ||
	    utf8_check(article->doubt, strlen(article->doubt)) ==
	    strlen(article->doubt));
}

/* Pairs of a record, and what else says whether it is JSON. */
static void
read_pairs(const char *text, size_t length, size_t cut, struct arena *arena)
{
	struct pairs pairs = {0};
	struct error error = {0};
	bool good = record_json_read(text, length, arena, &pairs, &error) ==
	    STATUS_OK;

	if (!good) {
		FUZZ_CHECK(error.message[0]);
		return;
	}
	FUZZ_CHECK(record_json_valid(text, length, &error));
	/* Who asks that has passed over the blanks before it. */
	if (text[0] == '{') {
		FUZZ_CHECK(record_json_begins(text, length, false));
		FUZZ_CHECK(record_json_begins(text, cut, true));
	}
	for (size_t i = 0; i < pairs.n; i++) {
		FUZZ_CHECK(pairs.items[i].key);
		check_text(pairs.items[i].value);
	}
}

/* The first object begins here, or the text is all blank. */
static size_t
least_cut(const char *text, size_t length)
{
	size_t at = 0;

	while (at < length && strchr(" \t\r\n", text[at]))
		at++;
	return at < length ? at + 1 : at;
}

void
fuzz_json(const uint8_t *bytes, size_t size)
{
	struct mapping_key keys[] = {{"title", "headline"},
	    {"body", "fields.text"}, {"body", "body"}, {"author", "by"}};
	struct field set = {"source", {"Gazette", 7}};
	struct mapping plain = {0}, mapped = {.keys = keys,
	    .n_keys = sizeof keys / sizeof *keys, .set = &set, .n_set = 1,
	    .id_key = "number", .language = "de"};
	struct fuzz_input input = {bytes, bytes + size};
	uint8_t choice = fuzz_u8(&input), place = fuzz_u8(&input);
	struct arena arena = {0};
	struct article article;
	struct error error = {0};
	size_t length, cut, least;
	char *text = fuzz_rest(&input, &length);
	struct record record = {.kind = choice & 1 ? RECORD_TEXT
	    : RECORD_JSON, .line = 1, .length = length};

	if (record_parse(&record, text, "folder/name", choice & 2 ? &mapped
	    : &plain, &arena, &article, &error) == STATUS_OK)
		check_article(&article);
	else
		FUZZ_CHECK(error.message[0]);
	least = least_cut(text, length);
	cut = least + (length - least) * place / 256;
	if (!(choice & 1))
		read_pairs(text, length, cut, &arena);
	arena_free(&arena);
	free(text);
}
