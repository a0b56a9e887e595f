/* What the words of a query find in an archive, by looking at all words. */
#include "support_findings.h"

#include "alloc.h"
#include "support.h"

#include <math.h>
#include <stdlib.h>

static bool
is_counted(const struct made_archive *archive, size_t token)
{
	uint32_t document = archive->tokens[token].document;

	return archive->documents[document].is_counted;
}

/*
 * By number: the word's form in each language; its own stem of each, unless
 * it is exact; and all stems that its form stands under somewhere.
 */
static bool *
terms_of(struct made_archive *archive, const struct node *word)
{
	bool *terms = alloc_zeroed(archive->n_terms + 2 * ARCHIVE_LANGUAGES +
	    1, sizeof(bool));
	struct lexeme lexeme;

	for (int i = 0; i < ARCHIVE_LANGUAGES; i++) {
		uint8_t language = made_languages[i];

		analyzer_lexeme(archive->analyzer, language, word->word,
		    word->length, &lexeme);
		terms[made_term(archive, language, lexeme.stem,
		    lexeme.stem_length)] = !word->exact;
		terms[made_term(archive, ARCHIVE_FORM + language,
		    lexeme.form, lexeme.form_length)] = true;
	}
	for (size_t i = 0; i < archive->n_tokens; i++)
		if (is_counted(archive, i) && terms[archive->tokens[i].form])
			terms[archive->tokens[i].stem] = true;
	terms[0] = false; /* words of fields have no stem */
	return terms;
}

/* A document counts once for each of the word's stems that it holds. */
static double
idf_of(const struct made_archive *archive, const bool *terms, double documents)
{
	uint32_t *last = alloc_zeroed(archive->n_terms + 1, sizeof *last);
	double df = 0;

	for (size_t i = 0; i < archive->n_tokens; i++) {
		const struct made_token *token = &archive->tokens[i];

		if (!is_counted(archive, i))
			continue;
		df += terms[token->stem] &&
		    last[token->stem] != token->document + 1;
		last[token->stem] = token->document + 1;
	}
	free(last);
	df = fmin(df, documents);
	return floor(log(1 + (documents - df + 0.5) / (df + 0.5)) *
	    1048576.0 + 0.5) / 1048576.0;
}

bool
finding_is_at(const struct finding *finding, const struct made_token *token)
{
	const struct node *word = finding->node;
	bool has_form = finding->terms[token->form];

	if (word->scope == SCOPE_FIELD)
		return has_form && token->part >= ARCHIVE_FIELDS &&
		    (int)((token->part - ARCHIVE_FIELDS) / ARCHIVE_VALUES) ==
		    made_field(word->field);
	return finding->terms[token->stem] && (has_form || !word->exact) &&
	    (word->scope != SCOPE_TITLE || token->part == ARCHIVE_TITLE) &&
	    (word->scope != SCOPE_BODY || token->part == ARCHIVE_BODY);
}

static void
add_words(struct findings *findings, struct made_archive *archive,
    const struct node *node)
{
	struct finding *finding;

	for (size_t i = 0; i < node->n_children; i++)
		add_words(findings, archive, node->children[i]);
	if (node->kind != NODE_WORD)
		return;
	if (findings->n >= FINDINGS_MAX)
		abort();
	finding = &findings->items[findings->n++];
	finding->node = node;
	finding->terms = terms_of(archive, node);
	finding->idf = idf_of(archive, finding->terms,
	    findings->documents);
}

void
findings_create(struct findings *findings, struct made_archive *archive,
    const struct node *root)
{
	double words = 0;

	*findings = (struct findings){.average = 1};
	for (uint32_t i = 0; i < archive->n_documents; i++)
		if (archive->documents[i].is_counted) {
			words += archive->documents[i].length;
			findings->documents++;
		}
	if (words > 0)
		findings->average = words / findings->documents;
	add_words(findings, archive, root);
}

void
findings_free(struct findings *findings)
{
	for (size_t i = 0; i < findings->n; i++)
		free(findings->items[i].terms);
	findings->n = 0;
}

const struct finding *
findings_of(const struct findings *findings, const struct node *word)
{
	const struct finding *finding = findings->items;

	while (finding->node != word)
		finding++;
	return finding;
}

int64_t
findings_score(const struct findings *findings, const struct node *node,
    size_t n, uint32_t length)
{
	const double k1 = 1.2, b = 0.75;
	double idf = 0, tf = (double)n;

	if (node->scope == SCOPE_FIELD)
		return 0;
	for (size_t i = 0; i < node->n_children; i++)
		idf += findings_of(findings, node->children[i])->idf;
	if (node->kind == NODE_WORD)
		idf = findings_of(findings, node)->idf;
	return (int64_t)floor(idf * (tf * (k1 + 1) / (tf + k1 * ((1 - b) +
	    b * length / findings->average))) * 1048576.0 + 0.5);
}
