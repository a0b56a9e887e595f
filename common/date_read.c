/*
 * The dates of articles: five families of forms, tried one after another.
 * Each reader either takes the whole text or leaves it to the next.
 */
#include "date_read.h"

#include "date_clock.h"
#include "scan.h"

#include <string.h>
#include <strings.h>

enum { YEAR_DIGITS = 4, MINUTE_DIGITS = 12, MONTHS = 12,
    SECONDS_OF_DAY = 86400 };

static const char *const months[] = {"January", "February", "March", "April",
    "May", "June", "July", "August", "September", "October", "November",
    "December"};

static const char *const weekdays[] = {"Monday", "Tuesday", "Wednesday",
    "Thursday", "Friday", "Saturday", "Sunday"};

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

/* Reads "2", "2nd" or "02"; a year is no day. */
static bool
read_day_in_words(struct scan *scan, int *day)
{
	if (!scan_number(scan, 2, day))
		return false;
	if (!scan_accept_word(scan, "st") && !scan_accept_word(scan, "nd") &&
	    !scan_accept_word(scan, "rd"))
		scan_accept_word(scan, "th");
	return true;
}

/*
 * 202010021230, a day with its hour and minute.  Such digits could also be
 * milliseconds, of 1974 to 1976; few of those are a day and a time.
 */
static bool
read_minute(struct scan scan, struct date_reading *reading)
{
	int year, month, day, hour, minute;

	if (scan_count_digits(&scan) != MINUTE_DIGITS)
		return false;
	year = (int)scan_take_digits(&scan, YEAR_DIGITS);
	month = (int)scan_take_digits(&scan, 2);
	day = (int)scan_take_digits(&scan, 2);
	hour = (int)scan_take_digits(&scan, 2);
	minute = (int)scan_take_digits(&scan, 2);
	if (!scan_is_at_end(&scan) || year < 1500 || year > 2100 ||
	    hour > 23 || minute > 59)
		return false;
	set_day(reading, year, month, day);
	return reading->outcome == DATE_READ;
}

/* Seconds or milliseconds since 1970. */
static bool
read_epoch(struct scan scan, struct date_reading *reading)
{
	size_t n = scan_count_digits(&scan);
	int64_t seconds;

	if (n < 9 || n > 13)
		return false;
	seconds = scan_take_digits(&scan, n);
	/* As seconds, 11 digits would be past the year 2286. */
	if (n > 10)
		seconds /= 1000;
	if (scan_accept(&scan, '.'))
		scan.at += scan_count_digits(&scan);
	if (!scan_is_at_end(&scan))
		return false;
	reading->outcome = DATE_READ;
	reading->date.precision = DATE_DAY;
	reading->date.day = (int32_t)(seconds / SECONDS_OF_DAY);
	reading->last = reading->date.day;
	return true;
}

/* After "2020-W" or "2020W": 40, 40-5 or 405. */
static bool
read_week(struct scan *scan, struct date_reading *reading, int year)
{
	size_t n = scan_count_digits(scan);
	int week, day = 0;

	if (n != 2 && n != 3)
		return false;
	week = (int)scan_take_digits(scan, 2);
	if (n == 3)
		day = (int)scan_take_digits(scan, 1);
	else if (!scan_accept(scan, '-'))
		day = -1; /* the whole week */
	else if (!scan_number(scan, 1, &day))
		return false;
	return day != 0 && set_week(reading, year, week, day) &&
	    date_clock_read_rest(scan);
}

/* After "2020" of eight digits, or of the fourteen that have the time too. */
static bool
read_compact(struct scan *scan, struct date_reading *reading, int year)
{
	int month = (int)scan_take_digits(scan, 2);
	int day = (int)scan_take_digits(scan, 2);

	set_day(reading, year, month, day);
	if (scan_count_digits(scan) > 0)
		return date_clock_read_time(scan) && scan_is_at_end(scan);
	return date_clock_read_rest(scan);
}

