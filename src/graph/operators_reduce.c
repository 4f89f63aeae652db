/* SPDX-License-Identifier: MIT */
/*
 * Reductions over axes. Floats are gathered in double and integers in 64 bits, where they wrap.
 * Rows of the input (the longest runs of elements that are all reduced into one, or each into its
 * own) go through one loop.
 */

#include <math.h>

#include "base/fail.h"
#include "graph/lanes.h"
#include "graph/reduction.h"
#include "platform/threads.h"

/* Input elements of one item for threads, about. */
enum { ITEM = 1 << 14 };

typedef union gathered {
    double f;
    int64_t i;
    uint64_t u;
} gathered;

/* n elements: all into to[0] (to_step 0), or each into its own. */
typedef void (*gather_loop)(const void *from, gathered *to, size_t to_step, size_t n);

typedef enum ending { PLAIN, MEAN, ROOT, LOGARITHM, EXPONENTIALS } ending;

typedef struct reduction {
    gather_loop loops[4]; /* by eai_lane */
    double begin;         /* what no elements give; infinite: the type's least or largest value */
    ending end;
} reduction;

#define GATHER(function, type, member, expression)                                                 \
    static void function(const void *from, gathered *to, size_t to_step, size_t n)                 \
    {                                                                                              \
        const type *source = from;                                                                 \
        for (size_t i = 0; i < n; i++) {                                                           \
            const type x = source[i];                                                              \
            gathered *const all = &to[i * to_step];                                                \
            all->member = expression;                                                              \
        }                                                                                          \
    }

#define S             (all->f)
#define SIGNED(value) ((int64_t)(value))
GATHER(sum_f32, float, f, S + (double)x)
GATHER(sum_f64, double, f, S + x)
GATHER(sum_i64, int64_t, i, SIGNED((uint64_t)all->i + (uint64_t)x))
GATHER(sum_u64, uint64_t, u, all->u + x)
GATHER(size_f32, float, f, S + fabs((double)x))
GATHER(size_f64, double, f, S + fabs(x))
GATHER(size_i64, int64_t, i, SIGNED((uint64_t)all->i + (x < 0 ? 0 - (uint64_t)x : (uint64_t)x)))
GATHER(square_f32, float, f, S + (double)x * (double)x)
GATHER(square_f64, double, f, S + x * x)
GATHER(square_i64, int64_t, i, SIGNED((uint64_t)all->i + (uint64_t)x * (uint64_t)x))
GATHER(square_u64, uint64_t, u, all->u + x * x)
GATHER(product_f32, float, f, S *(double)x)
GATHER(product_f64, double, f, S *x)
GATHER(product_i64, int64_t, i, SIGNED((uint64_t)all->i *(uint64_t)x))
GATHER(product_u64, uint64_t, u, all->u *x)
GATHER(max_f32, float, f, (double)x > S || x != x ? (double)x : S)
GATHER(max_f64, double, f, x > S || x != x ? x : S)
GATHER(max_i64, int64_t, i, x > all->i ? x : all->i)
GATHER(max_u64, uint64_t, u, x > all->u ? x : all->u)
GATHER(min_f32, float, f, (double)x < S || x != x ? (double)x : S)
GATHER(min_f64, double, f, x < S || x != x ? x : S)
GATHER(min_i64, int64_t, i, x < all->i ? x : all->i)
GATHER(min_u64, uint64_t, u, x < all->u ? x : all->u)

/* Long sums of float32 are most of the work of real networks: eight at a time, whose additions do
 * not wait for each other. */
static void sum_row(const void *from, gathered *to, size_t to_step, size_t n)
{
    if (to_step != 0 || n < 16) {
        sum_f32(from, to, to_step, n);
        return;
    }
    const float *x = from;
    double parts[8] = {0};
    size_t i = 0;
    for (; i + 8 <= n; i += 8)
        for (size_t k = 0; k < 8; k++)
            parts[k] += (double)x[i + k];
    sum_f32(x + i, to, 0, n - i);
    to->f += ((parts[0] + parts[4]) + (parts[2] + parts[6])) +
             ((parts[1] + parts[5]) + (parts[3] + parts[7]));
}

