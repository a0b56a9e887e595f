/*
 * After an article is removed and the index compacted no byte of it is left:
 * not in the file as it lies, not in a chunk of text when it is unpacked, not
 * in the dictionaries of stems, forms and values.
 */
#include "alloc.h"
#include "buffer.h"
#include "store/snapshot.h"
#include "support.h"
#include "support_programs.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zstd.h>

enum { NEEDLE = 13, SECRETS = 4 };

/* Where a secret article holds a string that is nowhere else. */
enum place {
	IN_ID,
	IN_TITLE,
	IN_TEXT,
	IN_LONG, /* so common in it that its list is one of its own */
	IN_AUTHOR,
	IN_TAGS,
	IN_URL,
	IN_FIELD, /* that no other article has */
	IN_KEY,   /* the name of one */
	IN_DATE,  /* so it is read with a doubt, which quotes it */
	PLACES,
};

static const char *const place_names[PLACES] = {"id", "title", "text",
    "repeated word", "author", "tag", "url", "unknown field", "key", "date"};

struct secret {
	char needles[PLACES][NEEDLE + 1];
};

/* Letters that no stemmer changes, with a vowel so that it knows a word. */
static void
make_secret(struct secret *secret, uint64_t *seed)
{
	static const char letters[] = "bcdfghjkmnpqrtvwxz";

	for (int i = 0; i < PLACES; i++) {
		char *needle = secret->needles[i];

		for (int k = 0; k < NEEDLE; k++)
			needle[k] = k == 2 ? 'a' :
			    letters[support_below(seed, sizeof letters - 1)];
		/* A last letter that is not doubled before an ending. */
		needle[NEEDLE - 1] = 'k';
		needle[NEEDLE] = '\0';
	}
}

static void
write_secret(FILE *file, const struct secret *secret)
{
	const char (*is)[NEEDLE + 1] = secret->needles;

	fprintf(file, "{\"id\":\"%s\",\"title\":\"The %s storm\",\"author\":"
	    "\"%s\",\"tags\":[\"%s\",\"harbour\"],\"url\":\"http://%s/\","
	    "\"remark\":\"%s\",\"%s\":\"key\",\"date\":\"%s\",\"text\":\"%ss and %sed "
	    "bridges", is[IN_ID], is[IN_TITLE], is[IN_AUTHOR], is[IN_TAGS],
	    is[IN_URL], is[IN_FIELD], is[IN_KEY], is[IN_DATE], is[IN_TEXT], is[IN_TEXT]);
	for (int i = 0; i < 300; i++)
		fprintf(file, " %s%s", is[IN_LONG], i % 3 ? "" : "ing");
	fputs(".\"}\n", file);
}

static void
write_plain(FILE *file, const char *prefix, int first, int n)
{
	static const char *const words[] = {"storm", "harbour", "bridge",
	    "ferry", "winter", "quays", "lantern", "council", "closed"};

	for (int i = first; i < first + n; i++) {
		fprintf(file, "{\"id\":\"%s%d\",\"title\":\"Number %d\","
		    "\"author\":\"Ana Lima\",\"tags\":\"harbour\",\"date\":"
		    "\"1950-02-%02d\",\"text\":\"", prefix, i, i, 1 + i % 28);
		for (int k = 0; k < 40; k++)
			fprintf(file, "%s ", words[(i * (k + 1) + k) % 9]);
		fprintf(file, "word%d\"}\n", i);
	}
}

/* --- all that an index holds --- */

/* The file as it lies, and every zstd frame in it, used or not. */
static void
add_file(struct buffer *all, const char *path)
{
	static const char magic[] = "\x28\xb5\x2f\xfd";
	FILE *file = fopen(path, "re");
	struct buffer raw = {0};
	const char *at, *end;
	size_t n;

	ck_assert_ptr_nonnull(file);
	while ((n = fread(buffer_reserve(&raw, 65536), 1, 65536, file)) > 0)
		raw.size += n;
	fclose(file);
	buffer_append(all, raw.bytes, raw.size);
	end = (const char *)raw.bytes + raw.size;
	for (at = (const char *)raw.bytes; (at = memmem(at,
	    (size_t)(end - at), magic, 4)); at++) {
		size_t packed = ZSTD_findFrameCompressedSize(at,
		    (size_t)(end - at));

		if (ZSTD_isError(packed))
			continue;
		n = ZSTD_decompress(buffer_reserve(all, 1 << 20), 1 << 20,
		    at, packed);
		if (!ZSTD_isError(n))
			all->size += n;
	}
	buffer_free(&raw);
}

static void
add_forms(struct buffer *all, const struct dictionary_entry *entry)
{
	const char *form = (const char *)entry->key + TERM_KEY_PREFIX;
	const uint8_t *next = entry->value;
	struct form_pair pair;

	while (form_pair_next(&next, entry->value + entry->value_size, form,
	    entry->key_size - TERM_KEY_PREFIX, &pair) == STATUS_OK)
		buffer_append(all, pair.stem, pair.length);
}

