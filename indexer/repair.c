/* --repair: the order of its parts, and the swap. */
#include "repair.h"

#include "alloc.h"
#include "buffer.h"
#include "repair_parts.h"
#include "store_file.h"
#include "verify.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

void
repair_lose(struct repair *repair, const struct lost_article *article)
{
	repair->result->lost += (uint64_t)article->others + 1;
	if (repair->tell)
		repair->tell(repair->context, article);
}

/* --- is there anything to do? --- */

/*
 * A damaged file may lead LMDB where it faults, which ends the process that
 * looks: so another one does.  Its end says what it found.
 */
static enum status
check_apart(const char *path, const char *name, struct error *error)
{
	struct verify_counts counts;
	pid_t process = fork();
	int status;

	if (process < 0)
		return error_set(error, STATUS_IO, "no process to check "
		    "index %s in: %s", name, strerror(errno));
	if (process == 0) {
		int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

		if (nowhere >= 0)
			dup2(nowhere, STDERR_FILENO);
		_exit((int)verify_run(path, name, false, NULL, NULL, &counts,
		    NULL));
	}
	while (waitpid(process, &status, 0) < 0 && errno == EINTR)
		continue;
	if (!WIFEXITED(status))
		return STATUS_DAMAGED;
	switch ((enum status)WEXITSTATUS(status)) {
	case STATUS_OK:
		return STATUS_OK;
	case STATUS_BUSY:
	case STATUS_FULL:
	case STATUS_IO:
		return error_set(error, (enum status)WEXITSTATUS(status),
		    "index %s cannot be checked", name);
	default: /* the handler of faults has an exit status of its own */
		return STATUS_DAMAGED;
	}
}

/* --- the new file --- */

static void
note_damaged(void *context, size_t place)
{
	struct repair *repair = context;

	repair->segments[place].is_damaged = true;
}

static enum status
make_whole(struct repair *repair, const char *to, struct error *error)
{
	struct verify_telling telling = {.segment = note_damaged,
	    .context = repair};
	const size_t most = (size_t)64 << 20; /* of a transaction */
	struct verify_counts counts;
	enum status status = verify_tell_all(to, repair->name, false,
	    &telling, &counts, error);

	if (status != STATUS_OK && status != STATUS_DAMAGED)
		return status;
	status = store_open(to, repair->name, STORE_EXISTING,
	    repair->memory / 8 < most ? (size_t)(repair->memory / 8) : most,
	    &repair->store, error);
	if (status == STATUS_OK)
		status = repair_sources(repair, error);
	if (status == STATUS_OK)
		status = repair_living(repair, error);
	if (status == STATUS_OK)
		status = repair_rebuild(repair, error);
	store_close(repair->store);
	repair->store = NULL;
	if (status == STATUS_OK)
		status = verify_run(to, repair->name, false, NULL, NULL,
		    &counts, error);
	repair->result->kept = counts.articles;
	return status;
}

/* --- the swap --- */

/* NAME.damaged, or the first NAME.damaged.2 ... that is free. */
static int
give_name(const char *made, const char *path, struct buffer *damaged)
{
	int code = EEXIST;

	for (unsigned i = 1; code == EEXIST && i < 1000; i++) {
		buffer_clear(damaged);
		buffer_append_format(damaged, "%s.damaged", path);
		if (i > 1)
			buffer_append_format(damaged, ".%u", i);
		code = store_file_give_name(made, buffer_string(damaged));
	}
	return code;
}

static enum status
swap(struct repair *repair, const char *made, struct error *error)
{
	struct buffer damaged = {0};
	struct store_hold hold;
	enum status status = store_file_hold(&hold, repair->path,
	    repair->name, error);
	int code;

	if (status != STATUS_OK)
		return status;
	code = give_name(made, repair->path, &damaged);
	status = code ? error_set(error, STATUS_IO, "cannot rename %s: %s",
	    made, strerror(code)) : store_file_exchange(
	    buffer_string(&damaged), repair->path, repair->name, error);
	if (status == STATUS_OK)
		repair->result->damaged = alloc_string(
		    buffer_string(&damaged));
	else if (!code)
		store_file_remove(buffer_string(&damaged));
	store_file_release(&hold);
	buffer_free(&damaged);
	return status;
}

/* --- the whole --- */

static enum status
nothing_left(const struct repair *repair, struct error *error)
{
	error_set(error, STATUS_DAMAGED, "nothing of index %s can be read",
	    repair->name);
	error_hint(error, "put a backup in its place, or quire-index -i %s "
	    "--drop and index its sources again", repair->name);
	return STATUS_DAMAGED;
}

static enum status
repair_locked(struct repair *repair, int fd, struct error *error)
{
	struct environment words = {
	    .name = (char *)(uintptr_t)repair->name};
	struct buffer made = {0};
	enum status status = check_apart(repair->path, repair->name, error);

	repair->result->is_whole = status == STATUS_OK;
	if (status != STATUS_DAMAGED)
		return status;
	status = salvage_read(&repair->salvage, fd, error);
	if (status == STATUS_NOT_FOUND) {
		status = environment_check_metas(&words, fd, error);
		return status == STATUS_INVALID ? status
		    : nothing_left(repair, error);
	}
	if (status != STATUS_OK)
		return status;
	repair->result->is_older = !repair->salvage.is_last;
	buffer_append_format(&made, "%s.repair-%d", repair->path,
	    (int)getpid());
	store_file_remove(buffer_string(&made));
	status = repair_copy(repair, buffer_string(&made), error);
	if (status == STATUS_OK)
		status = make_whole(repair, buffer_string(&made), error);
	if (status == STATUS_OK)
		status = swap(repair, buffer_string(&made), error);
	store_file_remove(buffer_string(&made));
	buffer_free(&made);
	return status;
}

enum status
repair_run(const char *path, const char *name, uint64_t memory,
    repair_tell *tell, void *context, struct repair_result *result,
    struct error *error)
{
	struct repair repair = {.path = path, .name = name, .memory = memory,
	    .tell = tell, .context = context, .result = result};
	struct store_lock lock = {-1};
	enum status status;

	*result = (struct repair_result){0};
	store_file_remove_stale(path);
	status = store_file_has_one_name(path, name, error);
	if (status == STATUS_OK)
		status = store_lock_take(&lock, path, name, error);
	if (status == STATUS_OK)
		status = repair_locked(&repair, lock.fd, error);
	salvage_free(&repair.salvage);
	free(repair.segments);
	store_lock_release(&lock);
	return status;
}
