/* Inverting articles in memory. */
#include "accumulator.h"

#include "alloc.h"
#include "store/bytes.h"
#include "store/posting_block.h"
#include "text/analyzer.h"
#include "text/tokenizer.h"
#include "text_packer.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum {
	FIELD_SPACE = 256,      /* words of field f live in space 256 + f */
	FIELDS_OF_ARTICLE = 64, /* that keep their positions apart */
};

/* A word by its normal form, in a language or in a field. */
struct word {
	uint32_t hash;
	uint32_t space; /* language, or FIELD_SPACE + field */
	uint32_t list;  /* of its stem */
	uint32_t code;  /* of its form there */
	const char *text;
	uint32_t length;
};

/* Open addressing: index + 1 of what is stored elsewhere, 0 for none. */
struct table {
	uint32_t *slots;
	uint32_t mask, n;
};

struct accumulator {
	struct field_names *names;
	bool keep_text;
	struct analyzer *analyzer;
	struct run *run;
	struct word *words;
	uint32_t words_capacity;
	struct table word_table, list_table;
	struct text_packer packer; /* of stored records */
	struct buffer record;      /* the one being made */
	/* Of the article being added. */
	uint32_t document;
	struct {
		int field;
		uint32_t next; /* position */
	} fields[FIELDS_OF_ARTICLE];
	int n_fields;
};

static void
table_start(struct table *table)
{
	table->mask = (1 << 15) - 1;
	table->n = 0;
	table->slots = alloc_zeroed(table->mask + 1, sizeof *table->slots);
}

static void
begin_run(struct accumulator *accumulator)
{
	accumulator->run = alloc_zeroed(1, sizeof *accumulator->run);
	table_start(&accumulator->word_table);
	table_start(&accumulator->list_table);
}

/* Keeps a chunk of text with the run. */
static void
keep_chunk(void *context, const uint8_t *frame, size_t size, size_t raw_size)
{
	struct run *run = ((struct accumulator *)context)->run;

	if (run->n_chunks == run->chunks_capacity) {
		run->chunks_capacity = 2 * run->chunks_capacity + 256;
		run->chunks = alloc_again(run->chunks, run->chunks_capacity,
		    sizeof *run->chunks);
	}
	run->chunks[run->n_chunks++] = (struct run_chunk){(uint32_t)raw_size,
	    (uint32_t)size, run->frames.size};
	buffer_append(&run->frames, frame, size);
	run->raw_size += raw_size;
}

struct accumulator *
accumulator_create(struct field_names *names, bool keep_text)
{
	struct accumulator *accumulator = alloc_zeroed(1, sizeof *accumulator);

	accumulator->names = names;
	accumulator->keep_text = keep_text;
	accumulator->analyzer = analyzer_create();
	text_packer_start(&accumulator->packer, keep_chunk, accumulator);
	begin_run(accumulator);
	return accumulator;
}

void
accumulator_free(struct accumulator *accumulator)
{
	if (!accumulator)
		return;
	analyzer_free(accumulator->analyzer);
	text_packer_free(&accumulator->packer);
	run_free(accumulator->run);
	free(accumulator->words);
	free(accumulator->word_table.slots);
	free(accumulator->list_table.slots);
	buffer_free(&accumulator->record);
	free(accumulator);
}

/* --- lists --- */

static void
grow_list_table(struct accumulator *accumulator)
{
	struct table *table = &accumulator->list_table;

	if (table->n < table->mask / 2)
		return;
	free(table->slots);
	table->mask = table->mask * 2 + 1;
	table->slots = alloc_zeroed(table->mask + 1, sizeof *table->slots);
	for (uint32_t i = 0; i < accumulator->run->n_lists; i++) {
		uint32_t slot = accumulator->run->lists[i].hash & table->mask;

		while (table->slots[slot])
			slot = (slot + 1) & table->mask;
		table->slots[slot] = i + 1;
	}
}

static uint64_t
first_bytes(const uint8_t *key, size_t size)
{
	uint8_t bytes[8] = {0};

	memcpy(bytes, key, size < 8 ? size : 8);
	return bytes_key_u64(bytes);
}

