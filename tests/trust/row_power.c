/*
 * The power goes at any moment of a small life of an index: whatever part of
 * the unsynced writes is on the disk, the index shows exactly one commit,
 * and none before the last that was told.  Without syncs the same harness
 * must find losses, else it would find none anywhere.
 */
#include "alloc.h"
#include "images.h"
#include "parser.h"
#include "scenario.h"
#include "search.h"
#include "store/snapshot.h"
#include "support.h"
#include "verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	STATES = 10000,         /* unless QUIRE_STATES says how many */
	STATES_NOT_SYNCED = 400,
	CHECKED_EVERY = 4,      /* by --check, and ... */
	CONTINUED_EVERY = 100,  /* ... by going on to the end */
	COMMITS_MOST = 256,
};

static const char *const queries[] = {"storm", "\"harbour bridge\"",
    "ferry -quay date:1990..2005", "author:lima OR author:chen",
    "winter NEAR/4 quay", "revised", "number7 OR number201", "temp\u00eate"};

enum { N_QUERIES = sizeof queries / sizeof *queries };

/* --- what an index shows --- */

struct state {
	uint64_t commits, answers;
};

static void
mix(uint64_t *sum, uint64_t value)
{
	*sum = (*sum ^ value) * 0x100000001b3U;
	*sum ^= *sum >> 29;
}

static enum status
ask(struct snapshot *snapshot, const char *text, uint64_t *sum,
    struct error *error)
{
	struct search_options options = {.k1 = 1.2, .b = 0.75, .limit = 50};
	struct parser_options rules = {.any = false};
	struct search_result result = {0};
	struct query query;
	enum status status = query_parse(text, strlen(text), &rules, &query,
	    error);

	if (status == STATUS_OK)
		status = search_run(snapshot, query.root, &options, &result,
		    error);
	mix(sum, result.total);
	for (size_t i = 0; i < result.n_hits; i++) {
		mix(sum, result.hits[i].segment);
		mix(sum, result.hits[i].document);
		mix(sum, (uint64_t)result.hits[i].score);
	}
	search_result_free(&result);
	query_free(&query);
	return status;
}

static enum status
look(const char *path, struct state *state, struct error *error)
{
	struct snapshot *snapshot;
	enum status status = snapshot_open(path, "image", &snapshot, error);

	*state = (struct state){0};
	if (status != STATUS_OK)
		return status;
	state->commits = snapshot_root(snapshot)->commits;
	mix(&state->answers, snapshot_statistics(snapshot).living);
	for (int i = 0; i < N_QUERIES && status == STATUS_OK; i++)
		status = ask(snapshot, queries[i], &state->answers, error);
	snapshot_close(snapshot);
	return status;
}

/* --- the record --- */

/* A step as it was recorded. */
struct recorded {
	struct image_log *log;
	uint64_t *told; /* commits told before each entry, and at the end */
	struct state states[COMMITS_MOST];
	size_t n_states;
};

static struct life {
	struct scenario scenario;
	struct recorded steps[N_STEPS];
	struct program_answer right;
	long articles;
	size_t n_cuts; /* of all steps */
	bool no_sync;
} life;

static const struct state *
find_state(const struct recorded *step, uint64_t commits)
{
	for (size_t i = 0; i < step->n_states; i++)
		if (step->states[i].commits == commits)
			return &step->states[i];
	return NULL;
}

/* What it shows if nothing is lost; its number of commits. */
static uint64_t
note_state(struct trust_row *row, struct recorded *step, size_t cut,
    const char *folder)
{
	char path[PATH_MAX];
	struct error error = {0};
	struct state state;
	const struct state *known;

	image_make(step->log, cut, IMAGE_WHOLE, 0, folder);
	trust_path(path, folder, "i");
	if (access(path, F_OK) != 0)
		return 0;
	if (look(path, &state, &error) != STATUS_OK) {
		trust_failed(row, "undisturbed, entry %zu: %s", cut,
		    error.message);
		return 0;
	}
	known = find_state(step, state.commits);
	if (known && known->answers != state.answers)
		trust_failed(row, "undisturbed, entry %zu: one commit, two "
		    "answers", cut);
	if (!known && step->n_states < COMMITS_MOST)
		step->states[step->n_states++] = state;
	return state.commits;
}