/* The input as alternating dimensions, kept and reduced. */
typedef struct shape {
    int n_dims;
    int64_t dims[EDGEAI_GRAPH_DIMS_MAX], in_strides[EDGEAI_GRAPH_DIMS_MAX];
    bool reduced[EDGEAI_GRAPH_DIMS_MAX];
} shape;

static void merge_dims(const eai_operand *x, const bool *axes, shape *out)
{
    out->n_dims = 0;
    for (int i = 0; i < x->n_dims; i++) {
        if (x->dims[i] == 1) continue;
        const int last = out->n_dims - 1;
        if (last >= 0 && out->reduced[last] == axes[i]) {
            out->dims[last] = (int64_t)((uint64_t)out->dims[last] * (uint64_t)x->dims[i]);
            continue;
        }
        out->dims[out->n_dims] = x->dims[i];
        out->reduced[out->n_dims++] = axes[i];
    }
    if (out->n_dims == 0) {
        out->dims[0] = 1;
        out->reduced[0] = true;
        out->n_dims = 1;
    }
    uint64_t stride = 1; /* wraps for shapes without elements alone */
    for (int i = out->n_dims - 1; i >= 0; i--) {
        out->in_strides[i] = (int64_t)stride;
        stride *= (uint64_t)out->dims[i];
    }
}

/* The offset of the input's element number `index` among the kept (or the reduced) dimensions but
 * the last one of all. */
static size_t offset_of(const shape *s, bool reduced, size_t index)
{
    size_t offset = 0;
    for (int i = s->n_dims - 2; i >= 0; i--) {
        if (s->reduced[i] != reduced) continue;
        const size_t dim = (size_t)s->dims[i];
        offset += index % dim * (size_t)s->in_strides[i];
        index /= dim;
    }
    return offset;
}

static size_t count(const shape *s, bool reduced)
{
    size_t n = 1;
    for (int i = 0; i < s->n_dims - 1; i++)
        if (s->reduced[i] == reduced) n *= (size_t)s->dims[i];
    return n;
}

/* An integer type's least or largest value, as its lane has it. */
static gathered limit_of(edgeai_element element, bool largest)
{
    const int bits = 8 * (int)edgeai_element_bytes(element, 1);
    if (element == EDGEAI_ELEMENT_BOOL) return (gathered){.i = largest};
    if (EAI_TYPE(element) & EAI_TYPES_UNSIGNED)
        return (gathered){.u = largest ? UINT64_MAX >> (64 - bits) : 0};
    const int64_t most = INT64_MAX >> (64 - bits);
    return (gathered){.i = largest ? most : -most - 1};
}

static void begin(const reduction *r, edgeai_element element, gathered *to, size_t n)
{
    const eai_lane lane = eai_lane_of(element);
    gathered value = {.f = r->begin};
    if (lane == EAI_LANE_I64 || lane == EAI_LANE_U64) {
        if (isinf(r->begin))
            value = limit_of(element, r->begin > 0);
        else
            value.i = eai_to_i64(r->begin);
    }
    for (size_t i = 0; i < n; i++)
        to[i] = value;
}

static double finish_float(ending end, double value, double count_of)
{
    switch (end) {
    case MEAN:
        return value / count_of;
    case ROOT:
        return sqrt(value);
    case LOGARITHM:
    case EXPONENTIALS:
        return log(value);
    default:
        return value;
    }
}

static void finish(ending end, eai_lane lane, const gathered *from, size_t n, double count_of,
                   const eai_operand *out, size_t first)
{
    eai_lane_block results;
    for (size_t i = 0; i < n; i++) {
        if (lane == EAI_LANE_I64)
            results.i64[i] = end == PLAIN
                                 ? from[i].i
                                 : eai_to_i64(finish_float(end, (double)from[i].i, count_of));
        else if (lane == EAI_LANE_U64)
            results.u64[i] = end == PLAIN
                                 ? from[i].u
                                 : eai_to_u64(finish_float(end, (double)from[i].u, count_of));
        else if (lane == EAI_LANE_F64)
            results.f64[i] = finish_float(end, from[i].f, count_of);
        else
            results.f32[i] = (float)finish_float(end, from[i].f, count_of);
    }
    eai_lane_store(out->element, out->data, first, n, &results);
}

