/* The words and lists of a run. */
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "lexicon.h"

#include "alloc.h"
#include "text/analyzer.h"

#include <stdlib.h>
#include <string.h>

enum {
	FIRST_SLOTS = 1 << 15,
	RUNS_MOST = UINT16_MAX, /* numbers of runs, before all is forgotten */
};

/* A word by its normal form, in a space. */
struct word {
	uint64_t head[TOKEN_HEAD / 8];
	const char *texts;      /* its form, then what the head does not hold */
	uint32_t stem;
	uint32_t list, code;    /* in the run */
	uint32_t count;         /* in the run */
	uint16_t run;           /* the last that has it */
	uint16_t space;
	uint8_t length, form_length;
};

/* A term by its key. */
struct stem {
	const uint8_t *key;
	uint16_t key_size;
	uint16_t run;  /* the last that has it */
	uint32_t list; /* there */
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
	uint16_t run_number; /* from 1 */
	size_t memory;       /* limit */
	struct analyzer *analyzer;
	struct arena arena;
	struct word *words;
	struct stem *stems;
	uint32_t words_capacity, stems_capacity;
	struct table word_table, stem_table;
	uint32_t n_lists; /* of the run before */
	uint32_t *used; /* words of the run, in order of appearance */
	uint32_t n_used, used_capacity;
};

/* --- tables --- */

static uint64_t *
make_slots(size_t n)
{
	uint64_t *slots = alloc_large(n * sizeof *slots);

	memset(slots, 0, n * sizeof *slots);
	return slots;
}

static void
table_start(struct table *table)
{
	free(table->slots);
	table->mask = FIRST_SLOTS - 1;
	table->n = 0;
	table->slots = make_slots(FIRST_SLOTS);
}

