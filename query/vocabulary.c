/* A word of a query to posting lists. */
#include "vocabulary.h"

#include <string.h>

void
vocabulary_open(struct vocabulary *vocabulary, struct snapshot *snapshot,
    struct arena *arena)
{
	*vocabulary = (struct vocabulary){
		.snapshot = snapshot,
		.arena = arena,
		.analyzer = analyzer_create(),
	};
	for (unsigned i = 0; snapshot && i < LANGUAGE_MAX; i++)
		if (snapshot_has_language(snapshot, (uint8_t)i))
			vocabulary->languages[vocabulary->n_languages++] =
			    (uint8_t)i;
}

void
vocabulary_close(struct vocabulary *vocabulary)
{
	analyzer_free(vocabulary->analyzer);
}

/* --- the stems of a word --- */

static void
add_term(struct vocabulary *vocabulary, struct term_set *set,
    const struct term *term)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->terms[i].language == term->language &&
		    set->terms[i].stem_length == term->stem_length &&
		    !memcmp(set->terms[i].stem, term->stem,
			term->stem_length))
			return;
	if (set->n == set->capacity) {
		struct term *old = set->terms;

		set->capacity = set->n ? 2 * set->n : 4;
		set->terms = arena_alloc(vocabulary->arena,
		    set->capacity * sizeof *set->terms);
		if (set->n)
			memcpy(set->terms, old, set->n * sizeof *old);
	}
	set->terms[set->n] = *term;
	set->terms[set->n++].stem = arena_text(vocabulary->arena, term->stem,
	    term->stem_length);
}

/* Adds the stems of a language that a segment's form entry names. */
static enum status
add_form_pairs(struct vocabulary *vocabulary,
    const struct dictionary_entry *entry, struct term term,
    struct term_set *set)
{
	const uint8_t *next = entry->value;
	const uint8_t *end = next + entry->value_size;
	struct form_pair pair;
	enum status status;

	while ((status = form_pair_next(&next, end, term.form,
	    term.form_length, &pair)) == STATUS_OK) {
		if (pair.language != term.language)
			continue;
		term.stem = pair.stem;
		term.stem_length = pair.length;
		add_term(vocabulary, set, &term);
	}
	return status == STATUS_END ? STATUS_OK : status;
}

/*
 * Adds the form as a stem if it is its own stem somewhere, which no entry
 * says: a list of that stem may hold other forms only.
 */
static enum status
add_own_stem(struct vocabulary *vocabulary, struct segment *segment,
    struct term term, struct term_set *set)
{
	uint8_t key[TERM_KEY_MAX];
	struct posting_list list;
	enum status status;
	uint32_t code;

	status = posting_list_find(&list, segment, key,
	    layout_term_key(key, NAMESPACE_WORD, term.language, 0, term.form,
		term.form_length));
	if (status == STATUS_OK)
		status = posting_list_form_code(&list, term.form,
		    term.form_length, &code);
	if (status == STATUS_OK) {
		term.stem = term.form;
		term.stem_length = term.form_length;
		add_term(vocabulary, set, &term);
	}
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status
add_stems_of_segment(struct vocabulary *vocabulary, struct segment *segment,
    const struct term *term, bool is_own, struct term_set *set)
{
	uint8_t key[TERM_KEY_MAX];
	struct dictionary_entry entry;
	enum status status;

	status = segment_find(segment, key,
	    layout_term_key(key, NAMESPACE_FORM, 0, 0, term->form,
		term->form_length), &entry);
	if (status == STATUS_OK)
		status = add_form_pairs(vocabulary, &entry, *term, set);
	else if (status == STATUS_NOT_FOUND)
		status = STATUS_OK;
	/* Its own stem is in the set already, if that is its form. */
	if (status != STATUS_OK || is_own)
		return status;
	return add_own_stem(vocabulary, segment, *term, set);
}

static bool
has_language(const struct segment *segment, uint8_t language)
{
	return segment_record(segment)->languages[language] != 0;
}

enum status
vocabulary_stems(struct vocabulary *vocabulary, const struct node *word,
    uint8_t language, struct term_set *terms)
{
	struct snapshot *snapshot = vocabulary->snapshot;
	size_t n = snapshot ? snapshot_n_segments(snapshot) : 0;
	struct lexeme lexeme;
	struct term term;
	bool is_own;

	if (!word->length)
		return STATUS_OK;
	analyzer_lexeme(vocabulary->analyzer, language, word->word,
	    word->length, &lexeme);
	is_own = lexeme.form_length == lexeme.stem_length &&
	    !memcmp(lexeme.form, lexeme.stem, lexeme.stem_length);
	term = (struct term){
		.stem = lexeme.stem,
		.form = arena_text(vocabulary->arena, lexeme.form,
		    lexeme.form_length),
		.language = language,
		.stem_length = lexeme.stem_length,
		.form_length = lexeme.form_length,
	};
	add_term(vocabulary, terms, &term);
	for (size_t i = 0; i < n; i++) {
		struct segment *segment = snapshot_segment(snapshot, i);
		enum status status;

		if (!has_language(segment, language))
			continue;
		status = add_stems_of_segment(vocabulary, segment, &term,
		    is_own, terms);
		if (status != STATUS_OK)
			return status;
	}
	return STATUS_OK;
}

/* --- the lists of a word --- */

static void
add_list(struct vocabulary *vocabulary, struct word_lists *lists, size_t max,
    struct word_list *list)
{
	if (!lists->items)
		lists->items = arena_alloc(vocabulary->arena,
		    max * sizeof(struct word_list *));
	lists->items[lists->n++] = list;
	lists->df += list->list.df;
}

/*
 * Counts a list for its stem.  NOT_FOUND drops it: it does not hold the form
 * of an exact word.
 */
static enum status
count_list(struct term *term, bool exact, struct word_list *list)
{
	enum status status = STATUS_OK;

	term->df += list->list.df;
	if (exact) {
		status = posting_list_form_code(&list->list, term->form,
		    term->form_length, &list->code);
		list->has_code = list->list.n_forms > 1;
	}
	term->is_held |= status == STATUS_OK;
	return status;
}

/*
 * Adds the list under a key, of at most `max` in all, if there is one.
 * `term` is NULL for a field.
 */
static enum status
find_list(struct vocabulary *vocabulary, struct segment *segment,
    const uint8_t *key, size_t key_size, struct term *term, bool exact,
    struct word_lists *lists, size_t max)
{
	struct dictionary_entry entry;
	struct word_list *list;
	enum status status;

