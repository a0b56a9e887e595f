/*
 * How long indexing takes and what it makes, by quire-index itself: the
 * whole program, from its start until everything is on the disk.
 *
 * The equal work of engines: words with their places, no stored text, every
 * article stemmed as English.
 */
#include "bench.h"

#include "buffer.h"
#include "store/snapshot.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* quire-index lies where this program does. */
static enum status
find_indexer(struct buffer *path, struct error *error)
{
	char self[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self));
	const char *end = length > 0 ? memrchr(self, '/', (size_t)length)
	                             : NULL;

	if (end == NULL)
		return error_set(error, STATUS_IO, "/proc/self/exe: %s",
		    strerror(errno));
	buffer_append(path, self, (size_t)(end - self));
	buffer_append_string(path, "/quire-index");
	buffer_string(path);
	return STATUS_OK;
}

/* A new index in a folder that may hold one of an earlier run. */
static enum status
make_room(const char *path, struct error *error)
{
	struct buffer lock = {0};
	enum status status = STATUS_OK;

	buffer_append_format(&lock, "%s-lock", path);
	if ((unlink(path) != 0 && errno != ENOENT) ||
	    (unlink(buffer_string(&lock)) != 0 && errno != ENOENT))
		status = error_set(
		    error, STATUS_IO, "%s: %s", path, strerror(errno));
	buffer_free(&lock);
	return status;
}

static enum status
run_indexer(const char *index, const char *corpus, bool text,
    struct process_times *times, struct error *error)
{
	const char *threads = getenv("THREADS");
	struct buffer program = {0};
	enum status status = find_indexer(&program, error);
	const char *argv[] = {(const char *)program.bytes, "-q", "-i", index,
	    "-j", threads ? threads : "1", "--lang", "en",
	    text ? "--" : "--no-text", corpus, NULL};

	if (status == STATUS_OK)
		status = process_run(
		    (char *const *)argv, STDERR_FILENO, times, error);
	/* 1: done, but records were skipped, which quire-index has told. */
	if (status == STATUS_OK && times->exit_status > 1)
		status = error_set(error, STATUS_IO,
		    "quire-index ended with exit status %d",
		    times->exit_status);
	buffer_free(&program);
	return status;
}

static enum status
print_line(const char *index, bool text, const struct process_times *times,
    struct error *error)
{
	struct snapshot *snapshot;
	struct stat file;
	enum status status = snapshot_open(index, index, &snapshot, error);

	if (status != STATUS_OK)
		return status;
	if (stat(index, &file) != 0)
		status = error_set(
		    error, STATUS_IO, "%s: %s", index, strerror(errno));
	else
		printf("{\"engine\":\"quire-%s%s\",\"docs\":%llu,"
		       "\"seconds\":%.2f,\"cpu_seconds\":%.2f,"
		       "\"bytes\":%lld}\n",
		    QUIRE_VERSION, text ? "-text" : "",
		    (unsigned long long)snapshot_statistics(snapshot).living,
		    times->seconds, times->cpu_seconds,
		    (long long)file.st_size);
	snapshot_close(snapshot);
	return status;
}

enum status
bench_index(int argc, char **argv, struct error *error)
{
	static const struct option names[] = {
	    {"text", no_argument, NULL, 't'}, {0}};
	struct process_times times;
	struct buffer path = {0};
	enum status status;
	bool text = false;
	int option;

	while ((option = getopt_long(argc, argv, "", names, NULL)) == 't')
		text = true;
	if (option != -1 || argc - optind != 2)
		return STATUS_INVALID;
	buffer_append_format(&path, "%s/quire", argv[optind + 1]);
	status = make_room(buffer_string(&path), error);
	if (status == STATUS_OK)
		status = run_indexer(buffer_string(&path), argv[optind], text,
		    &times, error);
	if (status == STATUS_OK)
		status = print_line(
		    buffer_string(&path), text, &times, error);
	buffer_free(&path);
	return status;
}
