/* The lock of the folder of an index. */
#include "store/folder_lock.h"

#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

enum {
	WAIT_STEPS = 400,
	WAIT_STEP_NS = 5 * 1000 * 1000,
};

static int
open_folder(const char *path)
{
	char *folder = place_folder(path);
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	free(folder);
	return fd;
}

int
folder_lock(const char *path, int how)
{
	int fd = open_folder(path);

	for (int step = 0; fd >= 0 && step < WAIT_STEPS; step++) {
		struct timespec pause = {0, WAIT_STEP_NS};

		if (flock(fd, how | LOCK_NB) == 0)
			return fd;
		if (errno == EINTR)
			continue;
		if (errno != EWOULDBLOCK) /* a file system without locks */
			return fd;
		nanosleep(&pause, NULL);
	}
	if (fd < 0)
		return FOLDER_UNLOCKED;
	close(fd);
	return FOLDER_BUSY;
}