	status = segment_find(segment, key, key_size, &entry);
	if (status != STATUS_OK)
		return status == STATUS_NOT_FOUND ? STATUS_OK : status;
	list = arena_alloc(vocabulary->arena, sizeof *list);
	list->has_code = false;
	status = posting_list_open(&list->list, segment, &entry);
	if (status == STATUS_OK && term)
		status = count_list(term, exact, list);
	if (status == STATUS_OK)
		add_list(vocabulary, lists, max, list);
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status
find_stems(struct vocabulary *vocabulary, struct segment *segment,
    struct term_set *set, bool exact, struct word_lists *lists)
{
	enum status status = STATUS_OK;
	uint8_t key[TERM_KEY_MAX];

	for (size_t i = 0; i < set->n && status == STATUS_OK; i++) {
		struct term *term = &set->terms[i];

		if (has_language(segment, term->language))
			status = find_list(vocabulary, segment, key,
			    layout_term_key(key, NAMESPACE_WORD,
				term->language, 0, term->stem,
				term->stem_length),
			    term, exact, lists, set->n);
	}
	return status;
}

/* Words of fields are kept by form; every language has the same folding. */
static enum status
find_field(struct vocabulary *vocabulary, struct segment *segment,
    const struct node *node, int field, struct word_lists *lists)
{
	struct lexeme lexeme = { .form_length = 0 };
	uint8_t key[TERM_KEY_MAX];

	if (node->kind == NODE_WORD)
		analyzer_lexeme(vocabulary->analyzer, LANGUAGE_NONE,
		    node->word, node->length, &lexeme);
	return find_list(vocabulary, segment, key,
	    layout_term_key(key, NAMESPACE_FIELD, 0, (uint16_t)field,
		lexeme.form, lexeme.form_length), NULL, false, lists, 1);
}

static enum status
find_in_segments(struct vocabulary *vocabulary, struct term_set *set,
    struct word *word)
{
	const struct node *node = word->node;
	size_t n = snapshot_n_segments(vocabulary->snapshot);
	enum status status = STATUS_OK;

	for (size_t i = 0; i < n && status == STATUS_OK; i++) {
		struct segment *segment =
		    snapshot_segment(vocabulary->snapshot, i);
		struct word_lists *lists = &word->segments[i];

		*lists = (struct word_lists){0};
		if (word->field >= 0)
			status = find_field(vocabulary, segment, node,
			    word->field, lists);
		else
			status = find_stems(vocabulary, segment, set,
			    node->exact, lists);
		if (lists->n > word->n_lists_max)
			word->n_lists_max = lists->n;
		if (word->field >= 0)
			word->df += lists->df;
	}
	for (size_t i = 0; i < set->n; i++)
		if (set->terms[i].is_held)
			word->df += set->terms[i].df;
	return status;
}

enum status
vocabulary_find(struct vocabulary *vocabulary, const struct node *node,
    struct word *word)
{
	struct snapshot *snapshot = vocabulary->snapshot;
	uint64_t n_documents = snapshot_statistics(snapshot).documents;
	struct term_set set = {0};
	enum status status = STATUS_OK;

	*word = (struct word){ .node = node, .field = -1 };
	word->segments = arena_alloc(vocabulary->arena,
	    snapshot_n_segments(snapshot) * sizeof *word->segments + 1);
	if (node->kind == NODE_HAS || node->scope == SCOPE_FIELD) {
		if (node->field)
			word->field = root_field(snapshot_root(snapshot),
			    node->field);
		if (word->field > UINT16_MAX)
			word->field = -1;
	} else {
		for (size_t i = 0; i < vocabulary->n_languages &&
		     status == STATUS_OK; i++)
			status = vocabulary_stems(vocabulary, node,
			    vocabulary->languages[i], &set);
	}
	if (status == STATUS_OK)
		status = find_in_segments(vocabulary, &set, word);
	if (word->df > n_documents)
		word->df = n_documents;
	return status;
}
