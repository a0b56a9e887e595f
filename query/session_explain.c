/* Says how a query was read, why a hit has its score, and why there is
 * none. */
#include "session.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum {
	LABEL_COLUMNS = 10,
	NAME_COLUMNS_MOST = 30,
	ARROW_COLUMNS = 4,
	RANK_COLUMNS = 4,
	TITLE_COLUMNS = 56,
	SCORE_COLUMNS = 12,
};

/* Words that are counted one by one when nothing was found. */
enum { COUNTS_MOST = 20 };

/* What a callback appends lines to. */
struct explanation {
	struct buffer *out;
	const struct terminal *terminal;
	size_t name_columns;     /* the longest name, so that all align */
	bool measuring;          /* only find the longest name */
};

static void
add_node(const struct node *node, struct buffer *out)
{
	struct buffer text = {0};

	node_print(node, &text);
	terminal_add_text(out, (const char *)text.bytes, text.size);
	buffer_free(&text);
}

static void
add_spaces(struct buffer *out, size_t n)
{
	buffer_append_format(out, "%*s", (int)n, "");
}

/* Lines of the terminal's width, of which the first begins at `indent`. */
static void
add_lines(const struct terminal *terminal, const char *text, size_t length,
    size_t indent, struct buffer *out)
{
	struct marked_text whole = {.text = text, .length = length};

	terminal_add_wrapped(terminal, &whole, indent, STYLE_PLAIN, NULL, out);
}

/* A node at its width, then blanks up to the column of the longest. */
static void
add_name(struct explanation *explanation, const struct node *node)
{
	struct buffer name = {0};
	size_t columns;

	node_print(node, &name);
	columns = terminal_columns((const char *)name.bytes, name.size);
	if (explanation->measuring) {
		if (columns > explanation->name_columns)
			explanation->name_columns = columns;
	} else {
		terminal_add_text(explanation->out, (const char *)name.bytes,
		    name.size);
		if (columns < explanation->name_columns)
			add_spaces(explanation->out,
			    explanation->name_columns - columns);
	}
	buffer_free(&name);
}

/* What a word stands for. */
static void
describe(const struct node *word, const struct word_reading *reading,
    struct buffer *text)
{
	if (reading->document_frequency == 0)
		buffer_append_string(text, "is not in the index");
	else if (word->scope == SCOPE_FIELD)
		buffer_append_format(text,
		    "exactly, in %s  (chooses, gives no score)", word->field);
	else if (word->exact || !reading->stem || !reading->stem[0])
		buffer_append_string(text, "exactly");
	else
		buffer_append_format(text, "%s  (%c%s stem \"%s\")",
		    reading->forms,
		    toupper((unsigned char)reading->language[0]),
		    reading->language + 1, reading->stem);
}

static void
add_reading(void *context, const struct node *word,
    const struct word_reading *reading)
{
	struct explanation *explanation = context;
	struct buffer *out = explanation->out, text = {0};

	if (!explanation->measuring)
		add_spaces(out, LABEL_COLUMNS);
	add_name(explanation, word);
	if (explanation->measuring)
		return;
	buffer_append_string(out, "  → ");
	describe(word, reading, &text);
	add_lines(explanation->terminal, (const char *)text.bytes, text.size,
	    LABEL_COLUMNS + explanation->name_columns + ARROW_COLUMNS, out);
	buffer_free(&text);
}

enum status
session_explain_query(struct session *session, const struct query *query,
    struct buffer *out, struct error *error)
{
	const struct options *options = session->options;
	struct explanation explanation = {.out = out,
	    .terminal = &session->printer.terminal,
	    .measuring = true};
	struct buffer text = {0};
	struct snapshot_statistics statistics =
	    snapshot_statistics(session->snapshot);
	char number[TERMINAL_NUMBER_MAX];
	enum status status;

