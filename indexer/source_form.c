/* What a file is: its bytes decide, and its name where they cannot. */
#include "source_form.h"

#include "record_parts.h"
#include "text/utf8.h"

#include <string.h>
#include <strings.h>

enum { LOOKED_AT = 8 * 1024 };

static bool
is_one_of(const char *word, const char *const *words)
{
	for (; *words; words++)
		if (strcasecmp(word, *words) == 0)
			return true;
	return false;
}

void
source_form_extension(const char *name, char extension[EXTENSION_MAX + 1])
{
	static const char *const compressed[] = {
	    "gz", "bz2", "xz", "zst", NULL};
	const char *base = strrchr(name, '/');
	const char *end = name + strlen(name), *dot;

	base = base ? base + 1 : name;
	do {
		extension[0] = '\0';
		dot = memrchr(base, '.', (size_t)(end - base));
		if (!dot || dot == base || end - dot > EXTENSION_MAX)
			return;
		memcpy(extension, dot + 1, (size_t)(end - dot) - 1);
		extension[end - dot - 1] = '\0';
		end = dot;
	} while (is_one_of(extension, compressed));
}

static bool
begins(const uint8_t *bytes, size_t size, const char *magic, size_t length)
{
	return size >= length && memcmp(bytes, magic, length) == 0;
}

static bool
has_known_magic(const uint8_t *bytes, size_t size)
{
	static const char *const magics[] = {"%PDF-", "PK\x03\x04",
	    "\x89PNG", "\xff\xd8\xff", "GIF8", ("\x7f" "ELF"), "7z\xbc\xaf",
	    "Rar!", "\xd0\xcf\x11\xe0", "{\\rtf", "OggS", "ID3",
	    "\x1f\x8b", ("\xfd" "7zXZ"), "\x28\xb5\x2f\xfd", NULL};

	for (size_t i = 0; magics[i]; i++)
		if (begins(bytes, size, magics[i], strlen(magics[i])))
			return true;
	return false;
}

static bool
is_utf16(const uint8_t *bytes, size_t size)
{
	return begins(bytes, size, "\xff\xfe", 2) ||
	    begins(bytes, size, "\xfe\xff", 2);
}

/* What is named JSON Lines may be so without the mark. */
static bool
is_json_utf16(const uint8_t *bytes, size_t size)
{
	return is_utf16(bytes, size) ||
	    (size >= 4 && ((bytes[0] == '{' && !bytes[1] && !bytes[3]) ||
	        (!bytes[0] && bytes[1] == '{' && !bytes[2])));
}

static bool
is_control(uint8_t byte)
{
	return byte == 0x7f || (byte < ' ' && (byte < '\t' || byte > '\r'));
}

static bool
is_binary(const uint8_t *bytes, size_t size)
{
	size_t controls = 0;

	if (has_known_magic(bytes, size))
		return true;
	if (size > LOOKED_AT)
		size = LOOKED_AT;
	for (size_t i = 0; i < size; i++) {
		if (bytes[i] == 0)
			return true;
		controls += is_control(bytes[i]);
	}
	return controls > size / 10;
}

/* One bad line must not cost all the others of a file that is named JSON
   Lines; of one that is none, most bytes are no text. */
static bool
is_mostly_binary(const uint8_t *bytes, size_t size)
{
	size_t n = 0;

	if (has_known_magic(bytes, size))
		return true;
	if (size > LOOKED_AT)
		size = LOOKED_AT;
	for (size_t i = 0; i < size;) {
		uint32_t code;
		size_t length = utf8_decode((const char *)bytes + i, size - i,
		    &code);

		if (code == UINT32_MAX || is_control(bytes[i]))
			n++;
		i += length;
	}
	return n > size / 2;
}

static enum form
form_named_json(const uint8_t *bytes, size_t size)
{
	if (is_json_utf16(bytes, size))
		return FORM_JSON_UTF16;
	return is_mostly_binary(bytes, size) ? FORM_BINARY : FORM_JSON;
}

/* Whether the first line with something on it is a JSON object. */
static bool
is_json(const uint8_t *bytes, size_t size, bool cut)
{
	const char *line = (const char *)bytes, *end;
	size_t skip = 0;

	if (begins(bytes, size, "\xef\xbb\xbf", 3))
		skip = 3;
	while (skip < size && strchr(" \t\r\n", line[skip]))
		skip++;
	line += skip;
	size -= skip;
	end = memchr(line, '\n', size);
	if (end)
		return record_json_begins(line, (size_t)(end - line), false);
	return record_json_begins(line, size, cut);
}

/* What the name says that no byte can deny; FORM_TEXT if nothing. */
static enum form
form_by_name(const char *extension)
{
	static const char *const html[] = {"html", "htm", "xhtml", NULL};
	static const char *const markup[] = {"xml", "svg", "css", "js", NULL};
	static const char *const tables[] = {"csv", "tsv", "xls", "xlsx",
	    "ods", NULL};
	static const char *const office[] = {"doc", "docx", "odt", "rtf",
	    "epub", NULL};

	if (is_one_of(extension, html))
		return FORM_HTML;
	if (is_one_of(extension, markup))
		return FORM_MARKUP;
	if (is_one_of(extension, tables))
		return FORM_TABLE;
	if (is_one_of(extension, office))
		return FORM_OFFICE;
	return strcasecmp(extension, "pdf") == 0 ? FORM_PDF : FORM_TEXT;
}

enum form
source_form(const char *name, const uint8_t *bytes, size_t size, bool cut)
{
	char extension[EXTENSION_MAX + 1];
	enum form named;

	source_form_extension(name, extension);
	if (source_form_named_json(name))
		return form_named_json(bytes, size);
	named = form_by_name(extension);
	if (!is_utf16(bytes, size) && is_binary(bytes, size))
		return named == FORM_TEXT ? FORM_BINARY : named;
	if (is_json(bytes, size, cut))
		return FORM_JSON;
	if (strcasecmp(extension, "json") == 0)
		return FORM_JSON_WHOLE;
	return named;
}

bool
source_form_named_json(const char *name)
{
	static const char *const names[] = {"jsonl", "ndjson", NULL};
	char extension[EXTENSION_MAX + 1];

	source_form_extension(name, extension);
	return is_one_of(extension, names);
}

const char *
source_form_refusal(enum form form)
{
	switch (form) {
	case FORM_BINARY:
		return "looks like binary data";
	case FORM_HTML:
		return "HTML is not read yet";
	case FORM_MARKUP:
		return "XML and the like are not read yet";
	case FORM_TABLE:
		return "tables (CSV, TSV, spreadsheets) are not read yet";
	case FORM_PDF:
		return "PDF is not read yet";
	case FORM_OFFICE:
		return "office documents are not read yet";
	case FORM_JSON_WHOLE:
		return "not JSON Lines: an object may not span lines";
	case FORM_JSON_UTF16:
		return "JSON Lines in UTF-16; only UTF-8 is read";
	case FORM_TEXT:
	case FORM_JSON:
		break;
	}
	return NULL;
}
