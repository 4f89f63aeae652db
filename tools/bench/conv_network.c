/* SPDX-License-Identifier: MIT */
#include "bench/conv_network.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <edgeai/model_file.h>

#include "bench/bench.h"

const char *const conv_network_types[] = {"f32", "int8", "ternary8", "ternary", "binary", NULL};

/* Of codes of activations, and where a uniform number in [-1, 1) changes its trit. */
#define CODE_SCALE (1.0f / 64)
#define THRESHOLD  (1.0f / 3)

/* A network being written. Once something failed, nothing more is added. */
typedef struct draft {
    const conv_network_layer *layer;
    edgeai_model_writer *writer;
    cJSON *constants, *nodes;
    void *kept[16]; /* data of tensors, needed until all is written */
    size_t n_kept;
    edgeai_status status;
} draft;

size_t conv_network_out_size(const conv_network_layer *layer)
{
    return (layer->size + 2 * (layer->kernel / 2) - layer->kernel) / layer->stride + 1;
}

static bool has_byte_input(conv_network_type type)
{
    return type == CONV_NETWORK_INT8 || type == CONV_NETWORK_TERNARY8;
}

/* Memory for a tensor's data; NULL when there is none. */
static void *keep(draft *d, size_t n, size_t size)
{
    void *data = calloc(n, size);
    if (data) d->kept[d->n_kept++] = data;
    if (!data) d->status = EDGEAI_E_MEMORY;
    return data;
}

/* A constant of `type` whose tensor has n elements; shape NULL: one number. */
static void add_constant(draft *d, const char *name, const char *type, const int *shape, int n_dims,
                         edgeai_dtype dtype, const void *data, size_t n)
{
    if (!data || d->status != EDGEAI_OK) return;
    cJSON *constant = cJSON_CreateObject();
    cJSON_AddStringToObject(constant, "name", name);
    cJSON_AddStringToObject(constant, "type", type);
    cJSON_AddItemToObject(constant, "shape", cJSON_CreateIntArray(shape, n_dims));
    cJSON_AddStringToObject(constant, "tensor", name);
    cJSON_AddItemToArray(d->constants, constant);
    const edgeai_tensor tensor = {.name = name,
                                  .dtype = dtype,
                                  .n_dims = 1,
                                  .shape = {(int64_t)n, 1, 1, 1},
                                  .data = data,
                                  .data_bytes = edgeai_dtype_row_bytes(dtype, (int64_t)n)};
    d->status = edgeai_model_writer_add_tensor(d->writer, &tensor);
}

static void add_number(draft *d, const char *name, float value)
{
    static const int no_shape[] = {0};
    float *data = keep(d, 1, sizeof *data);
    if (data) *data = value;
    add_constant(d, name, "f32", no_shape, 0, EDGEAI_DTYPE_F32, data, 1);
}

static void add_zero(draft *d)
{
    static const int no_shape[] = {0};
    add_constant(d, "zero", "i8", no_shape, 0, EDGEAI_DTYPE_I8, keep(d, 1, 1), 1);
}

/* [filters] numbers around `mean`, apart by up to `spread`. */
static void add_channels(draft *d, const char *name, float mean, float spread)
{
    const size_t n = d->layer->filters;
    const int shape[] = {(int)n};
    float *data = keep(d, n, sizeof *data);
    if (data) bench_random(data, n, d->layer->seed + 1);
    for (size_t i = 0; data && i < n; i++)
        data[i] = mean + spread * data[i];
    add_constant(d, name, "f32", shape, 1, EDGEAI_DTYPE_F32, data, n);
}

/* int32 bias of a quantized convolution. */
static void add_offset(draft *d)
{
    const size_t n = d->layer->filters;
    const int shape[] = {(int)n};
    int32_t *data = keep(d, n, sizeof *data);
    for (size_t i = 0; data && i < n; i++)
        data[i] = (int32_t)(i * 37 % 201) - 100;
    add_constant(d, "offset", "i32", shape, 1, EDGEAI_DTYPE_I32, data, n);
}

/* One filter of uniform numbers as docs/formats/graph.md stores trits and bits. */
static void pack_filter(uint8_t *out, const float *random, size_t n, bool trits)
{
    for (size_t i = 0; i < n; i++) {
        const unsigned trit = random[i] > THRESHOLD ? 1 : random[i] < -THRESHOLD ? 3 : 0;
        if (trits)
            out[i / 4] |= (uint8_t)(trit << 2 * (i % 4));
        else
            out[i / 8] |= (uint8_t)((random[i] < 0) << i % 8);
    }
}

