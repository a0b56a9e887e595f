/*
 * The power is cut on a real file system: the indexer works on an ext4 that
 * lies in an image file, whose blocks are shared with a copy at a random
 * moment.  The copy is what a disk holds that loses power just then.  It is
 * mounted and looked at: every article that was told before the cut is
 * there, and the index is whole.
 *
 * The image lies on an XFS that can share blocks, itself in a file in
 * memory.  Files of disks are removed as soon as they are mounted, and
 * mounts are this process's own, so that nothing is left however it ends.
 *
 * Without syncs the same cuts must find losses, else they would find none
 * anywhere.
 */
#include "disk.h"
#include "moments.h"
#include "progress.h"
#include "sharing.h"
#include "support.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	CUTS = 60, /* unless QUIRE_CUTS says how many */
	CUTS_NOT_SYNCED = 12,
	ARTICLES = 10000,
	WORDS = 45,
	TIME_LIMIT = 60,
	KILLED = 128 + SIGKILL,
	TRIES_MOST = 20,
	UPDATED_EVERY = 3, /* of so many cuts one is of an update, ... */
	EARLY_EVERY = 5,   /* ... and one may come before the first commit */
};

struct place {
	struct trust_row *row;
	char *folder;
	char outer[PATH_MAX];                    /* the XFS */
	char image[PATH_MAX], copy[PATH_MAX];    /* files on it */
	char base[PATH_MAX];                     /* the image at first */
	char home[PATH_MAX], after[PATH_MAX];    /* the two ext4 */
	char index[PATH_MAX], archive[PATH_MAX];
	char editions[2][PATH_MAX];              /* of the archive */
	double seconds[2];   /* of an undisturbed load, and update */
	unsigned commits[2]; /* of these */
	bool no_sync;
	uint64_t losses;
};

/* --- disks --- */

/* Runs a command of the shell; false if it fails. */
static bool __attribute__((format(printf, 1, 2)))
runs(const char *format, ...)
{
	char command[4 * PATH_MAX];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(command, sizeof command, format, arguments);
	va_end(arguments);
	return system(command) == 0;
}

static bool
mount_file(const char *file, const char *folder)
{
	mkdir(folder, 0700);
	return runs("mount -o loop '%s' '%s' 2>/dev/null", file, folder);
}

/* Makes the outer disk, and an empty inner one.  NULL, or why not. */
static const char *
make_disks(struct place *place)
{
	char file[PATH_MAX];

	trust_path(file, place->folder, "xfs");
	trust_path(place->outer, place->folder, "outer");
	trust_path(place->home, place->folder, "disk");
	trust_path(place->after, place->folder, "after");
	trust_path(place->image, place->outer, "image");
	trust_path(place->copy, place->outer, "copy");
	trust_path(place->base, place->outer, "base");
	if (!runs("command -v mkfs.xfs mkfs.ext4 >/dev/null"))
		return "mkfs.xfs or mkfs.ext4 is missing";
	if (geteuid() != 0 || !disk_may_mount())
		return "mounting is not permitted here";
	if (!runs("truncate -s 640M '%s' && mkfs.xfs -q -m reflink=1 '%s'",
	    file, file))
		return "no XFS can be made here";
	if (!mount_file(file, place->outer)) {
		unlink(file);
		return "no image can be mounted here (loop devices)";
	}
	unlink(file);
	if (!runs("truncate -s 64M '%s' && mkfs.ext4 -q '%s'", place->base,
	    place->base) || !mount_file(place->base, place->after))
		return "no ext4 can be made here";
	umount(place->after);
	return NULL;
}

static void
drop_disks(const struct place *place)
{
	umount2(place->after, MNT_DETACH);
	umount2(place->home, MNT_DETACH);
	umount2(place->outer, MNT_DETACH);
}

/* The inner disk as it was at first, with or without an index. */
static bool
set_disk(const struct place *place, bool is_update)
{
	umount2(place->home, 0);
	return runs("cp --reflink=always '%s%s' '%s'", place->base,
	    is_update ? "-update" : "", place->image) &&
	    mount_file(place->image, place->home);
}

/* What the disk holds at this moment. */
static bool
cut_power(const struct place *place)
{
	return runs("cp --reflink=always '%s' '%s'", place->image,
	    place->copy);
}

/* --- the indexer on it --- */

static struct program_run
start(const struct place *place, bool is_update)
{
	const char *arguments[] = {"--json", "-i", place->index, "--commit",
	    "64K", place->archive, NULL};
	struct trust_plan plan = {.kinds = "", .no_sync = true};

	if (!runs("cp -p '%s' '%s'", place->editions[is_update],
	    place->archive))
		abort();
	return place->no_sync ? trust_start("quire-index", arguments, &plan)
	    : program_start("quire-index", arguments);
}

static uint64_t
told_so_far(const struct program_run *run)
{
	char *out = program_output(run);
	uint64_t told = trust_told(out);

	free(out);
	return told;
}

/* --- after the cut --- */

static void
lost(struct place *place, uint64_t item, const char *what, long n,
    uint64_t told)
{
	place->losses++;
	if (place->no_sync)
		return;
	trust_failed(place->row, "cut %llu: %s: %ld, of which %llu were told",
	    (unsigned long long)item, what, n, (unsigned long long)told);
}

static bool
is_whole(const char *index)
{
	const char *arguments[] = {"-i", index, "--check", NULL};
	struct program_answer answer = program_answer("quire-index",
	    arguments);
	bool whole = answer.status == 0;

	program_answer_free(&answer);
	return whole;
}

