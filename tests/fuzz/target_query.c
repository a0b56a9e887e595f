/* What a person types: read, written out, read again, and answered by a
 * whole index. */
#include "fuzz.h"

#include "base.h"
#include "parser.h"
#include "search.h"
#include "store/snapshot.h"

#include <stdlib.h>
#include <string.h>

enum { ANY = 1, PLAIN = 2, STOP_WORDS = 4, SEARCH = 0x78 };

static bool
has_field(void *context, const char *name)
{
	return root_field(snapshot_root(context), name) >= 0;
}

static struct snapshot *
index_open(void)
{
	static struct snapshot *snapshot;
	struct error error = {0};

	if (!snapshot)
		FUZZ_CHECK(snapshot_open(base_path(), "base", &snapshot,
		    &error) == STATUS_OK);
	return snapshot;
}

static const struct stop_words *
stop_words(void)
{
	static struct stop_words *words;
	struct error error = {0};

	if (!words)
		FUZZ_CHECK(stop_words_open("default", &words, &error) ==
		    STATUS_OK);
	return words;
}

static void
check_node(const struct node *node)
{
	FUZZ_CHECK(node->kind <= NODE_NOTHING);
	FUZZ_CHECK(node->kind != NODE_WORD || (node->length > 0 &&
	    node->word[node->length] == '\0'));
	FUZZ_CHECK(node->kind != NODE_NEAR || node->n_children == 2);
	FUZZ_CHECK(node->kind != NODE_NOT || node->n_children == 1);
	for (size_t i = 0; i < node->n_children; i++)
		check_node(node->children[i]);
}

/* The same in number whatever is wanted of it. */
static void
answer(struct snapshot *snapshot, const struct node *root)
{
	struct search_options options = {.k1 = 1.2, .b = 0.75, .limit = 5};
	struct search_result some, all;
	struct error error = {0};

	FUZZ_CHECK(search_run(snapshot, root, &options, &some, &error) ==
	    STATUS_OK);
	options.limit = SIZE_MAX;
	FUZZ_CHECK(search_run(snapshot, root, &options, &all, &error) ==
	    STATUS_OK);
	FUZZ_CHECK(some.total == all.total && all.n_hits == all.total);
	FUZZ_CHECK(some.n_hits == (all.total < 5 ? all.total : 5));
	FUZZ_CHECK(all.total <= snapshot_statistics(snapshot).living);
	for (size_t i = 0; i < some.n_hits; i++)
		FUZZ_CHECK(some.hits[i].segment == all.hits[i].segment &&
		    some.hits[i].document == all.hits[i].document &&
		    some.hits[i].score == all.hits[i].score);
	search_result_free(&some);
	search_result_free(&all);
}

void
fuzz_query(const uint8_t *bytes, size_t size)
{
	struct fuzz_input input = {bytes, bytes + size};
	uint8_t how = fuzz_u8(&input);
	struct snapshot *snapshot = index_open();
	struct parser_options options = {.any = how & ANY,
	    .plain = how & PLAIN, .has_field = has_field,
	    .context = snapshot, .today = 18000,
	    .stop_words = how & STOP_WORDS ? stop_words() : NULL};
	struct buffer written = {0};
	struct error error = {0};
	struct query query;
	size_t length;
	char *text = fuzz_rest(&input, &length);

	if (query_parse(text, length, &options, &query, &error) ==
	    STATUS_OK) {
		check_node(query.root);
		node_print(query.root, &written);
		FUZZ_CHECK(written.size > 0);
		if ((how & SEARCH) == SEARCH)
			answer(snapshot, query.root);
	} else {
		FUZZ_CHECK(error.message[0]);
	}
	query_free(&query);
	buffer_free(&written);
	free(text);
}
