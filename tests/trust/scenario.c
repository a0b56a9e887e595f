/* A small life of an index. */
#include "scenario.h"

#include "alloc.h"
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

enum { MORE = 4 /* files that the merge step adds */ };

const char *const scenario_step_names[N_STEPS] = {"load", "update", "remove",
    "merge", "compact"};

const struct scenario_size scenario_usual = {9, 30, 40};
const struct scenario_size scenario_tiny = {3, 2, 8};

/* Files of a folder; each folder is a source, so that each is committed. */
enum { IN_A_FOLDER = 3, FOLDERS_MOST = 3 };

static const char queries[] =
    "1\tstorm\n"
    "2\t\"harbour bridge\"\n"
    "3\tferry -quay date:1990..2005\n"
    "4\tauthor:lima OR author:chen\n"
    "5\twinter NEAR/4 quay\n"
    "6\ttitle:article revised\n"
    "7\tnumber7 OR number30 OR number201\n"
    "8\tf\xc3\xa9rm\xc3\xa9 tempete\n";

/* --- articles --- */

/* Writes a file of articles from number `first` on. */
struct articles {
	unsigned first;
	const struct scenario_size *size;
	uint64_t seed;
	bool is_revised;
};

static void
write_article(FILE *file, const struct articles *articles, unsigned i)
{
	static const char *const words[] = {"storm", "harbour", "bridge",
	    "ferry", "winter", "quay", "lantern", "the", "of", "and",
	    "council", "f\xc3\xa9rm\xc3\xa9", "temp\xc3\xaate", "storms"};
	static const char *const authors[] = {"Ana Lima", "Wei Chen", "Lee"};
	enum { N_WORDS = sizeof words / sizeof *words };
	unsigned number = articles->first + i;
	uint64_t state = articles->seed + number;

	fprintf(file, "{\"id\":\"%u\",\"title\":\"Article %u\","
	    "\"author\":\"%s\",\"date\":\"%u-03-0%u\",\"lang\":\"%s\","
	    "\"text\":\"number%u", number, number, authors[number % 3],
	    1980 + number % 40, 1 + number % 9, number % 4 ? "en" : "fr",
	    number);
	for (unsigned k = 0; k < articles->size->words; k++)
		fprintf(file, " %s", words[support_below(&state, N_WORDS)]);
	fprintf(file, "%s\"}\n", articles->is_revised && i % 3 == 0
	    ? " revised" : "");
}

/* Packed if the name says so. */
static void
write_file(const char *folder, const char *name,
    const struct articles *articles)
{
	size_t size = 0, bound;
	char path[PATH_MAX], *text = NULL, *packed;
	FILE *file = open_memstream(&text, &size);

	for (unsigned i = 0; i < articles->size->articles; i++)
		write_article(file, articles, i);
	if (fclose(file) != 0)
		abort();
	bound = ZSTD_compressBound(size);
	packed = alloc_bytes(bound);
	if (strstr(name, ".zst")) {
		size = ZSTD_compress(packed, bound, text, size, 1);
		memcpy(text, packed, size);
	}
	file = fopen(trust_path(path, folder, name), "we");
	if (!file || fwrite(text, 1, size, file) != size ||
	    fclose(file) != 0)
		abort();
	free(text);
	free(packed);
}

static void
write_folder(const char *folder, int edition,
    const struct scenario_size *size, uint64_t seed, unsigned first)
{
	trust_clear(folder);
	for (unsigned i = first; i < first + IN_A_FOLDER; i++) {
		struct articles articles = {1 + i * size->articles, size,
		    seed, edition > 1 && i == 0};
		char name[32];

		snprintf(name, sizeof name, i == 2 ? "%u.jsonl.zst"
		    : "%u.jsonl", i);
		if (edition == 1 || i != 1)
			write_file(folder, name, &articles);
	}
}

static const char *const folders[FOLDERS_MOST] = {"a", "b", "c"};

/* The second edition lacks the second file and changed the first. */
static void
write_edition(const char *path, int edition,
    const struct scenario_size *size, uint64_t seed)
{
	char folder[PATH_MAX];

	trust_clear(path);
	for (unsigned i = 0; i < size->files / IN_A_FOLDER; i++)
		write_folder(trust_path(folder, path, folders[i]), edition,
		    size, seed, i * IN_A_FOLDER);
}

/* Swaps whole folders, so that no file looks newer than it is. */
static void
set_edition(struct scenario *scenario, int edition)
{
	char path[PATH_MAX], name[32];

	if (edition == scenario->edition)
		return;
	snprintf(name, sizeof name, "edition%d", scenario->edition);
	if (scenario->edition && rename(scenario->archive,
	    trust_path(path, scenario->folder, name)) != 0)
		abort();
	snprintf(name, sizeof name, "edition%d", edition);
	if (rename(trust_path(path, scenario->folder, name),
	    scenario->archive) != 0)
		abort();
	scenario->edition = edition;
}

static const char *const more[] = {"m1.jsonl", "m2.jsonl", "m3.jsonl",
    "m4.jsonl"};

