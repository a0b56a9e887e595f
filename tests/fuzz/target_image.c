/*
 * A whole index of which some values and keys are damaged: opened, searched
 * and checked.  The bytes say how it is checked, and then, damage by damage,
 *
 *     u16 entry, u8 kind, u16 place, u8 n, n bytes
 */
#include "fuzz.h"

#include "base.h"
#include "catalogue.h"
#include "hits.h"
#include "parser.h"
#include "search.h"
#include "store/snapshot.h"
#include "verify.h"

#include <stdlib.h>
#include <string.h>

enum {
	DAMAGES_MOST = 16,
	FULL_CHECK = 1, QUICK_CHECK = 2, CATALOGUE = 4, /* else only queries */
};

static const char *const query_texts[] = {"storm", "\"storm bridge\"",
    "storm NEAR/3 bridges", "author:ana AND council -cables",
    "caf\u00e9 OR =ferm\u00e9es OR date:2001..2010", "id:id7 OR id:id205",
    "has:author title:unique44", "author:\"ana lima\" ~\"storm cables\"~9"};

enum { N_QUERIES = sizeof query_texts / sizeof *query_texts };

static bool
has_field(void *context, const char *name)
{
	(void)context;
	return strcmp(name, "author") == 0;
}

static const struct query *
queries(void)
{
	static struct query parsed[N_QUERIES];
	struct parser_options options = {.has_field = has_field,
	    .today = 18000};
	struct error error = {0};

	for (size_t i = 0; i < N_QUERIES && !parsed[i].root; i++)
		FUZZ_CHECK(query_parse(query_texts[i],
		    strlen(query_texts[i]), &options, &parsed[i], &error) ==
		    STATUS_OK);
	return parsed;
}

/* --- damage --- */

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static void
overwrite(uint8_t *bytes, size_t size, size_t place, const uint8_t *from,
    size_t n)
{
	memcpy(bytes + place, from, least(n, size - place));
}

static void
damage_entry(struct base_entry *entry, uint8_t kind, size_t place,
    const uint8_t *bytes, size_t n)
{
	size_t size = entry->damaged_value ? entry->damaged_value_size
	    : entry->value_size;
	size_t key_size = entry->damaged_key ? entry->damaged_key_size
	    : entry->key_size;

	switch (kind % 8) {
	default:
		place %= least(entry->used, size);
		overwrite(base_damage_value(entry, size), size, place, bytes,
		    n);
		return;
	case 5:
		base_damage_value(entry, 1 + place % (size + 16));
		return;
	case 6:
		overwrite(base_damage_key(entry, key_size), key_size,
		    place % key_size, bytes, n);
		return;
	case 7:
		base_damage_key(entry, 1 + place % KEY_SIZE_MAX);
	}
}

static void
damage(struct fuzz_input *input)
{
	size_t n_entries;
	struct base_entry *entries = base_entries(&n_entries);

	for (int i = 0; i < DAMAGES_MOST && fuzz_left(input); i++) {
		size_t entry = fuzz_u16(input) % n_entries;
		uint8_t kind = fuzz_u8(input);
		size_t place = fuzz_u16(input);
		size_t n = least(fuzz_u8(input), fuzz_left(input));

		damage_entry(&entries[entry], kind, place, input->next, n);
		input->next += n;
	}
}

/* --- use --- */

static void
ignore_leaf(void *context, const struct leaf_score *leaf)
{
	(void)context;
	(void)leaf;
}

static void
ignore_reading(void *context, const struct node *word,
    const struct word_reading *reading)
{
	(void)context;
	(void)word;
	(void)reading;
}

static void
load_hits(struct snapshot *snapshot, const struct node *root,
    const struct search_options *options, const struct search_result *result)
{
	struct hits hits = {.snapshot = snapshot, .index_name = "base"};
	struct printed_hit printed;
	struct error error = {0};

	for (size_t i = 0; i < result->n_hits; i++) {
		const struct hit *hit = &result->hits[i];

		FUZZ_CHECK(hit->segment < snapshot_n_segments(snapshot));
		FUZZ_CHECK(hit->document < segment_n_documents(
		    snapshot_segment(snapshot, hit->segment)));
		if (hits_load(&hits, hit->segment, hit->document, &printed,
		    &error) == STATUS_OK)
			hits_mark(&hits, root, 60, &printed, &error);
		search_explain(snapshot, root, options, hit->segment,
		    hit->document, ignore_leaf, NULL, &error);
	}
	hits_free(&hits);
}

static void
search(struct snapshot *snapshot, const struct node *root, unsigned sort)
{
	struct search_options options = {.k1 = 1.2, .b = 0.75, .limit = 3,
	    .sort = (enum search_sort)(sort % 3)};
	struct search_result result;
	struct error error = {0};

	if (search_run(snapshot, root, &options, &result, &error) ==
	    STATUS_OK) {
		FUZZ_CHECK(result.n_hits <= 3);
		load_hits(snapshot, root, &options, &result);
	} else {
		FUZZ_CHECK(error.message[0]);
	}
	search_result_free(&result);
	if (sort & 4)
		search_read_as(snapshot, root, ignore_reading, NULL, &error);
}

static bool
ignore_failure(void *context, const struct catalogue_file *file,
    uint64_t line, enum failure_kind kind, const char *reason)
{
	(void)context;
	(void)file;
	(void)line;
	(void)kind;
	return reason[0] || true;
}

static void
read_catalogue(struct snapshot *snapshot)
{
	struct catalogue *catalogue;
	struct error error = {0};
	const char *path;
	size_t length;

	for (uint32_t i = 0; i < 4; i++)
		snapshot_file_path(snapshot, i, &path, &length);
	if (catalogue_load_snapshot(snapshot, &catalogue, &error) !=
	    STATUS_OK)
		return;
	catalogue_failures(catalogue, ignore_failure, NULL, &error);
	catalogue_free(catalogue);
}

static void
count_line(void *context, const char *line)
{
	*(size_t *)context += strlen(line);
}

static void
check(bool quick)
{
	struct verify_counts counts;
	struct error error = {0};
	size_t said = 0;
	enum status status = verify_run(base_path(), "base", quick,
	    count_line, &said, &counts, &error);

	FUZZ_CHECK(status == STATUS_OK || error.message[0]);
	FUZZ_CHECK((counts.errors > 0) == (said > 0));
}

void
fuzz_image(const uint8_t *bytes, size_t size)
{
	struct fuzz_input input = {bytes, bytes + size};
	uint8_t how = fuzz_u8(&input);
	const struct query *parsed = queries();
	struct snapshot *snapshot;
	struct error error = {0};
	uint32_t segment = 0, document = 0;

	damage(&input);
	if (how & FULL_CHECK)
		check(false);
	else if (how & QUICK_CHECK)
		check(true);
	if (snapshot_open(base_path(), "base", &snapshot, &error) ==
	    STATUS_OK) {
		search(snapshot, parsed[how >> 5].root, how >> 3);
		snapshot_find_id(snapshot, "id9", 3, &segment, &document,
		    &error);
		if (how & CATALOGUE)
			read_catalogue(snapshot);
		snapshot_close(snapshot);
	} else {
		FUZZ_CHECK(error.message[0]);
	}
	base_restore();
}
