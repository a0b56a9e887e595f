/*
 * Faults in the map of a damaged index.  LMDB trusts its file: a changed
 * page header can make it read where there is no page, which the system
 * answers with SIGSEGV or SIGBUS.  Used by environment.c only.
 */
#ifndef QUIRE_STORE_FAULTS_H
#define QUIRE_STORE_FAULTS_H

#include <lmdb.h>

/*
 * From now on a fault inside LMDB's own code, or in a function of the C
 * library that it called, ends the process with "index
 * NAME is damaged" and status 3; any other fault ends it as if there were no
 * handler, so that our own mistakes stay visible.
 */
void faults_expect(const char *name);

/*
 * After opening: faults inside the map of the file open as `fd` and LMDB's
 * assertions end the process in the same way.
 */
void faults_watch(MDB_env *env, int fd);

/* Takes the map off the watch, before the environment is closed. */
void faults_unwatch(void);

#endif
