/* SPDX-License-Identifier: MIT */
/* Resize. Each output row is a weighted sum of input rows; tables tell which and how much. */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "graph/resize_axis.h"
#include "graph/strided.h"
#include "platform/threads.h"

enum { ROI = 1, SCALES = 2, SIZES = 3 };
enum { STRETCH, NOT_LARGER, NOT_SMALLER };

#define SIZE_LIMIT ((int64_t)1 << 30)

typedef struct resize_job {
    eai_resize_rules rules;
    eai_resize_axis axes[EDGEAI_GRAPH_DIMS_MAX];
    int n;
    const eai_operand *x, *y;
    float outside; /* the value of what lies outside of the region */
} resize_job;

/* The number of an attribute's string in `names`; the first is the default. */
static edgeai_status read_choice(const eai_call *call, const char *attribute,
                                 const char *const *names, int n, int *out)
{
    const char *found = eai_node_string(call->node, attribute, names[0]);
    for (*out = 0; *out < n; ++*out)
        if (strcmp(found, names[*out]) == 0) return EDGEAI_OK;
    char text[64];
    snprintf(text, sizeof text, "%s", found);
    return eai_call_fail(call, EDGEAI_E_UNSUPPORTED, "%s is not supported: \"%s\"", attribute,
                         text);
}

static edgeai_status read_rules(const eai_call *call, eai_resize_rules *rules)
{
    static const char *const modes[] = {"nearest", "linear", "cubic"};
    static const char *const transforms[] = {"half_pixel",         "half_pixel_symmetric",
                                             "pytorch_half_pixel", "align_corners",
                                             "asymmetric",         "tf_crop_and_resize"};
    static const char *const roundings[] = {"round_prefer_floor", "round_prefer_ceil", "floor",
                                            "ceil"};
    int mode = 0, transform = 0, rounding = 0;
    EAI_TRY(read_choice(call, "mode", modes, 3, &mode));
    EAI_TRY(read_choice(call, "coordinate_transformation_mode", transforms, 6, &transform));
    EAI_TRY(read_choice(call, "nearest_mode", roundings, 4, &rounding));
    *rules = (eai_resize_rules){
        .mode = (eai_resize_mode)mode,
        .transform = (eai_resize_transform)transform,
        .rounding = (eai_resize_rounding)rounding,
        .cubic_a = (double)eai_node_float(call->node, "cubic_coeff_a", -0.75F),
        .exclude_outside = eai_node_int(call->node, "exclude_outside", 0) != 0,
        .antialias = eai_node_int(call->node, "antialias", 0) != 0,
    };
    return EDGEAI_OK;
}

/* Which axes the inputs speak of: those of the attribute, or all. */
static edgeai_status read_axes(const eai_call *call, int *axes, size_t *n)
{
    const int n_dims = call->inputs[0]->n_dims;
    const int64_t *given = eai_node_ints(call->node, "axes", n);
    bool marked[EDGEAI_GRAPH_DIMS_MAX] = {false};
    if (*n == 0) {
        *n = (size_t)n_dims;
        for (int i = 0; i < n_dims; i++)
            axes[i] = i;
        return EDGEAI_OK;
    }
    if (*n > (size_t)n_dims)
        return eai_call_fail(call, EDGEAI_E_SHAPE, "%zu axes for %d dimensions", *n, n_dims);
    for (size_t i = 0; i < *n; i++) {
        EAI_TRY(eai_call_axis(call, given[i], n_dims, &axes[i]));
        if (marked[axes[i]])
            return eai_call_fail(call, EDGEAI_E_SHAPE, "axis %d stands there twice", axes[i]);
        marked[axes[i]] = true;
    }
    return EDGEAI_OK;
}

/* Input `index`, which may be left out or empty, has n elements. */
static edgeai_status check_list(const eai_call *call, size_t index, size_t n, bool *is_there)
{
    const eai_operand *list = eai_call_in(call, index);
    *is_there = list && list->n > 0;
    if (!*is_there || list->n == n) return EDGEAI_OK;
    return eai_call_fail(call, EDGEAI_E_SHAPE, "input %zu has %zu elements, expected %zu", index,
                         list->n, n);
}

