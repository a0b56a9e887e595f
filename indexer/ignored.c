/* Files of no known form, counted by the endings of their names. */
#include "ignored.h"

#include "show.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_MOST = 5 };

void
ignored_add(struct ignored *ignored, const char *path)
{
	char extension[EXTENSION_MAX + 1];
	size_t i = 0;

	source_form_extension(path, extension);
	for (char *at = extension; *at; at++)
		*at = (char)tolower((unsigned char)*at);
	while (i < ignored->n_endings &&
	    strcmp(ignored->endings[i].extension, extension) != 0)
		i++;
	ignored->n++;
	if (i == IGNORED_ENDINGS) {
		ignored->n_others++;
		return;
	}
	if (i == ignored->n_endings) {
		memcpy(ignored->endings[i].extension, extension,
		    sizeof extension);
		ignored->n_endings++;
	}
	ignored->endings[i].n++;
}

static int
compare_endings(const void *a, const void *b)
{
	const struct ignored_ending *x = a, *y = b;

	return x->n != y->n ? (x->n < y->n ? 1 : -1)
	    : strcmp(x->extension, y->extension);
}

void
ignored_append(struct ignored *ignored, struct buffer *out)
{
	uint64_t left = ignored->n;

	if (!ignored->n)
		return;
	qsort(ignored->endings, ignored->n_endings,
	    sizeof *ignored->endings, compare_endings);
	for (size_t i = 0; i < ignored->n_endings && i < SHOWN_MOST; i++) {
		const struct ignored_ending *ending = &ignored->endings[i];

		buffer_append_string(out, i ? ", " : " (");
		show_number(out, ending->n);
		buffer_append_string(out, ending->extension[0] ? " ."
		    : " without an ending");
		show_text(out, ending->extension);
		left -= ending->n;
	}
	if (left) {
		buffer_append_string(out, ", ");
		show_number(out, left);
		buffer_append_string(out, " others");
	}
	buffer_append_byte(out, ')');
}