static uint32_t
add_list(struct run *run, const uint8_t *key, size_t size, uint32_t hash)
{
	struct run_list *list;

	if (run->n_lists == run->lists_capacity) {
		run->lists_capacity = 2 * run->lists_capacity + 1024;
		run->lists = alloc_again(run->lists, run->lists_capacity,
		    sizeof *run->lists);
	}
	list = &run->lists[run->n_lists];
	*list = (struct run_list){.key_size = (uint32_t)size, .hash = hash,
	    .key_start = first_bytes(key, size)};
	list->key = (uint8_t *)arena_text(&run->arena, (const char *)key,
	    size);
	return run->n_lists++;
}

/* The number of the list with a term key, made now if it is new. */
static uint32_t
find_list(struct accumulator *accumulator, const uint8_t *key, size_t size)
{
	struct run *run = accumulator->run;
	struct table *table = &accumulator->list_table;
	uint32_t hash = (uint32_t)XXH3_64bits(key, size), slot;

	grow_list_table(accumulator);
	for (slot = hash & table->mask; table->slots[slot];
	    slot = (slot + 1) & table->mask) {
		const struct run_list *list =
		    &run->lists[table->slots[slot] - 1];

		if (list->hash == hash && list->key_size == size &&
		    memcmp(list->key, key, size) == 0)
			return table->slots[slot] - 1;
	}
	table->n++;
	table->slots[slot] = add_list(run, key, size, hash) + 1;
	return table->slots[slot] - 1;
}

static uint32_t
find_form(struct run *run, struct run_list *list, const char *form,
    size_t length)
{
	struct run_form *made;

	for (uint32_t i = 0; i < list->n_forms; i++)
		if (list->forms[i].length == length &&
		    memcmp(list->forms[i].text, form, length) == 0)
			return i;
	if (list->n_forms == list->forms_capacity) {
		uint32_t capacity = list->n_forms ? 2 * list->n_forms : 1;

		made = arena_alloc(&run->arena, capacity * sizeof *made);
		if (list->n_forms)
			memcpy(made, list->forms, list->n_forms *
			    sizeof *made);
		list->forms = made;
		list->forms_capacity = capacity;
	}
	list->forms[list->n_forms] = (struct run_form){
	    arena_text(&run->arena, form, length), (uint32_t)length, 0};
	return list->n_forms++;
}

/* --- words --- */

static void
grow_word_table(struct accumulator *accumulator)
{
	struct table *table = &accumulator->word_table;
	uint32_t n = table->n;

	if (n < table->mask / 2)
		return;
	free(table->slots);
	table->mask = table->mask * 2 + 1;
	table->slots = alloc_zeroed(table->mask + 1, sizeof *table->slots);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t slot = accumulator->words[i].hash & table->mask;

		while (table->slots[slot])
			slot = (slot + 1) & table->mask;
		table->slots[slot] = i + 1;
	}
}

/* The list and form code of a word that is seen for the first time. */
static void
resolve_word(struct accumulator *accumulator, struct word *word)
{
	struct lexeme lexeme;
	uint8_t key[TERM_KEY_MAX];
	size_t size;

	if (word->space >= FIELD_SPACE) {
		analyzer_lexeme(accumulator->analyzer, 0, word->text,
		    word->length, &lexeme);
		size = layout_term_key(key, NAMESPACE_FIELD, 0,
		    (uint16_t)(word->space - FIELD_SPACE), lexeme.form,
		    lexeme.form_length);
		word->list = find_list(accumulator, key, size);
		word->code = 0;
		return;
	}
	analyzer_lexeme(accumulator->analyzer, (uint8_t)word->space,
	    word->text, word->length, &lexeme);
	size = layout_term_key(key, NAMESPACE_WORD, (uint8_t)word->space, 0,
	    lexeme.stem, lexeme.stem_length);
	word->list = find_list(accumulator, key, size);
	word->code = find_form(accumulator->run,
	    &accumulator->run->lists[word->list], lexeme.form,
	    lexeme.form_length);
}

