/* Reads the command line by a table of options. */
#include "arguments.h"

#include "alloc.h"
#include "buffer.h"
#include "option_table.h"
#include "text/language.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum option_id {
	OPTION_BACKUP,
	OPTION_CHECK,
	OPTION_COMMIT,
	OPTION_COMPACT,
	OPTION_DROP,
	OPTION_FAILED,
	OPTION_FIELD,
	OPTION_FORGET,
	OPTION_FULL,
	OPTION_HELP,
	OPTION_ID,
	OPTION_INDEX,
	OPTION_JOBS,
	OPTION_JSON,
	OPTION_LANG,
	OPTION_MEMORY,
	OPTION_NO_TEXT,
	OPTION_PROGRESS,
	OPTION_PRUNE,
	OPTION_QUIET,
	OPTION_REMOVE,
	OPTION_REPAIR,
	OPTION_SET,
	OPTION_STATS,
	OPTION_VERBOSE,
	OPTION_VERSION,
};

static const struct option_row entries[] = {
    [OPTION_BACKUP] = {"backup", 0, ARGUMENT_NEEDED},
    [OPTION_CHECK] = {"check", 0, ARGUMENT_OPTIONAL},
    [OPTION_COMMIT] = {"commit", 0, ARGUMENT_NEEDED},
    [OPTION_COMPACT] = {"compact", 0, ARGUMENT_NONE},
    [OPTION_DROP] = {"drop", 0, ARGUMENT_NONE},
    [OPTION_FAILED] = {"failed", 0, ARGUMENT_NONE},
    [OPTION_FIELD] = {"field", 'f', ARGUMENT_NEEDED},
    [OPTION_FORGET] = {"forget", 0, ARGUMENT_NONE},
    [OPTION_FULL] = {"full", 0, ARGUMENT_NONE},
    [OPTION_HELP] = {"help", 'h', ARGUMENT_NONE},
    [OPTION_ID] = {"id", 0, ARGUMENT_NEEDED},
    [OPTION_INDEX] = {"index", 'i', ARGUMENT_NEEDED},
    [OPTION_JOBS] = {"jobs", 'j', ARGUMENT_NEEDED},
    [OPTION_JSON] = {"json", 0, ARGUMENT_NONE},
    [OPTION_LANG] = {"lang", 0, ARGUMENT_NEEDED},
    [OPTION_MEMORY] = {"memory", 'm', ARGUMENT_NEEDED},
    [OPTION_NO_TEXT] = {"no-text", 0, ARGUMENT_NONE},
    [OPTION_PROGRESS] = {"progress", 0, ARGUMENT_OPTIONAL},
    [OPTION_PRUNE] = {"prune", 0, ARGUMENT_NONE},
    [OPTION_QUIET] = {"quiet", 'q', ARGUMENT_NONE},
    [OPTION_REMOVE] = {"remove", 0, ARGUMENT_NONE},
    [OPTION_REPAIR] = {"repair", 0, ARGUMENT_NONE},
    [OPTION_SET] = {"set", 0, ARGUMENT_NEEDED},
    [OPTION_STATS] = {"stats", 0, ARGUMENT_NONE},
    [OPTION_VERBOSE] = {"verbose", 'v', ARGUMENT_NONE},
    [OPTION_VERSION] = {"version", 'V', ARGUMENT_NONE},
};

enum { N_ENTRIES = sizeof(entries) / sizeof(*entries), JOBS_MAX = 256 };

static const uint64_t memory_least = (uint64_t)64 << 20;

struct reader {
	struct arguments *arguments;
	struct error *error;
	struct option_reader rest; /* of the arguments */
	const char *mode_name; /* the option that chose the mode, or NULL */
};

/* --- values --- */

/* 500K, 64M, 1.5G: powers of 1024. */
static enum status
read_size(const struct reader *reader, enum option_id id, const char *text,
    uint64_t *size)
{
	static const char units[] = "KMGT";
	const char *unit = NULL;
	double value = 0;
	char *end = NULL;

	if (text[0] >= '0' && text[0] <= '9' && text[1] != 'x')
		value = strtod(text, &end);
	if (end && *end) {
		char upper = (char)(*end & ~0x20);

		unit = strchr(units, upper);
		end++;
		if (*end == 'i')
			end++;
		if (*end == 'B' || *end == 'b')
			end++;
	}
	for (const char *at = units; unit && at <= unit; at++)
		value *= 1024;
	if (!end || *end || (end[-1] > '9' && !unit) || value < 1 ||
	    value > 1e18) {
		error_set(reader->error, STATUS_INVALID,
		    "--%s takes a size, not \"%s\"", entries[id].name, text);
		error_hint(reader->error, "500K, 64M, 1G");
		return STATUS_INVALID;
	}
	*size = (uint64_t)value;
	return STATUS_OK;
}

