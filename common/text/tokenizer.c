/*
 * Text to words: a fast path for ASCII, and UAX #29 for all the rest.
 *
 * Korean could have been cut into pairs too, as is usual, since its particles
 * are written onto the noun.  But it has blanks, so its words exist; pairs
 * would be three entries for each of them, and quotes would find parts of
 * words.  There is no stemmer for it, so a noun with another particle is
 * another word: prefix search (noun*) is the way to all of them.
 */
#include "text/tokenizer.h"

#include "normal.h"
#include "text/utf8.h"
#include "word_break.h"

#include <endian.h>
#include <string.h>

enum { NARROW_BLANK = 0x202f }; /* UAX #29 would join words by it */

/* A letter, digit or underscore in lower case; 0 for any other byte. */
static const uint8_t word_bytes[256] = {
	['0'] = '0', '1', '2', '3', '4', '5', '6', '7', '8', '9',
	['A'] = 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm',
	'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z',
	['a'] = 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm',
	'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z',
	['_'] = '_',
};

/* How a word of ASCII may begin. */
static bool
is_alphanumeric(uint8_t byte)
{
	return word_bytes[byte] != 0 && byte != '_';
}

static bool
is_digit(uint8_t byte)
{
	return byte >= '0' && byte <= '9';
}

/* What the byte after a run of word bytes means for the word. */
enum after_run { WORD_ENDS, WORD_GOES_ON, WORD_IS_UNICODE };

/*
 * `text[at]` comes after a word byte and is none.  Full stops, apostrophes
 * and the like join two letters or two digits (UAX #29, WB6 and WB12).
 */
static enum after_run
look_after_run(const uint8_t *text, size_t length, size_t at)
{
	uint8_t byte = text[at], before = text[at - 1], after;
	uint8_t class;
	bool joins_digits, joins_letters;

	if (byte >= 0x80)
		return WORD_IS_UNICODE;
	if (byte <= ' ' || at + 1 == length || before == '_')
		return WORD_ENDS;
	after = text[at + 1];
	if (after < 0x80 && !is_alphanumeric(after))
		return WORD_ENDS;
	class = word_break_character(byte) & CHARACTER_CLASS;
	joins_digits = class == BREAK_MID_NUM || class == BREAK_MID_NUM_LET ||
	    class == BREAK_SINGLE_QUOTE;
	joins_letters = class == BREAK_MID_LETTER ||
	    class == BREAK_MID_NUM_LET || class == BREAK_SINGLE_QUOTE;
	if (!joins_digits && !joins_letters)
		return WORD_ENDS;
	if (after >= 0x80)
		return WORD_IS_UNICODE;
	if (is_digit(before) != is_digit(after))
		return WORD_ENDS;
	if (is_digit(before) ? joins_digits : joins_letters)
		return WORD_GOES_ON;
	return WORD_ENDS;
}

/* Hands out the word but for its head. */
static inline void
give_word(struct tokenizer *tokenizer, struct token *token, size_t start,
    size_t end, size_t length)
{
	token->word = tokenizer->word;
	token->length = (uint32_t)length;
	token->position = tokenizer->position++;
	token->start = start;
	token->end = end;
	token->pair = false;
	token->single = false;
}

static void
give(struct tokenizer *tokenizer, struct token *token, size_t start,
    size_t end, size_t length)
{
	give_word(tokenizer, token, start, end, length);
	token->head[0] = token->head[1] = 0;
	memcpy(token->head, tokenizer->word,
	    length < TOKEN_HEAD ? length : TOKEN_HEAD);
}

/*
 * A word without the underscores at its end, and, where it was cut, without
 * the apostrophe or full stop that stood before what is gone.
 */
static size_t
without_joiners(const char *word, size_t length)
{
	while (length > 1 && (uint8_t)word[length - 1] < 0x80 &&
	    !is_alphanumeric((uint8_t)word[length - 1]))
		length--;
	return length;
}

/* The highest bit of each byte. */
#define HIGH (UINT64_C(0x0101010101010101) * 0x80)
/* A byte in all eight places. */
#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/*
 * Eight bytes at once, as word_bytes tells of each: returns the number of
 * word bytes at the front, and what is left of the eight by them, in lower
 * case and then zeros.  Sums of seven bits never carry into the next byte.
 */
