/* Words too common to say what a query is about: a sorted list of forms. */
#include "text/stop_words.h"

#include "alloc.h"
#include "text/analyzer.h"
#include "text/language.h"
#include "text/tokenizer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct stop_words {
	char **words; /* sorted by strcmp */
	size_t n_words, capacity;
};

/* The 127 English ones that most of the literature measures with. */
static const char default_words[] =
    "i me my myself we our ours ourselves you your yours yourself yourselves "
    "he him his himself she her hers herself it its itself they them their "
    "theirs themselves what which who whom this that these those am is are "
    "was were be been being have has had having do does did doing a an the "
    "and but if or because as until while of at by for with about against "
    "between into through during before after above below to from up down "
    "in out on off over under again further then once here there when where "
    "why how all any both each few more most other some such no nor not only "
    "own same so than too very s t can will just don should now";

static void
add_form(struct stop_words *stop_words, const char *form, size_t length)
{
	if (stop_words->n_words == stop_words->capacity) {
		stop_words->capacity = 2 * stop_words->capacity + 128;
		stop_words->words = alloc_again(stop_words->words,
		    stop_words->capacity, sizeof *stop_words->words);
	}
	stop_words->words[stop_words->n_words++] = alloc_text(form, length);
}

/*
 * Adds the form of what stands between two blanks, if it is one word: of
 * "e-mail" neither part is meant.
 */
static void
add_word(struct stop_words *stop_words, struct analyzer *analyzer,
    const char *text, size_t length)
{
	struct tokenizer tokenizer;
	struct token token, other;
	struct lexeme lexeme;

	tokenizer_start(&tokenizer, text, length);
	if (!tokenizer_next(&tokenizer, &token))
		return;
	analyzer_lexeme(analyzer, LANGUAGE_NONE, token.word, token.length,
	    &lexeme);
	if (!tokenizer_next(&tokenizer, &other))
		add_form(stop_words, lexeme.form, lexeme.form_length);
}

static void
add_line(struct stop_words *stop_words, struct analyzer *analyzer,
    const char *line)
{
	static const char blanks[] = " \t\r\n\v\f";
	const char *end = line + strcspn(line, "#");

	for (line += strspn(line, blanks); line < end;
	     line += strspn(line, blanks)) {
		size_t length = strcspn(line, " \t\r\n\v\f#");

		add_word(stop_words, analyzer, line, length);
		line += length;
	}
}

static enum status
add_file(struct stop_words *stop_words, struct analyzer *analyzer,
    const char *name, struct error *error)
{
	enum status status = STATUS_OK;
	FILE *file = fopen(name, "r");
	char *line = NULL;
	size_t capacity = 0;

	if (!file)
		return error_set(error, STATUS_IO,
		    "stop words %s: %s", name, strerror(errno));
	while (errno = 0, getline(&line, &capacity, file) >= 0)
		add_line(stop_words, analyzer, line);
	if (!feof(file))
		status = error_set(error, STATUS_IO, "stop words %s: %s", name,
		    strerror(errno));
	free(line);
	fclose(file);
	return status;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

enum status
stop_words_open(const char *name, struct stop_words **stop_words,
    struct error *error)
{
	struct stop_words *made = alloc_zeroed(1, sizeof *made);
	struct analyzer *analyzer = analyzer_create();
	enum status status = STATUS_OK;

	if (!strcmp(name, "default"))
		add_line(made, analyzer, default_words);
	else if (strcmp(name, "none") != 0)
		status = add_file(made, analyzer, name, error);
	analyzer_free(analyzer);
	if (status != STATUS_OK) {
		stop_words_free(made);
		return status;
	}
	if (made->n_words > 0)
		qsort(made->words, made->n_words, sizeof *made->words, compare);
	*stop_words = made;
	return STATUS_OK;
}

bool
stop_words_has(const struct stop_words *stop_words, const char *form,
    size_t length)
{
	size_t low = 0, high = stop_words->n_words;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const char *word = stop_words->words[middle];
		int order = strncmp(word, form, length);

		if (order == 0 && word[length] == '\0')
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

void
stop_words_free(struct stop_words *stop_words)
{
	if (!stop_words)
		return;
	for (size_t i = 0; i < stop_words->n_words; i++)
		free(stop_words->words[i]);
	free(stop_words->words);
	free(stop_words);
}
