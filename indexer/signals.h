/* SIGINT, SIGTERM and SIGUSR1 as flags that the work looks at. */
#ifndef QUIRE_INDEXER_SIGNALS_H
#define QUIRE_INDEXER_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

/* SIGPIPE and SIGXFSZ become write errors; SIGUSR1 asks for a report. */
void signals_catch(void);

/*
 * For what can stop and keep what it did: the first SIGINT or SIGTERM sets
 * the flag of signals_stop, and says so if stderr is a terminal; a second
 * one ends the process.
 */
void signals_catch_stop(void);

/* Not 0: stop, commit and come back. */
const volatile sig_atomic_t *signals_stop(void);

/* Whether SIGUSR1 came since the last call. */
bool signals_take_report(void);

/* Ends the process by the signal that was caught, if there was one. */
void signals_die(void);

#endif
