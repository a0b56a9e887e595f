/* Archives to raw records: walking, forms, compression, lines, chunks. */
#include "support.h"

#include "alloc.h"
#include "buffer.h"
#include "source.h"
#include "stream.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char *folder;        /* for the files of a test */
static struct error error;
static struct buffer seen;  /* "name:line text\n" of each record */
static struct buffer cuts;  /* records of each chunk */
static struct buffer told;  /* "file:line reason\n" of each failure */
static const char *skipped; /* part of the path of files to pass over */
static size_t largest;      /* bytes allocated for a chunk at any time */

static void
setup(void)
{
	folder = support_folder();
	error = (struct error){0};
	seen = cuts = told = (struct buffer){0};
	skipped = NULL;
	largest = 0;
}

static void
teardown(void)
{
	buffer_free(&seen);
	buffer_free(&cuts);
	buffer_free(&told);
	free(folder);
}

static const char *
place(const char *name)
{
	static char path[8][512];
	static int next;
	char *to = path[next++ % 8];

	snprintf(to, 512, "%s/%s", folder, name);
	return to;
}

static void
write_file(const char *name, const void *bytes, size_t length)
{
	FILE *file = fopen(place(name), "wb");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(bytes, 1, length, file), length);
	ck_assert_int_eq(fclose(file), 0);
}

static void
write_text(const char *name, const char *text)
{
	write_file(name, text, strlen(text));
}

/* Writes bytes compressed once for each letter of `filters`. */
static void
write_compressed(const char *name, const char *filters, const void *bytes,
    size_t length)
{
	struct archive *archive = archive_write_new();
	struct archive_entry *entry = archive_entry_new();

	/* The filter added last is the outermost. */
	for (; *filters; filters++) {
		int (*const add)(struct archive *) =
		    *filters == 'g' ? archive_write_add_filter_gzip
		    : *filters == 'b' ? archive_write_add_filter_bzip2
		    : *filters == 'x' ? archive_write_add_filter_xz
		                      : archive_write_add_filter_zstd;

		ck_assert_int_eq(add(archive), ARCHIVE_OK);
	}
	ck_assert_int_eq(archive_write_set_format_raw(archive), ARCHIVE_OK);
	archive_write_set_bytes_in_last_block(archive, 1);
	ck_assert_int_eq(
	    archive_write_open_filename(archive, place(name)), ARCHIVE_OK);
	archive_entry_set_pathname(entry, "data");
	archive_entry_set_filetype(entry, AE_IFREG);
	ck_assert_int_eq(
	    archive_write_header(archive, entry), ARCHIVE_OK);
	ck_assert_int_eq(archive_write_data(archive, bytes, length),
	    (la_ssize_t)length);
	ck_assert_int_eq(archive_write_close(archive), ARCHIVE_OK);
	archive_entry_free(entry);
	archive_write_free(archive);
}

static void
failed(void *context, uint32_t file, uint64_t line, const char *reason)
{
	(void)context;
	buffer_append_format(&told, "%u:%llu %s\n", file,
	    (unsigned long long)line, reason);
}

static bool
skip(void *context, const struct source_file *file)
{
	(void)context;
	return skipped && strstr(file->path, skipped) != NULL;
}

static void
note_record(const struct source *source, const struct chunk *chunk,
    const struct record *record)
{
	size_t n_files;
	const struct source_file *files = source_files(source, &n_files);

	ck_assert_uint_lt(record->file, n_files);
	ck_assert_uint_le(record->offset + record->length,
	    chunk->bytes.size);
	buffer_append_format(&seen, "%s:%llu ",
	    files[record->file].path + record->name,
	    (unsigned long long)record->line);
	buffer_append(&seen, chunk->bytes.bytes + record->offset,
	    record->length < 40 ? record->length : 40);
	buffer_append_byte(&seen, '\n');
}

static void
drain(struct source *source)
{
	struct chunk chunk = {0};

	while (source_next(source, &chunk) == STATUS_OK) {
		ck_assert_uint_gt(chunk.n_records, 0);
		for (size_t i = 0; i < chunk.n_records; i++)
			note_record(source, &chunk, &chunk.records[i]);
		buffer_append_format(&cuts, "%zu ", chunk.n_records);
		if (chunk.bytes.capacity > largest)
			largest = chunk.bytes.capacity;
	}
	ck_assert_int_eq(source_next(source, &chunk), STATUS_END);
	chunk_free(&chunk);
}

static struct source *
read_path(const char *path)
{
	struct source *source = NULL;

	buffer_clear(&seen);
	buffer_clear(&cuts);
	buffer_clear(&told);
	ck_assert_msg(source_open(path, skip, failed, NULL, &source,
	                  &error) == STATUS_OK, "%s", error.message);
	drain(source);
	return source;
}

