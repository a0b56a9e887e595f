/*
 * Dates as articles carry them: a day, or only a month or a year, in any
 * century.  The time of day and the zone are not kept: the day is the one
 * that the text names.  Used by indexer and query.
 */
#ifndef QUIRE_DATE_H
#define QUIRE_DATE_H

#include "status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum date_precision {
	DATE_NONE = 0, /* no date */
	DATE_DAY = 1,
	DATE_MONTH = 2,
	DATE_YEAR = 3,
};

struct date {
	int32_t day; /* days since 1970-01-01 (proleptic Gregorian) of the
	                first day of the period; years -9999 to 9999 */
	uint8_t precision; /* enum date_precision */
};

enum { DATE_TEXT_MAX = 16 };

/*
 * Days since 1970-01-01 of a day of the proleptic Gregorian calendar, and
 * back.  `month` 1 to 12, `day` 1 to 31.
 */
int32_t date_from_civil(int year, int month, int day);
void date_to_civil(int32_t day, int *year, int *month, int *day_of_month);

/* The last day of the period of a date that is not DATE_NONE. */
int32_t date_last_day(struct date date);

/*
 * Reads the date of an article: ISO 8601 (2020, 2020-10, 2020-10-02,
 * 20201002, 2020-W40, 2020-276, each day form also with a time and a zone),
 * 202010021230 and 20201002123000,
 * RFC 2822 ("Fri, 02 Oct 2020 12:00:00 +0000"), "2 October 2020",
 * "2 Oct. 2020", "October 2, 2020", "2nd October 2020", "October 2020",
 * "2020/10/02", and seconds or milliseconds since 1970 as 9 to 13 digits
 * (of which 12 are a day and a time if they can be, in 1500 to 2100).
 * Blanks around are ignored.  Returns false, leaving `*date` alone, if it
 * is none of them, is no day of the calendar, or could mean two days
 * (03/04/2015).
 */
bool date_parse(const char *text, size_t length, struct date *date);

/* "2020", "2020-10" or "2020-10-02"; "" for DATE_NONE.  Returns `text`. */
const char *date_format(struct date date, char text[DATE_TEXT_MAX]);

/* Days from `first` to `last`, both included. */
struct date_range {
	int32_t first, last; /* INT32_MIN and INT32_MAX where open */
	bool unknown;        /* "?": the articles without a date instead */
};

/*
 * Reads what a person types after date: for a range: 2021, 2021-03,
 * 2021-03-04, 1990s, 2019..2021-06, ..1945, 2020.., today, yesterday, 30d,
 * 6m, 2y, 3w, 12h, >2019, <2019, >=, <=, ?, and every form of date_parse.
 * `today` is the day that relative dates count from.
 *
 * Returns STATUS_OK, or STATUS_INVALID with the message and hint of a
 * mistyped date: which day the month does not have, which two days it could
 * mean, that the range ends before it begins, or the forms understood.
 */
enum status date_range_parse(const char *text, size_t length, int32_t today,
    struct date_range *range, struct error *error);

/*
 * Reads one end of such a range, as --since and --until name it: only what
 * may stand beside "..", so 30d is the day so long ago, and neither a range
 * nor a comparison nor "?" is understood.  Returns as date_range_parse.
 */
enum status date_period_parse(const char *text, size_t length, int32_t today,
    struct date_range *period, struct error *error);

/* Whether a date may lie in the range (an imprecise one counts if any of
 * its days does). */
bool date_in_range(struct date date, struct date_range range);

/* The local day now, or the one named by QUIRE_TODAY (for tests). */
int32_t date_today(void);

#endif
