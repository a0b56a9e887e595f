/*
 * Weeks of use in fast motion.  Every day files of articles come, change,
 * move and go, and the index is brought up to date, while others search all
 * the time; some days the indexer is killed and begins again, articles are
 * removed by name, the index is compacted, also while somebody has it open,
 * a search dies with the index open.
 *
 * What is found is compared with what the archive holds, article by article;
 * the file stays within 3.2 times what its living articles need, and the
 * programs take no more memory and open no more files in the end than at
 * first, which only a run of many minutes can tell.
 *
 * QUIRE_MINUTES says how long; QUIRE_LOG names a file for what is told each
 * minute, QUIRE_WEEKS a folder for the archive and the index.
 */
#include "series.h"
#include "weeks_ask.h"

#include "alloc.h"
#include "progress.h"
#include "support.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	MINUTES = 1,
	ARTICLES = 60000,     /* that live, more or less */
	FILE_LEAST = 2000,    /* articles of a new file ... */
	FILE_SPAN = 2500,     /* ... and how many more at most */
	PER_MINUTE = 5000,    /* so many more are written at least */
	CHECK_EVERY = 600,    /* seconds, or three times in all */
	SIZE_MOST = 320,      /* of 100 */
	DAYS_FOR_TREND = 200, /* on the first ones the index only grows */
	N_ASKERS = 2,
	TIME_LIMIT = 900,
	REMOVED_MOST = 20,
	OPEN_MOST = 16,       /* searches that are left open to die */
};

enum { OF_UPDATE, OF_REMOVE, OF_COMPACT, OF_CHECK, OF_SEARCH, OF_FILES,
	N_SERIES };

struct soak {
	struct trust_row *row;
	struct weeks weeks;
	char index[PATH_MAX], fresh[PATH_MAX], pipe[PATH_MAX];
	char all[PATH_MAX]; /* queries */
	struct asker askers[N_ASKERS];
	struct series series[N_SERIES];
	double ends, checks_every, next_check, next_word;
	double update_takes; /* seconds, the last one */
	bool is_quiet;       /* nobody asks while the indexer runs */
	double needs;        /* bytes for each living article */
	long worst;          /* size of the file, of 100 */
	uint64_t days, searches, kills, compactions, refused, checks;
};

/* --- running the indexer --- */

static long
open_files(pid_t process)
{
	char path[64];
	struct dirent *entry;
	long n = 0;
	DIR *names;

	snprintf(path, sizeof path, "/proc/%d/fd", (int)process);
	names = opendir(path);
	if (!names)
		return 0;
	while ((entry = readdir(names)))
		n += entry->d_name[0] != '.';
	closedir(names);
	return n;
}

static bool
is_running(const struct program_run *run)
{
	siginfo_t end = {.si_pid = 0};

	return waitid(P_PID, (id_t)run->process, &end,
	    WEXITED | WNOHANG | WNOWAIT) == 0 && end.si_pid == 0;
}

/* All ask at once. */
static void
ask(struct soak *soak)
{
	for (int i = 0; i < N_ASKERS; i++)
		ask_start(&soak->askers[i]);
	for (int i = 0; i < N_ASKERS; i++)
		series_add(&soak->series[OF_SEARCH],
		    ask_end(&soak->askers[i], soak->row));
	soak->searches += N_ASKERS;
}

static double
fraction(struct weeks *weeks)
{
	return (double)support_below(&weeks->seed, 1 << 20) / (1 << 20);
}

/*
 * Runs it while others ask, unless all is quiet; killed after `seconds`, if
 * that is not 0.
 */
static struct program_answer
run_index(struct soak *soak, const char *const *arguments, double seconds)
{
	struct program_run run = program_start("quire-index", arguments);
	struct program_answer answer;
	long files = 0;

	if (seconds > 0) {
		struct timespec time = {(time_t)seconds,
		    (long)((seconds - (double)(time_t)seconds) * 1e9)};

		nanosleep(&time, NULL);
		kill(run.process, SIGKILL);
	}
	while (!soak->is_quiet && is_running(&run)) {
		long n = open_files(run.process);

		files = n > files ? n : files;
		ask(soak);
	}
	answer = program_end(&run, TIME_LIMIT);
	if (files)
		series_add(&soak->series[OF_FILES], files);
	return answer;
}

static void
run_well(struct soak *soak, const char *const *arguments, int of)
{
	struct program_answer answer = run_index(soak, arguments, 0);

	series_add(&soak->series[of], answer.memory);
	if (answer.status != 0)
		trust_failed(soak->row, "day %llu, %s: status %d: %s%s",
		    (unsigned long long)soak->days, soak->series[of].name,
		    answer.status, answer.out, answer.err);
	program_answer_free(&answer);
}

