/* What a program took each time it ran. */
#include "series.h"

#include "alloc.h"

#include <math.h>
#include <stdio.h>

enum {
	BLOCKS = 10, /* in a third of the values */
	CHANCE = 3,  /* standard errors */
};

static const double trend_most = 1.05;

void
series_add(struct series *series, long value)
{
	if ((series->n & (series->n - 1)) == 0)
		series->values = alloc_again(series->values,
		    series->n ? 2 * series->n : 1, sizeof *series->values);
	series->values[series->n++] = value;
}

/* A mean, and how far chance alone may have moved it (squared). */
struct mean {
	double value, variance;
};

static struct mean
mean_of(const double *values, int n)
{
	struct mean mean = {0, 0};

	for (int i = 0; i < n; i++)
		mean.value += values[i] / n;
	for (int i = 0; i < n; i++)
		mean.variance += (values[i] - mean.value) *
		    (values[i] - mean.value) / (n - 1) / n;
	return mean;
}

/*
 * Values that follow each other are alike, since the index is about as large
 * as the day before, so blocks of them are compared, not single ones.
 */
void
series_judge(const struct series *series, struct trust_row *row,
    bool are_alike)
{
	double blocks[3 * BLOCKS] = {0};
	size_t size = series->n / (3 * BLOCKS);
	struct mean first, last;

	for (size_t i = 0; i < 3 * BLOCKS * size; i++)
		blocks[i / size] += (double)series->values[i] /
		    (double)size;
	if (size == 0) {
		printf("# %s: %zu values, too few to tell\n", series->name,
		    series->n);
		return;
	}
	first = mean_of(blocks, BLOCKS);
	last = mean_of(blocks + 2 * BLOCKS, BLOCKS);
	printf("# %s: %zu values, at first %.1f, at last %.1f\n",
	    series->name, series->n, first.value, last.value);
	if (are_alike && last.value > first.value * trend_most &&
	    last.value - first.value > CHANCE * sqrt(first.variance +
	    last.variance))
		trust_failed(row, "%s: from %.1f to %.1f", series->name,
		    first.value, last.value);
}
