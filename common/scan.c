/* Reading a short text from left to right: digits, words and signs. */
#include "scan.h"

#include <string.h>
#include <strings.h>

bool
scan_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool
scan_is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool
scan_is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

bool
scan_is_at_end(const struct scan *scan)
{
	return scan->at == scan->end;
}

void
scan_skip_blanks(struct scan *scan)
{
	while (!scan_is_at_end(scan) && scan_is_blank(*scan->at))
		scan->at++;
}

void
scan_skip_between(struct scan *scan)
{
	while (!scan_is_at_end(scan) &&
	    (scan_is_blank(*scan->at) || *scan->at == ',' ||
		*scan->at == '.'))
		scan->at++;
}

bool
scan_accept(struct scan *scan, char c)
{
	if (scan_is_at_end(scan) || *scan->at != c)
		return false;
	scan->at++;
	return true;
}

size_t
scan_count_digits(const struct scan *scan)
{
	size_t n = 0;

	while (scan->at + n < scan->end && scan_is_digit(scan->at[n]))
		n++;
	return n;
}

int64_t
scan_take_digits(struct scan *scan, size_t n)
{
	int64_t value = 0;

	while (n-- > 0)
		value = 10 * value + (*scan->at++ - '0');
	return value;
}

bool
scan_number(struct scan *scan, size_t n_most, int *number)
{
	size_t n = scan_count_digits(scan);

	if (n == 0 || n > n_most)
		return false;
	*number = (int)scan_take_digits(scan, n);
	return true;
}

static size_t
count_letters(const struct scan *scan)
{
	size_t n = 0;

	while (scan->at + n < scan->end && scan_is_letter(scan->at[n]))
		n++;
	return n;
}

bool
scan_accept_word(struct scan *scan, const char *word)
{
	size_t n = count_letters(scan);

	if (n != strlen(word) || strncasecmp(scan->at, word, n) != 0)
		return false;
	scan->at += n;
	return true;
}

int
scan_name(struct scan *scan, const char *const *names, int n_names)
{
	size_t n = count_letters(scan);

	if (n < 3)
		return 0;
	for (int i = 0; i < n_names; i++)
		if (n <= strlen(names[i]) &&
		    !strncasecmp(scan->at, names[i], n)) {
			scan->at += n;
			return i + 1;
		}
	return 0;
}