/* After "2020-": 10, 10-02, 276 or Oct-02; or with / or . for the sign. */
static bool
read_after_year(struct scan *scan, struct date_reading *reading, int year,
    char sign)
{
	size_t n = scan_count_digits(scan);
	int month = scan_name(scan, months, MONTHS), day;

	if (n == 3 && sign == '-')
		return set_day_of_year(reading, year,
			   (int)scan_take_digits(scan, 3)) &&
		    date_clock_read_rest(scan);
	if (month == 0 && (sign == ' ' || !scan_number(scan, 2, &month)))
		return false;
	scan_skip_blanks(scan);
	if (scan_is_at_end(scan)) {
		set_period(reading, year, month, DATE_MONTH);
		return n == 2 || n == 0 || sign != '-';
	}
	if (!scan_accept(scan, sign) && sign != ' ')
		return false;
	if (!read_day_in_words(scan, &day))
		return false;
	set_day(reading, year, month, day);
	return date_clock_read_rest(scan);
}

/* Everything that begins with a year of four digits. */
static bool
read_year_first(struct scan scan, struct date_reading *reading)
{
	bool is_negative = scan_accept(&scan, '-');
	size_t n;
	int year;
	char sign;

	if (!is_negative)
		scan_accept(&scan, '+');
	n = scan_count_digits(&scan);
	if (n != YEAR_DIGITS && n != 8 && n != 14)
		return false;
	year = (int)scan_take_digits(&scan, YEAR_DIGITS);
	if (is_negative)
		year = -year;
	if (n != YEAR_DIGITS)
		return read_compact(&scan, reading, year);
	if (scan_is_at_end(&scan)) {
		set_period(reading, year, 1, DATE_YEAR);
		return true;
	}
	sign = *scan.at++;
	if (sign == '-' && scan_accept(&scan, 'W'))
		return read_week(&scan, reading, year);
	if (sign == 'W')
		return read_week(&scan, reading, year);
	if (sign == '-' || sign == '/' || sign == '.' || sign == ' ')
		return read_after_year(&scan, reading, year, sign);
	return false;
}

/* 25/12/2015, 12/25/2015 and 12/2015, or with - or . for the sign. */
static bool
read_year_last(struct scan scan, struct date_reading *reading)
{
	int first, second, year;
	char sign;

	if (!scan_number(&scan, 2, &first) || scan_is_at_end(&scan))
		return false;
	sign = *scan.at++;
	if (sign != '/' && sign != '-' && sign != '.')
		return false;
	if (scan_count_digits(&scan) == YEAR_DIGITS) {
		scan_number(&scan, YEAR_DIGITS, &year);
		set_period(reading, year, first, DATE_MONTH);
		return scan_is_at_end(&scan);
	}
	if (!scan_number(&scan, 2, &second) || !scan_accept(&scan, sign) ||
	    scan_count_digits(&scan) != YEAR_DIGITS)
		return false;
	scan_number(&scan, YEAR_DIGITS, &year);
	if (second > MONTHS)
		set_day(reading, year, first, second);
	else
		set_day(reading, year, second, first);
	if (reading->outcome == DATE_READ && first <= MONTHS &&
	    second <= MONTHS && first != second)
		reading->outcome = DATE_TWO_DAYS;
	return date_clock_read_rest(&scan);
}

