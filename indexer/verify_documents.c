/* Documents of a segment: columns, stored records, ids, who lives. */
#include "verify_parts.h"

#include "alloc.h"
#include "text/language.h"

#include <stdlib.h>

enum { WINDOW = 4096 };

struct documents {
	struct verify *verify;
	struct segment *segment;
	unsigned number;             /* of the segment */
	const struct segment_record *record;
	struct verify_documents *out;
	/* What `xid` says: the hash of each document, and who has one. */
	uint32_t *hashes;
	uint8_t *has_hash;
	uint32_t last_hash, last_document;
	uint64_t n_ids;
	bool ids_damaged;
};

static void
damaged_column(struct documents *documents, const char *what)
{
	verify_damage(documents->verify, "segment %u: %s cannot be read",
	    documents->number, what);
}

/* --- columns --- */

/* Looks at one number of a column; false if it cannot be. */
typedef bool check_number(struct documents *documents, uint32_t document,
    uint64_t value);

static bool
check_title_length(struct documents *documents, uint32_t document,
    uint64_t value)
{
	documents->out->title_lengths[document] = (uint32_t)value;
	return value <= documents->out->lengths[document];
}

static bool
check_language(struct documents *documents, uint32_t document,
    uint64_t value)
{
	documents->out->languages[document] = (uint8_t)value;
	return value < LANGUAGE_MAX;
}

static bool
check_sequence(struct documents *documents, uint32_t document,
    uint64_t value)
{
	uint64_t sequence = documents->record->first_sequence + value +
	    document;
	bool rises = sequence >= documents->verify->next_sequence &&
	    sequence < documents->verify->root->next_sequence;

	documents->verify->next_sequence = sequence + 1;
	return rises;
}

static bool
check_date(struct documents *documents, uint32_t document, uint64_t value)
{
	(void)documents;
	(void)document;
	return value == 0 || (value % 4 != 0 && value >> 2 < 1 << 25);
}

static bool
check_file(struct documents *documents, uint32_t document, uint64_t value)
{
	(void)document;
	return value > 0 && value < documents->verify->root->next_file;
}

static bool
check_source(struct documents *documents, uint32_t document, uint64_t value)
{
	(void)document;
	return value > 0 && value < documents->verify->root->next_source;
}

static bool
check_nothing(struct documents *documents, uint32_t document, uint64_t value)
{
	(void)documents;
	(void)document;
	(void)value;
	return true;
}

static const struct column_check {
	const char *name;
	enum column column;
	check_number *check;
} column_checks[] = {
    {"lengths of titles", COLUMN_TITLE_LENGTH, check_title_length},
    {"sequence numbers", COLUMN_SEQUENCE, check_sequence},
    {"dates", COLUMN_DATE, check_date},
    {"languages", COLUMN_LANGUAGE, check_language},
    {"file numbers", COLUMN_FILE, check_file},
    {"content hashes", COLUMN_HASH, check_nothing},
    {"times of adding", COLUMN_ADDED, check_nothing},
    {"times of change", COLUMN_CHANGED, check_nothing},
    {"places of records", COLUMN_RECORD, check_nothing},
    {"source numbers", COLUMN_SOURCE, check_source},
};

/* False if the column cannot be read. */
static bool
check_column(struct documents *documents, const struct column_check *check)
{
	uint32_t n = documents->out->n, wrong = 0;
	uint64_t values[WINDOW];

	if (documents->record->columns[check->column].n != n)
		return false;
	for (uint32_t first = 0; first < n; first += WINDOW) {
		uint32_t here = n - first < WINDOW ? n - first : WINDOW;

		if (!segment_column_range(documents->segment, check->column,
		    first, here, values))
			return false;
		for (uint32_t i = 0; i < here; i++)
			wrong += !check->check(documents, first + i,
			    values[i]);
	}
	if (wrong)
		verify_damage(documents->verify, "segment %u: %u of its %s "
		    "cannot be", documents->number, wrong, check->name);
	return true;
}

static bool
check_lengths(struct documents *documents)
{
	uint32_t n = documents->out->n;
	uint64_t sum = 0;

	if (documents->record->columns[COLUMN_LENGTH].n != n ||
	    !segment_lengths(documents->segment, 0, n,
	    documents->out->lengths))
		return false;
	for (uint32_t i = 0; i < n; i++)
		sum += documents->out->lengths[i];
	if (sum != documents->record->n_words)
		verify_damage(documents->verify, "segment %u: the lengths of "
		    "its articles do not add up", documents->number);
	return true;
}

static void
count_languages(struct documents *documents)
{
	uint32_t counts[LANGUAGE_MAX] = {0};

	for (uint32_t i = 0; i < documents->out->n; i++)
		if (documents->out->languages[i] < LANGUAGE_MAX)
			counts[documents->out->languages[i]]++;
	for (int i = 0; i < LANGUAGE_MAX; i++)
		if (counts[i] != documents->record->languages[i])
			verify_damage(documents->verify, "segment %u: the "
			    "articles in %s are miscounted",
			    documents->number, language_code((uint8_t)i)
			    ? language_code((uint8_t)i) : "a language");
}

