/*
 * Whole programs, from start to end: what a person at a shell waits for.
 * The time of starting a process is in it, that of a shell is not.
 */
#include "bench.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static double
seconds_of(struct timeval time)
{
	return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

enum status
process_run(char *const *argv, int out, struct process_times *times,
    struct error *error)
{
	posix_spawn_file_actions_t actions;
	struct rusage usage;
	double start;
	int result, wait_status;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	if (out < 0)
		posix_spawn_file_actions_addopen(
		    &actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	else
		posix_spawn_file_actions_adddup2(
		    &actions, out, STDOUT_FILENO);
	start = bench_now();
	result = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (result != 0)
		return error_set(error, STATUS_IO, "%s: %s", argv[0],
		    strerror(result));
	while (wait4(pid, &wait_status, 0, &usage) < 0)
		if (errno != EINTR)
			return error_set(error, STATUS_IO, "%s: %s", argv[0],
			    strerror(errno));
	times->seconds = (bench_now() - start) / 1e6;
	times->cpu_seconds =
	    seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
	times->exit_status = WIFEXITED(wait_status)
	    ? WEXITSTATUS(wait_status)
	    : 128 + WTERMSIG(wait_status);
	return STATUS_OK;
}

/* Whether pages of a file are in memory, by asking, not by reading. */
static bool
is_cached(int file, size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t n = (size + page - 1) / page, cached = 0;
	void *map = mmap(NULL, size, PROT_READ, MAP_SHARED, file, 0);
	unsigned char *pages = malloc(n);

	if (map != MAP_FAILED && pages && mincore(map, size, pages) == 0)
		for (size_t i = 0; i < n; i++)
			cached += pages[i] & 1;
	if (map != MAP_FAILED)
		munmap(map, size);
	free(pages);
	return cached > 0;
}

/* Only clean pages can be dropped, and only those that nobody maps. */
static enum status
drop_cache(const char *path, struct error *error)
{
	enum status status = STATUS_OK;
	struct stat what;
	int file = open(path, O_RDONLY | O_CLOEXEC);

	if (file < 0 || fstat(file, &what) != 0 || fsync(file) != 0 ||
	    posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED) != 0)
		status = error_set(
		    error, STATUS_IO, "%s: %s", path, strerror(errno));
	else if (what.st_size > 0 && is_cached(file, (size_t)what.st_size))
		status = error_set(error, STATUS_BUSY,
		    "%s stays in the page cache: another process uses it",
		    path);
	if (file >= 0)
		close(file);
	return status;
}

static enum status
run_once(char *const *argv, const char *cold, struct error *error)
{
	struct process_times times;
	enum status status =
	    cold ? drop_cache(cold, error) : STATUS_OK;

	if (status == STATUS_OK)
		status = process_run(argv, -1, &times, error);
	if (status != STATUS_OK)
		return status;
	/* 1 says that nothing was found, or that records were skipped. */
	if (times.exit_status > 1)
		return error_set(error, STATUS_IO,
		    "%s ended with exit status %d", argv[0],
		    times.exit_status);
	printf("%.2f\t%.2f\n", times.seconds * 1e3, times.cpu_seconds * 1e3);
	return STATUS_OK;
}

enum status
bench_process(int argc, char **argv, struct error *error)
{
	static const struct option names[] = {
	    {"cold", required_argument, NULL, 'c'}, {0}};
	enum status status = STATUS_OK;
	const char *cold = NULL;
	int repeat, option;

	/* What follows the command is the command's. */
	while ((option = getopt_long(argc, argv, "+", names, NULL)) == 'c')
		cold = optarg;
	if (option != -1 || argc - optind < 2)
		return STATUS_INVALID;
	repeat = atoi(argv[optind]);
	if (repeat < 1)
		return STATUS_INVALID;
	for (int i = 0; i < repeat && status == STATUS_OK; i++)
		status = run_once(argv + optind + 1, cold, error);
	return status;
}