static void
add_dictionary(struct buffer *all, struct segment *segment)
{
	struct dictionary_cursor cursor;
	enum status status = dictionary_seek(&cursor, segment, NULL, 0);

	for (; status == STATUS_OK; status = dictionary_next(&cursor)) {
		buffer_append(all, cursor.entry.key, cursor.entry.key_size);
		buffer_append(all, cursor.entry.value,
		    cursor.entry.value_size);
		if (cursor.entry.key[0] == NAMESPACE_FORM)
			add_forms(all, &cursor.entry);
	}
	ck_assert_int_eq(status, STATUS_END);
}

static void
add_texts(struct buffer *all, struct segment *segment)
{
	struct stored_record record = {0};

	for (uint32_t i = 0; i < segment_n_documents(segment); i++) {
		ck_assert_int_eq(segment_stored(segment, i, &record),
		    STATUS_OK);
		buffer_append(all, record.bytes.bytes, record.bytes.size);
	}
	stored_free(&record);
}

static void
fold_letters(struct buffer *all)
{
	for (size_t i = 0; i < all->size; i++)
		if (all->bytes[i] >= 'A' && all->bytes[i] <= 'Z')
			all->bytes[i] |= 'a' - 'A';
}

/* What an index holds, in small letters. */
struct content {
	struct buffer all, dictionary;
};

static struct content
read_content(const char *path)
{
	struct content content = {0};
	struct snapshot *snapshot;
	struct error error;

	ck_assert_int_eq(snapshot_open(path, "index", &snapshot, &error),
	    STATUS_OK);
	for (size_t i = 0; i < snapshot_n_segments(snapshot); i++) {
		struct segment *segment = snapshot_segment(snapshot, i);

		add_dictionary(&content.dictionary, segment);
		add_texts(&content.all, segment);
	}
	snapshot_close(snapshot);
	buffer_append(&content.all, content.dictionary.bytes,
	    content.dictionary.size);
	add_file(&content.all, path);
	fold_letters(&content.all);
	fold_letters(&content.dictionary);
	return content;
}

static void
free_content(struct content *content)
{
	buffer_free(&content->all);
	buffer_free(&content->dictionary);
}

static bool
holds(const struct buffer *bytes, const char *text)
{
	return memmem(bytes->bytes, bytes->size, text, strlen(text)) != NULL;
}

/*
 * Whether something of a needle is there.  Its end counts for it: a
 * dictionary keeps of a word only what the word before it has not.
 */
static bool
holds_end(const struct buffer *bytes, const char *needle)
{
	return holds(bytes, needle + NEEDLE - 7);
}

static void
assert_there(const struct content *content, const struct secret *secret)
{
	static const enum place words[] = {IN_TITLE, IN_TEXT, IN_LONG,
	    IN_AUTHOR, IN_TAGS, IN_FIELD};

	for (int i = 0; i < PLACES; i++)
		ck_assert_msg(holds(&content->all, secret->needles[i]),
		    "the %s is not found before it is removed",
		    place_names[i]);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		ck_assert_msg(holds(&content->dictionary,
		    secret->needles[words[i]]), "the %s is not in the "
		    "dictionary", place_names[words[i]]);
}

static void
assert_gone(const struct content *content, const struct secret *secret,
    const char *how)
{
	for (int i = 0; i < PLACES; i++)
		ck_assert_msg(!holds_end(&content->all, secret->needles[i]),
		    "%s: the %s is still in the file", how, place_names[i]);
}

/* --- the archive --- */

/* Three sources: the first has secrets 0 to 2, the last has secret 3. */
struct archive {
	char *folder;
	char index[PATH_MAX], sources[3][PATH_MAX];
	struct secret secrets[SECRETS];
};

static void
write_source(const struct archive *archive, int number, unsigned secrets)
{
	static const int n[] = {300, 40, 25};
	FILE *file = fopen(archive->sources[number], "we");

	ck_assert_ptr_nonnull(file);
	for (int i = 0; i < SECRETS; i++) {
		char prefix[] = {(char)('a' + number), (char)('0' + i), '\0'};

		write_plain(file, prefix, 0, n[number] / SECRETS);
		if (secrets & 1U << i)
			write_secret(file, &archive->secrets[i]);
	}
	ck_assert_int_eq(fclose(file), 0);
}

static struct program_answer
index_with(const struct archive *archive, const char *first,
    const char *second, const char *third)
{
	const char *arguments[] = {"-i", archive->index, first, second,
	    third, NULL};
	struct program_answer answer = program_answer("quire-index",
	    arguments);

	ck_assert_msg(answer.status == 0, "quire-index %s ends with %d: %s",
	    first, answer.status, answer.err);
	return answer;
}

static void
run_index(const struct archive *archive, const char *first,
    const char *second, const char *third)
{
	struct program_answer answer = index_with(archive, first, second,
	    third);

	program_answer_free(&answer);
}

