/* When another process began, as a refused writer tells of the other one. */
#include "process_start.h"
#include "support.h"

#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SECONDS = 3 };

/*
 * Where it is permitted, a /proc of our own: at the usual one a program that
 * watches others may have looked before us.
 */
static void
mount_proc(void)
{
	if (unshare(CLONE_NEWNS) == 0 &&
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0)
		(void)!mount("proc", "/proc", "proc", 0, NULL);
}

START_TEST(the_start_of_a_process_is_not_the_first_look_at_it)
{
	time_t before = time(NULL), start = 0;
	pid_t process = fork();

	if (process == 0)
		for (;;)
			pause();
	sleep(SECONDS);
	mount_proc();
	ck_assert(process_start(process, &start));
	kill(process, SIGKILL);
	waitpid(process, NULL, 0);
	ck_assert_int_ge(start, before - 1);
	ck_assert_int_le(start, before + 1);
}
END_TEST

START_TEST(a_process_that_is_not_there_has_no_start)
{
	time_t start;
	pid_t process = fork();

	if (process == 0)
		_exit(0);
	waitpid(process, NULL, 0);
	ck_assert(!process_start(process, &start));
}
END_TEST

static Suite *
process_start_suite(void)
{
	Suite *suite = suite_create("process_start");
	TCase *tests = tcase_create("process_start");

	tcase_add_test(tests,
	    the_start_of_a_process_is_not_the_first_look_at_it);
	tcase_add_test(tests, a_process_that_is_not_there_has_no_start);
	suite_add_tcase(suite, tests);
	return suite;
}

int
main(void)
{
	return support_run(process_start_suite());
}