	buffer_append_string(out, "Read as   ");
	node_print(query->root, &text);
	add_lines(explanation.terminal, (const char *)text.bytes, text.size,
	    LABEL_COLUMNS, out);
	buffer_free(&text);
	status = search_read_as(session->snapshot, query->root, add_reading,
	    &explanation, error);
	if (status != STATUS_OK)
		return status;
	if (explanation.name_columns > NAME_COLUMNS_MOST)
		explanation.name_columns = NAME_COLUMNS_MOST;
	explanation.measuring = false;
	status = search_read_as(session->snapshot, query->root, add_reading,
	    &explanation, error);
	for (size_t i = 0; i < query->n_stopped; i++) {
		buffer_append_string(out, i ? ", " : "Left out  ");
		terminal_add_text(
		    out, query->stopped[i], strlen(query->stopped[i]));
	}
	if (query->n_stopped > 0)
		buffer_append_string(out, "  (other words remain)\n");
	buffer_append_format(out, "Ranking   bm25 k1=%g b=%g · %s articles\n\n",
	    options->k1, options->b,
	    terminal_number(statistics.documents, number));
	return status;
}

static void
add_leaf(void *context, const struct leaf_score *leaf)
{
	struct explanation *explanation = context;
	struct buffer *out = explanation->out;
	char number[TERMINAL_NUMBER_MAX];

	if (explanation->measuring) {
		add_name(explanation, leaf->node);
		return;
	}
	add_spaces(out, 4);
	add_name(explanation, leaf->node);
	buffer_append_format(
	    out, "  %5.2f   ", (double)leaf->score / (double)SCORE_ONE);
	if (leaf->in_title + leaf->in_body == 0) {
		buffer_append_string(out, "not in this article\n");
		return;
	}
	if (leaf->in_title)
		buffer_append_format(out, "%u in title%s", leaf->in_title,
		    leaf->in_body ? ", " : "");
	if (leaf->in_body)
		buffer_append_format(out, "%u in body", leaf->in_body);
	if (leaf->document_frequency)
		buffer_append_format(out, "; in %s articles",
		    terminal_number(leaf->document_frequency, number));
	buffer_append_byte(out, '\n');
}

/* A title and the blanks up to its score, which stands on a line of its own
 * beneath a long one. */
static void
add_title(const struct terminal *terminal, const struct marked_text *title,
    struct buffer *out)
{
	size_t columns = terminal_columns(title->text, title->length);

	if (columns <= TITLE_COLUMNS - 2 &&
	    RANK_COLUMNS + TITLE_COLUMNS + SCORE_COLUMNS <= terminal->width) {
		terminal_add_text(out, title->text, title->length);
		add_spaces(out, TITLE_COLUMNS - columns);
		return;
	}
	add_lines(terminal, title->text, title->length, RANK_COLUMNS, out);
	add_spaces(out, RANK_COLUMNS);
}

enum status
session_explain_hit(struct session *session, const struct query *query,
    const struct hit *hit, const struct printed_hit *printed,
    struct buffer *out, struct error *error)
{
	const struct options *options = session->options;
	struct search_options search = {.k1 = options->k1, .b = options->b};
	struct explanation explanation = {.out = out, .measuring = true};
	struct snapshot_statistics all = snapshot_statistics(session->snapshot);
	char number[TERMINAL_NUMBER_MAX], average[TERMINAL_NUMBER_MAX];
	enum status status;

	buffer_append_format(
	    out, "%2s  ", terminal_number(printed->rank, number));
	add_title(&session->printer.terminal, &printed->title, out);
	buffer_append_format(
	    out, "score %.2f\n", (double)hit->score / (double)SCORE_ONE);
	for (int pass = 0; pass < 2; pass++) {
		explanation.measuring = pass == 0;
		status = search_explain(session->snapshot, query->root,
		    &search, hit->segment, hit->document, add_leaf,
		    &explanation, error);
		if (status != STATUS_OK)
			return status;
	}
	buffer_append_format(out, "    length   %s words, average %s\n",
	    terminal_number(printed->n_words, number),
	    terminal_number(
	        all.documents ? all.words / all.documents : 0, average));
	return STATUS_OK;
}

/* --- nothing found --- */

/* The first or last date that an article has; false if none has one. */
static bool
find_date(struct session *session, enum search_sort sort,
    char text[DATE_TEXT_MAX])
{
	const struct node any = {.kind = NODE_DATE,
	    .range = {.first = INT32_MIN, .last = INT32_MAX}};
	struct search_options search = {
	    .k1 = 1.2, .b = 0.75, .sort = sort, .limit = 1};
	struct search_result result = {0};
	struct printed_hit hit = {0};
	struct error error = {0};

	/* The range is a help, so what fails here is left unsaid. */
	if (search_run(session->snapshot, &any, &search, &result, &error) ==
	        STATUS_OK &&
	    result.n_hits > 0)
		hits_load(&session->hits, result.hits[0].segment,
		    result.hits[0].document, &hit, &error);
	search_result_free(&result);
	date_format(hit.date, text);
	return text[0] != '\0';
}

