/* Dates of articles, and those that a person types. */
#include "fuzz.h"

#include "date.h"

#include <stdlib.h>
#include <string.h>

static void
check_date(struct date date)
{
	char text[DATE_TEXT_MAX];
	struct date again;
	int year, month, day;

	FUZZ_CHECK(date.precision >= DATE_DAY && date.precision <= DATE_YEAR);
	FUZZ_CHECK(date_last_day(date) >= date.day);
	FUZZ_CHECK(date_last_day(date) - date.day <= 365);
	date_to_civil(date.day, &year, &month, &day);
	FUZZ_CHECK(date_from_civil(year, month, day) == date.day);
	FUZZ_CHECK(year >= -9999 && year <= 9999);
	date_format(date, text);
	FUZZ_CHECK(strlen(text) < DATE_TEXT_MAX && text[0]);
	if (year < 0)
		return; /* written, but not among the forms that are read */
	FUZZ_CHECK(date_parse(text, strlen(text), &again));
	FUZZ_CHECK(again.day == date.day &&
	    again.precision == date.precision);
}

static void
check_range(const struct date_range *range, bool is_period)
{
	FUZZ_CHECK(range->unknown || range->first <= range->last);
	FUZZ_CHECK(!is_period || !range->unknown);
}

void
fuzz_date(const uint8_t *bytes, size_t size)
{
	struct fuzz_input input = {bytes, bytes + size};
	int32_t today = date_from_civil(1800 + fuzz_u8(&input) * 2, 2, 28) +
	    fuzz_u8(&input) % 8;
	struct error error = {0};
	struct date_range range;
	struct date date;
	size_t length;
	char *text = fuzz_rest(&input, &length);

	if (date_parse(text, length, &date))
		check_date(date);
	if (date_range_parse(text, length, today, &range, &error) ==
	    STATUS_OK)
		check_range(&range, false);
	else
		FUZZ_CHECK(error.message[0]);
	if (date_period_parse(text, length, today, &range, &error) ==
	    STATUS_OK)
		check_range(&range, true);
	free(text);
}
