/* Says how a query was read, why a hit has its score, and why there is
 * none. */
#include "session.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { LABEL_COLUMNS = 10, NAME_COLUMNS_MOST = 30, TITLE_COLUMNS = 56 };

/* Words that are counted one by one when nothing was found. */
enum { COUNTS_MOST = 20 };

/* What a callback appends lines to. */
struct explanation {
	struct buffer *out;
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

static void
add_reading(void *context, const struct node *word,
    const struct word_reading *reading)
{
	struct explanation *explanation = context;
	struct buffer *out = explanation->out;

	if (!explanation->measuring)
		add_spaces(out, LABEL_COLUMNS);
	add_name(explanation, word);
	if (explanation->measuring)
		return;
	buffer_append_string(out, "  → ");
	if (reading->document_frequency == 0) {
		buffer_append_string(out, "is not in the index\n");
	} else if (word->scope == SCOPE_FIELD) {
		buffer_append_format(out,
		    "exactly, in %s  (chooses, gives no score)\n",
		    word->field);
	} else if (word->exact || !reading->stem || !reading->stem[0]) {
		buffer_append_string(out, "exactly\n");
	} else {
		terminal_add_text(
		    out, reading->forms, strlen(reading->forms));
		buffer_append_format(out, "  (%c%s stem \"%s\")\n",
		    toupper((unsigned char)reading->language[0]),
		    reading->language + 1, reading->stem);
	}
}

enum status
session_explain_query(struct session *session, const struct query *query,
    struct buffer *out, struct error *error)
{
	const struct options *options = session->options;
	struct explanation explanation = {.out = out, .measuring = true};
	struct snapshot_statistics statistics =
	    snapshot_statistics(session->snapshot);
	char number[TERMINAL_NUMBER_MAX];
	enum status status;

	buffer_append_string(out, "Read as   ");
	add_node(query->root, out);
	buffer_append_byte(out, '\n');
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
	size_t columns =
	    terminal_columns(printed->title.text, printed->title.length);
	enum status status;

	buffer_append_format(
	    out, "%2s  ", terminal_number(printed->rank, number));
	terminal_add_text(out, printed->title.text, printed->title.length);
	add_spaces(out, columns < TITLE_COLUMNS ? TITLE_COLUMNS - columns : 2);
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

/*
 * Appends how many articles each word finds by itself.  A search counts
 * them exactly; `*left` keeps long queries from taking long.
 */
static enum status
add_counts(struct session *session, const struct node *node, size_t *left,
    struct buffer *out, struct error *error)
{
	struct search_options search = {.k1 = 1.2, .b = 0.75};
	struct search_result result = {0};
	enum status status = STATUS_OK;
	char number[TERMINAL_NUMBER_MAX];

	if (node->kind == NODE_NOT || *left == 0)
		return STATUS_OK;
	for (size_t i = 0; i < node->n_children && status == STATUS_OK; i++)
		status = add_counts(
		    session, node->children[i], left, out, error);
	if (node->kind != NODE_WORD || status != STATUS_OK)
		return status;
	(*left)--;
	status = search_run(session->snapshot, node, &search, &result, error);
	buffer_append_string(out, "  ");
	add_node(node, out);
	if (result.total == 0)
		buffer_append_string(out, " is not in the index\n");
	else
		buffer_append_format(out, " %s article%s\n",
		    terminal_number(result.total, number),
		    result.total == 1 ? "" : "s");
	search_result_free(&result);
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
	enum status status;

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
	status = add_counts(session, root, &left, &out, error);
	if (status == STATUS_OK)
		fputs(buffer_string(&out), stderr);
	buffer_free(&out);
	return status;
}