static void
make_archive(struct archive *archive)
{
	uint64_t seed = support_seed("remove");

	*archive = (struct archive){.folder = support_folder()};
	snprintf(archive->index, PATH_MAX, "%s/index", archive->folder);
	for (int i = 0; i < SECRETS; i++)
		make_secret(&archive->secrets[i], &seed);
	for (int i = 0; i < 3; i++)
		snprintf(archive->sources[i], PATH_MAX, "%s/%c.jsonl",
		    archive->folder, 'a' + i);
	for (int i = 0; i < 3; i++) {
		write_source(archive, i, i == 0 ? 7 : i == 2 ? 8 : 0);
		run_index(archive, "-q", archive->sources[i], NULL);
	}
}

/* Secrets from `first` on are there, the one before it is not. */
static void
assert_removed(const struct archive *archive, int first, const char *how)
{
	struct content content = read_content(archive->index);

	for (int i = 0; i < first; i++)
		assert_gone(&content, &archive->secrets[i], how);
	for (int i = first; i < SECRETS; i++)
		assert_there(&content, &archive->secrets[i]);
	free_content(&content);
}

START_TEST(nothing_is_left_of_a_removed_article)
{
	struct archive archive;
	struct program_answer answer;
	struct stat file;

	make_archive(&archive);
	assert_removed(&archive, 0, "");

	answer = index_with(&archive, "--remove",
	    archive.secrets[0].needles[IN_ID], NULL);
	ck_assert_msg(strstr(answer.err, "--compact") != NULL,
	    "--remove does not say that the bytes stay: %s", answer.err);
	program_answer_free(&answer);
	run_index(&archive, "--compact", NULL, NULL);
	assert_removed(&archive, 1, "--remove and --compact");
	ck_assert_int_eq(stat(archive.index, &file), 0);
	ck_assert_uint_eq(file.st_mode & 0777, 0600);

	run_index(&archive, "--remove", archive.secrets[1].needles[IN_ID],
	    "--compact");
	assert_removed(&archive, 2, "--remove --compact");

	write_source(&archive, 0, 0);
	run_index(&archive, "-q", archive.sources[0], NULL);
	run_index(&archive, "--compact", NULL, NULL);
	assert_removed(&archive, 3, "gone from its source");

	run_index(&archive, "--forget", archive.sources[2], NULL);
	run_index(&archive, "--compact", NULL, NULL);
	assert_removed(&archive, 4, "--forget");
	free(archive.folder);
}
END_TEST

/* The record of an id says something else now. */
START_TEST(a_record_that_gave_way_to_another_leaves_nothing)
{
	uint64_t seed = support_seed("remove: gave way");
	struct archive archive = {.folder = support_folder()};
	struct secret *secret = &archive.secrets[0];
	struct content content;
	FILE *file;

	make_secret(secret, &seed);
	snprintf(archive.index, PATH_MAX, "%s/index", archive.folder);
	snprintf(archive.sources[0], PATH_MAX, "%s/a.jsonl", archive.folder);
	file = fopen(archive.sources[0], "we");
	ck_assert_ptr_nonnull(file);
	write_plain(file, "x", 0, 40);
	write_secret(file, secret);
	write_plain(file, "y", 0, 400);
	fprintf(file, "{\"id\":\"%s\",\"text\":\"nothing\"}\n",
	    secret->needles[IN_ID]);
	ck_assert_int_eq(fclose(file), 0);
	run_index(&archive, "-q", archive.sources[0], NULL);
	run_index(&archive, "--compact", NULL, NULL);
	content = read_content(archive.index);
	/* Its doubt goes when the id is removed. */
	for (int i = 0; i < PLACES; i++)
		ck_assert_msg(i == IN_ID || i == IN_DATE || !holds_end(&content.all,
		    secret->needles[i]), "the %s is in the file",
		    place_names[i]);
	ck_assert(holds(&content.all, "number 399"));
	free_content(&content);
	free(archive.folder);
}
END_TEST

START_TEST(nothing_is_left_of_what_an_article_said_before)
{
	struct archive archive;
	struct secret before;
	struct content content;
	uint64_t seed;

	make_archive(&archive);
	before = archive.secrets[1];
	seed = (uint64_t)before.needles[0][0] * 31 + 7;
	make_secret(&archive.secrets[1], &seed);
	memcpy(archive.secrets[1].needles[IN_ID], before.needles[IN_ID],
	    sizeof before.needles[IN_ID]);
	write_source(&archive, 0, 7);
	run_index(&archive, "-q", archive.sources[0], NULL);
	run_index(&archive, "--compact", NULL, NULL);
	content = read_content(archive.index);
	for (int i = 0; i < SECRETS; i++)
		assert_there(&content, &archive.secrets[i]);
	/* Its id is what it still has. */
	memset(before.needles[IN_ID], '?', NEEDLE);
	assert_gone(&content, &before, "changed");
	free_content(&content);
	free(archive.folder);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("remove");
	TCase *tests = tcase_create("remove");

	tcase_set_timeout(tests, 120);
	tcase_add_test(tests, nothing_is_left_of_a_removed_article);
	tcase_add_test(tests,
	    nothing_is_left_of_what_an_article_said_before);
	tcase_add_test(tests,
	    a_record_that_gave_way_to_another_leaves_nothing);
	suite_add_tcase(suite, tests);
	return support_run(suite);
}