static void add_weights(draft *d)
{
    const conv_network_layer *l = d->layer;
    const size_t filter = l->channels * l->kernel * l->kernel, n = filter * l->filters;
    const int shape[] = {(int)l->filters, (int)l->channels, (int)l->kernel, (int)l->kernel};
    float *random = keep(d, n, sizeof *random);
    if (!random) return;
    bench_random(random, n, l->seed);
    if (l->type == CONV_NETWORK_F32) {
        for (size_t i = 0; i < n; i++)
            random[i] *= 3 / sqrtf((float)filter);
        add_constant(d, "w", "f32", shape, 4, EDGEAI_DTYPE_F32, random, n);
    } else if (l->type == CONV_NETWORK_INT8) {
        int8_t *bytes = keep(d, n, 1);
        for (size_t i = 0; bytes && i < n; i++)
            bytes[i] = (int8_t)lrintf(127 * random[i]);
        add_constant(d, "w", "i8", shape, 4, EDGEAI_DTYPE_I8, bytes, n);
    } else {
        const bool trits = l->type != CONV_NETWORK_BINARY;
        const size_t row = trits ? (filter + 3) / 4 : (filter + 7) / 8;
        uint8_t *bytes = keep(d, l->filters, row);
        for (size_t m = 0; bytes && m < l->filters; m++)
            pack_filter(bytes + m * row, random + m * filter, filter, trits);
        add_constant(d, "w", trits ? "trits" : "bits", shape, 4, EDGEAI_DTYPE_I8, bytes,
                     l->filters * row);
    }
}

/* inputs: NULL at the end. */
static cJSON *add_node(draft *d, const char *op, const char *domain, const char *const *inputs,
                       const char *output)
{
    int n = 0;
    while (inputs[n])
        n++;
    cJSON *node = cJSON_CreateObject();
    cJSON_AddStringToObject(node, "op", op);
    if (*domain) cJSON_AddStringToObject(node, "domain", domain);
    cJSON_AddStringToObject(node, "name", output);
    cJSON_AddItemToObject(node, "inputs", cJSON_CreateStringArray(inputs, n));
    cJSON_AddItemToObject(node, "outputs", cJSON_CreateStringArray(&output, 1));
    cJSON_AddItemToArray(d->nodes, node);
    return node;
}

static void add_window(const draft *d, cJSON *node)
{
    const int pad = (int)d->layer->kernel / 2, stride = (int)d->layer->stride;
    const int pads[] = {pad, pad, pad, pad}, strides[] = {stride, stride};
    cJSON *attributes = cJSON_AddObjectToObject(node, "attributes");
    cJSON_AddItemToObject(attributes, "pads", cJSON_CreateIntArray(pads, 4));
    cJSON_AddItemToObject(attributes, "strides", cJSON_CreateIntArray(strides, 2));
    if (d->layer->type == CONV_NETWORK_TERNARY8)
        cJSON_AddNumberToObject(attributes, "x_scale", (double)CODE_SCALE);
}

static void add_conv(draft *d, const char *op, const char *domain, const char *const *inputs,
                     const char *output)
{
    add_window(d, add_node(d, op, domain, inputs, output));
}

/* Trits before and behind, or int8 codes. Scales make sums of a variance of about 1. */
static void add_low_bit(draft *d)
{
    static const char *const
        ternarized[] = {"x", "low", "high", NULL},
        *const binarized[] = {"x", NULL}, *const trits[] = {"trits", "w", "scale", "bias", NULL},
        *const codes[] = {"x", "w", "scale", "bias", NULL},
        *const sums[] = {"sums", "low", "high", NULL}, *const signs[] = {"sums", NULL},
        *const floats[] = {"sums", "code_scale", "zero", NULL};
    const conv_network_type type = d->layer->type;
    const size_t filter = d->layer->channels * d->layer->kernel * d->layer->kernel;
    add_channels(d, "scale", 1 / sqrtf((float)filter), 0.1f / sqrtf((float)filter));
    add_channels(d, "bias", 0, 0.1f);
    if (type == CONV_NETWORK_TERNARY) {
        add_number(d, "low", -THRESHOLD);
        add_number(d, "high", THRESHOLD);
        add_node(d, "Ternarize", "edgeai", ternarized, "trits");
    }
    if (type == CONV_NETWORK_BINARY) add_node(d, "Binarize", "edgeai", binarized, "trits");
    if (type == CONV_NETWORK_TERNARY8) {
        add_number(d, "code_scale", CODE_SCALE);
        add_zero(d);
    }
    add_conv(d, "LowBitConv", "edgeai", type == CONV_NETWORK_TERNARY8 ? codes : trits, "sums");
    if (type == CONV_NETWORK_TERNARY8) add_node(d, "QuantizeLinear", "", floats, "y");
    if (type == CONV_NETWORK_TERNARY) add_node(d, "Ternarize", "edgeai", sums, "y");
    if (type == CONV_NETWORK_BINARY) add_node(d, "Binarize", "edgeai", signs, "y");
}

