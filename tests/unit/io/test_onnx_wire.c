/* SPDX-License-Identifier: MIT */
#include "io/onnx_wire.h"

#include <stdlib.h>
#include <string.h>

#include "support/check.h"
#include "support/failing_allocator.h"
#include "support/protobuf_image.h"

static edgeai_context *context;

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

static void put_tensor(protobuf_image *parent, uint32_t number, const char *name)
{
    protobuf_image tensor = {0};
    protobuf_put_int(&tensor, 1, 2);
    protobuf_put_int(&tensor, 1, 3);
    protobuf_put_int(&tensor, 2, EAI_ONNX_U8);
    protobuf_put_text(&tensor, 8, name);
    protobuf_put_bytes(&tensor, 9, "abcdef", 6);
    protobuf_put_message(parent, number, &tensor);
}

/* Attribute `name`, its fields already in `value`; type 0 is left out. */
static void put_attribute(protobuf_image *node, const char *name, int type, protobuf_image *value)
{
    protobuf_image attribute = {0};
    protobuf_put_text(&attribute, 1, name);
    protobuf_put(&attribute, value->bytes, value->n);
    if (type) protobuf_put_int(&attribute, 20, type);
    protobuf_put_message(node, 5, &attribute);
    protobuf_image_free(value);
}

/* x [N, 4, ?] of float32, or without a shape. */
static void put_value(protobuf_image *graph, uint32_t number, const char *name, bool has_shape)
{
    protobuf_image value = {0}, type = {0}, tensor = {0}, shape = {0}, dim = {0};
    protobuf_put_int(&tensor, 1, EAI_ONNX_F32);
    if (has_shape) {
        protobuf_put_text(&dim, 2, "N");
        protobuf_put_message(&shape, 1, &dim);
        protobuf_put_int(&dim, 1, 4);
        protobuf_put_message(&shape, 1, &dim);
        protobuf_put_message(&shape, 1, &dim);
        protobuf_put_message(&tensor, 2, &shape);
    }
    protobuf_put_message(&type, 1, &tensor);
    protobuf_put_text(&value, 1, name);
    protobuf_put_message(&value, 2, &type);
    protobuf_put_message(graph, number, &value);
}

static void put_conv(protobuf_image *graph)
{
    protobuf_image node = {0}, value = {0};
    protobuf_put_text(&node, 1, "x");
    protobuf_put_text(&node, 1, "");
    protobuf_put_text(&node, 1, "w");
    protobuf_put_text(&node, 2, "y");
    protobuf_put_text(&node, 3, "old");
    protobuf_put_text(&node, 3, "conv1");
    protobuf_put_text(&node, 4, "Conv");
    protobuf_put_text(&node, 7, "ai.onnx");
    protobuf_put_ints(&value, 8, (const int64_t[]){1, -1}, 2);
    protobuf_put_int(&value, 8, 300);
    put_attribute(&node, "pads", EAI_ONNX_ATTRIBUTE_INTS, &value);
    protobuf_put_float(&value, 2, 0.5f);
    put_attribute(&node, "alpha", 0, &value);
    protobuf_put_int(&value, 3, -7);
    put_attribute(&node, "group", EAI_ONNX_ATTRIBUTE_INT, &value);
    protobuf_put_bytes(&value, 4, "a\0b", 3);
    put_attribute(&node, "auto_pad", EAI_ONNX_ATTRIBUTE_STRING, &value);
    put_tensor(&value, 5, "inside");
    put_attribute(&node, "value", EAI_ONNX_ATTRIBUTE_TENSOR, &value);
    protobuf_put_float(&value, 7, 1.5f);
    protobuf_put_bytes(&value, 7, &(float[2]){2.5f, 3.5f}, 8);
    put_attribute(&node, "scales", EAI_ONNX_ATTRIBUTE_FLOATS, &value);
    protobuf_put_text(&value, 9, "one");
    protobuf_put_text(&value, 9, "");
    put_attribute(&node, "words", EAI_ONNX_ATTRIBUTE_STRINGS, &value);
    put_tensor(&value, 10, "first");
    put_tensor(&value, 10, "second");
    put_attribute(&node, "tensors", EAI_ONNX_ATTRIBUTE_TENSORS, &value);
    protobuf_put_text(&value, 6, ""); /* an empty graph */
    put_attribute(&node, "body", EAI_ONNX_ATTRIBUTE_GRAPH, &value);
    protobuf_put_text(&value, 11, "");
    protobuf_put_text(&value, 11, "\x12\x01g");
    put_attribute(&node, "branches", EAI_ONNX_ATTRIBUTE_GRAPHS, &value);
    put_attribute(&node, "nothing", 0, &value);
    protobuf_put_message(graph, 1, &node);
}

