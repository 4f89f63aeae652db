/* SPDX-License-Identifier: MIT */
/* Normalizations by channel: over batches, within pictures, within groups of channels. */

#include <math.h>

#include "base/fail.h"
#include "graph/moments.h"
#include "platform/threads.h"

/* A tensor seen as [batch][channel][inner]. */
typedef struct channels {
    size_t n_batch, n_channels, inner;
} channels;

static channels channels_of(const eai_operand *x)
{
    channels c = {.n_batch = (size_t)x->dims[0],
                  .n_channels = x->n_dims > 1 ? (size_t)x->dims[1] : 1,
                  .inner = 1};
    for (int i = 2; i < x->n_dims; i++)
        c.inner *= (size_t)x->dims[i];
    return c;
}

static double number(const eai_operand *operand, size_t index)
{
    return eai_lane_get(operand->element, operand->data, index);
}

/* Input 0 has at least `least` dimensions and inputs 1 to n - 1 an element for each channel. */
static edgeai_status check(const eai_call *call, int least, size_t n)
{
    const eai_operand *x = call->inputs[0];
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPES_FLOAT));
    if (x->n_dims < least)
        return eai_call_fail(call, EDGEAI_E_SHAPE, "input 0 has %d dimensions, expected %d or more",
                             x->n_dims, least);
    for (size_t i = 1; i < n; i++) {
        EAI_TRY(eai_call_check_type(call, i, EAI_TYPES_FLOAT));
        if (call->inputs[i]->n != channels_of(x).n_channels)
            return eai_call_fail(call, EDGEAI_E_SHAPE,
                                 "input %zu has %zu elements, expected %zu, one for each channel",
                                 i, call->inputs[i]->n, channels_of(x).n_channels);
    }
    return EDGEAI_OK;
}

enum { X, SCALE, BIAS, MEAN, VARIANCE };

static edgeai_status batch_infer(const eai_call *call)
{
    EAI_TRY(check(call, 1, 5));
    const bool training = eai_node_int(call->node, "training_mode", 0) != 0;
    if (!training && (eai_call_out(call, 1) || eai_call_out(call, 2)))
        return eai_call_fail(call, EDGEAI_E_UNSUPPORTED,
                             "outputs 1 and 2 are there with training_mode = 1 alone");
    for (size_t i = 1; i <= 2; i++) {
        const eai_operand *running = call->inputs[MEAN + i - 1];
        EAI_TRY(eai_call_output(call, i, running->element, running->dims, running->n_dims));
    }
    return eai_infer_same(call);
}

static void store(const eai_operand *operand, size_t index, double value)
{
    eai_lane_block block;
    eai_lane_convert(EAI_LANE_F64, &value, eai_lane_of(operand->element), &block, 1);
    eai_lane_store(operand->element, operand->data, index, 1, &block);
}

/* The batch's own mean and variance, and running ones that follow them. */
static void train(const eai_call *call, const channels *c, size_t channel, double *mean,
                  double *variance)
{
    const double momentum = (double)eai_node_float(call->node, "momentum", 0.9f);
    const double n = (double)(c->n_batch * c->inner);
    eai_moments sums = {0}, distances = {0};
    const double before = *mean, variance_before = *variance;
    for (size_t b = 0; b < c->n_batch; b++)
        eai_moments_add(&sums, call->inputs[X], (b * c->n_channels + channel) * c->inner, c->inner,
                        0);
    *mean = n > 0 ? sums.sum / n : 0;
    for (size_t b = 0; b < c->n_batch; b++)
        eai_moments_add(&distances, call->inputs[X], (b * c->n_channels + channel) * c->inner,
                        c->inner, *mean);
    *variance = n > 0 ? distances.squares / n : 0;
    if (eai_call_out(call, 1))
        store(call->outputs[1], channel, before * momentum + *mean * (1 - momentum));
    if (eai_call_out(call, 2))
        store(call->outputs[2], channel, variance_before * momentum + *variance * (1 - momentum));
}

static void batch_channel(void *argument, size_t channel, size_t slot)
{
    (void)slot;
    const eai_call *call = argument;
    const channels c = channels_of(call->inputs[X]);
    const double epsilon = (double)eai_node_float(call->node, "epsilon", 1e-5f);
    double mean = number(call->inputs[MEAN], channel);
    double variance = number(call->inputs[VARIANCE], channel);
    if (eai_node_int(call->node, "training_mode", 0) != 0)
        train(call, &c, channel, &mean, &variance);
    const double factor = number(call->inputs[SCALE], channel) / sqrt(variance + epsilon);
    const double shift = number(call->inputs[BIAS], channel);
    for (size_t b = 0; eai_call_out(call, 0) && b < c.n_batch; b++)
        eai_normalize(call->inputs[X], call->outputs[0], (b * c.n_channels + channel) * c.inner,
                      c.inner, mean, factor, shift);
}

