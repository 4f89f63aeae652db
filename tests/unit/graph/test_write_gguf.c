/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "graph/graph_json.h"
#include "support/check.h"
#include "support/failing_allocator.h"
#include "support/gguf_image.h"
#include "support/temporary_folder.h"

static failing_allocator memory = {.fail_at = SIZE_MAX};
static edgeai_context *context;
static char folder[TEMPORARY_PATH_BYTES];

static int start(void **state)
{
    (void)state;
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.n_threads = 1;
    options.allocator = failing_allocator_make(&memory);
    temporary_folder_make(folder);
    return edgeai_context_create(&context, &options);
}

static int stop(void **state)
{
    (void)state;
    temporary_folder_remove(folder);
    edgeai_context_free(context);
    return memory.n_live != 0;
}

static const char graph[] =
    "{\"version\": 1, \"opset\": 25,\n\"inputs\": [\n"
    "{\"name\": \"x\", \"type\": \"f32\", \"shape\": [\"N\", 3, null]},\n{\"name\": \"_free\"}], "
    "\"outputs\": [\"y\", \"__2\"],\n\"constants\": [\n"
    "{\"name\": \"w\", \"type\": \"f32\", \"shape\": [2, 2], \"tensor\": \"w\"},\n"
    "{\"name\": \"t\\u00e9\\n\\\"\", \"type\": \"i64\", \"shape\": [2], "
    "\"values\": [-9223372036854775808, 9223372036854775807]},\n"
    "{\"name\": \"b\", \"type\": \"bool\", \"shape\": [], \"values\": [1]}],\n\"nodes\": [\n"
    "{\"op\": \"Identity\", \"name\": \"n\", \"inputs\": [\"x\"], \"outputs\": [\"h\"], "
    "\"attributes\": {\"a\": 1, \"b\": 1.0, \"c\": [1.5, -0.10000000149011612], \"d\": \"s\", "
    "\"e\": [\"u\", \"v\"], \"f\": [9007199254740993]}},\n"
    "{\"op\": \"Relu\", \"inputs\": [\"h\"], \"outputs\": [\"y\"]},\n"
    "{\"op\": \"Identity\", \"inputs\": [\"t\\u00e9\\n\\\"\"], \"outputs\": [\"i\"]},\n"
    "{\"op\": \"Relu\", \"inputs\": [\"w\"], \"outputs\": [\"__2\"]}]}\n";

/* A file with this graph and one tensor "w" of four elements. */
static gguf_image make_file(const char *text, edgeai_dtype dtype, const void *w, size_t n_bytes)
{
    gguf_image image = {0};
    gguf_put_header(&image, 3, 1, 4);
    gguf_put_key_string(&image, "general.architecture", "edgeai-graph");
    gguf_put_key_string(&image, "edgeai.graph", text);
    gguf_put_key(&image, "edgeai.labels", EDGEAI_VALUE_ARRAY);
    gguf_put_array(&image, EDGEAI_VALUE_STRING, 2);
    gguf_put_string(&image, "cat");
    gguf_put_string(&image, "dog");
    gguf_put_key_string(&image, "edgeai.preprocess",
                        "{\"version\": 1, \"width\": 32, \"height\": 24, \"fit\": \"crop\", "
                        "\"shorter_side\": 40, \"channels\": \"bgr\", \"mean\": [0.5, 0.25, 0]}");
    gguf_put_tensor(&image, "w", 1, (uint64_t[]){4}, dtype, 0);
    gguf_put_padding(&image, 32);
    gguf_put(&image, w, n_bytes);
    return image;
}

static const float weights[4] = {1, -2, 0.5f, 4};