/* --- a day --- */

static bool
one_in(struct soak *soak, uint32_t n)
{
	return support_below(&soak->weeks.seed, n) == 0;
}

static void
add_file(struct soak *soak)
{
	weeks_add_file(&soak->weeks, FILE_LEAST +
	    support_below(&soak->weeks.seed, FILE_SPAN));
}

/* As many articles as all files lack together, within the size of a file. */
static void
add_what_is_missing(struct soak *soak)
{
	uint32_t n = weeks_count(&soak->weeks).now, most = FILE_LEAST +
	    FILE_SPAN;
	uint32_t missing = n < ARTICLES ? ARTICLES - n : 0;

	if (missing >= FILE_LEAST)
		weeks_add_file(&soak->weeks, missing < most ? missing : most);
}

/*
 * A file that goes is made up for by a new one, on the same day or the next,
 * so that about as much lives as before: the file of an index gets smaller
 * by --compact only, and no bound holds beside an archive that shrinks.
 */
static void
change_archive(struct soak *soak)
{
	struct weeks *weeks = &soak->weeks;
	uint32_t changes = 1 + support_below(&weeks->seed, 3);

	add_what_is_missing(soak);
	for (uint32_t i = 0; i < changes; i++)
		weeks_change_file(weeks, weeks_any_file(weeks));
	if (one_in(soak, 8))
		weeks_move_file(weeks, weeks_any_file(weeks));
	if (weeks_count(weeks).now >= ARTICLES && one_in(soak, 2)) {
		weeks_remove_file(weeks, weeks_any_file(weeks));
		if (!one_in(soak, 4))
			add_what_is_missing(soak);
	}
}

/* The file, as it is after a run, beside what its articles need. */
static void
judge_size(struct soak *soak)
{
	uint32_t living = weeks_count(&soak->weeks).now;
	struct stat file;
	long ratio;

	if (stat(soak->index, &file) != 0 || soak->needs <= 0)
		return;
	ratio = (long)((double)file.st_size * 100 / (soak->needs * living));
	if (ratio > soak->worst)
		soak->worst = ratio;
	if (ratio > SIZE_MOST)
		trust_failed(soak->row, "day %llu: the file is %ld %% of "
		    "what %u articles need", (unsigned long long)soak->days,
		    ratio, living);
}

/* What was done is there; now there is one right answer to everything. */
static void
look(struct soak *soak)
{
	judge_size(soak);
	weeks_done(&soak->weeks);
	ask(soak);
}

static void
update(struct soak *soak)
{
	static const char *const sizes[] = {"256K", "1M", "4M", "256M"};
	struct weeks *weeks = &soak->weeks;
	const char *size = sizes[support_below(&weeks->seed, 4)];
	bool is_full = one_in(soak, 30);
	const char *arguments[] = {"-i", soak->index, "--json", "--commit",
	    size, weeks->folder, is_full ? "--full" : NULL, NULL};
	double begun;

	if (is_full)
		weeks_read_all(weeks);
	if (one_in(soak, 8)) {
		struct program_answer answer = run_index(soak, arguments,
		    0.001 + fraction(weeks) * soak->update_takes);

		soak->kills += answer.status == 128 + SIGKILL;
		program_answer_free(&answer);
		ask(soak);
	}
	begun = progress_now();
	run_well(soak, arguments, OF_UPDATE);
	soak->update_takes = progress_now() - begun;
	look(soak);
}

static void
remove_articles(struct soak *soak)
{
	static char names[REMOVED_MOST][WEEKS_NAME_SIZE];
	struct weeks *weeks = &soak->weeks;
	uint32_t wanted = 1 + support_below(&weeks->seed, REMOVED_MOST);
	const char *arguments[REMOVED_MOST + 4] = {"-i", soak->index,
	    "--remove"};
	int n = 3;

	for (uint32_t i = 0; i < wanted; i++) {
		struct weeks_file *file = weeks_any_file(weeks);
		uint32_t place = support_below(&weeks->seed, file->n);

		if (!file->articles[place].now)
			continue;
		weeks_remove_article(&file->articles[place]);
		arguments[n++] = weeks_name(names[i], file, place);
	}
	if (n > 3)
		run_well(soak, arguments, OF_REMOVE);
	look(soak);
}

/* --- compaction, and searches that stay --- */

