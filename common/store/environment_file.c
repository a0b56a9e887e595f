/* What a file is, before LMDB is let near it. */
#include "store/environment.h"

#include "store/bytes.h"
#include "store/lmdb_pages.h"

#include <errno.h>
#include <unistd.h>

enum { META_READ = META_LAST_PAGE + 8 }; /* bytes that are looked at */

/* A disk that cannot be read says nothing about the index. */
static int
read_meta(int fd, off_t place, uint8_t meta[META_READ])
{
	ssize_t size;

	do
		size = pread(fd, meta, META_READ, place);
	while (size < 0 && errno == EINTR);
	if (size < 0)
		return errno;
	return size == META_READ ? 0 : MDB_INVALID;
}

bool
environment_has_sign(int fd)
{
	for (off_t page = 0; page < META_PAGES; page++) {
		uint8_t sign[4];

		if (pread(fd, sign, sizeof sign, page * LMDB_PAGE +
		    META_SIGN) == sizeof sign && bytes_u32(sign) == lmdb_sign)
			return true;
	}
	return false;
}

/*
 * A text or a picture under the name of an index: its first bytes are not
 * the number of LMDB's page 0, nor is LMDB's sign where it should be, in
 * either of its first pages.  None of these alone makes a damaged index
 * another kind of file.
 */
static bool
is_other_kind(int fd)
{
	uint8_t begin[8] = {0};

	return pread(fd, begin, sizeof begin, 0) > 0 && bytes_u64(begin) != 0
	    && !environment_has_sign(fd);
}

static enum status
not_an_index(const struct environment *environment, struct error *error)
{
	error_set(error, STATUS_INVALID, "%s: this is not an index",
	    environment->name);
	error_hint(error, "-i names an index; articles are given without it");
	return STATUS_INVALID;
}

/*
 * An LMDB file of a machine with other words: its sign is the other way
 * round, or follows a page number of four bytes.
 */
static bool
is_of_other_machine(int fd)
{
	const uint32_t swapped = __builtin_bswap32(lmdb_sign);
	uint8_t begin[META_SIGN + 4] = {0};
	uint32_t near;

	if (pread(fd, begin, sizeof begin, 0) <= 0)
		return false;
	near = bytes_u32(begin + META_SIGN - 4);
	return bytes_u32(begin + META_SIGN) == swapped ||
	    near == lmdb_sign || near == swapped;
}

/*
 * 0 if what LMDB believes of its meta pages before anybody can check it can
 * be true: the page size, which decides where it looks next, and a last
 * page that is not far behind the end of the file.
 */
static int
check_meta_pages(int fd, uint64_t size)
{
	uint32_t page_size = 0;
	bool sane = true;

	for (int i = 0; sane && i < 2; i++) {
		uint8_t meta[META_READ];
		uint32_t here;
		int code = read_meta(fd, (off_t)i * page_size, meta);

		if (code)
			return code;
		here = bytes_u32(meta + META_PAGE_SIZE);
		page_size = i ? page_size : here;
		sane = here == page_size && here >= 512 && here <= 65536 &&
		    (here & (here - 1)) == 0 &&
		    bytes_u64(meta + META_LAST_PAGE) / 2 <= size / here;
	}
	return sane ? 0 : MDB_INVALID;
}

enum status
environment_check_metas(const struct environment *environment, int fd,
    struct error *error)
{
	int code = MDB_INVALID;
	struct stat file;

	/* A disk that cannot be asked says nothing about the index. */
	if (fstat(fd, &file) != 0)
		code = errno;
	else if (S_ISREG(file.st_mode))
		code = check_meta_pages(fd, (uint64_t)file.st_size);
	if (code == MDB_INVALID && is_of_other_machine(fd))
		return root_of_another_machine(environment->name, error);
	if (code == MDB_INVALID && is_other_kind(fd))
		return not_an_index(environment, error);
	return code ? environment_error(environment, code, "its first pages",
	    error) : STATUS_OK;
}

enum status
environment_check_kind(const char *path, const struct stat *file,
    struct error *error)
{
	if (S_ISREG(file->st_mode))
		return STATUS_OK;
	error_set(error, STATUS_INVALID, S_ISDIR(file->st_mode) ?
	    "%s is a folder, not an index" : "%s is not a regular file",
	    path);
	error_hint(error, "name an index, or a new file, with -i");
	return STATUS_INVALID;
}
