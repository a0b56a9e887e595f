/* The words and lists of a run. */
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "lexicon.h"

#include "alloc.h"
#include "text/analyzer.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 1 << 15 };

/* A word by its normal form, in a space. */
struct word {
	uint64_t head[LEXICON_HEAD / 8]; /* its first bytes, then zeros */
	const char *rest;                /* those after them */
	uint32_t list, code;             /* of its stem, its form there */
	uint32_t count;
	uint16_t length, space;
};

/*
 * Open addressing: the high half of a slot is the hash, the low half the
 * number of what it stands for plus one; 0 is a free slot.
 */
struct table {
	uint64_t *slots;
	uint32_t mask, n;
};

struct lexicon {
	struct run *run;
	struct analyzer *analyzer;
	struct word *words;
	uint32_t words_capacity;
	struct table word_table, list_table;
};

/* --- tables --- */

static void
table_start(struct table *table)
{
	free(table->slots);
	table->mask = FIRST_SLOTS - 1;
	table->n = 0;
	table->slots = alloc_zeroed(FIRST_SLOTS, sizeof *table->slots);
}

static void
table_grow(struct table *table)
{
	uint64_t *old = table->slots;
	uint32_t old_mask = table->mask;

	table->mask = table->mask * 2 + 1;
	table->slots = alloc_zeroed((size_t)table->mask + 1,
	    sizeof *table->slots);
	for (uint32_t i = 0; i <= old_mask; i++) {
		uint32_t slot = (uint32_t)(old[i] >> 32) & table->mask;

		if (!old[i])
			continue;
		while (table->slots[slot])
			slot = (slot + 1) & table->mask;
		table->slots[slot] = old[i];
	}
	free(old);
}

/* Stores the next number of a table at a free slot; returns the number. */
static uint32_t
table_put(struct table *table, uint32_t slot, uint32_t hash)
{
	uint32_t number = table->n++;

	table->slots[slot] = (uint64_t)hash << 32 | (number + 1);
	if (table->n > table->mask / 2)
		table_grow(table);
	return number;
}

struct lexicon *
lexicon_create(void)
{
	struct lexicon *lexicon = alloc_zeroed(1, sizeof *lexicon);

	lexicon->analyzer = analyzer_create();
	return lexicon;
}

void
lexicon_free(struct lexicon *lexicon)
{
	if (!lexicon)
		return;
	analyzer_free(lexicon->analyzer);
	free(lexicon->words);
	free(lexicon->word_table.slots);
	free(lexicon->list_table.slots);
	free(lexicon);
}

void
lexicon_begin(struct lexicon *lexicon, struct run *run)
{
	lexicon->run = run;
	table_start(&lexicon->word_table);
	table_start(&lexicon->list_table);
}

void
lexicon_finish(struct lexicon *lexicon)
{
	for (uint32_t i = 0; i < lexicon->word_table.n; i++) {
		const struct word *word = &lexicon->words[i];
		struct run_list *list = &lexicon->run->lists[word->list];

		if (list->n_forms)
			list->forms[word->code].count += word->count;
	}
}

/* --- lists --- */

static uint32_t
add_list(struct run *run, const uint8_t *key, size_t size)
{
	struct run_list *list;

	if (run->n_lists == run->lists_capacity) {
		run->lists_capacity = 2 * run->lists_capacity + 1024;
		run->lists = alloc_again(run->lists, run->lists_capacity,
		    sizeof *run->lists);
	}
	list = &run->lists[run->n_lists];
	*list = (struct run_list){.key_size = (uint16_t)size};
	list->key = (uint8_t *)arena_text(&run->arena, (const char *)key,
	    size);
	return run->n_lists++;
}

uint32_t
lexicon_list(struct lexicon *lexicon, const uint8_t *key, size_t size)
{
	struct run *run = lexicon->run;
	struct table *table = &lexicon->list_table;
	uint32_t hash = (uint32_t)XXH3_64bits(key, size);
	uint32_t slot = hash & table->mask;

	for (; table->slots[slot]; slot = (slot + 1) & table->mask) {
		uint32_t number = (uint32_t)table->slots[slot] - 1;
		const struct run_list *list = &run->lists[number];

		if (table->slots[slot] >> 32 == hash &&
		    list->key_size == size &&
		    memcmp(list->key, key, size) == 0)
			return number;
	}
	table_put(table, slot, hash);
	return add_list(run, key, size);
}

/* Room for forms doubles at each power of two. */
static uint32_t
find_form(struct run *run, struct run_list *list, const char *form,
    size_t length)
{
	uint32_t n = list->n_forms;

	for (uint32_t i = 0; i < n; i++)
		if (list->forms[i].length == length &&
		    memcmp(list->forms[i].text, form, length) == 0)
			return i;
	if ((n & (n - 1)) == 0) {
		struct run_form *made = arena_alloc(&run->arena,
		    (n ? 2 * n : 1) * sizeof *made);

		if (n)
			memcpy(made, list->forms, n * sizeof *made);
		list->forms = made;
	}
	list->forms[n] = (struct run_form){arena_text(&run->arena, form,
	    length), (uint32_t)length, 0};
	return list->n_forms++;
}

/* --- words --- */

/* The list and form code of a word that is seen for the first time. */
static void
resolve_word(struct lexicon *lexicon, struct word *word, const char *text)
{
	bool is_field = word->space >= LEXICON_FIELD_SPACE;
	struct lexeme lexeme;
	uint8_t key[TERM_KEY_MAX];
	size_t size;

	analyzer_lexeme(lexicon->analyzer, is_field ? 0 : (uint8_t)word->space,
	    text, word->length, &lexeme);
	if (is_field) {
		size = layout_term_key(key, NAMESPACE_FIELD, 0,
		    (uint16_t)(word->space - LEXICON_FIELD_SPACE),
		    lexeme.form, lexeme.form_length);
		word->list = lexicon_list(lexicon, key, size);
		return;
	}
	size = layout_term_key(key, NAMESPACE_WORD, (uint8_t)word->space, 0,
	    lexeme.stem, lexeme.stem_length);
	word->list = lexicon_list(lexicon, key, size);
	word->code = find_form(lexicon->run,
	    &lexicon->run->lists[word->list], lexeme.form,
	    lexeme.form_length);
}

