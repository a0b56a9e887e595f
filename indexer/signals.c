/* SIGINT, SIGTERM and SIGUSR1 as flags that the work looks at. */
#include "signals.h"

#include <stddef.h>

/* A handler can be told nothing, so these have to be global. */
static volatile sig_atomic_t stop, report;

static void
on_stop(int number)
{
	if (stop) {
		signal(number, SIG_DFL);
		raise(number);
	}
	stop = number;
}

static void
on_report(int number)
{
	(void)number;
	report = 1;
}

/* Who starts us with a signal ignored (nohup) wants it so. */
static void
catch_unless_ignored(int number, const struct sigaction *action)
{
	struct sigaction old;

	if (sigaction(number, NULL, &old) == 0 &&
	    old.sa_handler != SIG_IGN)
		sigaction(number, action, NULL);
}

void
signals_catch(void)
{
	/* Not SA_RESTART: a read that waits for a pipe has to come back.
	 * SA_NODEFER: the second signal ends us from inside the handler. */
	struct sigaction stopping = {.sa_handler = on_stop,
	    .sa_flags = SA_NODEFER};
	struct sigaction reporting = {.sa_handler = on_report,
	    .sa_flags = SA_RESTART};

	sigemptyset(&stopping.sa_mask);
	sigemptyset(&reporting.sa_mask);
	catch_unless_ignored(SIGINT, &stopping);
	catch_unless_ignored(SIGTERM, &stopping);
	sigaction(SIGUSR1, &reporting, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
}

const volatile sig_atomic_t *
signals_stop(void)
{
	return &stop;
}

bool
signals_take_report(void)
{
	bool was = report != 0;

	report = 0;
	return was;
}

void
signals_die(void)
{
	if (!stop)
		return;
	signal(stop, SIG_DFL);
	raise(stop);
}
