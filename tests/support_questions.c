/* Random queries for a random archive. */
#include "support_questions.h"

#include "support.h"

#include <string.h>

struct asker {
	const struct made_archive *archive;
	uint64_t *seed;
	struct buffer *query;
};

static uint32_t
below(const struct asker *asker, uint32_t n)
{
	return support_below(asker->seed, n);
}

static void
say(const struct asker *asker, const char *text)
{
	buffer_append_string(asker->query, text);
}

static void
say_word(const struct asker *asker)
{
	char word[ARCHIVE_WORD_MAX];

	say(asker, made_word(asker->seed, word));
}

static void
say_one_of(const struct asker *asker, const char *const *choices, uint32_t n)
{
	say(asker, choices[below(asker, n)]);
}

/* Words that stand side by side in some article, or just some words. */
static void
say_words(const struct asker *asker)
{
	const struct made_archive *archive = asker->archive;
	const struct article *article = &archive->documents[below(asker,
	    archive->n_documents)].article;
	const struct text *text = below(asker, 4) ? &article->body :
	    &article->title;
	uint32_t n = 2 + below(asker, 3);
	const char *from, *to;

	if (!below(asker, 4) || text->length < 8) {
		for (; n; n--) {
			say_word(asker);
			say(asker, n > 1 ? " " : "");
		}
		return;
	}
	from = text->bytes + below(asker, (uint32_t)text->length);
	while (from > text->bytes && from[-1] != ' ')
		from--;
	for (to = from; *to && n; to++)
		n -= *to == ' ';
	buffer_append(asker->query, from, (size_t)(to - from));
}

static void
say_phrase(const struct asker *asker, uint32_t slop)
{
	say(asker, below(asker, 3) ? "\"" : "~\"");
	say_words(asker);
	say(asker, "\"");
	if (!below(asker, 4))
		buffer_append_format(asker->query, "~%u",
		    1 + below(asker, slop));
}

static void
say_field(const struct asker *asker)
{
	enum { N_NAMES = 9, N_TEXT_NAMES = 4 };
	static const char *const names[N_NAMES] = {"title", "body", "title",
	    "body", "author", "source", "tags", "section", "lang"};
	uint32_t name = below(asker, N_NAMES);
	bool is_field = name >= N_TEXT_NAMES;

	say(asker, names[name]);
	say(asker, ":");
	switch (below(asker, 6)) {
	case 0:
		say(asker, "*");
		break;
	case 1:
		/* Steps that could reach from value to value. */
		say_phrase(asker, is_field ? 3000 : 8);
		break;
	case 2:
		say(asker, "=");
		say_word(asker);
		break;
	default:
		say_word(asker);
	}
}

static void
say_date(const struct asker *asker)
{
	static const char *const rest[] = {"?", "*", "1980s", "1990s",
	    "..1990", "1994..", ">1990", "<=1989-06-15", ">=1992-03"};
	unsigned year = 1985 + below(asker, 12), month = 1 + below(asker, 12);

	say(asker, "date:");
	switch (below(asker, 5)) {
	case 0:
		buffer_append_format(asker->query, "%u", year);
		break;
	case 1:
		buffer_append_format(asker->query, "%u-%02u", year, month);
		break;
	case 2:
		buffer_append_format(asker->query, "%u-%02u-%02u", year, month,
		    1 + below(asker, 28));
		break;
	case 3:
		buffer_append_format(asker->query, "%u-%02u..%u", year, month,
		    year + 1 + below(asker, 3));
		break;
	default:
		say_one_of(asker, rest, 9);
	}
}

/* Something with a place in the text. */
static void
say_place(const struct asker *asker, int depth)
{
	uint32_t kind = below(asker, depth > 0 ? 8 : 6);

	if (kind < 3) {
		say(asker, below(asker, 6) ? "" : "=");
		say_word(asker);
	} else if (kind < 5) {
		say_phrase(asker, 8);
	} else if (kind < 6) {
		say(asker, below(asker, 2) ? "title:" : "body:");
		say_word(asker);
	} else {
		say(asker, "(");
		say_place(asker, depth - 1);
		if (kind == 6)
			say(asker, " OR ");
		else
			buffer_append_format(asker->query, " %s/%u ",
			    below(asker, 2) ? "NEAR" : "PRE",
			    1 + below(asker, 6));
		say_place(asker, depth - 1);
		say(asker, ")");
	}
}

static void
say_near(const struct asker *asker)
{
	static const char *const names[] = {"NEAR", "PRE"};

	if (!below(asker, 8)) {
		/* In a field. */
		say(asker, "author:(");
		say_word(asker);
		buffer_append_format(asker->query, " NEAR/%u ",
		    1 + below(asker, below(asker, 2) ? 4 : 5000));
		say_word(asker);
		say(asker, ")");
		return;
	}
	say_place(asker, 2);
	say(asker, " ");
	say_one_of(asker, names, 2);
	buffer_append_format(asker->query, "/%u ", below(asker, 10) ?
	    1 + below(asker, 8) : 1 + below(asker, 500));
	say_place(asker, 2);
}

static void
say_item(const struct asker *asker, int depth);

static void
say_bracket(const struct asker *asker, int depth)
{
	static const char *const joints[] = {" ", " AND ", " OR ", " OR ",
	    " NOT ", " -"};
	uint32_t n = 1 + below(asker, 3);

	say(asker, "(");
	say_item(asker, depth);
	while (n--) {
		say_one_of(asker, joints, 6);
		say_item(asker, depth);
	}
	say(asker, ")");
}

static void
say_item(const struct asker *asker, int depth)
{
	uint32_t kind = below(asker, 20);

	if (kind < 6) {
		say_word(asker);
	} else if (kind < 7) {
		say(asker, "=");
		say_word(asker);
	} else if (kind < 10) {
		say_phrase(asker, 8);
	} else if (kind < 12) {
		say_field(asker);
	} else if (kind < 13) {
		say_date(asker);
	} else if (kind < 15) {
		say(asker, "(");
		say_near(asker);
		say(asker, ")");
	} else if (kind < 16) {
		buffer_append_format(asker->query, "id:%u", below(asker,
		    asker->archive->n_documents));
	} else if (depth > 0) {
		say_bracket(asker, depth - 1);
	} else {
		say_word(asker);
	}
}

void
questions_ask(const struct made_archive *archive, uint64_t *seed,
    struct buffer *query)
{
	static const char *const joints[] = {" ", " ", " ", " AND ", " OR ",
	    " NOT ", " -"};
	struct asker asker = {archive, seed, query};
	uint32_t n = below(&asker, 4);

	if (!below(&asker, 8))
		say_near(&asker);
	else
		say_item(&asker, 2);
	while (n--) {
		say_one_of(&asker, joints, 7);
		say_item(&asker, 2);
	}
}
