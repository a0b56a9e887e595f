/*
 * The dates of articles: four families of forms, tried one after another.
 * Each reader either takes the whole text or leaves it to the next.
 */
#include "date_read.h"

#include <string.h>
#include <strings.h>

enum { YEAR_DIGITS = 4, MONTHS = 12, SECONDS_OF_DAY = 86400 };

static const char *const months[] = {"January", "February", "March", "April",
    "May", "June", "July", "August", "September", "October", "November",
    "December"};

static const char *const weekdays[] = {"Monday", "Tuesday", "Wednesday",
    "Thursday", "Friday", "Saturday", "Sunday"};

/* What is left to read. */
struct cursor {
	const char *at, *end;
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
at_end(const struct cursor *cursor)
{
	return cursor->at == cursor->end;
}

static void
skip_blanks(struct cursor *cursor)
{
	while (!at_end(cursor) && is_blank(*cursor->at))
		cursor->at++;
}

/* Blanks and the signs that stand between the parts of "Oct. 2, 2020". */
static void
skip_between(struct cursor *cursor)
{
	while (!at_end(cursor) &&
	    (is_blank(*cursor->at) || *cursor->at == ',' ||
		*cursor->at == '.'))
		cursor->at++;
}

static bool
accept(struct cursor *cursor, char c)
{
	if (at_end(cursor) || *cursor->at != c)
		return false;
	cursor->at++;
	return true;
}

/* How many of the next bytes are digits. */
static size_t
count_digits(const struct cursor *cursor)
{
	size_t n = 0;

	while (cursor->at + n < cursor->end && is_digit(cursor->at[n]))
		n++;
	return n;
}

/* Reads `n` digits (at most 15), which are there. */
static int64_t
take_digits(struct cursor *cursor, size_t n)
{
	int64_t value = 0;

	while (n-- > 0)
		value = 10 * value + (*cursor->at++ - '0');
	return value;
}

/* Reads a number of at least one and at most `n_most` digits. */
static bool
read_number(struct cursor *cursor, size_t n_most, int *number)
{
	size_t n = count_digits(cursor);

	if (n == 0 || n > n_most)
		return false;
	*number = (int)take_digits(cursor, n);
	return true;
}

static size_t
count_letters(const struct cursor *cursor)
{
	size_t n = 0;

	while (cursor->at + n < cursor->end && is_letter(cursor->at[n]))
		n++;
	return n;
}

/* Reads a word if it is this one, in any case. */
static bool
accept_word(struct cursor *cursor, const char *word)
{
	size_t n = count_letters(cursor);

	if (n != strlen(word) || strncasecmp(cursor->at, word, n) != 0)
		return false;
	cursor->at += n;
	return true;
}

/*
 * Reads a name of the list or its first three letters or more (Sept, Thurs).
 * Returns its number from 1 on, or 0.
 */
static int
read_name(struct cursor *cursor, const char *const *names, int n_names)
{
	size_t n = count_letters(cursor);

	if (n < 3)
		return 0;
	for (int i = 0; i < n_names; i++)
		if (n <= strlen(names[i]) &&
		    !strncasecmp(cursor->at, names[i], n)) {
			cursor->at += n;
			return i + 1;
		}
	return 0;
}

static bool
is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int
date_days_of_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
	    31};

	return days[month - 1] + (month == 2 && is_leap(year));
}

const char *
date_month_name(int month)
{
	return months[month - 1];
}

/* Takes a day of the calendar into `reading`, or why it is none. */
static void
set_day(struct date_reading *reading, int year, int month, int day)
{
	reading->year = year;
	reading->month = month;
	reading->day = day;
	if (month < 1 || month > MONTHS) {
		reading->outcome = DATE_NO_MONTH;
	} else if (day < 1 || day > date_days_of_month(year, month)) {
		reading->outcome = DATE_NO_DAY;
	} else {
		reading->outcome = DATE_READ;
		reading->date.precision = DATE_DAY;
		reading->date.day = date_from_civil(year, month, day);
		reading->last = reading->date.day;
	}
}

static void
set_period(struct date_reading *reading, int year, int month,
    enum date_precision precision)
{
	set_day(reading, year, month, 1);
	reading->date.precision = (uint8_t)precision;
	if (reading->outcome == DATE_READ)
		reading->last = date_last_day(reading->date);
}

/* A day of a year, from 1 on. */
static bool
set_day_of_year(struct date_reading *reading, int year, int day)
{
	if (day < 1 || day > 365 + is_leap(year))
		return false;
	set_day(reading, year, 1, 1);
	reading->date.day += day - 1;
	reading->last = reading->date.day;
	return true;
}

