/* Words to terms: elision, Snowball's stemmers, and accents folded last. */
#include "text/analyzer.h"

#include "alloc.h"
#include "fold.h"
#include "normal.h"
#include "text/language.h"

#include <libstemmer.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct analyzer {
	struct sb_stemmer *stemmers[LANGUAGE_MAX];
};

struct analyzer *
analyzer_create(void)
{
	return alloc_zeroed(1, sizeof(struct analyzer));
}

void
analyzer_free(struct analyzer *analyzer)
{
	if (!analyzer)
		return;
	for (size_t i = 0; i < LANGUAGE_MAX; i++)
		if (analyzer->stemmers[i])
			sb_stemmer_delete(analyzer->stemmers[i]);
	free(analyzer);
}

/*
 * Articles and prepositions that are written onto the next word with an
 * apostrophe, each followed by one.  What is a word of its own with its
 * apostrophe (aujourd'hui, presqu'île) is not among them.
 */
static const char *
elisions(const char *stemmer)
{
	if (!strcmp(stemmer, "french"))
		return "c'd'j'l'm'n's't'qu'jusqu'lorsqu'puisqu'quoiqu'";
	if (!strcmp(stemmer, "italian"))
		return "c'd'l'm's't'v'un'all'dall'dell'nell'sull'coll'pell'"
		       "gl'agl'dagl'degl'negl'sugl'quell'quest'";
	if (!strcmp(stemmer, "catalan"))
		return "d'l'm'n's't'";
	if (!strcmp(stemmer, "irish"))
		return "b'd'm'";
	return "";
}

/* Bytes of the elided words that a word begins with. */
static size_t
elided(const char *stemmer, const char *word, size_t length)
{
	const char *list = elisions(stemmer);
	size_t start = 0;

	while (*list) {
		size_t size = (size_t)(strchr(list, '\'') - list) + 1;

		list += size;
		/* French d'l'... is rare, but a form's form is to be itself. */
		if (length - start > size &&
		    !memcmp(list - size, word + start, size)) {
			start += size;
			list = elisions(stemmer);
		}
	}
	return start;
}

static bool
is_in_libstemmer(const char *name)
{
	const char **names = sb_stemmer_list();

	while (*names && strcmp(*names, name) != 0)
		names++;
	return *names != NULL;
}

static struct sb_stemmer *
find_stemmer(struct analyzer *analyzer, uint8_t language, const char *name)
{
	struct sb_stemmer **stemmer = &analyzer->stemmers[language];

	if (!*stemmer)
		*stemmer = sb_stemmer_new(name, "UTF_8");
	if (!*stemmer && is_in_libstemmer(name))
		alloc_gone();
	return *stemmer; /* NULL from a libstemmer that lacks the language */
}

/* The folded stem of a word; 0 if the stemmer leaves nothing of it. */
static size_t
stem_word(struct sb_stemmer *stemmer, const char *word, size_t length,
    char *out)
{
	const sb_symbol *stem =
	    sb_stemmer_stem(stemmer, (const sb_symbol *)word, (int)length);
	int stem_length = sb_stemmer_length(stemmer);

	if (!stem)
		alloc_gone();
	if (stem_length <= 0)
		return 0;
	return fold_word((const char *)stem, (size_t)stem_length, out,
	    TERM_MAX);
}

void
analyzer_lexeme(struct analyzer *analyzer, uint8_t language, const char *word,
    size_t length, struct lexeme *lexeme)
{
	const char *name =
	    language < LANGUAGE_MAX ? language_stemmer(language) : NULL;
	struct sb_stemmer *stemmer = NULL;
	size_t n = 0;

	length = normal_cut(word, length, TERM_MAX);
	if (name) {
		size_t start = elided(name, word, length);

		word += start;
		length -= start;
		stemmer = find_stemmer(analyzer, language, name);
	}
	lexeme->form_length =
	    (uint8_t)fold_word(word, length, lexeme->form, TERM_MAX);
	if (stemmer)
		n = stem_word(stemmer, word, length, lexeme->stem);
	if (n == 0) {
		n = lexeme->form_length;
		memcpy(lexeme->stem, lexeme->form, n);
	}
	lexeme->stem_length = (uint8_t)n;
}
