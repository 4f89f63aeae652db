/* SPDX-License-Identifier: MIT */

/* Any bytes as an ONNX model and as a bare tensor: opened, and everything in it read. Aborts when
 * opening asks for more memory than onnx_wire.h states. */

#include <stdlib.h>
#include <string.h>

#include "fuzz_target.h"
#include "io/onnx_wire.h"

enum { MEMORY_PER_BYTE = 64, MEMORY_BASE = 65536, ELEMENTS_MAX = 1 << 20 };

static size_t memory_left;
static volatile unsigned sink; /* reads must happen */

static void *allocate(void *user, size_t bytes, size_t alignment)
{
    (void)user;
    if (bytes > memory_left) abort();
    memory_left -= bytes;
    void *memory = NULL;
    return posix_memalign(&memory, alignment, bytes) == 0 ? memory : NULL;
}

static void release(void *user, void *memory, size_t bytes)
{
    (void)user;
    memory_left += bytes;
    free(memory);
}

static edgeai_context *make_context(void)
{
    edgeai_context *context = NULL;
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.allocator = (edgeai_allocator){NULL, allocate, release};
    options.n_threads = 1;
    memory_left = SIZE_MAX / 2;
    if (edgeai_context_create(&context, &options) != EDGEAI_OK) abort();
    return context;
}

static void touch(const void *bytes, size_t n)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < n; i++)
        sink += at[i];
}

static void touch_strings(const edgeai_string *strings, size_t n)
{
    for (size_t i = 0; i < n; i++)
        touch(strings[i].bytes, strings[i].n_bytes);
}

static void read_tensor(const eai_onnx_tensor *tensor)
{
    const size_t size = eai_onnx_element_bytes(tensor->type);
    touch_strings(&tensor->name, 1);
    touch_strings(&tensor->raw, 1);
    touch(tensor->dims, (size_t)tensor->n_dims * sizeof *tensor->dims);
    if (tensor->n_elements > ELEMENTS_MAX) return;
    unsigned char *out = malloc(tensor->n_elements * size + 1);
    if (!out) return;
    if (eai_onnx_tensor_read(tensor, out, tensor->n_elements * size) == EDGEAI_OK) {
        const void *borrowed;
        if (size == 0) abort();
        touch(out, tensor->n_elements * size);
        if (eai_onnx_tensor_borrow(tensor, &borrowed) != EDGEAI_OK) abort();
        if (borrowed && memcmp(borrowed, out, tensor->n_elements * size) != 0) abort();
    }
    free(out);
}

static void read_attribute(const eai_onnx_attribute *attribute)
{
    touch_strings(&attribute->name, 1);
    touch_strings(&attribute->s, 1);
    touch_strings(&attribute->reference, 1);
    if (attribute->t) read_tensor(attribute->t);
    if (attribute->floats) touch(attribute->floats, attribute->n * sizeof(float));
    if (attribute->ints) touch(attribute->ints, attribute->n * sizeof(int64_t));
    if (attribute->strings) touch_strings(attribute->strings, attribute->n);
    for (size_t i = 0; attribute->tensors && i < attribute->n; i++)
        read_tensor(&attribute->tensors[i]);
}

static void read_node(const eai_onnx_node *node)
{
    touch_strings(&node->op_type, 1);
    touch_strings(&node->domain, 1);
    touch_strings(&node->name, 1);
    touch_strings(node->inputs, node->n_inputs);
    touch_strings(node->outputs, node->n_outputs);
    for (size_t i = 0; i < node->n_attributes; i++)
        read_attribute(&node->attributes[i]);
}

static void read_values(const eai_onnx_value *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        touch_strings(&values[i].name, 1);
        for (int j = 0; j < values[i].n_dims; j++)
            touch_strings(&values[i].dims[j].symbol, 1);
    }
}

static void read_model(const eai_onnx_model *model)
{
    const eai_onnx_graph *graph = &model->graph;
    touch_strings(model->functions, model->n_functions);
    for (size_t i = 0; i < model->n_opsets; i++)
        touch_strings(&model->opsets[i].domain, 1);
    for (size_t i = 0; i < graph->n_nodes; i++)
        read_node(&graph->nodes[i]);
    for (size_t i = 0; i < graph->n_initializers; i++)
        read_tensor(&graph->initializers[i]);
    read_values(graph->inputs, graph->n_inputs);
    read_values(graph->outputs, graph->n_outputs);
    read_values(graph->values, graph->n_values);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static edgeai_context *context;
    if (!context) context = make_context();
    memory_left = MEMORY_BASE + MEMORY_PER_BYTE * n;
    const size_t before = memory_left;
    if (n == 0) return 0;
    eai_onnx_model *model;
    if (eai_onnx_model_open_memory(&model, context, data, n) == EDGEAI_OK)
        read_model(model);
    else if (model || !*edgeai_last_error())
        abort();
    eai_onnx_model_free(model);
    const eai_onnx_tensor *tensor;
    if (eai_onnx_tensor_open_memory(&tensor, context, data, n) == EDGEAI_OK)
        read_tensor(tensor);
    else if (tensor || !*edgeai_last_error())
        abort();
    eai_onnx_tensor_free(tensor);
    if (memory_left != before) abort(); /* a leak */
    return 0;
}
