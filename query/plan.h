/*
 * A query tree made ready to run: words looked up, idf computed, room for
 * each node's matches in a window.  A plan runs segment by segment.
 */
#ifndef QUIRE_QUERY_PLAN_H
#define QUIRE_QUERY_PLAN_H

#include "bm25.h"
#include "leaf.h"
#include "span.h"
#include "tree.h"
#include "vocabulary.h"
#include "window.h"

/* Where the id of an ID node stands. */
struct plan_place {
	uint32_t segment, document;
};

struct plan_node {
	const struct node *node;
	enum node_kind kind;
	enum node_scope scope;      /* WORD, PHRASE */
	uint64_t part;              /* of its positions, if SCOPE_FIELD */
	struct plan_node **children; /* in the tree's order */
	struct plan_node **order;   /* cheapest first, NOT last */
	size_t n;
	struct leaf *leaf;          /* WORD, HAS; a PHRASE's equal words share
	                               one */
	bool scores;                /* adds to scores: has idf and tfs */
	double idf;
	uint64_t df;
	uint64_t estimate;          /* of matching documents of the segment */
	uint32_t last_offset;       /* PHRASE: its highest offset */
	struct plan_place *places;  /* ID */
	size_t n_places;

	/* Of the current window. */
	uint64_t bits[WINDOW_WORDS]; /* what matches */
	uint32_t *tfs;              /* of what matches */

	/* Of the current document. */
	struct spans spans;
	struct spans **word_spans;  /* WINDOW: those of its children */
	uint32_t *starts;           /* PHRASE */
	size_t n_starts, starts_capacity;
};

struct plan {
	struct snapshot *snapshot;
	struct arena arena;
	struct vocabulary vocabulary;
	struct bm25 bm25;
	struct plan_node *root;
	bool has_scores;   /* wanted now: tfs are filled */
	const char *broken; /* what could not be read, after STATUS_DAMAGED */

	/* The current segment and window. */
	struct segment *segment;
	uint32_t segment_index;
	struct window window;
	int64_t scores[WINDOW_DOCUMENTS];
	double norms[WINDOW_DOCUMENTS];

	/* Title length of one document. */
	uint32_t title_document, title_length;

	/* Private: everything to be freed, and words looked up before. */
	struct plan_node **nodes;
	struct leaf **leaves;
	struct word **words;
	size_t n_nodes, n_leaves, n_words;
	size_t nodes_capacity, leaves_capacity, words_capacity;
};

/*
 * Makes a plan for a tree, which must outlive it.  STATUS_OK or DAMAGED;
 * plan_free frees it whatever is returned.
 */
enum status plan_create(struct plan **plan, struct snapshot *snapshot,
    const struct node *root, double k1, double b);
void plan_free(struct plan *plan); /* NULL is allowed */

/* Moves to segment `i` of the snapshot. */
void plan_enter(struct plan *plan, uint32_t i);

/* Moves to the window of a document of the segment. */
void plan_open_window(struct plan *plan, uint32_t document);

/* Sets `bits` to the living documents of the window. */
void plan_living(const struct plan *plan, uint64_t *bits);

/* Words of a document's title.  STATUS_OK or DAMAGED. */
enum status plan_title_length(struct plan *plan, uint32_t document,
    uint32_t *length);

/* Notes what could not be read and returns STATUS_DAMAGED. */
enum status plan_damaged(struct plan *plan, const char *what);

/* After STATUS_DAMAGED, says so to a person; any status is passed on. */
enum status plan_report(const struct plan *plan, enum status status,
    struct error *error);

#endif
