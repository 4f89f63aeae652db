/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "graph/graph_content.h"
#include "support/check.h"
#include "support/failing_allocator.h"
#include "support/onnx_image.h"

static failing_allocator memory = {.fail_at = SIZE_MAX};
static edgeai_context *context;

static int start(void **state)
{
    (void)state;
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.n_threads = 1;
    options.allocator = failing_allocator_make(&memory);
    return edgeai_context_create(&context, &options);
}

static int stop(void **state)
{
    (void)state;
    edgeai_context_free(context);
    return memory.n_live != 0;
}

/* y = Relu(Identity(x)) with the nodes in the wrong order, unnamed; a constant beside it. */
static onnx_image small_model(int64_t opset)
{
    static const float weights[3] = {1, 2, 3};
    onnx_image image = {0};
    onnx_node(&image, "Relu", "", "h", "y");
    onnx_node(&image, "Identity", "first", "x", "h");
    onnx_node(&image, "Identity", "", "w", "z");
    onnx_node(&image, "Constant", "", "", "c");
    onnx_ints(&image, "value_ints", (int64_t[]){4, 5}, 2);
    onnx_node(&image, "Identity", "", "c", "k");
    onnx_initializer(&image, "w", 1, (int64_t[]){3}, 1, weights, sizeof weights);
    onnx_initializer(&image, "unused", 99, (int64_t[]){1}, 1, weights, 4);
    onnx_input(&image, "x", (int64_t[]){-1, 3}, 2);
    onnx_input(&image, "w", (int64_t[]){3}, 1);
    onnx_output(&image, "y");
    onnx_output(&image, "z");
    onnx_output(&image, "k");
    onnx_image_close(&image, opset);
    return image;
}

static void a_model_becomes_a_graph(void **state)
{
    (void)state;
    onnx_image image = small_model(13);
    eai_graph_content content;
    assert_ok(eai_graph_read_memory(&content, context, image.model, image.n));
    const eai_ir *ir = content.ir;
    assert_int_equal(ir->n_inputs, 1);
    assert_int_equal(ir->n_outputs, 3);
    const eai_value *x = &ir->values[ir->inputs[0]];
    assert_string_equal(x->name, "x");
    assert_int_equal(x->n_dims, 2);
    assert_int_equal(x->dims[0], -1);
    assert_int_equal(x->dims[1], 3);
    assert_string_equal(content.symbols[0].dims[0], "N");
    assert_null(content.symbols[0].dims[1]);
    assert_int_equal(ir->n_nodes, 4);
    size_t relu = 0, first = 0;
    for (size_t i = 0; i < ir->n_nodes; i++) {
        if (strcmp(ir->nodes[i].op_type, "Relu") == 0) relu = i;
        if (strcmp(ir->nodes[i].name, "first") == 0) first = i;
    }
    assert_true(first < relu);
    assert_string_equal(ir->nodes[relu].name, "Relu_0");
    for (size_t i = 0; i < ir->n_values; i++) {
        const eai_value *value = &ir->values[i];
        assert_string_not_equal(value->name, "unused");
        if (strcmp(value->name, "w") == 0) assert_int_equal(((const float *)value->data)[2], 3);
        if (strcmp(value->name, "c") == 0) assert_int_equal(((const int64_t *)value->data)[1], 5);
    }
    eai_graph_content_free(&content);
    onnx_image_free(&image);
}

static void refuse(onnx_image *image, int64_t opset, edgeai_status status, const char *text)
{
    eai_graph_content content;
    onnx_image_close(image, opset);
    assert_fails(eai_graph_read_memory(&content, context, image->model, image->n), status);
    assert_null(content.ir);
    assert_error_says(text);
    onnx_image_free(image);
}

static void what_cannot_be_is_said_in_a_sentence(void **state)
{
    (void)state;
    onnx_image image = {0};
    onnx_node(&image, "Nonsense", "n1", "x", "y");
    onnx_input(&image, "x", NULL, -1);
    refuse(&image, 13, EDGEAI_E_UNSUPPORTED,
           "Nonsense \"n1\" (opset 13): this operator is not supported");
    onnx_node(&image, "If", "n1", "x", "y");
    onnx_input(&image, "x", NULL, -1);
    refuse(&image, 13, EDGEAI_E_UNSUPPORTED, "If \"n1\" (opset 13): operators with graphs inside");
    onnx_node(&image, "Relu", "", "nowhere", "y");
    refuse(&image, 13, EDGEAI_E_FORMAT, "Relu_0 reads tensor \"nowhere\", which nothing makes");
    onnx_node(&image, "Relu", "", "x", "y");
    onnx_node(&image, "Relu", "", "x", "y");
    onnx_input(&image, "x", NULL, -1);
    refuse(&image, 13, EDGEAI_E_FORMAT, "tensor \"y\" is made twice");
    onnx_node(&image, "Relu", "", "y", "y");
    onnx_output(&image, "y");
    refuse(&image, 13, EDGEAI_E_FORMAT, "y");
    onnx_node(&image, "Relu", "", "x", "y");
    onnx_input(&image, "x", NULL, -1);
    refuse(&image, 5, EDGEAI_E_UNSUPPORTED, "opset 5 of ai.onnx: expected 6 to 25");
    onnx_node(&image, "Relu", "", "x", "y");
    onnx_input(&image, "x", NULL, -1);
    refuse(&image, 26, EDGEAI_E_UNSUPPORTED, "opset 26 of ai.onnx: expected 6 to 25");
    onnx_node(&image, "Relu", "", "w", "y");
    onnx_initializer(&image, "w", 17, (int64_t[]){1}, 1, "a", 1);
    refuse(&image, 25, EDGEAI_E_UNSUPPORTED, "tensor \"w\": type float8");
    onnx_node(&image, "Relu", "", "b\xff", "y");
    onnx_input(&image, "b\xff", NULL, -1);
    refuse(&image, 25, EDGEAI_E_FORMAT, "is no UTF-8 text");
}

static void a_model_cut_off_anywhere_is_survived(void **state)
{
    (void)state;
    onnx_image image = small_model(13);
    for (size_t n = 0; n < image.n; n++) {
        eai_graph_content content;
        unsigned char *copy = malloc(n ? n : 1);
        assert_non_null(copy);
        memcpy(copy, image.model, n);
        if (eai_graph_read_memory(&content, context, copy, n) == EDGEAI_OK)
            eai_graph_content_free(&content);
        else
            assert_true(strlen(edgeai_last_error()) > 10);
        free(copy);
    }
    onnx_image_free(&image);
}

static void every_failed_allocation_is_survived(void **state)
{
    (void)state;
    onnx_image image = small_model(13);
    for (size_t fail_at = 0;; fail_at++) {
        const size_t live = memory.n_live;
        eai_graph_content content;
        memory.fail_at = memory.n_allocations + fail_at;
        edgeai_status status = eai_graph_read_memory(&content, context, image.model, image.n);
        memory.fail_at = SIZE_MAX;
        if (status == EDGEAI_OK) {
            assert_true(fail_at > 5);
            eai_graph_content_free(&content);
            break;
        }
        assert_int_equal(status, EDGEAI_E_MEMORY);
        assert_int_equal(memory.n_live, live);
    }
    onnx_image_free(&image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_model_becomes_a_graph),
        cmocka_unit_test(what_cannot_be_is_said_in_a_sentence),
        cmocka_unit_test(a_model_cut_off_anywhere_is_survived),
        cmocka_unit_test(every_failed_allocation_is_survived),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
