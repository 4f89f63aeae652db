/* SPDX-License-Identifier: MIT */
#include "graph/unary.h"

#include "base/fail.h"
#include "platform/context_internal.h"
#include "platform/threads.h"

/* Elements of one item for threads. */
enum { ITEM = 1 << 14 };

typedef struct unary_job {
    const eai_operand *in;
    eai_operand *out;
    eai_unary_loop loop;
    eai_unary_row row; /* where it is not NULL, in place of the loop */
    eai_kernels kernels;
    float a, b;
} unary_job;

static void run_item(void *argument, size_t item, size_t slot)
{
    (void)slot;
    const unary_job *job = argument;
    const edgeai_element element = job->in->element;
    const size_t block_size = eai_lane_is_native(element) ? ITEM : EAI_LANE_BLOCK;
    const size_t end = job->out->n - item * ITEM < ITEM ? job->out->n : (item + 1) * ITEM;
    eai_lane_block from, to;
    for (size_t first = item * ITEM; first < end; first += block_size) {
        const size_t n = end - first < block_size ? end - first : block_size;
        const void *x = eai_lane_load(element, job->in->data, first, n, &from);
        void *y = eai_lane_place(element, job->out->data, first, &to);
        if (job->row)
            job->row(&job->kernels, x, y, n, job->a);
        else
            job->loop(x, y, n, job->a, job->b);
        eai_lane_store(element, job->out->data, first, n, y);
    }
}

edgeai_status eai_unary_run(const eai_call *call, const eai_unary *unary, float a, float b)
{
    unary_job job = {
        .in = call->inputs[0],
        .out = call->outputs[0],
        .loop = unary->loops[eai_lane_of(call->inputs[0]->element)],
        .a = a,
        .b = b,
    };
    const size_t n = job.out->n;
    if (unary->row && eai_lane_of(job.in->element) == EAI_LANE_F32) {
        job.row = unary->row;
        eai_kernels_init(&job.kernels, call->context->cpu);
    }
    eai_parallel_for_work(call->context, n / ITEM + (n % ITEM != 0), (double)n * unary->cost,
                          run_item, &job);
    return EDGEAI_OK;
}

edgeai_status eai_unary_infer_float(const eai_call *call)
{
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPES_FLOAT));
    return eai_infer_same(call);
}

edgeai_status eai_unary_infer_signed(const eai_call *call)
{
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPES_FLOAT | EAI_TYPES_SIGNED));
    return eai_infer_same(call);
}

edgeai_status eai_unary_infer_number(const eai_call *call)
{
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPES_NUMBER));
    return eai_infer_same(call);
}
