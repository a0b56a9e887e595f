/* Tests of include/date.h. */
#include "date.h"
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

START_TEST(days_of_the_calendar_follow_each_other_without_a_gap)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
	    31};
	int32_t expected = date_from_civil(-9999, 1, 1);

	ck_assert_int_eq(date_from_civil(1970, 1, 1), 0);
	ck_assert_int_eq(date_from_civil(2000, 3, 1), 11017);
	for (int year = -9999; year <= 9999; year++) {
		bool leap = year % 4 == 0 &&
		    (year % 100 != 0 || year % 400 == 0);

		for (int month = 1; month <= 12; month++) {
			int last = days[month - 1] + (month == 2 && leap);

			for (int day = 1; day <= last; day++) {
				int y, m, d;

				if (date_from_civil(year, month, day) !=
				    expected)
					ck_abort_msg("%d-%d-%d", year, month,
					    day);
				date_to_civil(expected, &y, &m, &d);
				if (y != year || m != month || d != day)
					ck_abort_msg("%d", expected);
				expected++;
			}
		}
	}
}
END_TEST

static const struct {
	const char *text, *date;
} read_cases[] = {
	/* ISO 8601 */
	{"2020", "2020"},
	{"1066", "1066"},
	{"0000", "0000"},
	{"0800", "0800"},
	{"-0044", "-0044"},
	{"-0044-03", "-0044-03"},
	{"-0044-03-15", "-0044-03-15"},
	{"+2020-10-02", "2020-10-02"},
	{"2020-10", "2020-10"},
	{"2020-10-02", "2020-10-02"},
	{"  2020-10-02\n", "2020-10-02"},
	{"2020-1-2", "2020-01-02"},
	{"20201002", "2020-10-02"},
	{"20201002T120000Z", "2020-10-02"},
	{"20201002120000", "2020-10-02"},
	{"202010021230", "2020-10-02"},
	{"150001010000", "1500-01-01"},
	{"210012312359", "2100-12-31"},
	{"202002292359", "2020-02-29"},
	{"2020-W40", "2020-09-28"},
	{"2020-W53-7", "2021-01-03"},
	{"2020W405", "2020-10-02"},
	{"2021-W01", "2021-01-04"},
	{"2008-W01-1", "2007-12-31"},
	{"2010-W01-1", "2010-01-04"},
	{"2020-W40-5T10:00", "2020-10-02"},
	{"2020-276", "2020-10-02"},
	{"2020-366", "2020-12-31"},
	{"2020-001T00:00:00Z", "2020-01-01"},
	{"2020-10-02T12:00", "2020-10-02"},
	{"2020-10-02t12:00z", "2020-10-02"},
	{"2020-10-02T23:59:60.123456+14:00", "2020-10-02"},
	{"2020-10-02T00:30:00-0800", "2020-10-02"},
	{"2020-10-02T12:00:00,5Z", "2020-10-02"},
	{"2020-10-02T12:00:00+02:00[Europe/Paris]", "2020-10-02"},
	{"2020-10-02 12:00:00", "2020-10-02"},
	{"2020-10-02 12:00:00 UTC", "2020-10-02"},
	{"2020-10-02Z", "2020-10-02"},
	{"2020-10-02+01:00", "2020-10-02"},
	{"2020/10/02", "2020-10-02"},
	{"2020/10/02 04:05", "2020-10-02"},
	{"2020.10.02", "2020-10-02"},
	{"2020/10", "2020-10"},
	/* leap years */
	{"2020-02-29", "2020-02-29"},
	{"2000-02-29", "2000-02-29"},
	{"0000-02-29", "0000-02-29"},
	{"-0004-02-29", "-0004-02-29"},
	/* RFC 2822 and its kin */
	{"Fri, 02 Oct 2020 12:00:00 +0000", "2020-10-02"},
	{"Fri, 2 Oct 2020 12:00:00 -0500 (EST)", "2020-10-02"},
	{"02 Oct 2020 12:00 GMT", "2020-10-02"},
	{"Fri, 02 Oct 98 12:00:00 GMT", "1998-10-02"},
	{"Friday, 02-Oct-20 12:00:00 GMT", "2020-10-02"},
	{"Fri Oct  2 12:00:00 2020", "2020-10-02"},
	{"Fri Oct  2 12:00:00 UTC 2020", "2020-10-02"},
	{"Fri Oct 02 12:00:00 +0000 2020", "2020-10-02"},
	/* in words */
	{"2 October 2020", "2020-10-02"},
	{"2 OCTOBER 2020", "2020-10-02"},
	{"2 Oct. 2020", "2020-10-02"},
	{"2 oct 2020", "2020-10-02"},
	{"2-Oct-2020", "2020-10-02"},
	{"2020-Oct-02", "2020-10-02"},
	{"2020 October 2", "2020-10-02"},
	{"2nd October 2020", "2020-10-02"},
	{"2nd of October, 2020", "2020-10-02"},
	{"1st May 1900", "1900-05-01"},
	{"3rd Sept 1939", "1939-09-03"},
	{"11th November 1918", "1918-11-11"},
	{"October 2, 2020", "2020-10-02"},
	{"October 2nd, 2020", "2020-10-02"},
	{"Oct. 2, 2020", "2020-10-02"},
	{"Oct 2 2020", "2020-10-02"},
	{"October 2, 2020 at 5:30 PM EDT", "2020-10-02"},
	{"October 2, 2020, 5:30 p", "2020-10-02"},
	{"2 October 2020 - 14:30", "2020-10-02"},
	{"Friday, October 2, 2020", "2020-10-02"},
	{"Friday 2 October 2020", "2020-10-02"},
	{"October 2020", "2020-10"},
	{"Oct. 2020", "2020-10"},
	{"October, 2020", "2020-10"},
	{"14 October 1066", "1066-10-14"},
	{"2 September 476", "0476-09-02"},
	{"15 March 44 BC", "-0043-03-15"},
	{"September 9 AD", "0009-09"},
	{"44 BC", "-0043"},
	{"1 B.C.", "0000"},
	{"800 CE", "0800"},
	/* day and month in figures, if only one reading is a day */
	{"25/12/2015", "2015-12-25"},
	{"12/25/2015", "2015-12-25"},
	{"25.12.2015", "2015-12-25"},
	{"25-12-2015", "2015-12-25"},
	{"4/4/2015", "2015-04-04"},
	{"12/25/2015 10:30", "2015-12-25"},
	{"10/2020", "2020-10"},
	/* seconds and milliseconds since 1970 */
	{"1601640000", "2020-10-02"},
	{"1601640000.25", "2020-10-02"},
	{"1601640000000", "2020-10-02"},
	{"999999999", "2001-09-09"},
	{"100000000000", "1973-03-03"},
	/* twelve digits that are no day with a time, so milliseconds */
	{"999999999999", "2001-09-09"},
	{"149912312359", "1974-10-02"},
	{"210101010000", "1976-08-28"},
	{"202013021230", "1976-05-27"},
	{"202002301230", "1976-05-26"},
	{"202010022430", "1976-05-27"},
	{"202010021260", "1976-05-27"},
	{"202010021230.5", "1976-05-27"},
};

