/* The time of day and the zone, which are checked and forgotten. */
#include "date_clock.h"

#include <string.h>

enum { MOST_HOURS = 14 }; /* that a zone is ahead, in Kiribati */

/* Eight digits at most, four in a row, so that a second date is no zone. */
bool
date_clock_read_zone(struct scan *scan)
{
	size_t n_digits = 0;

	while (!scan_is_at_end(scan)) {
		size_t n = scan_count_digits(scan);
		char c = *scan->at;

		n_digits += n;
		if (n > 4 || n_digits > 8)
			return false;
		if (n == 0 && !scan_is_letter(c) && !scan_is_blank(c) &&
		    (c == '\0' || !strchr("+-:/()[]_.", c)))
			return false;
		scan->at += n > 0 ? n : 1;
	}
	return true;
}

/* Reads Z, +02, +0200 or +02:00 at the end, right after a day. */
static bool
read_offset(struct scan *scan)
{
	int hours, minutes = 0;

	if (scan_accept(scan, 'Z') || scan_accept(scan, 'z'))
		return scan_is_at_end(scan);
	if (!scan_accept(scan, '+') && !scan_accept(scan, '-'))
		return false;
	if (scan_count_digits(scan) == 4) {
		hours = (int)scan_take_digits(scan, 2);
		minutes = (int)scan_take_digits(scan, 2);
	} else if (!scan_number(scan, 2, &hours) ||
	    (scan_accept(scan, ':') && !scan_number(scan, 2, &minutes))) {
		return false;
	}
	return scan_is_at_end(scan) && hours <= MOST_HOURS && minutes < 60;
}

bool
date_clock_read_time(struct scan *scan)
{
	int hour, minute = 0, second = 0;
	size_t n = scan_count_digits(scan);

	if (n == 4 || n == 6) {
		hour = (int)scan_take_digits(scan, 2);
		minute = (int)scan_take_digits(scan, 2);
		second = (int)scan_take_digits(scan, n - 4);
	} else if (!scan_number(scan, 2, &hour)) {
		return false;
	} else if (scan_accept(scan, ':')) {
		if (!scan_number(scan, 2, &minute))
			return false;
		if (scan_accept(scan, ':') && !scan_number(scan, 2, &second))
			return false;
	}
	if (hour > 24 || minute > 59 || second > 60)
		return false;
	if (scan_accept(scan, '.') || scan_accept(scan, ','))
		scan->at += scan_count_digits(scan);
	scan_skip_blanks(scan);
	if (!scan_accept_word(scan, "am"))
		scan_accept_word(scan, "pm");
	scan_skip_blanks(scan);
	return true;
}

bool
date_clock_read_rest(struct scan *scan)
{
	struct scan offset;

	scan_skip_blanks(scan);
	offset = *scan;
	if (scan_is_at_end(scan) || read_offset(&offset))
		return true;
	if (scan_accept(scan, 'T') || scan_accept(scan, 't'))
		return date_clock_read_time(scan) && date_clock_read_zone(scan);
	scan_skip_between(scan);
	if (!scan_accept_word(scan, "at"))
		scan_accept(scan, '-');
	scan_skip_blanks(scan);
	/* A lone number after a day could be anything. */
	return memchr(scan->at, ':', (size_t)(scan->end - scan->at)) &&
	    date_clock_read_time(scan) && date_clock_read_zone(scan);
}
