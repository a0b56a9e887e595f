/*
 * --check finds lies under a right seal: a value is changed by the writer
 * itself, so that checksums, sums and counts all agree.
 */
#include "alloc.h"
#include "merge.h"
#include "store/bytes.h"
#include "store/segment.h"
#include "support.h"
#include "support_index.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct sample_index sample;
static struct store *store;

/* Two segments, the first with dead articles. */
static void
set_up(void)
{
	sample_index_create(&sample);
	sample_index_update(&sample, 0, 300);
	sample_index_update(&sample, 20, 280);
	sample_index_add(&sample, "other.jsonl", 1000, 300);
}

static void
tear_down(void)
{
	sample_index_free(&sample);
}

static void
begin(void)
{
	store = sample_index_open(&sample);
	ck_assert_int_eq(store_commit_begin(store, NULL), STATUS_OK);
}

static void
end(void)
{
	struct error error = {0};

	ck_assert_msg(store_commit_end(store, &error) == STATUS_OK, "%s",
	    error.message);
	store_close(store);
}

static void
assert_finds(const char *words)
{
	struct buffer lines = {0};

	ck_assert_int_eq(sample_index_verify(&sample, &lines),
	    STATUS_DAMAGED);
	ck_assert_msg(strstr(buffer_string(&lines), words) != NULL,
	    "\"%s\" is not in: %s", words, buffer_string(&lines));
	buffer_free(&lines);
}

/* --- values --- */

/* The first or last value whose key begins with a prefix. */
struct found {
	uint8_t key[KEY_SIZE_MAX];
	size_t key_size;
	struct buffer payload;
	bool last;
};

static bool
take_value(void *context, const uint8_t *key, size_t key_size,
    const uint8_t *payload, size_t size)
{
	struct found *found = context;

	memcpy(found->key, key, key_size);
	found->key_size = key_size;
	buffer_clear(&found->payload);
	buffer_append(&found->payload, payload, size);
	return found->last;
}

static void
find_value(enum database database, const void *prefix, size_t size,
    struct found *found)
{
	ck_assert_int_eq(store_walk(store, database, prefix, size, take_value,
	    found, NULL), STATUS_OK);
	ck_assert_uint_gt(found->key_size, 0);
}

static void
put_back(enum database database, struct found *found, uint64_t *seal)
{
	ck_assert_int_eq(store_put(store, database, found->key,
	    found->key_size, found->payload.bytes, found->payload.size, seal,
	    NULL), STATUS_OK);
	buffer_free(&found->payload);
}

static void
segment_prefix(uint8_t key[4])
{
	bytes_put_key_u32(key, store_root(store)->segments[0].number);
}

/* Changes the record of the first segment. */
static void
change_record(void (*change)(struct segment_record *record))
{
	struct found found = {.last = false};
	struct segment_record record;
	uint8_t prefix[4];

	begin();
	segment_prefix(prefix);
	find_value(DATABASE_SEG, prefix, 4, &found);
	ck_assert(segment_record_decode(&record, found.payload.bytes,
	    found.payload.size));
	change(&record);
	buffer_clear(&found.payload);
	segment_record_encode(&record, &found.payload);
	put_back(DATABASE_SEG, &found,
	    &store_root(store)->segments[0].record_seal);
	end();
}

/* --- tests --- */

START_TEST(an_index_with_dead_articles_and_two_segments_is_whole)
{
	struct buffer lines = {0};

	ck_assert_msg(sample_index_verify(&sample, &lines) == STATUS_OK,
	    "%s", buffer_string(&lines));
	ck_assert_uint_eq(sample_index_n_living(&sample), 580);
}
END_TEST

START_TEST(an_index_is_whole_after_everything_is_removed)
{
	ck_assert_int_eq(sample_index_verify(&sample, NULL), STATUS_OK);
	sample_index_update(&sample, 0, 0);
	ck_assert_uint_eq(sample_index_n_living(&sample), 300);
	ck_assert_int_eq(sample_index_verify(&sample, NULL), STATUS_OK);
}
END_TEST

START_TEST(a_merged_index_is_whole)
{
	struct buffer lines = {0};
	struct error error = {0};

	store = sample_index_open(&sample);
	ck_assert_msg(merge_run(store, 0, store_root(store)->n_segments,
	    &error) == STATUS_OK, "%s", error.message);
	ck_assert_uint_eq(store_root(store)->n_segments, 1);
	store_close(store);
	ck_assert_msg(sample_index_verify(&sample, &lines) == STATUS_OK,
	    "%s", buffer_string(&lines));
}
END_TEST

static void
count_a_word_more(struct segment_record *record)
{
	record->n_words++;
}

START_TEST(a_wrong_sum_of_lengths_is_found)
{
	change_record(count_a_word_more);
	assert_finds("lengths of its articles do not add up");
}
END_TEST

static void
count_a_term_more(struct segment_record *record)
{
	record->n_terms++;
}

