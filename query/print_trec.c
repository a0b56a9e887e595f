/* The short formats: TREC lines, paths, numbers, nothing. */
#include "printer.h"

#include "search.h"

#include <string.h>

/* A column must not hold a blank or a line end. */
static void
add_column(struct buffer *out, const char *text)
{
	for (; *text; text++)
		buffer_append_byte(out,
		    (unsigned char)*text <= ' ' ? '_' : (uint8_t)*text);
}

/* qid Q0 id rank score run; trec_eval sorts by the score. */
static void
trec_hit(struct printer *printer, const struct printed_answer *answer,
    const struct printed_hit *hit)
{
	struct buffer *out = printer->out;

	add_column(out, answer->id ? answer->id : "1");
	buffer_append_string(out, " Q0 ");
	add_column(out, hit->id);
	buffer_append_format(out, " %llu %.6f quire\n",
	    (unsigned long long)hit->rank,
	    (double)hit->score / (double)SCORE_ONE);
}

/* What opens the article: its file, else its address, else its id. */
static void
list_hit(struct printer *printer, const struct printed_answer *answer,
    const struct printed_hit *hit)
{
	const char *place = hit->path ? hit->path : hit->url;

	(void)answer;
	if (place == NULL)
		place = hit->id;
	if (printer->terminal.is_terminal)
		terminal_add_text(printer->out, place, strlen(place));
	else
		buffer_append_string(printer->out, place);
	buffer_append_byte(printer->out, (uint8_t)printer->separator);
}

static void
count_id(struct printer *printer, const struct printed_answer *answer)
{
	if (answer->id == NULL)
		return;
	add_column(printer->out, answer->id);
	buffer_append_byte(printer->out, '\t');
}

static void
count_end(struct printer *printer, const struct printed_answer *answer)
{
	count_id(printer, answer);
	buffer_append_format(
	    printer->out, "%llu\n", (unsigned long long)answer->total);
}

/* No number: zero would be an answer. */
static void
count_refused(struct printer *printer, const struct printed_answer *answer,
    const char *message)
{
	(void)message;
	count_id(printer, answer);
	buffer_append_string(printer->out, "error\n");
}

const struct printer_kind print_trec = {.hit = trec_hit};
const struct printer_kind print_list = {.hit = list_hit};
const struct printer_kind print_count = {
    .end = count_end, .refused = count_refused};
const struct printer_kind print_quiet = {0};

const struct printer_kind *
printer_find(enum options_format format)
{
	switch (format) {
	case FORMAT_JSON:
		return &print_json;
	case FORMAT_TREC:
		return &print_trec;
	case FORMAT_LIST:
		return &print_list;
	case FORMAT_COUNT:
		return &print_count;
	case FORMAT_QUIET:
		return &print_quiet;
	case FORMAT_TEXT:
		break;
	}
	return &print_text;
}
