/* Texts with marks: blanks made single, excerpts cut out. */
#include "snippet_text.h"

#include "alloc.h"
#include "lexer.h"
#include "text/utf8.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

size_t
snippet_text_blank(const char *text, size_t length)
{
	unsigned char first = (unsigned char)*text;

	if (first < 0x80)
		return first == ' ' || (first >= '\t' && first <= '\r');
	/* Only these begin blanks; all others need no closer look. */
	if (first != 0xc2 && (first < 0xe1 || first > 0xe3))
		return 0;
	return lexer_blank(text, length);
}

void
snippet_text_collapse(const char *text, size_t length, struct mark *marks,
    size_t n_marks, struct arena *arena, struct marked_text *marked)
{
	char *to = arena_bytes(arena, length + 1);
	size_t at = 0, start = 0, end = 0, size;
	bool blank = false;

	for (size_t i = 0; i < length; i++) {
		if (end < start && marks[end].end == i)
			marks[end++].end = at;
		size = snippet_text_blank(text + i, length - i);
		if (size) {
			blank = at != 0;
			i += size - 1;
			continue;
		}
		if (blank)
			to[at++] = ' ';
		blank = false;
		if (start < n_marks && marks[start].start == i)
			marks[start++].start = at;
		to[at++] = text[i];
	}
	if (end < start)
		marks[end].end = at;
	to[at] = '\0';
	*marked = (struct marked_text){ to, at, marks, start };
}

/* --- the best part --- */

/* Marks first to last of a text, and how good a part they make. */
struct choice {
	size_t first, last;
	size_t n_words, n_marks; /* different words; all marks */
};

static uint32_t
count_words(const struct marked_text *body)
{
	uint32_t n = 0;

	for (size_t i = 0; i < body->n_marks; i++)
		if (body->marks[i].word >= n)
			n = body->marks[i].word + 1;
	return n;
}

/*
 * The marks within `width` bytes with the most different words, then the
 * most marks, then the first.
 */
static struct choice
choose(const struct marked_text *body, size_t width)
{
	size_t *counts = alloc_zeroed(count_words(body), sizeof *counts);
	struct choice best = {0}, now = {0};

	for (size_t i = 0; i < body->n_marks; i++) {
		const struct mark *mark = &body->marks[i];

		now.last = i;
		now.n_marks++;
		now.n_words += !counts[mark->word]++;
		while (now.first < i && mark->end -
		    body->marks[now.first].start > width) {
			now.n_marks--;
			now.n_words -=
			    !--counts[body->marks[now.first++].word];
		}
		if (now.n_words > best.n_words ||
		    (now.n_words == best.n_words &&
		    now.n_marks > best.n_marks))
			best = now;
	}
	free(counts);
	return best;
}

/* Whether a sentence begins at a place. */
static bool
is_sentence_start(const char *text, size_t i)
{
	return i == 0 || (i >= 2 && text[i - 1] == ' ' &&
	    strchr(".!?", text[i - 2]) && text[i - 2]);
}

/* The letter or digit at a place, or 0; of a script that is written without
 * blanks, where any place is as good, also 0. */
static uint32_t
letter_at(const struct marked_text *body, size_t i)
{
	uint32_t code;

	if (i >= body->length)
		return 0;
	utf8_decode(body->text + i, body->length - i, &code);
	if (code < 0x80)
		return (code >= '0' && code <= '9') ||
		    (code >= 'A' && code <= 'Z') ||
		    (code >= 'a' && code <= 'z') ? code : 0;
	/* Typographic signs, and everything from CJK radicals on. */
	if (code < 0xc0 || (code >= 0x2000 && code < 0x2100) ||
	    code >= 0x2e80)
		return 0;
	return code;
}

static bool
is_inside_character(const struct marked_text *body, size_t i)
{
	return i < body->length && ((unsigned char)body->text[i] & 0xc0) ==
	    0x80;
}

static bool
is_inside_word(const struct marked_text *body, size_t i)
{
	size_t before = i;

	if (i == 0 || !letter_at(body, i))
		return false;
	do
		before--;
	while (before > 0 && is_inside_character(body, before));
	return letter_at(body, before) != 0;
}

/* The character at or before a place. */
static size_t
character_at(const struct marked_text *body, size_t i)
{
	while (i > 0 && is_inside_character(body, i))
		i--;
	return i;
}

/*
 * Where the part begins: at the sentence nearest before the first mark, if
 * it is within `slack` bytes, else at a word a third of that before it.
 */
static size_t
choose_start(const struct marked_text *body, size_t mark, size_t slack)
{
	size_t least = mark > slack ? mark - slack : 0;
	size_t i;

	for (i = mark; i > least; i--)
		if (is_sentence_start(body->text, i))
			return i;
	if (!least)
		return 0;
	least = mark - slack / 3;
	for (i = least; i <= mark; i++)
		if (body->text[i - 1] == ' ')
			return i;
	/* No blank: text without blanks, or one with signs, as a-b/c. */
	for (i = character_at(body, least); i < mark; i++)
		if (!is_inside_character(body, i) && !is_inside_word(body, i))
			return i;
	return mark;
}

static size_t
choose_end(const struct marked_text *body, size_t mark_end, size_t most)
{
	size_t i;

	if (most >= body->length)
		return body->length;
	for (i = most; i > 0 && i >= mark_end; i--)
		if (body->text[i] == ' ')
			return i;
	most = character_at(body, most);
	for (i = most; i > mark_end; i--)
		if (!is_inside_character(body, i) && !is_inside_word(body, i))
			return i;
	if (mark_end)
		return mark_end;
	/* One long word and nothing else: some of it is better than none. */
	if (most == 0)
		while (is_inside_character(body, ++most))
			;
	return most;
}

static void
copy_part(const struct marked_text *body, size_t start, size_t end,
    struct arena *arena, struct marked_text *part)
{
	static const char before[] = "… ", after[] = " …";
	size_t head = start ? sizeof before - 1 : 0;
	size_t tail = end < body->length ? sizeof after - 1 : 0;
	size_t length = end - start;
	char *text = arena_bytes(arena, head + length + tail + 1);

	memcpy(text, before, head);
	memcpy(text + head, body->text + start, length);
	memcpy(text + head + length, after, tail);
	text[head + length + tail] = '\0';
	*part = (struct marked_text){ .text = text,
		.length = head + length + tail };
	part->marks = arena_alloc(arena,
	    body->n_marks * sizeof *part->marks + 1);
	for (size_t i = 0; i < body->n_marks; i++) {
		struct mark mark = body->marks[i];

		if (mark.start < start || mark.end > end)
			continue;
		mark.start = mark.start - start + head;
		mark.end = mark.end - start + head;
		part->marks[part->n_marks++] = mark;
	}
}

void
snippet_best(const struct marked_text *body, size_t width,
    struct arena *arena, struct marked_text *excerpt)
{
	size_t first = 0, last = 0, start, end;

	if (body->n_marks) {
		struct choice best = choose(body, width);

		first = body->marks[best.first].start;
		last = body->marks[best.last].end;
	}
	start = choose_start(body, first,
	    last - first < width ? width - (last - first) : 0);
	end = choose_end(body, last, start + width);
	copy_part(body, start, end, arena, excerpt);
}