static inline unsigned
read_eight(const uint8_t *text, uint64_t *lower)
{
	uint64_t bytes, low, small, letters, digits, lines, others;
	unsigned n;

	memcpy(&bytes, text, sizeof bytes);
	bytes = le64toh(bytes);
	low = bytes & ~HIGH;
	small = low | EACH(0x20);
	letters = (small + EACH(0x80 - 'a')) & ~(small + EACH(0x7f - 'z'));
	digits = (low + EACH(0x80 - '0')) & ~(low + EACH(0x7f - '9'));
	lines = ~((low ^ EACH('_')) + EACH(0x7f));
	letters &= ~bytes & HIGH;
	others = ~((digits | lines) & ~bytes) & ~letters & HIGH;
	bytes |= (letters & ~(bytes << 2)) >> 2;
	if (!others) {
		*lower = bytes;
		return 8;
	}
	n = (unsigned)__builtin_ctzll(others) / 8;
	*lower = bytes & ((UINT64_C(1) << 8 * n) - 1);
	return n;
}

/* read_ascii for a short word inside the text; false for all others. */
static inline bool
read_short(struct tokenizer *tokenizer, size_t start, struct token *token)
{
	const uint8_t *text = (const uint8_t *)tokenizer->text;
	uint64_t head[2] = {0, 0};
	size_t length = tokenizer->length, n;

	if (length - start <= TOKEN_HEAD)
		return false;
	n = read_eight(text + start, &head[0]);
	if (n == 8)
		n += read_eight(text + start + 8, &head[1]);
	if (n == TOKEN_HEAD || text[start + n - 1] == '_' ||
	    (text[start + n] != ' ' &&
	    look_after_run(text, length, start + n) != WORD_ENDS))
		return false;
	token->head[0] = htole64(head[0]);
	token->head[1] = htole64(head[1]);
	memcpy(tokenizer->word, token->head, TOKEN_HEAD);
	tokenizer->next = start + n;
	give_word(tokenizer, token, start, start + n, n);
	return true;
}

/*
 * Reads the word that begins with the letter or digit at `start`.  Returns
 * false if it is not all ASCII or the character after it may change it.
 */
static bool
read_ascii(struct tokenizer *tokenizer, size_t start, struct token *token)
{
	const uint8_t *text = (const uint8_t *)tokenizer->text;
	size_t length = tokenizer->length;
	char *word = tokenizer->word;
	size_t at = start, n = 0, end;

	for (;;) {
		enum after_run after;
		uint8_t byte;

		while (at < length && n < TOKEN_MAX &&
		    (byte = word_bytes[text[at]]) != 0) {
			word[n++] = (char)byte;
			at++;
		}
		while (at < length && word_bytes[text[at]] != 0)
			at++; /* longer than any term */
		if (at == length)
			break;
		after = look_after_run(text, length, at);
		if (after == WORD_IS_UNICODE)
			return false;
		if (after == WORD_ENDS)
			break;
		if (n < TOKEN_MAX)
			word[n++] = (char)text[at];
		at++;
	}
	tokenizer->next = at;
	end = start + without_joiners(tokenizer->text + start, at - start);
	give(tokenizer, token, start, end, without_joiners(word, n));
	return true;
}

/* What belongs to the character before it (UAX #29, WB4). */
static bool
is_mark(uint8_t properties)
{
	uint8_t class = properties & CHARACTER_CLASS;

	return class == BREAK_EXTEND || class == BREAK_FORMAT ||
	    class == BREAK_ZWJ;
}

/* The end of the marks that follow the character that ends at `at`. */
static size_t
skip_marks(const char *text, size_t length, size_t at)
{
	while (at < length) {
		uint32_t code;
		size_t size = utf8_decode(text + at, length - at, &code);

		if (!is_mark(word_break_character(code)))
			break;
		at += size;
	}
	return at;
}

/*
 * Reads the character of a script without blanks at `start`, with its marks,
 * and leaves the pair that it begins, if any, for the next call.
 */