static edgeai_status use_scales(const eai_call *call, resize_job *job, const int *axes, size_t n)
{
    const eai_operand *scales = call->inputs[SCALES];
    EAI_TRY(eai_call_check_type(call, SCALES, EAI_TYPE(EDGEAI_ELEMENT_F32)));
    if (!scales->data) return eai_call_needs_constant(call, SCALES);
    for (size_t i = 0; i < n; i++) {
        eai_resize_axis *axis = &job->axes[axes[i]];
        const double scale = (double)((const float *)scales->data)[i];
        const double out = floor((double)axis->in * scale);
        if (!(scale > 0) || !(out <= (double)SIZE_LIMIT))
            return eai_call_fail(call, EDGEAI_E_LIMIT, "scale %g of %lld", scale,
                                 (long long)axis->in);
        axis->grown = scale;
        axis->out = (int64_t)out;
        axis->identity = scale == 1 && job->rules.transform != EAI_RESIZE_TF_CROP_AND_RESIZE;
    }
    return EDGEAI_OK;
}

static edgeai_status use_sizes(const eai_call *call, resize_job *job, const int *axes, size_t n)
{
    static const char *const policies[] = {"stretch", "not_larger", "not_smaller"};
    int64_t sizes[EDGEAI_GRAPH_DIMS_MAX];
    size_t n_sizes = 0;
    int policy = STRETCH, best = 0;
    EAI_TRY(eai_call_ints(call, SIZES, sizes, EDGEAI_GRAPH_DIMS_MAX, &n_sizes));
    EAI_TRY(read_choice(call, "keep_aspect_ratio_policy", policies, 3, &policy));
    for (size_t i = 0; i < n; i++) {
        eai_resize_axis *axis = &job->axes[axes[i]];
        if (sizes[i] < 0 || sizes[i] > SIZE_LIMIT || (sizes[i] > 0 && axis->in == 0))
            return eai_call_fail(call, EDGEAI_E_SHAPE, "size %lld from %lld", (long long)sizes[i],
                                 (long long)axis->in);
        axis->out = sizes[i];
        axis->grown = (double)sizes[i];
        axis->from = (double)axis->in;
        const eai_resize_axis *other = &job->axes[axes[best]];
        const double difference = axis->grown * other->from - other->grown * axis->from;
        if (policy == NOT_LARGER ? difference < 0 : difference > 0) best = (int)i;
    }
    const double grown = job->axes[axes[best]].grown, from = job->axes[axes[best]].from;
    for (size_t i = 0; i < n; i++) {
        eai_resize_axis *axis = &job->axes[axes[i]];
        if (policy != STRETCH && axis->in > 0) { /* all by the same scale */
            axis->grown = grown;
            axis->from = from;
            const double out = floor((double)axis->in * grown / from + 0.5);
            if (!(out <= (double)SIZE_LIMIT))
                return eai_call_fail(call, EDGEAI_E_LIMIT, "dimension %d would be %g", axes[i],
                                     out);
            axis->out = (int64_t)out;
        }
        axis->identity =
            axis->grown == axis->from && job->rules.transform != EAI_RESIZE_TF_CROP_AND_RESIZE;
    }
    return EDGEAI_OK;
}

/* The region; without one it is everything. */
static edgeai_status use_region(const eai_call *call, resize_job *job, const int *axes, size_t n)
{
    bool is_there = false;
    if (job->rules.transform != EAI_RESIZE_TF_CROP_AND_RESIZE) return EDGEAI_OK;
    EAI_TRY(check_list(call, ROI, 2 * n, &is_there));
    if (!is_there) return EDGEAI_OK;
    EAI_TRY(eai_call_check_type(call, ROI, EAI_TYPE(EDGEAI_ELEMENT_F32)));
    const float *roi = call->inputs[ROI]->data;
    for (size_t i = 0; roi && i < n; i++) {
        job->axes[axes[i]].start = (double)roi[i];
        job->axes[axes[i]].end = (double)roi[n + i];
    }
    return EDGEAI_OK;
}

