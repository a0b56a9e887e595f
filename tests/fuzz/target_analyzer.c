/* Words to forms and stems, in any language. */
#include "fuzz.h"

#include "text/analyzer.h"
#include "text/fold.h"
#include "text/language.h"
#include "text/tokenizer.h"
#include "text/utf8.h"

#include <stdlib.h>
#include <string.h>

static void
check_lexeme(const struct lexeme *lexeme, const struct token *token,
    uint8_t language)
{
	char folded[TERM_MAX];
	size_t n = lexeme->form_length;

	FUZZ_CHECK(lexeme->form_length >= 1);
	FUZZ_CHECK(lexeme->form_length <= TERM_MAX);
	FUZZ_CHECK(lexeme->stem_length >= 1);
	FUZZ_CHECK(lexeme->stem_length <= TERM_MAX);
	FUZZ_CHECK(utf8_check(lexeme->form, lexeme->form_length) ==
	    lexeme->form_length);
	FUZZ_CHECK(utf8_check(lexeme->stem, lexeme->stem_length) ==
	    lexeme->stem_length);
	if (language == LANGUAGE_NONE) { /* no elided words */
		FUZZ_CHECK(fold_word(token->word, token->length, folded,
		    TERM_MAX) == n);
		FUZZ_CHECK(memcmp(folded, lexeme->form, n) == 0);
	}
	/* Folding twice is folding once. */
	FUZZ_CHECK(fold_word(lexeme->form, lexeme->form_length, folded,
	    TERM_MAX) == n);
	FUZZ_CHECK(memcmp(folded, lexeme->form, n) == 0);
}

void
fuzz_analyzer(const uint8_t *bytes, size_t size)
{
	static struct analyzer *analyzer;
	struct fuzz_input input = {bytes, bytes + size};
	uint8_t language = fuzz_u8(&input) % LANGUAGE_MAX;
	struct tokenizer tokenizer;
	struct token token;
	size_t length;
	char *text = fuzz_rest(&input, &length);

	if (!analyzer)
		analyzer = analyzer_create();
	if (!language_code(language))
		language = LANGUAGE_NONE;
	tokenizer_start(&tokenizer, text, length);
	while (tokenizer_next(&tokenizer, &token)) {
		struct lexeme lexeme, again;

		analyzer_lexeme(analyzer, language, token.word, token.length,
		    &lexeme);
		check_lexeme(&lexeme, &token, language);
		analyzer_lexeme(analyzer, language, token.word, token.length,
		    &again);
		FUZZ_CHECK(lexeme.stem_length == again.stem_length);
		FUZZ_CHECK(memcmp(lexeme.stem, again.stem,
		    lexeme.stem_length) == 0);
	}
	free(text);
}
