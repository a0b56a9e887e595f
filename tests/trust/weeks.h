/*
 * An archive that changes every day, and what an index of it must hold.
 *
 * Files of articles come, change, move and go.  Each article is known by a
 * name, a word that only it has, and has the number of its edition as
 * another; so a search tells whether it is there, once, and as it is now.
 */
#ifndef QUIRE_TRUST_WEEKS_H
#define QUIRE_TRUST_WEEKS_H

#include "trust.h"

#include <stdint.h>
#include <stdio.h>

enum {
	WEEKS_FILES = 64,    /* at most, those that are gone included */
	WEEKS_PLACES = 16384, /* for articles in a file */
	WEEKS_EDITIONS = 200, /* then from 1 again */
	WEEKS_PARTS = 10,
};

/* Editions; 0: not there. */
struct weeks_article {
	uint8_t written;  /* in its file */
	uint8_t was, now; /* in the index before and after what is done */
};

struct weeks_file {
	uint32_t number;   /* never given twice; 0: a free place */
	uint32_t moves;    /* its name changes with them */
	uint32_t n;        /* places in use */
	struct weeks_article *articles;
	bool is_gone;      /* and is free once the index knows */
};

struct weeks {
	char folder[PATH_MAX]; /* the archive */
	uint64_t seed;         /* a state of support_random */
	uint64_t texts;        /* the seed of what articles say */
	uint32_t last_number;
	struct weeks_file files[WEEKS_FILES];
	uint64_t written;      /* articles that were new or changed so far */
};

void weeks_make(struct weeks *weeks, const char *folder, uint64_t seed);
void weeks_free(struct weeks *weeks);

/* A file, any of those there; NULL if there is none. */
struct weeks_file *weeks_any_file(struct weeks *weeks);

/* What becomes of files. */
void weeks_add_file(struct weeks *weeks, uint32_t n);
void weeks_change_file(struct weeks *weeks, struct weeks_file *file);
void weeks_move_file(struct weeks *weeks, struct weeks_file *file);
void weeks_remove_file(struct weeks *weeks, struct weeks_file *file);

/* All files are read again, changed or not. */
void weeks_read_all(struct weeks *weeks);

/* One article is taken out of the index only. */
void weeks_remove_article(struct weeks_article *article);

/* The index is as it should be by now: what was is forgotten. */
void weeks_done(struct weeks *weeks);

/* Living articles of the index: before, after, in both, in either. */
struct weeks_counts {
	uint32_t was, now, both, either;
};
struct weeks_counts weeks_count(const struct weeks *weeks);
struct weeks_counts weeks_count_file(const struct weeks_file *file);

/* The name of an article. */
enum { WEEKS_NAME_SIZE = 32 };
char *weeks_name(char name[WEEKS_NAME_SIZE], const struct weeks_file *file,
    uint32_t place);

/* The article of a name, or NULL. */
struct weeks_article *weeks_find(struct weeks *weeks, const char *name);

#endif