/* Everything but the tables; *bytes: what they need. */
static edgeai_status read_job(const eai_call *call, resize_job *job, size_t *bytes)
{
    const eai_operand *x = call->inputs[0];
    int axes[EDGEAI_GRAPH_DIMS_MAX];
    size_t n = 0;
    bool scales = false, sizes = false;
    *job = (resize_job){.n = x->n_dims, .x = x, .y = call->outputs[0]};
    job->outside = eai_node_float(call->node, "extrapolation_value", 0);
    EAI_TRY(read_rules(call, &job->rules));
    EAI_TRY(read_axes(call, axes, &n));
    EAI_TRY(check_list(call, SCALES, n, &scales));
    EAI_TRY(check_list(call, SIZES, n, &sizes));
    if (scales == sizes && x->n_dims > 0)
        return eai_call_fail(call, EDGEAI_E_FORMAT, "scales and sizes are %s",
                             scales ? "both there" : "both missing");
    for (int i = 0; i < x->n_dims; i++) {
        if (x->dims[i] > SIZE_LIMIT)
            return eai_call_fail(call, EDGEAI_E_LIMIT, "dimension %d is %lld", i,
                                 (long long)x->dims[i]);
        job->axes[i] = (eai_resize_axis){
            .in = x->dims[i], .out = x->dims[i], .grown = 1, .from = 1, .identity = true, .end = 1};
    }
    if (scales) EAI_TRY(use_scales(call, job, axes, n));
    if (sizes) EAI_TRY(use_sizes(call, job, axes, n));
    EAI_TRY(use_region(call, job, axes, n));
    *bytes = 0;
    for (int i = 0; i < x->n_dims; i++) {
        size_t own = 0;
        if (job->axes[i].out == 0) continue; /* nothing to look up */
        if (!eai_resize_taps(&job->rules, &job->axes[i], &own) || !eai_size_add(*bytes, own, bytes))
            return eai_call_fail(call, EDGEAI_E_LIMIT, "dimension %d is too large to shrink", i);
    }
    return EDGEAI_OK;
}

static edgeai_status resize_infer(const eai_call *call)
{
    const eai_operand *x = call->inputs[0];
    resize_job job;
    size_t bytes = 0;
    int64_t dims[EDGEAI_GRAPH_DIMS_MAX];
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPES_WHOLE));
    EAI_TRY(read_job(call, &job, &bytes));
    if (x->element != EDGEAI_ELEMENT_F32 && (job.rules.mode != EAI_RESIZE_NEAREST ||
                                             job.rules.transform == EAI_RESIZE_TF_CROP_AND_RESIZE))
        return eai_call_fail(call, EDGEAI_E_UNSUPPORTED,
                             "%s can be resized by nearest neighbours alone",
                             edgeai_element_name(x->element));
    for (int i = 0; i < job.n; i++)
        dims[i] = job.axes[i].out;
    return eai_call_output(call, 0, x->element, dims, job.n);
}

static edgeai_status resize_prepare(const eai_call *call, eai_prepared *out)
{
    resize_job job;
    *out = (eai_prepared){.method = "plain"};
    return read_job(call, &job, &out->scratch_bytes);
}

/* Coordinates of output row `row`, and whether it lies outside. */
static bool find_row(const resize_job *job, size_t row, int64_t *o)
{
    bool outside = false;
    for (int i = job->n - 2; i >= 0; i--) {
        o[i] = (int64_t)(row % (size_t)job->axes[i].out);
        row /= (size_t)job->axes[i].out;
        outside = outside || job->axes[i].outside[o[i]];
    }
    return outside;
}