/* Numbers of columns that must rise from one to the next. */
static void
check_rising(struct documents *documents, enum column column,
    const char *name)
{
	uint64_t n = documents->record->columns[column].n, before = 0;
	uint64_t values[WINDOW];

	for (uint64_t first = 0; first < n; first += WINDOW) {
		size_t here = n - first < WINDOW ? (size_t)(n - first)
		    : WINDOW;

		if (!segment_column_range(documents->segment, column, first,
		    here, values)) {
			damaged_column(documents, name);
			return;
		}
		for (size_t i = 0; i < here; i++) {
			if (first + i > 0 && values[i] <= before) {
				verify_damage(documents->verify, "segment "
				    "%u: %s do not rise", documents->number,
				    name);
				return;
			}
			before = values[i];
		}
	}
}

static bool
check_columns(struct documents *documents)
{
	bool good = check_lengths(documents);

	if (!good)
		damaged_column(documents, "lengths of articles");
	for (size_t i = 0; i < sizeof column_checks / sizeof *column_checks &&
	    good; i++) {
		good = check_column(documents, &column_checks[i]);
		if (!good)
			damaged_column(documents, column_checks[i].name);
	}
	if (!good)
		return false;
	count_languages(documents);
	check_rising(documents, COLUMN_CHUNK_START, "places of text");
	if (documents->record->columns[COLUMN_CHUNK_START].n !=
	    documents->record->columns[COLUMN_CHUNK_PLACE].n)
		damaged_column(documents, "places of text");
	return true;
}

/* --- who lives --- */

static void
check_living(struct documents *documents)
{
	uint32_t n_dead = 0;

	for (uint32_t i = 0; i < documents->out->n; i++)
		n_dead += !segment_is_live(documents->segment, i);
	if (n_dead != segment_n_dead(documents->segment))
		verify_damage(documents->verify, "segment %u: %u articles "
		    "are removed, and should be %u", documents->number,
		    n_dead, segment_n_dead(documents->segment));
}

/* --- ids --- */

static void
note_id(void *context, uint32_t hash, uint32_t document)
{
	struct documents *documents = context;
	uint8_t bit = (uint8_t)(1 << document % 8);

	if (document >= documents->out->n ||
	    documents->has_hash[document / 8] & bit ||
	    (documents->n_ids > 0 && (hash < documents->last_hash ||
	    (hash == documents->last_hash &&
	    document <= documents->last_document)))) {
		documents->ids_damaged = true;
		return;
	}
	documents->has_hash[document / 8] |= bit;
	documents->hashes[document] = hash;
	documents->last_hash = hash;
	documents->last_document = document;
	documents->n_ids++;
}

static void
read_ids(struct documents *documents)
{
	if (segment_each_id(documents->segment, note_id, documents) !=
	    STATUS_OK || documents->ids_damaged ||
	    documents->n_ids != documents->out->n)
		verify_damage(documents->verify, "segment %u: not every "
		    "article is once among the ids", documents->number);
}

/* --- stored records --- */

/* Whether all fields can be read, and the id is found by its hash. */
static const char *
check_record(struct documents *documents, uint32_t document,
    struct stored_record *stored)
{
	struct stored_field field;
	enum status status;
	size_t position = 0;
	uint64_t source;

	if (segment_stored(documents->segment, document, stored) != STATUS_OK)
		return "its text cannot be read";
	while ((status = stored_next(stored, &position, &field)) == STATUS_OK)
		if (field.field >= documents->verify->root->n_fields)
			return "it has a field without a name";
	if (status != STATUS_END)
		return "its fields cannot be read";
	if (!stored_field(stored, FIELD_ID, &field) ||
	    !segment_column(documents->segment, COLUMN_SOURCE, document,
	    &source))
		return "it has no id";
	if (layout_id_hash((uint32_t)source, field.text, field.length) !=
	    documents->hashes[document])
		return "it is not found by its id";
	if (segment_is_live(documents->segment, document))
		verify_ids_add(documents->verify, (uint32_t)source,
		    field.text, field.length);
	return NULL;
}

static void
check_records(struct documents *documents)
{
	struct stored_record stored = {0};

	for (uint32_t i = 0; i < documents->out->n; i++) {
		const char *wrong = check_record(documents, i, &stored);

		if (wrong)
			verify_damage(documents->verify, "segment %u, "
			    "article %u: %s", documents->number, i, wrong);
	}
	stored_free(&stored);
}

bool
verify_segment_documents(struct verify *verify, struct segment *segment,
    struct verify_documents *out)
{
	struct documents documents = {.verify = verify, .segment = segment,
	    .number = segment_number(segment),
	    .record = segment_record(segment), .out = out};
	bool good;

	out->n = segment_n_documents(segment);
	out->lengths = alloc_zeroed(out->n, sizeof *out->lengths);
	out->title_lengths = alloc_zeroed(out->n,
	    sizeof *out->title_lengths);
	out->languages = alloc_zeroed(out->n, 1);
	verify_cover_start(out);
	documents.hashes = alloc_zeroed(out->n, sizeof *documents.hashes);
	documents.has_hash = alloc_zeroed(out->n / 8 + 1, 1);
	good = check_columns(&documents);
	check_living(&documents);
	read_ids(&documents);
	if (good)
		check_records(&documents);
	free(documents.hashes);
	free(documents.has_hash);
	return good;
}

void
verify_documents_free(struct verify_documents *documents)
{
	free(documents->lengths);
	free(documents->title_lengths);
	free(documents->languages);
	free(documents->sums);
	free(documents->unspaced);
}