START_TEST(a_wrong_number_of_words_is_found)
{
	change_record(count_a_term_more);
	assert_finds("words are missing");
}
END_TEST

static void
swap_languages(struct segment_record *record)
{
	record->languages[1]--;
	record->languages[2]++;
}

START_TEST(wrong_numbers_of_languages_are_found)
{
	change_record(swap_languages);
	assert_finds("miscounted");
}
END_TEST

static void
shift_dates(struct segment_record *record)
{
	record->columns[COLUMN_DATE].base += 3; /* precision 1 becomes 0 */
}

START_TEST(dates_that_cannot_be_are_found)
{
	change_record(shift_dates);
	assert_finds("dates cannot be");
}
END_TEST

START_TEST(a_removed_article_too_many_is_found)
{
	struct found found = {.last = false};
	uint8_t prefix[4];

	begin();
	segment_prefix(prefix);
	find_value(DATABASE_LIVE, prefix, 4, &found);
	found.payload.bytes[20] ^= 4;
	put_back(DATABASE_LIVE, &found,
	    &store_root(store)->segments[0].live_seal);
	end();
	assert_finds("articles are removed");
}
END_TEST

/* One of the first twenty, which were removed and came again. */
START_TEST(two_living_articles_with_one_id_are_found)
{
	struct found found = {.last = false};
	uint8_t prefix[4];

	sample_index_update(&sample, 0, 300);
	ck_assert_int_eq(sample_index_verify(&sample, NULL), STATUS_OK);
	begin();
	segment_prefix(prefix);
	find_value(DATABASE_LIVE, prefix, 4, &found);
	ck_assert_uint_eq(found.payload.bytes[0] & 4, 0);
	found.payload.bytes[0] |= 4;
	store_root(store)->segments[0].n_dead--;
	put_back(DATABASE_LIVE, &found,
	    &store_root(store)->segments[0].live_seal);
	end();
	assert_finds("1 articles have the id of another");
}
END_TEST

START_TEST(short_ids_of_two_sources_are_no_damage)
{
	FILE *file;

	for (int i = 0; i < 2; i++) {
		char path[4096];

		snprintf(path, sizeof path, "%s/short%d.jsonl",
		    sample.folder, i);
		file = fopen(path, "we");
		ck_assert_ptr_nonnull(file);
		for (int k = 0; k < 1000; k++)
			fprintf(file, "{\"id\":\"%d\",\"body\":\"storm\"}\n",
			    k);
		ck_assert_int_eq(fclose(file), 0);
		sample_index_read(&sample, path);
	}
	ck_assert_int_eq(sample_index_verify(&sample, NULL), STATUS_OK);
}
END_TEST

START_TEST(a_wrong_hash_of_an_id_is_found)
{
	struct found found = {.last = false};
	uint8_t prefix[4];

	begin();
	segment_prefix(prefix);
	find_value(DATABASE_XID, prefix, 4, &found);
	/* The low byte: the order stays, with luck by far. */
	found.payload.bytes[12 + 8 * 5] ^= 1;
	put_back(DATABASE_XID, &found, NULL);
	end();
	assert_finds("is not found by its id");
}
END_TEST

/* Removes the first value of a segment. */
static void
remove_value(enum database database, bool last)
{
	struct found found = {.last = last};
	uint8_t prefix[4];

	begin();
	segment_prefix(prefix);
	find_value(database, prefix, 4, &found);
	ck_assert_int_eq(store_delete(store, database, found.key,
	    found.key_size, NULL), STATUS_OK);
	buffer_free(&found.payload);
	end();
}

START_TEST(a_missing_block_of_the_dictionary_is_found)
{
	remove_value(DATABASE_DIC, false);
	assert_finds("blocks of the dictionary are missing");
}
END_TEST

START_TEST(a_missing_last_block_of_the_dictionary_is_found)
{
	remove_value(DATABASE_DIC, true);
	assert_finds("dictionary");
}
END_TEST

START_TEST(a_missing_block_of_ids_is_found)
{
	remove_value(DATABASE_XID, true);
	assert_finds("blocks of ids are missing");
}
END_TEST

START_TEST(a_missing_extent_is_found)
{
	remove_value(DATABASE_EXT, true);
	assert_finds("extents are missing");
}
END_TEST

START_TEST(an_extent_that_no_record_names_is_found)
{
	uint8_t key[EXTENT_KEY_SIZE], zeros[EXTENT_PAYLOAD] = {0};

	begin();
	layout_extent_key(key, store_root(store)->segments[0].number,
	    STREAM_TEXT, 77);
	ck_assert_int_eq(store_put(store, DATABASE_EXT, key, sizeof key,
	    zeros, sizeof zeros, NULL, NULL), STATUS_OK);
	end();
	assert_finds("belongs there");
}
END_TEST

