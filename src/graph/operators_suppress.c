/* SPDX-License-Identifier: MIT */
/*
 * NonMaxSuppression: for each batch and class, boxes by falling score (the first of equals first),
 * each kept unless it overlaps a kept one too much.
 */

#include <math.h>

#include "base/fail.h"
#include "graph/operator.h"

enum { BOXES, SCORES, MAX_BOXES, IOU_THRESHOLD, SCORE_THRESHOLD };

static edgeai_status check_scalar(const eai_call *call, size_t index, edgeai_element element)
{
    const eai_operand *operand = eai_call_in(call, index);
    if (!operand) return EDGEAI_OK;
    EAI_TRY(eai_call_check_type(call, index, EAI_TYPE(element)));
    if (operand->n != 1)
        return eai_call_fail(call, EDGEAI_E_SHAPE, "input %zu has %zu elements, expected 1", index,
                             operand->n);
    return EDGEAI_OK;
}

static edgeai_status suppress_infer(const eai_call *call)
{
    const eai_operand *boxes = call->inputs[BOXES], *scores = call->inputs[SCORES];
    EAI_TRY(eai_call_check_type(call, BOXES, EAI_TYPE(EDGEAI_ELEMENT_F32)));
    EAI_TRY(eai_call_check_type(call, SCORES, EAI_TYPE(EDGEAI_ELEMENT_F32)));
    EAI_TRY(check_scalar(call, MAX_BOXES, EDGEAI_ELEMENT_I64));
    EAI_TRY(check_scalar(call, IOU_THRESHOLD, EDGEAI_ELEMENT_F32));
    EAI_TRY(check_scalar(call, SCORE_THRESHOLD, EDGEAI_ELEMENT_F32));
    if (boxes->n_dims != 3 || scores->n_dims != 3 || boxes->dims[2] != 4 ||
        boxes->dims[0] != scores->dims[0] || boxes->dims[1] != scores->dims[2])
        return eai_call_fail(call, EDGEAI_E_SHAPE,
                             "boxes and scores are not [batches][n][4] and [batches][classes][n]");
    const int64_t layout = eai_node_int(call->node, "center_point_box", 0);
    if (layout != 0 && layout != 1)
        return eai_call_fail(call, EDGEAI_E_UNSUPPORTED, "center_point_box is %lld",
                             (long long)layout);
    const eai_operand *limit = eai_call_in(call, MAX_BOXES);
    int64_t most = scores->dims[2];
    if (!limit) most = 0;
    if (limit && limit->data && *(const int64_t *)limit->data < most)
        most = *(const int64_t *)limit->data > 0 ? *(const int64_t *)limit->data : 0;
    if (scores->n == 0) most = 0; /* else the product below is at most scores->n */
    const int64_t rows = most == 0 ? 0 : scores->dims[0] * scores->dims[1] * most;
    return eai_call_output(call, 0, EDGEAI_ELEMENT_I64, (const int64_t[]){rows, 3}, 2);
}

typedef struct box {
    float low[2], high[2];
} box;

static box corners(const float *given, bool center)
{
    box b;
    for (int i = 0; i < 2; i++) {
        /* Corners are y, x, y, x in any order; centers x, y, width, height. */
        const float p = center ? given[i] - given[2 + i] / 2 : given[i];
        const float q = center ? given[i] + given[2 + i] / 2 : given[2 + i];
        b.low[i] = fminf(p, q);
        b.high[i] = fmaxf(p, q);
    }
    return b;
}

static float area(const box *b)
{
    return (b->high[0] - b->low[0]) * (b->high[1] - b->low[1]);
}

static bool overlaps(const float *first, const float *second, bool center, float threshold)
{
    const box a = corners(first, center), b = corners(second, center);
    float common = 1;
    for (int i = 0; i < 2; i++) {
        const float side = fminf(a.high[i], b.high[i]) - fmaxf(a.low[i], b.low[i]);
        if (!(side > 0)) return false;
        common *= side;
    }
    return common / (area(&a) + area(&b) - common) > threshold;
}