/*
 * A week of ISO 8601, or its day if `day` is not -1.  Week 1 has January 4,
 * and a year has a week 53 if December 31 or January 1 is a Thursday.  A week
 * is kept as its Monday.
 */
static bool
set_week(struct date_reading *reading, int year, int week, int day)
{
	int32_t fourth = date_from_civil(year, 1, 4);
	/* 1970-01-01 was a Thursday, so Mondays are 4 modulo 7. */
	int32_t monday = fourth - ((fourth - 4) % 7 + 7) % 7;
	int32_t first = monday + 7 * (week - 1);

	if (week < 1 || day > 7 ||
	    first + 3 > date_from_civil(year, MONTHS, 31))
		return false;
	reading->outcome = DATE_READ;
	reading->date.precision = DATE_DAY;
	reading->date.day = day > 0 ? first + day - 1 : first;
	reading->last = day > 0 ? reading->date.day : first + 6;
	return true;
}

/*
 * Reads what is left if it can be a zone: +02:00, CEST, (GMT+00:00),
 * Europe/Paris.  Eight digits at most, four in a row, so that a second date
 * is none.
 */
static bool
read_zone(struct cursor *cursor)
{
	size_t n_digits = 0;

	while (!at_end(cursor)) {
		size_t n = count_digits(cursor);
		char c = *cursor->at;

		n_digits += n;
		if (n > 4 || n_digits > 8)
			return false;
		if (n == 0 && !is_letter(c) && !is_blank(c) &&
		    (c == '\0' || !strchr("+-:/()[]_.", c)))
			return false;
		cursor->at += n > 0 ? n : 1;
	}
	return true;
}

/* Reads Z, +02, +0200 or +02:00 at the end, right after a day. */
static bool
read_offset(struct cursor *cursor)
{
	int ignored;

	if (!accept(cursor, 'Z')) {
		if (!accept(cursor, '+') && !accept(cursor, '-'))
			return false;
		if (count_digits(cursor) == 4)
			take_digits(cursor, 4);
		else if (!read_number(cursor, 2, &ignored))
			return false;
		else if (accept(cursor, ':') &&
		    !read_number(cursor, 2, &ignored))
			return false;
	}
	return at_end(cursor);
}

/* Reads "12", "12:30", "12:30:59.5" or "123059" and am or pm. */
static bool
read_clock(struct cursor *cursor)
{
	int hour, minute = 0, second = 0;
	size_t n = count_digits(cursor);

	if (n == 4 || n == 6) {
		hour = (int)take_digits(cursor, 2);
		minute = (int)take_digits(cursor, 2);
		second = (int)take_digits(cursor, n - 4);
	} else if (!read_number(cursor, 2, &hour)) {
		return false;
	} else if (accept(cursor, ':')) {
		if (!read_number(cursor, 2, &minute))
			return false;
		if (accept(cursor, ':') && !read_number(cursor, 2, &second))
			return false;
	}
	if (hour > 24 || minute > 59 || second > 60)
		return false;
	if (accept(cursor, '.') || accept(cursor, ','))
		cursor->at += count_digits(cursor);
	skip_blanks(cursor);
	if (!accept_word(cursor, "am"))
		accept_word(cursor, "pm");
	skip_blanks(cursor);
	return true;
}

/*
 * After a day there may be a time with a zone.  It is checked, so that no
 * other text is taken for a date, and forgotten.
 */
static bool
read_rest_of_day(struct cursor *cursor)
{
	struct cursor offset;

	skip_blanks(cursor);
	offset = *cursor;
	if (at_end(cursor) || read_offset(&offset))
		return true;
	if (accept(cursor, 'T') || accept(cursor, 't'))
		return read_clock(cursor) && read_zone(cursor);
	skip_between(cursor);
	if (!accept_word(cursor, "at"))
		accept(cursor, '-');
	skip_blanks(cursor);
	/* A lone number after a day could be anything. */
	return memchr(cursor->at, ':', (size_t)(cursor->end - cursor->at)) &&
	    read_clock(cursor) && read_zone(cursor);
}

/* Reads "2", "2nd" or "02"; a year is no day. */
static bool
read_day_in_words(struct cursor *cursor, int *day)
{
	if (!read_number(cursor, 2, day))
		return false;
	if (!accept_word(cursor, "st") && !accept_word(cursor, "nd") &&
	    !accept_word(cursor, "rd"))
		accept_word(cursor, "th");
	return true;
}

/* Seconds or milliseconds since 1970. */
static bool
read_epoch(struct cursor cursor, struct date_reading *reading)
{
	size_t n = count_digits(&cursor);
	int64_t seconds;

	if (n < 9 || n > 13)
		return false;
	seconds = take_digits(&cursor, n);
	/* As seconds, 11 digits would be past the year 2286. */
	if (n > 10)
		seconds /= 1000;
	if (accept(&cursor, '.'))
		cursor.at += count_digits(&cursor);
	if (!at_end(&cursor))
		return false;
	reading->outcome = DATE_READ;
	reading->date.precision = DATE_DAY;
	reading->date.day = (int32_t)(seconds / SECONDS_OF_DAY);
	reading->last = reading->date.day;
	return true;
}

