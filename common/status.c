/* Outcomes and messages. */
#include "status.h"

#include <stdarg.h>
#include <stdio.h>

enum status
error_set(struct error *error, enum status status, const char *format, ...)
{
	va_list arguments;

	if (!error)
		return status;
	error->status = status;
	error->hint[0] = '\0';
	va_start(arguments, format);
	vsnprintf(error->message, sizeof error->message, format, arguments);
	va_end(arguments);
	return status;
}

void
error_hint(struct error *error, const char *format, ...)
{
	va_list arguments;

	if (!error)
		return;
	va_start(arguments, format);
	vsnprintf(error->hint, sizeof error->hint, format, arguments);
	va_end(arguments);
}
