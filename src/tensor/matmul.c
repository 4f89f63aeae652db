/* SPDX-License-Identifier: MIT */
#include "tensor/matmul.h"

#include <cblas.h>
#include <stdint.h>
#include <string.h>

#include "base/fail.h"
#include "platform/threads.h"

/*
 * Rows of a tile. Every tile packs x anew inside sgemm, so tiles should be tall, but that costs
 * little (n = 128, K = 2048, one core: 72 GFLOP/s at 32 rows, 78 at 128, 82 at 256, 84 at 2048);
 * there should be several for each thread, and a converted tile should stay in its cache.
 */
#define TILE_ROWS_MIN   32
#define TILE_ROWS_MAX   256
#define TILE_FLOATS_MAX ((size_t)1 << 19)
#define TILES_WANTED    32

static size_t choose_tile(size_t n_in, size_t n_out)
{
    size_t rows = n_out / TILES_WANTED;
    if (rows > TILE_FLOATS_MAX / n_in) rows = TILE_FLOATS_MAX / n_in;
    if (rows > TILE_ROWS_MAX) rows = TILE_ROWS_MAX;
    rows &= ~(size_t)(TILE_ROWS_MIN - 1);
    return rows < TILE_ROWS_MIN ? TILE_ROWS_MIN : rows;
}

/*
 * OpenBLAS's AVX-512 builds have kernels that take small products (its limits: 1,200 outputs and
 * 10^6 multiply-adds) as they lie, without packing them first. With few rows of x that is up to
 * three times as fast, so tiles are cut to fit: n = 8, K = 768 goes from 46 to 108 GFLOP/s on one
 * core, n = 32, K = 2048 from 49 to 79. Elsewhere narrow products only pack x more often.
 */
#define SMALL_OUTPUTS     1200
#define SMALL_WORK        ((size_t)1000000)
#define SMALL_ROWS_MAX    48
#define SMALL_COLUMN_STEP 8

static bool has_small_kernels(void)
{
    const char *core = openblas_get_corename();
    return strcmp(core, "SkylakeX") == 0 || strcmp(core, "Cooperlake") == 0 ||
           strcmp(core, "SapphireRapids") == 0;
}

/* Columns of a tile to hand to sgemm at once: depends on the sizes and the machine alone. */
static size_t columns_at_once(const eai_matmul *plan, size_t n)
{
    if (!plan->small_kernels || n == 0 || n > SMALL_ROWS_MAX) return plan->tile_rows;
    size_t columns = SMALL_WORK / (n * plan->n_in);
    if (columns > SMALL_OUTPUTS / n) columns = SMALL_OUTPUTS / n;
    columns &= ~(size_t)(SMALL_COLUMN_STEP - 1);
    return columns == 0 || columns > plan->tile_rows ? plan->tile_rows : columns;
}

static bool used_in_place(const eai_matmul *plan)
{
    return plan->dtype == EDGEAI_DTYPE_F32 && (uintptr_t)plan->rows % sizeof(float) == 0;
}

edgeai_status eai_matmul_plan(eai_matmul *plan, const edgeai_tensor *tensor,
                              const eai_kernels *kernels)
{
    size_t n_in = (size_t)tensor->shape[0], n_out = 1;
    for (int i = 1; i < tensor->n_dims; i++)
        n_out *= (size_t)tensor->shape[i];
    if (n_in == 0 || n_in > EAI_MATMUL_MAX || n_out == 0 || n_out > EAI_MATMUL_MAX)
        return eai_fail(EDGEAI_E_SHAPE, "tensor %s: %zu x %zu is no matrix that fits", tensor->name,
                        n_in, n_out);
    float none;
    EAI_TRY(edgeai_dequantize(tensor->dtype, tensor->data, &none, 0));
    *plan = (eai_matmul){
        .dtype = tensor->dtype,
        .n_in = n_in,
        .n_out = n_out,
        .rows = tensor->data,
        .row_bytes = edgeai_dtype_row_bytes(tensor->dtype, (int64_t)n_in),
        .tile_rows = choose_tile(n_in, n_out),
        .kernels = kernels,
        .small_kernels = has_small_kernels(),
    };
    if (plan->row_bytes == 0)
        return eai_fail(EDGEAI_E_SHAPE, "tensor %s: rows of %zu do not fit %s", tensor->name, n_in,
                        edgeai_dtype_name(tensor->dtype));
    return EDGEAI_OK;
}

