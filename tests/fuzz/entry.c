/* libFuzzer's way into one target, named when this is compiled. */
#include "fuzz.h"

#ifndef FUZZ_TARGET /* read by a checker, not for a target */
#define FUZZ_TARGET fuzz_utf8
#endif

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	FUZZ_TARGET(bytes, size);
	return 0;
}