static void
note_states(struct trust_row *row, struct recorded *step, const char *folder)
{
	size_t n = image_log_size(step->log);
	uint64_t told = note_state(row, step, 0, folder);

	step->told = alloc_zeroed(n + 1, sizeof *step->told);
	for (size_t i = 0; i < n; i++) {
		step->told[i] = told;
		if (image_is_output(step->log, i))
			told = note_state(row, step, i + 1, folder);
		else if (image_is_meta(step->log, i) ||
		    image_is_name(step->log, i))
			note_state(row, step, i + 1, folder);
	}
	step->told[n] = note_state(row, step, n, folder);
}

/* The image of the whole record is the file. */
static void
compare_whole(struct trust_row *row, struct recorded *step,
    const char *folder)
{
	char path[PATH_MAX];

	image_make(step->log, image_log_size(step->log), IMAGE_WHOLE, 0,
	    folder);
	if (!trust_same_file(trust_path(path, folder, "i"),
	    life.scenario.index))
		trust_failed(row, "the record lacks something");
}

static void
record(struct trust_row *row, const char *folder)
{
	char log[PATH_MAX], kept[PATH_MAX], image[PATH_MAX];

	scenario_make(&life.scenario, alloc_string(folder), &scenario_usual,
	    row->seed);
	trust_path(log, folder, "log");
	trust_path(image, folder, "image");
	life.n_cuts = 0;
	for (int i = 0; i < N_STEPS; i++) {
		struct trust_plan plan = {.log = log,
		    .no_sync = life.no_sync};
		struct recorded *step = &life.steps[i];
		struct program_answer answer;

		scenario_keep(&life.scenario, i);
		unlink(log);
		answer = scenario_do(&life.scenario, (enum scenario_step)i,
		    &plan, NULL);
		if (answer.status != 0)
			trust_failed(row, "undisturbed: %d: %s",
			    answer.status, answer.err);
		program_answer_free(&answer);
		*step = (struct recorded){image_log_read(log,
		    life.scenario.home, scenario_kept(&life.scenario, i,
		    kept)), NULL, {{0, 0}}, 0};
		compare_whole(row, step, image);
		note_states(row, step, image);
		life.n_cuts += image_log_size(step->log) + 1;
		printf("# %s: %zu entries, %zu states\n",
		    scenario_step_names[i], image_log_size(step->log),
		    step->n_states);
	}
	life.right = scenario_ask(&life.scenario, NULL, NULL);
	life.articles = scenario_count(&life.scenario);
}

/* --- one power cut --- */

struct cut {
	int step;
	size_t entry;
	enum image_kind kind;
	uint64_t item;
};

static struct cut
find_cut(uint64_t item)
{
	struct cut cut = {0, (size_t)(item % life.n_cuts),
	    (enum image_kind)(item / life.n_cuts % N_IMAGE_KINDS), item};

	for (; cut.entry > image_log_size(life.steps[cut.step].log);
	    cut.step++)
		cut.entry -= image_log_size(life.steps[cut.step].log) + 1;
	return cut;
}

static void
lost(struct trust_row *row, const struct cut *cut, const char *what)
{
	static const char *const kinds[] = {"prefix", "reordered", "torn"};

	trust_failed(row, "item %llu, %s, entry %zu, %s: %s",
	    (unsigned long long)cut->item, scenario_step_names[cut->step],
	    cut->entry, kinds[cut->kind], what);
}