static void
expect_read(const char *path, const char *records, const char *failures)
{
	source_close(read_path(path));
	ck_assert_str_eq(buffer_string(&seen), records);
	ck_assert_str_eq(buffer_string(&told), failures);
}

START_TEST(source_walks_in_byte_order_past_what_is_no_file)
{
	static const char *const folders[] = {
	    "a", "a-b", "a.d", "\xc3\xa9", ".git", "empty"};
	static const char *const files[] = {"a/x", "a-b/x", "a.d/x", "a!",
	    "a0", "B", "\xc3\xa9/x", ".hidden", ".git/x", "a/.hidden"};

	for (size_t i = 0; i < 6; i++)
		ck_assert_int_eq(mkdir(place(folders[i]), 0700), 0);
	for (size_t i = 0; i < 10; i++)
		write_text(files[i], files[i]);
	ck_assert_int_eq(symlink("B", place("link")), 0);
	ck_assert_int_eq(symlink(".", place("loop")), 0);
	ck_assert_int_eq(mkfifo(place("pipe"), 0600), 0);
	expect_read(folder,
	    "B:0 B\na!:0 a!\na-b/x:0 a-b/x\na.d/x:0 a.d/x\na/x:0 a/x\n"
	    "a0:0 a0\n\xc3\xa9/x:0 \xc3\xa9/x\n", "");
}
END_TEST

START_TEST(source_may_be_named_in_several_ways)
{
	char path[600];

	write_text("one.txt", "T");
	expect_read(place("one.txt"), "one.txt:0 T\n", "");
	snprintf(path, sizeof path, "%s//", folder);
	expect_read(path, "one.txt:0 T\n", "");
	ck_assert_int_eq(symlink(folder, place("link")), 0);
	expect_read(place("link"), "one.txt:0 T\n", "");
	ck_assert_int_eq(chdir(folder), 0);
	expect_read(".", "one.txt:0 T\n", "");
	expect_read("one.txt", "one.txt:0 T\n", "");
}
END_TEST

START_TEST(source_reads_below_folders_deeper_than_a_path_may_be)
{
	char name[201] = "", expected[6200] = "";
	int depth = 30, at = open(folder, O_DIRECTORY | O_RDONLY), fd;

	memset(name, 'd', 200);
	for (int i = 0; i < depth; i++) {
		ck_assert_int_eq(mkdirat(at, name, 0700), 0);
		fd = openat(at, name, O_DIRECTORY | O_RDONLY);
		close(at);
		at = fd;
		strcat(strcat(expected, name), "/");
	}
	fd = openat(at, "deep.txt", O_CREAT | O_WRONLY, 0600);
	ck_assert_int_eq(write(fd, "T", 1), 1);
	close(fd);
	strcat(expected, "deep.txt:0 T\n");
	expect_read(folder, expected, "");
	/* For removing them again the path would be too long. */
	ck_assert_int_eq(unlinkat(at, "deep.txt", 0), 0);
	for (int i = 0; i < depth; i++) {
		fd = openat(at, "..", O_DIRECTORY | O_RDONLY);
		close(at);
		at = fd;
		ck_assert_int_eq(unlinkat(at, name, AT_REMOVEDIR), 0);
	}
	close(at);
}
END_TEST

static const struct {
	const char *name, *bytes, *records;
} lines[] = {
	{"plain", "{\"a\":1}\n{\"b\":2}\n", "1 {\"a\":1}|2 {\"b\":2}|"},
	{"no newline at the end", "{\"a\":1}\n{\"b\":2}",
	    "1 {\"a\":1}|2 {\"b\":2}|"},
	{"blank lines", "\n{\"a\":1}\n \t\n\r\n{\"b\":2}\n\n",
	    "2 {\"a\":1}|5 {\"b\":2}|"},
	{"carriage returns", "{\"a\":1}\r\n{\"b\":2}\r\n",
	    "1 {\"a\":1}|2 {\"b\":2}|"},
	{"byte order mark", "\xef\xbb\xbf{\"a\":1}\n", "1 {\"a\":1}|"},
	{"a mark and a blank line", "\xef\xbb\xbf\n{\"a\":1}\n",
	    "2 {\"a\":1}|"},
	{"bad lines are records too", "{\"a\":1}\nbad\n", "1 {\"a\":1}|2 bad|"},
	{"blanks around", "  {\"a\":1} \n", "1 {\"a\":1}|"},
};

