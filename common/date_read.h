/* One date in any of the forms that articles use.  For common alone. */
#ifndef QUIRE_DATE_READ_H
#define QUIRE_DATE_READ_H

#include "date.h"

enum date_outcome {
	DATE_READ,     /* `date` and `last` are set */
	DATE_UNKNOWN,  /* the text is in none of the forms */
	DATE_NO_MONTH, /* `month` of `year` does not exist */
	DATE_NO_DAY,   /* `day` of `month` of `year` does not exist */
	DATE_TWO_DAYS, /* `day`.`month` and `month`.`day` of `year` both do */
};

struct date_reading {
	enum date_outcome outcome;
	struct date date;
	int32_t last; /* the last day of the period, Sunday for a week */
	int year, month, day;
};

/* Reads the forms that date_parse lists. */
struct date_reading date_read(const char *text, size_t length);

/* Days of a month from 1 to 12. */
int date_days_of_month(int year, int month);

/* "January" to "December". */
const char *date_month_name(int month);

#endif
