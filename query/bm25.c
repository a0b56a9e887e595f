/* BM25 in whole numbers. */
#include "bm25.h"

#include "search.h"
#include "window.h"

#include <math.h>

/*
 * No fused multiply-add: it rounds once where others round twice.  gcc
 * leaves it off at -std=c11 and does not know the pragma.
 */
#ifdef __clang__
#pragma STDC FP_CONTRACT OFF
#endif

struct bm25
bm25_create(double k1, double b, uint64_t documents, uint64_t words)
{
	struct bm25 bm25 = {
		.k1 = k1,
		.b = b,
		.documents = (double)documents,
		.average_length = 1,
	};

	if (documents && words)
		bm25.average_length = (double)words / (double)documents;
	return bm25;
}

double
bm25_idf(const struct bm25 *bm25, uint64_t df)
{
	double n = (double)df;
	double idf;

	idf = log(1 + (bm25->documents - n + 0.5) / (n + 0.5));
	/* log() differs in its last bit between C libraries. */
	return floor(idf * SCORE_ONE + 0.5) / SCORE_ONE;
}

void
bm25_norms(const struct bm25 *bm25, const uint32_t *lengths, uint32_t n,
    double *norms)
{
	double k1 = bm25->k1, b = bm25->b, average = bm25->average_length;

	for (uint32_t i = 0; i < n; i++)
		norms[i] = k1 * ((1 - b) + b * lengths[i] / average);
}

static inline int64_t
score(double idf, double k1, uint32_t tf, double norm)
{
	/* Never negative, so cutting off is floor(). */
	return (int64_t)(idf * (tf * (k1 + 1) / (tf + norm)) * SCORE_ONE +
	    0.5);
}

int64_t
bm25_score(const struct bm25 *bm25, double idf, uint32_t tf, double norm)
{
	return score(idf, bm25->k1, tf, norm);
}

void
bm25_add(const struct bm25 *bm25, double idf, const uint64_t *set,
    const uint64_t *other, const uint32_t *tfs, const double *norms,
    int64_t *scores)
{
	double k1 = bm25->k1;

	for (unsigned i = 0; i < WINDOW_WORDS; i++) {
		uint64_t word = set[i] & other[i];

		for (; word; word &= word - 1) {
			unsigned d = i * 64 +
			    (unsigned)__builtin_ctzll(word);

			scores[d] += score(idf, k1, tfs[d], norms[d]);
		}
	}
}