static void finish_model(protobuf_image *model, protobuf_image *graph)
{
    protobuf_image part = {0};
    protobuf_put_int(model, 1, 8);
    protobuf_put_text(model, 2, "maker");
    protobuf_put_message(model, 7, graph);
    protobuf_put_text(&part, 1, "ai.onnx");
    protobuf_put_int(&part, 2, 13);
    protobuf_put_message(model, 8, &part);
    protobuf_put_text(&part, 1, "own");
    protobuf_put_message(model, 25, &part);
    protobuf_put_text(model, 1000, "unknown fields are skipped");
}

static protobuf_image small_model(void)
{
    protobuf_image model = {0}, graph = {0}, node = {0};
    put_conv(&graph);
    protobuf_put_text(&graph, 2, "net");
    put_tensor(&graph, 5, "w");
    put_value(&graph, 11, "x", true);
    put_value(&graph, 12, "y", false);
    put_value(&graph, 13, "z", true);
    protobuf_put_text(&graph, 15, "");
    protobuf_put_text(&node, 4, "Relu");
    protobuf_put_message(&graph, 1, &node);
    finish_model(&model, &graph);
    return model;
}

static edgeai_status open_image(eai_onnx_model **model, const protobuf_image *image)
{
    return eai_onnx_model_open_memory(model, context, image->bytes, image->n);
}

/* A model of this one graph is refused; frees it. */
static void refuse_graph(protobuf_image *graph, edgeai_status status, const char *text)
{
    protobuf_image image = {0};
    eai_onnx_model *model = (eai_onnx_model *)graph;
    finish_model(&image, graph);
    assert_fails(open_image(&model, &image), status);
    assert_null(model);
    assert_error_says(text);
    protobuf_image_free(&image);
}

static void check_attributes(const eai_onnx_node *node)
{
    const eai_onnx_attribute *found = eai_onnx_node_attribute(node, "pads");
    assert_non_null(found);
    assert_int_equal(found->n, 3);
    assert_int_equal(found->ints[1], -1);
    assert_int_equal(found->ints[2], 300);
    found = eai_onnx_node_attribute(node, "alpha");
    assert_int_equal(found->type, EAI_ONNX_ATTRIBUTE_FLOAT);
    assert_true(found->f == 0.5f);
    assert_int_equal(eai_onnx_node_attribute(node, "group")->i, -7);
    found = eai_onnx_node_attribute(node, "auto_pad");
    assert_int_equal(found->s.n_bytes, 3);
    assert_memory_equal(found->s.bytes, "a\0b", 3);
    assert_true(eai_onnx_is(eai_onnx_node_attribute(node, "value")->t->name, "inside"));
    found = eai_onnx_node_attribute(node, "scales");
    assert_int_equal(found->n, 3);
    assert_true(found->floats[0] == 1.5f && found->floats[2] == 3.5f);
    found = eai_onnx_node_attribute(node, "words");
    assert_int_equal(found->n, 2);
    assert_true(eai_onnx_is(found->strings[0], "one"));
    found = eai_onnx_node_attribute(node, "tensors");
    assert_int_equal(found->n, 2);
    assert_true(eai_onnx_is(found->tensors[1].name, "second"));
    assert_int_equal(eai_onnx_node_attribute(node, "body")->type, EAI_ONNX_ATTRIBUTE_GRAPH);
    found = eai_onnx_node_attribute(node, "branches");
    assert_int_equal(found->n, 2);
    assert_int_equal(found->strings[1].n_bytes, 3);
    assert_int_equal(eai_onnx_node_attribute(node, "nothing")->type, EAI_ONNX_ATTRIBUTE_NONE);
    assert_null(eai_onnx_node_attribute(node, "pad"));
}

