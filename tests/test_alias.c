/*
 * A changed bit in a leaf can make two keys lead to one page.  The seal of
 * the block there fits one of them only, however lately it was checked.
 */
#include "salvage.h"
#include "store/bytes.h"
#include "store/dictionary.h"
#include "store/lmdb_pages.h"
#include "store/snapshot.h"
#include "support.h"
#include "support_index.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static struct sample_index sample;

/* Two blocks of the dictionary of the only segment, one after the other. */
struct blocks {
	uint8_t keys[2][TERM_KEY_MAX + 4];
	size_t sizes[2];
	uint64_t pages[2];
};

static void
find_blocks(int fd, struct blocks *blocks)
{
	struct salvage salvage;
	size_t n = 0;

	ck_assert_int_eq(salvage_read(&salvage, fd, NULL), STATUS_OK);
	for (size_t i = 0; i < salvage.n && n < 2; i++) {
		const struct salvage_value *value = &salvage.values[i];

		if (value->database != DATABASE_DIC ||
		    bytes_key_u32(value->key) !=
		    salvage.root.segments[0].number)
			continue;
		memcpy(blocks->keys[n], value->key, value->key_size);
		blocks->sizes[n] = value->key_size;
		blocks->pages[n++] = value->place / LMDB_PAGE;
	}
	ck_assert_uint_eq(n, 2);
	salvage_free(&salvage);
}

/* Lets the first block's key lead to the page of the second one. */
static void
harm(const struct blocks *blocks, int fd)
{
	off_t size = lseek(fd, 0, SEEK_END);
	uint8_t page[LMDB_PAGE];
	unsigned n = 0;

	for (off_t at = 0; at < size; at += LMDB_PAGE) {
		uint8_t *key;

		ck_assert_int_eq(pread(fd, page, sizeof page, at),
		    LMDB_PAGE);
		key = memmem(page, sizeof page, blocks->keys[0],
		    blocks->sizes[0]);
		if (!key || bytes_u64(key + blocks->sizes[0]) !=
		    blocks->pages[0])
			continue;
		bytes_put_u64(key + blocks->sizes[0], blocks->pages[1]);
		ck_assert_int_eq(pwrite(fd, page, sizeof page, at),
		    LMDB_PAGE);
		n++;
	}
	ck_assert_uint_gt(n, 0);
}

START_TEST(a_block_that_was_checked_under_another_key_is_checked_again)
{
	struct dictionary_entry entry;
	struct snapshot *snapshot;
	struct segment *segment;
	struct blocks blocks;
	int fd;

	sample_index_create(&sample);
	sample_index_update(&sample, 0, 600);
	fd = open(sample.path, O_RDWR | O_CLOEXEC);
	find_blocks(fd, &blocks);
	harm(&blocks, fd);
	close(fd);
	ck_assert_int_eq(snapshot_open(sample.path, "sample", &snapshot,
	    NULL), STATUS_OK);
	segment = snapshot_segment(snapshot, 0);
	ck_assert_int_eq(segment_find(segment, blocks.keys[1] + 4,
	    blocks.sizes[1] - 4, &entry), STATUS_OK);
	ck_assert_int_eq(segment_find(segment, blocks.keys[0] + 4,
	    blocks.sizes[0] - 4, &entry), STATUS_DAMAGED);
	snapshot_close(snapshot);
	sample_index_free(&sample);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("alias");
	TCase *tests = tcase_create("alias");

	tcase_add_test(tests,
	    a_block_that_was_checked_under_another_key_is_checked_again);
	suite_add_tcase(suite, tests);
	return support_run(suite);
}
