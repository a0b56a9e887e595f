/* What the words of a query find in an archive, by looking at all words. */
#ifndef QUIRE_TESTS_SUPPORT_FINDINGS_H
#define QUIRE_TESTS_SUPPORT_FINDINGS_H

#include "support_archive.h"
#include "tree.h"

enum { FINDINGS_MAX = 1024 };

/* A WORD of the tree. */
struct finding {
	const struct node *node;
	bool *terms; /* by number: stems it finds, its form in each language */
	double idf;  /* BM25's, rounded to 2^-20 */
};

struct findings {
	struct finding items[FINDINGS_MAX];
	size_t n;
	double documents, average; /* that count, and their mean length */
};

/* Looks up all words of a tree. */
void findings_create(struct findings *findings, struct made_archive *archive,
    const struct node *root);
void findings_free(struct findings *findings);

const struct finding *findings_of(const struct findings *findings,
    const struct node *word);

/* What a WORD or PHRASE adds that stands `tf` times in an article. */
int64_t findings_score(const struct findings *findings,
    const struct node *node, size_t tf, uint32_t length);

/* Whether the word stands there, in its scope. */
bool finding_is_at(const struct finding *finding,
    const struct made_token *token);

#endif