static void everything_in_a_model_is_read(void **state)
{
    (void)state;
    protobuf_image image = small_model();
    eai_onnx_model *model;
    assert_ok(open_image(&model, &image));
    assert_int_equal(model->ir_version, 8);
    assert_true(eai_onnx_is(model->producer_name, "maker"));
    assert_true(eai_onnx_is(model->producer_version, ""));
    assert_int_equal(model->n_opsets, 1);
    assert_int_equal(model->opsets[0].version, 13);
    assert_int_equal(model->opsets[0].domain.n_bytes, 0);
    assert_int_equal(model->n_functions, 1);
    assert_true(eai_onnx_is(model->functions[0], "own"));

    const eai_onnx_graph *graph = &model->graph;
    assert_true(eai_onnx_is(graph->name, "net"));
    assert_int_equal(graph->n_nodes, 2);
    assert_int_equal(graph->n_sparse_initializers, 1);
    assert_true(eai_onnx_is(graph->nodes[1].op_type, "Relu"));
    const eai_onnx_node *conv = &graph->nodes[0];
    assert_true(eai_onnx_is(conv->name, "conv1"));
    assert_int_equal(conv->domain.n_bytes, 0);
    assert_int_equal(conv->n_inputs, 3);
    assert_int_equal(conv->inputs[1].n_bytes, 0);
    assert_true(eai_onnx_is(conv->inputs[2], "w"));
    assert_true(eai_onnx_is(conv->outputs[0], "y"));
    check_attributes(conv);

    assert_int_equal(graph->n_initializers, 1);
    assert_true(eai_onnx_is(graph->initializers[0].name, "w"));
    assert_int_equal(graph->n_inputs, 1);
    const eai_onnx_value *x = &graph->inputs[0];
    assert_int_equal(x->kind, EAI_ONNX_VALUE_TENSOR);
    assert_int_equal(x->type, EAI_ONNX_F32);
    assert_true(x->has_shape);
    assert_int_equal(x->n_dims, 3);
    assert_int_equal(x->dims[0].value, -1);
    assert_true(eai_onnx_is(x->dims[0].symbol, "N"));
    assert_int_equal(x->dims[1].value, 4);
    assert_int_equal(x->dims[2].value, -1);
    assert_int_equal(x->dims[2].symbol.n_bytes, 0);
    assert_int_equal(graph->n_outputs, 1);
    assert_false(graph->outputs[0].has_shape);
    assert_int_equal(graph->n_values, 1);
    eai_onnx_model_free(model);
    protobuf_image_free(&image);
}

/* Each length in a block of its own, so that a sanitizer sees a byte too many. */
static void every_truncation_is_refused_or_read(void **state)
{
    (void)state;
    protobuf_image image = small_model();
    size_t n_read = 0;
    for (size_t n = 1; n < image.n; n++) {
        unsigned char *bytes = malloc(n);
        assert_non_null(bytes);
        memcpy(bytes, image.bytes, n);
        eai_onnx_model *model;
        if (eai_onnx_model_open_memory(&model, context, bytes, n) == EDGEAI_OK) {
            n_read++;
            assert_int_equal(model->graph.n_nodes, 2);
            eai_onnx_model_free(model);
        } else {
            assert_null(model);
            assert_true(*edgeai_last_error() != '\0');
        }
        free(bytes);
    }
    assert_int_equal(n_read, 3); /* behind the graph, the operator set, the function */
    protobuf_image_free(&image);
}

