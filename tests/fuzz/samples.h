/* Real values of the small index (base.h) as targets read them. */
#ifndef QUIRE_TESTS_FUZZ_SAMPLES_H
#define QUIRE_TESTS_FUZZ_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

/* Called with the name of a target and bytes for it, lent for the call. */
typedef void sample_visit(void *context, const char *target,
    const uint8_t *bytes, size_t size);

/* Roots, records, stamps, sources, dictionary blocks, forms, posting lists,
 * posting blocks, columns, stored records. */
void samples_each(sample_visit *visit, void *context);

#endif