/* Reads BC, B.C., BCE, AD or CE, and a year of any length before it. */
static bool
read_era(struct scan *scan, int *year)
{
	static const char *const after[] = {"ad", "a.d.", "ce", "c.e."};
	static const char *const before[] = {"bc", "b.c.", "bce", "b.c.e."};
	size_t left;

	scan_skip_blanks(scan);
	left = (size_t)(scan->end - scan->at);
	for (size_t i = 0; i < 4; i++) {
		bool is_before = left == strlen(before[i]) &&
		    !strncasecmp(scan->at, before[i], left);
		bool is_after = left == strlen(after[i]) &&
		    !strncasecmp(scan->at, after[i], left);

		if (!is_before && !is_after)
			continue;
		scan->at = scan->end;
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
read_year_in_words(struct scan *scan, int *year)
{
	size_t n = scan_count_digits(scan);
	struct scan clock;
	int ignored;

	if (!scan_number(scan, YEAR_DIGITS, year))
		return false;
	if (*year > 0 && read_era(scan, year))
		return true;
	if (n >= 3)
		return true;
	clock = *scan;
	scan_skip_blanks(&clock);
	if (n != 2 || !scan_number(&clock, 2, &ignored) ||
	    !scan_accept(&clock, ':'))
		return false;
	*year += *year < 50 ? 2000 : 1900;
	return true;
}

/* Signs between the parts of "2 Oct. 2020", "2-Oct-2020", "2nd of October". */
static void
skip_between_words(struct scan *scan)
{
	scan_skip_between(scan);
	if (scan_accept_word(scan, "of"))
		scan_skip_between(scan);
	while (scan_accept(scan, '-') || scan_accept(scan, '/'))
		;
}

/* "Oct  2 12:00:00 UTC 2020", as date(1) and asctime write it. */
static bool
read_year_after_time(struct scan *scan, int *year)
{
	const char *last = scan->end;
	struct scan tail = *scan, clock = *scan;

	while (last > scan->at && scan_is_digit(last[-1]))
		last--;
	tail.at = last;
	clock.end = last;
	return scan_count_digits(&tail) == YEAR_DIGITS &&
	    date_clock_read_time(&clock) && date_clock_read_zone(&clock) &&
	    scan_number(&tail, YEAR_DIGITS, year);
}

/* October 2, 2020 and 2 October 2020 after the weekday. */
static bool
read_words(struct scan *scan, struct date_reading *reading)
{
	int year, month, day = 0;
	bool has_day = read_day_in_words(scan, &day);
	struct scan before;

	skip_between_words(scan);
	month = scan_name(scan, months, MONTHS);
	if (month == 0)
		return false;
	skip_between_words(scan);
	before = *scan;
	if (!has_day && read_year_in_words(scan, &year) &&
	    scan_is_at_end(scan)) {
		set_period(reading, year, month, DATE_MONTH);
		return true;
	}
	if (!has_day) {
		*scan = before;
		if (!read_day_in_words(scan, &day))
			return false;
		skip_between_words(scan);
		before = *scan;
		if (read_year_after_time(scan, &year)) {
			set_day(reading, year, month, day);
			return true;
		}
		*scan = before;
	}
	if (!read_year_in_words(scan, &year))
		return false;
	set_day(reading, year, month, day);
	return date_clock_read_rest(scan);
}

static bool
read_in_words(struct scan scan, struct date_reading *reading)
{
	struct scan era = scan;
	int year;

	if (scan_number(&era, YEAR_DIGITS, &year) && year > 0 &&
	    read_era(&era, &year)) {
		set_period(reading, year, 1, DATE_YEAR);
		return true;
	}
	if (scan_name(&scan, weekdays, 7))
		scan_skip_between(&scan);
	return read_words(&scan, reading);
}

struct date_reading
date_read(const char *text, size_t length)
{
	static bool (*const readers[])(struct scan, struct date_reading *) = {
	    read_minute, read_epoch, read_year_first, read_year_last,
	    read_in_words};
	struct scan scan = {text, text + length};
	struct date_reading reading;

	scan_skip_blanks(&scan);
	while (scan.end > scan.at && scan_is_blank(scan.end[-1]))
		scan.end--;
	for (size_t i = 0; i < sizeof readers / sizeof readers[0]; i++) {
		memset(&reading, 0, sizeof reading);
		if (readers[i](scan, &reading))
			return reading;
	}
	memset(&reading, 0, sizeof reading);
	reading.outcome = DATE_UNKNOWN;
	return reading;
}