/* Starts a search that stays until the pipe is closed. */
static struct program_run
stay(struct soak *soak, int *pipe)
{
	const char *arguments[] = {"-i", soak->index, "-c", "--batch",
	    soak->pipe, NULL};
	struct program_run run;
	struct stat out = {.st_size = 0};

	unlink(soak->pipe);
	if (mkfifo(soak->pipe, 0600) != 0 ||
	    (*pipe = open(soak->pipe, O_RDWR | O_CLOEXEC)) < 0)
		abort();
	run = program_start("quire-query", arguments);
	if (write(*pipe, "everyone\n", 9) != 9)
		abort();
	while (out.st_size == 0 && is_running(&run)) {
		nanosleep(&(struct timespec){0, 2000000}, NULL);
		if (fstat(run.out, &out) != 0)
			abort();
	}
	return run;
}

/* Whether somebody has the index open while it is compacted. */
enum company { NOBODY, PERHAPS_SOMEBODY, SOMEBODY };

static void
compact(struct soak *soak, enum company company, double seconds)
{
	static const char *const names[] = {"nobody searches",
	    "others search", "somebody has it open"};
	const char *arguments[] = {"-i", soak->index, "--compact", NULL};
	struct program_answer answer;
	bool is_killed, is_refused;

	soak->is_quiet = company == NOBODY;
	answer = run_index(soak, arguments, seconds);
	soak->is_quiet = false;
	is_killed = seconds > 0 && answer.status == 128 + SIGKILL;
	is_refused = answer.status == 2 && strstr(answer.err, "process");
	soak->kills += is_killed;
	if (!is_killed && !(answer.status == 0 && company != SOMEBODY) &&
	    !(is_refused && company != NOBODY))
		trust_failed(soak->row, "day %llu, --compact, %s: status %d: "
		    "%s%s", (unsigned long long)soak->days, names[company],
		    answer.status, answer.out, answer.err);
	if (answer.status == 0) {
		soak->compactions++;
		series_add(&soak->series[OF_COMPACT], answer.memory);
	} else if (is_refused) {
		soak->refused++;
	}
	program_answer_free(&answer);
	look(soak);
}

static void
compact_beside(struct soak *soak)
{
	uint32_t n = weeks_count(&soak->weeks).now;
	struct program_answer answer;
	struct program_run run;
	char right[64];
	int pipe;

	run = stay(soak, &pipe);
	compact(soak, SOMEBODY, 0);
	if (write(pipe, "everyone\n", 9) != 9)
		abort();
	close(pipe);
	answer = program_end(&run, TIME_LIMIT);
	snprintf(right, sizeof right, "1\t%u\n2\t%u\n", n, n);
	if (answer.status != 0 || strcmp(answer.out, right) != 0)
		trust_failed(soak->row, "day %llu, who had it open: status "
		    "%d: %s%s", (unsigned long long)soak->days,
		    answer.status, answer.out, answer.err);
	program_answer_free(&answer);
}

/* Searches that die and leave their places in the lock file. */
static void
die_open(struct soak *soak)
{
	for (int i = 0; i < OPEN_MOST; i++) {
		struct program_answer answer;
		int pipe;
		struct program_run run = stay(soak, &pipe);

		kill(run.process, SIGKILL);
		answer = program_end(&run, TIME_LIMIT);
		program_answer_free(&answer);
		close(pipe);
	}
}

/* --- checks --- */

/* The same articles in an index of their own, compacted. */
static void
measure(struct soak *soak)
{
	const char *make[] = {"-q", "-i", soak->fresh, soak->weeks.folder,
	    NULL};
	const char *compact[] = {"-q", "-i", soak->fresh, "--compact", NULL};
	const char *drop[] = {"-q", "-i", soak->fresh, "--drop", NULL};
	const char *const *steps[] = {make, compact, drop};
	uint32_t n = 0;
	struct stat file;

	for (int i = 0; i < 3; i++) {
		struct program_run run = program_start("quire-index",
		    steps[i]);
		struct program_answer answer = program_end(&run, TIME_LIMIT);

		if (answer.status != 0)
			trust_failed(soak->row, "a fresh index: %s",
			    answer.err);
		program_answer_free(&answer);
		if (i == 1 && stat(soak->fresh, &file) != 0)
			abort();
	}
	for (int i = 0; i < WEEKS_FILES; i++)
		for (uint32_t k = 0; soak->weeks.files[i].number &&
		    k < soak->weeks.files[i].n; k++)
			n += soak->weeks.files[i].articles[k].written > 0;
	soak->needs = (double)file.st_size / n;
}

static void
check(struct soak *soak)
{
	const char *arguments[] = {"-i", soak->index, "--check", NULL};

	measure(soak);
	judge_size(soak);
	run_well(soak, arguments, OF_CHECK);
	ask_all(&soak->weeks, soak->row, soak->index, soak->all);
	soak->checks++;
}

