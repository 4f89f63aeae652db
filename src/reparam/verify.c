/* SPDX-License-Identifier: MIT */
/* The network that was given and the shallow one on the same inputs. */

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/rng.h"
#include "reparam/reparam_internal.h"

static size_t elements(const edgeai_port *port)
{
    size_t n = 1;
    for (int d = 0; d < port->n_dims; d++)
        n *= (size_t)port->dims[d];
    return n;
}

/* Box and Muller's normal number. */
static float normal(eai_rng *rng)
{
    const double radius = sqrt(-2 * log(eai_rng_open(rng)));
    return (float)(radius * cos(6.283185307179586 * eai_rng_uniform(rng)));
}

/* The same values for input `index` of both; given: those, else random ones. */
static edgeai_status fill(edgeai_session *const sessions[2], size_t index, eai_rng *rng,
                          const float *given)
{
    edgeai_port port;
    void *data[2];
    for (int k = 0; k < 2; k++)
        EAI_TRY(edgeai_session_input(sessions[k], index, &port, &data[k]));
    if (port.element != EDGEAI_ELEMENT_F32)
        return eai_fail(EDGEAI_E_UNSUPPORTED,
                        "verify: input \"%s\" has type %s, only f32 can be made", port.name,
                        edgeai_element_name(port.element));
    const size_t n = elements(&port);
    float *first = data[0];
    for (size_t i = 0; i < n; i++)
        first[i] = given ? given[i] : normal(rng);
    memcpy(data[1], first, n * sizeof *first);
    return EDGEAI_OK;
}

typedef struct sums {
    double max, mean;
    size_t n_outputs;
} sums;

static void compare_floats(const float *a, const float *b, size_t n, sums *into)
{
    double largest = 0, most = 0, total = 0;
    for (size_t i = 0; i < n; i++) {
        const double difference = fabs((double)a[i] - (double)b[i]);
        largest = fmax(largest, fabs((double)a[i]));
        /* Two infinities or two NaN are the same; one alone is as far as can be. */
        if (isnan(difference))
            most = isnan(a[i]) == isnan(b[i]) && (isnan(a[i]) || a[i] == b[i]) ? most : INFINITY;
        else
            most = fmax(most, difference);
        total += isnan(difference) ? 0 : difference;
    }
    if (largest == 0) largest = 1;
    into->max = fmax(into->max, most / largest);
    into->mean += n > 0 ? total / (double)n / largest : 0;
    into->n_outputs++;
}

static size_t largest_at(const float *row, size_t n)
{
    size_t at = 0;
    for (size_t i = 1; i < n; i++)
        if (row[i] > row[at]) at = i;
    return at;
}

static void compare_top1(const float *a, const float *b, const edgeai_port *port,
                         edgeai_reparam_difference *out)
{
    const size_t n = elements(port);
    const size_t row = port->n_dims > 0 ? n / (size_t)(port->dims[0] ? port->dims[0] : 1) : n;
    for (size_t at = 0; row > 0 && at + row <= n; at += row) {
        out->n_top1 += largest_at(a + at, row) == largest_at(b + at, row);
        out->n_rows++;
    }
}

static edgeai_status compare_output(edgeai_session *const sessions[2], size_t index, sums *into,
                                    edgeai_reparam_difference *out)
{
    edgeai_port ports[2];
    const void *data[2];
    for (int k = 0; k < 2; k++)
        EAI_TRY(edgeai_session_output(sessions[k], index, &ports[k], &data[k]));
    const size_t n = elements(&ports[0]);
    if (elements(&ports[1]) != n || ports[1].element != ports[0].element)
        return eai_fail(EDGEAI_E_INTERNAL, "verify: output \"%s\" has another shape or type",
                        ports[0].name);
    if (ports[0].element == EDGEAI_ELEMENT_F32) {
        compare_floats(data[0], data[1], n, into);
        if (index == 0) compare_top1(data[0], data[1], &ports[0], out);
        return EDGEAI_OK;
    }
    if (index == 0)
        return eai_fail(EDGEAI_E_UNSUPPORTED, "verify: output \"%s\" has type %s, expected f32",
                        ports[0].name, edgeai_element_name(ports[0].element));
    if (memcmp(data[0], data[1], edgeai_element_bytes(ports[0].element, n)) != 0)
        into->max = INFINITY;
    return EDGEAI_OK;
}

/* What run_all() calls after each run. */
typedef edgeai_status (*comparison)(edgeai_session *const sessions[2], void *user);

/* The inputs of one of both, each through the two sessions. */
typedef struct inputs {
    size_t n;
    uint64_t seed;
    const float *given;
} inputs;

static edgeai_status run_all(const edgeai_reparam *self, edgeai_session *const sessions[2],
                             const inputs *from, comparison compare, void *user)
{
    eai_rng rng;
    eai_rng_seed(&rng, from->seed);
    edgeai_port first;
    EAI_TRY(edgeai_session_input(sessions[0], 0, &first, NULL));
    for (size_t run = 0; run < from->n; run++) {
        for (size_t i = 0; i < edgeai_graph_n_inputs(self->deep); i++)
            EAI_TRY(fill(sessions, i, &rng,
                         from->given && i == 0 ? from->given + run * elements(&first) : NULL));
        for (int k = 0; k < 2; k++)
            EAI_TRY(edgeai_session_run(sessions[k]));
        EAI_TRY(compare(sessions, user));
    }
    return EDGEAI_OK;
}

typedef struct output_sums {
    size_t n_outputs;
    sums all;
    edgeai_reparam_difference *out;
} output_sums;