static const struct word *
find_word(struct accumulator *accumulator, uint32_t space, const char *text,
    uint32_t length)
{
	struct table *table = &accumulator->word_table;
	uint32_t hash = (uint32_t)XXH3_64bits_withSeed(text, length, space);
	struct word *word;
	uint32_t slot;

	for (slot = hash & table->mask; table->slots[slot];
	    slot = (slot + 1) & table->mask) {
		word = &accumulator->words[table->slots[slot] - 1];
		if (word->hash == hash && word->length == length &&
		    word->space == space &&
		    memcmp(word->text, text, length) == 0)
			return word;
	}
	if (table->n == accumulator->words_capacity) {
		accumulator->words_capacity = 2 * table->n + 4096;
		accumulator->words = alloc_again(accumulator->words,
		    accumulator->words_capacity, sizeof *accumulator->words);
	}
	word = &accumulator->words[table->n];
	*word = (struct word){hash, space, 0, 0, arena_text(
	    &accumulator->run->arena, text, length), length};
	table->slots[slot] = ++table->n;
	resolve_word(accumulator, word);
	grow_word_table(accumulator);
	return word;
}

/* --- an article --- */

/* Adds the words of a text from a position on; returns how many positions
 * they take. */
static uint32_t
add_text(struct accumulator *accumulator, uint32_t space,
    const struct text *text, uint32_t from)
{
	struct run *run = accumulator->run;
	struct tokenizer tokenizer;
	struct token token;
	uint32_t n = 0;

	tokenizer_start(&tokenizer, text->bytes, text->length);
	while (tokenizer_next(&tokenizer, &token)) {
		const struct word *word = find_word(accumulator, space,
		    token.word, token.length);
		struct run_list *list = &run->lists[word->list];

		n = token.position + 1;
		if (list->df && list->last_document == accumulator->document &&
		    list->last_tf == POSTING_TF_MAX)
			continue;
		if (list->n_forms)
			list->forms[word->code].count++;
		run_append(run, list, accumulator->document,
		    from + token.position, word->code);
	}
	return n;
}

/* Notes that the article is in a list of documents. */
static void
add_to_list(struct accumulator *accumulator, const uint8_t *key, size_t size)
{
	uint32_t number = find_list(accumulator, key, size);
	struct run_list *list = &accumulator->run->lists[number];

	if (list->df && list->last_document == accumulator->document)
		return;
	run_append(accumulator->run, list, accumulator->document, 0, 0);
}

static void
add_presence(struct accumulator *accumulator, int field)
{
	uint8_t key[TERM_KEY_MAX];
	size_t size = layout_term_key(key, NAMESPACE_FIELD, 0,
	    (uint16_t)field, NULL, 0);

	add_to_list(accumulator, key, size);
}

/* Where the next value of a field begins. */
static uint32_t *
next_position(struct accumulator *accumulator, int field)
{
	int i = 0;

	while (i < accumulator->n_fields &&
	    accumulator->fields[i].field != field)
		i++;
	if (i == FIELDS_OF_ARTICLE)
		return NULL;
	if (i == accumulator->n_fields) {
		accumulator->n_fields++;
		accumulator->fields[i].field = field;
		accumulator->fields[i].next = 0;
	}
	return &accumulator->fields[i].next;
}

static bool
is_place(int field)
{
	return field == FIELD_URL || field == FIELD_PATH || field == FIELD_ID;
}

static void
add_field(struct accumulator *accumulator, int field,
    const struct text *value)
{
	uint32_t *next = next_position(accumulator, field);
	uint8_t key[TERM_KEY_MAX];
	uint32_t n;

	add_presence(accumulator, field);
	if (!next || field == FIELD_ID || field == FIELD_DATE)
		return;
	n = add_text(accumulator, FIELD_SPACE + (uint32_t)field, value, *next);
	*next = (*next + n + 2 * FIELD_VALUE_GAP - 1) / FIELD_VALUE_GAP *
	    FIELD_VALUE_GAP;
	if (is_place(field) || value->length == 0 || value->length > TERM_MAX)
		return;
	add_to_list(accumulator, key, layout_term_key(key, NAMESPACE_VALUE, 0,
	    (uint16_t)field, value->bytes, value->length));
}

