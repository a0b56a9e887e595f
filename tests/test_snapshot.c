/* Tests of include/store/snapshot.h: ids. */
#include "store/snapshot.h"
#include "support.h"
#include "support_index.h"

#include <stdio.h>
#include <string.h>

/* Whether an id is found, and where it is found says so too. */
static bool
has_id(struct snapshot *snapshot, const char *id)
{
	uint32_t segment = 0, document = 0;
	struct error error = {0};
	struct stored_record record = {0};
	struct stored_field field;

	if (snapshot_find_id(snapshot, id, strlen(id), &segment, &document,
	    &error) != STATUS_OK)
		return false;
	ck_assert_int_eq(segment_stored(snapshot_segment(snapshot, segment),
	    document, &record), STATUS_OK);
	ck_assert(stored_field(&record, FIELD_ID, &field));
	ck_assert(field.length == strlen(id) &&
	    memcmp(field.text, id, field.length) == 0);
	stored_free(&record);
	return true;
}

/* More sources than a segment has documents, and fewer. */
START_TEST(ids_are_found_in_any_source)
{
	struct sample_index sample;
	struct snapshot *snapshot;
	struct error error = {0};
	char name[16], id[16];

	sample_index_create(&sample);
	sample_index_add(&sample, "many.jsonl", 100, 30);
	for (unsigned i = 0; i < 9; i++) {
		snprintf(name, sizeof name, "%u.jsonl", i);
		sample_index_add(&sample, name, i, 1);
	}
	ck_assert_int_eq(snapshot_open(sample.path, "sample", &snapshot,
	    &error), STATUS_OK);
	ck_assert_uint_lt(segment_n_documents(snapshot_segment(snapshot,
	    snapshot_n_segments(snapshot) - 1)), 10);
	for (unsigned i = 0; i < 130; i++) {
		snprintf(id, sizeof id, "id%u", i);
		ck_assert_msg(has_id(snapshot, id) == (i < 9 || i >= 100),
		    "%s", id);
	}
	snapshot_close(snapshot);
	sample_index_free(&sample);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("snapshot");
	TCase *tests = tcase_create("snapshot");

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, ids_are_found_in_any_source);
	suite_add_tcase(suite, tests);
	return support_run(suite);
}
