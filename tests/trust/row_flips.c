/*
 * Bits flipped, pages zeroed, swapped and taken from an earlier commit: each
 * damage that changes what is read is found by --check, every query is
 * answered rightly or with status 3, and a writer makes nothing worse.
 */
#include "damages.h"
#include "trust.h"
#include "unprotected.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	USUAL = 10000, /* unless QUIRE_FLIPS says how many */
	ARTICLES = 1500,
	HARMFUL_LEAST = 30, /* of a hundred */
	WRITE_EVERY = 8,
	LONG_EVERY = 16,    /* all hits are printed */
	N_LINES = 5,
	LONG_BATCH = N_LINES, /* after one batch that begins with each line */
	N_BATCHES,
};

static const char *const lines[N_LINES] = {"storm",
    "\"old harbour\" OR title:lantern", "ferry -bridge date:1950..1990",
    "author:lima OR author:chen", "winter NEAR/4 quay"};

/* What is done with the index, or has been. */
enum deed { ASKED, ADDED, COMPACTED, N_DEEDS };
static const char *const deed_names[N_DEEDS] = {"", "an article added",
    "compacted"};

/* In memory that the workers share. */
struct numbers {
	uint64_t tried[N_DAMAGES][2], harmful[N_DAMAGES][2]; /* by is_aimed */
	uint64_t refused[N_DEEDS], untouched[N_DEEDS], done[N_DEEDS];
};

struct context {
	struct damage_index index;
	struct damage_plan plan;
	char batches[N_BATCHES][PATH_MAX], article[PATH_MAX];
	uint64_t hash; /* of all that an unprotected reader reads */
	/* The right answers, after each deed to the whole index. */
	struct program_answer right[N_DEEDS][N_BATCHES], shown;
	struct trust_row *queries, *writes;
	struct numbers *numbers;
};

/* A damaged index, in a worker. */
struct trial {
	const struct context *context;
	struct trust_row *row;
	const char *path;
	uint64_t item;
	const struct damage *damage;
};

static void
count(uint64_t *number)
{
	__atomic_add_fetch(number, 1, __ATOMIC_SEQ_CST);
}

static void
tell(const struct trial *trial, struct trust_row *row, const char *what,
    const struct program_answer *answer)
{
	const struct damage *damage = trial->damage;

	trust_failed(row, "item %llu, %s, byte %zu of %zu, page flags %#x: "
	    "%s: status %d: %s", (unsigned long long)trial->item,
	    damage_names[damage->kind], damage->runs[0].at,
	    trial->context->index.size, trial->context->index.bytes[
	    damage->runs[0].at / 4096 * 4096 + 10], what, answer->status,
	    answer->err);
}

/* --- the programs --- */

static struct program_answer
check(const char *path)
{
	const char *arguments[] = {"-i", path, "--check", NULL};

	return program_answer("quire-index", arguments);
}

static struct program_answer
ask(const struct context *context, const char *path, int batch)
{
	const char *arguments[] = {"-i", path, "--json", "-n",
	    batch == LONG_BATCH ? "0" : "5", "--batch",
	    context->batches[batch], NULL};

	return program_answer("quire-query", arguments);
}

static struct program_answer
show(const char *path)
{
	const char *arguments[] = {"-i", path, "--show", "a-17", NULL};

	return program_answer("quire-query", arguments);
}

static struct program_answer
do_deed(const struct context *context, const char *path, enum deed deed)
{
	const char *arguments[] = {"-q", "-j", "1", "-i", path,
	    deed == ADDED ? context->article : "--compact", NULL};

	return program_answer("quire-index", arguments);
}

/* --- the whole index --- */

static void
write_batches(struct context *context, const char *folder)
{
	for (int i = 0; i < N_BATCHES; i++) {
		char name[32];
		FILE *file;

		snprintf(name, sizeof name, "batch%d", i);
		file = fopen(trust_path(context->batches[i], folder, name),
		    "we");
		for (int k = 0; file && k < N_LINES; k++)
			fprintf(file, "%s\n", lines[(i + k) % N_LINES]);
		if (!file || fclose(file) != 0)
			abort();
	}
}

static void
write_article(struct context *context, const char *folder)
{
	FILE *file = fopen(trust_path(context->article, folder,
	    "one.jsonl"), "we");

	if (!file || fputs("{\"id\":\"new\",\"title\":\"A storm\",\"author\":"
	    "\"Bo Chen\",\"date\":\"1960\",\"text\":\"the old harbour\"}\n",
	    file) < 0 || fclose(file) != 0)
		abort();
}

static void
write_whole(const struct context *context, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (pwrite(fd, context->index.bytes, context->index.size, 0) !=
	    (ssize_t)context->index.size || close(fd) != 0)
		abort();
}

