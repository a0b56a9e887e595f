/* Threads that process parcels, whose order is kept. */
#include "alloc.h"
#include "parcel.h"

#include <pthread.h>
#include <stdlib.h>

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t work, done;
	pthread_t *threads;
	unsigned n_threads;
	struct processor_options options;
	struct parcel *first, *last; /* all inside, in order */
	struct parcel *untaken;      /* the first that no thread has taken */
	size_t n_inside;
	bool ending;
};

static struct parcel *
take_work(struct pool *pool)
{
	struct parcel *parcel;

	pthread_mutex_lock(&pool->lock);
	while (!pool->untaken && !pool->ending)
		pthread_cond_wait(&pool->work, &pool->lock);
	parcel = pool->untaken;
	if (parcel)
		pool->untaken = parcel->next;
	pthread_mutex_unlock(&pool->lock);
	return parcel;
}

static void *
work(void *context)
{
	struct pool *pool = context;
	struct processor *processor = processor_create(&pool->options);
	struct parcel *parcel;

	while ((parcel = take_work(pool))) {
		processor_run(processor, parcel);
		pthread_mutex_lock(&pool->lock);
		parcel->done = true;
		pthread_cond_signal(&pool->done);
		pthread_mutex_unlock(&pool->lock);
	}
	processor_free(processor);
	return NULL;
}

struct pool *
pool_create(unsigned n_threads, const struct processor_options *options)
{
	struct pool *pool = alloc_zeroed(1, sizeof *pool);

	pool->options = *options;
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->work, NULL);
	pthread_cond_init(&pool->done, NULL);
	pool->threads = alloc_zeroed(n_threads, sizeof *pool->threads);
	for (unsigned i = 0; i < n_threads; i++) {
		if (pthread_create(&pool->threads[pool->n_threads], NULL,
		    work, pool))
			break;
		pool->n_threads++;
	}
	return pool;
}

void
pool_free(struct pool *pool)
{
	if (!pool)
		return;
	pthread_mutex_lock(&pool->lock);
	pool->ending = true;
	pool->untaken = NULL;
	pthread_cond_broadcast(&pool->work);
	pthread_mutex_unlock(&pool->lock);
	for (unsigned i = 0; i < pool->n_threads; i++)
		pthread_join(pool->threads[i], NULL);
	while (pool->first) {
		struct parcel *next = pool->first->next;

		parcel_free(pool->first);
		pool->first = next;
	}
	pthread_cond_destroy(&pool->work);
	pthread_cond_destroy(&pool->done);
	pthread_mutex_destroy(&pool->lock);
	free(pool->threads);
	free(pool);
}

void
pool_put(struct pool *pool, struct parcel *parcel)
{
	pthread_mutex_lock(&pool->lock);
	parcel->next = NULL;
	parcel->done = false;
	if (pool->first)
		pool->last->next = parcel;
	else
		pool->first = parcel;
	pool->last = parcel;
	if (!pool->untaken)
		pool->untaken = parcel;
	pool->n_inside++;
	pthread_cond_signal(&pool->work);
	pthread_mutex_unlock(&pool->lock);
}

size_t
pool_n_inside(const struct pool *pool)
{
	return pool->n_inside;
}

/* Without any thread the caller does the work itself. */
static void
work_here(struct pool *pool)
{
	struct processor *processor = processor_create(&pool->options);

	processor_run(processor, pool->first);
	pool->first->done = true;
	if (pool->untaken == pool->first)
		pool->untaken = pool->first->next;
	processor_free(processor);
}

struct parcel *
pool_take(struct pool *pool, bool wait)
{
	struct parcel *parcel;

	if (!pool->n_inside)
		return NULL;
	pthread_mutex_lock(&pool->lock);
	if (!pool->n_threads)
		work_here(pool);
	while (wait && !pool->first->done)
		pthread_cond_wait(&pool->done, &pool->lock);
	parcel = pool->first->done ? pool->first : NULL;
	if (parcel) {
		pool->first = parcel->next;
		pool->n_inside--;
	}
	pthread_mutex_unlock(&pool->lock);
	return parcel;
}