/* Articles come in order, so what is there is told by the last of them. */
static void
look(struct place *place, uint64_t item, bool is_update, uint64_t told)
{
	char index[PATH_MAX], last[32];
	long n, all;

	trust_path(index, place->after, "i");
	if (access(index, F_OK) != 0) {
		if (told > 0 || is_update)
			lost(place, item, "the index is gone", 0, told);
		return;
	}
	all = sharing_count(NULL, index, "article");
	n = sharing_count(NULL, index, is_update ? "edition2" : "edition1");
	if (n < (long)told || all < n || (is_update && all != ARTICLES)) {
		lost(place, item, "articles are missing", n, told);
		return;
	}
	snprintf(last, sizeof last, "number%ld edition%d", n,
	    is_update ? 2 : 1);
	if (n > 0 && sharing_count(NULL, index, last) != 1)
		lost(place, item, "they are not the first ones", n, told);
	if (!is_whole(index))
		lost(place, item, "--check", n, told);
}

/* --- one cut --- */

/* A moment between two commits, or before the first one. */
static void
wait_for_cut(const struct place *place, const struct program_run *run,
    uint64_t item, uint64_t *seed)
{
	bool is_update = item % UPDATED_EVERY == 0;
	unsigned n = place->commits[is_update];

	if (item % EARLY_EVERY != 0)
		moment_wait_commits(run, 1 + support_below(seed, n - 1));
	moment_pause(place->seconds[is_update] / n * moment_fraction(seed));
}

/* False if the indexer had come to its end before. */
static bool
try_cut(struct place *place, uint64_t item, uint64_t *seed)
{
	bool is_update = item % UPDATED_EVERY == 0;
	struct program_answer answer;
	struct program_run run;
	uint64_t told;

	if (!set_disk(place, is_update)) {
		trust_failed(place->row, "the disk cannot be set");
		return true;
	}
	run = start(place, is_update);
	wait_for_cut(place, &run, item, seed);
	told = told_so_far(&run);
	if (!cut_power(place))
		trust_failed(place->row, "the image cannot be copied");
	kill(run.process, SIGKILL);
	answer = program_end(&run, TIME_LIMIT);
	if (answer.status != KILLED) {
		program_answer_free(&answer);
		return false;
	}
	program_answer_free(&answer);
	if (!mount_file(place->copy, place->after)) {
		lost(place, item, "the file system cannot be mounted", 0,
		    told);
	} else {
		look(place, item, is_update, told);
		umount(place->after);
	}
	place->row->other += told > 0;
	return true;
}

static void
cut(struct place *place, uint64_t item)
{
	uint64_t seed = trust_seed(place->row, item);

	for (int i = 0; i < TRIES_MOST; i++)
		if (try_cut(place, item, &seed)) {
			trust_count(place->row, 1);
			return;
		}
	trust_failed(place->row, "cut %llu came too late each time",
	    (unsigned long long)item);
}

/* How long a load takes, and an update of what it made, which is kept. */
static bool
live(struct place *place)
{
	for (int i = 0; i < 2; i++) {
		double begun;
		struct program_run run;
		struct program_answer answer;

		if (!set_disk(place, i == 1))
			return false;
		begun = progress_now();
		run = start(place, i == 1);
		answer = program_end(&run, TIME_LIMIT);
		place->seconds[i] = progress_now() - begun;
		if (answer.status != 0) {
			trust_failed(place->row, "undisturbed: status %d: %s",
			    answer.status, answer.err);
			return false;
		}
		place->commits[i] = moment_count_commits(answer.out);
		program_answer_free(&answer);
		umount(place->home);
		if (i == 0 && !runs("cp --reflink=always '%s' '%s-update'",
		    place->image, place->base))
			return false;
	}
	printf("# a load takes %.2f s, %u commits; an update %.2f s, %u\n",
	    place->seconds[0], place->commits[0], place->seconds[1],
	    place->commits[1]);
	return place->commits[0] > 1 && place->commits[1] > 1;
}

static int
run(struct place *place, const char *name, uint64_t n, bool no_sync)
{
	struct trust_row *row = trust_begin(name, no_sync ? 1 : n);

	place->row = row;
	place->no_sync = no_sync;
	if (!live(place)) {
		trust_failed(row, "the disk does not work");
		return trust_end(row);
	}
	for (uint64_t i = 0; i < n; i++)
		cut(place, i);
	printf("# cut after a commit was told: %llu\n",
	    (unsigned long long)row->other);
	if (row->other == 0)
		trust_failed(row, "no cut came after a commit");
	if (no_sync)
		row->count = place->losses;
	return trust_end(row);
}

int
main(void)
{
	uint64_t n = trust_number("QUIRE_CUTS", CUTS);
	struct place place = {.folder = trust_folder()};
	struct sharing_articles articles = {1, ARTICLES, 1, WORDS, 0};
	const char *why = make_disks(&place);
	int failed;

	if (why) {
		drop_disks(&place);
		return disk_not_run(trust_begin("power cut on a file system",
		    n), why);
	}
	trust_path(place.index, place.home, "i");
	trust_path(place.archive, place.folder, "a.jsonl");
	for (int i = 0; i < 2; i++) {
		articles.edition = (unsigned)i + 1;
		sharing_write(trust_path(place.editions[i], place.folder,
		    i ? "second" : "first"), &articles);
	}
	failed = run(&place, "power cut on a file system", n, false);
	failed |= run(&place, "losses found by cuts without syncs",
	    CUTS_NOT_SYNCED, true);
	drop_disks(&place);
	free(place.folder);
	return failed;
}