/* After "2020-W" or "2020W": 40, 40-5 or 405. */
static bool
read_week(struct cursor *cursor, struct date_reading *reading, int year)
{
	size_t n = count_digits(cursor);
	int week, day = 0;

	if (n != 2 && n != 3)
		return false;
	week = (int)take_digits(cursor, 2);
	if (n == 3)
		day = (int)take_digits(cursor, 1);
	else if (!accept(cursor, '-'))
		day = -1; /* the whole week */
	else if (!read_number(cursor, 1, &day))
		return false;
	return day != 0 && set_week(reading, year, week, day) &&
	    read_rest_of_day(cursor);
}

/* After "2020" of eight digits, or of the fourteen that have the time too. */
static bool
read_compact(struct cursor *cursor, struct date_reading *reading, int year)
{
	int month = (int)take_digits(cursor, 2);
	int day = (int)take_digits(cursor, 2);

	set_day(reading, year, month, day);
	if (count_digits(cursor) > 0)
		return read_clock(cursor) && at_end(cursor);
	return read_rest_of_day(cursor);
}

/* After "2020-": 10, 10-02, 276 or Oct-02; or with / or . for the sign. */
static bool
read_after_year(struct cursor *cursor, struct date_reading *reading, int year,
    char sign)
{
	size_t n = count_digits(cursor);
	int month = read_name(cursor, months, MONTHS), day;

	if (n == 3 && sign == '-')
		return set_day_of_year(reading, year,
			   (int)take_digits(cursor, 3)) &&
		    read_rest_of_day(cursor);
	if (month == 0 && (sign == ' ' || !read_number(cursor, 2, &month)))
		return false;
	skip_blanks(cursor);
	if (at_end(cursor)) {
		set_period(reading, year, month, DATE_MONTH);
		return n == 2 || n == 0 || sign != '-';
	}
	if (!accept(cursor, sign) && sign != ' ')
		return false;
	if (!read_day_in_words(cursor, &day))
		return false;
	set_day(reading, year, month, day);
	return read_rest_of_day(cursor);
}

/* Everything that begins with a year of four digits. */
static bool
read_year_first(struct cursor cursor, struct date_reading *reading)
{
	bool is_negative = accept(&cursor, '-');
	size_t n;
	int year;
	char sign;

	if (!is_negative)
		accept(&cursor, '+');
	n = count_digits(&cursor);
	if (n != YEAR_DIGITS && n != 8 && n != 14)
		return false;
	year = (int)take_digits(&cursor, YEAR_DIGITS);
	if (is_negative)
		year = -year;
	if (n != YEAR_DIGITS)
		return read_compact(&cursor, reading, year);
	if (at_end(&cursor)) {
		set_period(reading, year, 1, DATE_YEAR);
		return true;
	}
	sign = *cursor.at++;
	if (sign == '-' && accept(&cursor, 'W'))
		return read_week(&cursor, reading, year);
	if (sign == 'W')
		return read_week(&cursor, reading, year);
	if (sign == '-' || sign == '/' || sign == '.' || sign == ' ')
		return read_after_year(&cursor, reading, year, sign);
	return false;
}

/* 25/12/2015, 12/25/2015 and 12/2015, or with - or . for the sign. */
static bool
read_year_last(struct cursor cursor, struct date_reading *reading)
{
	int first, second, year;
	char sign;

	if (!read_number(&cursor, 2, &first) || at_end(&cursor))
		return false;
	sign = *cursor.at++;
	if (sign != '/' && sign != '-' && sign != '.')
		return false;
	if (count_digits(&cursor) == YEAR_DIGITS) {
		read_number(&cursor, YEAR_DIGITS, &year);
		set_period(reading, year, first, DATE_MONTH);
		return at_end(&cursor);
	}
	if (!read_number(&cursor, 2, &second) || !accept(&cursor, sign) ||
	    count_digits(&cursor) != YEAR_DIGITS)
		return false;
	read_number(&cursor, YEAR_DIGITS, &year);
	if (second > MONTHS)
		set_day(reading, year, first, second);
	else
		set_day(reading, year, second, first);
	if (reading->outcome == DATE_READ && first <= MONTHS &&
	    second <= MONTHS && first != second)
		reading->outcome = DATE_TWO_DAYS;
	return read_rest_of_day(&cursor);
}