START_TEST(a_date_is_read_as_the_table_says)
{
	const char *text = read_cases[_i].text;
	struct date date = {0};
	char shown[DATE_TEXT_MAX];

	ck_assert_msg(date_parse(text, strlen(text), &date), "%s", text);
	ck_assert_msg(!strcmp(date_format(date, shown), read_cases[_i].date),
	    "%s was read as %s", text, shown);
}
END_TEST

static const char *const refused[] = {"", " ", "soon", "2", "20", "202",
    "202010", "20200", "12345678", "2020-", "2020-1", "2020-00", "2020-13",
    "2020-00-00", "2020-10-00", "2020-10-32", "2020-02-30", "2019-02-29",
    "1900-02-29", "2100-02-29", "2020-04-31", "2020-W00", "2020-W54",
    "2021-W53", "2020-W40-8", "2020-W40-0", "2020-W4", "2019-366", "2020-367",
    "2020-000", "2020-10-02T25:00", "2020-10-02T12:60", "2020-10-02 5",
    "2020-10-02-my-title", "2020-10-02-2015", "2020-10-02-15",
    "2020-10-02 12:00 - 2021-03-04 13:00",
    "2020-10-02x", "2020x", "2020 10", "03/04/2015", "3.4.2015", "1-2-2003",
    "13/13/2015", "31/02/2015", "25/12/15", "32/1/2015", "0/1/2015",
    "2 October", "October 2", "October", "32 October 2020", "0 October 2020",
    "2 Octobre 2020", "2 Foo 2020", "31 June 2020", "October 32, 2020",
    "2 October 20", "0 BC", "12345678901234567890", "99999999",
    "-1601640000", "1601640000x", "Friday", "2020-10-02T", "2020-10-02Tx",
    "--2020", "2020--10", "\xff\xfe", "2020-10-02\xff", "+", "-", "October -",
    "2020-10-02 12:00 \xc3\xa9"};

