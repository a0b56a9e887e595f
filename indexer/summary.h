/* What an index holds, in the words of the final summary. */
#ifndef QUIRE_INDEXER_SUMMARY_H
#define QUIRE_INDEXER_SUMMARY_H

#include "build.h"
#include "ignored.h"
#include "arguments.h"
#include "status.h"
#include "store.h"

#include <stdbool.h>

struct summary {
	const char *name;
	const struct arguments *arguments;
	const struct build_counts *counts;
	struct ignored *ignored;
	double seconds;
	bool first; /* the index was empty before */
};

/* Living articles of the last commit. */
uint64_t summary_articles(struct store *store);

/* Prints the summary of a run to stdout. */
enum status summary_print(struct store *store, const struct summary *summary,
    struct error *error);

#endif