static void nearest_row(void *argument, size_t row, size_t slot)
{
    (void)slot;
    const resize_job *job = argument;
    const eai_resize_axis *last = &job->axes[job->n - 1];
    const size_t size = eai_element_size(job->x);
    int64_t o[EDGEAI_GRAPH_DIMS_MAX];
    const bool outside = find_row(job, row, o);
    size_t from = 0;
    for (int i = 0; i < job->n - 1; i++)
        from = from * (size_t)job->axes[i].in + (size_t)job->axes[i].index[o[i]];
    const char *x = (const char *)job->x->data + from * (size_t)last->in * size;
    char *y = (char *)job->y->data + row * (size_t)last->out * size;
    for (int64_t k = 0; k < last->out; k++, y += size) {
        const char *source = x + (size_t)last->index[k] * size;
        if (outside || last->outside[k])
            memcpy(y, &job->outside, sizeof job->outside); /* float32 alone */
        else if (size == 4)
            memcpy(y, source, 4);
        else
            memcpy(y, source, size);
    }
}

/* y += weight * the input row, resized along the last axis. */
static void add_row(const eai_resize_axis *last, const float *restrict x, float weight,
                    float *restrict y)
{
    const int32_t *index = last->index;
    const float *taps = last->weight;
    for (int64_t k = 0; k < last->out; k++) {
        float sum = 0;
        for (size_t t = 0; t < last->n_taps; t++)
            sum += *taps++ * x[*index++];
        y[k] += weight * sum;
    }
}

static void weighted_row(void *argument, size_t row, size_t slot)
{
    (void)slot;
    const resize_job *job = argument;
    const eai_resize_axis *last = &job->axes[job->n - 1];
    int64_t o[EDGEAI_GRAPH_DIMS_MAX];
    size_t tap[EDGEAI_GRAPH_DIMS_MAX] = {0};
    const bool outside = find_row(job, row, o);
    float *y = (float *)job->y->data + row * (size_t)last->out;
    for (int64_t k = 0; k < last->out; k++)
        y[k] = 0;
    for (int i = 0; !outside && i >= 0;) { /* all combinations of the other axes' taps */
        float weight = 1;
        size_t from = 0;
        for (int a = 0; a < job->n - 1; a++) {
            const eai_resize_axis *axis = &job->axes[a];
            const size_t at = (size_t)o[a] * axis->n_taps + tap[a];
            weight *= axis->weight[at];
            from = from * (size_t)axis->in + (size_t)axis->index[at];
        }
        if (weight != 0)
            add_row(last, (const float *)job->x->data + from * (size_t)last->in, weight, y);
        for (i = job->n - 2; i >= 0 && ++tap[i] == job->axes[i].n_taps; i--)
            tap[i] = 0;
    }
    for (int64_t k = 0; k < last->out; k++)
        if (outside || last->outside[k]) y[k] = job->outside;
}

static edgeai_status resize_run(const eai_call *call)
{
    resize_job job;
    size_t bytes = 0;
    double work = (double)call->outputs[0]->n;
    char *memory = call->scratch;
    EAI_TRY(read_job(call, &job, &bytes));
    if (job.y->n == 0) return EDGEAI_OK;
    if (job.n == 0) return eai_run_copy(call);
    for (int i = 0; i < job.n; i++) {
        size_t own = 0;
        if (!eai_resize_taps(&job.rules, &job.axes[i], &own))
            return eai_call_fail(call, EDGEAI_E_LIMIT, "dimension %d is too large", i);
        eai_resize_tables(&job.rules, &job.axes[i], memory);
        memory += own;
        work *= (double)job.axes[i].n_taps;
    }
    eai_parallel_for_work(call->context, job.y->n / (size_t)job.axes[job.n - 1].out, work,
                          job.rules.mode == EAI_RESIZE_NEAREST ? nearest_row : weighted_row, &job);
    return EDGEAI_OK;
}

const eai_operator eai_op_resize = {
    .domain = "",
    .name = "Resize",
    .min_inputs = 1,
    .max_inputs = 4,
    .min_outputs = 1,
    .max_outputs = 1,
    .infer = resize_infer,
    .run = resize_run,
    .prepare = resize_prepare,
};