eai_matmul eai_matmul_rows(const eai_matmul *plan, size_t first, size_t n)
{
    eai_matmul part = *plan;
    part.rows += first * plan->row_bytes;
    part.n_out = n;
    if (part.bias) part.bias += first;
    part.tile_rows = choose_tile(plan->n_in, n);
    return part;
}

size_t eai_matmul_scratch(const eai_matmul *plan)
{
    if (!plan->rows || used_in_place(plan)) return 0;
    size_t rows = plan->tile_rows < plan->n_out ? plan->tile_rows : plan->n_out;
    return rows * plan->n_in;
}

size_t eai_matmul_tiles(const eai_matmul *plan)
{
    return (plan->n_out + plan->tile_rows - 1) / plan->tile_rows;
}

/* Puts the bias where sgemm then adds the product. */
static void add_bias(const float *bias, size_t n_columns, size_t n, float *y, size_t y_stride,
                     bool accumulate)
{
    for (size_t row = 0; row < n; row++) {
        float *out = y + row * y_stride;
        if (!accumulate)
            memcpy(out, bias, n_columns * sizeof *out);
        else
            for (size_t i = 0; i < n_columns; i++)
                out[i] += bias[i];
    }
}

size_t eai_matmul_tile(const eai_matmul *plan, size_t tile, const float *x, size_t x_stride,
                       size_t n, float *y, size_t y_stride, bool accumulate, float *scratch)
{
    size_t first = tile * plan->tile_rows, n_columns = plan->n_out - first;
    if (n_columns > plan->tile_rows) n_columns = plan->tile_rows;
    const unsigned char *rows = plan->rows + first * plan->row_bytes;
    const float *weights = scratch;
    if (used_in_place(plan))
        weights = (const float *)(const void *)rows;
    else if (plan->dtype == EDGEAI_DTYPE_F16)
        plan->kernels->widen_half(scratch, rows, n_columns * plan->n_in);
    else /* cannot fail: the plan checked type and row length */
        (void)edgeai_dequantize(plan->dtype, rows, scratch, n_columns * plan->n_in);

    if (plan->bias) add_bias(plan->bias + first, n_columns, n, y, y_stride, accumulate);
    const float beta = accumulate || plan->bias ? 1.0f : 0.0f;
    const size_t step = columns_at_once(plan, n);
    for (size_t i = 0; i < n_columns; i += step)
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (blasint)n,
                    (blasint)(n_columns - i < step ? n_columns - i : step), (blasint)plan->n_in,
                    1.0f, x, (blasint)x_stride, weights + i * plan->n_in, (blasint)plan->n_in, beta,
                    y + i, (blasint)y_stride);
    return n_columns;
}

typedef struct matmul_loop {
    const eai_matmul_job *jobs;
    eai_scratch scratch;
} matmul_loop;

static void run_item(void *opaque, size_t item, size_t slot)
{
    const matmul_loop *loop = opaque;
    const eai_matmul_job *job = loop->jobs;
    for (size_t tiles; item >= (tiles = eai_matmul_tiles(job->plan)); job++)
        item -= tiles;
    eai_matmul_tile(job->plan, item, job->x, job->x_stride, job->n,
                    job->y + item * job->plan->tile_rows, job->y_stride, job->accumulate,
                    loop->scratch.floats + slot * loop->scratch.slot_floats);
}

void eai_matmul_run(const edgeai_context *context, const eai_matmul_job *jobs, size_t n_jobs,
                    eai_scratch scratch)
{
    size_t n_items = 0;
    double work = 0.0;
    for (size_t i = 0; i < n_jobs; i++) {
        const eai_matmul *plan = jobs[i].plan;
        n_items += eai_matmul_tiles(plan);
        work += ((double)jobs[i].n + 1.0) * (double)plan->n_in * (double)plan->n_out;
    }
    matmul_loop loop = {jobs, scratch};
    eai_parallel_for_work(context, n_items, work, run_item, &loop);
}
