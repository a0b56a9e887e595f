/* The values of a damaged file that count, in a new file. */
#include "repair_parts.h"

#include "alloc.h"
#include "copy.h"
#include "store/bytes.h"
#include "store_file.h"

#include <stdlib.h>
#include <string.h>

/* The new file being filled. */
struct filling {
	struct repair *repair;
	struct copy copy;
	struct root root; /* as the new file has it; fields are borrowed */
	struct stamp stamp;
	struct buffer sealed;
};

/* --- which segments there are --- */

static const struct salvage_value *
find_record(const struct salvage *salvage, const struct root_segment *listed)
{
	const struct salvage_value *value;
	uint8_t key[SEG_KEY_SIZE];

	bytes_put_key_u32(key, listed->number);
	value = salvage_find(salvage, DATABASE_SEG, key, sizeof key);
	return value && value->seal == listed->record_seal ? value : NULL;
}

static const struct salvage_value *
find_live(const struct salvage *salvage, uint32_t segment,
    uint32_t generation, uint32_t n_documents)
{
	const struct salvage_value *value;
	uint8_t key[LIVE_KEY_SIZE];

	layout_live_key(key, segment, generation);
	value = salvage_find(salvage, DATABASE_LIVE, key, sizeof key);
	return value && value->size == (n_documents + 7) / 8 ? value : NULL;
}

static uint32_t
count_dead(const struct salvage *salvage, const struct salvage_value *value,
    uint32_t n_documents)
{
	struct buffer living = {0};
	uint32_t n = 0;

	if (salvage_payload(salvage, value, &living))
		for (uint32_t d = 0; d < n_documents; d++)
			n += !(living.bytes[d / 8] >> d % 8 & 1);
	buffer_free(&living);
	return n;
}

/*
 * Which articles live: as the root says, else as an older generation does,
 * else all.  What was removed since is for repair_living to find.
 */
static void
settle_live(const struct repair *repair, struct root_segment *listed,
    struct repair_segment *segment)
{
	const struct salvage *salvage = &repair->salvage;
	uint32_t n = listed->n_documents, generation = listed->generation;
	const struct salvage_value *value;

	segment->n_dead = listed->n_dead;
	if (generation == 0)
		return;
	value = find_live(salvage, listed->number, generation, n);
	if (value && value->seal == listed->live_seal)
		return;
	segment->living_is_lost = true;
	for (value = NULL; !value && --generation > 0;)
		value = find_live(salvage, listed->number, generation, n);
	listed->generation = value ? generation : 0;
	listed->live_seal = value ? value->seal : 0;
	listed->n_dead = value ? count_dead(salvage, value, n) : 0;
}

static void
lose_segment(struct repair *repair, const struct root_segment *listed)
{
	struct lost_article article = {.segment = listed->number};

	repair->all_again = true;
	if (listed->n_dead >= listed->n_documents)
		return;
	article.others = listed->n_documents - listed->n_dead - 1;
	repair_lose(repair, &article);
}

static void
list_segments(struct filling *filling)
{
	struct repair *repair = filling->repair;
	const struct root *root = &repair->salvage.root;

	filling->root = *root;
	filling->root.n_segments = 0;
	filling->root.segments = alloc_zeroed(root->n_segments,
	    sizeof *root->segments);
	repair->segments = alloc_zeroed(root->n_segments,
	    sizeof *repair->segments);
	for (size_t i = 0; i < root->n_segments; i++) {
		size_t n = filling->root.n_segments;

		if (!find_record(&repair->salvage, &root->segments[i])) {
			lose_segment(repair, &root->segments[i]);
			continue;
		}
		filling->root.segments[n] = root->segments[i];
		settle_live(repair, &filling->root.segments[n],
		    &repair->segments[n]);
		filling->root.n_segments++;
	}
	repair->n_segments = filling->root.n_segments;
}

/* --- which values --- */

static const struct root_segment *
find_listed(const struct filling *filling, uint32_t number)
{
	for (size_t i = 0; i < filling->root.n_segments; i++)
		if (filling->root.segments[i].number == number)
			return &filling->root.segments[i];
	return NULL;
}

static bool
is_wanted_source(const struct filling *filling,
    const struct salvage_value *value)
{
	/* Paths are found anew where a part is missing. */
	return value->reached && (filling->repair->salvage.src_is_whole ||
	    value->key[0] != 'p');
}

static bool
is_wanted(const struct filling *filling, const struct salvage_value *value)
{
	const struct root_segment *listed;

	if (value->database == DATABASE_META)
		return false;
	if (value->database == DATABASE_SRC)
		return is_wanted_source(filling, value);
	if (value->key_size < 4)
		return false;
	listed = find_listed(filling, bytes_key_u32(value->key));
	if (!listed)
		return false;
	if (value->database == DATABASE_LIVE)
		return value->key_size == LIVE_KEY_SIZE &&
		    listed->generation > 0 &&
		    bytes_key_u32(value->key + 4) == listed->generation;
	return true;
}

static bool
is_same_key(const struct salvage_value *a, const struct salvage_value *b)
{
	return a->database == b->database && a->key_size == b->key_size &&
	    memcmp(a->key, b->key, a->key_size) == 0;
}

static int
put(struct filling *filling, const struct salvage_value *value)
{
	MDB_val key = environment_val(value->key, value->key_size), sealed;

	/* A disk may not give twice what it gave once. */
	if (!salvage_payload(&filling->repair->salvage, value,
	    &filling->sealed))
		return 0;
	sealed = environment_val(filling->sealed.bytes, filling->sealed.size);
	filling->stamp.databases[value->database].entries++;
	filling->stamp.databases[value->database].seals += value->seal;
	return copy_put(&filling->copy, (enum database)value->database, &key,
	    &sealed);
}

static int
put_values(struct filling *filling)
{
	const struct salvage *salvage = &filling->repair->salvage;
	const struct salvage_value *last = NULL;
	int code = 0;

	for (size_t i = 0; i < salvage->n && !code; i++) {
		const struct salvage_value *value = &salvage->values[i];

		if (!is_wanted(filling, value) ||
		    (last && is_same_key(last, value)))
			continue;
		code = put(filling, value);
		last = value;
	}
	return code;
}

static int
finish(struct filling *filling)
{
	struct stamp *stamp = &filling->stamp;
	struct buffer *sealed = &filling->sealed;
	MDB_val root;
	uint64_t seal;

	buffer_clear(sealed);
	root_encode(&filling->root, sealed);
	seal = layout_seal(DATABASE_META, "root", 4, sealed->bytes,
	    sealed->size);
	buffer_append(sealed, &seal, sizeof seal);
	root = environment_val(sealed->bytes, sealed->size);
	stamp->databases[DATABASE_META].entries = 2;
	stamp->databases[DATABASE_META].seals = seal;
	return copy_finish(&filling->copy, &root, stamp);
}

enum status
repair_copy(struct repair *repair, const char *to, struct error *error)
{
	struct environment words = {
	    .name = (char *)(uintptr_t)repair->name};
	struct filling filling = {.repair = repair};
	int code;

	list_segments(&filling);
	code = copy_open(&filling.copy, to, repair->name,
	    repair->salvage.size);
	if (!code)
		code = put_values(&filling);
	if (!code)
		code = finish(&filling);
	copy_close(&filling.copy);
	free(filling.root.segments);
	buffer_free(&filling.sealed);
	code = store_file_write_error(to, code);
	return code ? environment_error(&words, code, "repairing", error)
	    : STATUS_OK;
}