static void every_failed_allocation_is_survived(void **state)
{
    (void)state;
    protobuf_image image = small_model();
    failing_allocator allocator = {.fail_at = SIZE_MAX};
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.n_threads = 1;
    options.allocator = failing_allocator_make(&allocator);
    edgeai_context *own;
    eai_onnx_model *model = NULL;
    assert_ok(edgeai_context_create(&own, &options));
    const size_t n_live = allocator.n_live;
    size_t n_failed = 0;
    for (; !model; n_failed++) {
        allocator.n_allocations = 0;
        allocator.fail_at = n_failed;
        edgeai_status status = eai_onnx_model_open_memory(&model, own, image.bytes, image.n);
        if (status == EDGEAI_OK) break;
        assert_int_equal(status, EDGEAI_E_MEMORY);
        assert_int_equal(allocator.n_live, n_live);
    }
    assert_int_equal(n_failed, 2);
    eai_onnx_model_free(model);
    assert_int_equal(allocator.n_live, n_live);
    edgeai_context_free(own);
    protobuf_image_free(&image);
}

/* A graph of one node whose attribute is a graph, and so on. */
static void put_nested(protobuf_image *graph, int depth)
{
    for (int i = 0; i < depth; i++) {
        protobuf_image attribute = {0}, node = {0};
        protobuf_put_text(&attribute, 1, "body");
        protobuf_put_message(&attribute, 6, graph);
        protobuf_put_text(&node, 4, "If");
        protobuf_put_message(&node, 5, &attribute);
        protobuf_put_message(graph, 1, &node);
    }
}

static void graphs_in_graphs_have_a_limit(void **state)
{
    (void)state;
    protobuf_image graph = {0}, image = {0};
    eai_onnx_model *model;
    put_nested(&graph, EAI_ONNX_NESTING_MAX);
    finish_model(&image, &graph);
    assert_ok(open_image(&model, &image));
    assert_int_equal(model->graph.n_nodes, 1);
    eai_onnx_model_free(model);
    protobuf_image_free(&image);
    put_nested(&graph, EAI_ONNX_NESTING_MAX + 1);
    refuse_graph(&graph, EDGEAI_E_LIMIT, "graph.node[0] (If ''): attribute[0]: 'body'");
    put_nested(&graph, 3000);
    refuse_graph(&graph, EDGEAI_E_LIMIT, "expected graphs at most 32 deep");
}

static void wrong_nodes_are_refused_by_name(void **state)
{
    (void)state;
    protobuf_image graph = {0}, node = {0}, value = {0};
    protobuf_put_text(&node, 3, "nameless");
    protobuf_put_message(&graph, 1, &node);
    refuse_graph(&graph, EDGEAI_E_FORMAT, "graph.node[0] ( 'nameless'): byte ");

    protobuf_put_text(&node, 4, "Conv");
    protobuf_put_text(&node, 3, "c");
    protobuf_put_int(&value, 3, 1);
    put_attribute(&node, "group", 0, &value);
    put_attribute(&node, "group", 0, &value);
    protobuf_put_message(&graph, 1, &node);
    refuse_graph(&graph, EDGEAI_E_FORMAT, "(Conv 'c'): attribute[1]: byte ");

    protobuf_put_text(&node, 4, "Conv");
    protobuf_put_int(&value, 3, 1);
    protobuf_put_float(&value, 2, 1);
    put_attribute(&node, "both", 0, &value);
    protobuf_put_message(&graph, 1, &node);
    refuse_graph(&graph, EDGEAI_E_FORMAT, "both a value of type FLOAT and INT");

    protobuf_put_text(&node, 4, "Conv");
    put_attribute(&node, "t", EAI_ONNX_ATTRIBUTE_TENSOR, &value);
    protobuf_put_message(&graph, 1, &node);
    refuse_graph(&graph, EDGEAI_E_FORMAT, "type is TENSOR, but there is no tensor");

    protobuf_put_text(&node, 4, "Conv");
    put_attribute(&node, "t", 15, &value);
    protobuf_put_message(&graph, 1, &node);
    refuse_graph(&graph, EDGEAI_E_FORMAT, "type: expected 1 to 14, found 15");

    protobuf_put_bytes(&node, 4, "Co\0v", 4);
    protobuf_put_message(&graph, 1, &node);
    refuse_graph(&graph, EDGEAI_E_FORMAT, "op_type holds a NUL byte");

    protobuf_put_text(&node, 4, "Conv");
    for (int i = 0; i <= EAI_ONNX_NODE_ATTRIBUTES_MAX; i++)
        put_attribute(&node, "a", 0, &value);
    protobuf_put_message(&graph, 1, &node);
    refuse_graph(&graph, EDGEAI_E_LIMIT, "expected at most 256 attributes, found 257");
}