START_TEST(source_splits_lines)
{
	struct buffer expected = {0};

	write_text("x.jsonl", lines[_i].bytes);
	for (const char *at = lines[_i].records; *at;) {
		size_t length = strcspn(at, "|");

		buffer_append_format(&expected, "x.jsonl:%.*s\n",
		    (int)length, at);
		at += length + 1;
	}
	expect_read(place("x.jsonl"), buffer_string(&expected), "");
	buffer_free(&expected);
}
END_TEST

#define BYTES(text) text, sizeof text - 1

enum { READ, LINES, IGNORED, FAILED };

static const struct {
	const char *name, *bytes;
	size_t length;
	int outcome;         /* in a folder */
	const char *refusal; /* named as the source itself */
} forms[] = {
	{"x.txt", BYTES("T\n\nB\n"), READ, NULL},
	{"x", BYTES("T\n\nB\n"), READ, NULL},
	{"x.md", BYTES("# T\n"), READ, NULL},
	{"x.txt", BYTES(""), READ, NULL},
	{"x.txt", BYTES("{ not JSON }\n"), READ, NULL},
	{"x.txt", BYTES("caf\xe9\n"), READ, NULL},
	{"x.txt", BYTES("BZh9 is how bzip2 begins\n"), READ, NULL},
	{"x.txt", BYTES("\xff\xfeT\0\n\0"), READ, NULL},
	{"x", BYTES("\n {\"a\":1}\n"), LINES, NULL},
	{"x.txt", BYTES("{\"a\":1}"), LINES, NULL},
	{"x.json", BYTES("{\"a\":1}\n{\"a\":2}\n"), LINES, NULL},
	{"x.jsonl", BYTES("bad\n"), LINES, NULL},
	{"x.NDJSON", BYTES("bad\n"), LINES, NULL},
	{"x.json", BYTES("{\n\"a\":1}\n"), IGNORED,
	    "not JSON Lines: an object may not span lines"},
	{"x.html", BYTES("<p>T\n"), IGNORED, "HTML is not read yet"},
	{"x.htm.gz", BYTES("<p>T\n"), IGNORED, "HTML is not read yet"},
	{"x.XML", BYTES("<p>T</p>\n"), IGNORED,
	    "XML and the like are not read yet"},
	{"x.csv", BYTES("a,b\n1,2\n"), IGNORED,
	    "tables (CSV, TSV, spreadsheets) are not read yet"},
	{"x.tsv", BYTES("a\tb\n"), IGNORED,
	    "tables (CSV, TSV, spreadsheets) are not read yet"},
	{"x.csv", BYTES("{\"a\":1}\n"), LINES, NULL},
	{"x.pdf", BYTES("%PDF-1.4\n"), IGNORED, "PDF is not read yet"},
	{"x.docx", BYTES("PK\3\4"), IGNORED,
	    "office documents are not read yet"},
	{"x.txt", BYTES("a\0b"), IGNORED, "looks like binary data"},
	{"x", BYTES("\x89PNG\r\n"), IGNORED, "looks like binary data"},
	{"x.txt", BYTES("%PDF-1.4\n"), IGNORED, "looks like binary data"},
	{"x.txt", BYTES("a\1b\2c\3"), IGNORED, "looks like binary data"},
	{"x.jsonl", BYTES("{\0}"), LINES, NULL},
	{"x.jsonl", BYTES("{\"a\":\"\0\1\2\3\"}\n{\"a\":1}\n"), LINES, NULL},
	{"x.ndjson", BYTES("caf\xe9 \xfc\xe4\n"), LINES, NULL},
	{"x.jsonl", BYTES("a\0\x90\xfe\x81q\2\xff"), FAILED,
	    "looks like binary data"},
	{"x.jsonl", BYTES("%PDF-1.4\n"), FAILED, "looks like binary data"},
	{"x.jsonl", BYTES("{\0\"\0a\0\"\0:\0001\0}\0"), FAILED,
	    "JSON Lines in UTF-16; only UTF-8 is read"},
	{"x.jsonl", BYTES("\0{\0\"\0a"), FAILED,
	    "JSON Lines in UTF-16; only UTF-8 is read"},
	{"x.jsonl", BYTES("\xff\xfe{\0}\0"), FAILED,
	    "JSON Lines in UTF-16; only UTF-8 is read"},
};

