/*
 * The dictionary of a segment and its posting lists: every block in order,
 * every posting decoded, and each number compared with all that repeat it.
 */
#include "verify_parts.h"

#include "store/bytes.h"
#include "store/dictionary.h"
#include "store/frontier.h"
#include "store/posting_list.h"

#include <string.h>

enum { LEAD_WORDS = 30 }; /* of the body: flag "lead" */

struct lists {
	struct verify *verify;
	struct segment *segment;
	unsigned number;
	const struct verify_documents *documents;
	/* Forms that are not their stems: said by lists, and by form
	 * entries.  Each of a list is found among the entries, so equal
	 * counts mean that they are the same. */
	uint64_t n_list_forms, n_entry_pairs;
	struct dictionary_entry scratch;
};

/* Of the list being checked. */
struct sums {
	uint64_t df, occurrences;
	int64_t last_document;
	uint32_t n_codes;
	bool is_unspaced; /* the word is of a script without blanks */
};

static void
damaged_entry(struct lists *lists, const struct dictionary_entry *entry,
    const char *what)
{
	int length = (int)(entry->key_size - TERM_KEY_PREFIX);

	verify_damage(lists->verify, "segment %u, word \"%.*s\" of kind %u: "
	    "%s", lists->number, length,
	    (const char *)entry->key + TERM_KEY_PREFIX, entry->key[0], what);
}

/* --- forms --- */

/* Whether the form entry names a stem in a language. */
static bool
entry_names(const struct dictionary_entry *entry, const char *form,
    size_t length, const struct posting_list *list)
{
	const uint8_t *next = entry->value;
	const uint8_t *end = next + entry->value_size;
	struct form_pair pair;

	while (form_pair_next(&next, end, form, length, &pair) == STATUS_OK)
		if (pair.language == list->entry.key[1] &&
		    pair.length == list->stem_length &&
		    memcmp(pair.stem, list->stem, pair.length) == 0)
			return true;
	return false;
}

static bool
has_form_entry(struct lists *lists, const struct form_cursor *form,
    const struct posting_list *list)
{
	uint8_t key[TERM_KEY_MAX];
	size_t size = layout_term_key(key, NAMESPACE_FORM, 0, 0, form->form,
	    form->length);

	return segment_find(lists->segment, key, size, &lists->scratch) ==
	    STATUS_OK && entry_names(&lists->scratch, form->form,
	    form->length, list);
}

static const char *
check_forms(struct lists *lists, const struct posting_list *list,
    struct sums *sums)
{
	struct form_cursor form;
	enum status status;

	form_cursor_start(&form, list);
	while ((status = form_cursor_next(&form)) == STATUS_OK) {
		sums->n_codes++;
		if (form.length == 0 || list->entry.key[0] != NAMESPACE_WORD)
			continue; /* a code that stands nowhere any more */
		if (form.length == list->stem_length &&
		    memcmp(form.form, list->stem, form.length) == 0)
			continue;
		lists->n_list_forms++;
		if (!has_form_entry(lists, &form, list))
			return "a form of it has no entry";
	}
	if (status != STATUS_END)
		return "its forms cannot be read";
	return NULL;
}

static void
check_form_entry(struct lists *lists, const struct dictionary_entry *entry)
{
	const char *form = (const char *)entry->key + TERM_KEY_PREFIX;
	size_t length = entry->key_size - TERM_KEY_PREFIX;
	const uint8_t *next = entry->value;
	const uint8_t *end = next + entry->value_size;
	struct form_pair pair, before = {0};
	enum status status;
	uint64_t n = 0;

	while ((status = form_pair_next(&next, end, form, length, &pair)) ==
	    STATUS_OK) {
		if (n++ > 0 && pair.language == before.language &&
		    pair.length == before.length &&
		    memcmp(pair.stem, before.stem, pair.length) == 0)
			damaged_entry(lists, entry, "a stem stands twice");
		before = pair;
	}
	if (status != STATUS_END || n == 0)
		damaged_entry(lists, entry, "its stems cannot be read");
	lists->n_entry_pairs += n;
}

/* --- postings --- */

static bool
is_bounded(const uint8_t *frontier, uint32_t tf, uint32_t length)
{
	for (int i = 0; i < FRONTIER_PAIRS; i++)
		if (frontier_value(frontier[2 * i]) >= tf &&
		    frontier_value(frontier[2 * i + 1]) <= length)
			return true;
	return false;
}