static bool before(const float *scores, int64_t a, int64_t b)
{
    return scores[a] > scores[b] || (scores[a] == scores[b] && a < b);
}

static void sink(const float *scores, int64_t *heap, size_t at, size_t n)
{
    for (;;) {
        size_t last = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < n; child++)
            if (before(scores, heap[last], heap[child])) last = child;
        if (last == at) return;
        const int64_t kept = heap[at];
        heap[at] = heap[last];
        heap[last] = kept;
        at = last;
    }
}

static void sort_by_score(const float *scores, int64_t *order, size_t n)
{
    for (size_t i = n / 2; i-- > 0;)
        sink(scores, order, i, n);
    for (size_t end = n; end > 1; end--) {
        const int64_t kept = order[0];
        order[0] = order[end - 1];
        order[end - 1] = kept;
        sink(scores, order, 0, end - 1);
    }
}

static edgeai_status suppress_prepare(const eai_call *call, eai_prepared *out)
{
    out->scratch_bytes = (size_t)call->inputs[SCORES]->dims[2] * sizeof(int64_t);
    return EDGEAI_OK;
}

static float scalar(const eai_call *call, size_t index, float otherwise)
{
    const eai_operand *operand = eai_call_in(call, index);
    return operand ? *(const float *)operand->data : otherwise;
}

/* Keeps boxes of one batch and class, best first, at the front of `order`; their number. */
static size_t keep_best(const eai_call *call, const float *boxes, const float *scores, size_t n,
                        size_t most, int64_t *order)
{
    const bool center = eai_node_int(call->node, "center_point_box", 0) == 1;
    const float threshold = scalar(call, IOU_THRESHOLD, 0);
    const float least = scalar(call, SCORE_THRESHOLD, -INFINITY);
    size_t n_order = 0, n_kept = 0;
    for (size_t i = 0; i < n; i++)
        if (scores[i] > least) order[n_order++] = (int64_t)i;
    sort_by_score(scores, order, n_order);
    for (size_t i = 0; i < n_order && n_kept < most; i++) {
        bool keep = true;
        for (size_t k = 0; keep && k < n_kept; k++)
            keep = !overlaps(boxes + 4 * order[i], boxes + 4 * order[k], center, threshold);
        if (keep) order[n_kept++] = order[i];
    }
    return n_kept;
}

static edgeai_status suppress_run(const eai_call *call)
{
    const eai_operand *boxes = call->inputs[BOXES], *scores = call->inputs[SCORES];
    const eai_operand *limit = eai_call_in(call, MAX_BOXES);
    const int64_t given = limit ? *(const int64_t *)limit->data : 0;
    const size_t n = (size_t)scores->dims[2], most = given > 0 ? (size_t)given : 0;
    eai_operand *out = call->outputs[0];
    int64_t *to = out->data;
    size_t rows = 0;
    for (int64_t b = 0; most > 0 && n > 0 && b < scores->dims[0]; b++)
        for (int64_t c = 0; c < scores->dims[1]; c++) {
            int64_t *order = call->scratch;
            const size_t kept =
                keep_best(call, (const float *)boxes->data + 4 * (size_t)b * n,
                          (const float *)scores->data + (size_t)(b * scores->dims[1] + c) * n, n,
                          most, order);
            for (size_t k = 0; k < kept; k++, rows++) {
                to[3 * rows] = b;
                to[3 * rows + 1] = c;
                to[3 * rows + 2] = order[k];
            }
        }
    out->dims[0] = (int64_t)rows;
    out->n = 3 * rows;
    return EDGEAI_OK;
}

const eai_operator eai_op_non_max_suppression = {
    .domain = "",
    .name = "NonMaxSuppression",
    .min_inputs = 2,
    .max_inputs = 5,
    .min_outputs = 1,
    .max_outputs = 1,
    .flags = EAI_OP_DATA_SHAPE,
    .infer = suppress_infer,
    .run = suppress_run,
    .prepare = suppress_prepare,
};