/* Reads BC, B.C., BCE, AD or CE, and a year of any length before it. */
static bool
read_era(struct cursor *cursor, int *year)
{
	static const char *const after[] = {"ad", "a.d.", "ce", "c.e."};
	static const char *const before[] = {"bc", "b.c.", "bce", "b.c.e."};
	size_t left;

	skip_blanks(cursor);
	left = (size_t)(cursor->end - cursor->at);
	for (size_t i = 0; i < 4; i++) {
		bool is_before = left == strlen(before[i]) &&
		    !strncasecmp(cursor->at, before[i], left);
		bool is_after = left == strlen(after[i]) &&
		    !strncasecmp(cursor->at, after[i], left);

		if (!is_before && !is_after)
			continue;
		cursor->at = cursor->end;
		if (is_before) /* there was no year 0, but ISO 8601 has one */
			*year = 1 - *year;
		return true;
	}
	return false;
}

/*
 * Reads the year at the end of a date in words.  Three or four digits, or
 * fewer with an era; two, as RFC 822 had them, only if a time follows.
 */
static bool
read_year_in_words(struct cursor *cursor, int *year)
{
	size_t n = count_digits(cursor);
	struct cursor clock;
	int ignored;

	if (!read_number(cursor, YEAR_DIGITS, year))
		return false;
	if (*year > 0 && read_era(cursor, year))
		return true;
	if (n >= 3)
		return true;
	clock = *cursor;
	skip_blanks(&clock);
	if (n != 2 || !read_number(&clock, 2, &ignored) ||
	    !accept(&clock, ':'))
		return false;
	*year += *year < 50 ? 2000 : 1900;
	return true;
}

/* Signs between the parts of "2 Oct. 2020", "2-Oct-2020", "2nd of October". */
static void
skip_between_words(struct cursor *cursor)
{
	skip_between(cursor);
	if (accept_word(cursor, "of"))
		skip_between(cursor);
	while (accept(cursor, '-') || accept(cursor, '/'))
		;
}

/* "Oct  2 12:00:00 UTC 2020", as date(1) and asctime write it. */
static bool
read_year_after_time(struct cursor *cursor, int *year)
{
	const char *last = cursor->end;
	struct cursor tail = *cursor, clock = *cursor;

	while (last > cursor->at && is_digit(last[-1]))
		last--;
	tail.at = last;
	clock.end = last;
	return count_digits(&tail) == YEAR_DIGITS && read_clock(&clock) &&
	    read_zone(&clock) && read_number(&tail, YEAR_DIGITS, year);
}

/* October 2, 2020 and 2 October 2020 after the weekday. */
static bool
read_words(struct cursor *cursor, struct date_reading *reading)
{
	int year, month, day = 0;
	bool has_day = read_day_in_words(cursor, &day);
	struct cursor before;

	skip_between_words(cursor);
	month = read_name(cursor, months, MONTHS);
	if (month == 0)
		return false;
	skip_between_words(cursor);
	before = *cursor;
	if (!has_day && read_year_in_words(cursor, &year) && at_end(cursor)) {
		set_period(reading, year, month, DATE_MONTH);
		return true;
	}
	if (!has_day) {
		*cursor = before;
		if (!read_day_in_words(cursor, &day))
			return false;
		skip_between_words(cursor);
		before = *cursor;
		if (read_year_after_time(cursor, &year)) {
			set_day(reading, year, month, day);
			return true;
		}
		*cursor = before;
	}
	if (!read_year_in_words(cursor, &year))
		return false;
	set_day(reading, year, month, day);
	return read_rest_of_day(cursor);
}

static bool
read_in_words(struct cursor cursor, struct date_reading *reading)
{
	struct cursor era = cursor;
	int year;

	if (read_number(&era, YEAR_DIGITS, &year) && year > 0 &&
	    read_era(&era, &year)) {
		set_period(reading, year, 1, DATE_YEAR);
		return true;
	}
	if (read_name(&cursor, weekdays, 7))
		skip_between(&cursor);
	return read_words(&cursor, reading);
}

struct date_reading
date_read(const char *text, size_t length)
{
	static bool (*const readers[])(struct cursor, struct date_reading *) = {
	    read_epoch, read_year_first, read_year_last, read_in_words};
	struct cursor cursor = {text, text + length};
	struct date_reading reading;

	skip_blanks(&cursor);
	while (cursor.end > cursor.at && is_blank(cursor.end[-1]))
		cursor.end--;
	for (size_t i = 0; i < sizeof readers / sizeof readers[0]; i++) {
		memset(&reading, 0, sizeof reading);
		if (readers[i](cursor, &reading))
			return reading;
	}
	memset(&reading, 0, sizeof reading);
	reading.outcome = DATE_UNKNOWN;
	return reading;
}
