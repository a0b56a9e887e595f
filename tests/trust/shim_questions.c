/* What is asked about files, and locks of them. */
#include "shim_parts.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>

#define QUESTION(kind, name, parameters, arguments) \
	int \
	name parameters \
	{ \
		static int (*next) parameters; \
		if (!next) \
			*(void **)&next = dlsym(RTLD_NEXT, #name); \
		return shim_ask(kind) == SHIM_FAIL ? -1 : next arguments; \
	}

QUESTION(SHIM_ASK, fstat, (int fd, struct stat *file), (fd, file))
QUESTION(SHIM_ASK, stat, (const char *path, struct stat *file), (path, file))
QUESTION(SHIM_ASK, lstat, (const char *path, struct stat *file), (path, file))
QUESTION(SHIM_ASK, fstatat, (int folder, const char *path, struct stat *file,
    int flags), (folder, path, file, flags))
QUESTION(SHIM_ASK, statfs, (const char *path, struct statfs *disk),
    (path, disk))
QUESTION(SHIM_ASK, statvfs, (const char *path, struct statvfs *disk),
    (path, disk))
QUESTION(SHIM_LOCK, flock, (int fd, int operation), (fd, operation))

int
fcntl(int fd, int command, ...)
{
	static int (*next)(int, int, ...);
	bool is_lock = command == F_SETLK || command == F_SETLKW ||
	    command == F_GETLK;
	va_list more;
	void *argument;

	if (!next)
		*(void **)&next = dlsym(RTLD_NEXT, "fcntl");
	va_start(more, command);
	argument = va_arg(more, void *);
	va_end(more);
	return is_lock && shim_ask(SHIM_LOCK) == SHIM_FAIL ? -1
	    : next(fd, command, argument);
}
