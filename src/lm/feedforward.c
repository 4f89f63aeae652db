/* SPDX-License-Identifier: MIT */
#include "lm/transformer.h"
#include "platform/threads.h"

typedef struct rows_loop {
    const eai_forward *forward;
    float *y;
    const float *x, *weight;
    size_t n, width;
} rows_loop;

static size_t block_end(const rows_loop *loop, size_t item)
{
    size_t end = (item + 1) * EAI_ROW_BLOCK;
    return end < loop->n ? end : loop->n;
}

static void norm_block(void *opaque, size_t item, size_t slot)
{
    (void)slot;
    const rows_loop *loop = opaque;
    const edgeai_lm *lm = loop->forward->lm;
    for (size_t i = item * EAI_ROW_BLOCK; i < block_end(loop, item); i++)
        lm->kernels.rms_norm(loop->y + i * loop->width, loop->x + i * loop->width, loop->weight,
                             loop->width, lm->config.eps);
}

void eai_norm_rows(const eai_forward *f, float *y, const float *x, const float *weight, size_t n,
                   size_t width)
{
    rows_loop loop = {f, y, x, weight, n, width};
    eai_parallel_for_work(f->lm->context, (n + EAI_ROW_BLOCK - 1) / EAI_ROW_BLOCK,
                          (double)n * (double)width, norm_block, &loop);
}

static void gate_block(void *opaque, size_t item, size_t slot)
{
    (void)slot;
    const rows_loop *loop = opaque;
    for (size_t i = item * EAI_ROW_BLOCK; i < block_end(loop, item); i++)
        loop->forward->lm->kernels.silu_gate(loop->y + i * loop->width, loop->x + i * loop->width,
                                             loop->width);
}

void eai_gate_rows(const eai_forward *f, size_t n)
{
    size_t width = f->lm->config.n_ff;
    rows_loop loop = {f, f->gate, f->up, NULL, n, width};
    eai_parallel_for_work(f->lm->context, (n + EAI_ROW_BLOCK - 1) / EAI_ROW_BLOCK,
                          8.0 * (double)n * (double)width, gate_block, &loop);
}

void eai_dense_run(eai_forward *f, const eai_lm_layer *layer, size_t n)
{
    const edgeai_context *context = f->lm->context;
    const size_t n_embd = f->lm->config.n_embd, n_ff = f->lm->config.n_ff;
    for (size_t first = 0; first < n; first += EAI_FFN_ROWS) {
        size_t rows = n - first < EAI_FFN_ROWS ? n - first : EAI_FFN_ROWS;
        const float *x = f->normed + first * n_embd;
        const eai_matmul_job in[] = {
            {&layer->gate, x, n_embd, rows, f->gate, n_ff, false},
            {&layer->up, x, n_embd, rows, f->up, n_ff, false},
        };
        eai_matmul_run(context, in, 2, f->scratch);
        eai_gate_rows(f, rows);
        const eai_matmul_job out = {&layer->down, f->gate, n_ff, rows, f->hidden + first * n_embd,
                                    n_embd,       true};
        eai_matmul_run(context, &out, 1, f->scratch);
    }
}