static enum status
read_memory(const struct reader *reader, const char *text)
{
	uint64_t *memory = &reader->arguments->memory;
	enum status status = read_size(reader, OPTION_MEMORY, text, memory);

	if (status == STATUS_OK && *memory < memory_least)
		return error_set(reader->error, STATUS_INVALID,
		    "--memory must be at least 64M, not %s", text);
	return status;
}

static enum status
read_jobs(const struct reader *reader, const char *text)
{
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end || errno || value < 1 ||
	    value > JOBS_MAX)
		return error_set(reader->error, STATUS_INVALID,
		    "--jobs takes a number from 1 to %d, not \"%s\"",
		    JOBS_MAX, text);
	reader->arguments->jobs = (unsigned)value;
	return STATUS_OK;
}

static enum status
read_progress(const struct reader *reader, const char *text)
{
	enum arguments_when *when = &reader->arguments->progress;

	if (!text || strcmp(text, "always") == 0)
		*when = WHEN_ALWAYS;
	else if (strcmp(text, "auto") == 0)
		*when = WHEN_AUTO;
	else if (strcmp(text, "never") == 0)
		*when = WHEN_NEVER;
	else
		return error_set(reader->error, STATUS_INVALID,
		    "--progress is auto, always or never, not \"%s\"", text);
	return STATUS_OK;
}

/* --- settings: what the catalogue remembers of a source --- */

static void
add_setting(struct arguments *arguments, const char *kind, const char *text)
{
	struct buffer setting = {0};

	buffer_append_format(&setting, "%s=%s", kind, text);
	arguments->settings = alloc_again(arguments->settings,
	    arguments->n_settings + 1, sizeof *arguments->settings);
	arguments->settings[arguments->n_settings++] =
	    alloc_string(buffer_string(&setting));
	buffer_free(&setting);
}

/* NAME=VALUE, both not empty. */
static enum status
read_pair(const struct reader *reader, enum option_id id, const char *text,
    const char *example)
{
	const char *equals = strchr(text, '=');

	if (!equals || equals == text || equals[1] == '\0') {
		error_set(reader->error, STATUS_INVALID,
		    "--%s takes %s, not \"%s\"", entries[id].name,
		    id == OPTION_FIELD ? "NAME=KEY[,KEY]..." : "NAME=VALUE",
		    text);
		error_hint(reader->error, "%s", example);
		return STATUS_INVALID;
	}
	add_setting(reader->arguments, entries[id].name, text);
	return STATUS_OK;
}

/* What an article is known by and what it says are its own. */
static enum status
read_set(const struct reader *reader, const char *text)
{
	static const struct {
		const char *name, *hint;
	} own[] = {
		{"id=", "--id KEY says where the ids are"},
		{"body=", "-f body=KEY says where the bodies are"},
	};

	for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
		size_t length = strlen(own[i].name);

		if (strncasecmp(text, own[i].name, length) != 0)
			continue;
		error_set(reader->error, STATUS_INVALID,
		    "--set cannot give all articles one %.*s",
		    (int)length - 1, own[i].name);
		error_hint(reader->error, "%s", own[i].hint);
		return STATUS_INVALID;
	}
	return read_pair(reader, OPTION_SET, text, "--set source=Guardian");
}

/* Of options that are given once the last one counts. */
static void
replace_setting(struct arguments *arguments, const char *kind, const char *text)
{
	size_t length = strlen(kind), kept = 0;

	for (size_t i = 0; i < arguments->n_settings; i++) {
		char *setting = arguments->settings[i];

		if (strncmp(setting, kind, length) == 0 &&
		    setting[length] == '=')
			free(setting);
		else
			arguments->settings[kept++] = setting;
	}
	arguments->n_settings = kept;
	add_setting(arguments, kind, text);
}

static enum status
read_language(const struct reader *reader, const char *text)
{
	if (!language_is_known(text)) {
		error_set(reader->error, STATUS_INVALID,
		    "no language \"%s\"", text);
		error_hint(reader->error, "a code such as en, de, fr, es, "
		    "or none");
		return STATUS_INVALID;
	}
	replace_setting(reader->arguments, "lang", text);
	return STATUS_OK;
}

/* --- applying --- */

