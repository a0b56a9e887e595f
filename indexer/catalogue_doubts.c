/* What the removal of an article means for the failures noted: doubts lose
 * what they quote, and records that it hid are to be read again. */
#include "catalogue_parts.h"

#include <stdlib.h>
#include <string.h>

struct unquoting {
	struct catalogue_file *file;
	struct catalogue old; /* only its failures: those of the file */
};

static bool
keep_failure(void *context, const struct catalogue_file *file, uint64_t line,
    enum failure_kind kind, const char *reason)
{
	struct unquoting *unquoting = context;

	if (file == unquoting->file)
		catalogue_fail(&unquoting->old, unquoting->file, line, kind,
		    reason);
	return true;
}

struct reopening {
	uint32_t source;
	size_t n;
};

static bool
reopen_hidden(void *context, const struct catalogue_file *file,
    uint64_t line, enum failure_kind kind, const char *reason)
{
	struct reopening *reopening = context;
	struct catalogue_file *hidden = (struct catalogue_file *)file;

	(void)line;
	(void)reason;
	if (kind != FAILURE_HIDDEN || file->source != reopening->source ||
	    file->removed || !file->complete)
		return true;
	hidden->complete = false;
	hidden->changed = true;
	reopening->n++;
	return true;
}

enum status
catalogue_reopen_hidden(struct catalogue *catalogue, uint32_t source,
    size_t *n, struct error *error)
{
	struct reopening reopening = {source, 0};
	enum status status = catalogue_failures(catalogue, reopen_hidden,
	    &reopening, error);

	for (size_t i = 0; i < catalogue->n_failures; i++) {
		const struct failure *failure = &catalogue->failures[i];

		reopen_hidden(&reopening, &failure->entry->file,
		    failure->line, failure->kind, failure->reason);
	}
	*n = reopening.n;
	return status;
}

enum status
catalogue_unquote(struct catalogue *catalogue, struct catalogue_file *file,
    struct error *error)
{
	struct unquoting unquoting = {file, {.n_failures = 0}};
	catalogue_visit *watch = catalogue->watch;
	enum status status = catalogue_failures(catalogue, keep_failure,
	    &unquoting, error);

	if (status == STATUS_OK)
		catalogue_forget_failures(catalogue, file);
	catalogue->watch = NULL; /* nothing new is told */
	for (size_t i = 0; i < unquoting.old.n_failures; i++) {
		struct failure *failure = &unquoting.old.failures[i];
		char *quote = strstr(failure->reason, ": ");

		if (quote && failure->kind == FAILURE_DOUBT)
			*quote = '\0';
		if (status == STATUS_OK)
			catalogue_fail(catalogue, file, failure->line,
			    failure->kind, failure->reason);
		free(failure->reason);
	}
	free(unquoting.old.failures);
	catalogue->watch = watch;
	return status;
}
