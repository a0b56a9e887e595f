/* What the words of a query find in an archive, by looking at all words. */
#ifndef QUIRE_TESTS_SUPPORT_FINDINGS_H
#define QUIRE_TESTS_SUPPORT_FINDINGS_H

#include "support_archive.h"
#include "tree.h"

enum { FINDINGS_MAX = 64 };

/* A WORD of the tree. */
struct finding {
	const struct node *node;
	bool *terms; /* by number: stems it finds, its form in each language */
	double idf;  /* BM25's, rounded to 2^-20 */
};

struct findings {
	struct finding items[FINDINGS_MAX];
	size_t n;
};

/* Looks up all words of a tree; `documents` is how many count. */
void findings_add(struct findings *findings, struct archive *archive,
    const struct node *node, double documents);
void findings_free(struct findings *findings);

const struct finding *findings_of(const struct findings *findings,
    const struct node *word);

/* Whether the word stands there, in its scope. */
bool finding_is_at(const struct finding *finding,
    const struct archive_token *token);

#endif