static edgeai_status batch_run(const eai_call *call)
{
    eai_call copy = *call;
    eai_parallel_for_work(call->context, channels_of(call->inputs[X]).n_channels,
                          2 * (double)call->inputs[X]->n, batch_channel, &copy);
    return EDGEAI_OK;
}

const eai_operator eai_op_batch_normalization = {
    .domain = "",
    .name = "BatchNormalization",
    .min_inputs = 5,
    .max_inputs = 5,
    .min_outputs = 1,
    .max_outputs = 3,
    .flags = EAI_OP_IN_PLACE,
    .infer = batch_infer,
    .run = batch_run,
};

/* Of a group of channels, whose size is inner * channels in it. */
static void normalize_group(const eai_call *call, size_t n_groups, size_t item)
{
    const eai_operand *x = call->inputs[X];
    const channels c = channels_of(x);
    const double epsilon = (double)eai_node_float(call->node, "epsilon", 1e-5f);
    const size_t in_group = c.n_channels / n_groups, first = item % n_groups * in_group;
    const size_t at = (item / n_groups * c.n_channels + first) * c.inner;
    double mean, variance;
    eai_moments_of(x, at, in_group * c.inner, &mean, &variance);
    const double factor = 1 / sqrt(variance + epsilon);
    for (size_t k = 0; k < in_group; k++)
        eai_normalize(x, call->outputs[0], at + k * c.inner, c.inner, mean,
                      factor * number(call->inputs[SCALE], first + k),
                      number(call->inputs[BIAS], first + k));
}

static edgeai_status instance_infer(const eai_call *call)
{
    EAI_TRY(check(call, 3, 3));
    return eai_infer_same(call);
}

static void instance_item(void *argument, size_t item, size_t slot)
{
    (void)slot;
    const eai_call *call = argument;
    normalize_group(call, channels_of(call->inputs[X]).n_channels, item);
}

static edgeai_status instance_run(const eai_call *call)
{
    const channels c = channels_of(call->inputs[X]);
    eai_call copy = *call;
    if (call->outputs[0]->n > 0)
        eai_parallel_for_work(call->context, c.n_batch * c.n_channels,
                              6 * (double)call->inputs[X]->n, instance_item, &copy);
    return EDGEAI_OK;
}

const eai_operator eai_op_instance_normalization = {
    .domain = "",
    .name = "InstanceNormalization",
    .min_inputs = 3,
    .max_inputs = 3,
    .min_outputs = 1,
    .max_outputs = 1,
    .infer = instance_infer,
    .run = instance_run,
};

static size_t groups_of(const eai_call *call)
{
    const int64_t n = eai_node_int(call->node, "num_groups", 0);
    return n > 0 ? (size_t)n : 0;
}

static edgeai_status group_infer(const eai_call *call)
{
    EAI_TRY(check(call, 2, 3));
    const size_t n_channels = channels_of(call->inputs[X]).n_channels, n = groups_of(call);
    if (n == 0 || n_channels % n != 0)
        return eai_call_fail(call, EDGEAI_E_SHAPE, "num_groups is %lld, which does not divide %zu",
                             (long long)eai_node_int(call->node, "num_groups", 0), n_channels);
    return eai_infer_same(call);
}

static void group_item(void *argument, size_t item, size_t slot)
{
    (void)slot;
    const eai_call *call = argument;
    normalize_group(call, groups_of(call), item);
}

static edgeai_status group_run(const eai_call *call)
{
    eai_call copy = *call;
    if (call->outputs[0]->n > 0)
        eai_parallel_for_work(call->context, channels_of(call->inputs[X]).n_batch * groups_of(call),
                              6 * (double)call->inputs[X]->n, group_item, &copy);
    return EDGEAI_OK;
}

const eai_operator eai_op_group_normalization = {
    .domain = "",
    .name = "GroupNormalization",
    .min_inputs = 3,
    .max_inputs = 3,
    .min_outputs = 1,
    .max_outputs = 1,
    .infer = group_infer,
    .run = group_run,
};
