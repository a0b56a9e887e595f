/* UTF-8, word breaks and the words of a text. */
#include "fuzz.h"

#include "text/normal.h"
#include "text/tokenizer.h"
#include "text/utf8.h"
#include "text/word_break.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* A character at a time, beside another library. */
static void
decode(const char *text, size_t length)
{
	size_t first_bad = length;

	for (size_t at = 0; at < length;) {
		uint32_t code;
		utf8proc_int32_t other;
		size_t n = utf8_decode(text + at, length - at, &code);
		utf8proc_ssize_t n_other = utf8proc_iterate(
		    (const utf8proc_uint8_t *)text + at,
		    (utf8proc_ssize_t)(length - at), &other);
		char again[4];

		FUZZ_CHECK((code == UINT32_MAX) == (n_other < 0));
		if (code == UINT32_MAX) {
			FUZZ_CHECK(n == 1);
			first_bad = first_bad < at ? first_bad : at;
		} else {
			FUZZ_CHECK((utf8proc_ssize_t)n == n_other);
			FUZZ_CHECK(code == (uint32_t)other);
			FUZZ_CHECK(utf8_encode(code, again) == n);
			FUZZ_CHECK(memcmp(again, text + at, n) == 0);
			FUZZ_CHECK((unsigned)utf8_width(code) <= 2);
		}
		at += n;
	}
	FUZZ_CHECK(utf8_check(text, length) == first_bad);
}

static bool
is_inside_character(const char *text, size_t length, size_t at)
{
	for (size_t back = 1; back <= 3 && back <= at; back++) {
		uint32_t code;
		size_t n = utf8_decode(text + at - back, length - at + back,
		    &code);

		if (code != UINT32_MAX)
			return n > back;
	}
	return false;
}

static void
break_words(const char *text, size_t length)
{
	for (size_t at = 0, next; at < length; at = next) {
		next = word_break_next(text, length, at);
		FUZZ_CHECK(next > at && next <= length);
		FUZZ_CHECK(!is_inside_character(text, length, next));
	}
}

static void
check_token(const char *text, const struct token *token)
{
	char fast[TOKEN_MAX], slow[TOKEN_MAX], head[TOKEN_HEAD] = {0};
	size_t n = token->end - token->start;
	size_t n_fast = normal_form(text + token->start, n, fast, TOKEN_MAX);

	FUZZ_CHECK(utf8_check(text + token->start, n) == n);
	FUZZ_CHECK(n_fast == normal_form_slow(text + token->start, n, slow,
	    TOKEN_MAX));
	FUZZ_CHECK(memcmp(fast, slow, n_fast) == 0);
	FUZZ_CHECK(token->length >= 1 && token->length <= TOKEN_MAX);
	FUZZ_CHECK(utf8_check(token->word, token->length) == token->length);
	FUZZ_CHECK(!memchr(token->word, 0, token->length));
	memcpy(head, token->word, token->length < TOKEN_HEAD
	    ? token->length : TOKEN_HEAD);
	FUZZ_CHECK(memcmp(head, token->head, TOKEN_HEAD) == 0);
}

static void
find_words(const char *text, size_t length)
{
	struct tokenizer tokenizer;
	struct token token;
	size_t last_start = 0;
	uint32_t next = 0;

	tokenizer_start(&tokenizer, text, length);
	while (tokenizer_next(&tokenizer, &token)) {
		FUZZ_CHECK(token.start >= last_start);
		FUZZ_CHECK(token.start < token.end && token.end <= length);
		if (token.pair) {
			FUZZ_CHECK(token.position + 1 == next);
		} else {
			FUZZ_CHECK(token.position == next);
			next++;
		}
		check_token(text, &token);
		last_start = token.start;
	}
}

void
fuzz_utf8(const uint8_t *bytes, size_t size)
{
	struct fuzz_input input = {bytes, bytes + size};
	size_t length;
	char *text = fuzz_rest(&input, &length);

	decode(text, length);
	break_words(text, length);
	find_words(text, length);
	free(text);
}