/* --- stored records --- */

static void
append_varint(struct buffer *buffer, uint64_t value)
{
	uint8_t *out = buffer_reserve(buffer, VARINT_MAX);

	buffer->size = (size_t)(varint_put(out, value) - buffer->bytes);
}

static void
store_field(struct buffer *record, int field, const struct text *value)
{
	append_varint(record, (uint64_t)field);
	append_varint(record, value->length);
	buffer_append(record, value->bytes, value->length);
}

/* --- the whole --- */

static struct run_document *
add_document(struct accumulator *accumulator, const struct article *article)
{
	struct run *run = accumulator->run;
	struct run_document *document;

	if (run->n_documents == run->documents_capacity) {
		run->documents_capacity = 2 * run->documents_capacity + 256;
		run->documents = alloc_again(run->documents,
		    run->documents_capacity, sizeof *run->documents);
	}
	document = &run->documents[run->n_documents];
	*document = (struct run_document){.hash = article->hash & CONTENT_HASH_MASK,
	    .date = article->date, .language = article->language,
	    .id_length = (uint32_t)article->id.length,
	    .text_size = (uint32_t)(article->title.length +
	    article->body.length)};
	document->id = arena_text(&run->arena, article->id.bytes,
	    article->id.length);
	accumulator->document = run->n_documents++;
	return document;
}

static void
add_fields(struct accumulator *accumulator, const struct article *article)
{
	struct buffer *record = &accumulator->record;

	buffer_clear(record);
	store_field(record, FIELD_ID, &article->id);
	accumulator->n_fields = 0;
	for (size_t i = 0; i < article->n_fields; i++) {
		const struct field *field = &article->fields[i];
		int number = field_names_number(accumulator->names,
		    field->name);

		if (number < 0)
			continue;
		store_field(record, number, &field->value);
		add_field(accumulator, number, &field->value);
	}
	if (article->title.length) {
		store_field(record, FIELD_TITLE, &article->title);
		add_presence(accumulator, FIELD_TITLE);
	}
	if (article->date.precision)
		add_presence(accumulator, FIELD_DATE);
	if (article->body.length && accumulator->keep_text)
		store_field(record, FIELD_BODY, &article->body);
	accumulator->run->documents[accumulator->document].record =
	    text_packer_add(&accumulator->packer, record->bytes,
	    record->size);
}

uint32_t
accumulator_add(struct accumulator *accumulator,
    const struct article *article, uint32_t source, uint32_t file,
    uint64_t line)
{
	struct run_document *document = add_document(accumulator, article);

	document->file = file;
	document->line = line;
	document->id_hash = layout_id_hash(source, article->id.bytes,
	    article->id.length);
	add_fields(accumulator, article);
	document->title_length = add_text(accumulator, article->language,
	    &article->title, 0);
	document->length = document->title_length + add_text(accumulator,
	    article->language, &article->body, document->title_length);
	return accumulator->document;
}

static int
compare_lists(const void *a, const void *b, void *context)
{
	const struct run_list *lists = context;
	const struct run_list *x = &lists[*(const uint32_t *)a];
	const struct run_list *y = &lists[*(const uint32_t *)b];

	return run_list_compare(x, y);
}

struct run *
accumulator_finish(struct accumulator *accumulator)
{
	struct run *run = accumulator->run;

	text_packer_flush(&accumulator->packer);
	accumulator->packer.packed = 0;
	run->order = alloc_zeroed(run->n_lists, sizeof *run->order);
	for (uint32_t i = 0; i < run->n_lists; i++)
		run->order[i] = i;
	qsort_r(run->order, run->n_lists, sizeof *run->order, compare_lists,
	    run->lists);
	free(accumulator->word_table.slots);
	free(accumulator->list_table.slots);
	begin_run(accumulator);
	return run;
}
