/*
 * Runs one target on files, without libFuzzer, so that any compiler will do.
 * usage: replay TARGET FILE...
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int
replay(fuzz_target *run, const char *path)
{
	enum { SIZE_MOST = 1 << 20 };
	uint8_t *bytes = malloc(SIZE_MOST);
	FILE *file = fopen(path, "re");
	size_t size;

	if (!file || !bytes) {
		perror(path);
		free(bytes);
		return 1;
	}
	size = fread(bytes, 1, SIZE_MOST, file);
	fclose(file);
	run(bytes, size);
	free(bytes);
	return 0;
}

int
main(int argc, char **argv)
{
	fuzz_target *run = argc > 1 ? fuzz_target_find(argv[1]) : NULL;
	int failed = 0;

	if (!run) {
		fputs("usage: replay TARGET FILE...\n", stderr);
		return 2;
	}
	for (int i = 2; i < argc; i++)
		failed |= replay(run, argv[i]);
	if (!failed)
		printf("%s: %d inputs\n", argv[1], argc - 2);
	return failed;
}
