/*
 * quire-index: makes an index of articles and keeps it up to date.
 *
 * The way of an article: arguments.c reads the command line, update.c goes
 * through the sources, build.c has each of them read (source.c), its records
 * made articles (record.c) and inverted in threads (accumulator.c), batch.c
 * and flush.c write segments, store.c commits them to LMDB.
 */
#include "arguments.h"
#include "index_path.h"
#include "show.h"
#include "report.h"
#include "signals.h"
#include "update.h"
#include "upkeep.h"

#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum exit_status {
	EXIT_DONE = 0,
	EXIT_SKIPPED = 1,
	EXIT_ERROR = 2,
	EXIT_DAMAGED = 3,
};

static const char short_usage[] =
    "usage: quire-index [OPTION]... SOURCE...   (quire-index --help)\n";

static const char help_text[] =
    "quire-index makes an index of articles for quire-query.\n"
    "\n"
    "  quire-index FOLDER                       index a folder, or update it\n"
    "  quire-index -i news news.jsonl.gz        an index of another name\n"
    "  quire-index -i news                      bring all its sources up to date\n"
    "  make-records | quire-index -i news -     JSON Lines on standard input\n"
    "\n"
    "  -i, --index NAME      which index, or a path with a slash\n"
    "  -f, --field NAME=KEY  take a field from KEY: -f title=headline\n"
    "      --set NAME=VALUE  a field for every article: --set source=Guardian\n"
    "      --id KEY          what identifies a record\n"
    "      --lang CODE       language of articles that name none; or none\n"
    "      --full            read everything again\n"
    "      --prune           remove what is gone, even if it is most of a source\n"
    "      --remove ID...    remove articles\n"
    "      --forget SOURCE   remove a source and its articles\n"
    "      --no-text         do not keep the text\n"
    "      --stats --failed  what is in the index; what could not be read\n"
    "      --check[=quick] --compact --drop\n"
    "      --repair          keep what can be read of a damaged index\n"
    "      --backup FILE     copy the index while others use it\n"
    "  -j, --jobs N          -m, --memory SIZE       --commit SIZE\n"
    "  -q, --quiet  -v, --verbose  --json  --progress=auto|always|never\n"
    "\n"
    "Exit status: 0 done, 1 records skipped, none found or articles lost, 2 error,\n"
    "3 the index is damaged.\n"
    "Everything: man quire-index.\n";

/* The index as it was named. */
struct place {
	struct buffer path;
	char *name;
};

static enum status
add_compact(const struct arguments *arguments, struct place *place,
    enum status status, struct error *error)
{
	if (status != STATUS_OK || !arguments->compact)
		return status;
	return upkeep_compact(buffer_string(&place->path),
	    place->name, arguments, error);
}

/* Reading, removing and forgetting: what update.h does. */
static enum status
change(const struct arguments *arguments, struct place *place,
    struct update *update, struct error *error)
{
	enum status status;

	if (arguments->mode == MODE_UPDATE)
		signals_catch_stop();
	if (arguments->mode == MODE_REMOVE)
		status = update_remove(update, error);
	else if (arguments->mode == MODE_FORGET)
		status = update_forget(update, error);
	else
		status = update_run(update, error);
	if (update->nothing) {
		fputs(short_usage, stderr);
		update->failed = true;
		return status;
	}
	return add_compact(arguments, place, status, error);
}

static enum status
run(const struct arguments *arguments, struct place *place,
    struct update *update, struct error *error)
{
	const char *path = buffer_string(&place->path);

	update->arguments = arguments;
	update->path = path;
	update->name = place->name;
	if (arguments->mode != MODE_UPDATE && access(path, F_OK) != 0)
		return index_path_missing(place->name, error);
	switch (arguments->mode) {
	case MODE_STATS:
		return report_stats(path, place->name, arguments, error);
	case MODE_FAILED:
		return report_failed(path, place->name, arguments, error);
	case MODE_CHECK:
		return upkeep_check(path, place->name, arguments, error);
	case MODE_REPAIR:
		return upkeep_repair(path, place->name, arguments,
		    &update->skipped, error);
	case MODE_COMPACT:
		return upkeep_compact(path, place->name, arguments, error);
	case MODE_BACKUP:
		return upkeep_backup(path, place->name, arguments, error);
	case MODE_DROP:
		return upkeep_drop(path, place->name, arguments, error);
	default:
		return change(arguments, place, update, error);
	}
}

/* Whether stdout is a pipe whose reader is gone. */
static bool
nobody_reads(void)
{
	struct pollfd pipe = {.fd = STDOUT_FILENO, .events = POLLOUT};

	return poll(&pipe, 1, 0) == 1 && pipe.revents & POLLERR;
}

/*
 * What could not be written to stdout is an error like any other; who closed
 * the pipe knows already.
 */
static bool
stdout_failed(void)
{
	struct error error = {0};

	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return false;
	/* An earlier failure has left its mark on stdout but no reason. */
	if (errno == EPIPE || nobody_reads())
		return true;
	error_set(&error, STATUS_IO, "the output could not be written%s%s",
	    errno ? ": " : "", errno ? strerror(errno) : "");
	show_error(&error);
	return true;
}

static enum exit_status
work(const struct arguments *arguments)
{
	struct place place = {0};
	struct update update = {0};
	struct error error = {0};
	enum status status = index_path_find(arguments->index, &place.path,
	    &place.name, &error);

	if (status == STATUS_OK)
		status = run(arguments, &place, &update, &error);
	if (status == STATUS_END) {
		fflush(stdout);
		signals_die();
	}
	if (status != STATUS_OK && error.message[0])
		show_error(&error);
	buffer_free(&place.path);
	free(place.name);
	if (status == STATUS_DAMAGED)
		return EXIT_DAMAGED;
	if (stdout_failed() || status != STATUS_OK || update.failed)
		return EXIT_ERROR;
	return update.skipped ? EXIT_SKIPPED : EXIT_DONE;
}

static enum exit_status
start(const struct arguments *arguments)
{
	if (arguments->mode == MODE_HELP)
		fputs(help_text, stdout);
	else if (arguments->mode == MODE_VERSION)
		fputs("quire-index " QUIRE_VERSION "\n", stdout);
	else
		return work(arguments);
	return stdout_failed() ? EXIT_ERROR : EXIT_DONE;
}

int
main(int argc, char **argv)
{
	struct arguments arguments;
	struct error error = {0};
	enum exit_status result = EXIT_ERROR;

	setlocale(LC_CTYPE, "");
	signals_catch();
	if (arguments_read(argc, argv, &arguments, &error) == STATUS_OK)
		result = start(&arguments);
	else
		show_error(&error);
	arguments_free(&arguments);
	return (int)result;
}