START_TEST(source_finds_what_a_file_is_by_looking)
{
	int outcome = forms[_i].outcome;
	struct source *source;
	const struct source_file *file;
	char expected[100] = "";
	size_t n;

	write_file(forms[_i].name, forms[_i].bytes, forms[_i].length);
	source = read_path(folder);
	file = source_files(source, &n);
	ck_assert_uint_eq(n, 1);
	ck_assert_int_eq(source_ignored(source) == 1, outcome == IGNORED);
	ck_assert_int_eq(file->ignored, outcome == IGNORED);
	ck_assert_int_eq(file->complete, outcome <= LINES);
	ck_assert_int_eq(told.size > 0, outcome == FAILED);
	ck_assert_int_eq(file->n_records > 0, outcome <= LINES);
	ck_assert_int_eq(
	    strstr(buffer_string(&seen), ":0 ") != NULL, outcome == READ);
	source_close(source);

	if (forms[_i].refusal)
		snprintf(expected, sizeof expected, "0:0 %s\n",
		    forms[_i].refusal);
	source_close(read_path(place(forms[_i].name)));
	ck_assert_str_eq(buffer_string(&told), expected);
}
END_TEST

static const struct {
	const char *name, *filters;
} compressed[] = {
	{"x.jsonl.gz", "g"}, {"x.jsonl.bz2", "b"}, {"x.jsonl.xz", "x"},
	{"x.jsonl.zst", "z"}, {"x.jsonl.gz.zst", "gz"},
	{"x.jsonl.xz.bz2", "xb"}, {"misnamed.jsonl", "z"},
	{"unnamed", "g"},
};

static struct buffer
many_lines(int n)
{
	struct buffer text = {0};

	for (int i = 0; i < n; i++)
		buffer_append_format(&text, "{\"id\":%d,\"text\":\"%*d\"}\n",
		    i, i % 173, i);
	return text;
}

START_TEST(source_reads_compressed_as_if_it_were_not)
{
	struct buffer text = many_lines(30000), plain;
	struct source *source;
	uint64_t done, total;
	size_t n;

	write_file("plain", text.bytes, text.size);
	write_compressed(compressed[_i].name, compressed[_i].filters,
	    text.bytes, text.size);
	source_close(read_path(place("plain")));
	ck_assert_uint_gt(seen.size, 300000);
	plain = seen;
	seen = (struct buffer){0};
	source = read_path(place(compressed[_i].name));
	ck_assert_str_eq(buffer_string(&told), "");
	ck_assert(source_files(source, &n)->complete);
	ck_assert_uint_eq(source_files(source, &n)->n_records, 30000);
	source_progress(source, &done, &total);
	ck_assert_uint_eq(done, total);
	ck_assert_uint_gt(total, 0);
	source_close(source);
	for (size_t i = 0, j = 0; i < plain.size; i++, j++) {
		i += strcspn((char *)plain.bytes + i, ":");
		j += strcspn((char *)seen.bytes + j, ":");
		n = strcspn((char *)plain.bytes + i, "\n");
		ck_assert_mem_eq(plain.bytes + i, seen.bytes + j, n);
		i += n;
		j += n;
	}
	buffer_free(&plain);
	buffer_free(&text);
}
END_TEST

START_TEST(source_takes_two_layers_off_but_no_third)
{
	write_compressed("a.gz", "xgz", BYTES("{\"a\":1}\n"));
	write_compressed("b.gz", "zg", BYTES("T"));
	expect_read(folder, "b.gz:0 T\n",
	    "0:0 cannot decompress: more than two layers\n");
}
END_TEST

START_TEST(source_keeps_what_comes_before_a_break)
{
	struct buffer text = many_lines(60000);
	struct source *source;
	struct stat status;
	size_t n;
	const struct source_file *files;

	write_compressed("a.jsonl.gz", "g", text.bytes, text.size);
	write_text("b.txt", "T");
	ck_assert_int_eq(stat(place("a.jsonl.gz"), &status), 0);
	ck_assert_int_eq(
	    truncate(place("a.jsonl.gz"), status.st_size * 3 / 4), 0);
	source = read_path(folder);
	files = source_files(source, &n);
	ck_assert_uint_eq(n, 2);
	ck_assert_uint_gt(files[0].n_records, 30000);
	ck_assert_uint_lt(files[0].n_records, 60000);
	ck_assert(!files[0].complete);
	ck_assert(files[1].complete);
	ck_assert_ptr_nonnull(strstr(buffer_string(&told),
	    " cannot decompress: truncated gzip input\n"));
	ck_assert_ptr_nonnull(strstr(buffer_string(&seen), "b.txt:0 T\n"));
	source_close(source);
	buffer_free(&text);
}
END_TEST

static const struct {
	const char *letter, *name;
} codecs[] = {{"g", "gzip"}, {"b", "bzip2"}, {"x", "xz"}, {"z", "zstd"}};

