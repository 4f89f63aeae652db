/* SPDX-License-Identifier: MIT */
/* What the plan of a whole network needs, against its largest pair of activations. */
#include "graph/session_internal.h"
#include "support/graph_builder.h"
#include "support/scripted_operators.h"

/* Stands for a convolution: reads [n], makes [attribute "n"]; nothing is in place. */
static edgeai_status infer_layer(const eai_call *call)
{
    const int64_t n = eai_node_int(call->node, "n", 1);
    return eai_call_output(call, 0, EDGEAI_ELEMENT_F32, &n, 1);
}

static const eai_operator layer_operator = {.domain = "test",
                                            .name = "Layer",
                                            .min_inputs = 1,
                                            .max_inputs = 1,
                                            .min_outputs = 1,
                                            .max_outputs = 1,
                                            .infer = infer_layer,
                                            .run = eai_run_copy};

static int32_t layer(graph_builder *b, int32_t x, int64_t n)
{
    int32_t y = EAI_IR_NONE;
    graph_node_of(b, &layer_operator, 1, &x, 1, &y);
    graph_set_int(b, "n", n);
    return y;
}

/* MobileNet-V2 at 224 x 224 (Sandler et al. 2018, table 2): expansion, depthwise, projection, and
 * a sum where shapes repeat. */
static void build_mobilenet_v2(graph_builder *b)
{
    static const struct {
        int64_t expansion, channels, n, stride;
    } stages[] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                  {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};
    int64_t side = 112, channels = 32;
    int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(3 * 224 * 224));
    x = layer(b, layer(b, x, 3 * 224 * 224), side * side * channels); /* to NHWC, stem */
    for (size_t s = 0; s < sizeof stages / sizeof stages[0]; s++) {
        for (int64_t i = 0; i < stages[s].n; i++) {
            const int64_t wide = channels * stages[s].expansion;
            const int64_t stride = i == 0 ? stages[s].stride : 1;
            int32_t y = stages[s].expansion == 1 ? x : layer(b, x, side * side * wide);
            side /= stride;
            y = layer(b, y, side * side * wide);
            y = layer(b, y, side * side * stages[s].channels);
            if (stride == 1 && channels == stages[s].channels)
                graph_node_of(b, &scripted_add, 2, (int32_t[]){y, x}, 1, &y);
            channels = stages[s].channels;
            x = y;
        }
    }
    x = layer(b, layer(b, layer(b, x, side * side * 1280), 1280), 1000);
    graph_output(b, x);
}

static void mobilenet_needs_little_more_than_its_largest_pair(void **state)
{
    (void)state;
    edgeai_context *context = NULL;
    assert_ok(edgeai_context_create(&context, NULL));
    graph_builder *b = graph_begin(context);
    build_mobilenet_v2(b);
    edgeai_graph *graph = graph_end(b);
    edgeai_session *session = NULL;
    assert_ok(edgeai_session_create(&session, graph, NULL));
    edgeai_session_memory_info memory;
    edgeai_session_memory(session, &memory);
    /* 112 x 112 x 96 into 56 x 56 x 96, beside the input, which keeps its values. */
    assert_int_equal(memory.largest_pair_bytes, 5 * 56 * 56 * 96 * 4);
    assert_int_equal(memory.arena_bytes, memory.largest_pair_bytes + 3 * 224 * 224 * 4);
    assert_true((double)memory.arena_bytes <= 1.15 * (double)memory.largest_pair_bytes);
    /* All operands lie inside. */
    for (size_t v = 0; v < session->n_operands; v++) {
        const char *data = session->operands[v].data;
        assert_true(data >= session->arena && data + session->operands[v].n * sizeof(float) <=
                                                  session->arena + memory.arena_bytes);
    }
    edgeai_session_free(session);
    edgeai_graph_free(graph);
    edgeai_context_free(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mobilenet_needs_little_more_than_its_largest_pair),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