static edgeai_status compare_outputs(edgeai_session *const sessions[2], void *user)
{
    output_sums *into = user;
    for (size_t i = 0; i < into->n_outputs; i++)
        EAI_TRY(compare_output(sessions, i, &into->all, into->out));
    return EDGEAI_OK;
}

static const edgeai_graph *reference(const edgeai_reparam *self)
{
    return self->linear ? self->linear : self->deep;
}

edgeai_status edgeai_reparam_verify(const edgeai_reparam *reparam, size_t n_inputs, uint64_t seed,
                                    const float *input, edgeai_reparam_difference *difference)
{
    if (!reparam || !difference)
        return eai_fail(EDGEAI_E_INVALID, "verify: reparam or difference is NULL");
    *difference = (edgeai_reparam_difference){0};
    if (n_inputs == 0) return eai_fail(EDGEAI_E_INVALID, "verify: n_inputs: expected at least 1");
    edgeai_session *sessions[2] = {NULL, NULL};
    const inputs from = {n_inputs, seed, input};
    output_sums into = {.n_outputs = edgeai_graph_n_outputs(reparam->deep), .out = difference};
    edgeai_status status = eai_reparam_session(reparam, reference(reparam), &sessions[0]);
    if (status == EDGEAI_OK) status = eai_reparam_session(reparam, reparam->shallow, &sessions[1]);
    if (status == EDGEAI_OK) status = run_all(reparam, sessions, &from, compare_outputs, &into);
    difference->max = into.all.max;
    difference->mean = into.all.n_outputs > 0 ? into.all.mean / (double)into.all.n_outputs : 0;
    difference->n_inputs = n_inputs;
    edgeai_session_free(sessions[0]);
    edgeai_session_free(sessions[1]);
    return status;
}

/* The graph up to the ends of merged segments, which are its outputs, and a session of it. */
static edgeai_status watch_segments(const edgeai_reparam *self, const edgeai_graph *graph,
                                    edgeai_graph **watched, edgeai_session **session)
{
    eai_ir *ir;
    EAI_TRY(eai_ir_copy(&ir, graph->content.ir));
    int32_t *ends = eai_ir_memory(ir, (self->n_segments + 1) * sizeof *ends);
    size_t n = 0;
    for (size_t i = 0; ends && i < self->n_segments; i++)
        if (self->segments[i].is_merged) ends[n++] = self->ends[i];
    edgeai_status status =
        ends ? eai_ir_set_ports(ir, ir->inputs, ir->n_inputs, ends, n) : EDGEAI_E_MEMORY;
    if (status == EDGEAI_OK) status = eai_ir_sweep(ir);
    if (status != EDGEAI_OK) {
        eai_ir_free(ir);
        return status;
    }
    EAI_TRY(eai_reparam_wrap(self, ir, watched));
    return eai_reparam_session(self, *watched, session);
}

typedef struct segment_sums {
    const edgeai_reparam *reparam;
    edgeai_reparam_segment_difference *out;
} segment_sums;

static edgeai_status compare_segments(edgeai_session *const sessions[2], void *user)
{
    const segment_sums *into = user;
    size_t index = 0;
    for (size_t i = 0; i < into->reparam->n_segments; i++) {
        if (!into->reparam->segments[i].is_merged) continue;
        edgeai_port ports[2];
        const void *data[2];
        sums one = {0};
        for (int k = 0; k < 2; k++)
            EAI_TRY(edgeai_session_output(sessions[k], index, &ports[k], &data[k]));
        index++;
        if (ports[0].element != EDGEAI_ELEMENT_F32 || ports[1].element != EDGEAI_ELEMENT_F32 ||
            elements(&ports[0]) != elements(&ports[1]))
            return eai_fail(EDGEAI_E_INTERNAL, "verify: \"%s\" has another shape or type",
                            ports[0].name);
        compare_floats(data[0], data[1], elements(&ports[0]), &one);
        into->out[i].max = fmax(into->out[i].max, one.max);
        into->out[i].mean += one.mean;
    }
    return EDGEAI_OK;
}

edgeai_status edgeai_reparam_verify_segments(const edgeai_reparam *reparam, size_t n_inputs,
                                             uint64_t seed, const float *input,
                                             edgeai_reparam_segment_difference *differences)
{
    if (!reparam || (!differences && reparam->n_segments > 0))
        return eai_fail(EDGEAI_E_INVALID, "verify: reparam or differences is NULL");
    if (n_inputs == 0) return eai_fail(EDGEAI_E_INVALID, "verify: n_inputs: expected at least 1");
    size_t n_merged = 0;
    for (size_t i = 0; i < reparam->n_segments; i++) {
        const double begin = reparam->segments[i].is_merged ? 0 : NAN;
        differences[i] = (edgeai_reparam_segment_difference){begin, begin};
        n_merged += reparam->segments[i].is_merged;
    }
    if (n_merged == 0) return EDGEAI_OK;
    edgeai_graph *graphs[2] = {NULL, NULL};
    edgeai_session *sessions[2] = {NULL, NULL};
    const inputs from = {n_inputs, seed, input};
    segment_sums into = {reparam, differences};
    edgeai_status status = watch_segments(reparam, reference(reparam), &graphs[0], &sessions[0]);
    if (status == EDGEAI_OK)
        status = watch_segments(reparam, reparam->shallow, &graphs[1], &sessions[1]);
    if (status == EDGEAI_OK) status = run_all(reparam, sessions, &from, compare_segments, &into);
    for (size_t i = 0; i < reparam->n_segments; i++)
        differences[i].mean /= (double)n_inputs;
    for (int k = 0; k < 2; k++) {
        edgeai_session_free(sessions[k]);
        edgeai_graph_free(graphs[k]);
    }
    return status;
}