START_TEST(what_is_no_date_is_refused)
{
	struct date date = {.day = 7, .precision = DATE_MONTH};

	ck_assert_msg(!date_parse(refused[_i], strlen(refused[_i]), &date),
	    "\"%s\" was read as a date", refused[_i]);
	ck_assert_int_eq(date.day, 7);
	ck_assert_int_eq(date.precision, DATE_MONTH);
}
END_TEST

START_TEST(a_date_survives_being_written_and_read)
{
	for (int year = -9999; year <= 9999; year += 7)
		for (int precision = DATE_DAY; precision <= DATE_YEAR;
		     precision++) {
			struct date date, again;
			char text[DATE_TEXT_MAX];

			date.precision = (uint8_t)precision;
			date.day = date_from_civil(year,
			    precision == DATE_YEAR ? 1 : 11,
			    precision == DATE_DAY ? 28 : 1);
			date_format(date, text);
			if (!date_parse(text, strlen(text), &again) ||
			    again.day != date.day ||
			    again.precision != date.precision)
				ck_abort_msg("%s", text);
		}
}
END_TEST

START_TEST(no_bytes_make_the_reader_leave_its_text)
{
	static const char bytes[] = "0123456789 -/.:,+TZWOctMayBCthof\n\xc3";
	uint64_t seed = support_seed("date: any bytes");

	for (int round = 0; round < 200000; round++) {
		size_t length = support_below(&seed, 30);
		/* Exactly as long as the text, so that a sanitizer sees. */
		char *text = malloc(length + 1);
		char *exact = malloc(length ? length : 1);
		struct date_range range;
		struct date date;
		struct error error;

		for (size_t i = 0; i < length; i++)
			text[i] =
			    bytes[support_below(&seed, sizeof bytes - 1)];
		memcpy(exact, text, length);
		if (date_parse(exact, length, &date))
			ck_assert(date_last_day(date) >= date.day);
		date_range_parse(exact, length, 18000, &range, &error);
		date_period_parse(exact, length, 18000, &range, &error);
		free(exact);
		free(text);
	}
}
END_TEST

/* "FIRST..LAST" with days, an open end left out; "?" for those without. */
static void
describe(struct date_range range, char *text, size_t size)
{
	char first[DATE_TEXT_MAX] = "", last[DATE_TEXT_MAX] = "";

	if (range.first != INT32_MIN)
		date_format((struct date){range.first, DATE_DAY}, first);
	if (range.last != INT32_MAX)
		date_format((struct date){range.last, DATE_DAY}, last);
	if (range.unknown)
		snprintf(text, size, "?");
	else
		snprintf(text, size, "%s..%s", first, last);
}

