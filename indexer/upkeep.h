/* --check, --repair, --compact, --backup and --drop: done elsewhere, told
 * here. */
#ifndef QUIRE_INDEXER_UPKEEP_H
#define QUIRE_INDEXER_UPKEEP_H

#include "arguments.h"
#include "status.h"

/*
 * Each says on stdout what was done, or what is whole.  A status other than
 * STATUS_OK has its message in `error`, or has been told in full (the
 * message is then empty).
 */
enum status upkeep_check(const char *path, const char *name,
    const struct arguments *arguments, struct error *error);
enum status upkeep_repair(const char *path, const char *name,
    const struct arguments *arguments, bool *lost, struct error *error);
enum status upkeep_compact(const char *path, const char *name,
    const struct arguments *arguments, struct error *error);
enum status upkeep_backup(const char *path, const char *name,
    const struct arguments *arguments, struct error *error);
enum status upkeep_drop(const char *path, const char *name,
    const struct arguments *arguments, struct error *error);

#endif
