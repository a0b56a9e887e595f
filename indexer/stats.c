/* What an index holds, counted. */
#include "stats.h"

#include "alloc.h"
#include "store/dictionary.h"
#include "store/snapshot_inside.h"

#include <stdlib.h>

enum { WINDOW = 4096 };

const char *const stats_part_names[STATS_N_PARTS] = {
    [STATS_POSTINGS] = "postings",
    [STATS_HEADS] = "heads",
    [STATS_POSITIONS] = "positions",
    [STATS_DICTIONARY] = "dictionary",
    [STATS_FORMS] = "forms",
    [STATS_TEXT] = "text",
    [STATS_LENGTHS] = "lengths",
    [STATS_COLUMNS] = "columns",
    [STATS_IDS] = "ids",
    [STATS_REST] = "rest",
};

/* --- bytes --- */

static enum stats_part
part_of(unsigned stream)
{
	switch (stream) {
	case STREAM_POSTINGS:
		return STATS_POSTINGS;
	case STREAM_HEADS:
		return STATS_HEADS;
	case STREAM_POSITION_BLOCKS:
		return STATS_POSITIONS;
	case STREAM_TEXT:
		return STATS_TEXT;
	case STREAM_LENGTHS:
		return STATS_LENGTHS;
	default:
		return STATS_COLUMNS;
	}
}

static void
count_streams(const struct segment *segment, struct stats *stats)
{
	const struct segment_record *record = segment_record(segment);

	for (unsigned i = 1; i < N_STREAMS; i++)
		stats->parts[part_of(i)] += record->streams[i].tail_size +
		    (uint64_t)record->streams[i].n_full * EXTENT_SIZE;
	stats->parts[STATS_IDS] += (uint64_t)record->n_id_blocks * BLOCK_SIZE;
	stats->text_size += record->text_size;
}

static enum status
count_pages(struct snapshot *snapshot, struct stats *stats,
    struct error *error)
{
	struct environment *environment = snapshot_environment(snapshot);
	MDB_txn *txn = snapshot_txn(snapshot);
	uint64_t pages = 2, parts = 0;
	MDB_stat numbers;
	MDB_envinfo info;

	mdb_env_info(environment->env, &info);
	for (int i = -1; i < N_DATABASES; i++) {
		int code = mdb_stat(txn, i < 0 ? 1
		    : environment->databases[i], &numbers);

		if (code)
			return environment_error(environment, code,
			    "statistics", error);
		pages += numbers.ms_branch_pages + numbers.ms_leaf_pages +
		    numbers.ms_overflow_pages;
	}
	stats->used = pages * numbers.ms_psize;
	stats->file = (info.me_last_pgno + 1) * numbers.ms_psize;
	stats->free = stats->file > stats->used ? stats->file - stats->used
	    : 0;
	for (int i = 0; i < STATS_REST; i++)
		parts += stats->parts[i];
	stats->parts[STATS_REST] = stats->used > parts ? stats->used - parts
	    : 0;
	return STATUS_OK;
}

/* --- articles --- */

static bool
count_window(struct segment *segment, uint32_t first, uint32_t n,
    struct stats *stats)
{
	uint32_t lengths[WINDOW];
	uint64_t sources[WINDOW];

	if (!segment_lengths(segment, first, n, lengths) ||
	    !segment_column_range(segment, COLUMN_SOURCE, first, n, sources))
		return false;
	for (uint32_t i = 0; i < n; i++) {
		if (!segment_is_live(segment, first + i))
			continue;
		stats->words += lengths[i];
		if (sources[i] < stats->n_sources)
			stats->by_source[sources[i]]++;
	}
	return true;
}

static bool
count_articles(struct segment *segment, struct stats *stats)
{
	uint32_t n = segment_n_documents(segment);

	stats->articles += n - segment_n_dead(segment);
	stats->removed += segment_n_dead(segment);
	for (uint32_t first = 0; first < n; first += WINDOW)
		if (!count_window(segment, first, n - first < WINDOW
		    ? n - first : WINDOW, stats))
			return false;
	return true;
}

/* --- words --- */