static void add_layer(draft *d)
{
    static const char *const floats[] = {"x", "w", "bias", NULL};
    static const char *const codes[] = {"x",    "code_scale", "zero", "w",      "scale",
                                        "zero", "code_scale", "zero", "offset", NULL};
    add_weights(d);
    if (d->layer->type == CONV_NETWORK_F32) {
        add_channels(d, "bias", 0, 0.1f);
        add_conv(d, "Conv", "", floats, "y");
    } else if (d->layer->type == CONV_NETWORK_INT8) {
        const float filter = (float)(d->layer->channels * d->layer->kernel * d->layer->kernel);
        add_number(d, "code_scale", CODE_SCALE);
        add_zero(d);
        add_channels(d, "scale", 1 / (64 * sqrtf(filter)), 0.1f / (64 * sqrtf(filter)));
        add_offset(d);
        add_conv(d, "QLinearConv", "", codes, "y");
    } else {
        add_low_bit(d);
    }
}

/* edgeai.graph; free() it. */
static char *topology(draft *d)
{
    static const char *const outputs[] = {"y"};
    const conv_network_layer *l = d->layer;
    const int shape[] = {1, (int)l->channels, (int)l->size, (int)l->size};
    cJSON *root = cJSON_CreateObject(), *input = cJSON_CreateObject();
    cJSON_AddNumberToObject(root, "version", 1);
    cJSON_AddNumberToObject(root, "opset", 25);
    cJSON_AddStringToObject(input, "name", "x");
    cJSON_AddStringToObject(input, "type", has_byte_input(l->type) ? "i8" : "f32");
    cJSON_AddItemToObject(input, "shape", cJSON_CreateIntArray(shape, 4));
    cJSON_AddItemToArray(cJSON_AddArrayToObject(root, "inputs"), input);
    cJSON_AddItemToObject(root, "outputs", cJSON_CreateStringArray(outputs, 1));
    cJSON_AddItemToObject(root, "constants", d->constants);
    cJSON_AddItemToObject(root, "nodes", d->nodes);
    char *text = cJSON_PrintUnformatted(root);
    cJSON_Delete(root);
    return text;
}

static edgeai_status write_file(edgeai_context *context, const conv_network_layer *layer,
                                const char *path)
{
    static const char architecture[] = "edgeai-graph";
    draft d = {.layer = layer};
    edgeai_status status = edgeai_model_writer_create(&d.writer, context, path);
    if (status != EDGEAI_OK) return status;
    d.constants = cJSON_CreateArray();
    d.nodes = cJSON_CreateArray();
    add_layer(&d);
    char *text = topology(&d);
    status = text ? d.status : EDGEAI_E_MEMORY;
    if (status == EDGEAI_OK)
        status = edgeai_model_writer_set_string(d.writer, "general.architecture", architecture,
                                                sizeof architecture - 1);
    if (status == EDGEAI_OK)
        status = edgeai_model_writer_set_string(d.writer, "edgeai.graph", text, strlen(text));
    if (status == EDGEAI_OK) status = edgeai_model_writer_finish(d.writer);
    edgeai_model_writer_free(d.writer);
    cJSON_free(text);
    for (size_t i = 0; i < d.n_kept; i++)
        free(d.kept[i]);
    return status;
}

edgeai_status conv_network_open(edgeai_graph **out, edgeai_context *context,
                                const conv_network_layer *layer)
{
    char folder[512], path[600];
    const char *base = getenv("TMPDIR");
    *out = NULL;
    const int n =
        snprintf(folder, sizeof folder, "%s/edgeai-bench-XXXXXX", base && *base ? base : "/tmp");
    if (n < 0 || (size_t)n >= sizeof folder || !mkdtemp(folder)) return EDGEAI_E_IO;
    snprintf(path, sizeof path, "%s/conv.gguf", folder);
    edgeai_status status = write_file(context, layer, path);
    if (status == EDGEAI_OK) status = edgeai_graph_open(out, context, path);
    unlink(path);
    rmdir(folder);
    return status;
}
