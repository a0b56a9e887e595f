/* Doubts without what they quote, once an article that they quote is gone. */
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