/* Cut at any byte behind its magic it fails, in the same words. */
START_TEST(source_tells_every_truncation)
{
	static const char text[] =
	    "{\"text\":\"one\"}\n{\"text\":\"two\"}\n";
	struct stat status;
	char reason[60];

	snprintf(reason, sizeof reason,
	    " cannot decompress: truncated %s input\n", codecs[_i].name);
	write_compressed("x.jsonl", codecs[_i].letter, text, sizeof text - 1);
	ck_assert_int_eq(stat(place("x.jsonl"), &status), 0);
	for (off_t size = status.st_size - 1; size >= 10; size--) {
		struct source *source;
		size_t n;

		ck_assert_int_eq(truncate(place("x.jsonl"), size), 0);
		source = read_path(place("x.jsonl"));
		ck_assert(!source_files(source, &n)->complete);
		ck_assert_ptr_nonnull(strstr(buffer_string(&told), reason));
		source_close(source);
	}
}
END_TEST

static struct buffer
read_back(const char *name)
{
	struct buffer bytes = {0};
	FILE *file = fopen(place(name), "rb");
	int byte;

	while ((byte = getc(file)) != EOF)
		buffer_append_byte(&bytes, (uint8_t)byte);
	fclose(file);
	return bytes;
}

START_TEST(source_reads_members_one_after_another)
{
	struct buffer all, second;

	write_compressed("a", codecs[_i].letter, BYTES("{\"a\":1}\n{\"b\""));
	write_compressed("b", codecs[_i].letter, BYTES(":2}\n"));
	all = read_back("a");
	second = read_back("b");
	buffer_append(&all, second.bytes, second.size);
	write_file("x.jsonl", all.bytes, all.size);
	expect_read(place("x.jsonl"),
	    "x.jsonl:1 {\"a\":1}\nx.jsonl:2 {\"b\":2}\n", "");
	buffer_append(&all, "\0\0\0\0", 4);
	write_file("x.jsonl", all.bytes, all.size);
	expect_read(place("x.jsonl"),
	    "x.jsonl:1 {\"a\":1}\nx.jsonl:2 {\"b\":2}\n", "");
	buffer_append_string(&all, "more");
	write_file("x.jsonl", all.bytes, all.size);
	expect_read(place("x.jsonl"),
	    "x.jsonl:1 {\"a\":1}\nx.jsonl:2 {\"b\":2}\n",
	    "0:3 cannot decompress: other bytes after the end of the "
	    "compressed data\n");
	buffer_free(&second);
	buffer_free(&all);
}
END_TEST

/* Each bit behind the header but those that only fill up the last byte. */
START_TEST(source_believes_no_gzip_whose_checksum_does_not_match)
{
	static const char text[] = "{\"text\":\"one\"}\n";
	struct buffer bytes;
	size_t n;

	write_compressed("x.jsonl", "g", text, sizeof text - 1);
	bytes = read_back("x.jsonl");
	for (size_t bit = 10 * 8; bit < bytes.size * 8; bit++) {
		struct source *source;

		bytes.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		write_file("x.jsonl", bytes.bytes, bytes.size);
		bytes.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		source = read_path(place("x.jsonl"));
		if (source_files(source, &n)->complete)
			ck_assert_str_eq(buffer_string(&seen),
			    "x.jsonl:1 {\"text\":\"one\"}\n");
		else
			ck_assert_uint_gt(told.size, 0);
		if (bit / 8 >= bytes.size - 8)
			ck_assert_str_eq(buffer_string(&told),
			    "0:2 cannot decompress: checksum does not "
			    "match\n");
		source_close(source);
	}
	buffer_free(&bytes);
}
END_TEST

/* What a damaged block decompresses to would look like records. */
START_TEST(source_reads_nothing_of_a_damaged_block_of_bzip2)
{
	struct buffer text = many_lines(60000), bytes;
	size_t n;

	write_compressed("x.jsonl", "b", text.bytes, text.size);
	bytes = read_back("x.jsonl");
	for (size_t part = 1; part < 8; part++) {
		struct source *source;
		size_t at = bytes.size * part / 8, good;

		bytes.bytes[at] ^= 4;
		write_file("x.jsonl", bytes.bytes, bytes.size);
		bytes.bytes[at] ^= 4;
		source = read_path(place("x.jsonl"));
		ck_assert(!source_files(source, &n)->complete);
		good = source_files(source, &n)->n_records;
		ck_assert_uint_lt(good, 60000);
		ck_assert(good > 0 || part < 7);
		source_close(source);
		n = 0;
		for (char *at_line = (char *)(uintptr_t)buffer_string(&seen);
		    *at_line; at_line = strchr(at_line, '\n') + 1, n++) {
			char expected[60];

			snprintf(expected, sizeof expected,
			    "x.jsonl:%zu {\"id\":%zu,", n + 1, n);
			ck_assert_mem_eq(at_line, expected,
			    strlen(expected));
		}
		ck_assert_uint_eq(n, good);
	}
	buffer_free(&bytes);
	buffer_free(&text);
}
END_TEST