static uint8_t
flags_of(const uint32_t *positions, uint32_t n, uint32_t title_length)
{
	uint8_t flags = 0;

	for (uint32_t i = 0; i < n; i++) {
		if (positions[i] < title_length)
			flags |= FLAG_TITLE;
		else if (positions[i] - title_length < LEAD_WORDS)
			return flags | FLAG_LEAD;
		else
			break;
	}
	return flags;
}

static const char *
check_positions(const struct lists *lists, struct posting_cursor *cursor,
    unsigned i, const struct sums *sums)
{
	const struct verify_documents *documents = lists->documents;
	uint32_t document = cursor->documents[i], n;
	const uint32_t *positions, *codes;
	bool is_word = cursor->list->entry.key[0] == NAMESPACE_WORD;

	if (!posting_cursor_positions(cursor, i, &positions, &codes, &n))
		return "positions cannot be read";
	if (n != cursor->tfs[i])
		return "positions are miscounted";
	for (uint32_t k = 0; k < n; k++) {
		if (k > 0 && positions[k] <= positions[k - 1])
			return "positions do not rise";
		if (codes[k] >= sums->n_codes)
			return "a form code stands for no form";
	}
	if (!is_word)
		return NULL;
	if (sums->is_unspaced)
		verify_cover_leave_out(documents, document);
	verify_cover_add(documents, document, positions, n);
	if (positions[n - 1] >= documents->lengths[document])
		return "a position is behind the end of its article";
	if (cursor->list->streams & STREAM_FLAGS && cursor->flags[i] !=
	    flags_of(positions, n, documents->title_lengths[document]))
		return "title and lead are wrong";
	return NULL;
}

static const char *
check_posting(const struct lists *lists, struct posting_cursor *cursor,
    unsigned i, struct sums *sums)
{
	const struct verify_documents *documents = lists->documents;
	const uint8_t *key = cursor->list->entry.key;
	uint32_t document = cursor->documents[i];

	if (document >= documents->n ||
	    (int64_t)document <= sums->last_document)
		return "articles do not rise";
	sums->last_document = document;
	if (key[0] == NAMESPACE_WORD &&
	    documents->languages[document] != key[1])
		return "an article is in another language";
	if (cursor->frontier && !is_bounded(cursor->frontier, cursor->tfs[i],
	    documents->lengths[document]))
		return "bounds do not hold";
	sums->occurrences += cursor->tfs[i];
	if (cursor->list->streams & STREAM_POSITIONS)
		return check_positions(lists, cursor, i, sums);
	return NULL;
}

static const char *
check_block(const struct lists *lists, struct posting_cursor *cursor,
    struct sums *sums)
{
	uint8_t flags = 0;

	if (!posting_cursor_documents(cursor) || !posting_cursor_tfs(cursor)
	    || !posting_cursor_flags(cursor))
		return "a block cannot be read";
	for (unsigned i = 0; i < cursor->n; i++) {
		const char *wrong = check_posting(lists, cursor, i, sums);

		if (wrong)
			return wrong;
		flags |= cursor->flags[i];
	}
	if (cursor->frontier && flags != cursor->block_flags)
		return "title and lead of a block are wrong";
	sums->df += cursor->n;
	return NULL;
}

static const char *
check_postings(const struct lists *lists, const struct posting_list *list,
    struct sums *sums)
{
	struct posting_cursor cursor;
	const char *wrong = NULL;
	enum status status;

	posting_cursor_start(&cursor, list);
	while ((status = posting_cursor_next(&cursor)) == STATUS_OK && !wrong)
		wrong = check_block(lists, &cursor, sums);
	posting_cursor_close(&cursor);
	if (wrong)
		return wrong;
	if (status != STATUS_END)
		return "its blocks cannot be read";
	if (sums->df != list->df)
		return "articles are miscounted";
	if (!list->inline_bytes && list->streams & STREAM_TF &&
	    sums->occurrences != list->occurrences)
		return "occurrences are miscounted";
	return NULL;
}

