/* Texts with marks: blanks made single, excerpts cut out.  Part of
 * snippet.c. */
#ifndef QUIRE_QUERY_SNIPPET_TEXT_H
#define QUIRE_QUERY_SNIPPET_TEXT_H

#include "snippet.h"

/* The bytes of the blank or line end of any kind at the start of a text, or
 * 0. */
size_t snippet_text_blank(const char *text, size_t length);

/*
 * A text with every run of blanks and line ends as one blank and none at
 * the ends; `marks` (which the result takes) move along.
 */
void snippet_text_collapse(const char *text, size_t length,
    struct mark *marks, size_t n_marks, struct arena *arena,
    struct marked_text *marked);

#endif
