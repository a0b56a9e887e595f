/* What a person types for a date: periods, ranges and days counted back. */
#include "date.h"

#include "date_read.h"
#include "scan.h"

#include <string.h>
#include <strings.h>

enum { SHOWN_MAX = 80 };

/* The day that others count from, and where a mistake is told, with forms
   that would do. */
struct asked {
	int32_t today;
	const char *forms;
	struct error *error;
};

/* A piece of what was typed. */
struct text {
	const char *start;
	size_t length;
};

static struct text
trim(const char *start, size_t length)
{
	struct text text = {start, length};

	while (text.length > 0 && scan_is_blank(*text.start)) {
		text.start++;
		text.length--;
	}
	while (text.length > 0 && scan_is_blank(text.start[text.length - 1]))
		text.length--;
	return text;
}

/* How much of a text a message shows: whole characters, none too long. */
static int
shown(struct text text)
{
	size_t n = text.length;

	if (n <= SHOWN_MAX)
		return (int)n;
	for (n = SHOWN_MAX; n > 0 && (text.start[n] & 0xc0) == 0x80; n--)
		;
	return (int)n;
}

static bool
is_word(struct text text, const char *word)
{
	return text.length == strlen(word) &&
	    !strncasecmp(text.start, word, text.length);
}

/* The day as many months before another, or the last one of its month. */
static int32_t
months_before(int32_t today, int n)
{
	int year, month, day, months, last;

	date_to_civil(today, &year, &month, &day);
	months = 12 * year + month - 1 - n;
	year = months / 12 - (months % 12 < 0);
	month = months - 12 * year + 1;
	last = date_days_of_month(year, month);
	return date_from_civil(year, month, day < last ? day : last);
}

/* Reads "30d": the day so long ago.  Hours count as the days they touch. */
static bool
read_ago(struct text text, int32_t today, int32_t *day)
{
	int n = 0;
	size_t i;

	for (i = 0; i < text.length && i < 6; i++) {
		if (text.start[i] < '0' || text.start[i] > '9')
			break;
		n = 10 * n + (text.start[i] - '0');
	}
	if (i == 0 || i + 1 != text.length)
		return false;
	switch (text.start[i] | 0x20) {
	case 'h':
		*day = today - (n + 23) / 24;
		return true;
	case 'd':
		*day = today - n;
		return true;
	case 'w':
		*day = today - 7 * n;
		return true;
	case 'm':
		*day = months_before(today, n);
		return true;
	case 'y':
		*day = months_before(today, 12 * n);
		return true;
	default:
		return false;
	}
}

/* Reads "1990s". */
static bool
read_decade(struct text text, struct date_range *range)
{
	struct date date;
	int year, month, day;

	if (text.length != 5 || (text.start[4] | 0x20) != 's' ||
	    text.start[3] != '0' || !date_parse(text.start, 4, &date))
		return false;
	date_to_civil(date.day, &year, &month, &day);
	range->first = date.day;
	range->last = date_from_civil(year + 9, 12, 31);
	return true;
}

static enum status
refuse(struct text text, const struct date_reading *reading,
    const struct asked *asked)
{
	struct error *error = asked->error;
	int n = shown(text);

	if (reading->outcome == DATE_TWO_DAYS) {
		error_set(error, STATUS_INVALID,
		    "date \"%.*s\" could be %d %s or %d %s", n, text.start,
		    reading->day, date_month_name(reading->month),
		    reading->month, date_month_name(reading->day));
		error_hint(error, "write %04d-%02d-%02d or %04d-%02d-%02d",
		    reading->year, reading->month, reading->day, reading->year,
		    reading->day, reading->month);
		return STATUS_INVALID;
	}
	if (reading->outcome == DATE_NO_DAY)
		error_set(error, STATUS_INVALID,
		    "date \"%.*s\" is not a date (%s %d has %d days)", n,
		    text.start, date_month_name(reading->month), reading->year,
		    date_days_of_month(reading->year, reading->month));
	else if (reading->outcome == DATE_NO_MONTH)
		error_set(error, STATUS_INVALID,
		    "date \"%.*s\" is not a date (a year has 12 months)", n,
		    text.start);
	else
		error_set(error, STATUS_INVALID,
		    "date \"%.*s\" is not a date", n, text.start);
	error_hint(error, "%s", asked->forms);
	return STATUS_INVALID;
}

/*
 * Reads one period.  `ago` is set if it is a day counted back, which alone
 * stands for the time since then, and as an end of a range for itself.
 */
