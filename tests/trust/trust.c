/* Rows, their counts, and the processes that share them. */
#include "trust.h"

#include "shim.h"
#include "support.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	WORKERS_MOST = 64,
	FAILURES_TOLD = 20, /* or QUIRE_TOLD */
	TIME_LIMIT = 20,    /* of a program, in seconds */
};

static double
seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

uint64_t
trust_number(const char *name, uint64_t usual)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 0) : usual;
}

struct trust_row *
trust_begin(const char *name, uint64_t least)
{
	struct trust_row *row = mmap(NULL, sizeof *row, PROT_READ |
	    PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (row == MAP_FAILED)
		abort();
	row->name = name;
	row->least = least;
	row->seed = trust_number("QUIRE_SEED", (uint64_t)time(NULL));
	row->started = seconds_now();
	setvbuf(stdout, NULL, _IOLBF, 0);
	return row;
}

int
trust_end(struct trust_row *row)
{
	printf("%s, %llu, %llu, %llu, %.0f\n", row->name,
	    (unsigned long long)row->count, (unsigned long long)row->failures,
	    (unsigned long long)row->seed, seconds_now() - row->started);
	if (row->count < row->least)
		printf("# %s: at least %llu were wanted\n", row->name,
		    (unsigned long long)row->least);
	return row->failures > 0 || row->count < row->least;
}

void
trust_count(struct trust_row *row, uint64_t n)
{
	__atomic_add_fetch(&row->count, n, __ATOMIC_SEQ_CST);
}

void
trust_failed(struct trust_row *row, const char *format, ...)
{
	char text[1024], *end;
	va_list arguments;

	if (__atomic_add_fetch(&row->failures, 1, __ATOMIC_SEQ_CST) >
	    trust_number("QUIRE_TOLD", FAILURES_TOLD) || row->is_quiet)
		return;
	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	end = text + strlen(text);
	while (end > text && end[-1] == '\n')
		*--end = '\0';
	while ((end = strchr(text, '\n')))
		*end = '|';
	printf("# %s: %s\n", row->name, text);
}

uint64_t
trust_seed(const struct trust_row *row, uint64_t item)
{
	uint64_t state = row->seed + item * 0x632be59bd9b4e019U;

	return support_random(&state);
}

/* --- sharing --- */

struct share {
	struct trust_row *row;
	uint64_t n;
	trust_work *work;
	void *context;
	char *folder;
	uint64_t *at; /* of each worker, in shared memory: its item, from 1 */
};

static pid_t
start_worker(const struct share *share, unsigned worker)
{
	char folder[PATH_MAX], name[32];
	uint64_t item;
	pid_t process;

	snprintf(name, sizeof name, "%u", worker);
	trust_path(folder, share->folder, name);
	fflush(stdout);
	process = fork();
	if (process != 0)
		return process;
	trust_clear(folder);
	while ((item = __atomic_fetch_add(&share->row->next, 1,
	    __ATOMIC_SEQ_CST)) < share->n) {
		share->at[worker] = item + 1;
		share->work(share->context, share->row, folder, item);
	}
	fflush(stdout);
	_exit(0);
}

void
trust_share(struct trust_row *row, uint64_t n, trust_work *work,
    void *context)
{
	struct share share = {row, n, work, context, trust_folder(), NULL};
	unsigned n_workers = (unsigned)trust_number("QUIRE_JOBS",
	    (uint64_t)sysconf(_SC_NPROCESSORS_ONLN));
	pid_t processes[WORKERS_MOST], ended;
	int status;

	if (n_workers > WORKERS_MOST)
		n_workers = WORKERS_MOST;
	share.at = mmap(NULL, sizeof *share.at * WORKERS_MOST, PROT_READ |
	    PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (share.at == MAP_FAILED)
		abort();
	row->next = 0;
	for (unsigned i = 0; i < n_workers; i++)
		processes[i] = start_worker(&share, i);
	while ((ended = wait(&status)) > 0)
		for (unsigned i = 0; i < n_workers; i++) {
			if (processes[i] != ended || status == 0)
				continue;
			trust_failed(row, "item %llu: a worker ends with "
			    "%#x", (unsigned long long)share.at[i] - 1,
			    (unsigned)status);
			processes[i] = start_worker(&share, i);
		}
	munmap(share.at, sizeof *share.at * WORKERS_MOST);
	free(share.folder);
}

/* --- programs --- */

static void
set(const char *name, const char *value)
{
	if (value)
		setenv(name, value, 1);
	else
		unsetenv(name);
}

static void
set_number(const char *name, uint64_t value)
{
	char text[32];

	snprintf(text, sizeof text, "%llu", (unsigned long long)value);
	set(name, value ? text : NULL);
}

/* The library lies beside this program. */
static void
find_library(char path[PATH_MAX])
{
	ssize_t size = readlink("/proc/self/exe", path, PATH_MAX - 16);

	if (size < 0)
		abort();
	path[size] = '\0';
	strcpy(strrchr(path, '/'), "/shim.so");
}

static void
set_plan(const struct trust_plan *plan, const char *report)
{
	set("SHIM_REPORT", report);
	set("SHIM_KINDS", plan->kinds);
	set("SHIM_DO", plan->deed);
	set("SHIM_LOG", plan->log);
	set_number("SHIM_CALL", plan->call);
	set_number("SHIM_ALLOCATION", plan->allocation);
	set_number("SHIM_FOREVER", plan->forever);
	set_number("SHIM_NOSYNC", plan->no_sync);
}

static struct program_run
start_preloaded(const char *program, const char *const *arguments)
{
	struct program_run run;
	char library[PATH_MAX];

	find_library(library);
	setenv("LD_PRELOAD", library, 1);
	run = program_start(program, arguments);
	unsetenv("LD_PRELOAD");
	return run;
}

struct program_run
trust_start(const char *program, const char *const *arguments,
    const struct trust_plan *plan)
{
	set_plan(plan, NULL);
	return start_preloaded(program, arguments);
}

struct program_answer
trust_run(const char *program, const char *const *arguments,
    const struct trust_plan *plan, struct trust_counts *counts)
{
	char memory[] = "/dev/shm/quire-report-XXXXXX";
	char disk[] = "/tmp/quire-report-XXXXXX", *path = memory;
	struct program_answer answer;
	struct program_run run;
	struct shim_report report = {0};
	int fd = mkstemp(path);

	if (fd < 0)
		fd = mkstemp(path = disk);
	if (fd < 0)
		abort();
	set_plan(plan, path);
	run = start_preloaded(program, arguments);
	answer = program_end(&run, TIME_LIMIT);
	if (pread(fd, &report, sizeof report, 0) != sizeof report)
		fprintf(stderr, "%s: no report: %s\n", program, answer.err);
	close(fd);
	unlink(path);
	if (counts)
		*counts = (struct trust_counts){report.calls,
		    report.allocations, report.fired, (char)report.kind};
	return answer;
}

bool
trust_is_signal(const struct program_answer *answer)
{
	return answer->status > 3;
}

uint64_t
trust_told_in_line(const char *line)
{
	static const char name[] = "{\"type\":\"committed\",\"articles\":";

	/* A line that was cut short acknowledges nothing. */
	if (strncmp(line, name, sizeof name - 1) != 0 || !strchr(line, '\n'))
		return 0;
	return strtoull(line + sizeof name - 1, NULL, 10);
}

uint64_t
trust_told(const char *out)
{
	uint64_t told = 0;

	for (const char *end; (end = strchr(out, '\n')); out = end + 1) {
		uint64_t n = trust_told_in_line(out);

		told = n ? n : told;
	}
	return told;
}