static void values_and_whole_models_are_checked(void **state)
{
    (void)state;
    protobuf_image graph = {0}, value = {0}, type = {0}, tensor = {0}, shape = {0};
    for (int i = 0; i <= EAI_ONNX_DIMS_MAX; i++)
        protobuf_put_text(&shape, 1, "");
    protobuf_put_message(&tensor, 2, &shape);
    protobuf_put_message(&type, 1, &tensor);
    protobuf_put_text(&value, 1, "x");
    protobuf_put_message(&value, 2, &type);
    protobuf_put_message(&graph, 11, &value);
    refuse_graph(&graph, EDGEAI_E_LIMIT, "graph.input[0]: 'x' at byte ");

    static char long_name[EAI_ONNX_NAME_BYTES_MAX + 1];
    memset(long_name, 'n', sizeof long_name);
    protobuf_put_bytes(&graph, 2, long_name, sizeof long_name);
    refuse_graph(&graph, EDGEAI_E_LIMIT, "graph.name: expected at most 4096 bytes, found 4097");

    eai_onnx_model *model;
    protobuf_image image = {0};
    protobuf_put_int(&image, 1, 8);
    assert_fails(open_image(&model, &image), EDGEAI_E_FORMAT);
    assert_error_says("expected a graph (field 7), found none");
    protobuf_put_text(&image, 7, "");
    assert_ok(open_image(&model, &image));
    eai_onnx_model_free(model);
    protobuf_put_text(&image, 7, "");
    assert_fails(open_image(&model, &image), EDGEAI_E_FORMAT);
    assert_error_says("graph is there twice");
    protobuf_image_free(&image);
    assert_fails(eai_onnx_model_open(&model, context, "/no/such.onnx"), EDGEAI_E_NOT_FOUND);
    assert_fails(eai_onnx_model_open(&model, context, NULL), EDGEAI_E_INVALID);
}

static void counts_have_limits(void **state)
{
    (void)state;
    protobuf_image graph = {0}, node = {0};
    protobuf_put_text(&node, 4, "A");
    for (int i = 0; i <= EAI_ONNX_NODES_MAX; i++)
        protobuf_put_bytes(&graph, 1, node.bytes, node.n);
    protobuf_image_free(&node);
    refuse_graph(&graph, EDGEAI_E_LIMIT, "expected at most 262144 nodes in a file");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_in_a_model_is_read),
        cmocka_unit_test(every_truncation_is_refused_or_read),
        cmocka_unit_test(every_failed_allocation_is_survived),
        cmocka_unit_test(graphs_in_graphs_have_a_limit),
        cmocka_unit_test(wrong_nodes_are_refused_by_name),
        cmocka_unit_test(values_and_whole_models_are_checked),
        cmocka_unit_test(counts_have_limits),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
