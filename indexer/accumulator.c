/* Inverting articles in memory. */
#include "accumulator.h"

#include "alloc.h"
#include "lexicon.h"
#include "store/bytes.h"
#include "store/posting_block.h"
#include "text/tokenizer.h"
#include "text_packer.h"

#include <stdlib.h>
#include <string.h>

enum {
	VALUE_MAX = TERM_KEY_MAX - TERM_KEY_PREFIX,
};

struct accumulator {
	struct field_names *names;
	bool keep_text;
	struct run *run;
	struct lexicon *lexicon;
	struct lexicon_batch batch;
	struct text_packer packer; /* of stored records */
	struct buffer record;      /* the one being made */
	/* Of the article being added. */
	uint32_t document;
	struct field_end {
		int field;
		uint32_t next; /* position */
	} *fields; /* that it has had so far */
	int n_fields, fields_capacity;
	const char *left_out;
};

static void
begin_run(struct accumulator *accumulator)
{
	accumulator->run = alloc_zeroed(1, sizeof *accumulator->run);
	lexicon_begin(accumulator->lexicon, accumulator->run);
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
accumulator_create(struct field_names *names, bool keep_text,
    size_t memory)
{
	struct accumulator *accumulator = alloc_zeroed(1, sizeof *accumulator);

	accumulator->names = names;
	accumulator->keep_text = keep_text;
	accumulator->lexicon = lexicon_create(memory);
	text_packer_start(&accumulator->packer, keep_chunk, accumulator);
	begin_run(accumulator);
	return accumulator;
}

void
accumulator_free(struct accumulator *accumulator)
{
	if (!accumulator)
		return;
	lexicon_free(accumulator->lexicon);
	text_packer_free(&accumulator->packer);
	run_free(accumulator->run);
	buffer_free(&accumulator->record);
	free(accumulator->fields);
	free(accumulator);
}

/* --- an article --- */

/* Appends the tokens of the batch to their lists, and empties it. */
static void
append_batch(struct accumulator *accumulator, uint32_t space)
{
	struct lexicon_batch *batch = &accumulator->batch;
	struct run *run = accumulator->run;
	uint32_t document = accumulator->document;

	lexicon_find(accumulator->lexicon, space, batch);
	for (unsigned i = 0; i < batch->n; i++) {
		struct run_list *list = &run->lists[batch->lists[i]];

		if (list->last_tf == POSTING_TF_MAX && list->df &&
		    list->last_document == document)
			continue;
		run_append(run, list, document, batch->positions[i],
		    batch->codes[i]);
	}
	batch->n = batch->n_rest = 0;
}

/* Adds the words of a text from a position on; returns how many positions
 * they take. */
static uint32_t
add_text(struct accumulator *accumulator, uint32_t space,
    const struct text *text, uint32_t from)
{
	struct lexicon_batch *batch = &accumulator->batch;
	struct tokenizer tokenizer;
	struct token token;
	uint32_t n = 0;

	tokenizer_start(&tokenizer, text->bytes, text->length);
	batch->n = batch->n_rest = 0;
	while (tokenizer_next(&tokenizer, &token)) {
		lexicon_push(accumulator->lexicon, space, batch, &token,
		    from + token.position);
		n = token.position + 1;
		if (batch->n == LEXICON_BATCH)
			append_batch(accumulator, space);
	}
	append_batch(accumulator, space);
	return n;
}

/* Notes that the article is in a list of documents. */
static void
add_to_list(struct accumulator *accumulator, const uint8_t *key, size_t size)
{
	uint32_t number = lexicon_list(accumulator->lexicon, key, size);
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
	if (i == accumulator->fields_capacity) {
		accumulator->fields_capacity = 2 * i + 16;
		accumulator->fields = alloc_again(accumulator->fields,
		    (size_t)accumulator->fields_capacity,
		    sizeof *accumulator->fields);
	}
	if (i == accumulator->n_fields)
		accumulator->fields[accumulator->n_fields++] =
		    (struct field_end){field, 0};
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
	uint32_t *next;
	uint8_t key[TERM_KEY_MAX];
	uint32_t n;

	add_presence(accumulator, field);
	if (field == FIELD_ID || field == FIELD_DATE)
		return;
	next = next_position(accumulator, field);
	n = add_text(accumulator, LEXICON_FIELD_SPACE + (uint32_t)field,
	    value, *next);
	*next = (*next + n + 2 * FIELD_VALUE_GAP - 1) / FIELD_VALUE_GAP *
	    FIELD_VALUE_GAP;
	if (is_place(field) || value->length == 0 || value->length > VALUE_MAX)
		return;
	add_to_list(accumulator, key, layout_term_key(key, NAMESPACE_VALUE, 0,
	    (uint16_t)field, value->bytes, value->length));
}

/* --- stored records --- */

static void
store_field(struct buffer *record, int field, const struct text *value)
{
	varint_append(record, (uint64_t)field);
	varint_append(record, value->length);
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
	accumulator->left_out = NULL;
	for (size_t i = 0; i < article->n_fields; i++) {
		const struct field *field = &article->fields[i];
		int number = field_names_number(accumulator->names,
		    field->name);

		if (number < 0) {
			accumulator->left_out = field->name;
			continue;
		}
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

	document->source = source;
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

const char *
accumulator_left_out(const struct accumulator *accumulator)
{
	return accumulator->left_out;
}

size_t
accumulator_words_memory(const struct accumulator *accumulator)
{
	return lexicon_memory(accumulator->lexicon);
}

struct run *
accumulator_finish(struct accumulator *accumulator)
{
	struct run *run = accumulator->run;

	text_packer_flush(&accumulator->packer);
	accumulator->packer.packed = 0;
	lexicon_finish(accumulator->lexicon);
	run_sort(run);
	begin_run(accumulator);
	return run;
}
