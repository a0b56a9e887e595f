/* Telling of articles that cannot be read. */
#include "lost_article.h"

#include "show.h"

#include <inttypes.h>

void
lost_article_show(const struct lost_article *article, struct buffer *out)
{
	if (article->id)
		show_text(out, article->id);
	else if (article->others)
		buffer_append_format(out, "all %" PRIu64 " articles of segment "
		    "%u", (uint64_t)article->others + 1, article->segment);
	else
		buffer_append_format(out, "an article of unknown id (segment "
		    "%u, %u)", article->segment, article->document);
	if (article->title) {
		buffer_append_string(out, "  ");
		show_text(out, article->title);
	}
	if (article->file) {
		buffer_append_string(out, "  of ");
		show_path(out, article->file, true);
	}
}

static void
add_text(struct buffer *out, const char *key, const char *text)
{
	buffer_append_format(out, ",\"%s\":", key);
	if (text)
		show_json(out, text);
	else
		buffer_append_string(out, "null");
}

void
lost_article_json(const struct lost_article *article, struct buffer *out)
{
	buffer_append_string(out, "{\"type\":\"lost\"");
	add_text(out, "id", article->id);
	add_text(out, "title", article->title);
	add_text(out, "file", article->file);
	buffer_append_format(out, ",\"segment\":%u,\"document\":%u",
	    article->segment, article->document);
	if (article->others)
		buffer_append_format(out, ",\"others\":%u", article->others);
	buffer_append_string(out, "}\n");
}
