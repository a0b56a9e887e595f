/* The words of an article that a query asks for. */
#include "snippet_words.h"

#include "alloc.h"
#include "text/tokenizer.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/*
 * What a word of the text is, so that none is stemmed twice: an open table
 * by hash.  Two words of one article with the same 64 bits are not expected.
 */
struct known {
	uint64_t hash;     /* 0: free */
	uint32_t *matches; /* numbers of wanted words, first their count; NULL:
	                      none */
};

struct known_words {
	struct known *slots;
	size_t n, capacity; /* a power of two */
};

void
snippet_words_free(struct snippet_words *words)
{
	for (size_t i = 0; i < words->n_wanted; i++)
		spans_free(&words->wanted[i].places);
	free(words->wanted);
	free(words->found);
	*words = (struct snippet_words){0};
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

enum status
snippet_words_look_up(struct snippet_words *words,
    struct vocabulary *vocabulary, uint8_t language)
{
	for (size_t i = 0; i < words->n_wanted; i++) {
		enum status status = vocabulary_stems(vocabulary,
		    words->wanted[i].node, language,
		    &words->wanted[i].terms);

		if (status != STATUS_OK)
			return status;
	}
	return STATUS_OK;
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
match_word(const struct snippet_words *words, struct analyzer *analyzer,
    uint8_t language, const struct token *token)
{
	uint32_t *matches = NULL, n = 0;
	struct lexeme lexeme;

	analyzer_lexeme(analyzer, language, token->word, token->length,
	    &lexeme);
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
find_slot(const struct known_words *known, uint64_t hash)
{
	size_t i = hash & (known->capacity - 1);

	while (known->slots[i].hash && known->slots[i].hash != hash)
		i = (i + 1) & (known->capacity - 1);
	return &known->slots[i];
}

static void
grow_known(struct known_words *known)
{
	struct known_words old = *known;

	known->capacity = old.capacity ? 2 * old.capacity : 1024;
	known->slots = alloc_zeroed(known->capacity, sizeof *known->slots);
	for (size_t i = 0; i < old.capacity; i++)
		if (old.slots[i].hash)
			*find_slot(known, old.slots[i].hash) = old.slots[i];
	free(old.slots);
}

static const uint32_t *
look_up(const struct snippet_words *words, struct known_words *known,
    struct analyzer *analyzer, uint8_t language, const struct token *token)
{
	uint64_t hash = XXH3_64bits(token->word, token->length) | 1;
	struct known *slot;

	if (known->n * 2 >= known->capacity)
		grow_known(known);
	slot = find_slot(known, hash);
	if (!slot->hash) {
		slot->hash = hash;
		slot->matches = match_word(words, analyzer, language, token);
		known->n++;
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
snippet_words_find(struct snippet_words *words, struct analyzer *analyzer,
    uint8_t language, enum span_part part, const char *text, size_t length)
{
	struct known_words known = {0};
	struct tokenizer tokenizer;
	struct token token;

	tokenizer_start(&tokenizer, text, length);
	while (words->n_wanted && tokenizer_next(&tokenizer, &token)) {
		const uint32_t *matches = look_up(words, &known, analyzer,
		    language, &token);
		uint64_t position = (uint64_t)part << SPAN_PART_SHIFT |
		    token.position;

		for (uint32_t i = 1; matches && i <= matches[0]; i++)
			add_found(words, &token, position, matches[i]);
	}
	for (size_t i = 0; i < known.capacity; i++)
		free(known.slots[i].matches);
	free(known.slots);
}