enum { N_MORE = sizeof more / sizeof *more };

void
scenario_make(struct scenario *scenario, const char *folder,
    const struct scenario_size *size, uint64_t seed)
{
	char edition[PATH_MAX];
	FILE *file;

	*scenario = (struct scenario){.folder = folder,
	    .n_folders = (int)size->files / IN_A_FOLDER};
	trust_clear(folder);
	/* Under a name, so that the program makes the folder, too. */
	setenv("XDG_DATA_HOME", folder, 1);
	scenario->called = "i";
	trust_path(scenario->home, folder, "quire");
	trust_path(scenario->index, folder, "quire/i");
	trust_path(scenario->archive, folder, "archive");
	for (int i = 1; i <= 2; i++)
		write_edition(trust_path(edition, folder, i == 1 ? "edition1"
		    : "edition2"), i, size, seed);
	set_edition(scenario, 1);
	for (unsigned i = 0; i < N_MORE; i++) {
		struct articles articles = {1 + (size->files + i) *
		    size->articles, size, seed, false};

		write_file(folder, more[i], &articles);
	}
	file = fopen(trust_path(scenario->queries, folder, "queries.tsv"),
	    "we");
	if (!file || fputs(queries, file) == EOF || fclose(file) != 0)
		abort();
}

/* --- steps --- */

static struct program_answer
run(const char *program, const char *const *arguments,
    const struct trust_plan *plan, struct trust_counts *counts)
{
	if (plan)
		return trust_run(program, arguments, plan, counts);
	return program_answer(program, arguments);
}

struct program_answer
scenario_do(struct scenario *scenario, enum scenario_step step,
    const struct trust_plan *plan, struct trust_counts *counts)
{
	const char *arguments[16] = {"--json", "-j", "1", "-i",
	    scenario->called};
	char paths[N_MORE][PATH_MAX];
	const char *const *names = step == STEP_MERGE ? more : folders;
	int n_names = step == STEP_MERGE ? N_MORE : scenario->n_folders;
	int n = 5;

	set_edition(scenario, step == STEP_LOAD ? 1 : 2);
	if (step == STEP_REMOVE) {
		arguments[n++] = "--remove";
		arguments[n++] = "5";
		arguments[n++] = "1";
	} else if (step == STEP_COMPACT) {
		arguments[n++] = "--compact";
	} else {
		for (int i = 0; i < n_names; i++)
			arguments[n++] = trust_path(paths[i], step ==
			    STEP_MERGE ? scenario->folder : scenario->archive,
			    names[i]);
	}
	return run("quire-index", arguments, plan, counts);
}

bool
scenario_finish(struct scenario *scenario, enum scenario_step step,
    char message[512])
{
	for (int i = (int)step; i < N_STEPS; i++) {
		struct program_answer answer = scenario_do(scenario,
		    (enum scenario_step)i, NULL, NULL);
		/* What was removed before is not there any more. */
		bool good = answer.status == 0 ||
		    (i == STEP_REMOVE && answer.status == 2 &&
		    strstr(answer.err, "no article"));

		if (!good)
			snprintf(message, 512, "%s, again: status %d: %s",
			    scenario_step_names[i], answer.status,
			    answer.err);
		program_answer_free(&answer);
		if (!good)
			return false;
	}
	return true;
}

struct program_answer
scenario_ask(const struct scenario *scenario, const struct trust_plan *plan,
    struct trust_counts *counts)
{
	const char *arguments[] = {"-i", scenario->called, "--json", "-n", "0",
	    "--batch", scenario->queries, NULL};

	return run("quire-query", arguments, plan, counts);
}

struct program_answer
scenario_check(const struct scenario *scenario, const struct trust_plan *plan,
    struct trust_counts *counts)
{
	const char *arguments[] = {"-i", scenario->called, "--check", NULL};

	return run("quire-index", arguments, plan, counts);
}

long
scenario_count(const struct scenario *scenario)
{
	const char *arguments[] = {"-i", scenario->called, "-c",
	    "title:article", NULL};
	struct program_answer answer = program_answer("quire-query",
	    arguments);
	long n = answer.status > 1 ? -1 : strtol(answer.out, NULL, 10);

	program_answer_free(&answer);
	return n;
}

/* --- the index as it was --- */

char *
scenario_kept(const struct scenario *scenario, int step, char path[PATH_MAX])
{
	char name[32];

	snprintf(name, sizeof name, "kept%d", step);
	return trust_path(path, scenario->folder, name);
}

void
scenario_keep(const struct scenario *scenario, int step)
{
	char path[PATH_MAX];

	scenario_kept(scenario, step, path);
	if (access(scenario->home, F_OK) == 0)
		trust_copy(scenario->home, path);
}

void
scenario_restore(struct scenario *scenario, int step)
{
	char path[PATH_MAX];

	scenario_kept(scenario, step, path);
	trust_clear(scenario->home);
	if (access(path, F_OK) == 0)
		trust_copy(path, scenario->home);
	else
		rmdir(scenario->home);
}