/* Today is 2021-03-31. */
static const struct {
	const char *typed, *range;
} range_cases[] = {
	{"2021", "2021-01-01..2021-12-31"},
	{"2021-03", "2021-03-01..2021-03-31"},
	{"2021-03-04", "2021-03-04..2021-03-04"},
	{"2020-02", "2020-02-01..2020-02-29"},
	{"2020-W40", "2020-09-28..2020-10-04"},
	{"4 March 2021", "2021-03-04..2021-03-04"},
	{"March 2021", "2021-03-01..2021-03-31"},
	{"25/12/2015", "2015-12-25..2015-12-25"},
	{"1990s", "1990-01-01..1999-12-31"},
	{"1900S", "1900-01-01..1909-12-31"},
	{"2019..2021-06", "2019-01-01..2021-06-30"},
	{" 2019 .. 2021 ", "2019-01-01..2021-12-31"},
	{"2019...2021", "2019-01-01..2021-12-31"},
	{"..1945", "..1945-12-31"},
	{"2020..", "2020-01-01.."},
	{"-0044..0014", "-0044-01-01..0014-12-31"},
	{"1990s..2010s", "1990-01-01..2019-12-31"},
	{"2021-03-04..2021-03-04", "2021-03-04..2021-03-04"},
	{"today", "2021-03-31..2021-03-31"},
	{"Yesterday", "2021-03-30..2021-03-30"},
	{"2020..today", "2020-01-01..2021-03-31"},
	{"30d", "2021-03-01..2021-03-31"},
	{"0d", "2021-03-31..2021-03-31"},
	{"3w", "2021-03-10..2021-03-31"},
	{"1m", "2021-02-28..2021-03-31"},
	{"6M", "2020-09-30..2021-03-31"},
	{"2y", "2019-03-31..2021-03-31"},
	{"12h", "2021-03-30..2021-03-31"},
	{"25h", "2021-03-29..2021-03-31"},
	{"30d..", "2021-03-01.."},
	{"..30d", "..2021-03-01"},
	{"2m..1m", "2021-01-31..2021-02-28"},
	{">2019", "2020-01-01.."},
	{">=2019", "2019-01-01.."},
	{"<2019", "..2018-12-31"},
	{"<= 2019", "..2019-12-31"},
	{">2021-02", "2021-03-01.."},
	{"?", "?"},
};

START_TEST(a_range_is_read_as_the_table_says)
{
	const char *typed = range_cases[_i].typed;
	int32_t today = date_from_civil(2021, 3, 31);
	struct date_range range = {0};
	struct error error = {0};
	char text[64];

	ck_assert_msg(date_range_parse(typed, strlen(typed), today, &range,
			  &error) == STATUS_OK,
	    "%s: %s", typed, error.message);
	describe(range, text, sizeof text);
	ck_assert_msg(!strcmp(text, range_cases[_i].range),
	    "%s was read as %s", typed, text);
}
END_TEST

#define FORMS "2015, 2015-02, 2015-02-28, 2014..2016, 30d, yesterday"

static const struct {
	const char *typed, *message, *hint;
} mistakes[] = {
	{"31/02/2015",
	    "date \"31/02/2015\" is not a date (February 2015 has 28 days)",
	    FORMS},
	{"2016-02-30",
	    "date \"2016-02-30\" is not a date (February 2016 has 29 days)",
	    FORMS},
	{"31 April 2015",
	    "date \"31 April 2015\" is not a date (April 2015 has 30 days)",
	    FORMS},
	{"2015-13-01",
	    "date \"2015-13-01\" is not a date (a year has 12 months)", FORMS},
	{"soon", "date \"soon\" is not a date", FORMS},
	{"", "date \"\" is not a date", FORMS},
	{"..", "date \"..\" is not a date", FORMS},
	{">", "date \"\" is not a date", FORMS},
	{"1995s", "date \"1995s\" is not a date", FORMS},
	{"5x", "date \"5x\" is not a date", FORMS},
	{"9999999d", "date \"9999999d\" is not a date", FORMS},
	{"2014..2015-02-29",
	    "date \"2015-02-29\" is not a date (February 2015 has 28 days)",
	    FORMS},
	{"03/04/2015", "date \"03/04/2015\" could be 3 April or 4 March",
	    "write 2015-04-03 or 2015-03-04"},
	{"12.11.2015..2016",
	    "date \"12.11.2015\" could be 12 November or 11 December",
	    "write 2015-11-12 or 2015-12-11"},
	{"2021..2019", "date:2021..2019 ends before it begins",
	    "date:2019..2021"},
	{"today..1990s", "date:today..1990s ends before it begins",
	    "date:1990s..today"},
};

