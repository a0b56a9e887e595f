/* What the Check programs share. */
#include "support.h"

#include "alloc.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

int
support_run(Suite *suite)
{
	SRunner *runner = srunner_create(suite);
	int n_failed;

	srunner_run_all(runner, CK_ENV);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

uint64_t
support_seed(const char *test)
{
	const char *text = getenv("QUIRE_SEED");
	uint64_t seed;

	if (text)
		seed = strtoull(text, NULL, 0);
	else
		seed = (uint64_t)time(NULL) * 2654435761U ^ (uint64_t)getpid();
	printf("%s: QUIRE_SEED=%llu\n", test, (unsigned long long)seed);
	fflush(stdout);
	return seed;
}

uint64_t
support_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15U;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
	z = (z ^ z >> 27) * 0x94d049bb133111ebU;
	return z ^ z >> 31;
}

uint32_t
support_below(uint64_t *state, uint32_t n)
{
	return (uint32_t)(support_random(state) % n);
}

static char folder_to_remove[64];
static pid_t folder_owner;

static int
remove_entry(const char *path, const struct stat *status, int kind,
    struct FTW *walk)
{
	(void)status;
	(void)kind;
	(void)walk;
	return remove(path);
}

void
support_remove_folder(const char *path)
{
	nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

static void
remove_folder(void)
{
	if (getpid() == folder_owner)
		support_remove_folder(folder_to_remove);
}

char *
support_folder(void)
{
	char template[] = "/tmp/quire-test-XXXXXX";

	if (!mkdtemp(template))
		abort();
	if (folder_owner != getpid()) {
		folder_owner = getpid();
		memcpy(folder_to_remove, template, sizeof template);
		atexit(remove_folder);
	}
	return alloc_string(template);
}

const char *
support_shared(void)
{
	static const char path[] = "../shared";
	struct stat status;

	if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
		return path;
	return NULL;
}
