/* Random articles, and their words as the exhaustive searcher reads them. */
#include "support_archive.h"

#include "alloc.h"
#include "buffer.h"
#include "support.h"
#include "text/language.h"
#include "text/tokenizer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Forms of one stem, of stems that share a form, and of one word with and
 * without its accents; the first are the most frequent. */
static const char *const words[] = {"the", "storm", "a", "storms", "ferm\u00e9",
    "of", "bridge", "temp\u00eate", "le", "ponts", "bridges", "\u00e9t\u00e9",
    "tempete", "closed", "harbour", "closing", "temp\u00eates", "stormed",
    "ferme", "caf\u00e9", "ete", "nation", "nationale", "nations", "l'avion",
    "national", "pont", "tables", "table", "cafe", "caf\u00e9s", "ferm\u00e9es",
    "close", "cables", "council", "council's", "councils", "r\u00e9sum\u00e9",
    "resume", "resumes", "r\u00e9sum\u00e9s", "r\u00e9sumer", "c\u00f4t\u00e9",
    "cote", "cot\u00e9", "c\u00f4te", "cotes", "running", "runs", "run",
    "na\u00efve", "naive", "No\u00ebl", "noel", "ca\u00f1on", "canon",
    "\u4e2d\u56fd\u4eba", "\u4e2d\u56fd", "\u4eba", "\u56fd\u4e2d", "mp3",
    "3.14", "toll-road", "tollroad", "toll", "road", "roads", "\u0153uvre",
    "oeuvre", "universal", "university", "universe", "stra\u00dfe", "strasse",
    "generous", "generate", "general", "generally", "g\u00e9n\u00e9ral",
    "g\u00e9n\u00e9rale", "generale", "maisons", "maison", "Maison"};

enum { N_WORDS = sizeof words / sizeof *words };

static const char *const fields[] = {"author", "source", "tags", "lang",
    "section"};

enum {
	N_FIELDS = sizeof fields / sizeof *fields,
	FIELD_OF_LANGUAGE = 3,
	N_SLOTS = 1 << 16, /* of the table of terms */
};

const uint8_t made_languages[ARCHIVE_LANGUAGES] = {LANGUAGE_NONE,
    LANGUAGE_ENGLISH, 9};

char *
made_word(uint64_t *seed, char text[ARCHIVE_WORD_MAX])
{
	double u = (double)support_below(seed, 1 << 20) / (1 << 20);

	/* Zipf: rank r with a probability of about 1 / r. */
	if (support_below(seed, 20))
		snprintf(text, ARCHIVE_WORD_MAX, "%s",
		    words[(size_t)pow(N_WORDS, u) - 1]);
	else
		snprintf(text, ARCHIVE_WORD_MAX, "rare%u",
		    (unsigned)pow(3000, u));
	return text;
}

int
made_field(const char *name)
{
	for (int i = 0; i < N_FIELDS; i++)
		if (!strcmp(fields[i], name))
			return i;
	return -1;
}

bool
made_has(const struct made_document *document, const char *field)
{
	int number = made_field(field);

	if (!strcmp(field, "title"))
		return document->title_length > 0;
	if (!strcmp(field, "body"))
		return document->length > document->title_length;
	return number >= 0 && document->fields >> number & 1;
}

bool
made_is_dated(const struct made_document *document,
    const struct date_range *range)
{
	struct date date = document->article.date;

	if (date.precision == DATE_NONE || range->unknown)
		return date.precision == DATE_NONE && range->unknown;
	return date.day <= range->last && date_last_day(date) >= range->first;
}

/* --- terms --- */

struct made_term {
	const char *text; /* NULL: free */
	size_t length;
	uint32_t number;
	uint8_t language;
};

uint32_t
made_term(struct made_archive *archive, uint8_t language, const char *text,
    size_t length)
{
	uint32_t hash = 2166136261U ^ language;
	struct made_term *term;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (uint8_t)text[i]) * 16777619U;
	for (;; hash++) {
		term = &archive->terms[hash % N_SLOTS];
		if (!term->text)
			break;
		if (term->language == language && term->length == length &&
		    !memcmp(term->text, text, length))
			return term->number;
	}
	if (++archive->n_terms >= N_SLOTS / 2)
		abort();
	*term = (struct made_term){
	    arena_text(&archive->arena, text, length), length,
	    archive->n_terms, language};
	return term->number;
}

/* --- random articles --- */

/* Some words in a row, with signs between some of them. */
static struct text
random_text(struct made_archive *archive, uint64_t *seed, uint32_t n)
{
	static const char *const between[] = {" ", " ", " ", ", ", ". ", "-"};
	char word[ARCHIVE_WORD_MAX];
	struct buffer text = {0};
	struct text made;

	while (n--) {
		buffer_append_string(&text, made_word(seed, word));
		if (n)
			buffer_append_string(&text,
			    between[support_below(seed, 6)]);
	}
	made.length = text.size;
	made.bytes = arena_text(&archive->arena, buffer_string(&text),
	    text.size);
	buffer_free(&text);
	return made;
}

