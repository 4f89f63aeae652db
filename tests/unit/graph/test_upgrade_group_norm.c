/* SPDX-License-Identifier: MIT */
#include "support/check.h"

#include <edgeai/graph.h>

#include <math.h>
#include <string.h>

#include "support/onnx_image.h"

enum { N = 2, C = 6, SIDE = 3, GROUPS = 2, EACH = C / GROUPS * SIDE * SIDE };

static edgeai_context *context;
static const float scale[GROUPS] = {2, -0.5f}, bias[GROUPS] = {0.25f, 3};

static int start(void **state)
{
    (void)state;
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.n_threads = 1;
    return edgeai_context_create(&context, &options);
}

static int stop(void **state)
{
    (void)state;
    edgeai_context_free(context);
    return 0;
}

/* One node; n_dims -1: the input's shape is not known. */
static onnx_image model_of(int64_t groups, int n_dims, const char *inputs)
{
    onnx_image image = {0};
    onnx_node(&image, "GroupNormalization", "g", inputs, "y");
    onnx_int(&image, "num_groups", groups);
    onnx_float(&image, "epsilon", 0.5f);
    onnx_initializer(&image, "s", 1, (int64_t[]){GROUPS}, 1, scale, sizeof scale);
    onnx_initializer(&image, "b", 1, (int64_t[]){GROUPS}, 1, bias, sizeof bias);
    onnx_input(&image, "x", (int64_t[]){-1, C, SIDE, SIDE}, n_dims);
    onnx_output(&image, "y");
    onnx_image_close(&image, 18);
    return image;
}

static double expected(const float *x, size_t i)
{
    const float *group = x + i / EACH * EACH;
    double mean = 0, variance = 0;
    for (size_t k = 0; k < EACH; k++)
        mean += (double)group[k] / EACH;
    for (size_t k = 0; k < EACH; k++)
        variance += pow((double)group[k] - mean, 2) / EACH;
    const size_t g = i / EACH % GROUPS;
    return (double)scale[g] * ((double)x[i] - mean) / sqrt(variance + 0.5) + (double)bias[g];
}

static void groups_have_a_scale_each(void **state)
{
    (void)state;
    const edgeai_binding binding = {.input = "x", .dims = {N, C, SIDE, SIDE}, .n_dims = 4};
    edgeai_session_options options = EDGEAI_SESSION_OPTIONS_INIT;
    options.bindings = &binding;
    options.n_bindings = 1;
    for (int n_dims = -1; n_dims <= 4; n_dims += 5) {
        edgeai_graph *graph;
        edgeai_session *session;
        edgeai_port port;
        void *input;
        const void *output;
        onnx_image image = model_of(GROUPS, n_dims, "x s b");
        assert_ok(edgeai_graph_open_memory(&graph, context, image.model, image.n));
        assert_ok(edgeai_session_create(&session, graph, &options));
        assert_ok(edgeai_session_input(session, 0, NULL, &input));
        float *x = input;
        for (size_t i = 0; i < N * C * SIDE * SIDE; i++)
            x[i] = (float)(i * i % 23) / 4 - 1;
        assert_ok(edgeai_session_run(session));
        assert_ok(edgeai_session_output(session, 0, &port, &output));
        assert_int_equal(port.n_dims, 4);
        assert_int_equal(port.dims[1], C);
        for (size_t i = 0; i < N * C * SIDE * SIDE; i++)
            assert_close((double)((const float *)output)[i], expected(x, i), 1e-5, 1e-5);
        edgeai_session_free(session);
        edgeai_graph_free(graph);
        onnx_image_free(&image);
    }
}

static void refuse(int64_t groups, const char *inputs, edgeai_status status, const char *text)
{
    edgeai_graph *graph;
    onnx_image image = model_of(groups, 4, inputs);
    assert_fails(edgeai_graph_open_memory(&graph, context, image.model, image.n), status);
    assert_error_says(text);
    onnx_image_free(&image);
}

static void other_groups_are_refused(void **state)
{
    (void)state;
    refuse(0, "x s b", EDGEAI_E_SHAPE, "num_groups is 0");
    refuse(4, "x s b", EDGEAI_E_SHAPE, "num_groups is 4, which does not divide");
    refuse(GROUPS, "x s", EDGEAI_E_FORMAT, "expected 3 inputs");
    refuse(GROUPS, "- s b", EDGEAI_E_FORMAT, "expected 3 inputs");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_have_a_scale_each),
        cmocka_unit_test(other_groups_are_refused),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