/* Answers of the whole index after a deed. */
static void
ask_whole(struct context *context, struct trust_row *row, const char *path,
    enum deed deed)
{
	write_whole(context, path);
	if (deed != ASKED) {
		struct program_answer done = do_deed(context, path, deed);

		if (done.status != 0)
			trust_failed(row, "undamaged, %s: status %d: %s",
			    deed_names[deed], done.status, done.err);
		program_answer_free(&done);
	}
	for (int i = 0; i < N_BATCHES; i++) {
		struct program_answer *right = &context->right[deed][i];

		*right = ask(context, path, i);
		if (right->status != 0)
			trust_failed(row, "undamaged: status %d: %s",
			    right->status, right->err);
	}
}

static void
make(struct context *context, struct trust_row *row, const char *folder)
{
	char path[PATH_MAX];

	damage_index_make(&context->index, folder, ARTICLES);
	damage_plan_make(&context->plan, &context->index);
	write_batches(context, folder);
	write_article(context, folder);
	context->hash = unprotected_try(context->index.path);
	context->shown = show(context->index.path);
	trust_path(path, folder, "copy");
	for (int i = 0; i < N_DEEDS; i++)
		ask_whole(context, row, path, (enum deed)i);
	context->numbers = mmap(NULL, sizeof *context->numbers, PROT_READ |
	    PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (context->numbers == MAP_FAILED)
		abort();
}

static void
forget(struct context *context)
{
	for (int i = 0; i < N_DEEDS; i++)
		for (int k = 0; k < N_BATCHES; k++)
			program_answer_free(&context->right[i][k]);
	program_answer_free(&context->shown);
	damage_plan_free(&context->plan);
	damage_index_free(&context->index);
}

/* --- a damaged one --- */

static bool
says_damaged(const struct program_answer *answer)
{
	return answer->status == 3 && strstr(answer->err, "damaged") &&
	    strstr(answer->err, "hint: ");
}

/*
 * An answer is the right one, or begins as that and ends with status 3 and a
 * message; the latter only if --check finds the damage, too.
 */
static void
judge_answer(const struct trial *trial, struct trust_row *row,
    const struct program_answer *answer, const struct program_answer *right,
    bool is_found)
{
	if (answer->status != 3 && !program_is_same(answer, right))
		tell(trial, row, "another answer", answer);
	else if (answer->status == 3 && !says_damaged(answer))
		tell(trial, row, "no message", answer);
	else if (answer->status == 3 && !program_is_begin(answer, right))
		tell(trial, row, "another answer before the damage", answer);
	else if (answer->status == 3 && !is_found)
		tell(trial, row, "not found by --check", answer);
}

/* Whether --check finds damage. */
static bool
judge_check(const struct trial *trial, struct trust_row *row,
    bool must_be_found)
{
	struct program_answer answer = check(trial->path);
	bool is_found = answer.status == 3;

	if (!is_found && answer.status != 0)
		tell(trial, row, "--check ends in another way", &answer);
	else if (is_found && !says_damaged(&answer))
		tell(trial, row, "--check without a message", &answer);
	else if (!is_found && must_be_found)
		tell(trial, row, "--check finds nothing", &answer);
	program_answer_free(&answer);
	return is_found;
}

static void
judge_batch(const struct trial *trial, struct trust_row *row, enum deed deed,
    bool is_found)
{
	int batch = trial->item % LONG_EVERY == 3 ? LONG_BATCH
	    : (int)(trial->item % N_LINES);
	struct program_answer answer = ask(trial->context, trial->path,
	    batch);

	judge_answer(trial, row, &answer,
	    &trial->context->right[deed][batch], is_found);
	program_answer_free(&answer);
}

static void
judge_shown(const struct trial *trial, bool is_found)
{
	struct program_answer answer = show(trial->path);

	judge_answer(trial, trial->context->queries, &answer,
	    &trial->context->shown, is_found);
	program_answer_free(&answer);
}

/* Whether a file is still the whole one with the damage. */
static bool
is_untouched(const struct trial *trial)
{
	char expected[PATH_MAX];
	bool same;
	int fd;

	snprintf(expected, sizeof expected, "%s-expected", trial->path);
	write_whole(trial->context, expected);
	fd = open(expected, O_WRONLY | O_CLOEXEC);
	damage_do(&trial->context->plan, trial->damage, fd);
	close(fd);
	same = trust_same_file(expected, trial->path);
	unlink(expected);
	return same;
}

/* Whether the index answers as one to which that was done. */
static bool
holds_deed(const struct trial *trial, enum deed deed)
{
	struct program_answer answer = ask(trial->context, trial->path,
	    LONG_BATCH);
	bool same = program_is_same(&answer,
	    &trial->context->right[deed][LONG_BATCH]);

	program_answer_free(&answer);
	return same;
}

/*
 * A writer refuses with status 3 and leaves the file as it is, or does what
 * it should; then nothing is worse than before.
 */
static void
judge_write(const struct trial *trial, enum deed deed, bool was_found)
{
	const struct context *context = trial->context;
	struct trust_row *row = context->writes;
	struct program_answer answer = do_deed(context, trial->path, deed);
	bool is_refused = answer.status == 3, is_found, is_half = false;

	count(is_refused ? &context->numbers->refused[deed]
	    : &context->numbers->done[deed]);
	if (is_refused && is_untouched(trial))
		count(&context->numbers->untouched[deed]);
	else
		is_half = is_refused;
	if (answer.status != 0 && !is_refused)
		tell(trial, row, deed_names[deed], &answer);
	else if (is_refused && !says_damaged(&answer))
		tell(trial, row, "refused without a message", &answer);
	else if (is_refused && !was_found)
		tell(trial, row, "refused, and whole by --check", &answer);
	is_found = judge_check(trial, row, is_refused);
	if (is_found && !was_found)
		tell(trial, row, "damaged by a writer", &answer);
	/* It may have found the damage after its commit. */
	if (is_half && holds_deed(trial, deed))
		judge_batch(trial, row, deed, is_found);
	else
		judge_batch(trial, row, is_refused ? ASKED : deed, is_found);
	program_answer_free(&answer);
	trust_count(row, 1);
}

static void
try_one(void *context_of_all, struct trust_row *row, const char *folder,
    uint64_t item)
{
	static bool is_whole; /* the file of this worker */
	const struct context *context = context_of_all;
	struct damage damage = damage_choose(&context->plan,
	    trust_seed(row, item));
	char path[PATH_MAX];
	struct trial trial = {context, row, trust_path(path, folder,
	    "index"), item, &damage};
	bool is_harmful, is_found;
	int fd;

	if (!is_whole)
		write_whole(context, path);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	damage_do(&context->plan, &damage, fd);
	is_harmful = unprotected_try(path) != context->hash;
	count(&context->numbers->tried[damage.kind][damage.is_aimed]);
	if (is_harmful)
		count(&context->numbers->harmful[damage.kind][
		    damage.is_aimed]);
	is_found = judge_check(&trial, row, is_harmful);
	judge_batch(&trial, context->queries, ASKED, is_found);
	judge_shown(&trial, is_found);
	trust_count(row, 1);
	trust_count(context->queries, 1);
	is_whole = item % WRITE_EVERY != 0;
	if (!is_whole)
		judge_write(&trial, item / WRITE_EVERY % 4 == 0 ? COMPACTED
		    : ADDED, is_found);
	else
		damage_undo(&context->plan, &damage, fd);
	close(fd);
}

/* --- the sum --- */

static void
sum_up(const struct context *context, struct trust_row *row)
{
	const struct numbers *numbers = context->numbers;
	uint64_t n_harmful = 0;

	for (int i = 0; i < N_DAMAGES; i++) {
		printf("# %s: at random %llu, harmful %llu; aimed %llu, "
		    "harmful %llu\n", damage_names[i],
		    (unsigned long long)numbers->tried[i][0],
		    (unsigned long long)numbers->harmful[i][0],
		    (unsigned long long)numbers->tried[i][1],
		    (unsigned long long)numbers->harmful[i][1]);
		n_harmful += numbers->harmful[i][0] + numbers->harmful[i][1];
	}
	for (int i = ADDED; i < N_DEEDS; i++)
		printf("# %s: refused %llu, of these untouched %llu; done "
		    "%llu\n", deed_names[i],
		    (unsigned long long)numbers->refused[i],
		    (unsigned long long)numbers->untouched[i],
		    (unsigned long long)numbers->done[i]);
	if (n_harmful * 100 < row->count * HARMFUL_LEAST)
		trust_failed(row, "only %llu are harmful",
		    (unsigned long long)n_harmful);
}

int
main(void)
{
	uint64_t n = trust_number("QUIRE_FLIPS", USUAL);
	struct trust_row *row = trust_begin("damaged pages: --check", n);
	char *folder = trust_folder();
	struct context context = {
	    .queries = trust_begin("damaged pages: queries", n),
	    .writes = trust_begin("damaged pages: writers", n / WRITE_EVERY)};
	int failed;

	context.queries->seed = context.writes->seed = row->seed;
	make(&context, row, folder);
	trust_share(row, n, try_one, &context);
	sum_up(&context, row);
	failed = trust_end(row);
	failed |= trust_end(context.queries);
	failed |= trust_end(context.writes);
	forget(&context);
	free(folder);
	return failed;
}
