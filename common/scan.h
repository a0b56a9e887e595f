/*
 * Reading a short text from left to right: digits, words and signs of ASCII,
 * without regard to the locale.  For common alone.
 */
#ifndef QUIRE_SCAN_H
#define QUIRE_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is left to read. */
struct scan {
	const char *at, *end;
};

bool scan_is_digit(char c);
bool scan_is_letter(char c);
bool scan_is_blank(char c);
bool scan_is_at_end(const struct scan *scan);

void scan_skip_blanks(struct scan *scan);

/* Skips blanks and the commas and full stops of "Oct. 2, 2020". */
void scan_skip_between(struct scan *scan);

/* Reads a byte, or a word of letters in any case, if it comes next. */
bool scan_accept(struct scan *scan, char c);
bool scan_accept_word(struct scan *scan, const char *word);

/* How many of the next bytes are digits, and the number they write: `n` of
 * them, at most 15, are there. */
size_t scan_count_digits(const struct scan *scan);
int64_t scan_take_digits(struct scan *scan, size_t n);

/* Reads a number if it has at least one and at most `n_most` (9) digits. */
bool scan_number(struct scan *scan, size_t n_most, int *number);

/*
 * Reads a name of the list or its first three letters or more (Sept, Thurs).
 * Returns its number from 1 on, or 0.
 */
int scan_name(struct scan *scan, const char *const *names, int n_names);

#endif
