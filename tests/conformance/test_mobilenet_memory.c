/* SPDX-License-Identifier: MIT */

/*
 * The memory of a network of MobileNet V2's shape (Sandler et al. 2018, table 2) at 224 x 224 with
 * random weights: the arena is at most 1.15 times the largest sum of a step's inputs and outputs,
 * and a run touches all of it and nothing beyond.
 */

#include <stdlib.h>
#include <string.h>

#include "graph/session_internal.h"
#include "support/check.h"
#include "support/failing_allocator.h"
#include "support/graph_builder.h"

enum { SIDE = 224, N_CLASSES = 1000, PATTERN = 0xA5 };

/* Small random numbers, the same each time. */
static float *numbers(size_t n)
{
    float *x = malloc(n * sizeof *x);
    uint32_t state = 1;
    assert_non_null(x);
    for (size_t i = 0; i < n; i++) {
        state = state * 1664525u + 1013904223u;
        x[i] = ((float)(state >> 8) * 0x1p-24f - 0.45f) * 0.25f;
    }
    return x;
}

static int32_t floats(graph_builder *b, const int64_t *dims, int n_dims)
{
    size_t n = 1;
    for (int d = 0; d < n_dims; d++)
        n *= (size_t)dims[d];
    float *data = numbers(n);
    const int32_t value = graph_constant(b, EDGEAI_ELEMENT_F32, dims, n_dims, data);
    free(data);
    return value;
}

static int32_t conv(graph_builder *b, int32_t x, int64_t in, int64_t out, int64_t kernel,
                    int64_t stride, int64_t group)
{
    const int64_t pad = kernel / 2;
    const int32_t w = floats(b, OP_DIMS(out, in / group, kernel, kernel));
    const int32_t bias = floats(b, OP_DIMS(out));
    const int32_t y = graph_node(b, "", "Conv", 3, (int32_t[]){x, w, bias});
    graph_set_ints(b, "pads", 4, (int64_t[]){pad, pad, pad, pad});
    graph_set_ints(b, "strides", 2, (int64_t[]){stride, stride});
    graph_set_int(b, "group", group);
    return y;
}

static int32_t relu6(graph_builder *b, int32_t x)
{
    const int32_t low = graph_constant(b, EDGEAI_ELEMENT_F32, OP_SCALAR, (float[]){0});
    const int32_t high = graph_constant(b, EDGEAI_ELEMENT_F32, OP_SCALAR, (float[]){6});
    return graph_node(b, "", "Clip", 3, (int32_t[]){x, low, high});
}

/* An inverted residual. */
static int32_t bottleneck(graph_builder *b, int32_t x, int64_t in, int64_t out, int64_t factor,
                          int64_t stride)
{
    const int64_t wide = in * factor;
    int32_t h = x;
    if (factor > 1) h = relu6(b, conv(b, h, in, wide, 1, 1, 1));
    h = relu6(b, conv(b, h, wide, wide, 3, stride, wide));
    h = conv(b, h, wide, out, 1, 1, 1);
    return stride == 1 && in == out ? graph_node(b, "", "Add", 2, (int32_t[]){x, h}) : h;
}

static edgeai_graph *mobilenet(edgeai_context *context)
{
    static const int64_t rows[][4] = {/* factor, channels, repetitions, stride */
                                      {1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                                      {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};
    graph_builder *b = graph_begin(context);
    int32_t x = graph_input(b, "image", EDGEAI_ELEMENT_F32, OP_DIMS(1, 3, SIDE, SIDE));
    int64_t channels = 32;
    x = relu6(b, conv(b, x, 3, channels, 3, 2, 1));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (int64_t k = 0; k < rows[i][2]; k++) {
            x = bottleneck(b, x, channels, rows[i][1], rows[i][0], k == 0 ? rows[i][3] : 1);
            channels = rows[i][1];
        }
    x = relu6(b, conv(b, x, channels, 1280, 1, 1, 1));
    x = graph_node(b, "", "GlobalAveragePool", 1, (int32_t[]){x});
    x = graph_node(b, "", "Flatten", 1, (int32_t[]){x});
    const int32_t w = floats(b, OP_DIMS(N_CLASSES, 1280)), bias = floats(b, OP_DIMS(N_CLASSES));
    x = graph_node(b, "", "Gemm", 3, (int32_t[]){x, w, bias});
    graph_set_int(b, "transB", 1);
    graph_output(b, x);
    return graph_end(b);
}

/* Bytes of the arena up to the last one that a run changed. */
static size_t touched(edgeai_session *session)
{
    void *input;
    const size_t n = session->memory.arena_bytes + 1;
    float *image = numbers((size_t)3 * SIDE * SIDE);
    memset(session->arena, PATTERN, n);
    assert_ok(edgeai_session_input(session, 0, NULL, &input));
    memcpy(input, image, (size_t)3 * SIDE * SIDE * sizeof *image);
    free(image);
    assert_ok(edgeai_session_run(session));
    size_t end = n;
    while (end > 0 && (unsigned char)session->arena[end - 1] == PATTERN)
        end--;
    return end;
}

static void arena_near_the_largest_step(void **state)
{
    (void)state;
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    failing_allocator counts = {.fail_at = SIZE_MAX};
    edgeai_context *context;
    edgeai_session *session;
    edgeai_session_memory_info info;
    options.allocator = failing_allocator_make(&counts);
    options.n_threads = 1;
    assert_ok(edgeai_context_create(&context, &options));
    edgeai_graph *graph = mobilenet(context);
    assert_ok(edgeai_session_create(&session, graph, NULL));
    edgeai_session_memory(session, &info);
    print_message("arena %zu, largest pair %zu: %.4f; scratch %zu, weights %zu\n", info.arena_bytes,
                  info.largest_pair_bytes,
                  (double)info.arena_bytes / (double)info.largest_pair_bytes, info.scratch_bytes,
                  info.weight_bytes);
    /* 96 channels of 112 x 112, and of 56 x 56 behind the depthwise convolution of stride 2. */
    assert_int_equal(info.largest_pair_bytes, 96 * 4 * (112 * 112 + 56 * 56));
    assert_true((double)info.arena_bytes <= 1.15 * (double)info.largest_pair_bytes);
    const size_t n_before = counts.n_allocations, bytes_before = counts.live_bytes;
    const size_t end = touched(session);
    assert_int_equal(counts.n_allocations, n_before);
    assert_int_equal(counts.live_bytes, bytes_before);
    /* Buffers end at multiples of EAI_ALIGNMENT. */
    assert_true(end <= info.arena_bytes && end + 64 > info.arena_bytes);
    edgeai_session_free(session);
    edgeai_graph_free(graph);
    edgeai_context_free(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(arena_near_the_largest_step)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
