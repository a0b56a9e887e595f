/*
 * What is no index under the name of one: cut files, other formats and
 * machines, texts, folders, pipes, links.  Every command ends in time with
 * the right status and a message that names it and says what to do, and
 * writes nothing into what is not ours.
 */
#include "alloc.h"
#include "store/bytes.h"
#include "store/layout.h"
#include "support.h"
#include "support_damage.h"
#include "trust.h"
#include "unprotected.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	USUAL = 4000, /* unless QUIRE_ODD_FILES says how many */
	ARTICLES = 300,
	SECONDS_MOST = 10,
	PAGE = 4096,
	SIGN = 16,          /* where LMDB's sign stands */
	META_PAGE_SIZE = 40,
	VERSION = 6,        /* of the format, in the root */
	BYTE_ORDER_MARK = 8,
	NOBODY = 65534,
};

struct context {
	struct damage_index index;
	char article[PATH_MAX];
	size_t root, root_size;           /* where it stands in the file */
	struct program_answer right[2];   /* of both queries */
};

/* --- what is done with them --- */

enum { ADD, CHECK, QUICK, COMPACT, REMOVE, BACKUP, STATS, ASK, SHOW,
	N_COMMANDS };

static const struct {
	const char *name, *arguments[4];
} commands[N_COMMANDS] = {
    [ADD] = {"add", {"-q", NULL}},
    [CHECK] = {"--check", {"--check", NULL}},
    [QUICK] = {"--check=quick", {"--check=quick", NULL}},
    [COMPACT] = {"--compact", {"--compact", NULL}},
    [REMOVE] = {"--remove", {"--remove", "a-3", NULL}},
    [BACKUP] = {"--backup", {"--backup", NULL}},
    [STATS] = {"--stats", {"--stats", NULL}},
    [ASK] = {"search", {"-c", "storm", NULL}},
    [SHOW] = {"--show", {"--show", "a-17", NULL}},
};

static struct program_answer
do_command(const struct context *context, const char *path, int command,
    const char *copy)
{
	const char *program = command < ASK ? "quire-index" : "quire-query";
	const char *arguments[8] = {"-i", path};
	struct program_run run;
	int n = 2;

	for (int i = 0; commands[command].arguments[i]; i++)
		arguments[n++] = commands[command].arguments[i];
	if (command == ADD)
		arguments[n++] = context->article;
	if (command == BACKUP)
		arguments[n++] = copy;
	run = program_start(program, arguments);
	return program_end(&run, SECONDS_MOST);
}

/* --- what they are --- */

enum kind { CUT, CUT_PAGE, VERSION_OTHER, ORDER_OTHER, MACHINE_BIG,
	MACHINE_32, PAGES_OTHER, TEXT, RANDOM, EMPTY, ZEROS, PIPE, FOLDER,
	SOCKET, DEVICE, LOOP, DANGLING, UNREADABLE, N_KINDS };

static const char *const kind_names[N_KINDS] = {"cut", "cut at a page",
    "another format", "another byte order", "big-endian", "32 bits",
    "another page size", "text", "random bytes", "empty", "zeros", "pipe",
    "folder", "socket", "device", "link to itself", "link to nothing",
    "unreadable"};

/* Cut files differ from one to the next; of others one is as good as ten. */
static enum kind
kind_of(uint64_t item)
{
	return item % 4 ? item % 8 == 1 ? CUT_PAGE : CUT
	    : (enum kind)(item / 4 / N_COMMANDS % N_KINDS);
}

static bool
is_index(enum kind kind)
{
	return kind <= PAGES_OTHER || kind == UNREADABLE;
}