static enum status
choose_mode(struct reader *reader, enum arguments_mode mode, const char *name)
{
	struct arguments *arguments = reader->arguments;

	if (arguments->mode == MODE_HELP ||
	    arguments->mode == MODE_VERSION)
		return STATUS_OK;
	if (mode == MODE_HELP || mode == MODE_VERSION)
		reader->mode_name = NULL;
	if (reader->mode_name && arguments->mode != mode)
		return error_set(reader->error, STATUS_INVALID,
		    "--%s and --%s cannot be done at once",
		    reader->mode_name, name);
	reader->mode_name = name;
	arguments->mode = mode;
	return STATUS_OK;
}

static enum status
read_check(struct reader *reader, const char *value)
{
	if (value && strcmp(value, "quick") != 0)
		return error_set(reader->error, STATUS_INVALID,
		    "--check, or --check=quick, not --check=%s", value);
	reader->arguments->quick = value != NULL;
	return choose_mode(reader, MODE_CHECK, entries[OPTION_CHECK].name);
}

static enum status
apply_value(struct reader *reader, enum option_id id, const char *value)
{
	switch (id) {
	case OPTION_COMMIT:
		return read_size(reader, id, value,
		    &reader->arguments->commit_size);
	case OPTION_FIELD:
		return read_pair(reader, id, value,
		    "-f title=headline -f body=lead,text");
	case OPTION_SET:
		return read_set(reader, value);
	case OPTION_CHECK:
		return read_check(reader, value);
	case OPTION_BACKUP:
		reader->arguments->backup = value;
		return choose_mode(reader, MODE_BACKUP, entries[id].name);
	case OPTION_ID:
		replace_setting(reader->arguments, "id", value);
		return STATUS_OK;
	case OPTION_INDEX:
		reader->arguments->index = value;
		return STATUS_OK;
	case OPTION_JOBS:
		return read_jobs(reader, value);
	case OPTION_LANG:
		return read_language(reader, value);
	case OPTION_MEMORY:
		return read_memory(reader, value);
	case OPTION_PROGRESS:
		return read_progress(reader, value);
	default:
		return STATUS_OK;
	}
}

static enum status
apply_flag(struct reader *reader, enum option_id id)
{
	struct arguments *arguments = reader->arguments;
	const char *name = entries[id].name;

	switch (id) {
	case OPTION_COMPACT: /* may go with the others that write */
		arguments->compact = true;
		return STATUS_OK;
	case OPTION_DROP:
		return choose_mode(reader, MODE_DROP, name);
	case OPTION_FAILED:
		return choose_mode(reader, MODE_FAILED, name);
	case OPTION_FORGET:
		return choose_mode(reader, MODE_FORGET, name);
	case OPTION_HELP:
		return choose_mode(reader, MODE_HELP, name);
	case OPTION_REMOVE:
		return choose_mode(reader, MODE_REMOVE, name);
	case OPTION_REPAIR:
		return choose_mode(reader, MODE_REPAIR, name);
	case OPTION_STATS:
		return choose_mode(reader, MODE_STATS, name);
	case OPTION_VERSION:
		return choose_mode(reader, MODE_VERSION, name);
	case OPTION_FULL:
		arguments->full = true;
		return STATUS_OK;
	case OPTION_JSON:
		arguments->json = true;
		return STATUS_OK;
	case OPTION_NO_TEXT:
		arguments->no_text = true;
		return STATUS_OK;
	case OPTION_PRUNE:
		arguments->prune = true;
		return STATUS_OK;
	case OPTION_QUIET:
		arguments->quiet = true;
		return STATUS_OK;
	case OPTION_VERBOSE:
		arguments->verbose = true;
		return STATUS_OK;
	default:
		return STATUS_OK;
	}
}

static const struct option_table table = {entries, N_ENTRIES,
    "quire-index"};

/* `value` is what was attached to the option, or NULL. */
static enum status
apply(struct reader *reader, size_t id, const char *value)
{
	enum status status = option_table_value(&entries[id], &reader->rest,
	    &value, reader->error);

	if (status != STATUS_OK)
		return status;
	if (entries[id].argument == ARGUMENT_NONE)
		return apply_flag(reader, (enum option_id)id);
	return apply_value(reader, (enum option_id)id, value);
}

/* --- arguments --- */

static enum status
read_long(struct reader *reader, const char *text)
{
	const char *value;
	size_t id;
	enum status status = option_table_find(&table, text, &id, &value,
	    reader->error);

	return status == STATUS_OK ? apply(reader, id, value) : status;
}

