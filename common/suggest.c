/* Edit distance to the names that exist. */
#include "suggest.h"

#include <string.h>

enum { NAME_MAX_BYTES = 64 };

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Optimal string alignment distance; names over NAME_MAX_BYTES are far. */
static size_t
distance(const char *a, const char *b)
{
	size_t rows[3][NAME_MAX_BYTES + 1];
	size_t n = strlen(a), m = strlen(b);

	if (n > NAME_MAX_BYTES || m > NAME_MAX_BYTES)
		return NAME_MAX_BYTES;
	for (size_t j = 0; j <= m; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t *row = rows[i % 3], *above = rows[(i - 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= m; j++) {
			size_t changed = lower(a[i - 1]) != lower(b[j - 1]);

			row[j] = least(above[j - 1] + changed,
			    least(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 &&
			    lower(a[i - 1]) == lower(b[j - 2]) &&
			    lower(a[i - 2]) == lower(b[j - 1]))
				row[j] = least(row[j],
				    rows[(i - 2) % 3][j - 2] + 1);
		}
	}
	return rows[n % 3][m];
}

const char *
suggest_name(const char *typed, const char *const *names, size_t n)
{
	const char *best = NULL;
	size_t allowed = strlen(typed) / 3;
	size_t limit = 1 + (allowed < 1 ? 1 : least(allowed, 3));

	for (size_t i = 0; i < n; i++) {
		size_t steps = distance(typed, names[i]);

		if (steps < limit && steps < strlen(typed)) {
			best = names[i];
			limit = steps;
		}
	}
	return best;
}
