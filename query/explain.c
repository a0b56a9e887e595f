/* Why a hit has its score, and how words were read. */
#include "search.h"

#include "match.h"
#include "plan.h"
#include "score.h"

#include <stdlib.h>

/* --- scores --- */

/* Occurrences in title and body of a WORD or PHRASE. */
static enum status
count_places(struct plan *plan, struct plan_node *node, uint32_t document,
    struct leaf_score *leaf)
{
	enum status status = match_spans(plan, node, document);

	for (size_t i = 0; i < node->spans.n; i++) {
		uint64_t part = node->spans.items[i].start >> SPAN_PART_SHIFT;

		if (part == PART_TITLE)
			leaf->in_title++;
		else
			leaf->in_body++;
	}
	return status;
}

/* Calls for each scoring node; `set` holds the document if it counts. */
static enum status
explain_node(struct plan *plan, struct plan_node *node, uint32_t document,
    const uint64_t *set, search_leaf *call, void *context)
{
	uint32_t d = document - plan->window.start;
	uint64_t both[WINDOW_WORDS];
	struct leaf_score leaf = {
		.node = node->node,
		.document_frequency = node->df,
		.idf = node->idf,
	};
	enum status status = STATUS_OK;

	for (unsigned w = 0; w < WINDOW_WORDS; w++)
		both[w] = set[w] & node->bits[w];
	if (node->scores) {
		status = count_places(plan, node, document, &leaf);
		if (window_has(both, d))
			leaf.score = bm25_score(&plan->bm25, node->idf,
			    node->tfs[d], plan->norms[d]);
		if (status == STATUS_OK)
			call(context, &leaf);
		return status;
	}
	if (node->kind == NODE_NOT || node->kind == NODE_PHRASE)
		return STATUS_OK;
	for (size_t i = 0; i < node->n && status == STATUS_OK; i++)
		status = explain_node(plan, node->children[i], document,
		    both, call, context);
	return status;
}

enum status
search_explain(struct snapshot *snapshot, const struct node *root,
    const struct search_options *options, uint32_t segment, uint32_t document,
    search_leaf *leaf, void *context, struct error *error)
{
	uint64_t set[WINDOW_WORDS];
	struct plan *plan;
	enum status status = plan_create(&plan, snapshot, root, options->k1,
	    options->b);

	if (status == STATUS_OK) {
		plan_enter(plan, segment);
		plan_open_window(plan, document);
		window_clear(set);
		window_put(set, document - plan->window.start);
		status = match_node(plan, plan->root, set);
	}
	if (status == STATUS_OK)
		status = score_window(plan, set);
	if (status == STATUS_OK)
		status = explain_node(plan, plan->root, document, set, leaf,
		    context);
	plan_report(plan, status, error);
	plan_free(plan);
	return status;
}

/* --- readings --- */

/* The lists of one stem over all segments. */
struct stem_reading {
	const struct term *term;
	uint64_t df;
	struct buffer forms;
	struct term_set seen; /* forms, as stems */
};

/* Whether a form is new; remembers it. */
static bool
add_form(struct plan *plan, struct stem_reading *reading,
    const struct form_cursor *cursor)
{
	struct term_set *seen = &reading->seen;

	for (size_t i = 0; i < seen->n; i++)
		if (seen->terms[i].stem_length == cursor->length &&
		    !memcmp(seen->terms[i].stem, cursor->form, cursor->length))
			return false;
	if (seen->n == seen->capacity) {
		struct term *old = seen->terms;

		seen->capacity = seen->n ? 2 * seen->n : 16;
		seen->terms = arena_alloc(&plan->arena,
		    seen->capacity * sizeof *seen->terms);
		if (seen->n)
			memcpy(seen->terms, old, seen->n * sizeof *old);
	}
	seen->terms[seen->n++] = (struct term){
		.stem = arena_text(&plan->arena, cursor->form, cursor->length),
		.stem_length = (uint8_t)cursor->length,
	};
	return true;
}

/* Adds the forms of one list; of an exact word only its own. */
static enum status
add_forms(struct plan *plan, struct stem_reading *reading,
    const struct word_list *list, bool exact)
{
	struct form_cursor cursor;
	enum status status;

	reading->df += list->list.df;
	form_cursor_start(&cursor, &list->list);
	while ((status = form_cursor_next(&cursor)) == STATUS_OK) {
		if ((exact && cursor.code != list->code) ||
		    !add_form(plan, reading, &cursor))
			continue;
		if (reading->forms.size)
			buffer_append_string(&reading->forms, ", ");
		buffer_append(&reading->forms, cursor.form, cursor.length);
	}
	return status == STATUS_END ? STATUS_OK : status;
}

