/* One source inside another. */
#include "overlap.h"

#include "buffer.h"
#include "place.h"
#include "show.h"

#include <string.h>

static bool
lies_in(const struct catalogue_source *inner,
    const struct catalogue_source *outer)
{
	return strcmp(outer->path, "/") == 0 ? inner->path[0] == '/'
	    : place_inside(inner->path, outer->path) != NULL;
}

static void
tell(const struct catalogue_source *inner,
    const struct catalogue_source *outer, const char *name)
{
	struct buffer out = {0};

	buffer_append_string(&out, "note: ");
	show_path(&out, inner->path, true);
	buffer_append_string(&out, " lies in ");
	show_path(&out, outer->path, true);
	buffer_append_string(&out, ", which is a source too: its articles "
	    "are found twice\n  hint: quire-index -i ");
	show_text(&out, name);
	buffer_append_string(&out, " --forget ");
	show_path(&out, inner->path, true);
	buffer_append_byte(&out, '\n');
	show_out(&out, stderr);
	buffer_free(&out);
}

void
overlap_tell(struct catalogue *catalogue,
    const struct catalogue_source *added, const char *name)
{
	for (size_t i = 0; i < catalogue_n_sources(catalogue); i++) {
		const struct catalogue_source *other = catalogue_source(
		    catalogue, i);

		if (other == added || other->removed)
			continue;
		if (lies_in(added, other))
			tell(added, other, name);
		else if (lies_in(other, added))
			tell(other, added, name);
	}
}
