/*
 * An index is not made where another machine could write to it behind our
 * back.  There is no network disk here, so this program answers statfs itself.
 */
#include "store.h"
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

static unsigned file_system; /* what f_type is said to be */
static char *folder;
static char path[1024];

int
statfs(const char *of, struct statfs *disk)
{
	(void)of;
	*disk = (struct statfs){.f_bsize = 4096, .f_blocks = 1 << 20,
	    .f_bfree = 1 << 20, .f_bavail = 1 << 20};
	disk->f_type = (__typeof__(disk->f_type))file_system;
	return 0;
}

static void
set_up(void)
{
	folder = support_folder();
	snprintf(path, sizeof path, "%s/i", folder);
	unsetenv("QUIRE_ALLOW_NETWORK_DISK");
}

static void
tear_down(void)
{
	support_remove_folder(folder);
	free(folder);
}

static enum status
make(struct error *error)
{
	struct store *store = NULL;
	enum status status = store_open(path, "./i", STORE_CREATE, 1 << 20,
	    &store, error);

	store_close(store);
	return status;
}

static const struct {
	unsigned number; /* of the file system, statfs(2) */
	const char *name;
} networks[] = {
	{0x6969, "nfs"},
	{0xff534d42, "smb"},
	{0xfe534d42, "smb"},
	{0x01021997, "9p"},
	{0x65735546, "fuse"},
	{0x5346414f, "afs"},
	{0x00c36400, "ceph"},
};

START_TEST(no_index_is_made_on_a_network_file_system)
{
	struct error error = {0};
	char words[128];

	file_system = networks[_i].number;
	snprintf(words, sizeof words, "the index folder is on a network file "
	    "system (%s), where it could be damaged", networks[_i].name);
	ck_assert_int_eq(make(&error), STATUS_INVALID);
	ck_assert_str_eq(error.message, words);
	ck_assert_str_eq(error.hint, "keep the index on a local disk with "
	    "-i ./FILE; the articles may stay where they are");
	ck_assert_int_ne(access(path, F_OK), 0);
}
END_TEST

START_TEST(one_who_knows_better_may_make_it)
{
	file_system = networks[_i].number;
	setenv("QUIRE_ALLOW_NETWORK_DISK", "1", 1);
	ck_assert_int_eq(make(NULL), STATUS_OK);
	ck_assert_int_eq(access(path, F_OK), 0);
}
END_TEST

START_TEST(on_a_local_disk_it_is_made)
{
	static const unsigned local[] = {0xef53, 0x58465342, 0x9123683e,
	    0x01021994}; /* ext4, XFS, btrfs, tmpfs */

	file_system = local[_i];
	ck_assert_int_eq(make(NULL), STATUS_OK);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("network_disk");
	TCase *tests = tcase_create("network disk");
	int n = sizeof networks / sizeof *networks;

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_loop_test(tests, no_index_is_made_on_a_network_file_system,
	    0, n);
	tcase_add_loop_test(tests, one_who_knows_better_may_make_it, 0, n);
	tcase_add_loop_test(tests, on_a_local_disk_it_is_made, 0, 4);
	suite_add_tcase(suite, tests);
	return support_run(suite);
}