static void a_file_is_read_and_written_again(void **state)
{
    (void)state;
    char paths[2][TEMPORARY_PATH_BYTES + 16];
    gguf_image image = make_file(graph, EDGEAI_DTYPE_F32, weights, sizeof weights);
    eai_graph_content content;
    assert_ok(eai_graph_read_memory(&content, context, image.bytes, image.n_bytes));
    for (int i = 0; i < 2; i++) {
        snprintf(paths[i], sizeof paths[i], "%s/%d.gguf", folder, i);
        assert_ok(eai_graph_write(&content, paths[i]));
        eai_graph_content_free(&content);
        assert_ok(eai_graph_read(&content, context, paths[i]));
        edgeai_string found;
        assert_ok(edgeai_model_file_get_string(content.file, "edgeai.graph", &found));
        assert_int_equal(content.n_labels, 2);
        assert_string_equal(content.labels[1], "dog");
        assert_true(content.has_image_options);
        assert_int_equal(content.image_options.width, 32);
        assert_int_equal(content.image_options.shorter_side, 40);
        assert_int_equal(content.image_options.fit, EDGEAI_IMAGE_CROP);
        assert_int_equal(content.image_options.channels, EDGEAI_IMAGE_BGR);
        assert_true(content.image_options.mean[1] == 0.25);
        if (i == 0) continue;
        eai_graph_content first;
        edgeai_string before;
        assert_ok(eai_graph_read(&first, context, paths[0]));
        assert_ok(edgeai_model_file_get_string(first.file, "edgeai.graph", &before));
        assert_int_equal(before.n_bytes, found.n_bytes);
        assert_memory_equal(before.bytes, found.bytes, found.n_bytes);
        eai_graph_content_free(&first);
    }
    const eai_ir *ir = content.ir;
    assert_int_equal(ir->n_inputs, 2);
    assert_int_equal(ir->values[ir->inputs[1]].n_dims, -1);
    assert_string_equal(content.symbols[0].dims[0], "N");
    const eai_node *node = &ir->nodes[0];
    for (size_t i = 0; i < ir->n_nodes; i++)
        if (*ir->nodes[i].name) node = &ir->nodes[i];
    assert_int_equal(node->n_attributes, 6);
    assert_int_equal(eai_node_attribute(node, "a")->kind, EAI_ATTRIBUTE_INT);
    assert_int_equal(eai_node_attribute(node, "b")->kind, EAI_ATTRIBUTE_FLOAT);
    assert_true(eai_node_attribute(node, "c")->floats[1] == -0.1f);
    assert_string_equal(eai_node_attribute(node, "e")->strings[1], "v");
    assert_true(eai_node_attribute(node, "f")->ints[0] == 9007199254740993);
    size_t n_constants = 0;
    for (size_t i = 0; i < ir->n_values; i++) {
        n_constants += ir->values[i].data != NULL;
        assert_string_not_equal(ir->values[i].name, "b"); /* nothing reads it */
        if (strcmp(ir->values[i].name, "w") == 0)
            assert_memory_equal(ir->values[i].data, weights, sizeof weights);
        if (strcmp(ir->values[i].name, "t\xc3\xa9\n\"") == 0) {
            assert_true(((const int64_t *)ir->values[i].data)[0] == INT64_MIN);
            assert_true(((const int64_t *)ir->values[i].data)[1] == INT64_MAX);
        }
    }
    assert_int_equal(n_constants, 2);
    eai_graph_content_free(&content);
    gguf_image_free(&image);
}

static void smaller_weights_are_widened(void **state)
{
    (void)state;
    static const uint16_t halves[4] = {0x3c00, 0xc000, 0x3800, 0x4400};
    gguf_image image = make_file(graph, EDGEAI_DTYPE_F16, halves, sizeof halves);
    eai_graph_content content;
    assert_ok(eai_graph_read_memory(&content, context, image.bytes, image.n_bytes));
    for (size_t i = 0; i < content.ir->n_values; i++)
        if (strcmp(content.ir->values[i].name, "w") == 0)
            assert_memory_equal(content.ir->values[i].data, weights, sizeof weights);
    eai_graph_content_free(&content);
    gguf_image_free(&image);
}

static void refuse(const char *text, edgeai_status status, const char *says)
{
    gguf_image image = make_file(text, EDGEAI_DTYPE_F32, weights, sizeof weights);
    eai_graph_content content;
    assert_fails(eai_graph_read_memory(&content, context, image.bytes, image.n_bytes), status);
    assert_error_says(says);
    gguf_image_free(&image);
}

#define PARTS(inputs, constants, nodes, outputs)                                                   \
    "{\"version\": 1, \"opset\": 25, \"inputs\": [" inputs "], \"constants\": [" constants         \
    "], \"nodes\": [" nodes "], \"outputs\": [" outputs "]}"

