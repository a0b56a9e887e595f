/* What --help and --syntax print. */
#ifndef QUIRE_QUERY_HELP_H
#define QUIRE_QUERY_HELP_H

extern const char *const help_text, *const help_syntax;

#endif
