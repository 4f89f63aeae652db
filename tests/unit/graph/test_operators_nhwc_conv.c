/* SPDX-License-Identifier: MIT */
/* How the fused convolution keeps its weights. What it computes: test_fuse_convolutions.c. */

#include <string.h>

#include "graph/session_internal.h"
#include "support/two_ways.h"

enum { CHANNELS = 32, SIDE = 12, N = CHANNELS * SIDE * SIDE };

/* 3 x 3 over bytes, with packed weights of a type, to float32. */
static edgeai_graph *network(edgeai_element element)
{
    static uint8_t packed[CHANNELS * CHANNELS * 9 / 4];
    graph_builder *b = graph_begin(two_ways_context());
    const int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_I8, OP_DIMS(1, CHANNELS, SIDE, SIDE));
    for (size_t i = 0; i < sizeof packed; i++)
        packed[i] = (uint8_t)(0x41 | i % 2 << 2); /* trits 1, 0 or 1, 0, 1; any bits */
    const int32_t w = graph_constant(b, element, OP_DIMS(CHANNELS, CHANNELS, 3, 3), packed);
    const int32_t y = graph_node(b, "edgeai", "LowBitConv", 2, (int32_t[]){x, w});
    graph_set_float(b, "x_scale", 0.5f);
    graph_set_ints(b, "pads", 4, (int64_t[]){1, 1, 1, 1});
    graph_output(b, y);
    return graph_end(b);
}

static edgeai_session *open(const edgeai_graph *graph, edgeai_weights weights)
{
    edgeai_session_options options = EDGEAI_SESSION_OPTIONS_INIT;
    edgeai_session *session;
    edgeai_port port;
    void *x;
    options.weights = weights;
    assert_ok(edgeai_session_create(&session, graph, &options));
    assert_ok(edgeai_session_input(session, 0, &port, &x));
    for (size_t i = 0; i < N; i++)
        ((int8_t *)x)[i] = (int8_t)(i * 73);
    return session;
}

static size_t weight_bytes(const edgeai_session *session)
{
    edgeai_session_memory_info info;
    edgeai_session_memory(session, &info);
    return info.weight_bytes;
}

static const void *result(edgeai_session *session)
{
    edgeai_port port;
    const void *y;
    assert_ok(edgeai_session_run(session));
    assert_ok(edgeai_session_output(session, 0, &port, &y));
    return y;
}

static const eai_step *conv_of(const edgeai_session *session)
{
    for (size_t i = 0; i < session->n_steps; i++)
        if (strcmp(session->steps[i].call.node->op_type, "Conv") == 0) return &session->steps[i];
    fail_msg("no fused convolution");
    return NULL;
}

/* Whatever the form: the same results, and the memory is what it is said to be. */
static void test_forms_agree(void **state)
{
    static const edgeai_element elements[] = {EDGEAI_ELEMENT_TRITS, EDGEAI_ELEMENT_BITS};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        edgeai_graph *graph = network(elements[i]);
        edgeai_session *mapped = open(graph, EDGEAI_WEIGHTS_MAPPED);
        edgeai_session *packed = open(graph, EDGEAI_WEIGHTS_PACKED);
        edgeai_session *automatic = open(graph, EDGEAI_WEIGHTS_AUTO);
        assert_non_null(strstr(conv_of(mapped)->prepared.method, "ternary"));
        const void *expected = result(mapped);
        assert_memory_equal(result(packed), expected, N * sizeof(float));
        assert_memory_equal(result(automatic), expected, N * sizeof(float));
        assert_int_equal(weight_bytes(mapped) - conv_of(mapped)->prepared.state_bytes,
                         weight_bytes(packed) - conv_of(packed)->prepared.state_bytes);
        assert_int_equal(weight_bytes(automatic), weight_bytes(packed));
        if (strstr(conv_of(packed)->prepared.method, "winograd"))
            assert_true(weight_bytes(packed) > weight_bytes(mapped));
        edgeai_session_free(mapped);
        edgeai_session_free(packed);
        edgeai_session_free(automatic);
        edgeai_graph_free(graph);
    }
}

/* The large form of a step, prepared with so much room; what it takes from it. */
static size_t taken(const edgeai_session *session, size_t room_bytes, size_t *state_bytes)
{
    eai_call call = conv_of(session)->call;
    eai_prepared prepared;
    call.weights = EDGEAI_WEIGHTS_AUTO;
    call.room_bytes = room_bytes;
    assert_ok(call.node->op->prepare(&call, &prepared));
    *state_bytes = prepared.state_bytes;
    call.state = prepared.state;
    call.node->op->unprepare(&call);
    return prepared.large_bytes;
}

static void test_room_is_kept(void **state)
{
    (void)state;
    edgeai_graph *graph = network(EDGEAI_ELEMENT_TRITS);
    edgeai_session *mapped = open(graph, EDGEAI_WEIGHTS_MAPPED);
    edgeai_session *packed = open(graph, EDGEAI_WEIGHTS_PACKED);
    const size_t small = conv_of(mapped)->prepared.state_bytes;
    const size_t large = conv_of(packed)->prepared.state_bytes;
    size_t found;
    if (large > small) { /* not where Winograd is no faster */
        assert_int_equal(taken(packed, large, &found), large);
        assert_int_equal(found, large);
        assert_int_equal(taken(packed, large - 1, &found), 0);
        assert_int_equal(found, small);
    }
    edgeai_session_free(mapped);
    edgeai_session_free(packed);
    edgeai_graph_free(graph);
}

static void test_bad_weights(void **state)
{
    (void)state;
    edgeai_graph *graph = network(EDGEAI_ELEMENT_TRITS);
    edgeai_session_options options = EDGEAI_SESSION_OPTIONS_INIT;
    edgeai_session *session;
    options.weights = (edgeai_weights)3;
    assert_fails(edgeai_session_create(&session, graph, &options), EDGEAI_E_INVALID);
    assert_null(session);
    assert_error_says("options.weights: expected 0 to 2, found 3");
    /* Of a caller that was built before there was such a field, it is not read. */
    options.struct_size = offsetof(edgeai_session_options, weights);
    assert_ok(edgeai_session_create(&session, graph, &options));
    edgeai_session_free(session);
    edgeai_graph_free(graph);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_forms_agree),
                                       cmocka_unit_test(test_room_is_kept),
                                       cmocka_unit_test(test_bad_weights)};
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    two_ways_end();
    return failed;
}