static void
check_list(struct lists *lists, const struct dictionary_entry *entry)
{
	struct sums sums = {.last_document = -1};
	struct posting_list list;
	const char *wrong = NULL;

	if (posting_list_open(&list, lists->segment, entry) != STATUS_OK)
		wrong = "its entry cannot be read";
	else if (entry->key[0] == NAMESPACE_WORD)
		sums.is_unspaced = verify_cover_is_unspaced(list.stem,
		    list.stem_length);
	if (!wrong)
		wrong = check_forms(lists, &list, &sums);
	if (!wrong)
		wrong = check_postings(lists, &list, &sums);
	if (wrong) {
		damaged_entry(lists, entry, wrong);
		verify_word_lost(lists->verify, (const char *)entry->key +
		    TERM_KEY_PREFIX, entry->key_size - TERM_KEY_PREFIX);
	}
	if (entry->key[0] == NAMESPACE_WORD)
		lists->verify->counts->words++;
}

/* --- the dictionary --- */

static void
check_entry(struct lists *lists, const struct dictionary_entry *entry)
{
	uint16_t field;

	if (entry->key_size < TERM_KEY_PREFIX) {
		verify_damage(lists->verify, "segment %u: a key of its "
		    "dictionary is cut short", lists->number);
		return;
	}
	field = (uint16_t)(entry->key[2] << 8 | entry->key[3]);
	switch (entry->key[0]) {
	case NAMESPACE_FORM:
		check_form_entry(lists, entry);
		break;
	case NAMESPACE_FIELD:
	case NAMESPACE_VALUE:
		if (field >= lists->verify->root->n_fields)
			damaged_entry(lists, entry, "its field has no name");
		check_list(lists, entry);
		break;
	case NAMESPACE_WORD:
	case NAMESPACE_PAIR:
		check_list(lists, entry);
		break;
	default:
		damaged_entry(lists, entry, "there is no such kind");
	}
}

/* What the walk remembers from one entry to the next. */
struct walk {
	uint8_t key[TERM_KEY_MAX], next_key[TERM_KEY_MAX];
	size_t key_size, next_key_size;
	const uint8_t *block;
	uint64_t n_terms, n_blocks;
};

/* Keys rise, and a block begins with the key that the one before named. */
static const char *
follow(struct walk *walk, const struct dictionary_cursor *cursor)
{
	const struct dictionary_entry *entry = &cursor->entry;
	bool is_new = walk->n_terms == 0 || cursor->block != walk->block;
	bool is_first = (cursor->block[2] & DICTIONARY_FIRST) != 0;

	if (walk->n_terms++ > 0 && dictionary_compare(entry->key,
	    entry->key_size, walk->key, walk->key_size) <= 0)
		return "keys do not rise";
	memcpy(walk->key, entry->key, entry->key_size);
	walk->key_size = entry->key_size;
	if (!is_new)
		return NULL;
	if (is_first != (walk->n_blocks++ == 0))
		return "its first block is another";
	if (!is_first && dictionary_compare(entry->key, entry->key_size,
	    walk->next_key, walk->next_key_size) != 0)
		return "a block begins with another key";
	walk->block = cursor->block;
	memcpy(walk->next_key, cursor->next_key, cursor->next_key_size);
	walk->next_key_size = cursor->next_key_size;
	return NULL;
}

void
verify_segment_lists(struct verify *verify, struct segment *segment,
    const struct verify_documents *documents)
{
	const struct segment_record *record = segment_record(segment);
	struct lists lists = {.verify = verify, .segment = segment,
	    .number = segment_number(segment), .documents = documents};
	struct dictionary_cursor cursor;
	const uint8_t no_key[1] = {0};
	struct walk walk = {.n_terms = 0};
	const char *wrong = NULL;
	enum status status = dictionary_seek(&cursor, segment, no_key, 0);

	while (status == STATUS_OK && !wrong) {
		wrong = follow(&walk, &cursor);
		check_entry(&lists, &cursor.entry);
		status = dictionary_next(&cursor);
	}
	if (!wrong && status != STATUS_END)
		wrong = "it cannot be read to its end";
	if (!wrong && walk.n_terms != record->n_terms)
		wrong = "words are missing";
	if (!wrong && walk.n_blocks != record->n_dictionary_blocks)
		wrong = "blocks are missing";
	if (!wrong && lists.n_list_forms != lists.n_entry_pairs)
		wrong = "an entry of a form names a word that lacks it";
	if (!wrong)
		verify_cover_check(verify, lists.number, documents);
	/* What stands behind a block that cannot be read. */
	if (walk.n_terms < record->n_terms)
		verify->counts->words_lost += record->n_terms - walk.n_terms;
	if (wrong)
		verify_damage(verify, "segment %u: dictionary: %s",
		    lists.number, wrong);
}
