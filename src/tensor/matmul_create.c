/* SPDX-License-Identifier: MIT */

/* The public matrix product: one plan with all its memory in one block. */

#include <string.h>

#include "base/arena.h"
#include "base/fail.h"
#include "platform/context_internal.h"
#include "platform/free_memory.h"
#include "tensor/matmul.h"

enum { DEFAULT_ROWS = 512 };

struct edgeai_matmul {
    edgeai_context *context;
    eai_arena arena; /* this struct is its first piece */
    eai_kernels kernels;
    eai_matmul plan;
    eai_scratch scratch;
    void *packed;
    size_t n_rows_max;
};

static edgeai_status read_options(edgeai_matmul_options *own, const edgeai_matmul_options *given)
{
    *own = (edgeai_matmul_options)EDGEAI_MATMUL_OPTIONS_INIT;
    if (given) {
        if (given->struct_size < sizeof given->struct_size)
            return eai_fail(EDGEAI_E_INVALID, "matmul: options: struct_size is not set");
        memcpy(own, given, given->struct_size < sizeof *own ? given->struct_size : sizeof *own);
    }
    if (own->weights < EDGEAI_WEIGHTS_AUTO || own->weights > EDGEAI_WEIGHTS_PACKED)
        return eai_fail(EDGEAI_E_INVALID, "matmul: options: weights: expected 0 to %d, found %d",
                        EDGEAI_WEIGHTS_PACKED, (int)own->weights);
    if (own->activations < EDGEAI_ACTIVATIONS_AUTO || own->activations > EDGEAI_ACTIVATIONS_F32)
        return eai_fail(EDGEAI_E_INVALID,
                        "matmul: options: activations: expected 0 to %d, found %d",
                        EDGEAI_ACTIVATIONS_F32, (int)own->activations);
    if (own->n_rows_max == 0) own->n_rows_max = DEFAULT_ROWS;
    return EDGEAI_OK;
}

static edgeai_status check_weights(const edgeai_tensor *weights)
{
    if (!weights || !weights->data || !weights->name)
        return eai_fail(EDGEAI_E_INVALID, "matmul: weights, their name or their data are NULL");
    if (weights->n_dims != 2)
        return eai_fail(EDGEAI_E_SHAPE, "tensor %s: expected 2 dimensions, found %d", weights->name,
                        weights->n_dims);
    if (weights->shape[0] < 1 || weights->shape[1] < 1)
        return eai_fail(EDGEAI_E_SHAPE, "tensor %s: expected sizes above 0, found {%lld, %lld}",
                        weights->name, (long long)weights->shape[0], (long long)weights->shape[1]);
    return EDGEAI_OK;
}

static edgeai_status plan_in(edgeai_matmul *matmul, const edgeai_tensor *weights,
                             const edgeai_matmul_options *options)
{
    eai_kernels_init(&matmul->kernels, matmul->context->cpu);
    EAI_TRY(eai_matmul_plan(&matmul->plan, weights, options->activations == EDGEAI_ACTIVATIONS_F32,
                            &matmul->kernels));
    const size_t needed = matmul->plan.row_bytes * matmul->plan.n_out;
    if (weights->data_bytes < needed)
        return eai_fail(EDGEAI_E_SHAPE, "tensor %s: expected %zu bytes of data, found %zu",
                        weights->name, needed, weights->data_bytes);
    return EDGEAI_OK;
}

/* Takes everything from the arena; a counting one gives the size. */
static void lay_out(edgeai_matmul *matmul, bool packed, size_t n_rows_max, eai_arena *arena)
{
    const eai_matmul *plan = &matmul->plan;
    const size_t n_threads = (size_t)matmul->context->n_threads;
    const size_t rows = n_rows_max < EAI_MATMUL_ROWS ? n_rows_max : EAI_MATMUL_ROWS;
    eai_scratch *scratch = &matmul->scratch;
    scratch->slot_floats = (eai_matmul_scratch() + 15) & ~(size_t)15;
    scratch->floats =
        eai_arena_take(arena, n_threads, scratch->slot_floats * sizeof *scratch->floats);
    scratch->prepared_bytes = eai_matmul_prepared_bytes(plan, rows);
    scratch->prepared = eai_arena_take(arena, scratch->prepared_bytes, 1);
    matmul->packed = eai_arena_take(arena, packed ? eai_matmul_packed_bytes(plan) : 0, 1);
    matmul->n_rows_max = n_rows_max;
}