/* An index, as another program left it, or what it was made of. */
static uint8_t *
make_bytes(const struct context *context, enum kind kind, uint64_t *seed,
    size_t *size)
{
	uint8_t *bytes = alloc_bytes(context->index.size);
	uint8_t *root = bytes + context->root;
	size_t payload = context->root_size - SEAL_SIZE;

	*size = context->index.size;
	memcpy(bytes, context->index.bytes, *size);
	if (kind == CUT)
		*size = support_random(seed) % *size;
	if (kind == CUT_PAGE)
		*size = support_random(seed) % (*size / PAGE) * PAGE;
	if (kind == VERSION_OTHER)
		root[VERSION] = (uint8_t)(2 + support_below(seed, 250));
	if (kind == ORDER_OTHER)
		bytes_put_u32(root + BYTE_ORDER_MARK, 0x04030201);
	if (kind == VERSION_OTHER || kind == ORDER_OTHER)
		bytes_put_u64(root + payload, layout_seal(DATABASE_META,
		    "root", 4, root, payload));
	for (size_t page = 0; page < 2 * PAGE; page += PAGE) {
		if (kind == MACHINE_BIG) {
			bytes_put_u32(bytes + page + SIGN, 0xdec0efbe);
			bytes_put_key_u32(bytes + page + META_PAGE_SIZE,
			    PAGE);
		}
		if (kind == MACHINE_32)
			memmove(bytes + page + SIGN - 4, bytes + page + SIGN,
			    128);
		if (kind == PAGES_OTHER)
			bytes_put_u32(bytes + page + META_PAGE_SIZE,
			    512u << support_below(seed, 3));
	}
	if (kind == EMPTY)
		*size = 0;
	for (size_t i = 0; i < *size && kind >= TEXT && kind <= ZEROS; i++)
		bytes[i] = kind == ZEROS ? 0 : kind == TEXT ?
		    (uint8_t)('a' + i % 23) : (uint8_t)support_random(seed);
	return bytes;
}

static void
make_file(const struct context *context, const char *path, enum kind kind,
    uint64_t *seed)
{
	size_t size;
	uint8_t *bytes = make_bytes(context, kind, seed, &size);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
	    kind == UNREADABLE ? 0 : 0666);

	if (fd < 0 || write(fd, bytes, size) != (ssize_t)size ||
	    close(fd) != 0)
		abort();
	free(bytes);
}

static int
make_socket(const char *path)
{
	struct sockaddr_un place = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), code;

	snprintf(place.sun_path, sizeof place.sun_path, "%s", path);
	code = bind(fd, (struct sockaddr *)&place, sizeof place);
	close(fd);
	return code;
}

static void
make_kind(const struct context *context, const char *path, enum kind kind,
    uint64_t *seed)
{
	int code = 0;

	if (kind == PIPE)
		code = mkfifo(path, 0600);
	else if (kind == FOLDER)
		code = mkdir(path, 0700);
	else if (kind == SOCKET)
		code = make_socket(path);
	else if (kind == DEVICE)
		code = symlink(support_below(seed, 2) ? "/dev/zero"
		    : "/dev/null", path);
	else if (kind == LOOP)
		code = symlink("index", path);
	else if (kind == DANGLING)
		code = symlink("nowhere", path);
	else
		make_file(context, path, kind, seed);
	if (code != 0)
		abort();
}

/* --- what must hold --- */

/* Exit statuses that are right, one bit each. */
static unsigned
right_statuses(enum kind kind, int command)
{
	bool is_whole_perhaps = kind == CUT || kind == CUT_PAGE;

	if (kind == EMPTY || kind == ZEROS || kind == PAGES_OTHER)
		return 1 << 3;
	if (!is_whole_perhaps)
		return 1 << 2;
	/* What is cut off may be no page that a query or a copy needs. */
	return command == ASK || command == SHOW || command == BACKUP ||
	    command == STATS ? 1 << 3 | 1 << 0 : 1 << 3;
}

static bool
is_same(const char *path, const uint8_t *bytes, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	uint8_t *now = alloc_bytes(size + 1);
	bool same = fd >= 0 && read(fd, now, size + 1) == (ssize_t)size &&
	    memcmp(now, bytes, size) == 0;

	close(fd);
	free(now);
	return same;
}

/* Whether a file is as it was made. */
static bool
is_untouched(const struct context *context, const char *path, enum kind kind,
    uint64_t seed)
{
	uint8_t *bytes;
	size_t size;
	bool same;

	if (kind > ZEROS)
		return true;
	bytes = make_bytes(context, kind, &seed, &size);
	same = is_same(path, bytes, size);
	free(bytes);
	return same;
}

/* Names that appeared beside it: only a lock file, and only of an index. */
static bool
is_alone(const char *folder, enum kind kind)
{
	char path[PATH_MAX];

	unlink(trust_path(path, folder, "index"));
	if (is_index(kind))
		unlink(trust_path(path, folder, "index-lock"));
	if (kind == FOLDER)
		rmdir(trust_path(path, folder, "index"));
	return rmdir(folder) == 0 || errno != ENOTEMPTY;
}

static bool
is_message(const struct program_answer *answer)
{
	return strstr(answer->err, "index") && strstr(answer->err, "hint: ");
}

struct trial {
	const struct context *context;
	struct trust_row *row;
	uint64_t item;
	enum kind kind;
	int command;
};

