/* How many of each thing an index can number. */
#include "limit.h"

#include <inttypes.h>

/* UINT32_MAX stands for none in many places, and is the next number after
 * the last one in the root. */
static const uint64_t most_of[N_LIMITS] = {
	[LIMIT_ARTICLES] = UINT64_C(4000000000),
	[LIMIT_SEQUENCE] = UINT64_C(1) << 63,
	[LIMIT_SEGMENTS] = UINT32_MAX - 1,
	[LIMIT_FILES] = UINT32_MAX - 1,
	[LIMIT_SOURCES] = 1000000,
	[LIMIT_REMOVALS] = UINT32_MAX - 1,
};

uint64_t
limit_most(enum limit limit)
{
	return most_of[limit];
}

static void
say(enum limit limit, const char *name, struct error *error)
{
	uint64_t most = most_of[limit];

	switch (limit) {
	case LIMIT_ARTICLES:
		error_set(error, STATUS_FULL, "index %s holds as many "
		    "articles as it can, %" PRIu64 " with those that were "
		    "removed", name, most);
		error_hint(error, "quire-index -i %s --compact takes the "
		    "removed ones away; else put more into another index",
		    name);
		return;
	case LIMIT_REMOVALS:
		error_set(error, STATUS_FULL, "articles were removed from "
		    "index %s as often as they can be, %" PRIu64 " times",
		    name, most);
		error_hint(error, "quire-index -i %s --compact", name);
		return;
	case LIMIT_SEQUENCE:
		error_set(error, STATUS_FULL, "index %s has had as many "
		    "articles as it can, %" PRIu64, name, most);
		break;
	case LIMIT_SEGMENTS:
		error_set(error, STATUS_FULL, "index %s was written as often "
		    "as it can be, %" PRIu64 " times", name, most);
		break;
	case LIMIT_FILES:
		error_set(error, STATUS_FULL, "index %s has read as many "
		    "files as it can, %" PRIu64 " with those that are gone",
		    name, most);
		break;
	case LIMIT_SOURCES:
		error_set(error, STATUS_FULL, "index %s has had as many "
		    "sources as it can, %" PRIu64 " with those that were "
		    "forgotten", name, most);
		break;
	case N_LIMITS:
		break;
	}
	error_hint(error, "make another index of the sources of %s", name);
}

enum status
limit_check(enum limit limit, uint64_t n, uint64_t more, const char *name,
    struct error *error)
{
	uint64_t most = most_of[limit];

	if (n <= most && more <= most - n)
		return STATUS_OK;
	say(limit, name, error);
	return STATUS_FULL;
}