/* False if it shows anything but a commit that it may show. */
static bool
is_commit(struct trust_row *row, const struct cut *cut, const char *path)
{
	const struct recorded *step = &life.steps[cut->step];
	struct error error = {0};
	const struct state *known;
	struct state state;
	char text[128];

	if (look(path, &state, &error) != STATUS_OK) {
		lost(row, cut, error.message);
		return false;
	}
	known = find_state(step, state.commits);
	if (known && known->answers == state.answers &&
	    state.commits >= step->told[cut->entry])
		return true;
	snprintf(text, sizeof text, "commit %llu of which %llu is told, %s",
	    (unsigned long long)state.commits,
	    (unsigned long long)step->told[cut->entry], !known ? "unknown" :
	    known->answers == state.answers ? "lost" : "other answers");
	lost(row, cut, text);
	return false;
}

static void
check(struct trust_row *row, const struct cut *cut, const char *path)
{
	struct verify_counts counts = {0};
	struct error error = {0};

	if (verify_run(path, "image", false, NULL, NULL, &counts, &error) !=
	    STATUS_OK)
		lost(row, cut, error.message[0] ? error.message : "--check");
}

/*
 * The next run goes on.  The archive has its second edition by now; a first
 * load of that puts articles in another order.
 */
static void
go_on(struct trust_row *row, const struct cut *cut, const char *home,
    const char *path)
{
	struct scenario scenario = life.scenario;
	int next = cut->step == STEP_LOAD ? STEP_UPDATE : cut->step;
	struct program_answer answer;
	char message[512];

	snprintf(scenario.home, sizeof scenario.home, "%s", home);
	snprintf(scenario.index, sizeof scenario.index, "%s", path);
	scenario.called = scenario.index;
	mkdir(home, 0700); /* a path's folder is the user's */
	if (!scenario_finish(&scenario, (enum scenario_step)next, message)) {
		lost(row, cut, message);
		return;
	}
	answer = scenario_ask(&scenario, NULL, NULL);
	if (scenario_count(&scenario) != life.articles ||
	    (cut->step != STEP_LOAD &&
	    !program_is_same(&answer, &life.right)))
		lost(row, cut, "going on leads to other answers");
	program_answer_free(&answer);
}

static void
cut_power(void *context, struct trust_row *row, const char *folder,
    uint64_t item)
{
	struct cut cut = find_cut(item);
	const struct recorded *step = &life.steps[cut.step];
	char home[PATH_MAX], path[PATH_MAX];

	(void)context;
	trust_count(row, 1);
	image_make(step->log, cut.entry, cut.kind, trust_seed(row, item),
	    trust_path(home, folder, "home"));
	trust_path(path, home, "i");
	if (access(path, F_OK) != 0) {
		if (cut.step != STEP_LOAD || step->told[cut.entry] > 0)
			lost(row, &cut, "the index is gone");
	} else if (is_commit(row, &cut, path) && item % CHECKED_EVERY == 0) {
		check(row, &cut, path);
	}
	if (item % CONTINUED_EVERY == 0 && !life.no_sync)
		go_on(row, &cut, home, path);
}

/* --- the rows --- */

static int
run(const char *name, uint64_t n, bool no_sync)
{
	struct trust_row *row = trust_begin(name, no_sync ? 1 : n);
	char *folder = trust_folder();

	life = (struct life){.no_sync = no_sync};
	record(row, folder);
	if (no_sync && row->failures == 0) {
		row->is_quiet = true;
		trust_share(row, n, cut_power, NULL);
		row->count = row->failures; /* as many as were to be found */
		row->failures = 0;
	} else {
		trust_share(row, n, cut_power, NULL);
	}
	free(folder);
	return trust_end(row);
}

int
main(void)
{
	int failed = run("simulated power loss", trust_number("QUIRE_STATES",
	    STATES), false);

	return run("losses found without syncs", STATES_NOT_SYNCED, true) ||
	    failed;
}
