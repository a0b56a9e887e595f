/*
 * Every engine gets the same words and says them in its own language: here
 * any of the words (--any), all of them, or a phrase in quotes.
 */
#include "questions.h"

#include "alloc.h"
#include "buffer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { UNION_WORDS = 20 };

static bool
is_kind(const struct question *question, const char *kind)
{
	return strcmp(question->kind, kind) == 0;
}

/* --- one question --- */

/* Room for one more; its text follows. */
static struct question *
add(struct questions *questions, const char *id, const char *kind,
    const char *words)
{
	struct question *question;
	size_t n = questions->n;

	if ((n & (n - 1)) == 0)
		questions->all = alloc_again(questions->all,
		    n ? 2 * n : 1, sizeof(*questions->all));
	question = &questions->all[questions->n++];
	*question = (struct question){.id = alloc_string(id),
	    .kind = alloc_string(kind),
	    .words = alloc_string(words)};
	return question;
}

static char *
quoted(const char *words, bool forms)
{
	size_t size = strlen(words) + 4;
	char *text = alloc_bytes(size);

	snprintf(text, size, "%s\"%s\"", forms ? "~" : "", words);
	return text;
}

static void
translate(struct question *question, bool forms)
{
	question->any = is_kind(question, "union");
	question->plain = question->any || is_kind(question, "term") ||
	    is_kind(question, "intersection");
	if (is_kind(question, "phrase"))
		question->text = quoted(question->words, forms);
	else
		question->text = alloc_string(question->words);
}

/* --- a file of them --- */

enum status
questions_read(
    struct questions *questions, const char *path, struct error *error)
{
	FILE *file = fopen(path, "r");
	enum status status = STATUS_OK;
	size_t capacity = 0;
	char *line = NULL;

	if (file == NULL)
		return error_set(
		    error, STATUS_IO, "%s: %s", path, strerror(errno));
	while (getline(&line, &capacity, file) > 0) {
		char *rest = line;
		char *id = strsep(&rest, "\t");
		char *kind = strsep(&rest, "\t");
		char *words = strsep(&rest, "\r\n");

		if (words)
			translate(add(questions, id, kind, words),
			    questions->forms);
	}
	if (ferror(file))
		status = error_set(
		    error, STATUS_IO, "%s: %s", path, strerror(errno));
	free(line);
	fclose(file);
	return status;
}

/* --- kinds that other engines are not asked --- */

/* One more of the words of question `i`; the caller says how it reads. */
static struct question *
derive(struct questions *questions, size_t i, const char *kind)
{
	const struct question *from = &questions->all[i];
	struct buffer id = {0};
	struct question *question;

	buffer_append_format(&id, "%s:%s", from->id, kind);
	question = add(questions, buffer_string(&id), kind, from->words);
	buffer_free(&id);
	return question;
}

/* The words of a union and of those after it, until they are twenty. */
static void
add_long_union(struct questions *questions, size_t n, size_t i)
{
	struct question *question = derive(questions, i, "union-20");
	struct buffer text = {0};
	size_t words = 0;

	/* A file whose unions are too short is gone through once only. */
	for (size_t k = 0; k < n && words < UNION_WORDS; k++) {
		const struct question *from = &questions->all[(i + k) % n];
		char *copy = alloc_string(from->words), *rest = copy, *word;

		while (is_kind(from, "union") && words < UNION_WORDS &&
		    (word = strsep(&rest, " ")) != NULL) {
			buffer_append_format(
			    &text, "%s%s", words ? " " : "", word);
			words++;
		}
		free(copy);
	}
	question->text = alloc_string(buffer_string(&text));
	question->any = question->plain = true;
	buffer_free(&text);
}

/* All of the words but the last, which must not be there. */
static void
add_not(struct questions *questions, size_t i)
{
	const char *last = strrchr(questions->all[i].words, ' ');
	struct question *question;
	struct buffer text = {0};

	if (last == NULL)
		return;
	question = derive(questions, i, "not");
	last = strrchr(question->words, ' ');
	buffer_append(&text, question->words,
	    (size_t)(last - question->words));
	buffer_append_format(&text, " -%s", last + 1);
	question->text = alloc_string(buffer_string(&text));
	buffer_free(&text);
}

/* The words with something before and after them. */
static void
add_around(struct questions *questions, size_t i, const char *kind,
    const char *before, const char *after)
{
	struct question *question = derive(questions, i, kind);
	struct buffer text = {0};

	buffer_append_format(
	    &text, "%s%s%s", before, question->words, after);
	question->text = alloc_string(buffer_string(&text));
	buffer_free(&text);
}

static void
add_other_phrase(struct questions *questions, size_t i)
{
	bool forms = !questions->forms;
	struct question *question = derive(
	    questions, i, forms ? "phrase-forms" : "phrase-exact");

	question->text = quoted(question->words, forms);
}

void
questions_add_extra(struct questions *questions)
{
	size_t n = questions->n;

	for (size_t i = 0; i < n; i++) {
		if (is_kind(&questions->all[i], "union")) {
			add_long_union(questions, n, i);
		} else if (is_kind(&questions->all[i], "phrase")) {
			add_other_phrase(questions, i);
		} else if (is_kind(&questions->all[i], "intersection")) {
			add_not(questions, i);
			add_around(questions, i, "date", "",
			    " date:1990..1999");
			/* Of the first word only: the others are plain. */
			add_around(questions, i, "title", "title:", "");
		}
	}
}

void
questions_free(struct questions *questions)
{
	for (size_t i = 0; i < questions->n; i++) {
		struct question *question = &questions->all[i];

		query_free(&question->query);
		free(question->id);
		free(question->kind);
		free(question->words);
		free(question->text);
	}
	free(questions->all);
	questions->all = NULL;
	questions->n = 0;
}