/* Whether a node is counted as a whole, not only what it is made of. */
static bool
is_condition(const struct node *node)
{
	switch (node->kind) {
	case NODE_AND:
	case NODE_OR:
	case NODE_NOT:
	case NODE_ALL:
	case NODE_NOTHING:
		return false;
	default:
		return true;
	}
}

static void
add_count(struct session *session, const struct node *node, uint64_t total,
    struct buffer *out)
{
	char number[TERMINAL_NUMBER_MAX];
	char first[DATE_TEXT_MAX], last[DATE_TEXT_MAX];

	buffer_append_string(out, "  ");
	add_node(node, out);
	if (total == 0 && node->kind == NODE_WORD)
		buffer_append_string(out, " is not in the index");
	else
		buffer_append_format(out, " %s article%s",
		    terminal_number(total, number), total == 1 ? "" : "s");
	if (total == 0 && node->kind == NODE_DATE) {
		if (!find_date(session, SORT_OLD, first))
			buffer_append_string(out, "; no article has a date");
		else if (find_date(session, SORT_NEW, last))
			buffer_append_format(
			    out, "; dates are %s to %s", first, last);
	}
	buffer_append_byte(out, '\n');
}

/*
 * Appends how many articles each condition finds by itself, and if that is
 * none, each of its words.  A search counts them exactly; `*left` keeps long
 * queries from taking long.
 */
static enum status
add_counts(struct session *session, const struct node *node, size_t *left,
    struct buffer *out, struct error *error)
{
	struct search_options search = {.k1 = 1.2, .b = 0.75};
	struct search_result result = {0};
	enum status status = STATUS_OK;

	if (node->kind == NODE_NOT || *left == 0)
		return STATUS_OK;
	if (is_condition(node)) {
		(*left)--;
		status = search_run(
		    session->snapshot, node, &search, &result, error);
		if (status != STATUS_OK)
			return status;
		add_count(session, node, result.total, out);
		search_result_free(&result);
		if (result.total > 0)
			return STATUS_OK;
	}
	for (size_t i = 0; i < node->n_children && status == STATUS_OK; i++)
		status = add_counts(
		    session, node->children[i], left, out, error);
	return status;
}

static void
add_words(const struct node *list, struct buffer *out)
{
	for (size_t i = 0; i < list->n_children; i++) {
		buffer_append_string(out, i ? ", " : "");
		add_node(list->children[i], out);
	}
}

static bool
is_list_of_words(const struct node *node)
{
	for (size_t i = 0; i < node->n_children; i++)
		if (node->children[i]->kind != NODE_WORD &&
		    node->children[i]->kind != NODE_PHRASE)
			return false;
	return node->n_children > 0;
}

enum status
session_tell_nothing(struct session *session, const struct query *query,
    struct error *error)
{
	const struct node *root = query->root;
	struct buffer out = {0};
	size_t left = COUNTS_MOST;
	enum status status = STATUS_OK;

	if (root->kind == NODE_NOTHING)
		return STATUS_OK;
	if ((root->kind == NODE_AND || root->kind == NODE_OR) &&
	    is_list_of_words(root)) {
		buffer_append_format(&out, "No article has %s of: ",
		    root->kind == NODE_AND ? "all" : "any");
		add_words(root, &out);
	} else {
		buffer_append_string(&out, "No article matches ");
		add_node(root, &out);
	}
	buffer_append_byte(&out, '\n');
	/* That the whole finds nothing is said already. */
	if (root->n_children == 0)
		status = add_counts(session, root, &left, &out, error);
	for (size_t i = 0; i < root->n_children && status == STATUS_OK; i++)
		status = add_counts(
		    session, root->children[i], &left, &out, error);
	if (status == STATUS_OK)
		fputs(buffer_string(&out), stderr);
	buffer_free(&out);
	return status;
}
