/* SPDX-License-Identifier: MIT */
#include "platform/blas.h"

#include <cblas.h>
#include <sys/mman.h>

#include "base/fail.h"
#include "base/memory.h"
#include "platform/context_internal.h"
#include "platform/threads.h"

/* OpenBLAS's buffer on x86-64 (its largest; 32 MiB on aarch64), and one for its alignment. */
#define BUFFER_BYTES (((size_t)128 << 20) + ((size_t)1 << 16))

/* Just too large for OpenBLAS's small-matrix kernels, which take no buffer: over 10^6 products. */
enum { SIDE = 16, DEPTH = 4096 };

/*
 * Whether the system would map a buffer for each of n threads; nothing of them is touched. One by
 * one, as OpenBLAS takes them: Linux refuses a single mapping larger than the machine's memory.
 */
static bool can_map(size_t n)
{
    void *buffers[EAI_THREADS_MAX];
    size_t n_mapped = 0;
    while (n_mapped < n) {
        void *buffer =
            mmap(NULL, BUFFER_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (buffer == MAP_FAILED) break;
        buffers[n_mapped++] = buffer;
    }
    for (size_t i = 0; i < n_mapped; i++)
        munmap(buffers[i], BUFFER_BYTES);
    return n_mapped == n;
}

static void multiply_once(void *argument, size_t item, size_t slot)
{
    const float *zeros = argument;
    float product[SIDE * SIDE];
    (void)item;
    (void)slot;
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, SIDE, SIDE, DEPTH, 1.0f, zeros, DEPTH,
                zeros, DEPTH, 0.0f, product, SIDE);
}

edgeai_status eai_blas_prepare(const edgeai_context *context)
{
    size_t n = (size_t)context->n_threads;
    if (!can_map(n))
        return eai_fail_memory("context: working memory of OpenBLAS", n * BUFFER_BYTES);
    size_t zeros_bytes = sizeof(float) * SIDE * DEPTH;
    float *zeros = eai_allocate(&context->allocator, zeros_bytes, "context");
    if (!zeros) return EDGEAI_E_MEMORY;
    openblas_set_num_threads(1);
    /* More items than threads, so that all threads are likely to be inside at the same time. */
    eai_parallel_for(context, 4 * n, multiply_once, zeros);
    eai_release(&context->allocator, zeros, zeros_bytes);
    return EDGEAI_OK;
}