/* n elements from number `at`, a block at a time. */
static void gather(const reduction *r, const eai_operand *x, size_t at, size_t n, gathered *to,
                   size_t to_step)
{
    const size_t block_size = eai_lane_is_native(x->element) ? SIZE_MAX : EAI_LANE_BLOCK;
    eai_lane_block block;
    for (size_t done = 0, some; done < n; done += some) {
        some = n - done < block_size ? n - done : block_size;
        r->loops[eai_lane_of(x->element)](
            eai_lane_load(x->element, x->data, at + done, some, &block), to + done * to_step,
            to_step, some);
    }
}

/* log(sum(exp(x))) as m + log(sum(exp(x - m))) with m the largest, for floats in place of gather.
 */
static void gather_exponentials(const eai_operand *x, size_t at, size_t n, const gathered *largest,
                                gathered *to, size_t step)
{
    for (size_t i = 0; i < n; i++) {
        const double shift = isfinite(largest[i * step].f) ? largest[i * step].f : 0;
        to[i * step].f += exp(eai_lane_get(x->element, x->data, at + i) - shift);
    }
}

static const reduction max_reduction;

/* n outputs (one, when the last dimension is reduced) from number `first`, whose input begins at
 * `base`. */
static void reduce_block(const eai_call *call, const reduction *r, const shape *s, size_t base,
                         size_t first, size_t n)
{
    const eai_operand *x = call->inputs[0], *out = call->outputs[0];
    const eai_lane lane = eai_lane_of(x->element);
    const bool row = s->reduced[s->n_dims - 1];
    const size_t length = row ? (size_t)s->dims[s->n_dims - 1] : n, step = row ? 0 : 1;
    const size_t times = count(s, true);
    const bool exponentials = r->end == EXPONENTIALS;
    gathered all[EAI_LANE_BLOCK], largest[EAI_LANE_BLOCK];
    if (exponentials) {
        begin(&max_reduction, x->element, largest, n);
        for (size_t k = 0; k < times; k++)
            gather(&max_reduction, x, base + offset_of(s, true, k), length, largest, step);
    }
    begin(r, x->element, all, n);
    for (size_t k = 0; k < times; k++) {
        const size_t at = base + offset_of(s, true, k);
        if (exponentials)
            gather_exponentials(x, at, length, largest, all, step);
        else
            gather(r, x, at, length, all, step);
    }
    if (exponentials)
        for (size_t i = 0; i < n; i++)
            all[i].f = log(all[i].f) + (isfinite(largest[i].f) ? largest[i].f : 0);
    finish(exponentials ? PLAIN : r->end, lane, all, n, (double)times * (row ? (double)length : 1),
           out, first);
}

/* Blocks of outputs: for each kept element before the last dimension, the last one's in blocks. */
typedef struct reduce_job {
    const eai_call *call;
    const reduction *r;
    shape s;
    size_t width, blocks_a_row, n_blocks, item_blocks;
} reduce_job;

static void reduce_item(void *argument, size_t item, size_t slot)
{
    (void)slot;
    const reduce_job *job = argument;
    const size_t begin_at = item * job->item_blocks;
    const size_t left = job->n_blocks - begin_at;
    const size_t end = begin_at + (left < job->item_blocks ? left : job->item_blocks);
    for (size_t block = begin_at; block < end; block++) {
        const size_t k = block / job->blocks_a_row;
        const size_t first = block % job->blocks_a_row * EAI_LANE_BLOCK;
        const size_t rest = job->width - first, n = rest < EAI_LANE_BLOCK ? rest : EAI_LANE_BLOCK;
        reduce_block(job->call, job->r, &job->s, offset_of(&job->s, false, k) + first,
                     k * job->width + first, n);
    }
}

/* Each output is gathered by one thread, in the input's order. */
static edgeai_status reduce(const eai_call *call, const reduction *r)
{
    const eai_operand *x = call->inputs[0], *out = call->outputs[0];
    bool axes[EDGEAI_GRAPH_DIMS_MAX] = {0};
    reduce_job job = {.call = call, .r = r};
    shape *s = &job.s;
    EAI_TRY(eai_reduced_axes(call, 1, axes));
    merge_dims(x, axes, s);
    if (out->n == 0) return EDGEAI_OK;
    job.width = s->reduced[s->n_dims - 1] ? 1 : (size_t)s->dims[s->n_dims - 1];
    job.blocks_a_row = (job.width + EAI_LANE_BLOCK - 1) / EAI_LANE_BLOCK;
    job.n_blocks = count(s, false) * job.blocks_a_row;
    const size_t block_inputs = x->n / job.n_blocks;
    job.item_blocks = block_inputs < ITEM ? ITEM / (block_inputs + 1) : 1;
    eai_parallel_for_work(call->context, (job.n_blocks + job.item_blocks - 1) / job.item_blocks,
                          (double)x->n, reduce_item, &job);
    return EDGEAI_OK;
}

