/* The languages that words are stemmed in: one table. */
#include "text/language.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

struct language {
	const char *code; /* ISO 639-1 */
	const char *name; /* English, and Snowball's name too */
	const char *other_codes; /* ISO 639-2 and 639-3, and variants, each
	                            followed by a blank */
};

/*
 * A language's place here is its number in every index: entries are added
 * at the end and never moved.
 */
static const struct language languages[] = {
	{"none", "none", ""},
	{"en", "english", "eng "},
	{"ar", "arabic", "ara arb "},
	{"hy", "armenian", "hye arm "},
	{"eu", "basque", "eus baq "},
	{"ca", "catalan", "cat "},
	{"da", "danish", "dan "},
	{"nl", "dutch", "nld dut "},
	{"fi", "finnish", "fin "},
	{"fr", "french", "fra fre "},
	{"de", "german", "deu ger "},
	{"el", "greek", "ell gre "},
	{"hi", "hindi", "hin "},
	{"hu", "hungarian", "hun "},
	{"id", "indonesian", "ind in "},
	{"ga", "irish", "gle "},
	{"it", "italian", "ita "},
	{"lt", "lithuanian", "lit "},
	{"ne", "nepali", "nep npi "},
	{"no", "norwegian", "nor nb nob nn nno "},
	{"pt", "portuguese", "por "},
	{"ro", "romanian", "ron rum "},
	{"ru", "russian", "rus "},
	{"sr", "serbian", "srp "},
	{"es", "spanish", "spa "},
	{"sv", "swedish", "swe "},
	{"ta", "tamil", "tam "},
	{"tr", "turkish", "tur "},
	{"yi", "yiddish", "yid ji "},
};

enum { N_LANGUAGES = sizeof languages / sizeof languages[0] };

static bool
is_same(const char *name, const char *code, size_t length)
{
	return strlen(name) == length && !strncasecmp(name, code, length);
}

/* Whether the code is one of a list in which each is followed by a blank. */
static bool
is_among(const char *list, const char *code, size_t length)
{
	const char *end;

	for (; (end = strchr(list, ' ')); list = end + 1)
		if ((size_t)(end - list) == length &&
		    !strncasecmp(list, code, length))
			return true;
	return false;
}

uint8_t
language_by_code(const char *code)
{
	size_t length;

	if (!code)
		return LANGUAGE_NONE;
	/* The region and script of "en-GB" or "sr_Latn" say nothing here. */
	length = strcspn(code, "-_");
	for (unsigned i = 1; i < N_LANGUAGES; i++)
		if (is_same(languages[i].code, code, length) ||
		    is_same(languages[i].name, code, strlen(code)) ||
		    is_among(languages[i].other_codes, code, length))
			return (uint8_t)i;
	return LANGUAGE_NONE;
}

_Bool
language_is_known(const char *code)
{
	return code &&
	    (!strcasecmp(code, "none") ||
		language_by_code(code) != LANGUAGE_NONE);
}

const char *
language_code(uint8_t language)
{
	return language < N_LANGUAGES ? languages[language].code : NULL;
}

const char *
language_name(uint8_t language)
{
	return language < N_LANGUAGES ? languages[language].name : NULL;
}

const char *
language_stemmer(uint8_t language)
{
	return language == LANGUAGE_NONE ? NULL : language_name(language);
}
