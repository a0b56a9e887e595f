/* The calendar, and dates as articles carry them. */
#include "date.h"

#include "date_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	ERA_YEARS = 400, /* after which the calendar repeats */
	ERA_DAYS = 146097,
	ERA_START = 719468, /* days from 0000-03-01 to 1970-01-01 */
};

/*
 * Years are counted from March, so that the day a leap year adds is the last
 * one; 153 days make five months from March on, whatever five.  (Howard
 * Hinnant, "chrono-Compatible Low-Level Date Algorithms".)
 */
int32_t
date_from_civil(int year, int month, int day)
{
	int march_year = year - (month <= 2);
	int era = (march_year >= 0 ? march_year : march_year - ERA_YEARS + 1) /
	    ERA_YEARS;
	int year_of_era = march_year - era * ERA_YEARS;
	int day_of_year =
	    (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	int day_of_era = year_of_era * 365 + year_of_era / 4 -
	    year_of_era / 100 + day_of_year;

	return era * ERA_DAYS + day_of_era - ERA_START;
}

void
date_to_civil(int32_t day, int *year, int *month, int *day_of_month)
{
	int64_t shifted = (int64_t)day + ERA_START;
	int64_t era = (shifted >= 0 ? shifted : shifted - ERA_DAYS + 1) /
	    ERA_DAYS;
	int day_of_era = (int)(shifted - era * ERA_DAYS);
	int year_of_era = (day_of_era - day_of_era / 1460 +
			      day_of_era / 36524 - day_of_era / 146096) /
	    365;
	int day_of_year = day_of_era -
	    (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int month_from_march = (5 * day_of_year + 2) / 153;

	*day_of_month = day_of_year - (153 * month_from_march + 2) / 5 + 1;
	*month = month_from_march < 10 ? month_from_march + 3
	                               : month_from_march - 9;
	*year = (int)(year_of_era + era * ERA_YEARS) + (*month <= 2);
}

int32_t
date_last_day(struct date date)
{
	int year, month, day;

	date_to_civil(date.day, &year, &month, &day);
	switch (date.precision) {
	case DATE_MONTH:
		return date_from_civil(year, month,
		    date_days_of_month(year, month));
	case DATE_YEAR:
		return date_from_civil(year, 12, 31);
	default:
		return date.day;
	}
}

bool
date_parse(const char *text, size_t length, struct date *date)
{
	struct date_reading reading = date_read(text, length);

	if (reading.outcome != DATE_READ)
		return false;
	*date = reading.date;
	return true;
}

const char *
date_format(struct date date, char text[DATE_TEXT_MAX])
{
	int year, month, day;
	size_t n;

	text[0] = '\0';
	if (date.precision == DATE_NONE)
		return text;
	date_to_civil(date.day, &year, &month, &day);
	if (year < -9999 || year > 9999)
		return text; /* no date that date_parse makes */
	n = (size_t)snprintf(text, DATE_TEXT_MAX, "%s%04d",
	    year < 0 ? "-" : "", abs(year));
	if (date.precision != DATE_YEAR)
		n += (size_t)snprintf(text + n, DATE_TEXT_MAX - n, "-%02u",
		    (unsigned)month % 100);
	if (date.precision == DATE_DAY)
		snprintf(text + n, DATE_TEXT_MAX - n, "-%02u",
		    (unsigned)day % 100);
	return text;
}

bool
date_in_range(struct date date, struct date_range range)
{
	if (range.unknown || date.precision == DATE_NONE)
		return range.unknown && date.precision == DATE_NONE;
	return date.day <= range.last && date_last_day(date) >= range.first;
}

int32_t
date_today(void)
{
	const char *text = getenv("QUIRE_TODAY");
	time_t now = time(NULL);
	struct date date;
	struct tm local;

	if (text && date_parse(text, strlen(text), &date))
		return date.day;
	if (!localtime_r(&now, &local))
		return (int32_t)(now / 86400);
	return date_from_civil(local.tm_year + 1900, local.tm_mon + 1,
	    local.tm_mday);
}
