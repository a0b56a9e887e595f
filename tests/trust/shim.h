/*
 * A library that is preloaded into the programs under test.  It sees what
 * they ask of the system and of malloc, and does with it what the
 * environment says:
 *
 *   SHIM_REPORT=FILE   a struct shim_report, kept up to date there
 *   SHIM_KINDS=LETTERS which calls count (else wstcnomr)
 *   SHIM_CALL=N        the call, from 1, at which SHIM_DO happens:
 *     SHIM_DO=kill-before, kill-after, short, or a number: fails with this
 *     error number
 *   SHIM_ALLOCATION=N  the allocation that fails
 *   SHIM_FOREVER=1     and all after it, of calls or of allocations
 *   SHIM_LOG=FILE      every write and what orders it is recorded there
 *   SHIM_NOSYNC=1      nothing reaches the disk in any order
 *
 * Standard output is a stream of this library, since stdio calls the system
 * past any other; what goes to standard error is left alone.
 */
#ifndef QUIRE_TRUST_SHIM_H
#define QUIRE_TRUST_SHIM_H

#include <stdint.h>

/* Kinds of calls. */
#define SHIM_WRITE 'w'  /* write, pwrite, writev, pwritev */
#define SHIM_SYNC 's'   /* fsync, fdatasync, msync */
#define SHIM_SIZE 't'   /* ftruncate, fallocate */
#define SHIM_CREATE 'c' /* open that may create */
#define SHIM_OPEN 'o'   /* any other open, fopen, opendir */
#define SHIM_NAME 'n'   /* rename, link, unlink, mkdir */
#define SHIM_MAP 'm'    /* mmap */
#define SHIM_READ 'r'   /* read, pread */
/* ... and those that count only if SHIM_KINDS says so: */
#define SHIM_ASK 'a'      /* stat, statfs and their like */
#define SHIM_LOCK 'l'     /* fcntl and flock, for locks */
#define SHIM_DATABASE 'd' /* calls of LMDB, which return what they fail with */

struct shim_report {
	uint64_t calls;       /* of the kinds that count */
	uint64_t allocations;
	uint64_t fired;       /* how often something was made to happen */
	uint64_t kind;        /* of the call that it happened to */
};

/* --- the record: entries, each followed by `size` bytes --- */

enum shim_entry_kind {
	SHIM_LOG_OPEN,   /* path; file; flag: it did not exist */
	SHIM_LOG_WRITE,  /* bytes at offset of file; flag: O_DSYNC */
	SHIM_LOG_SIZE,   /* file is now `offset` long */
	SHIM_LOG_SYNC,   /* file */
	SHIM_LOG_FOLDER, /* path of a folder that was synced */
	SHIM_LOG_LINK,   /* two paths, each ends in NUL */
	SHIM_LOG_RENAME, /* two paths */
	SHIM_LOG_UNLINK, /* path */
	SHIM_LOG_MKDIR,  /* path */
	SHIM_LOG_OUTPUT, /* bytes of standard output */
};

struct shim_entry {
	uint32_t kind, flag;
	uint64_t file; /* inode number */
	uint64_t offset, size;
};

#endif
