/* --stats and --failed. */
#ifndef QUIRE_INDEXER_REPORT_H
#define QUIRE_INDEXER_REPORT_H

#include "arguments.h"
#include "status.h"

/* Prints to stdout.  STATUS_OK, DAMAGED, BUSY or IO. */
enum status report_stats(const char *path, const char *name,
    const struct arguments *arguments, struct error *error);
enum status report_failed(const char *path, const char *name,
    const struct arguments *arguments, struct error *error);

#endif
