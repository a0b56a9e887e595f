/*
 * Answers a query tree on a snapshot: the engine's front door.
 */
#ifndef QUIRE_QUERY_SEARCH_H
#define QUIRE_QUERY_SEARCH_H

#include "date.h"
#include "status.h"
#include "tree.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct snapshot; /* store/snapshot.h */

enum search_sort { SORT_BEST, SORT_NEW, SORT_OLD };

struct search_options {
	double k1, b;          /* BM25; 1.2 and 0.75 by default */
	enum search_sort sort; /* equal ones in the archive's order; articles
	                          without a date come last in NEW and OLD */
	size_t skip;           /* best hits left out: (page - 1) * limit */
	size_t limit;          /* hits wanted; SIZE_MAX for all, 0 for none */
	bool first_only;       /* -q: stop at the first match; no totals */
};

/* 2^-20: the unit of every score, bound and contribution. */
#define SCORE_ONE (1 << 20)

struct hit {
	uint32_t segment;  /* index in the snapshot */
	uint32_t document; /* in the segment */
	int64_t score;     /* in units of 1 / SCORE_ONE */
	struct date date;
};

struct search_result {
	uint64_t total;    /* living articles that match, exact */
	struct hit *hits;
	size_t n_hits;
};

/*
 * STATUS_OK (with no match, too) or STATUS_DAMAGED with a message.  The
 * result is freed by search_result_free whatever is returned.
 */
enum status search_run(struct snapshot *snapshot, const struct node *root,
    const struct search_options *options, struct search_result *result,
    struct error *error);

void search_result_free(struct search_result *result);

/*
 * Why a hit has its score: calls `leaf` for each scoring WORD and PHRASE of
 * the tree in order.
 */
struct leaf_score {
	const struct node *node;
	uint64_t document_frequency; /* of the word in any form */
	uint32_t in_title, in_body;  /* occurrences in this article */
	double idf;
	int64_t score;
};
typedef void search_leaf(void *context, const struct leaf_score *leaf);

enum status search_explain(struct snapshot *snapshot, const struct node *root,
    const struct search_options *options, uint32_t segment, uint32_t document,
    search_leaf *leaf, void *context, struct error *error);

/*
 * The forms that a plain word finds, most frequent list first, as
 * "storm, storms, stormed", and its stems; for --explain.
 */
struct word_reading {
	const char *language; /* English name */
	const char *stem;
	const char *forms;
	uint64_t document_frequency;
};
typedef void search_reading(void *context, const struct node *word,
    const struct word_reading *reading);

enum status search_read_as(struct snapshot *snapshot, const struct node *root,
    search_reading *reading, void *context, struct error *error);

#endif