START_TEST(source_tells_what_broke_below_another_layer)
{
	struct stat status;

	write_compressed("x.jsonl", "gx", BYTES("{\"a\":1}\n"));
	ck_assert_int_eq(stat(place("x.jsonl"), &status), 0);
	ck_assert_int_eq(truncate(place("x.jsonl"), status.st_size - 30), 0);
	expect_read(place("x.jsonl"), "x.jsonl:1 {\"a\":1}\n",
	    "0:2 cannot decompress: truncated xz input\n");
}
END_TEST

START_TEST(source_passes_over_a_line_beyond_64_megabytes)
{
	size_t length = (size_t)SOURCE_LINE_MAX * 3;
	char *bytes = malloc(length + 100);
	int n = snprintf(bytes, 100, "{\"a\":1}\n");

	memset(bytes + n, 'x', length);
	strcpy(bytes + n + length, "\n{\"b\":2}\n");
	write_compressed("x.jsonl", "z", bytes, strlen(bytes));
	free(bytes);
	expect_read(place("x.jsonl"),
	    "x.jsonl:1 {\"a\":1}\nx.jsonl:3 {\"b\":2}\n",
	    "0:2 line longer than 64 MB\n");
	ck_assert_uint_lt(largest, 2 * (size_t)SOURCE_LINE_MAX);
}
END_TEST

START_TEST(source_keeps_a_line_of_64_megabytes)
{
	size_t length = SOURCE_LINE_MAX;
	char *bytes = malloc(length + 100);
	struct source *source;

	memset(bytes, 'x', length);
	strcpy(bytes + length, "\ny");
	write_compressed("x.jsonl", "z", bytes, strlen(bytes));
	strcpy(bytes + length, "x\ny");
	write_compressed("y.jsonl", "z", bytes, strlen(bytes));
	free(bytes);
	source = read_path(place("x.jsonl"));
	ck_assert_str_eq(buffer_string(&told), "");
	source_close(source);
	expect_read(place("y.jsonl"), "y.jsonl:2 y\n",
	    "0:1 line longer than 64 MB\n");
}
END_TEST

START_TEST(source_passes_over_any_number_of_blank_lines)
{
	size_t length = 40000000;
	char *bytes = malloc(length);

	memset(bytes, '\n', length);
	bytes[length - 1] = 'x';
	write_compressed("x.jsonl", "z", bytes, length);
	free(bytes);
	expect_read(place("x.jsonl"), "x.jsonl:40000000 x\n", "");
	ck_assert_uint_lt(largest, 8000000);
}
END_TEST

/* Writes `text` to standard input in pieces of random size. */
static pid_t
pour(const struct buffer *text, uint64_t *random)
{
	int ends[2];
	pid_t child;

	ck_assert_int_eq(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		size_t sent = 0;

		close(ends[0]);
		while (sent < text->size) {
			size_t n = support_below(random, 50000) + 1;

			if (n > text->size - sent)
				n = text->size - sent;
			if (write(ends[1], text->bytes + sent, n) !=
			    (ssize_t)n)
				_exit(1);
			sent += n;
		}
		_exit(0);
	}
	close(ends[1]);
	ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	close(ends[0]);
	return child;
}

START_TEST(source_cuts_chunks_by_the_bytes_alone)
{
	uint64_t random = support_seed("source_cuts_chunks");
	struct buffer text = many_lines(60000), expected;
	int status;
	pid_t child;

	write_file("x.jsonl", text.bytes, text.size);
	source_close(read_path(place("x.jsonl")));
	expected = cuts;
	cuts = (struct buffer){0};
	ck_assert_uint_gt(expected.size, strlen("60000 "));
	for (int i = 0; i < 3; i++) {
		child = pour(&text, &random);
		source_close(read_path("-"));
		ck_assert_int_eq(waitpid(child, &status, 0), child);
		ck_assert_int_eq(status, 0);
		ck_assert_str_eq(
		    buffer_string(&cuts), buffer_string(&expected));
	}
	buffer_free(&expected);
	buffer_free(&text);
}
END_TEST