START_TEST(a_mistyped_date_is_refused_with_its_reason)
{
	const char *typed = mistakes[_i].typed;
	struct date_range range = {1, 2, false};
	struct error error = {0};

	ck_assert_int_eq(date_range_parse(typed, strlen(typed), 18000, &range,
			     &error),
	    STATUS_INVALID);
	ck_assert_str_eq(error.message, mistakes[_i].message);
	ck_assert_str_eq(error.hint, mistakes[_i].hint);
	ck_assert_int_eq(range.first, 1);
	ck_assert_int_eq(range.last, 2);
	ck_assert_int_eq(date_range_parse(typed, strlen(typed), 18000, &range,
			     NULL),
	    STATUS_INVALID);
}
END_TEST

/* What may end a range is read by itself as there. */
static const char *const ends[] = {"2021", "2021-03", "2021-03-04",
    "2020-W40", "4 March 2021", "1990s", "today", "Yesterday", "30d", " 3w ",
    "1m", "2y", "25h", "-0044", "25/12/2015"};

START_TEST(an_end_of_a_range_is_read_as_in_the_range)
{
	const char *end = ends[_i];
	int32_t today = date_from_civil(2021, 3, 31);
	struct date_range alone = {0}, since = {0}, until = {0};
	char text[64];

	ck_assert_int_eq(date_period_parse(end, strlen(end), today, &alone,
			     NULL),
	    STATUS_OK);
	snprintf(text, sizeof text, "%s..", end);
	ck_assert_int_eq(date_range_parse(text, strlen(text), today, &since,
			     NULL),
	    STATUS_OK);
	snprintf(text, sizeof text, "..%s", end);
	ck_assert_int_eq(date_range_parse(text, strlen(text), today, &until,
			     NULL),
	    STATUS_OK);
	ck_assert_int_eq(alone.first, since.first);
	ck_assert_int_eq(alone.last, until.last);
	ck_assert(!alone.unknown);
}
END_TEST

#define ONE_DATE "2015, 2015-02, 2015-02-28, 1990s, 30d, yesterday"

static const struct {
	const char *typed, *message, *hint;
} no_ends[] = {
	{"?", "date \"?\" is not a single date", ONE_DATE},
	{"2019..2021", "date \"2019..2021\" is not a single date", ONE_DATE},
	{"..Oct 2021", "date \"..Oct 2021\" is not a single date", ONE_DATE},
	{"2021..", "date \"2021..\" is not a single date", ONE_DATE},
	{" >2019", "date \">2019\" is not a single date", ONE_DATE},
	{"<=2019", "date \"<=2019\" is not a single date", ONE_DATE},
	{"", "date \"\" is not a date", ONE_DATE},
	{"soon", "date \"soon\" is not a date", ONE_DATE},
	{"2016-02-30",
	    "date \"2016-02-30\" is not a date (February 2016 has 29 days)",
	    ONE_DATE},
	{"03/04/2015", "date \"03/04/2015\" could be 3 April or 4 March",
	    "write 2015-04-03 or 2015-03-04"},
};

START_TEST(what_is_no_end_of_a_range_is_refused)
{
	const char *typed = no_ends[_i].typed;
	struct date_range period = {1, 2, false};
	struct error error = {0};

	ck_assert_int_eq(date_period_parse(typed, strlen(typed), 18000,
			     &period, &error),
	    STATUS_INVALID);
	ck_assert_str_eq(error.message, no_ends[_i].message);
	ck_assert_str_eq(error.hint, no_ends[_i].hint);
	ck_assert_int_eq(period.first, 1);
	ck_assert_int_eq(period.last, 2);
}
END_TEST

