/*
 * The time of day and the zone that may follow a day.  They are checked, so
 * that no other text is taken for a date, and forgotten.  For common alone.
 */
#ifndef QUIRE_DATE_CLOCK_H
#define QUIRE_DATE_CLOCK_H

#include "scan.h"

/* Reads "12", "12:30", "12:30:59.5" or "123059", each with am or pm. */
bool date_clock_read_time(struct scan *scan);

/* Reads all that is left if it can be a zone: +02:00, CEST, Europe/Paris. */
bool date_clock_read_zone(struct scan *scan);

/* Reads all that is left after a day: nothing, a zone, or a time. */
bool date_clock_read_rest(struct scan *scan);

#endif
