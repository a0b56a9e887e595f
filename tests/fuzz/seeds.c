/*
 * Writes inputs to begin with: real values of a small index, and each line of
 * tests/fuzz/lines/TARGET after a byte 0 or two.
 * usage: seeds FOLDER, from the top folder
 */
#include "fuzz.h"

#include "alloc.h"
#include "samples.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct writer {
	const char *folder;
	unsigned n;
};

static void
write_seed(void *context, const char *target, const uint8_t *bytes,
    size_t size)
{
	struct writer *writer = context;
	char path[PATH_MAX];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", writer->folder, target);
	mkdir(path, 0777);
	snprintf(path, sizeof path, "%s/%s/%u", writer->folder, target,
	    writer->n++);
	file = fopen(path, "we");
	if (!file || fwrite(bytes, 1, size, file) != size ||
	    fclose(file) != 0) {
		perror(path);
		exit(1);
	}
}

/* Lines in which \0 stands for a byte 0 that parts what a target takes. */
static void
write_lines(struct writer *writer, const char *target)
{
	char path[PATH_MAX], *line = NULL;
	size_t capacity = 0;
	ssize_t length;
	FILE *file;

	snprintf(path, sizeof path, "tests/fuzz/lines/%s", target);
	file = fopen(path, "re");
	if (!file)
		return;
	while ((length = getline(&line, &capacity, file)) > 0) {
		size_t size = (size_t)length - (line[length - 1] == '\n');
		uint8_t *bytes = alloc_bytes(size + 2);

		bytes[0] = bytes[1] = 24; /* options of most targets */
		memcpy(bytes + 2, line, size);
		write_seed(writer, target, bytes, size + 2);
		write_seed(writer, target, bytes + 1, size + 1);
		free(bytes);
	}
	free(line);
	fclose(file);
}

#define NAME(name) #name,
static const char *const names[] = {FUZZ_TARGETS(NAME)};
#undef NAME

int
main(int argc, char **argv)
{
	struct writer writer = {.folder = argc > 1 ? argv[1] : NULL};

	if (!writer.folder) {
		fputs("usage: seeds FOLDER\n", stderr);
		return 2;
	}
	mkdir(writer.folder, 0777);
	samples_each(write_seed, &writer);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		write_lines(&writer, names[i]);
	return 0;
}
