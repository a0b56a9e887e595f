/* An article that cannot be read, as --check and --repair tell of it. */
#ifndef QUIRE_INDEXER_LOST_ARTICLE_H
#define QUIRE_INDEXER_LOST_ARTICLE_H

#include "buffer.h"

#include <stdint.h>

/* Texts are lent; NULL: not known. */
struct lost_article {
	const char *id, *title, *file;
	uint32_t segment, document; /* where it is, or was */
	uint32_t others; /* of the segment, lost like it; mostly 0 */
};

/* Appends what is known of it: as text, or as an object and a line end. */
void lost_article_show(const struct lost_article *article,
    struct buffer *out);
void lost_article_json(const struct lost_article *article,
    struct buffer *out);

#endif
