/* Disks that are made for a row, where mounting is permitted. */
#include "disk.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOT_RUN = 77 };

static void
write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		abort();
	close(fd);
}

bool
disk_may_mount(void)
{
	static bool is_alone;
	uid_t user = getuid();
	char map[32];

	if (is_alone)
		return true;
	if (unshare(CLONE_NEWNS) != 0) {
		if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
			return false;
		snprintf(map, sizeof map, "%u %u 1", user, user);
		write_text("/proc/self/uid_map", map);
	}
	is_alone = mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
	return is_alone;
}

bool
disk_can_be_made(void)
{
	pid_t process = fork();
	int status = 1;

	if (process == 0)
		_exit(!(disk_may_mount() && mount("tmpfs", "/tmp", "tmpfs",
		    0, NULL) == 0));
	return process > 0 && waitpid(process, &status, 0) == process &&
	    status == 0;
}

int
disk_not_run(struct trust_row *row, const char *why)
{
	printf("not run: %s\n", why);
	row->least = 0;
	trust_end(row);
	return NOT_RUN;
}