static void what_is_wrong_is_named(void **state)
{
    (void)state;
    const edgeai_status format = EDGEAI_E_FORMAT;
    refuse("{\"version\": 2, \"opset\": 25, \"inputs\": [], \"nodes\": [], \"outputs\": []}",
           EDGEAI_E_VERSION, "version 2, expected 1");
    refuse("{\"version\": 1, \"opset\": 24, \"inputs\": [], \"nodes\": [], \"outputs\": []}",
           EDGEAI_E_VERSION, "opset 24, expected 25");
    refuse("{\"version\": 1, \"opset\": 25, \"inputs\": [], \"nodes\": []}", format,
           "key \"outputs\" is missing");
    refuse("{\"what\": 1}", format, "unknown key \"what\"");
    refuse("{\"version\": 1, \"version\": 1}", format, "key \"version\" is there twice");
    refuse(PARTS("{\"name\": \"x\", \"kind\": 1}", "", "", ""), format, "unknown key \"kind\"");
    refuse(PARTS("{\"name\": \"x\", \"type\": \"f31\"}", "", "", ""), format, "an element type");
    refuse(PARTS("{\"name\": \"x\", \"shape\": [-1]}", "", "", ""), format, "negative");
    refuse(PARTS("{\"name\": \"x\", \"shape\": [1,1,1,1,1,1,1,1,1]}", "", "", ""), format,
           "more than 8 dimensions");
    refuse(PARTS("{\"name\": \"x\"}, {\"name\": \"x\"}", "", "", ""), format,
           "\"x\" is made twice");
    refuse(PARTS("", "", "", "\"y\""), format, "nothing makes \"y\"");
    refuse(PARTS("", "", "{\"op\": \"Relu\", \"inputs\": [\"q\"], \"outputs\": [\"y\"]}", ""),
           format, "nothing makes \"q\"");
    refuse(PARTS("", "", "{\"op\": \"Relu\", \"inputs\": [\"y\"], \"outputs\": [\"y\"]}", "\"y\""),
           format, "y");
    refuse(PARTS("", "",
                 "{\"op\": \"Relu\", \"domain\": \"edgeai.nhwc\", \"inputs\": [], "
                 "\"outputs\": []}",
                 ""),
           format, "neither empty nor edgeai");
    refuse(PARTS("", "", "{\"op\": \"Nonsense\", \"inputs\": [], \"outputs\": []}", ""),
           EDGEAI_E_UNSUPPORTED, "Nonsense");
    refuse(
        PARTS("", "{\"name\": \"c\", \"type\": \"i8\", \"shape\": [1], \"values\": [128]}", "", ""),
        format, "outside the range of i8");
    refuse(
        PARTS("", "{\"name\": \"c\", \"type\": \"i8\", \"shape\": [2], \"values\": [1]}", "", ""),
        format, "does not ask for 1 values");
    refuse(PARTS("", "{\"name\": \"c\", \"type\": \"f32\", \"shape\": [3], \"tensor\": \"w\"}", "",
                 ""),
           format, "has 4 elements");
    refuse(PARTS("", "{\"name\": \"c\", \"type\": \"i32\", \"shape\": [4], \"tensor\": \"w\"}", "",
                 ""),
           format, "is F32, expected I32");
    refuse(PARTS("", "{\"name\": \"c\", \"type\": \"f32\", \"shape\": [4], \"tensor\": \"v\"}", "",
                 ""),
           format, "tensor \"v\" is absent");
    refuse(PARTS("", "{\"name\": \"c\", \"type\": \"f32\", \"shape\": [4]}", "", ""), format,
           "either tensor or values");
    refuse(PARTS("",
                 "{\"name\": \"c\", \"type\": \"f32\", \"shape\": [9223372036854775807, 9], "
                 "\"tensor\": \"w\"}",
                 "", ""),
           format, "too large");
    refuse("[[[[", format, "expected '{'");
    refuse("{\"nodes\": "
           "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
           format, "nested deeper");
}

static void a_text_cut_off_anywhere_is_refused(void **state)
{
    (void)state;
    char part[sizeof graph];
    for (size_t n = 0; n + 2 < sizeof graph; n++) {
        memcpy(part, graph, n);
        part[n] = '\0';
        refuse(part, EDGEAI_E_FORMAT, "edgeai.graph");
    }
}

static void every_failed_allocation_is_survived(void **state)
{
    (void)state;
    char path[TEMPORARY_PATH_BYTES + 16];
    gguf_image image = make_file(graph, EDGEAI_DTYPE_F32, weights, sizeof weights);
    snprintf(path, sizeof path, "%s/x.gguf", folder);
    for (size_t fail_at = 0;; fail_at++) {
        const size_t live = memory.n_live;
        eai_graph_content content;
        memory.fail_at = memory.n_allocations + fail_at;
        edgeai_status status = eai_graph_read_memory(&content, context, image.bytes, image.n_bytes);
        if (status == EDGEAI_OK) {
            status = eai_graph_write(&content, path);
            eai_graph_content_free(&content);
        }
        memory.fail_at = SIZE_MAX;
        assert_int_equal(memory.n_live, live);
        if (status == EDGEAI_OK) {
            assert_true(fail_at > 5);
            break;
        }
        assert_int_equal(status, EDGEAI_E_MEMORY);
    }
    gguf_image_free(&image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_read_and_written_again),
        cmocka_unit_test(smaller_weights_are_widened),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(a_text_cut_off_anywhere_is_refused),
        cmocka_unit_test(every_failed_allocation_is_survived),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
