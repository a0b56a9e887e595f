/* SIGINT, SIGTERM and SIGUSR1 as flags that the work looks at. */
#include "signals.h"

#include <errno.h>
#include <stddef.h>
#include <unistd.h>

/* A handler can be told nothing, so these have to be global. */
static volatile sig_atomic_t stop, report, tells;

/* Who pressed Ctrl-C sees at once that it was heard. */
static void
tell_stopping(void)
{
	static const char text[] = "\r\033[KStopping: committing what was "
	    "read (again: stop at once)\n";

	if (tells && write(STDERR_FILENO, text, sizeof text - 1) < 0)
		tells = 0;
}

static void
on_stop(int number)
{
	int kept = errno;

	if (stop) {
		signal(number, SIG_DFL);
		raise(number);
	}
	stop = number;
	tell_stopping();
	errno = kept;
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
signals_catch_stop(void)
{
	/* Not SA_RESTART: a wait for a pipe has to come back.
	 * SA_NODEFER: the second signal ends us from inside the handler. */
	struct sigaction stopping = {.sa_handler = on_stop,
	    .sa_flags = SA_NODEFER};

	sigemptyset(&stopping.sa_mask);
	tells = isatty(STDERR_FILENO);
	catch_unless_ignored(SIGINT, &stopping);
	catch_unless_ignored(SIGTERM, &stopping);
}

void
signals_catch(void)
{
	struct sigaction reporting = {.sa_handler = on_report,
	    .sa_flags = SA_RESTART};

	sigemptyset(&reporting.sa_mask);
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
