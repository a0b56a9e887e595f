/*
 * A program that ends by _exit says that memory is gone or that an index is
 * damaged beyond use.  In a fuzz target both are findings (ld --wrap).
 */
#include "fuzz.h"

_Noreturn void __wrap__exit(int status);

_Noreturn void
__wrap__exit(int status)
{
	(void)status;
	fuzz_failed(__FILE__, __LINE__, "nothing may call _exit");
}
