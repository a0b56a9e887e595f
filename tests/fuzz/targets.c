/* The targets by their names. */
#include "fuzz.h"

#include <string.h>

#define ROW(name) {#name, fuzz_##name},
static const struct {
	const char *name;
	fuzz_target *run;
} targets[] = {FUZZ_TARGETS(ROW)};
#undef ROW

fuzz_target *
fuzz_target_find(const char *name)
{
	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
		if (strcmp(targets[i].name, name) == 0)
			return targets[i].run;
	return NULL;
}
