/* When another process began. */
#include "process_start.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STATE_FIELD = 3, START_FIELD = 22 }; /* of proc(5)'s stat */

/* Clock ticks from the start of the machine, or 0. */
static unsigned long long
start_ticks(const char *line)
{
	/* The second field is a name that may hold anything. */
	const char *at = strrchr(line, ')');

	for (int field = STATE_FIELD - 1; at && field < START_FIELD; field++)
		at = strchr(at + 1, ' ');
	return at ? strtoull(at, NULL, 10) : 0;
}

/*
 * The times of the folder /proc/PROCESS are no help: they are those of the
 * first look at it.
 */
bool
process_start(int process, time_t *start)
{
	unsigned long long ticks = 0;
	long each = sysconf(_SC_CLK_TCK);
	struct timespec up, now;
	char path[32], line[1024];
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/stat", process);
	file = fopen(path, "re");
	if (!file)
		return false;
	if (fgets(line, sizeof line, file))
		ticks = start_ticks(line);
	fclose(file);
	if (!ticks || each <= 0 || clock_gettime(CLOCK_BOOTTIME, &up) != 0 ||
	    clock_gettime(CLOCK_REALTIME, &now) != 0)
		return false;
	*start = now.tv_sec - up.tv_sec + (time_t)(ticks /
	    (unsigned long long)each);
	return true;
}
