/*
 * Archives that are large in one way: what they are asked, and how many of
 * the answers have to be right.
 */
#ifndef QUIRE_TRUST_COUNTING_H
#define QUIRE_TRUST_COUNTING_H

#include "trust.h"

#include <stdio.h>

/* An archive and an index of it in a folder that is empty at first. */
struct counting {
	struct trust_row *row;
	const char *folder;
	const char *what; /* is tried, for messages */
	char index[PATH_MAX];
};

/* Each tries one thing. */
void counting_word_everywhere(struct counting *counting);
void counting_million_words(struct counting *counting);
void counting_long_articles(struct counting *counting);
void counting_longest_article(struct counting *counting);
void counting_one_word_for_ever(struct counting *counting);
void counting_many_values(struct counting *counting);
void counting_long_keys(struct counting *counting);
void counting_long_path(struct counting *counting);

#endif