START_TEST(source_reads_standard_input_compressed_too)
{
	int fd;

	write_compressed("x", "z", BYTES("{\"a\":1}\n"));
	fd = open(place("x"), O_RDONLY);
	ck_assert_int_eq(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	close(fd);
	expect_read("-", "-:1 {\"a\":1}\n", "");
}
END_TEST

START_TEST(source_does_not_open_what_is_known)
{
	struct source *source;
	const struct source_file *files;
	uint64_t done, total;
	size_t n;

	write_text("a.txt", "A");
	write_text("b.txt", "B");
	skipped = "a.txt";
	source = read_path(folder);
	ck_assert_str_eq(buffer_string(&seen), "b.txt:0 B\n");
	files = source_files(source, &n);
	ck_assert_uint_eq(n, 2);
	ck_assert(!files[0].complete && !files[0].ignored);
	ck_assert(files[1].complete);
	ck_assert_uint_eq(files[0].size, 1);
	source_progress(source, &done, &total);
	ck_assert_uint_eq(done, 2);
	ck_assert_uint_eq(total, 2);
	source_close(source);
}
END_TEST

START_TEST(source_goes_on_past_a_file_that_vanished)
{
	struct source *source;

	write_text("a.txt", "A");
	write_text("b.txt", "B");
	ck_assert_int_eq(source_open(folder, NULL, failed, NULL, &source,
	                     &error), STATUS_OK);
	ck_assert_int_eq(unlink(place("a.txt")), 0);
	drain(source);
	source_close(source);
	ck_assert_str_eq(buffer_string(&seen), "b.txt:0 B\n");
	ck_assert_str_eq(
	    buffer_string(&told), "0:0 no such file or directory\n");
}
END_TEST

START_TEST(source_does_not_follow_a_link_put_in_place_of_a_file)
{
	struct source *source;

	write_text("a.txt", "A");
	write_text("b.txt", "B");
	ck_assert_int_eq(source_open(folder, NULL, failed, NULL, &source,
	                     &error), STATUS_OK);
	ck_assert_int_eq(unlink(place("a.txt")), 0);
	ck_assert_int_eq(symlink("/etc/passwd", place("a.txt")), 0);
	drain(source);
	source_close(source);
	ck_assert_str_eq(buffer_string(&seen), "b.txt:0 B\n");
	ck_assert_str_eq(
	    buffer_string(&told), "0:0 too many symbolic links\n");
}
END_TEST

START_TEST(source_calls_a_file_that_grows_incomplete)
{
	struct buffer text = many_lines(30000);
	struct chunk chunk = {0};
	struct source *source;
	size_t n;
	FILE *file;

	write_file("x.jsonl", text.bytes, text.size);
	ck_assert_int_eq(source_open(place("x.jsonl"), NULL, failed, NULL,
	                     &source, &error), STATUS_OK);
	ck_assert_int_eq(source_next(source, &chunk), STATUS_OK);
	file = fopen(place("x.jsonl"), "ab");
	fputs("{\"a\":1}\n", file);
	fclose(file);
	drain(source);
	ck_assert_uint_eq(source_files(source, &n)->n_records, 30001);
	ck_assert(!source_files(source, &n)->complete);
	source_close(source);
	chunk_free(&chunk);
	buffer_free(&text);
}
END_TEST

START_TEST(source_that_is_not_there_hints_at_one_like_it)
{
	struct source *source = NULL;
	char hint[600];

	write_text("articles.jsonl", "{}");
	ck_assert_int_eq(source_open(place("artikles.jsonl"), NULL, failed,
	                     NULL, &source, &error), STATUS_NOT_FOUND);
	ck_assert_ptr_null(source);
	ck_assert_ptr_nonnull(
	    strstr(error.message, ": no such file or folder"));
	snprintf(hint, sizeof hint, "did you mean %s ?",
	    place("articles.jsonl"));
	ck_assert_str_eq(error.hint, hint);
	ck_assert_int_eq(source_open(place("zebra"), NULL, failed, NULL,
	                     &source, &error), STATUS_NOT_FOUND);
	ck_assert_str_eq(error.hint, "");
}
END_TEST

START_TEST(source_does_not_wait_for_a_pipe)
{
	struct source *source = NULL;

	ck_assert_int_eq(mkfifo(place("pipe"), 0600), 0);
	ck_assert_int_eq(source_open(place("pipe"), NULL, failed, NULL,
	                     &source, &error), STATUS_IO);
	ck_assert_str_eq(error.hint, "records from a pipe are read with  -");
}
END_TEST

START_TEST(source_tells_what_it_may_not_read)
{
	struct source *source;

	if (geteuid() == 0) {
		/* Root may read everything; so read as nobody. */
		ck_assert_int_eq(chmod(folder, 0755), 0);
		ck_assert_int_eq(chdir(folder), 0);
	}
	ck_assert_int_eq(mkdir(place("a"), 0700), 0);
	write_text("a/x", "X");
	write_text("b", "B");
	write_text("c", "C");
	ck_assert_int_eq(chmod(place("a"), 0), 0);
	ck_assert_int_eq(chmod(place("b"), 0), 0);
	ck_assert_int_eq(chmod(place("c"), 0644), 0);
	if (geteuid() == 0)
		ck_assert_int_eq(seteuid(65534), 0);
	expect_read(folder, "c:0 C\n",
	    "0:0 permission denied\n1:0 permission denied\n");
	ck_assert_int_eq(source_open(place("b"), NULL, failed, NULL,
	                     &source, &error), STATUS_IO);
	ck_assert_ptr_nonnull(strstr(error.message, ": permission denied"));
	if (getuid() == 0)
		ck_assert_int_eq(seteuid(0), 0);
	ck_assert_int_eq(chmod(place("a"), 0700), 0);
}
END_TEST

START_TEST(source_of_many_empty_files_comes_in_several_chunks)
{
	char name[20];

	for (int i = 0; i < 20000; i++) {
		snprintf(name, sizeof name, "%05d", i);
		write_text(name, "");
	}
	source_close(read_path(folder));
	ck_assert_str_eq(buffer_string(&cuts), "16384 3616 ");
}
END_TEST

/* Every line and file is a record, or told, or ignored. */
START_TEST(source_accounts_for_all_of_the_broken_fixtures)
{
	struct source *source = read_path("fixtures/broken");
	const struct source_file *files;
	size_t n, silent = 0;

	files = source_files(source, &n);
	for (size_t i = 0; i < n; i++)
		silent += !files[i].complete && !files[i].ignored;
	ck_assert_uint_eq(n, 24);
	ck_assert_uint_eq(source_ignored(source), 4);
	ck_assert_uint_eq(silent, 3);
	ck_assert_str_eq(buffer_string(&told),
	    "5:4 cannot decompress: truncated gzip input\n"
	    "17:0 cannot decompress: more than two layers\n"
	    "20:0 JSON Lines in UTF-16; only UTF-8 is read\n");
	ck_assert_ptr_nonnull(
	    strstr(buffer_string(&seen), "lines.jsonl:13 "));
	source_close(source);
}
END_TEST

static Suite *
source_suite(void)
{
	Suite *suite = suite_create("source");
	TCase *tests = tcase_create("source");

#define TABLE(test, table) \
	tcase_add_loop_test(tests, test, 0, sizeof table / sizeof *table)
#define TEST(test) tcase_add_test(tests, test)
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_set_timeout(tests, 120);
	TABLE(source_splits_lines, lines);
	TABLE(source_finds_what_a_file_is_by_looking, forms);
	TABLE(source_reads_compressed_as_if_it_were_not, compressed);
	TABLE(source_tells_every_truncation, codecs);
	TABLE(source_reads_members_one_after_another, codecs);
	TEST(source_believes_no_gzip_whose_checksum_does_not_match);
	TEST(source_reads_nothing_of_a_damaged_block_of_bzip2);
	TEST(source_tells_what_broke_below_another_layer);
	TEST(source_walks_in_byte_order_past_what_is_no_file);
	TEST(source_may_be_named_in_several_ways);
	TEST(source_reads_below_folders_deeper_than_a_path_may_be);
	TEST(source_takes_two_layers_off_but_no_third);
	TEST(source_keeps_what_comes_before_a_break);
	TEST(source_passes_over_a_line_beyond_64_megabytes);
	TEST(source_keeps_a_line_of_64_megabytes);
	TEST(source_passes_over_any_number_of_blank_lines);
	TEST(source_cuts_chunks_by_the_bytes_alone);
	TEST(source_reads_standard_input_compressed_too);
	TEST(source_does_not_open_what_is_known);
	TEST(source_goes_on_past_a_file_that_vanished);
	TEST(source_does_not_follow_a_link_put_in_place_of_a_file);
	TEST(source_calls_a_file_that_grows_incomplete);
	TEST(source_that_is_not_there_hints_at_one_like_it);
	TEST(source_does_not_wait_for_a_pipe);
	TEST(source_tells_what_it_may_not_read);
	TEST(source_of_many_empty_files_comes_in_several_chunks);
	TEST(source_accounts_for_all_of_the_broken_fixtures);
	suite_add_tcase(suite, tests);
	return suite;
}

int
main(void)
{
	return support_run(source_suite());
}
