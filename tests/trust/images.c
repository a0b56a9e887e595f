/* Files as they may be after a power cut. */
#include "images.h"

#include "alloc.h"
#include "shim.h"
#include "support.h"
#include "trust.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SECTOR = 512, FILES_MOST = 64, NAMES_MOST = 64 };

/* As the record has it. */
struct entry {
	struct shim_entry head;
	const uint8_t *bytes;
	size_t synced; /* the entry that put it on the disk for certain */
	int file;      /* -1: not one of home */
};

struct content {
	uint8_t *bytes;
	size_t size, capacity;
};

struct image_log {
	uint8_t *bytes;
	size_t size;
	struct entry *entries;
	size_t n;
	char home[PATH_MAX];
	bool had_home;
	uint64_t inodes[FILES_MOST];
	struct content before[FILES_MOST]; /* of files that were there */
	const char *names[FILES_MOST];     /* of these */
	int n_files;
};

/* --- reading a record --- */

static bool
is_name_change(const struct entry *entry)
{
	switch (entry->head.kind) {
	case SHIM_LOG_OPEN:
		return entry->head.flag != 0;
	case SHIM_LOG_LINK:
	case SHIM_LOG_RENAME:
	case SHIM_LOG_UNLINK:
	case SHIM_LOG_MKDIR:
		return true;
	default:
		return false;
	}
}

/* The path that an entry makes or removes. */
static const char *
target(const struct entry *entry)
{
	const char *path = (const char *)entry->bytes;

	if (entry->head.kind == SHIM_LOG_LINK ||
	    entry->head.kind == SHIM_LOG_RENAME)
		path += strlen(path) + 1;
	return path;
}

static bool
is_in(const char *path, const char *folder)
{
	size_t size = strlen(folder);

	return strncmp(path, folder, size) == 0 && path[size] == '/' &&
	    !strchr(path + size + 1, '/');
}

/* Lock files say nothing that outlives a power cut. */
static bool
is_of_interest(const struct image_log *log, const char *path)
{
	size_t size = strlen(path);

	return is_in(path, log->home) &&
	    (size < 5 || strcmp(path + size - 5, "-lock") != 0);
}

static struct content
read_file(const char *folder, const char *name)
{
	struct content content = {0};
	char path[PATH_MAX];
	struct stat file;
	int fd = open(trust_path(path, folder, name), O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &file) != 0)
		abort();
	content.size = content.capacity = (size_t)file.st_size;
	content.bytes = alloc_bytes(content.size);
	if (read(fd, content.bytes, content.size) != (ssize_t)content.size)
		abort();
	close(fd);
	return content;
}

static int
find_file(const struct image_log *log, uint64_t inode)
{
	for (int i = log->n_files; i-- > 0;)
		if (log->inodes[i] == inode)
			return i;
	return -1;
}

/* The number of the file that an entry opens. */
static int
note_file(struct image_log *log, const struct entry *entry, const char *kept)
{
	const char *path = (const char *)entry->bytes;
	int file = find_file(log, entry->head.file);

	if (!is_of_interest(log, path))
		return -1;
	if (file >= 0 && !entry->head.flag)
		return file;
	if (log->n_files == FILES_MOST)
		abort();
	file = log->n_files++;
	log->inodes[file] = entry->head.file;
	if (!entry->head.flag) {
		log->names[file] = path;
		log->before[file] = read_file(kept, strrchr(path, '/') + 1);
	}
	return file;
}

/* Whether an entry surely puts an earlier one on the disk. */
static bool
puts_on_disk(const struct entry *sync, const struct entry *entry)
{
	if (entry->head.kind == SHIM_LOG_WRITE ||
	    entry->head.kind == SHIM_LOG_SIZE)
		return sync->head.kind == SHIM_LOG_SYNC &&
		    sync->file == entry->file;
	return sync->head.kind == SHIM_LOG_FOLDER &&
	    is_in(target(entry), (const char *)sync->bytes);
}

static void
find_syncs(struct image_log *log)
{
	for (size_t i = 0; i < log->n; i++) {
		struct entry *entry = &log->entries[i];

		entry->synced = i + 1;
		if (entry->head.kind == SHIM_LOG_WRITE && entry->head.flag)
			continue;
		while (entry->synced < log->n && !puts_on_disk(
		    &log->entries[entry->synced], entry))
			entry->synced++;
		if (entry->synced == log->n)
			entry->synced = SIZE_MAX;
	}
}

