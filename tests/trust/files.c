/* Folders of a row: made, copied, cleared, compared. */
#include "alloc.h"
#include "support.h"
#include "trust.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FOLDERS_MOST = 16 };

static char *folders[FOLDERS_MOST];
static unsigned n_folders;
static pid_t owner;

char *
trust_path(char path[PATH_MAX], const char *folder, const char *name)
{
	if (snprintf(path, PATH_MAX, "%s/%s", folder, name) >= PATH_MAX)
		abort();
	return path;
}

static void
remove_folders(void)
{
	if (getpid() != owner)
		return;
	for (unsigned i = 0; i < n_folders; i++)
		support_remove_folder(folders[i]);
}

char *
trust_folder(void)
{
	char memory[] = "/dev/shm/quire-trust-XXXXXX";
	char disk[] = "/tmp/quire-trust-XXXXXX";
	char *made = mkdtemp(memory);

	if (!made)
		made = mkdtemp(disk);
	if (!made || n_folders == FOLDERS_MOST)
		abort();
	if (!owner) {
		owner = getpid();
		atexit(remove_folders);
	}
	folders[n_folders++] = alloc_string(made);
	return alloc_string(made);
}

void
trust_clear(const char *folder)
{
	support_remove_folder(folder);
	if (mkdir(folder, 0700) != 0)
		abort();
}

static void
copy_file(const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	static char bytes[1 << 16];
	ssize_t n;

	if (in < 0 || out < 0)
		abort();
	while ((n = read(in, bytes, sizeof bytes)) > 0)
		if (write(out, bytes, (size_t)n) != n)
			abort();
	close(in);
	if (close(out) != 0)
		abort();
}

static void
copy_entry(const char *from, const char *to)
{
	struct stat file;

	if (stat(from, &file) != 0)
		abort();
	if (S_ISDIR(file.st_mode))
		trust_copy(from, to);
	else
		copy_file(from, to);
}

void
trust_copy(const char *from, const char *to)
{
	trust_clear(to);
	trust_fill(from, to);
}

void
trust_fill(const char *from, const char *to)
{
	DIR *names = opendir(from);
	struct dirent *entry;

	if (!names)
		abort();
	while ((entry = readdir(names))) {
		char a[PATH_MAX], b[PATH_MAX];

		if (entry->d_name[0] == '.')
			continue;
		copy_entry(trust_path(a, from, entry->d_name),
		    trust_path(b, to, entry->d_name));
	}
	closedir(names);
}

bool
trust_same_file(const char *a, const char *b)
{
	FILE *x = fopen(a, "re"), *y = fopen(b, "re");
	bool same = true;
	int c, d;

	do {
		c = x ? getc_unlocked(x) : EOF;
		d = y ? getc_unlocked(y) : EOF;
		same = c == d;
	} while (same && c != EOF);
	if (x)
		fclose(x);
	if (y)
		fclose(y);
	return same;
}