static edgeai_status reduce_infer(const eai_call *call, uint32_t mask)
{
    const eai_operand *x = call->inputs[0];
    bool axes[EDGEAI_GRAPH_DIMS_MAX] = {0};
    int64_t dims[EDGEAI_GRAPH_DIMS_MAX];
    int n_dims = 0;
    EAI_TRY(eai_call_check_type(call, 0, mask));
    EAI_TRY(eai_reduced_axes(call, 1, axes));
    const bool keep = eai_node_int(call->node, "keepdims", 1) != 0;
    for (int i = 0; i < x->n_dims; i++) {
        if (!axes[i])
            dims[n_dims++] = x->dims[i];
        else if (keep)
            dims[n_dims++] = 1;
    }
    return eai_call_output(call, 0, x->element, dims, n_dims);
}

static edgeai_status number_infer(const eai_call *call)
{
    return reduce_infer(call, EAI_TYPES_NUMBER);
}

static edgeai_status float_infer(const eai_call *call)
{
    return reduce_infer(call, EAI_TYPES_FLOAT);
}

static edgeai_status any_infer(const eai_call *call)
{
    return reduce_infer(call, EAI_TYPES_WHOLE);
}

static const reduction max_reduction = {{max_f32, max_f64, max_i64, max_u64}, -HUGE_VAL, PLAIN};

#define REDUCE_OPERATOR(identifier, onnx_name, infer_by, begin_with, end_as, ...)                  \
    static edgeai_status identifier##_run(const eai_call *call)                                    \
    {                                                                                              \
        static const reduction r = {{__VA_ARGS__}, begin_with, end_as};                            \
        return reduce(call, &r);                                                                   \
    }                                                                                              \
    const eai_operator eai_op_##identifier = {                                                     \
        .domain = "",                                                                              \
        .name = onnx_name,                                                                         \
        .min_inputs = 1,                                                                           \
        .max_inputs = 2,                                                                           \
        .min_outputs = 1,                                                                          \
        .max_outputs = 1,                                                                          \
        .infer = infer_by,                                                                         \
        .run = identifier##_run,                                                                   \
    };

/* Without elements: the value to begin with; the least and the largest one there is for extremes.
 */
REDUCE_OPERATOR(reduce_sum, "ReduceSum", number_infer, 0, PLAIN, sum_row, sum_f64, sum_i64, sum_u64)
REDUCE_OPERATOR(reduce_mean, "ReduceMean", number_infer, 0, MEAN, sum_row, sum_f64, sum_i64,
                sum_u64)
REDUCE_OPERATOR(reduce_l1, "ReduceL1", number_infer, 0, PLAIN, size_f32, size_f64, size_i64,
                sum_u64)
REDUCE_OPERATOR(reduce_l2, "ReduceL2", number_infer, 0, ROOT, square_f32, square_f64, square_i64,
                square_u64)
REDUCE_OPERATOR(reduce_sum_square, "ReduceSumSquare", number_infer, 0, PLAIN, square_f32,
                square_f64, square_i64, square_u64)
REDUCE_OPERATOR(reduce_log_sum, "ReduceLogSum", number_infer, 0, LOGARITHM, sum_row, sum_f64,
                sum_i64, sum_u64)
REDUCE_OPERATOR(reduce_log_sum_exp, "ReduceLogSumExp", float_infer, 0, EXPONENTIALS, NULL)
REDUCE_OPERATOR(reduce_prod, "ReduceProd", number_infer, 1, PLAIN, product_f32, product_f64,
                product_i64, product_u64)
REDUCE_OPERATOR(reduce_max, "ReduceMax", any_infer, -HUGE_VAL, PLAIN, max_f32, max_f64, max_i64,
                max_u64)
REDUCE_OPERATOR(reduce_min, "ReduceMin", any_infer, HUGE_VAL, PLAIN, min_f32, min_f64, min_i64,
                min_u64)
