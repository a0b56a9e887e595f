/*
 * How well a ranking finds what people judged relevant:
 *
 *     evaluate JUDGEMENTS < RANKING
 *
 * Both are in TREC's form: `query 0 article grade` and `query Q0 article rank
 * score name`.  Prints MAP, nDCG@10, P@10 and recall, as trec_eval defines
 * them (gain = grade, discount = log2(rank + 1), relevant = grade above 0),
 * means over all queries that have a relevant article: one that is not
 * answered counts 0.  Articles are ranked in the order of their lines.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME = 100, CUT = 10 };

struct judgement {
	char query[NAME], article[NAME];
	int grade;
};

/* Of one query. */
struct figures {
	double precision_sum; /* at each relevant article found */
	double gain;          /* of the first CUT, discounted */
	int n_ranked, n_found, n_found_early;
};

struct judgements {
	struct judgement *items; /* by query and article */
	size_t n;
};

static int
compare_judgements(const void *a, const void *b)
{
	const struct judgement *x = a, *y = b;
	int order = strcmp(x->query, y->query);

	return order ? order : strcmp(x->article, y->article);
}

static int
compare_grades(const void *a, const void *b)
{
	return *(const int *)b - *(const int *)a;
}

static void
fail(const char *what)
{
	fprintf(stderr, "evaluate: %s\n", what);
	exit(2);
}

static struct judgements
read_judgements(const char *path)
{
	FILE *file = fopen(path, "r");
	struct judgements all = {NULL, 0};
	struct judgement one;

	if (!file)
		fail("the judgements cannot be read");
	while (fscanf(file, "%99s %*s %99s %d", one.query, one.article,
	    &one.grade) == 3) {
		all.items = realloc(all.items, (all.n + 1) * sizeof one);
		if (!all.items)
			fail("no memory");
		all.items[all.n++] = one;
	}
	fclose(file);
	if (!all.n)
		fail("there are no judgements");
	qsort(all.items, all.n, sizeof one, compare_judgements);
	return all;
}

static double
discounted(int grade, int rank)
{
	return grade / log2(rank + 1);
}

/* The next article of the ranking of a query. */
static void
add_article(const struct judgements *all, struct figures *figures,
    const char *query, const char *article)
{
	struct judgement key = {"", "", 0};
	const struct judgement *found;

	strcpy(key.query, query);
	strcpy(key.article, article);
	figures->n_ranked++;
	found = bsearch(&key, all->items, all->n, sizeof key,
	    compare_judgements);
	if (!found || found->grade <= 0)
		return;
	figures->n_found++;
	figures->precision_sum += (double)figures->n_found /
	    figures->n_ranked;
	if (figures->n_ranked <= CUT) {
		figures->n_found_early++;
		figures->gain += discounted(found->grade, figures->n_ranked);
	}
}

/* The best gain that a ranking could have; says how many are relevant. */
static double
ideal_gain(const struct judgement *first, size_t n, int *n_relevant)
{
	int *grades = calloc(n, sizeof *grades);
	double gain = 0;

	*n_relevant = 0;
	if (!grades)
		fail("no memory");
	for (size_t i = 0; i < n; i++) {
		grades[i] = first[i].grade;
		*n_relevant += grades[i] > 0;
	}
	qsort(grades, n, sizeof *grades, compare_grades);
	for (int i = 0; i < CUT && i < *n_relevant; i++)
		gain += discounted(grades[i], i + 1);
	free(grades);
	return gain;
}

static size_t
place_of_query(const struct judgements *all, const char *query)
{
	size_t i = 0;

	while (i < all->n && strcmp(all->items[i].query, query))
		i++;
	return i;
}

static void
print_means(const struct judgements *all, const struct figures *of_first)
{
	double map = 0, ndcg = 0, precision = 0, recall = 0;
	int n = 0;

	for (size_t i = 0, next; i < all->n; i = next) {
		const struct figures *figures = &of_first[i];
		int n_relevant;
		double ideal;

		for (next = i + 1; next < all->n && !strcmp(
		     all->items[next].query, all->items[i].query);)
			next++;
		ideal = ideal_gain(&all->items[i], next - i, &n_relevant);
		if (!n_relevant)
			continue;
		n++;
		map += figures->precision_sum / n_relevant;
		ndcg += figures->gain / ideal;
		precision += (double)figures->n_found_early / CUT;
		recall += (double)figures->n_found / n_relevant;
	}
	if (!n)
		fail("nothing is relevant");
	printf("MAP %.4f nDCG@10 %.4f P@10 %.4f recall %.4f queries %d\n",
	    map / n, ndcg / n, precision / n, recall / n, n);
}

int
main(int argc, char **argv)
{
	struct figures *of_first; /* by the query's first judgement */
	struct judgements all;
	char query[NAME], article[NAME];

	if (argc != 2)
		fail("usage: evaluate JUDGEMENTS < RANKING");
	all = read_judgements(argv[1]);
	of_first = calloc(all.n + 1, sizeof *of_first);
	if (!of_first)
		fail("no memory");
	while (scanf("%99s %*s %99s %*s %*s %*s", query, article) == 2)
		add_article(&all, &of_first[place_of_query(&all, query)],
		    query, article);
	print_means(&all, of_first);
	free(of_first);
	free(all.items);
	return 0;
}