static edgeai_status measure(edgeai_context *context, const edgeai_tensor *weights,
                             const edgeai_matmul_options *options, bool *packed, size_t *bytes)
{
    edgeai_matmul measured = {.context = context};
    eai_arena counting = {0};
    EAI_TRY(check_weights(weights));
    EAI_TRY(plan_in(&measured, weights, options));
    const size_t packed_bytes = eai_matmul_packed_bytes(&measured.plan);
    *packed = packed_bytes > 0 && options->weights != EDGEAI_WEIGHTS_MAPPED;
    if (options->weights == EDGEAI_WEIGHTS_AUTO && packed_bytes > eai_free_memory() / 2)
        *packed = false;
    (void)eai_arena_take(&counting, 1, sizeof measured);
    lay_out(&measured, *packed, options->n_rows_max, &counting);
    *bytes = counting.used;
    return EDGEAI_OK;
}

edgeai_status edgeai_matmul_memory(edgeai_context *context, const edgeai_tensor *weights,
                                   const edgeai_matmul_options *options, size_t *bytes)
{
    edgeai_matmul_options own;
    bool packed;
    if (!context || !bytes) return eai_fail(EDGEAI_E_INVALID, "matmul: context or bytes is NULL");
    EAI_TRY(read_options(&own, options));
    return measure(context, weights, &own, &packed, bytes);
}

edgeai_status edgeai_matmul_create(edgeai_matmul **out, edgeai_context *context,
                                   const edgeai_tensor *weights,
                                   const edgeai_matmul_options *options)
{
    edgeai_matmul_options own;
    bool packed;
    size_t bytes;
    eai_arena arena;
    if (!out) return eai_fail(EDGEAI_E_INVALID, "matmul: out is NULL");
    *out = NULL;
    if (!context) return eai_fail(EDGEAI_E_INVALID, "matmul: context is NULL");
    EAI_TRY(read_options(&own, options));
    EAI_TRY(measure(context, weights, &own, &packed, &bytes));
    if (!eai_arena_init(&arena, &context->allocator, bytes, "matmul")) return EDGEAI_E_MEMORY;
    edgeai_matmul *matmul = eai_arena_take(&arena, 1, sizeof *matmul);
    matmul->context = context;
    edgeai_status status = plan_in(matmul, weights, &own);
    if (status) {
        eai_arena_free(&arena, &context->allocator);
        return status;
    }
    lay_out(matmul, packed, own.n_rows_max, &arena);
    matmul->arena = arena;
    if (packed) eai_matmul_pack(&matmul->plan, context, matmul->packed, &matmul->scratch);
    *out = matmul;
    return EDGEAI_OK;
}

edgeai_status edgeai_matmul_run(edgeai_matmul *matmul, const float *x, size_t n_rows, float *y)
{
    if (!matmul || (n_rows > 0 && (!x || !y)))
        return eai_fail(EDGEAI_E_INVALID, "matmul: an argument is NULL");
    if (n_rows > matmul->n_rows_max)
        return eai_fail(EDGEAI_E_LIMIT, "matmul: made for %zu rows, asked for %zu",
                        matmul->n_rows_max, n_rows);
    const eai_matmul *plan = &matmul->plan;
    const eai_matmul_job job = {plan, x, plan->n_in, n_rows, y, plan->n_out, false};
    eai_matmul_run(matmul->context, &job, 1, matmul->scratch);
    return EDGEAI_OK;
}

void edgeai_matmul_free(edgeai_matmul *matmul)
{
    if (!matmul) return;
    edgeai_context *context = matmul->context;
    eai_arena arena = matmul->arena;
    eai_arena_free(&arena, &context->allocator);
}