static int
compare_df(const void *a, const void *b)
{
	const struct stem_reading *x = a, *y = b;

	return (x->df < y->df) - (x->df > y->df);
}

/* Whether a list is that of a stem. */
static bool
is_list_of(const struct posting_list *list, const struct term *term)
{
	return list->entry.key[1] == term->language &&
	    list->stem_length == term->stem_length &&
	    !memcmp(list->stem, term->stem, term->stem_length);
}

static enum status
read_stem(struct plan *plan, const struct word *word,
    struct stem_reading *reading)
{
	size_t n = snapshot_n_segments(plan->snapshot);
	enum status status = STATUS_OK;

	for (size_t s = 0; s < n; s++) {
		const struct word_lists *lists = &word->segments[s];

		for (size_t l = 0; l < lists->n && status == STATUS_OK; l++)
			if (is_list_of(&lists->items[l]->list, reading->term))
				status = add_forms(plan, reading,
				    lists->items[l], word->node->exact);
	}
	return status;
}

static void
report(struct stem_reading *readings, size_t n, const struct node *word,
    search_reading *call, void *context)
{
	for (size_t i = 0; i < n; i++) {
		const char *language = language_name(
		    readings[i].term->language);
		struct word_reading reading = {
			.language = language ? language : "none",
			.stem = readings[i].term->stem,
			.forms = buffer_string(&readings[i].forms),
			.document_frequency = readings[i].df,
		};

		/* The first says that nothing was found. */
		if (readings[i].df || !i)
			call(context, word, &reading);
	}
}

/* The stems of a word, or the one list of a word of a field. */
static enum status
find_terms(struct plan *plan, const struct word *word, struct term_set *terms)
{
	struct vocabulary *vocabulary = &plan->vocabulary;
	enum status status = STATUS_OK;
	struct lexeme lexeme;

	if (word->node->scope != SCOPE_FIELD) {
		for (size_t i = 0; i < vocabulary->n_languages &&
		     status == STATUS_OK; i++)
			status = vocabulary_stems(vocabulary, word->node,
			    vocabulary->languages[i], terms);
		return status;
	}
	analyzer_lexeme(vocabulary->analyzer, LANGUAGE_NONE,
	    word->node->word, word->node->length, &lexeme);
	terms->terms = arena_alloc(&plan->arena, sizeof *terms->terms);
	terms->n = 1;
	*terms->terms = (struct term){
		.stem = arena_text(&plan->arena, lexeme.form,
		    lexeme.form_length),
		.stem_length = lexeme.form_length,
		.language = LANGUAGE_NONE,
	};
	return STATUS_OK;
}

static enum status
read_word(struct plan *plan, const struct word *word, search_reading *call,
    void *context)
{
	struct term_set terms = {0};
	struct stem_reading *readings;
	enum status status = find_terms(plan, word, &terms);

	if (status != STATUS_OK)
		return status;
	readings = arena_alloc(&plan->arena, terms.n * sizeof *readings + 1);
	for (size_t i = 0; i < terms.n; i++) {
		readings[i] = (struct stem_reading){ .term = &terms.terms[i] };
		if (status == STATUS_OK)
			status = read_stem(plan, word, &readings[i]);
	}
	if (terms.n)
		qsort(readings, terms.n, sizeof *readings, compare_df);
	if (status == STATUS_OK)
		report(readings, terms.n, word->node, call, context);
	for (size_t i = 0; i < terms.n; i++)
		buffer_free(&readings[i].forms);
	return status;
}

/* Each WORD of the tree in order, those of phrases and exclusions too. */
static enum status
read_node(struct plan *plan, const struct plan_node *node,
    search_reading *call, void *context)
{
	enum status status = STATUS_OK;

	if (node->node->kind == NODE_WORD) {
		struct word word = *node->leaf->word;

		word.node = node->node;
		return read_word(plan, &word, call, context);
	}
	for (size_t i = 0; i < node->n && status == STATUS_OK; i++)
		status = read_node(plan, node->children[i], call, context);
	return status;
}

enum status
search_read_as(struct snapshot *snapshot, const struct node *root,
    search_reading *reading, void *context, struct error *error)
{
	struct plan *plan;
	enum status status = plan_create(&plan, snapshot, root, 1.2, 0.75);

	if (status == STATUS_OK)
		status = read_node(plan, plan->root, reading, context);
	plan_report(plan, status, error);
	plan_free(plan);
	return status;
}