static void
add_entry(struct image_log *log, const struct shim_entry *head,
    const uint8_t *bytes, const char *kept)
{
	struct entry *entry;

	log->entries = alloc_again(log->entries, log->n + 1, sizeof *entry);
	entry = &log->entries[log->n++];
	*entry = (struct entry){*head, bytes, 0, -1};
	if (head->kind == SHIM_LOG_OPEN)
		entry->file = note_file(log, entry, kept);
	else
		entry->file = find_file(log, head->file);
}

struct image_log *
image_log_read(const char *record, const char *home, const char *kept)
{
	struct image_log *log = alloc_zeroed(1, sizeof *log);
	struct content content = read_file("", record);
	struct shim_entry head;

	log->bytes = content.bytes;
	log->size = content.size;
	snprintf(log->home, sizeof log->home, "%s", home);
	log->had_home = access(kept, F_OK) == 0;
	for (size_t at = 0; at + sizeof head <= log->size;) {
		memcpy(&head, log->bytes + at, sizeof head);
		at += sizeof head;
		add_entry(log, &head, log->bytes + at, kept);
		at += head.size;
	}
	find_syncs(log);
	return log;
}

void
image_log_free(struct image_log *log)
{
	for (int i = 0; i < log->n_files; i++)
		free(log->before[i].bytes);
	free(log->entries);
	free(log->bytes);
	free(log);
}

size_t
image_log_size(const struct image_log *log)
{
	return log->n;
}

bool
image_is_meta(const struct image_log *log, size_t entry)
{
	const struct entry *at = &log->entries[entry];

	return at->head.kind == SHIM_LOG_WRITE && at->file >= 0 &&
	    at->head.size < SECTOR;
}

bool
image_is_name(const struct image_log *log, size_t entry)
{
	return is_name_change(&log->entries[entry]);
}

bool
image_is_output(const struct image_log *log, size_t entry)
{
	return log->entries[entry].head.kind == SHIM_LOG_OUTPUT;
}

/* --- making an image --- */

/* Names as they are in the image. */
struct name {
	const char *path;
	int file;
};

struct image {
	const struct image_log *log;
	struct content files[FILES_MOST];
	struct name names[NAMES_MOST];
	int n_names;
	bool has_home;
	uint64_t seed;
};

static void
write_part(struct content *file, uint64_t offset, const uint8_t *bytes,
    size_t size)
{
	size_t end = (size_t)offset + size;

	if (end > file->capacity) {
		file->capacity = end + end / 2;
		file->bytes = alloc_again(file->bytes, file->capacity, 1);
	}
	if (offset > file->size)
		memset(file->bytes + file->size, 0, offset - file->size);
	memcpy(file->bytes + offset, bytes, size);
	if (end > file->size)
		file->size = end;
}

static void
write_whole(struct image *image, const struct entry *entry)
{
	write_part(&image->files[entry->file], entry->head.offset,
	    entry->bytes, entry->head.size);
}

/* Some sectors of a write: the first ones, the last ones, or any. */
static void
write_torn(struct image *image, const struct entry *entry)
{
	uint64_t end = entry->head.offset + entry->head.size;
	uint64_t first = entry->head.offset / SECTOR;
	uint64_t n = (end + SECTOR - 1) / SECTOR - first;
	uint32_t where = support_below(&image->seed, (uint32_t)n + 1);
	uint32_t how = support_below(&image->seed, 3);

	for (uint64_t i = 0; i < n; i++) {
		uint64_t from = (first + i) * SECTOR, to = from + SECTOR;
		bool there = how == 0 ? i < where : how == 1 ? i >= where
		    : support_below(&image->seed, 2) == 0;

		if (from < entry->head.offset)
			from = entry->head.offset;
		if (to > end)
			to = end;
		if (there)
			write_part(&image->files[entry->file], from,
			    entry->bytes + (from - entry->head.offset),
			    to - from);
	}
}

