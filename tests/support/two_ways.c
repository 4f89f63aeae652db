/* SPDX-License-Identifier: MIT */
#include "support/two_ways.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"

enum { BUFFERS = 4, MOST = 1 << 16 };

static edgeai_context *context;

edgeai_context *two_ways_context(void)
{
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.n_threads = 1;
    if (!context) assert_ok(edgeai_context_create(&context, &options));
    return context;
}

void two_ways_end(void)
{
    edgeai_context_free(context);
    context = NULL;
}

const float *random_floats(size_t n, uint64_t seed)
{
    static float buffers[BUFFERS][MOST];
    static int next;
    float *out = buffers[next++ % BUFFERS];
    eai_rng rng;
    eai_rng_seed(&rng, seed);
    assert_true(n <= MOST);
    for (size_t i = 0; i < n; i++)
        out[i] = (float)(4 * eai_rng_uniform(&rng) - 2);
    return out;
}

static size_t elements(const edgeai_port *port)
{
    size_t n = 1;
    for (int d = 0; d < port->n_dims; d++)
        n *= (size_t)port->dims[d];
    return n;
}

static void fill(edgeai_session *session, size_t n_inputs)
{
    for (size_t i = 0; i < n_inputs; i++) {
        edgeai_port port;
        void *data;
        assert_ok(edgeai_session_input(session, i, &port, &data));
        const size_t n = elements(&port);
        const float *values = random_floats(n, 77 + i);
        for (size_t k = 0; k < n; k++) {
            if (port.element == EDGEAI_ELEMENT_F32)
                ((float *)data)[k] = values[k];
            else
                ((int8_t *)data)[k] = (int8_t)(values[k] * 60);
        }
    }
}

static void compare_floats(const float *a, const float *b, size_t n, double tolerance)
{
    double largest = 1e-6;
    for (size_t i = 0; i < n; i++)
        largest = fmax(largest, fabs((double)a[i]));
    for (size_t i = 0; i < n; i++)
        assert_close(b[i], a[i], tolerance * largest, 0);
}

static void compare_bytes(const uint8_t *a, const uint8_t *b, size_t n, size_t most_off)
{
    size_t off = 0;
    for (size_t i = 0; i < n; i++) {
        off += a[i] != b[i];
        assert_true(abs(a[i] - b[i]) <= 1 || most_off == 0);
    }
    if (off > most_off)
        fail_msg("%zu of %zu elements differ, expected at most %zu", off, n, most_off);
}

static const char *steps_of(const edgeai_session *session)
{
    static char text[512];
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < edgeai_session_n_steps(session); i++) {
        edgeai_step_info info;
        assert_ok(edgeai_session_step(session, i, &info));
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i ? " " : "", info.op);
        assert_true(used < sizeof text);
    }
    return text;
}

const char *expect_same_two_ways(edgeai_graph *graph, double tolerance, size_t most_off)
{
    edgeai_session *sessions[2];
    edgeai_session_options options = EDGEAI_SESSION_OPTIONS_INIT;
    for (int i = 0; i < 2; i++) {
        options.plain = i == 0;
        assert_ok(edgeai_session_create(&sessions[i], graph, &options));
        fill(sessions[i], edgeai_graph_n_inputs(graph));
        assert_ok(edgeai_session_run(sessions[i]));
    }
    for (size_t i = 0; i < edgeai_graph_n_outputs(graph); i++) {
        edgeai_port ports[2];
        const void *data[2];
        for (int k = 0; k < 2; k++)
            assert_ok(edgeai_session_output(sessions[k], i, &ports[k], &data[k]));
        assert_int_equal(ports[0].element, ports[1].element);
        assert_int_equal(ports[0].n_dims, ports[1].n_dims);
        assert_memory_equal(ports[0].dims, ports[1].dims, (size_t)ports[0].n_dims * 8);
        const size_t n = elements(&ports[0]);
        if (ports[0].element == EDGEAI_ELEMENT_F32)
            compare_floats(data[0], data[1], n, tolerance);
        else
            compare_bytes(data[0], data[1], edgeai_element_bytes(ports[0].element, n), most_off);
    }
    const char *steps = steps_of(sessions[1]);
    edgeai_session_free(sessions[0]);
    edgeai_session_free(sessions[1]);
    edgeai_graph_free(graph);
    return steps;
}