START_TEST(an_imprecise_date_counts_if_any_of_its_days_does)
{
	struct date year = {date_from_civil(2020, 1, 1), DATE_YEAR};
	struct date month = {date_from_civil(2020, 2, 1), DATE_MONTH};
	struct date day = {date_from_civil(2020, 2, 29), DATE_DAY};
	struct date none = {0, DATE_NONE};
	struct date_range leap_day = {day.day, day.day, false};
	struct date_range march = {day.day + 1, day.day + 31, false};
	struct date_range unknown = {INT32_MIN, INT32_MAX, true};
	struct date_range open = {INT32_MIN, INT32_MAX, false};

	ck_assert(date_in_range(year, leap_day));
	ck_assert(date_in_range(month, leap_day));
	ck_assert(date_in_range(day, leap_day));
	ck_assert(!date_in_range(none, leap_day));
	ck_assert(date_in_range(year, march));
	ck_assert(!date_in_range(month, march));
	ck_assert(!date_in_range(day, march));
	ck_assert(date_in_range(none, unknown));
	ck_assert(!date_in_range(day, unknown));
	ck_assert(!date_in_range(none, open));
	ck_assert(date_in_range(year, open));
}
END_TEST

START_TEST(today_can_be_named_by_the_environment)
{
	int32_t now;

	setenv("QUIRE_TODAY", "2021-03-04", 1);
	ck_assert_int_eq(date_today(), date_from_civil(2021, 3, 4));
	setenv("QUIRE_TODAY", "nonsense", 1);
	now = date_today();
	ck_assert_int_gt(now, date_from_civil(2021, 3, 4));
	unsetenv("QUIRE_TODAY");
	ck_assert_int_ge(date_today(), now);
}
END_TEST

START_TEST(no_date_is_written_as_nothing)
{
	char text[DATE_TEXT_MAX] = "x";

	ck_assert_str_eq(date_format((struct date){5, DATE_NONE}, text), "");
	ck_assert_str_eq(
	    date_format((struct date){INT32_MAX, DATE_DAY}, text), "");
	ck_assert_str_eq(
	    date_format((struct date){INT32_MIN, DATE_DAY}, text), "");
}
END_TEST

static Suite *
date_suite(void)
{
	Suite *suite = suite_create("date");
	TCase *tcase = tcase_create("date");

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase,
	    days_of_the_calendar_follow_each_other_without_a_gap);
	tcase_add_loop_test(tcase, a_date_is_read_as_the_table_says, 0,
	    (int)(sizeof read_cases / sizeof read_cases[0]));
	tcase_add_loop_test(tcase, what_is_no_date_is_refused, 0,
	    (int)(sizeof refused / sizeof refused[0]));
	tcase_add_test(tcase, a_date_survives_being_written_and_read);
	tcase_add_test(tcase, no_bytes_make_the_reader_leave_its_text);
	tcase_add_loop_test(tcase, a_range_is_read_as_the_table_says, 0,
	    (int)(sizeof range_cases / sizeof range_cases[0]));
	tcase_add_loop_test(tcase, a_mistyped_date_is_refused_with_its_reason,
	    0, (int)(sizeof mistakes / sizeof mistakes[0]));
	tcase_add_loop_test(tcase, an_end_of_a_range_is_read_as_in_the_range,
	    0, (int)(sizeof ends / sizeof ends[0]));
	tcase_add_loop_test(tcase, what_is_no_end_of_a_range_is_refused, 0,
	    (int)(sizeof no_ends / sizeof no_ends[0]));
	tcase_add_test(tcase, an_imprecise_date_counts_if_any_of_its_days_does);
	tcase_add_test(tcase, today_can_be_named_by_the_environment);
	tcase_add_test(tcase, no_date_is_written_as_nothing);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return support_run(date_suite());
}