static enum status
read_period(struct text text, const struct asked *asked,
    struct date_range *range, bool *ago)
{
	struct date_reading reading;

	*ago = false;
	if (is_word(text, "today") || is_word(text, "yesterday")) {
		range->first = asked->today - is_word(text, "yesterday");
		range->last = range->first;
		return STATUS_OK;
	}
	if (read_ago(text, asked->today, &range->first)) {
		range->last = range->first;
		*ago = true;
		return STATUS_OK;
	}
	if (read_decade(text, range))
		return STATUS_OK;
	reading = date_read(text.start, text.length);
	if (reading.outcome != DATE_READ)
		return refuse(text, &reading, asked);
	range->first = reading.date.day;
	range->last = reading.last;
	return STATUS_OK;
}

/* Where ".." begins, or the length of the text. */
static size_t
find_dots(struct text text)
{
	for (size_t i = 0; i + 1 < text.length; i++)
		if (text.start[i] == '.' && text.start[i + 1] == '.')
			return i;
	return text.length;
}

/* Reads "2019..2021", of which one end may be missing. */
static enum status
read_range(struct text text, size_t dots, const struct asked *asked,
    struct date_range *range)
{
	struct text left = trim(text.start, dots), right;
	struct date_range period = {0};
	enum status status = STATUS_OK;
	bool ago;

	while (dots < text.length && text.start[dots] == '.')
		dots++;
	right = trim(text.start + dots, text.length - dots);
	if (left.length == 0 && right.length == 0)
		return read_period(text, asked, &period, &ago);
	if (left.length > 0) {
		status = read_period(left, asked, &period, &ago);
		range->first = period.first;
	}
	if (status == STATUS_OK && right.length > 0) {
		status = read_period(right, asked, &period, &ago);
		range->last = period.last;
	}
	if (status == STATUS_OK && range->first > range->last) {
		status = error_set(asked->error, STATUS_INVALID,
		    "date:%.*s..%.*s ends before it begins", shown(left),
		    left.start, shown(right), right.start);
		error_hint(asked->error, "date:%.*s..%.*s", shown(right),
		    right.start, shown(left), left.start);
	}
	return status;
}

/* Reads what follows <, <=, > or >=. */
static enum status
read_comparison(struct text text, const struct asked *asked,
    struct date_range *range)
{
	bool is_less = text.start[0] == '<';
	bool has_equal = text.length > 1 && text.start[1] == '=';
	size_t skip = has_equal ? 2 : 1;
	struct date_range period = {0};
	enum status status;
	bool ago;

	status = read_period(trim(text.start + skip, text.length - skip), asked,
	    &period, &ago);
	if (is_less)
		range->last = has_equal ? period.last : period.first - 1;
	else
		range->first = has_equal ? period.first : period.last + 1;
	return status;
}

enum status
date_range_parse(const char *typed, size_t length, int32_t today,
    struct date_range *range, struct error *error)
{
	struct asked asked = {today,
	    "2015, 2015-02, 2015-02-28, 2014..2016, 30d, yesterday", error};
	struct date_range read = {INT32_MIN, INT32_MAX, false};
	struct text text = trim(typed, length);
	size_t dots = find_dots(text);
	enum status status = STATUS_OK;
	bool ago = false;

	if (is_word(text, "?")) {
		read.unknown = true;
	} else if (text.length > 0 &&
	    (text.start[0] == '<' || text.start[0] == '>')) {
		status = read_comparison(text, &asked, &read);
	} else if (dots < text.length) {
		status = read_range(text, dots, &asked, &read);
	} else {
		status = read_period(text, &asked, &read, &ago);
		if (ago)
			read.last = today;
	}
	if (status == STATUS_OK)
		*range = read;
	return status;
}

enum status
date_period_parse(const char *typed, size_t length, int32_t today,
    struct date_range *period, struct error *error)
{
	struct asked asked = {
	    today, "2015, 2015-02, 2015-02-28, 1990s, 30d, yesterday", error};
	struct date_range read = {0};
	struct text text = trim(typed, length);
	enum status status;
	bool ago;

	if (find_dots(text) < text.length ||
	    (text.length > 0 && memchr("<>?", text.start[0], 3))) {
		error_set(error, STATUS_INVALID,
		    "date \"%.*s\" is not a single date", shown(text),
		    text.start);
		error_hint(error, "%s", asked.forms);
		return STATUS_INVALID;
	}
	status = read_period(text, &asked, &read, &ago);
	if (status == STATUS_OK)
		*period = read;
	return status;
}
