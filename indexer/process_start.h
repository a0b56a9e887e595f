/* When another process began. */
#ifndef QUIRE_INDEXER_PROCESS_START_H
#define QUIRE_INDEXER_PROCESS_START_H

#include <stdbool.h>
#include <time.h>

/*
 * False if it cannot be told: there is no such process, or it is hidden
 * from us.  Right to a second, unless the clock was set meanwhile.
 */
bool process_start(int process, time_t *start);

#endif
