/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_BENCH_BASELINE_H
#define TOOLS_BENCH_BASELINE_H

/* What products are compared with. */

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* y[n, M] = x[n, K] w[M, K]^T by OpenBLAS's sgemm, on the thread count that OpenBLAS is set to. */
void baseline_sgemm(const float *x, size_t n, size_t k, const float *w, size_t m, float *y);

typedef struct baseline_worker {
    struct baseline_reader *reader;
    pthread_t thread;
    const uint64_t *words;
    size_t n_words;
    uint64_t sum;
} baseline_worker;

/* Reads memory from the first byte to the last on some threads; they wait between the readings. */
typedef struct baseline_reader {
    uint64_t *words;
    size_t n_words, n_workers; /* of which the caller is the first */
    baseline_worker *workers;
    pthread_mutex_t gate; /* shut until all threads have been started */
    pthread_barrier_t start, end;
    bool is_ending; /* what the workers see at their next start */
} baseline_reader;

/* Takes `n_bytes` of memory of its own and starts the threads. False when either is not to be had.
 */
bool baseline_reader_open(baseline_reader *self, size_t n_bytes, size_t n_threads);

/* Reads all of it once; the sum of its words, so that no compiler leaves the reading out. */
uint64_t baseline_reader_run(baseline_reader *self);

/* Nothing for a reader of zeros. */
void baseline_reader_close(baseline_reader *self);

#endif
