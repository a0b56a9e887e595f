/* --backup: a copy of an index that others read and write. */
#include "backup.h"

#include "buffer.h"
#include "copy.h"
#include "store_file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum status
is_there(const char *file, struct error *error)
{
	error_set(error, STATUS_INVALID, "%s exists already", file);
	error_hint(error, "name another file, or remove it");
	return STATUS_INVALID;
}

/* The copy gets its name, unless somebody else was faster. */
static enum status
give_name(const char *made, const char *file, uint64_t *size,
    struct error *error)
{
	struct stat copy;
	int code = stat(made, &copy) == 0 ? store_file_give_name(made, file)
	    : errno;

	if (code == EEXIST)
		return is_there(file, error);
	if (!code)
		code = store_file_sync_folder(file);
	if (code)
		return error_set(error, STATUS_IO, "cannot make %s: %s", file,
		    strerror(code));
	*size = (uint64_t)copy.st_size;
	return STATUS_OK;
}

enum status
backup_run(const char *path, const char *name, const char *file,
    uint64_t *size, struct error *error)
{
	struct environment from;
	struct buffer made = {0};
	struct stat old;
	enum status status;

	if (lstat(file, &old) == 0)
		return is_there(file, error);
	status = environment_open(&from, path, name, false, error);
	if (status != STATUS_OK)
		return status;
	buffer_append_format(&made, "%s.new-%d", file, (int)getpid());
	store_file_remove(buffer_string(&made));
	status = index_copy(&from, buffer_string(&made), name, error);
	environment_close(&from);
	if (status == STATUS_OK)
		status = give_name(buffer_string(&made), file, size, error);
	store_file_remove(buffer_string(&made));
	buffer_free(&made);
	return status;
}