static void
add_name(struct image *image, const char *path, int file)
{
	for (int i = 0; i < image->n_names; i++)
		if (!strcmp(image->names[i].path, path)) {
			image->names[i].file = file;
			return;
		}
	if (image->n_names == NAMES_MOST)
		abort();
	image->names[image->n_names++] = (struct name){path, file};
}

static int
file_named(const struct image *image, const char *path)
{
	for (int i = 0; i < image->n_names; i++)
		if (!strcmp(image->names[i].path, path))
			return image->names[i].file;
	return -1;
}

static void
change_name(struct image *image, const struct entry *entry)
{
	const char *path = (const char *)entry->bytes;

	if (entry->head.kind == SHIM_LOG_MKDIR) {
		image->has_home |= strcmp(path, image->log->home) == 0;
		return;
	}
	if (!is_of_interest(image->log, target(entry)))
		return;
	if (entry->head.kind == SHIM_LOG_OPEN)
		add_name(image, path, entry->file);
	else if (entry->head.kind == SHIM_LOG_UNLINK)
		add_name(image, path, -1);
	else
		add_name(image, target(entry), file_named(image, path));
	if (entry->head.kind == SHIM_LOG_RENAME)
		add_name(image, path, -1);
}

static void
start_image(struct image *image)
{
	image->has_home = image->log->had_home;
	for (int i = 0; i < image->log->n_files; i++) {
		const struct content *before = &image->log->before[i];

		if (before->bytes)
			write_part(&image->files[i], 0, before->bytes,
			    before->size);
		if (image->log->names[i])
			add_name(image, image->log->names[i], i);
	}
}

static void
write_image(const struct image *image, const char *folder)
{
	trust_clear(folder);
	if (!image->has_home) {
		rmdir(folder);
		return;
	}
	for (int i = 0; i < image->n_names; i++) {
		const struct name *name = &image->names[i];
		const struct content *file;
		char path[PATH_MAX];
		int fd;

		if (name->file < 0)
			continue;
		file = &image->files[name->file];
		fd = open(trust_path(path, folder, strrchr(name->path, '/') +
		    1), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fd < 0 || write(fd, file->bytes, file->size) !=
		    (ssize_t)file->size)
			abort();
		close(fd);
	}
}

/* A write that is perhaps there; `part`: how many of 8 are. */
static void
perhaps_write(struct image *image, const struct entry *entry, bool is_cut,
    enum image_kind kind, uint32_t part)
{
	bool torn = kind == IMAGE_PREFIX ? is_cut
	    : kind == IMAGE_TORN && support_below(&image->seed, 2);
	bool there = kind == IMAGE_PREFIX || kind == IMAGE_WHOLE ||
	    support_below(&image->seed, 8) < part;

	if (there && torn)
		write_torn(image, entry);
	else if (there)
		write_whole(image, entry);
}

/* The entry up to which names are changed: none, all, or some. */
static size_t
some_names(struct image *image, size_t cut)
{
	switch (support_below(&image->seed, 4)) {
	case 0:
		return 0;
	case 1:
		return cut + 1;
	default:
		return support_below(&image->seed, (uint32_t)cut + 2);
	}
}

void
image_make(const struct image_log *log, size_t cut, enum image_kind kind,
    uint64_t seed, const char *folder)
{
	struct image image = {.log = log, .seed = seed};
	uint32_t part = 1 + support_below(&image.seed, 7);
	size_t last_name = kind == IMAGE_WHOLE ? cut + 1
	    : some_names(&image, cut);
	size_t end = kind == IMAGE_WHOLE || cut == log->n ? cut : cut + 1;

	start_image(&image);
	for (size_t i = 0; i < end; i++) {
		const struct entry *entry = &log->entries[i];

		if (is_name_change(entry)) {
			if (entry->synced < cut || i < last_name)
				change_name(&image, entry);
		} else if (entry->head.kind != SHIM_LOG_WRITE ||
		    entry->file < 0) {
			continue;
		} else if (entry->synced <= cut &&
		    (entry->synced < cut || entry->head.flag)) {
			write_whole(&image, entry);
		} else {
			perhaps_write(&image, entry, i == cut, kind, part);
		}
	}
	write_image(&image, folder);
	for (int i = 0; i < log->n_files; i++)
		free(image.files[i].bytes);
}
