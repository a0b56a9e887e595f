/* The words of an article that a query asks for. */
#include "snippet_words.h"

#include "alloc.h"
#include "text/tokenizer.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/* Words that are remembered; with more of them all are met anew. */
enum { KNOWN_FIRST = 1024, KNOWN_MOST = 1 << 17 };

/*
 * What a word of a text is, so that none is stemmed twice: an open table by
 * hash.  Two words with the same 64 bits are not expected.
 */
struct known {
	uint64_t hash;     /* 0: free */
	uint32_t *matches; /* numbers of wanted words, first their count; NULL:
	                      none */
};

static void
free_known(struct snippet_words *words)
{
	for (size_t i = 0; i < words->known_capacity; i++)
		free(words->known[i].matches);
	free(words->known);
	words->known = NULL;
	words->n_known = words->known_capacity = 0;
}

void
snippet_words_open(struct snippet_words *words, struct snapshot *snapshot)
{
	*words = (struct snippet_words){0};
	vocabulary_open(&words->vocabulary, snapshot, &words->arena);
}

void
snippet_words_free(struct snippet_words *words)
{
	for (size_t i = 0; i < words->n_wanted; i++)
		spans_free(&words->wanted[i].places);
	free_known(words);
	free(words->wanted);
	free(words->found);
	vocabulary_close(&words->vocabulary);
	arena_free(&words->arena);
}

uint32_t
snippet_words_want(struct snippet_words *words, const struct node *word)
{
	for (size_t i = 0; i < words->n_wanted; i++) {
		const struct node *other = words->wanted[i].node;

		if (other->exact == word->exact &&
		    other->length == word->length &&
		    !memcmp(other->word, word->word, word->length))
			return (uint32_t)i;
	}
	if (words->n_wanted == words->wanted_capacity) {
		words->wanted_capacity = words->n_wanted ?
		    2 * words->n_wanted : 16;
		words->wanted = alloc_again(words->wanted,
		    words->wanted_capacity, sizeof *words->wanted);
	}
	words->wanted[words->n_wanted] = (struct wanted){ .node = word };
	return (uint32_t)words->n_wanted++;
}

static enum status
look_up_wanted(struct snippet_words *words)
{
	for (size_t i = 0; i < words->n_wanted; i++) {
		enum status status;

		words->wanted[i].terms = (struct term_set){0};
		status = vocabulary_stems(&words->vocabulary,
		    words->wanted[i].node, words->language,
		    &words->wanted[i].terms);
		if (status != STATUS_OK)
			return status;
	}
	return STATUS_OK;
}

enum status
snippet_words_begin(struct snippet_words *words, uint8_t language)
{
	enum status status;

	for (size_t i = 0; i < words->n_wanted; i++)
		words->wanted[i].places.n = 0;
	words->n_found = 0;
	/* Most articles have the language of the one before. */
	if (words->is_ready && words->language == language)
		return STATUS_OK;
	free_known(words);
	arena_clear(&words->arena);
	words->language = language;
	status = look_up_wanted(words);
	words->is_ready = status == STATUS_OK;
	return status;
}

/* Whether the index would find a word of the article by a wanted word. */
static bool
is_wanted(const struct wanted *wanted, const struct lexeme *lexeme)
{
	for (size_t i = 0; i < wanted->terms.n; i++) {
		const struct term *term = &wanted->terms.terms[i];

		if (wanted->node->exact ?
		    term->form_length == lexeme->form_length &&
			!memcmp(term->form, lexeme->form,
			    lexeme->form_length) :
		    term->stem_length == lexeme->stem_length &&
			!memcmp(term->stem, lexeme->stem,
			    lexeme->stem_length))
			return true;
	}
	return false;
}

/* Numbers of the wanted words that a word is, after their count. */
static uint32_t *
match_word(const struct snippet_words *words, const struct token *token)
{
	uint32_t *matches = NULL, n = 0;
	struct lexeme lexeme;

	analyzer_lexeme(words->vocabulary.analyzer, words->language,
	    token->word, token->length, &lexeme);
	for (size_t i = 0; i < words->n_wanted; i++) {
		if (!is_wanted(&words->wanted[i], &lexeme))
			continue;
		matches = alloc_again(matches, n + 2, sizeof *matches);
		matches[++n] = (uint32_t)i;
		matches[0] = n;
	}
	return matches;
}

/* The slot of a hash: its own, or the free one for it. */
static struct known *
find_slot(const struct snippet_words *words, uint64_t hash)
{
	size_t i = hash & (words->known_capacity - 1);

	while (words->known[i].hash && words->known[i].hash != hash)
		i = (i + 1) & (words->known_capacity - 1);
	return &words->known[i];
}

/* Makes room for one more. */
static void
grow_known(struct snippet_words *words)
{
	struct known *old = words->known;
	size_t n = words->known_capacity;

	if (words->n_known * 2 < n)
		return;
	if (words->n_known == KNOWN_MOST) {
		free_known(words);
		old = NULL;
		n = 0;
	}
	/* A power of two. */
	words->known_capacity = n ? 2 * n : KNOWN_FIRST;
	words->known = alloc_zeroed(
	    words->known_capacity, sizeof *words->known);
	for (size_t i = 0; i < n; i++)
		if (old[i].hash)
			*find_slot(words, old[i].hash) = old[i];
	free(old);
}

static const uint32_t *
look_up(struct snippet_words *words, const struct token *token)
{
	uint64_t hash = XXH3_64bits(token->word, token->length) | 1;
	struct known *slot;

	grow_known(words);
	slot = find_slot(words, hash);
	if (!slot->hash) {
		slot->hash = hash;
		slot->matches = match_word(words, token);
		words->n_known++;
	}
	return slot->matches;
}

static void
add_found(struct snippet_words *words, const struct token *token,
    uint64_t position, uint32_t word)
{
	if (words->n_found == words->found_capacity) {
		words->found_capacity = words->n_found ?
		    2 * words->n_found : 64;
		words->found = alloc_again(words->found,
		    words->found_capacity, sizeof *words->found);
	}
	words->found[words->n_found++] = (struct found){ position,
		token->start, token->end, word, false };
	spans_add(&words->wanted[word].places, position, position);
}

void
snippet_words_find(struct snippet_words *words, enum span_part part,
    const char *text, size_t length)
{
	struct tokenizer tokenizer;
	struct token token;

	tokenizer_start(&tokenizer, text, length);
	while (words->n_wanted && tokenizer_next(&tokenizer, &token)) {
		const uint32_t *matches = look_up(words, &token);
		uint64_t position = (uint64_t)part << SPAN_PART_SHIFT |
		    token.position;

		for (uint32_t i = 1; matches && i <= matches[0]; i++)
			add_found(words, &token, position, matches[i]);
	}
}
