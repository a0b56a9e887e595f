/* SIGINT, SIGTERM and SIGUSR1 as flags that the work looks at. */
#ifndef QUIRE_INDEXER_SIGNALS_H
#define QUIRE_INDEXER_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

/*
 * The first SIGINT or SIGTERM sets the flag of signals_stop, a second one
 * ends the process.  SIGPIPE and SIGXFSZ become write errors.
 */
void signals_catch(void);

/* Not 0: stop, commit and come back. */
const volatile sig_atomic_t *signals_stop(void);

/* Whether SIGUSR1 came since the last call. */
bool signals_take_report(void);

/* Ends the process by the signal that was caught, if there was one. */
void signals_die(void);

#endif