static bool
read_single(struct tokenizer *tokenizer, size_t start, struct token *token)
{
	const char *text = tokenizer->text;
	size_t length = tokenizer->length, end, size, n;
	uint32_t code;

	size = utf8_decode(text + start, length - start, &code);
	end = skip_marks(text, length, start + size);
	tokenizer->next = end;
	n = normal_form(text + start, end - start, tokenizer->word, TOKEN_MAX);
	if (n == 0)
		return false;
	give(tokenizer, token, start, end, n);
	token->single = true;
	if (end == length)
		return true;
	size = utf8_decode(text + end, length - end, &code);
	if (word_break_character(code) & CHARACTER_UNSPACED) {
		tokenizer->pair_start = start;
		tokenizer->pair_end = skip_marks(text, length, end + size);
	}
	return true;
}

/* Gives the pair whose first character was given last. */
static bool
read_pair(struct tokenizer *tokenizer, struct token *token)
{
	size_t start = tokenizer->pair_start, end = tokenizer->pair_end;
	size_t n = normal_form(tokenizer->text + start, end - start,
	    tokenizer->word, TOKEN_MAX);

	tokenizer->pair_end = 0;
	if (n == 0)
		return false;
	tokenizer->position--; /* it stands where its first character does */
	give(tokenizer, token, start, end, n);
	token->pair = true;
	return true;
}

/* Part of a segment of UAX #29. */
struct piece {
	size_t start, end; /* the word in it; `end` is 0 if there is none */
	size_t next;       /* where to go on */
};

/* A letter or digit that may begin or end a word. */
static bool
is_word_character(uint32_t code, uint8_t properties)
{
	return properties & CHARACTER_WORD && !normal_is_apostrophe(code);
}

/*
 * The word in the segment from `at` to `end`: from its first letter or digit
 * to its last with the marks on it, or up to what parts words for us but not
 * for UAX #29.
 */
static struct piece
find_piece(const char *text, size_t at, size_t end)
{
	struct piece piece = {0};

	piece.next = end;
	while (at < end) {
		uint32_t code;
		size_t size = utf8_decode(text + at, end - at, &code);
		uint8_t properties = word_break_character(code);

		if (piece.end != 0 &&
		    (code == NARROW_BLANK ||
			properties & CHARACTER_UNSPACED)) {
			piece.next = at;
			break;
		}
		if (is_word_character(code, properties)) {
			if (piece.end == 0)
				piece.start = at;
			piece.end = at + size;
		} else if (piece.end != 0 && piece.end == at &&
		    is_mark(properties)) {
			piece.end = at + size;
		}
		at += size;
	}
	return piece;
}

/* Reads the segment of UAX #29 at `at`; false if it holds no word. */
static bool
read_unicode(struct tokenizer *tokenizer, size_t at, struct token *token)
{
	const char *text = tokenizer->text;
	size_t end = word_break_next(text, tokenizer->length, at);
	struct piece piece = find_piece(text, at, end);
	uint32_t code;
	size_t n;

	tokenizer->next = piece.next;
	if (piece.end == 0)
		return false;
	utf8_decode(text + piece.start, piece.end - piece.start, &code);
	if (word_break_character(code) & CHARACTER_UNSPACED)
		return read_single(tokenizer, piece.start, token);
	n = normal_form(text + piece.start, piece.end - piece.start,
	    tokenizer->word, TOKEN_MAX);
	n = without_joiners(tokenizer->word, n);
	if (n == 0)
		return false;
	give(tokenizer, token, piece.start, piece.end, n);
	return true;
}

void
tokenizer_start(struct tokenizer *tokenizer, const char *text, size_t length)
{
	tokenizer->text = text;
	tokenizer->length = length;
	tokenizer->next = 0;
	tokenizer->position = 0;
	tokenizer->pair_start = 0;
	tokenizer->pair_end = 0;
}

bool
tokenizer_next(struct tokenizer *tokenizer, struct token *token)
{
	const uint8_t *text = (const uint8_t *)tokenizer->text;
	size_t length = tokenizer->length;

	if (tokenizer->pair_end != 0 && read_pair(tokenizer, token))
		return true;
	while (tokenizer->next < length) {
		size_t at = tokenizer->next;

		if (is_alphanumeric(text[at])) {
			if (read_short(tokenizer, at, token) ||
			    read_ascii(tokenizer, at, token))
				return true;
		} else if (text[at] < 0x80) {
			tokenizer->next++;
			continue;
		}
		if (read_unicode(tokenizer, at, token))
			return true;
	}
	return false;
}
