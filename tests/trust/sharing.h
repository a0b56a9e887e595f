/* An index that several processes use at once. */
#ifndef QUIRE_TRUST_SHARING_H
#define QUIRE_TRUST_SHARING_H

#include "trust.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/*
 * Writes articles number `first` to `first` + n - 1 of an edition, as JSON
 * Lines: the id is the number, the title "article NUMBER edition EDITION",
 * the text holds the words numberNUMBER, editionEDITION, and alpha or beta,
 * as their sum is even or odd, besides `words` others.
 */
struct sharing_articles {
	unsigned first, n, edition, words;
	unsigned lacking; /* if not 0: without those it divides */
};
void sharing_write(const char *path, const struct sharing_articles *articles);

/* One of them. */
void sharing_write_article(FILE *file, unsigned number, unsigned edition,
    unsigned words);

/* Runs quire-index -i INDEX with up to 8 arguments, which end in NULL. */
struct program_answer sharing_index(const char *index,
    const char *const *arguments);

/* The same for one argument; failures are told.  True if it ended with 0. */
bool sharing_does(struct trust_row *row, const char *index,
    const char *argument);

/* How many articles a query finds; -1 with a failure told, unless `row` is
 * NULL. */
long sharing_count(struct trust_row *row, const char *index,
    const char *query);

uint64_t sharing_file_size(const char *path);

/* --- a reader that stays where it is --- */

struct sharing_reader {
	struct program_run run;
	int queries;  /* it reads them from here */
	size_t asked;
};

void sharing_reader_start(struct sharing_reader *reader, const char *index);

/* How many articles it finds, once it has answered; -1 if it does not. */
long sharing_reader_ask(struct sharing_reader *reader, const char *query);

/* It comes to the end of its queries; its exit status. */
int sharing_reader_end(struct sharing_reader *reader);

#endif
