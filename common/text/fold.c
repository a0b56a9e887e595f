/* Words without their accents: decomposed, stripped and composed again. */
#include "fold.h"

#include "normal.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

enum { FOLD_MAX_CODES = 1024, PLAIN_MAX = 2 };

/*
 * Marks that only say how a letter sounds.  They are listed by block, not
 * taken by category: the vowel signs and viramas of Indic scripts and the
 * voiced sound marks of kana are marks too, and without them a word is
 * another word.
 */
static const struct {
	int32_t first, last;
} accents[] = {
	{0x0300, 0x036f}, /* combining diacritical marks */
	{0x0483, 0x0487}, /* Cyrillic titlo and the like */
	{0x0591, 0x05bd}, /* Hebrew accents and points */
	{0x05bf, 0x05bf},
	{0x05c1, 0x05c2},
	{0x05c4, 0x05c5},
	{0x05c7, 0x05c7},
	{0x0610, 0x061a}, /* Arabic honorifics, harakat, Koranic signs */
	{0x064b, 0x065f},
	{0x0670, 0x0670},
	{0x06d6, 0x06dc},
	{0x06df, 0x06e4},
	{0x06e7, 0x06e8},
	{0x06ea, 0x06ed},
	{0x08ca, 0x08e1},
	{0x08e3, 0x08ff},
	{0x1ab0, 0x1ace}, /* diacritical marks, extended */
	{0x1dc0, 0x1dff}, /* diacritical marks, supplement */
	{0x20d0, 0x20f0}, /* diacritical marks for symbols */
	{0x2de0, 0x2dff}, /* Cyrillic, extended */
	{0xa66f, 0xa67d},
	{0xfe20, 0xfe2f}, /* half marks */
};

/* Letters that Unicode does not decompose and a plain keyboard lacks. */
static const struct {
	int32_t code;
	char plain[PLAIN_MAX + 1];
} letters[] = {
	{0x00b7, ""},   /* the dot in Catalan col·legi */
	{0x00df, "ss"}, /* sharp s, if some stemmer made one */
	{0x00e6, "ae"},
	{0x00f0, "d"}, /* eth */
	{0x00f8, "o"},
	{0x00fe, "th"}, /* thorn */
	{0x0111, "d"},
	{0x0127, "h"},
	{0x0131, "i"}, /* dotless i */
	{0x0133, "ij"},
	{0x0138, "k"}, /* kra */
	{0x0140, "l"}, /* l with middle dot */
	{0x0142, "l"},
	{0x014b, "n"}, /* eng */
	{0x0153, "oe"},
	{0x0167, "t"},
	{0x0180, "b"},
	{0x01c6, "dz"},
	{0x01c9, "lj"},
	{0x01cc, "nj"},
	{0x01e5, "g"},
	{0x0237, "j"}, /* dotless j */
	{0x0640, ""},  /* Arabic tatweel, which only stretches the line */
};

static bool
is_accent(int32_t code)
{
	if (code < accents[0].first)
		return false;
	for (size_t i = 0; i < sizeof accents / sizeof accents[0]; i++)
		if (code >= accents[i].first && code <= accents[i].last)
			return true;
	return false;
}

/*
 * Marks that make another letter of the alphabet, which nobody leaves out:
 * short i and short u of Cyrillic, Ukrainian yi, and hamza on waw or yeh
 * (hamza and madda on alef are left out by most writers).
 */
static bool
is_kept(int32_t base, int32_t mark)
{
	switch (mark) {
	case 0x0306:
		return base == 0x0438 || base == 0x0443;
	case 0x0308:
		return base == 0x0456;
	case 0x0654:
		return base == 0x0648 || base == 0x064a || base == 0x06d2 ||
		    base == 0x06c1 || base == 0x06d5;
	default:
		return false;
	}
}

/* The plain letters for a character, or NULL. */
static const char *
plain_letters(int32_t code)
{
	for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
		if (letters[i].code == code)
			return letters[i].plain;
	return NULL;
}

/* Folds decomposed characters in place and returns how many are left. */
static size_t
fold_codes(const int32_t *codes, size_t n, int32_t *folded)
{
	int32_t base = 0;
	size_t n_folded = 0;

	for (size_t i = 0; i < n; i++) {
		const char *plain;

		if (is_accent(codes[i])) {
			if (is_kept(base, codes[i]))
				folded[n_folded++] = codes[i];
			continue;
		}
		base = codes[i];
		plain = plain_letters(base);
		if (!plain)
			folded[n_folded++] = base;
		for (; plain && *plain; plain++)
			folded[n_folded++] = (unsigned char)*plain;
	}
	return n_folded;
}

static size_t
fold_unicode(const char *word, size_t length, char *out, size_t room)
{
	int32_t codes[FOLD_MAX_CODES];
	int32_t folded[PLAIN_MAX * FOLD_MAX_CODES];
	utf8proc_ssize_t n;
	size_t n_folded;

	n = utf8proc_decompose((const utf8proc_uint8_t *)word,
	    (utf8proc_ssize_t)length, codes, FOLD_MAX_CODES,
	    UTF8PROC_STABLE | UTF8PROC_DECOMPOSE);
	if (n < 0 || n > FOLD_MAX_CODES)
		return 0;
	n_folded = fold_codes(codes, (size_t)n, folded);
	n = utf8proc_normalize_utf32(folded, (utf8proc_ssize_t)n_folded,
	    UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	return n < 0 ? 0 : normal_encode(folded, (size_t)n, out, room);
}

static bool
is_ascii(const char *word, size_t length)
{
	unsigned char all = 0;

	for (size_t i = 0; i < length; i++)
		all |= (unsigned char)word[i];
	return all < 0x80;
}

size_t
fold_word(const char *word, size_t length, char *out, size_t room)
{
	size_t n = 0;

	if (length > room)
		length = normal_cut(word, length, room);
	if (!is_ascii(word, length))
		n = fold_unicode(word, length, out, room);
	if (n > 0)
		return n;
	memcpy(out, word, length);
	return length;
}