static void
table_grow(struct table *table)
{
	uint64_t *old = table->slots;
	uint32_t old_mask = table->mask;

	table->mask = table->mask * 2 + 1;
	table->slots = make_slots((size_t)table->mask + 1);
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

/* Makes room for one more in an array of `n`, on huge pages when large. */
static void *
array_grow(void *old, uint32_t n, uint32_t *capacity, size_t size)
{
	void *made;

	if (n < *capacity)
		return old;
	*capacity = 2 * *capacity + 4096;
	made = alloc_large(*capacity * size);
	if (n)
		memcpy(made, old, n * size);
	free(old);
	return made;
}

/* --- the whole --- */

struct lexicon *
lexicon_create(size_t memory)
{
	struct lexicon *lexicon = alloc_zeroed(1, sizeof *lexicon);

	lexicon->analyzer = analyzer_create();
	lexicon->memory = memory;
	return lexicon;
}

void
lexicon_free(struct lexicon *lexicon)
{
	if (!lexicon)
		return;
	analyzer_free(lexicon->analyzer);
	arena_free(&lexicon->arena);
	free(lexicon->words);
	free(lexicon->stems);
	free(lexicon->used);
	free(lexicon->word_table.slots);
	free(lexicon->stem_table.slots);
	free(lexicon);
}

size_t
lexicon_memory(const struct lexicon *lexicon)
{
	return lexicon->arena.total +
	    lexicon->words_capacity * sizeof *lexicon->words +
	    lexicon->stems_capacity * sizeof *lexicon->stems +
	    lexicon->used_capacity * sizeof *lexicon->used +
	    ((size_t)lexicon->word_table.mask + lexicon->stem_table.mask) *
	    sizeof *lexicon->word_table.slots;
}

static void
forget_words(struct lexicon *lexicon)
{
	arena_free(&lexicon->arena);
	free(lexicon->words);
	free(lexicon->stems);
	lexicon->words_capacity = lexicon->stems_capacity = 0;
	/* The first row is there, so that rows can be asked for in advance. */
	lexicon->words = array_grow(NULL, 0, &lexicon->words_capacity,
	    sizeof *lexicon->words);
	lexicon->stems = NULL;
	table_start(&lexicon->word_table);
	table_start(&lexicon->stem_table);
	lexicon->run_number = 0;
}

void
lexicon_begin(struct lexicon *lexicon, struct run *run)
{
	/* It will have about as many as the one before. */
	if (lexicon->n_lists)
		run_expect_lists(run, lexicon->n_lists + lexicon->n_lists / 16);
	lexicon->run = run;
	lexicon->n_used = 0;
	if (!lexicon->word_table.slots || lexicon->run_number == RUNS_MOST ||
	    lexicon_memory(lexicon) > lexicon->memory)
		forget_words(lexicon);
	lexicon->run_number++;
}

void
lexicon_finish(struct lexicon *lexicon)
{
	lexicon->n_lists = lexicon->run->n_lists;
	for (uint32_t i = 0; i < lexicon->n_used; i++) {
		const struct word *word = &lexicon->words[lexicon->used[i]];
		struct run_list *list = &lexicon->run->lists[word->list];

		if (list->n_forms)
			list->forms[word->code].count += word->count;
	}
}

/* --- lists --- */

/* The number of the stem with a term key, made now if it is new. */
static uint32_t
find_stem(struct lexicon *lexicon, const uint8_t *key, size_t size)
{
	struct table *table = &lexicon->stem_table;
	uint32_t hash = (uint32_t)XXH3_64bits(key, size);
	uint32_t slot = hash & table->mask;
	struct stem *stem;

	for (; table->slots[slot]; slot = (slot + 1) & table->mask) {
		uint32_t number = (uint32_t)table->slots[slot] - 1;

		stem = &lexicon->stems[number];
		if (table->slots[slot] >> 32 == hash &&
		    stem->key_size == size &&
		    memcmp(stem->key, key, size) == 0)
			return number;
	}
	lexicon->stems = array_grow(lexicon->stems, table->n,
	    &lexicon->stems_capacity, sizeof *lexicon->stems);
	stem = &lexicon->stems[table->n];
	*stem = (struct stem){.key_size = (uint16_t)size};
	stem->key = (uint8_t *)arena_text(&lexicon->arena,
	    (const char *)key, size);
	return table_put(table, slot, hash);
}

/* The list of a stem in the run, made now if it is new. */
static uint32_t
list_of(struct lexicon *lexicon, uint32_t number)
{
	struct stem *stem = &lexicon->stems[number];

	if (stem->run != lexicon->run_number) {
		stem->run = lexicon->run_number;
		stem->list = run_add_list(lexicon->run, stem->key,
		    stem->key_size);
	}
	return stem->list;
}

uint32_t
lexicon_list(struct lexicon *lexicon, const uint8_t *key, size_t size)
{
	return list_of(lexicon, find_stem(lexicon, key, size));
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

static bool
is_field(const struct word *word)
{
	return word->space >= LEXICON_FIELD_SPACE;
}

/* Stem and form of a word that is seen for the first time. */
static void
analyze(struct lexicon *lexicon, struct word *word, const char *text,
    const char *rest)
{
	size_t n_rest = word->length > TOKEN_HEAD
	    ? word->length - (size_t)TOKEN_HEAD : 0, size;
	struct lexeme lexeme;
	uint8_t key[TERM_KEY_MAX];
	char *texts;

	analyzer_lexeme(lexicon->analyzer, is_field(word) ? 0
	    : (uint8_t)word->space, text, word->length, &lexeme);
	if (is_field(word))
		size = layout_term_key(key, NAMESPACE_FIELD, 0,
		    (uint16_t)(word->space - LEXICON_FIELD_SPACE),
		    lexeme.form, lexeme.form_length);
	else
		size = layout_term_key(key, NAMESPACE_WORD,
		    (uint8_t)word->space, 0, lexeme.stem, lexeme.stem_length);
	word->stem = find_stem(lexicon, key, size);
	word->form_length = lexeme.form_length;
	texts = arena_bytes(&lexicon->arena, lexeme.form_length + n_rest);
	memcpy(texts, lexeme.form, lexeme.form_length);
	memcpy(texts + lexeme.form_length, rest, n_rest);
	word->texts = texts;
}

/* List and code of a word that the run has not had yet. */
static __attribute__((noinline)) void
enter_run(struct lexicon *lexicon, uint32_t number)
{
	struct word *word = &lexicon->words[number];

	word->run = lexicon->run_number;
	word->count = 0;
	word->list = list_of(lexicon, word->stem);
	word->code = is_field(word) ? 0 : find_form(lexicon->run,
	    &lexicon->run->lists[word->list], word->texts, word->form_length);
	lexicon->used = array_grow(lexicon->used, lexicon->n_used,
	    &lexicon->used_capacity, sizeof *lexicon->used);
	lexicon->used[lexicon->n_used++] = number;
}

/* A token of a batch. */
struct sought {
	const uint64_t *head;
	const char *rest;
	uint32_t hash, space;
	uint8_t length;
};

static __attribute__((noinline)) uint32_t
add_word(struct lexicon *lexicon, uint32_t slot, const struct sought *sought)
{
	uint32_t number = lexicon->word_table.n;
	char text[TOKEN_MAX];
	struct word *word;

	lexicon->words = array_grow(lexicon->words, number,
	    &lexicon->words_capacity, sizeof *lexicon->words);
	word = &lexicon->words[number];
	*word = (struct word){{sought->head[0], sought->head[1]},
	    .length = sought->length, .space = (uint16_t)sought->space};
	memcpy(text, sought->head, TOKEN_HEAD);
	if (sought->length > TOKEN_HEAD)
		memcpy(text + TOKEN_HEAD, sought->rest,
		    sought->length - (size_t)TOKEN_HEAD);
	analyze(lexicon, word, text, sought->rest);
	return table_put(&lexicon->word_table, slot, sought->hash);
}

static inline bool
is_word(const struct word *word, const struct sought *sought)
{
	return word->head[0] == sought->head[0] &&
	    word->head[1] == sought->head[1] &&
	    word->length == sought->length && word->space == sought->space &&
	    (sought->length <= TOKEN_HEAD ||
	    memcmp(word->texts + word->form_length, sought->rest,
	    sought->length - (size_t)TOKEN_HEAD) == 0);
}

/* The number of a word, given now if it is new. */
static inline uint32_t
find_word(struct lexicon *lexicon, const struct sought *sought)
{
	const struct table *table = &lexicon->word_table;
	uint32_t slot = sought->hash & table->mask;

	for (; table->slots[slot]; slot = (slot + 1) & table->mask) {
		uint32_t number = (uint32_t)table->slots[slot] - 1;

		if (table->slots[slot] >> 32 == sought->hash &&
		    is_word(&lexicon->words[number], sought))
			return number;
	}
	return add_word(lexicon, slot, sought);
}

/* The two halves of the head multiplied into each other, as wyhash does;
 * longer words go through XXH3. */
static inline uint32_t
hash_word(const struct token *token, uint32_t space)
{
	unsigned __int128 product;

	if (token->length > TOKEN_HEAD)
		return (uint32_t)XXH3_64bits_withSeed(token->word,
		    token->length, space);
	product = (unsigned __int128)(token->head[0] ^
	    0xa0761d6478bd642fU ^ space) *
	    (token->head[1] ^ 0xe7037ed1a0b428dbU ^ token->length);
	return (uint32_t)((uint64_t)product ^ (uint64_t)(product >> 64));
}

void
lexicon_push(const struct lexicon *lexicon, uint32_t space,
    struct lexicon_batch *batch, const struct token *token,
    uint32_t position)
{
	unsigned i = batch->n++;
	const struct table *table = &lexicon->word_table;

	batch->heads[i][0] = token->head[0];
	batch->heads[i][1] = token->head[1];
	batch->lengths[i] = (uint8_t)token->length;
	batch->positions[i] = position;
	batch->hashes[i] = hash_word(token, space);
	batch->rests[i] = batch->n_rest;
	if (token->length > TOKEN_HEAD) {
		size_t n = token->length - TOKEN_HEAD;

		memcpy(batch->rest + batch->n_rest, token->word + TOKEN_HEAD,
		    n);
		batch->n_rest = (uint16_t)(batch->n_rest + n);
	}
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
		struct sought sought = {batch->heads[i],
		    batch->rest + batch->rests[i], batch->hashes[i], space,
		    batch->lengths[i]};
		uint32_t number = find_word(lexicon, &sought);
		struct word *word = &lexicon->words[number];

		if (word->run != lexicon->run_number)
			enter_run(lexicon, number);
		word->count++;
		batch->lists[i] = word->list;
		batch->codes[i] = word->code;
		__builtin_prefetch(&lexicon->run->lists[word->list]);
	}
	for (unsigned i = 0; i < batch->n; i++)
		__builtin_prefetch(lexicon->run->lists[batch->lists[i]].next,
		    1);
}
