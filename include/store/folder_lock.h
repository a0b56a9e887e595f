/*
 * The lock of the folder of an index.  Whoever swaps the file for a smaller
 * copy holds it alone meanwhile; everybody else shares it while opening.  So
 * nobody opens one half of the old pair of files and one half of the new one.
 */
#ifndef QUIRE_STORE_FOLDER_LOCK_H
#define QUIRE_STORE_FOLDER_LOCK_H

enum {
	FOLDER_UNLOCKED = -1, /* a folder that cannot be opened or locked */
	FOLDER_BUSY = -2,
};

/*
 * Locks the folder of `path`; `how` is LOCK_SH or LOCK_EX of flock.  Both are
 * held for moments only, so who waits longer than two seconds waits for a
 * process that was stopped: FOLDER_BUSY.  Else a descriptor to be closed, or
 * FOLDER_UNLOCKED.
 */
int folder_lock(const char *path, int how);

#endif
