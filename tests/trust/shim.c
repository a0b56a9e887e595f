/* What is to happen, as the environment says, and when. */
#include "shim_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

bool shim_is_ready, shim_has_no_sync;

enum deed { DO_NOTHING, DO_KILL_BEFORE, DO_KILL_AFTER, DO_SHORTEN, DO_FAIL };

static struct {
	char kinds[32];
	uint64_t call, allocation;
	enum deed deed;
	int error;
	bool forever;
} plan;

static struct shim_report nowhere, *report = &nowhere;

static uint64_t
number(const char *name)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 10) : 0;
}

static void
read_deed(const char *text)
{
	if (!text)
		plan.deed = DO_NOTHING;
	else if (!strcmp(text, "kill-before"))
		plan.deed = DO_KILL_BEFORE;
	else if (!strcmp(text, "kill-after"))
		plan.deed = DO_KILL_AFTER;
	else if (!strcmp(text, "short"))
		plan.deed = DO_SHORTEN;
	else {
		plan.deed = DO_FAIL;
		plan.error = atoi(text);
	}
}

static void
open_report(const char *path)
{
	long fd;
	void *map;

	if (!path)
		return;
	fd = syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CREAT | O_CLOEXEC,
	    0600);
	if (fd < 0 || syscall(SYS_ftruncate, fd, sizeof *report) != 0)
		abort();
	map = (void *)syscall(SYS_mmap, NULL, sizeof *report, PROT_READ |
	    PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		abort();
	report = map;
	syscall(SYS_close, fd);
}

__attribute__((constructor)) static void
shim_start(void)
{
	cookie_io_functions_t output = {.write = shim_output};
	const char *kinds = getenv("SHIM_KINDS");

	snprintf(plan.kinds, sizeof plan.kinds, "%s",
	    kinds ? kinds : "wstconmr");
	read_deed(getenv("SHIM_DO"));
	plan.call = number("SHIM_CALL");
	plan.allocation = number("SHIM_ALLOCATION");
	plan.forever = number("SHIM_FOREVER");
	shim_has_no_sync = number("SHIM_NOSYNC");
	open_report(getenv("SHIM_REPORT"));
	shim_log_open(getenv("SHIM_LOG"));
	stdout = fopencookie(NULL, "w", output);
	if (!stdout)
		abort();
	shim_is_ready = true;
}

_Noreturn void
shim_die(void)
{
	syscall(SYS_kill, getpid(), SIGKILL);
	for (;;)
		pause();
}

static bool
is_due(uint64_t now, uint64_t when)
{
	return when && (now == when || (plan.forever && now > when));
}

enum shim_action
shim_ask(char kind)
{
	uint64_t now;

	if (!shim_is_ready || !strchr(plan.kinds, kind))
		return SHIM_GO;
	now = __atomic_add_fetch(&report->calls, 1, __ATOMIC_SEQ_CST);
	if (!is_due(now, plan.call) || plan.deed == DO_NOTHING)
		return SHIM_GO;
	__atomic_add_fetch(&report->fired, 1, __ATOMIC_SEQ_CST);
	report->kind = (uint64_t)kind;
	switch (plan.deed) {
	case DO_KILL_BEFORE:
		shim_die();
	case DO_KILL_AFTER:
		return SHIM_DIE_AFTER;
	case DO_SHORTEN:
		return SHIM_SHORTEN;
	default:
		errno = plan.error;
		return SHIM_FAIL;
	}
}

bool
shim_may_allocate(void)
{
	uint64_t now;

	if (!shim_is_ready)
		return true;
	now = __atomic_add_fetch(&report->allocations, 1, __ATOMIC_SEQ_CST);
	if (!is_due(now, plan.allocation))
		return true;
	__atomic_add_fetch(&report->fired, 1, __ATOMIC_SEQ_CST);
	errno = ENOMEM;
	return false;
}