/* -q, -qv, -j4, -i NAME. */
static enum status
read_short(struct reader *reader, const char *text)
{
	for (; *text; text++) {
		size_t id = option_table_letter(&table, *text);
		enum status status;

		if (id == N_ENTRIES) {
			error_set(reader->error, STATUS_INVALID,
			    "unknown option -%c", *text);
			error_hint(reader->error, "quire-index --help");
			return STATUS_INVALID;
		}
		if (entries[id].argument == ARGUMENT_NEEDED)
			return apply(reader, id,
			    text[1] ? text + 1 : NULL);
		status = apply(reader, id, NULL);
		if (status != STATUS_OK)
			return status;
	}
	return STATUS_OK;
}

static void
add_operand(struct arguments *arguments, const char *text)
{
	arguments->operands[arguments->n_operands++] = text;
}

static enum status
read_arguments(struct reader *reader)
{
	enum status status = STATUS_OK;

	while (status == STATUS_OK && reader->rest.next < reader->rest.argc) {
		const char *text = reader->rest.argv[reader->rest.next++];

		if (strcmp(text, "--") == 0)
			break;
		if (text[0] != '-' || text[1] == '\0')
			add_operand(reader->arguments, text);
		else if (text[1] == '-')
			status = read_long(reader, text + 2);
		else
			status = read_short(reader, text + 1);
	}
	while (status == STATUS_OK && reader->rest.next < reader->rest.argc)
		add_operand(reader->arguments, reader->rest.argv[reader->rest.next++]);
	return status;
}

/* --- what nobody said --- */

/* What a container allows, where there is such a limit. */
static uint64_t
memory_limit(uint64_t memory)
{
	FILE *file = fopen("/sys/fs/cgroup/memory.max", "re");
	unsigned long long limit;

	if (!file)
		return memory;
	if (fscanf(file, "%llu", &limit) == 1 && limit < memory)
		memory = limit;
	fclose(file);
	return memory;
}

static void
set_defaults(struct arguments *arguments)
{
	long pages = sysconf(_SC_PHYS_PAGES);
	long page = sysconf(_SC_PAGESIZE);
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	uint64_t memory = pages > 0 && page > 0
	    ? (uint64_t)pages * (uint64_t)page : 0;

	arguments->memory = memory_limit(memory) / 4;
	if (arguments->memory < memory_least)
		arguments->memory = memory_least;
	arguments->jobs = cores < 1 ? 1 : cores > JOBS_MAX ? JOBS_MAX
	    : (unsigned)cores;
}

/* What follows from several options together. */
static enum status
settle(struct reader *reader)
{
	struct arguments *arguments = reader->arguments;
	bool takes = arguments->mode == MODE_UPDATE ||
	    arguments->mode == MODE_REMOVE ||
	    arguments->mode == MODE_FORGET;

	if (arguments->mode == MODE_HELP ||
	    arguments->mode == MODE_VERSION)
		return STATUS_OK;
	if (arguments->compact && !takes)
		return error_set(reader->error, STATUS_INVALID,
		    "--%s and --compact cannot be done at once",
		    reader->mode_name);
	if (arguments->compact && arguments->mode == MODE_UPDATE &&
	    arguments->n_operands == 0)
		arguments->mode = MODE_COMPACT;
	if (!takes && arguments->n_operands > 0)
		return error_set(reader->error, STATUS_INVALID,
		    "--%s takes no name; \"%s\" is one too many",
		    reader->mode_name, arguments->operands[0]);
	if ((arguments->mode == MODE_REMOVE ||
	    arguments->mode == MODE_FORGET) && arguments->n_operands == 0)
		return error_set(reader->error, STATUS_INVALID,
		    "--%s what? %s", reader->mode_name,
		    arguments->mode == MODE_REMOVE
		    ? "name the articles by their ids" : "name the source");
	if (arguments->quiet && arguments->verbose)
		arguments->verbose = false;
	return STATUS_OK;
}

enum status
arguments_read(int argc, char **argv, struct arguments *arguments,
    struct error *error)
{
	struct reader reader = {.arguments = arguments, .error = error,
	    .rest = {argc, 1, argv}};
	enum status status;

	*arguments = (struct arguments){.mode = MODE_UPDATE};
	arguments->operands = alloc_zeroed((size_t)argc,
	    sizeof *arguments->operands);
	set_defaults(arguments);
	status = read_arguments(&reader);
	return status == STATUS_OK ? settle(&reader) : status;
}

void
arguments_free(struct arguments *arguments)
{
	for (size_t i = 0; i < arguments->n_settings; i++)
		free(arguments->settings[i]);
	free(arguments->settings);
	free(arguments->operands);
}