START_TEST(data_of_an_interrupted_run_is_no_damage)
{
	uint8_t key[EXTENT_KEY_SIZE], zeros[EXTENT_PAYLOAD] = {0};
	struct buffer lines = {0};
	uint32_t number;

	store = sample_index_open(&sample);
	ck_assert_int_eq(store_new_segment(store, &number, NULL), STATUS_OK);
	layout_extent_key(key, number, STREAM_TEXT, 0);
	/* More than a transaction holds, so that some of it is on the disk. */
	for (uint32_t i = 0; i < 20; i++) {
		bytes_put_key_u32(key + 5, i);
		ck_assert_int_eq(store_put(store, DATABASE_EXT, key,
		    sizeof key, zeros, sizeof zeros, NULL, NULL), STATUS_OK);
	}
	store_close(store);
	ck_assert_msg(sample_index_verify(&sample, &lines) == STATUS_OK,
	    "%s", buffer_string(&lines));
}
END_TEST

START_TEST(a_source_that_is_no_record_is_found)
{
	const uint8_t key[5] = {'s', 0, 0, 0, 1};

	begin();
	ck_assert_int_eq(store_put(store, DATABASE_SRC, key, sizeof key,
	    "nonsense", 8, NULL, NULL), STATUS_OK);
	end();
	assert_finds("src: a value");
}
END_TEST

/*
 * Changes one byte of what a stream holds in the first segment, each time of
 * a fresh index, and counts how often that is found.
 */
static unsigned
count_found(unsigned stream, unsigned rounds, uint64_t *state)
{
	unsigned n_found = 0;

	for (unsigned i = 0; i < rounds; i++) {
		struct found found = {.last = false};
		const struct stream_place *place;
		uint8_t key[EXTENT_KEY_SIZE];
		struct segment **segments;
		size_t n;

		begin();
		ck_assert_int_eq(store_segments(store, &segments, &n, NULL),
		    STATUS_OK);
		place = &segment_record(segments[0])->streams[stream];
		ck_assert_uint_gt(place->tail_size, 0);
		layout_extent_key(key, segment_number(segments[0]),
		    STREAM_TAILS, place->tail_extent);
		find_value(DATABASE_EXT, key, sizeof key, &found);
		found.payload.bytes[place->tail_offset + support_below(state,
		    place->tail_size)] ^=
		    (uint8_t)(1 << support_below(state, 8));
		put_back(DATABASE_EXT, &found, NULL);
		end();
		n_found += sample_index_verify(&sample, NULL) ==
		    STATUS_DAMAGED;
		tear_down();
		set_up();
	}
	return n_found;
}

START_TEST(changed_bits_of_posting_blocks_are_found)
{
	uint64_t state = support_seed("posting bits");

	/* A few bits fill up a byte, and mean nothing. */
	ck_assert_uint_ge(count_found(STREAM_POSTINGS, 40, &state), 36);
}
END_TEST

START_TEST(changed_bits_of_positions_are_found)
{
	uint64_t state = support_seed("position bits");

	/* Form codes are here too: another one may be right as well. */
	ck_assert_uint_ge(count_found(STREAM_POSITION_BLOCKS, 40, &state),
	    30);
}
END_TEST

static Suite *
verify_suite(void)
{
	Suite *suite = suite_create("verify");
	TCase *tests = tcase_create("verify");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_set_timeout(tests, 120);
	tcase_add_test(tests,
	    an_index_with_dead_articles_and_two_segments_is_whole);
	tcase_add_test(tests,
	    an_index_is_whole_after_everything_is_removed);
	tcase_add_test(tests, a_merged_index_is_whole);
	tcase_add_test(tests, a_wrong_sum_of_lengths_is_found);
	tcase_add_test(tests, a_wrong_number_of_words_is_found);
	tcase_add_test(tests, wrong_numbers_of_languages_are_found);
	tcase_add_test(tests, dates_that_cannot_be_are_found);
	tcase_add_test(tests, a_removed_article_too_many_is_found);
	tcase_add_test(tests, two_living_articles_with_one_id_are_found);
	tcase_add_test(tests, short_ids_of_two_sources_are_no_damage);
	tcase_add_test(tests, a_wrong_hash_of_an_id_is_found);
	tcase_add_test(tests, a_missing_block_of_the_dictionary_is_found);
	tcase_add_test(tests,
	    a_missing_last_block_of_the_dictionary_is_found);
	tcase_add_test(tests, a_missing_block_of_ids_is_found);
	tcase_add_test(tests, a_missing_extent_is_found);
	tcase_add_test(tests, an_extent_that_no_record_names_is_found);
	tcase_add_test(tests, data_of_an_interrupted_run_is_no_damage);
	tcase_add_test(tests, a_source_that_is_no_record_is_found);
	tcase_add_test(tests, changed_bits_of_posting_blocks_are_found);
	tcase_add_test(tests, changed_bits_of_positions_are_found);
	suite_add_tcase(suite, tests);
	return suite;
}

int
main(void)
{
	return support_run(verify_suite());
}
