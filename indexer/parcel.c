/* Parsing and inverting a parcel of raw records. */
#include "parcel.h"

#include "accumulator.h"
#include "alloc.h"
#include "buffer.h"

#include <stdlib.h>
#include <string.h>

struct processor {
	struct processor_options options;
	struct accumulator *accumulator;
	struct known_reader *known;
	struct arena arena; /* of the article being parsed */
};

struct processor *
processor_create(const struct processor_options *options)
{
	struct processor *processor = alloc_zeroed(1, sizeof *processor);

	processor->options = *options;
	processor->accumulator = accumulator_create(options->names,
	    options->keep_text, options->words_memory);
	if (options->known)
		processor->known = known_reader_create(options->known);
	return processor;
}

void
processor_free(struct processor *processor)
{
	if (!processor)
		return;
	accumulator_free(processor->accumulator);
	known_reader_free(processor->known);
	arena_free(&processor->arena);
	free(processor);
}

static struct outcome *
add_outcome(struct parcel *parcel, const struct record *record, uint32_t file)
{
	struct outcome *outcome;

	if (parcel->n_outcomes == parcel->capacity) {
		parcel->capacity = 2 * parcel->capacity + 256;
		parcel->outcomes = alloc_again(parcel->outcomes,
		    parcel->capacity, sizeof *parcel->outcomes);
	}
	outcome = &parcel->outcomes[parcel->n_outcomes++];
	*outcome = (struct outcome){.file = file, .line = record->line};
	return outcome;
}

static const char *
keep_string(struct parcel *parcel, const char *text)
{
	return text ? arena_text(&parcel->arena, text, strlen(text)) : NULL;
}

/* A doubt: a value is not in the index, as the name of its field is none. */
static const char *
tell_left_out(struct parcel *parcel, const char *name)
{
	const char *why = !name[0] ? "its name is empty"
	    : strlen(name) > FIELD_NAME_MAX ? "its name is too long"
	    : "the index has 4,000 names already";
	struct buffer reason = {0};

	buffer_append_format(&reason, "a field is left out, %s: %.60s", why,
	    name);
	name = keep_string(parcel, buffer_string(&reason));
	buffer_free(&reason);
	return name;
}

static void
process_record(struct processor *processor, struct parcel *parcel,
    const struct record *record, const char *bytes, const char *path,
    uint32_t file)
{
	const struct processor_options *options = &processor->options;
	struct outcome *outcome = add_outcome(parcel, record, file);
	struct article article = {0};
	const char *left_out;
	struct error error;

	arena_clear(&processor->arena);
	if (record_parse(record, bytes, path, options->mapping,
	    &processor->arena, &article, &error) != STATUS_OK) {
		outcome->kind = OUTCOME_SKIPPED;
		outcome->reason = keep_string(parcel, error.message);
		return;
	}
	outcome->reason = keep_string(parcel, article.doubt);
	if (processor->known && known_find(processor->known, options->source,
	    file, &article, &outcome->place)) {
		outcome->kind = OUTCOME_SEEN;
		outcome->id = arena_text(&parcel->arena, article.id.bytes,
		    article.id.length);
		outcome->id_length = article.id.length;
		return;
	}
	outcome->kind = OUTCOME_NEW;
	outcome->document = accumulator_add(processor->accumulator, &article,
	    options->source, file, record->line);
	left_out = accumulator_left_out(processor->accumulator);
	if (left_out && !outcome->reason)
		outcome->reason = tell_left_out(parcel, left_out);
}

static void
free_chunks(struct parcel *parcel)
{
	for (size_t i = 0; i < parcel->n_chunks; i++) {
		chunk_free(&parcel->chunks[i].chunk);
		free(parcel->chunks[i].paths);
		free(parcel->chunks[i].files);
	}
	free(parcel->chunks);
	parcel->chunks = NULL;
	parcel->n_chunks = 0;
}

void
processor_run(struct processor *processor, struct parcel *parcel)
{
	if (processor->known)
		known_reader_renew(processor->known);
	for (size_t i = 0; i < parcel->n_chunks; i++) {
		struct parcel_chunk *part = &parcel->chunks[i];

		for (size_t k = 0; k < part->chunk.n_records; k++) {
			const struct record *record =
			    &part->chunk.records[k];

			process_record(processor, parcel, record,
			    (const char *)part->chunk.bytes.bytes,
			    part->paths[k], part->files[k]);
		}
		/* At once: the next parcel is being read into its place. */
		chunk_free(&part->chunk);
	}
	free_chunks(parcel);
	parcel->words_memory = accumulator_words_memory(
	    processor->accumulator);
	parcel->run = accumulator_finish(processor->accumulator);
}

size_t
parcel_n_read(const struct parcel *parcel)
{
	size_t n = 0;

	for (size_t i = 0; i < parcel->n_outcomes; i++)
		n += parcel->outcomes[i].kind != OUTCOME_SKIPPED;
	return n;
}

void
parcel_free(struct parcel *parcel)
{
	if (!parcel)
		return;
	free_chunks(parcel);
	run_free(parcel->run);
	free(parcel->outcomes);
	arena_free(&parcel->arena);
	free(parcel);
}
