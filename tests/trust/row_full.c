/*
 * The disk is too small by more or less, in every step of a small life of an
 * index, with the lock file and without it: the program says that the disk
 * is full, what it told is there, searches go on, and with more room the
 * same commands lead to the right answers.
 *
 * The disk is a tmpfs of its own for each worker.
 */
#include "disk.h"
#include "life.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	LEAST = 100,
	SIZES = 24, /* of each step, unless QUIRE_SIZES says how many */
	PAGE = 4096,
	LOCK_SIZE = 72 * 1024,
	ENOUGH = 32 << 20,
};

static const char told_full[] = "no space left on the disk";

static uint64_t n_sizes;

/* --- a disk of a size --- */

/* Makes a disk at `path`, or gives the one that is there another size. */
static bool
set_size(const char *path, uint64_t size, unsigned long flags)
{
	char options[64];

	snprintf(options, sizeof options, "size=%llu,mode=0700",
	    (unsigned long long)size);
	return mount("tmpfs", path, "tmpfs", flags, options) == 0;
}

static uint64_t
file_size(const struct scenario *scenario, const char *name)
{
	char path[PATH_MAX];
	struct stat file;

	if (stat(trust_path(path, scenario->home, name), &file) != 0)
		return 0;
	return ((uint64_t)file.st_size + PAGE - 1) / PAGE * PAGE;
}

/* --- one size --- */

/* The index as it was before a step, on a disk with so much room besides. */
static bool
prepare(struct life *life, struct trust_row *row, int step, uint64_t room,
    bool has_lock)
{
	struct scenario *scenario = &life->scenario;
	char kept[PATH_MAX], lock[PATH_MAX];

	umount2(scenario->home, MNT_DETACH);
	trust_clear(scenario->home);
	if (!disk_may_mount() || !set_size(scenario->home, ENOUGH, 0)) {
		trust_failed(row, "no disk can be mounted here: %s",
		    strerror(errno));
		return false;
	}
	if (step != STEP_LOAD)
		trust_fill(scenario_kept(scenario, step, kept),
		    scenario->home);
	trust_path(lock, scenario->home, "i-lock");
	if (!has_lock) {
		unlink(lock);
	} else if (step != STEP_LOAD && access(lock, F_OK) != 0) {
		struct program_answer answer = scenario_ask(scenario, NULL,
		    NULL);

		program_answer_free(&answer);
	}
	/* The folder itself takes a page. */
	return set_size(scenario->home, file_size(scenario, "i") +
	    file_size(scenario, "i-lock") + room + PAGE, MS_REMOUNT);
}

/* Articles are there by whole commits, at least those that were told. */
static bool
is_by_commits(const struct life *life, int step, long told, long n)
{
	long before = life->articles[step];
	long each = (life->articles[STEP_LOAD + 1] - life->articles[0]) /
	    life->scenario.n_folders;

	if (step == STEP_LOAD)
		return n >= told && n % each == 0;
	if (step == STEP_MERGE)
		return n >= before + told;
	return n == before || n == life->articles[step + 1];
}

/* Searches on the disk as it is. */
static void
search(struct life *life, struct trust_row *row, const struct harm *harm,
    bool has_lock, long told)
{
	struct program_answer answer = scenario_ask(&life->scenario, NULL,
	    NULL);
	bool refused = answer.status == 2 && strstr(answer.err, told_full);
	long n;

	if (answer.status > 1 && !(refused && !has_lock))
		life_failed(row, harm, "a search on it", &answer);
	if (answer.status <= 1) {
		n = scenario_count(&life->scenario);
		if (!is_by_commits(life, harm->command, told, n))
			life_failed(row, harm, "not by whole commits",
			    &answer);
	}
	program_answer_free(&answer);
}

static void
fill_disk(void *context, struct trust_row *row, const char *folder,
    uint64_t item)
{
	struct life *life = life_once(row, folder, &scenario_usual, NULL);
	const uint64_t *most = context;
	struct trust_plan plan = {.kinds = item % 2 ? "no lock" : "lock",
	    .deed = "room"};
	struct harm harm = {(int)(item / 2 / n_sizes), &plan, item};
	bool has_lock = item % 2 == 0;
	struct program_answer answer;

	plan.call = most[harm.command] * (item / 2 % n_sizes) /
	    (n_sizes - 1) / PAGE * PAGE;
	if (!prepare(life, row, harm.command, plan.call, has_lock))
		return;
	answer = scenario_do(&life->scenario,
	    (enum scenario_step)harm.command, NULL, NULL);
	if (answer.status != 0 && (answer.status != 2 ||
	    !strstr(answer.err, told_full)))
		life_failed(row, &harm, "wrong status", &answer);
	if (answer.status == 0)
		__atomic_add_fetch(&row->other, 1, __ATOMIC_SEQ_CST);
	if (access(life->scenario.index, F_OK) == 0)
		search(life, row, &harm, has_lock,
		    (long)trust_told(answer.out));
	set_size(life->scenario.home, ENOUGH, MS_REMOUNT);
	life_look(life, row, &harm, &answer);
	life_go_on(life, row, &harm, &answer);
	program_answer_free(&answer);
	trust_count(row, 1);
}

/* Room that is surely enough for a step: the file twice, and the lock. */
static void
measure(struct life *life, uint64_t most[N_STEPS])
{
	for (int i = 0; i < N_STEPS; i++) {
		scenario_restore(&life->scenario, i + 1);
		most[i] = 2 * LOCK_SIZE + file_size(&life->scenario, "i") *
		    (i == STEP_COMPACT ? 2 : 1);
	}
}

int
main(void)
{
	struct trust_row *row = trust_begin("full disk", LEAST);
	struct life *life;
	uint64_t most[N_STEPS];
	char *folder;

	if (!disk_can_be_made())
		return disk_not_run(row, "no disk can be mounted here (root, "
		    "or user namespaces)");
	folder = trust_folder();
	life = life_once(row, folder, &scenario_usual, NULL);
	n_sizes = trust_number("QUIRE_SIZES", SIZES);
	measure(life, most);
	trust_share(row, 2 * n_sizes * N_STEPS, fill_disk, most);
	printf("# with room enough: %llu\n",
	    (unsigned long long)row->other);
	if (row->other == 0 || row->other == row->count)
		trust_failed(row, "no size between too small and enough");
	free(folder);
	return trust_end(row);
}