/* Bytes of an entry, though not those that it shares with its neighbour. */
static void
count_entry(const struct dictionary_entry *entry, struct stats *stats)
{
	stats->parts[entry->key[0] == NAMESPACE_FORM ? STATS_FORMS
	    : STATS_DICTIONARY] += entry->value_size;
}

/* The cursors of all segments side by side; each term counts once. */
struct terms {
	struct dictionary_cursor *cursors;
	enum status *states;
	size_t n;
};

/* The first cursor with the least key, or n at the end. */
static size_t
least(const struct terms *terms)
{
	size_t best = terms->n;

	for (size_t i = 0; i < terms->n; i++)
		if (terms->states[i] == STATUS_OK && (best == terms->n ||
		    dictionary_compare(terms->cursors[i].entry.key,
		    terms->cursors[i].entry.key_size,
		    terms->cursors[best].entry.key,
		    terms->cursors[best].entry.key_size) < 0))
			best = i;
	return best;
}

/* Moves every cursor that stands at the key of `first` on. */
static void
pass(struct terms *terms, size_t first, struct stats *stats)
{
	struct dictionary_entry entry = terms->cursors[first].entry;

	for (size_t i = first; i < terms->n; i++) {
		const struct dictionary_entry *other =
		    &terms->cursors[i].entry;

		if (terms->states[i] != STATUS_OK || dictionary_compare(
		    other->key, other->key_size, entry.key,
		    entry.key_size) != 0)
			continue;
		count_entry(other, stats);
		terms->states[i] = dictionary_next(&terms->cursors[i]);
	}
}

static bool
count_terms(struct snapshot *snapshot, struct stats *stats)
{
	const uint8_t no_key[1] = {0};
	struct terms terms = {.n = snapshot_n_segments(snapshot)};
	bool good = true;

	terms.cursors = alloc_zeroed(terms.n, sizeof *terms.cursors);
	terms.states = alloc_zeroed(terms.n, sizeof *terms.states);
	for (size_t i = 0; i < terms.n; i++)
		terms.states[i] = dictionary_seek(&terms.cursors[i],
		    snapshot_segment(snapshot, i), no_key, 0);
	for (size_t i; (i = least(&terms)) < terms.n;) {
		stats->different_words +=
		    terms.cursors[i].entry.key[0] == NAMESPACE_WORD;
		pass(&terms, i, stats);
	}
	for (size_t i = 0; i < terms.n; i++)
		good = good && terms.states[i] == STATUS_END;
	free(terms.cursors);
	free(terms.states);
	return good;
}

/* The blocks' bytes are shared out as the values in them are. */
static void
share_dictionary(struct snapshot *snapshot, struct stats *stats)
{
	uint64_t values = stats->parts[STATS_FORMS] +
	    stats->parts[STATS_DICTIONARY], blocks = 0;

	for (size_t i = 0; i < snapshot_n_segments(snapshot); i++)
		blocks += (uint64_t)BLOCK_SIZE * segment_record(
		    snapshot_segment(snapshot, i))->n_dictionary_blocks;
	if (values)
		stats->parts[STATS_FORMS] = (uint64_t)((double)blocks *
		    (double)stats->parts[STATS_FORMS] / (double)values);
	stats->parts[STATS_DICTIONARY] = blocks - stats->parts[STATS_FORMS];
}

enum status
stats_count(struct snapshot *snapshot, struct stats *stats,
    struct error *error)
{
	*stats = (struct stats){
	    .n_sources = snapshot_root(snapshot)->next_source};
	stats->by_source = alloc_zeroed(stats->n_sources,
	    sizeof *stats->by_source);
	for (size_t i = 0; i < snapshot_n_segments(snapshot); i++) {
		struct segment *segment = snapshot_segment(snapshot, i);

		count_streams(segment, stats);
		if (!count_articles(segment, stats))
			return environment_error(snapshot_environment(
			    snapshot), MDB_CORRUPTED, "columns", error);
	}
	if (!count_terms(snapshot, stats))
		return environment_error(snapshot_environment(snapshot),
		    MDB_CORRUPTED, "dictionary", error);
	share_dictionary(snapshot, stats);
	return count_pages(snapshot, stats, error);
}

void
stats_free(struct stats *stats)
{
	free(stats->by_source);
}
