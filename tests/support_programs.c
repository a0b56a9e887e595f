/* Running the two programs as others do, from a Check program. */
#include "support_programs.h"

#include "alloc.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARGUMENTS_MOST = 31, TIME_LIMIT = 20 };

/* This program is BUILD/tests/NAME; those under test are in BUILD. */
static void
find_program(const char *program, char path[PATH_MAX])
{
	char self[PATH_MAX - 64];
	ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);

	if (length < 0)
		abort();
	self[length] = '\0';
	for (int i = 0; i < 2; i++) {
		char *slash = strrchr(self, '/');

		if (!slash)
			abort();
		*slash = '\0';
	}
	snprintf(path, PATH_MAX, "%s/%s", self, program);
}

struct program_run
program_start(const char *program, const char *const *arguments)
{
	int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct program_run run = program_start_reading(program, arguments,
	    nothing);

	close(nothing);
	return run;
}

struct program_run
program_start_reading(const char *program, const char *const *arguments,
    int in)
{
	struct program_run run = {-1, memfd_create("out", MFD_CLOEXEC),
	    memfd_create("err", MFD_CLOEXEC)};
	const char *argv[ARGUMENTS_MOST + 2] = {program};
	posix_spawn_file_actions_t actions;
	char path[PATH_MAX];
	int code;

	for (int i = 0; i < ARGUMENTS_MOST && arguments[i]; i++)
		argv[i + 1] = arguments[i];
	find_program(program, path);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in, 0);
	posix_spawn_file_actions_adddup2(&actions, run.out, 1);
	posix_spawn_file_actions_adddup2(&actions, run.err, 2);
	code = posix_spawn(&run.process, path, &actions, NULL,
	    (char *const *)(uintptr_t)argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (code) {
		fprintf(stderr, "%s: %s\n", path, strerror(code));
		abort();
	}
	return run;
}

static char *
read_whole(int fd, size_t *size)
{
	struct stat file;
	char *text;
	ssize_t got;

	if (fstat(fd, &file) != 0)
		abort();
	text = alloc_bytes((size_t)file.st_size + 1);
	got = pread(fd, text, (size_t)file.st_size, 0);
	if (got < 0)
		abort();
	text[got] = '\0';
	*size = (size_t)got;
	return text;
}

char *
program_output(const struct program_run *run)
{
	size_t size;

	return read_whole(run->out, &size);
}

struct program_answer
program_end(struct program_run *run, unsigned seconds)
{
	struct program_answer answer = {0};
	struct pollfd end = {pidfd_open(run->process, 0), POLLIN, 0};
	struct rusage usage = {0};
	int status, ready;

	do
		ready = poll(&end, 1, (int)seconds * 1000);
	while (ready < 0 && errno == EINTR);
	if (ready == 0)
		kill(run->process, SIGKILL);
	close(end.fd);
	while (wait4(run->process, &status, 0, &usage) < 0 && errno == EINTR)
		;
	answer.status = WIFEXITED(status) ? WEXITSTATUS(status)
	    : 128 + WTERMSIG(status);
	answer.memory = usage.ru_maxrss;
	answer.out = read_whole(run->out, &answer.out_size);
	answer.err = read_whole(run->err, &answer.err_size);
	close(run->out);
	close(run->err);
	return answer;
}

struct program_answer
program_answer(const char *program, const char *const *arguments)
{
	struct program_run run = program_start(program, arguments);

	return program_end(&run, TIME_LIMIT);
}

void
program_answer_free(struct program_answer *answer)
{
	free(answer->out);
	free(answer->err);
	*answer = (struct program_answer){0};
}

/* --- comparing --- */

/* The bytes up to the next time taken, or to the end; `*next` is after it. */
static size_t
up_to_time(const char *text, const char *end, const char **next)
{
	static const char name[] = "\"ms\":";
	const char *at = memmem(text, (size_t)(end - text), name,
	    sizeof name - 1);

	if (!at) {
		*next = end;
		return (size_t)(end - text);
	}
	at += sizeof name - 1;
	*next = at;
	while (*next < end && **next >= '0' && **next <= '9')
		++*next;
	return (size_t)(at - text);
}

/* Whether one goes as the other until the first of both ends; then `*a_end`
 * and `*b_end` say which did. */
static bool
goes_along(const struct program_answer *a, const struct program_answer *b,
    bool *a_ends, bool *b_ends)
{
	const char *x = a->out, *x_end = a->out + a->out_size;
	const char *y = b->out, *y_end = b->out + b->out_size;

	while (x < x_end && y < y_end) {
		const char *x_next, *y_next;
		size_t n = up_to_time(x, x_end, &x_next);
		size_t m = up_to_time(y, y_end, &y_next);
		bool is_last = x_next == x_end || y_next == y_end;

		if ((n != m && !is_last) || memcmp(x, y, n < m ? n : m) != 0)
			return false;
		x = n > m ? x + m : x_next;
		y = m > n ? y + n : y_next;
		if (n != m)
			break;
	}
	*a_ends = x == x_end;
	*b_ends = y == y_end;
	return *a_ends || *b_ends;
}

bool
program_is_same(const struct program_answer *a, const struct program_answer *b)
{
	bool a_ends, b_ends;

	return a->status == b->status && goes_along(a, b, &a_ends, &b_ends) &&
	    a_ends && b_ends;
}

bool
program_is_begin(const struct program_answer *a,
    const struct program_answer *b)
{
	bool a_ends, b_ends;

	return goes_along(a, b, &a_ends, &b_ends) && a_ends;
}