static void
say(struct soak *soak, FILE *out)
{
	struct stat file = {.st_size = 0};
	time_t now = time(NULL);
	char clock[32];

	if (stat(soak->index, &file) != 0)
		return;
	strftime(clock, sizeof clock, "%F %T", localtime(&now));
	fprintf(out, "# %s: day %llu, %llu articles written, %u live, "
	    "%llu searches, %llu kills, %llu compactions and %llu refused, "
	    "%llu checks, file %lld MB, at most %ld %%, failures %llu\n",
	    clock, (unsigned long long)soak->days,
	    (unsigned long long)soak->weeks.written,
	    weeks_count(&soak->weeks).now,
	    (unsigned long long)soak->searches,
	    (unsigned long long)soak->kills,
	    (unsigned long long)soak->compactions,
	    (unsigned long long)soak->refused,
	    (unsigned long long)soak->checks,
	    (long long)file.st_size >> 20, soak->worst,
	    (unsigned long long)soak->row->failures);
}

static void
live_a_day(struct soak *soak)
{
	soak->days++;
	change_archive(soak);
	update(soak);
	if (one_in(soak, 4))
		remove_articles(soak);
	if (one_in(soak, 30))
		compact(soak, PERHAPS_SOMEBODY, 0);
	if (one_in(soak, 30))
		compact(soak, NOBODY, one_in(soak, 3) ? 0.001 +
		    fraction(&soak->weeks) * soak->update_takes : 0);
	if (one_in(soak, 40))
		compact_beside(soak);
	if (one_in(soak, 40))
		die_open(soak);
	if (one_in(soak, 20))
		ask_all(&soak->weeks, soak->row, soak->index, soak->all);
}

static void
prepare(struct soak *soak, const char *folder, double minutes)
{
	static const char *const names[N_SERIES] = {"KiB of an update",
	    "KiB of --remove", "KiB of --compact", "KiB of --check",
	    "KiB of a search", "open files of the indexer"};
	char archive[PATH_MAX];

	for (int i = 0; i < N_SERIES; i++)
		soak->series[i].name = names[i];
	trust_path(soak->index, folder, "i");
	trust_path(soak->fresh, folder, "fresh");
	trust_path(soak->pipe, folder, "pipe");
	trust_path(soak->all, folder, "all");
	weeks_make(&soak->weeks, trust_path(archive, folder, "archive"),
	    trust_seed(soak->row, 0));
	for (int i = 0; i < N_ASKERS; i++) {
		char name[16];

		snprintf(name, sizeof name, "ask%d", i);
		trust_path(soak->askers[i].path, folder, name);
		soak->askers[i].weeks = &soak->weeks;
		soak->askers[i].index = soak->index;
	}
	soak->ends = progress_now() + minutes * 60;
	soak->checks_every = minutes * 20 < CHECK_EVERY ? minutes * 20
	    : CHECK_EVERY;
	soak->next_check = progress_now() + soak->checks_every;
}

/* The first load is nobody's to search: there is no index before it. */
static void
load(struct soak *soak)
{
	const char *arguments[] = {"-q", "-i", soak->index,
	    soak->weeks.folder, NULL};
	struct program_answer answer;

	while (weeks_count(&soak->weeks).now < ARTICLES)
		add_file(soak);
	answer = program_answer("quire-index", arguments);
	if (answer.status != 0)
		trust_failed(soak->row, "the first load: %s", answer.err);
	program_answer_free(&answer);
	weeks_done(&soak->weeks);
	check(soak);
}

static void
live(struct soak *soak)
{
	const char *path = getenv("QUIRE_LOG");
	FILE *out = path ? fopen(path, "ae") : NULL;

	while (progress_now() < soak->ends) {
		live_a_day(soak);
		if (progress_now() >= soak->next_check) {
			check(soak);
			soak->next_check += soak->checks_every;
		}
		if (out && progress_now() >= soak->next_word) {
			say(soak, out);
			fflush(out);
			soak->next_word = progress_now() + 60;
		}
	}
	check(soak);
	if (out)
		fclose(out);
}

int
main(void)
{
	uint64_t minutes = trust_number("QUIRE_MINUTES", MINUTES);
	struct trust_row *row = trust_begin("weeks of use",
	    ARTICLES + minutes * PER_MINUTE);
	const char *given = getenv("QUIRE_WEEKS");
	char *folder = given ? alloc_string(given) : trust_folder();
	static struct soak soak;

	soak.row = row;
	prepare(&soak, folder, (double)minutes);
	load(&soak);
	live(&soak);
	say(&soak, stdout);
	for (int i = 0; i < N_SERIES; i++)
		series_judge(&soak.series[i], row,
		    soak.days >= DAYS_FOR_TREND);
	trust_count(row, soak.weeks.written);
	weeks_free(&soak.weeks);
	free(folder);
	return trust_end(row);
}