static void
tell(const struct trial *trial, const char *what,
    const struct program_answer *answer)
{
	trust_failed(trial->row, "item %llu, %s, %s: %s: status %d: %s",
	    (unsigned long long)trial->item, kind_names[trial->kind],
	    commands[trial->command].name, what, answer->status,
	    answer->err);
}

static void
judge(const struct trial *trial, const char *copy,
    const struct program_answer *answer)
{
	int command = trial->command;

	if (answer->status > 3 || !(right_statuses(trial->kind, command) &
	    1u << answer->status)) {
		tell(trial, "another status", answer);
		return;
	}
	if (answer->status != 0) {
		if (!is_message(answer))
			tell(trial, "no message, or no hint", answer);
		return;
	}
	if (command >= ASK && !program_is_same(answer,
	    &trial->context->right[command - ASK]))
		tell(trial, "another answer", answer);
	if (command == BACKUP) {
		struct program_answer checked = do_command(trial->context,
		    copy, CHECK, NULL);

		if (checked.status != 0)
			tell(trial, "a damaged copy", &checked);
		program_answer_free(&checked);
	}
}

static void
try_here(const struct trial *trial, const char *folder, uint64_t seed)
{
	char path[PATH_MAX], copy[PATH_MAX];
	struct program_answer answer;

	trust_path(path, folder, "index");
	snprintf(copy, sizeof copy, "%s-copy", folder);
	answer = do_command(trial->context, path, trial->command, copy);
	judge(trial, copy, &answer);
	if (!is_untouched(trial->context, path, trial->kind, seed))
		tell(trial, "the file was changed", &answer);
	unlink(copy);
	program_answer_free(&answer);
}

/* Root may read everything, so another user tries. */
static void
try_as_nobody(const struct trial *trial, const char *folder, uint64_t seed)
{
	pid_t process = fork();
	int status = -1;

	if (process == 0) {
		if (geteuid() == 0 && (setgid(NOBODY) != 0 ||
		    setuid(NOBODY) != 0))
			abort();
		try_here(trial, folder, seed);
		_exit(0);
	}
	if (process < 0 || waitpid(process, &status, 0) != process ||
	    status != 0)
		trust_failed(trial->row, "item %llu: as nobody: %#x",
		    (unsigned long long)trial->item, (unsigned)status);
}

static void
try_one(void *context, struct trust_row *row, const char *folder,
    uint64_t item)
{
	struct trial trial = {context, row, item, kind_of(item), (int)(item /
	    4 % N_COMMANDS)};
	uint64_t seed = trust_seed(row, item), same = seed;
	char inner[PATH_MAX], path[PATH_MAX];

	trust_clear(trust_path(inner, folder, "inner"));
	make_kind(context, trust_path(path, inner, "index"), trial.kind,
	    &seed);
	if (trial.kind == UNREADABLE) {
		if (chmod(folder, 0755) != 0 || chmod(inner, 0777) != 0)
			abort();
		try_as_nobody(&trial, inner, same);
	} else {
		try_here(&trial, inner, same);
	}
	if (!is_alone(inner, trial.kind))
		trust_failed(row, "item %llu, %s, %s: a file is left beside "
		    "it", (unsigned long long)item, kind_names[trial.kind],
		    commands[trial.command].name);
	trust_count(row, 1);
}

/* --- the whole --- */

static void
note_root(void *context_of_all, int database, uint64_t key, uint64_t value,
    uint64_t size)
{
	struct context *context = context_of_all;

	(void)key;
	if (database != DATABASE_META)
		return;
	context->root = value;
	context->root_size = size;
}

int
main(void)
{
	uint64_t n = trust_number("QUIRE_ODD_FILES", USUAL);
	struct trust_row *row = trust_begin("odd files as index", n);
	char *folder = trust_folder();
	struct context context = {.root = 0};
	FILE *file;

	chmod(folder, 0755);
	damage_index_make(&context.index, folder, ARTICLES);
	unprotected_walk(context.index.path, note_root, &context);
	for (int i = 0; i < 2; i++)
		context.right[i] = do_command(&context, context.index.path,
		    ASK + i, NULL);
	file = fopen(trust_path(context.article, folder, "one.jsonl"), "we");
	if (!file || fputs("{\"id\":\"new\",\"title\":\"A storm\"}\n", file) <
	    0 || fclose(file) != 0)
		abort();
	trust_share(row, n, try_one, &context);
	for (int i = 0; i < 2; i++)
		program_answer_free(&context.right[i]);
	damage_index_free(&context.index);
	free(folder);
	return trust_end(row);
}