static struct word *
add_word(struct lexicon *lexicon, uint32_t slot, uint32_t hash,
    uint32_t space, const char *text, uint32_t length)
{
	uint32_t number = table_put(&lexicon->word_table, slot, hash);
	struct word *word;

	if (number >= lexicon->words_capacity) {
		lexicon->words_capacity = 2 * number + 4096;
		lexicon->words = alloc_again(lexicon->words,
		    lexicon->words_capacity, sizeof *lexicon->words);
	}
	word = &lexicon->words[number];
	*word = (struct word){.length = (uint16_t)length,
	    .space = (uint16_t)space};
	memcpy(word->head, text, LEXICON_HEAD);
	if (length > LEXICON_HEAD)
		word->rest = arena_text(&lexicon->run->arena,
		    text + LEXICON_HEAD, length - LEXICON_HEAD);
	resolve_word(lexicon, word, text);
	return word;
}

static bool
is_word(const struct word *word, uint32_t space, const char *text,
    uint32_t length)
{
	uint64_t head[LEXICON_HEAD / 8];

	memcpy(head, text, sizeof head);
	return word->head[0] == head[0] && word->head[1] == head[1] &&
	    word->length == length && word->space == space &&
	    (length <= LEXICON_HEAD || memcmp(word->rest,
	    text + LEXICON_HEAD, length - LEXICON_HEAD) == 0);
}

/* The row of a word, made now if it is new; valid until the next call. */
static struct word *
find_word(struct lexicon *lexicon, uint32_t hash, uint32_t space,
    const char *text, uint32_t length)
{
	const struct table *table = &lexicon->word_table;
	uint32_t slot = hash & table->mask;

	for (; table->slots[slot]; slot = (slot + 1) & table->mask) {
		struct word *word = &lexicon->words[
		    (uint32_t)table->slots[slot] - 1];

		if (table->slots[slot] >> 32 == hash &&
		    is_word(word, space, text, length))
			return word;
	}
	return add_word(lexicon, slot, hash, space, text, length);
}

/* Copies a word and fills its head up with zeros; most words are short, and
 * a call of memcpy takes longer than they do. */
static void
copy_word(char *copy, const char *text, uint32_t length)
{
	uint64_t head[LEXICON_HEAD / 8] = {0, 0};

	if (length >= LEXICON_HEAD) {
		memcpy(copy, text, length);
		return;
	}
	if (length >= 8) {
		memcpy(&head[0], text, 8);
		memcpy(&head[1], text + length - 8, 8);
		head[1] = length == 8 ? 0 : head[1] >> 8 * (16 - length);
	} else if (length >= 4) {
		uint32_t first, last;

		memcpy(&first, text, 4);
		memcpy(&last, text + length - 4, 4);
		head[0] = first | (uint64_t)last << 8 * (length - 4);
	} else {
		for (uint32_t k = 0; k < length; k++)
			head[0] |= (uint64_t)(uint8_t)text[k] << 8 * k;
	}
	memcpy(copy, head, sizeof head);
}

/* The two halves of the head multiplied into each other, as wyhash does;
 * longer words go through XXH3. */
static uint32_t
hash_word(const char *text, uint32_t length, uint32_t space)
{
	unsigned __int128 product;
	uint64_t head[LEXICON_HEAD / 8];

	if (length > LEXICON_HEAD)
		return (uint32_t)XXH3_64bits_withSeed(text, length, space);
	memcpy(head, text, sizeof head);
	product = (unsigned __int128)(head[0] ^ 0xa0761d6478bd642fU ^ space) *
	    (head[1] ^ 0xe7037ed1a0b428dbU ^ length);
	return (uint32_t)((uint64_t)product ^ (uint64_t)(product >> 64));
}

void
lexicon_push(const struct lexicon *lexicon, uint32_t space,
    struct lexicon_batch *batch, const char *text, uint32_t length,
    uint32_t position)
{
	unsigned i = batch->n++;
	const struct table *table = &lexicon->word_table;

	copy_word(batch->text[i], text, length);
	batch->lengths[i] = (uint16_t)length;
	batch->positions[i] = position;
	batch->hashes[i] = hash_word(batch->text[i], length, space);
	__builtin_prefetch(&table->slots[batch->hashes[i] & table->mask]);
}

void
lexicon_find(struct lexicon *lexicon, uint32_t space,
    struct lexicon_batch *batch)
{
	const struct table *table = &lexicon->word_table;

	/* What most likely is the row of the word. */
	for (unsigned i = 0; i < batch->n; i++) {
		uint64_t slot = table->slots[batch->hashes[i] & table->mask];

		__builtin_prefetch(&lexicon->words[slot
		    ? (uint32_t)slot - 1 : 0]);
	}
	for (unsigned i = 0; i < batch->n; i++) {
		struct word *word = find_word(lexicon, batch->hashes[i],
		    space, batch->text[i], batch->lengths[i]);

		word->count++;
		batch->lists[i] = word->list;
		batch->codes[i] = word->code;
		__builtin_prefetch(&lexicon->run->lists[word->list]);
	}
	for (unsigned i = 0; i < batch->n; i++)
		__builtin_prefetch(lexicon->run->lists[batch->lists[i]].next,
		    1);
}
