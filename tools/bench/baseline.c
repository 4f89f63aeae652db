/* SPDX-License-Identifier: MIT */
#include "bench/baseline.h"

#include <cblas.h>
#include <stdlib.h>
#include <string.h>

void baseline_sgemm(const float *x, size_t n, size_t k, const float *w, size_t m, float *y)
{
    openblas_set_num_threads(1);
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (blasint)n, (blasint)m, (blasint)k, 1.0f,
                x, (blasint)k, w, (blasint)k, 0.0f, y, (blasint)m);
}

/* Sixteen sums: eight vector registers of 128 bits, so that additions do not wait for each other.
 */
enum { LANES = 16 };

static uint64_t sum_words(const uint64_t *words, size_t n)
{
    uint64_t sums[LANES] = {0}, sum = 0;
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (size_t k = 0; k < LANES; k++)
            sums[k] += words[i + k];
    for (; i < n; i++)
        sum += words[i];
    for (size_t k = 0; k < LANES; k++)
        sum += sums[k];
    return sum;
}

static void *work(void *argument)
{
    baseline_worker *worker = argument;
    baseline_reader *reader = worker->reader;
    pthread_mutex_lock(&reader->gate);
    pthread_mutex_unlock(&reader->gate);
    for (;;) {
        pthread_barrier_wait(&reader->start);
        if (reader->is_ending) return NULL;
        worker->sum = sum_words(worker->words, worker->n_words);
        pthread_barrier_wait(&reader->end);
    }
}

static void share_out(baseline_reader *self, size_t n_threads)
{
    const size_t share = self->n_words / n_threads;
    for (size_t i = 0; i < n_threads; i++)
        self->workers[i] = (baseline_worker){
            .reader = self,
            .words = self->words + i * share,
            .n_words = i + 1 < n_threads ? share : self->n_words - i * share,
        };
}

/* The barriers count the threads that did start, which is known only behind the loop: until then
   they wait at the gate. */
static void start_threads(baseline_reader *self, size_t n_threads)
{
    size_t n = 1;
    pthread_mutex_init(&self->gate, NULL);
    pthread_mutex_lock(&self->gate);
    while (n < n_threads &&
           pthread_create(&self->workers[n].thread, NULL, work, &self->workers[n]) == 0)
        n++;
    self->n_workers = n;
    pthread_barrier_init(&self->start, NULL, (unsigned)n);
    pthread_barrier_init(&self->end, NULL, (unsigned)n);
    pthread_mutex_unlock(&self->gate);
}

bool baseline_reader_open(baseline_reader *self, size_t n_bytes, size_t n_threads)
{
    *self = (baseline_reader){.n_words = n_bytes / sizeof(uint64_t)};
    self->words = malloc(n_bytes);
    self->workers = calloc(n_threads, sizeof *self->workers);
    bool is_ok = self->words && self->workers;
    if (is_ok) {
        memset(self->words, 1, n_bytes); /* else every page would be the same page of zeros */
        share_out(self, n_threads);
        start_threads(self, n_threads);
        is_ok = self->n_workers == n_threads;
    }
    if (!is_ok) baseline_reader_close(self);
    return is_ok;
}

uint64_t baseline_reader_run(baseline_reader *self)
{
    pthread_barrier_wait(&self->start);
    uint64_t sum = sum_words(self->workers[0].words, self->workers[0].n_words);
    pthread_barrier_wait(&self->end);
    for (size_t i = 1; i < self->n_workers; i++)
        sum += self->workers[i].sum;
    return sum;
}

void baseline_reader_close(baseline_reader *self)
{
    if (self->n_workers > 0) {
        self->is_ending = true;
        pthread_barrier_wait(&self->start);
        for (size_t i = 1; i < self->n_workers; i++)
            pthread_join(self->workers[i].thread, NULL);
        pthread_barrier_destroy(&self->start);
        pthread_barrier_destroy(&self->end);
        pthread_mutex_destroy(&self->gate);
    }
    free(self->words);
    free(self->workers);
    *self = (baseline_reader){0};
}
