/* SPDX-License-Identifier: MIT */
/*
 * Every model and every bare tensor of the ONNX project's own tests that is at hand is read, and
 * all elements of its tensors are.
 */
#include "support/check.h"

#include <ftw.h>
#include <stdlib.h>
#include <string.h>

#include <edgeai/context.h>

#include "io/onnx_wire.h"

#define FOLDER EDGEAI_TEST_DATA "/onnx"

static edgeai_context *context;
static int n_models, n_tensor_files, n_tensors, n_failed;

/* Types that are not read are fine in a file; anything else has to come. */
static void read_tensor(const eai_onnx_tensor *tensor, const char *path)
{
    const size_t n = tensor->n_elements * eai_onnx_element_bytes(tensor->type);
    unsigned char *out = malloc(n ? n : 1);
    assert_non_null(out);
    edgeai_status status = eai_onnx_tensor_read(tensor, out, n);
    if (status == EDGEAI_OK) {
        const void *borrowed = NULL;
        n_tensors++;
        assert_ok(eai_onnx_tensor_borrow(tensor, &borrowed));
        if (borrowed) assert_memory_equal(borrowed, out, n);
    } else if (status != EDGEAI_E_UNSUPPORTED) {
        print_error("%s: %s\n", path, edgeai_last_error());
        n_failed++;
    }
    free(out);
}

static void read_graph(const eai_onnx_graph *graph, const char *path)
{
    for (size_t i = 0; i < graph->n_initializers; i++)
        read_tensor(&graph->initializers[i], path);
    for (size_t i = 0; i < graph->n_nodes; i++) {
        const eai_onnx_node *node = &graph->nodes[i];
        for (size_t j = 0; j < node->n_attributes; j++)
            if (node->attributes[j].t) read_tensor(node->attributes[j].t, path);
    }
}

static void read_model(const char *path)
{
    eai_onnx_model *model;
    n_models++;
    if (eai_onnx_model_open(&model, context, path) != EDGEAI_OK) {
        print_error("%s\n", edgeai_last_error());
        n_failed++;
        return;
    }
    if (model->n_opsets == 0 || model->graph.n_nodes == 0 || model->graph.n_outputs == 0) {
        print_error("%s: %zu operator sets, %zu nodes, %zu outputs\n", path, model->n_opsets,
                    model->graph.n_nodes, model->graph.n_outputs);
        n_failed++;
    }
    read_graph(&model->graph, path);
    eai_onnx_model_free(model);
}

static void read_tensor_file(const char *path)
{
    const eai_onnx_tensor *tensor;
    n_tensor_files++;
    if (eai_onnx_tensor_open(&tensor, context, path) != EDGEAI_OK) {
        print_error("%s\n", edgeai_last_error());
        n_failed++;
        return;
    }
    read_tensor(tensor, path);
    eai_onnx_tensor_free(tensor);
}

static int visit(const char *path, const struct stat *info, int type, struct FTW *where)
{
    (void)info, (void)where;
    const char *suffix = strrchr(path, '.');
    if (type != FTW_F || !suffix) return 0;
    if (strcmp(suffix, ".onnx") == 0) read_model(path);
    if (strcmp(suffix, ".pb") == 0) read_tensor_file(path);
    return 0;
}

static void every_file_is_read(void **state)
{
    (void)state;
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.n_threads = 1;
    assert_ok(edgeai_context_create(&context, &options));
    if (nftw(FOLDER, visit, 16, 0) != 0 || n_models == 0) {
        edgeai_context_free(context);
        print_message("skipped: no %s\n", FOLDER);
        skip();
    }
    edgeai_context_free(context);
    print_message("%d models, %d tensor files, %d tensors\n", n_models, n_tensor_files, n_tensors);
    assert_int_equal(n_failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
