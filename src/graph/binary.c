/* SPDX-License-Identifier: MIT */
#include "graph/binary.h"

#include "base/fail.h"
#include "graph/broadcast_walk.h"
#include "platform/threads.h"

/* Elements of one item for threads, about. */
enum { ITEM = 1 << 14 };

typedef struct side {
    const eai_operand *operand;
    eai_lane_block block;
    const void *lanes;
} side;

/* Of a row that begins at `offset`, the n elements from `first`. */
static void load(side *s, size_t offset, size_t step, size_t first, size_t n)
{
    s->lanes = eai_lane_load(s->operand->element, s->operand->data, offset + step * first,
                             step == 0 ? 1 : n, &s->block);
}

typedef struct binary_job {
    const eai_binary *binary;
    const eai_operand *a, *b, *out;
    eai_walk walk; /* at the first row */
    size_t n_rows, item_rows;
    size_t row_items; /* that a row is cut into, where item_rows is 1 */
} binary_job;

/* Elements [first, end) of the row that the walk stands at. */
static void run_row(const binary_job *job, const eai_walk *walk, size_t first, size_t end)
{
    const eai_operand *out = job->out;
    const eai_binary_loop loop = job->binary->loops[eai_lane_of(job->a->element)];
    const bool answers = out->element == EDGEAI_ELEMENT_BOOL; /* loops write bytes */
    const size_t block_size = eai_lane_is_native(job->a->element) ? SIZE_MAX : EAI_LANE_BLOCK;
    side left = {.operand = job->a}, right = {.operand = job->b};
    eai_lane_block results;
    for (size_t n; first < end; first += n) {
        n = end - first < block_size ? end - first : block_size;
        const size_t at = walk->out + first;
        load(&left, walk->offsets[0], walk->steps[0], first, n);
        load(&right, walk->offsets[1], walk->steps[1], first, n);
        void *to = answers ? (char *)out->data + at
                           : eai_lane_place(out->element, out->data, at, &results);
        loop(left.lanes, walk->steps[0], right.lanes, walk->steps[1], to, n);
        if (!answers) eai_lane_store(out->element, out->data, at, n, to);
    }
}

static void run_item(void *argument, size_t item, size_t slot)
{
    (void)slot;
    const binary_job *job = argument;
    eai_walk walk = job->walk;
    const size_t row = item / job->row_items * job->item_rows;
    const size_t part = item % job->row_items * ITEM;
    const size_t left = job->n_rows - row;
    const bool is_cut = job->row_items > 1;
    eai_walk_seek(&walk, row);
    for (size_t i = 0; i < job->item_rows && i < left; i++, eai_walk_next(&walk)) {
        const size_t end = is_cut && walk.row - part > ITEM ? part + ITEM : walk.row;
        run_row(job, &walk, part, end);
    }
}

/* What threads share does not depend on how many there are, and no element on another. */
void eai_binary_apply(const edgeai_context *context, const eai_binary *binary, const eai_operand *a,
                      const eai_operand *b, const eai_operand *out)
{
    binary_job job = {.binary = binary, .a = a, .b = b, .out = out};
    eai_walk_begin(&job.walk, out->dims, out->n_dims, (const eai_operand *[]){a, b}, 2);
    job.n_rows = eai_walk_rows(&job.walk);
    if (job.n_rows == 0) return;
    job.item_rows = job.walk.row < ITEM ? ITEM / job.walk.row : 1;
    job.row_items = (job.walk.row + ITEM - 1) / ITEM;
    const size_t n_items = (job.n_rows + job.item_rows - 1) / job.item_rows * job.row_items;
    eai_parallel_for_work(context, n_items, (double)out->n, run_item, &job);
}

edgeai_status eai_binary_run(const eai_call *call, const eai_binary *binary)
{
    eai_binary_apply(call->context, binary, call->inputs[0], call->inputs[1], call->outputs[0]);
    return EDGEAI_OK;
}

edgeai_status eai_binary_infer(const eai_call *call, uint32_t mask, edgeai_element out)
{
    EAI_TRY(eai_call_check_type(call, 0, mask));
    for (size_t i = 1; i < call->n_inputs; i++) {
        const eai_operand *operand = eai_call_in(call, i);
        if (!operand) return eai_call_fail(call, EDGEAI_E_FORMAT, "input %zu is missing", i);
        if (operand->element != call->inputs[0]->element)
            return eai_call_fail(call, EDGEAI_E_DTYPE, "input %zu is %s, expected %s as input 0", i,
                                 edgeai_element_name(operand->element),
                                 edgeai_element_name(call->inputs[0]->element));
    }
    EAI_TRY(eai_infer_broadcast(call));
    if (eai_call_out(call, 0)) eai_call_out(call, 0)->element = out;
    return EDGEAI_OK;
}

edgeai_status eai_binary_infer_number(const eai_call *call)
{
    return eai_binary_infer(call, EAI_TYPES_NUMBER, call->inputs[0]->element);
}