static struct date
random_date(uint64_t *seed)
{
	struct date date = {0};
	int year = 1985 + (int)support_below(seed, 12);
	int month = 1 + (int)support_below(seed, 12);

	date.precision = (uint8_t)support_below(seed, 4);
	if (date.precision == DATE_NONE)
		return date;
	date.day = date_from_civil(year,
	    date.precision == DATE_YEAR ? 1 : month,
	    date.precision == DATE_DAY ? 1 + (int)support_below(seed, 28) : 1);
	return date;
}

static void
add_field(struct made_archive *archive, struct made_document *document, int f,
    struct text value)
{
	struct article *article = &document->article;
	struct field *larger = arena_alloc(&archive->arena,
	    (article->n_fields + 1) * sizeof *larger);

	if (article->n_fields)
		memcpy(larger, article->fields,
		    article->n_fields * sizeof *larger);
	larger[article->n_fields++] = (struct field){fields[f], value};
	article->fields = larger;
	document->fields |= 1U << f;
}

static void
random_fields(struct made_archive *archive, struct made_document *document,
    uint64_t *seed)
{
	const char *code = language_code(document->article.language);

	for (int f = 0; f < N_FIELDS; f++) {
		uint32_t n = support_below(seed, 6);

		if (f == FIELD_OF_LANGUAGE) {
			if (n > 2)
				add_field(archive, document, f,
				    (struct text){code, strlen(code)});
			continue;
		}
		/* None, one, two or three values; some without a word. */
		for (; n > 2; n--)
			add_field(archive, document, f, random_text(archive,
			    seed, support_below(seed, 4)));
	}
}

static void
random_article(struct made_archive *archive, struct made_document *document,
    uint64_t *seed, uint32_t n_words)
{
	struct article *article = &document->article;
	char *id = arena_alloc(&archive->arena, 16);

	article->id.length = (size_t)snprintf(id, 16, "%u",
	    (unsigned)(document - archive->documents));
	article->id.bytes = id;
	article->title = random_text(archive, seed, support_below(seed, 5));
	if (!article->title.length)
		n_words++;
	article->body = random_text(archive, seed, n_words);
	article->date = random_date(seed);
	article->language = made_languages[support_below(seed, 20) ?
	    1 + !support_below(seed, 3) : 0];
	random_fields(archive, document, seed);
}

/* --- their words --- */

static struct made_token *
add_token(struct made_archive *archive)
{
	size_t n = archive->n_tokens;

	if ((n & (n - 1)) == 0)
		archive->tokens = alloc_again(archive->tokens,
		    n ? 2 * n : 1, sizeof *archive->tokens);
	return &archive->tokens[archive->n_tokens++];
}

/* Adds the words of a text and returns how many places they take. */
static uint32_t
add_tokens(struct made_archive *archive, struct made_document *document,
    uint32_t part, const struct text *text)
{
	uint8_t language = part < ARCHIVE_FIELDS ?
	    document->article.language : LANGUAGE_NONE;
	struct tokenizer tokenizer;
	struct lexeme lexeme;
	struct token token;
	uint32_t n = 0;

	tokenizer_start(&tokenizer, text->bytes, text->length);
	for (; tokenizer_next(&tokenizer, &token); n = token.position + 1) {
		struct made_token *made = add_token(archive);

		analyzer_lexeme(archive->analyzer, language, token.word,
		    token.length, &lexeme);
		*made = (struct made_token){
		    (uint32_t)(document - archive->documents), part,
		    token.position,
		    made_term(archive, ARCHIVE_FORM + language,
			lexeme.form, lexeme.form_length), 0};
		if (part < ARCHIVE_FIELDS)
			made->stem = made_term(archive, language,
			    lexeme.stem, lexeme.stem_length);
	}
	return n;
}

static void
read_words(struct made_archive *archive, struct made_document *document)
{
	const struct article *article = &document->article;
	uint32_t n_values[N_FIELDS] = {0};

	document->tokens = archive->n_tokens;
	document->title_length = add_tokens(archive, document, ARCHIVE_TITLE,
	    &article->title);
	document->length = document->title_length + add_tokens(archive,
	    document, ARCHIVE_BODY, &article->body);
	for (size_t i = 0; i < article->n_fields; i++) {
		uint32_t f = (uint32_t)made_field(article->fields[i].name);

		add_tokens(archive, document, ARCHIVE_FIELDS +
		    f * ARCHIVE_VALUES + n_values[f]++,
		    &article->fields[i].value);
	}
	document->end = archive->n_tokens;
}

void
made_create(struct made_archive *archive, const struct made_shape *shape,
    uint64_t *seed)
{
	*archive = (struct made_archive){.analyzer = analyzer_create(),
	    .n_documents = shape->n_documents};
	archive->terms = alloc_zeroed(N_SLOTS, sizeof *archive->terms);
	archive->documents = alloc_zeroed(shape->n_documents,
	    sizeof *archive->documents);
	for (uint32_t i = 0; i < shape->n_documents; i++) {
		struct made_document *document = &archive->documents[i];
		uint32_t n = support_below(seed, shape->words);

		if (support_below(seed, shape->n_documents) < shape->n_long)
			n += support_below(seed, shape->long_words);
		random_article(archive, document, seed, n);
		read_words(archive, document);
	}
}

void
made_free(struct made_archive *archive)
{
	analyzer_free(archive->analyzer);
	arena_free(&archive->arena);
	free(archive->documents);
	free(archive->tokens);
	free(archive->terms);
}
