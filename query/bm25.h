/*
 * BM25 in whole numbers (Robertson and Zaragoza, "The Probabilistic
 * Relevance Framework", 2009; idf with 1 + as in Lucene, so that it is never
 * negative).  What a word adds is rounded to 2^-20, so sums do not depend on
 * the order of adding, on segments or on the machine.
 */
#ifndef QUIRE_QUERY_BM25_H
#define QUIRE_QUERY_BM25_H

#include <stdint.h>

struct bm25 {
	double k1, b;
	double documents;      /* N, the dead included */
	double average_length; /* in words; never 0 */
};

struct bm25 bm25_create(double k1, double b, uint64_t documents,
    uint64_t words);

/* How much a word of `df` documents says, rounded to 2^-20. */
double bm25_idf(const struct bm25 *bm25, uint64_t df);

/* The part of the formula that only depends on a document's length, for
 * `n` documents. */
void bm25_norms(const struct bm25 *bm25, const uint32_t *lengths, uint32_t n,
    double *norms);

/* What `tf` occurrences add, in units of 2^-20. */
int64_t bm25_score(const struct bm25 *bm25, double idf, uint32_t tf,
    double norm);

/*
 * Adds that to the scores of the documents of a window that are in both
 * sets.  Arrays by document of the window.
 */
void bm25_add(const struct bm25 *bm25, double idf, const uint64_t *set,
    const uint64_t *other, const uint32_t *tfs, const double *norms,
    int64_t *scores);

#endif
