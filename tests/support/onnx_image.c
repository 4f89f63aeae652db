/* SPDX-License-Identifier: MIT */
#include "support/onnx_image.h"

#include <stdlib.h>
#include <string.h>

#include "support/check.h"

/* The node that attributes were added to goes into the graph. */
static void end_node(onnx_image *image)
{
    if (image->node.n) protobuf_put_message(&image->graph, 1, &image->node);
}

static void put_names(protobuf_image *node, uint32_t field, const char *names)
{
    while (*names) {
        size_t n = strcspn(names, " ");
        bool is_left_out = n == 1 && *names == '-';
        protobuf_put_bytes(node, field, names, is_left_out ? 0 : n);
        names += n + strspn(names + n, " ");
    }
}

void onnx_node(onnx_image *image, const char *op_type, const char *name, const char *inputs,
               const char *outputs)
{
    end_node(image);
    put_names(&image->node, 1, inputs);
    put_names(&image->node, 2, outputs);
    if (*name) protobuf_put_text(&image->node, 3, name);
    protobuf_put_text(&image->node, 4, op_type);
}

static void put_attribute(onnx_image *image, const char *name, int type, protobuf_image *attribute)
{
    protobuf_put_text(attribute, 1, name);
    protobuf_put_int(attribute, 20, type);
    protobuf_put_message(&image->node, 5, attribute);
}

void onnx_int(onnx_image *image, const char *name, int64_t value)
{
    protobuf_image attribute = {0};
    protobuf_put_int(&attribute, 3, value);
    put_attribute(image, name, 2, &attribute);
}

void onnx_float(onnx_image *image, const char *name, float value)
{
    protobuf_image attribute = {0};
    protobuf_put_float(&attribute, 2, value);
    put_attribute(image, name, 1, &attribute);
}

void onnx_text(onnx_image *image, const char *name, const char *value)
{
    protobuf_image attribute = {0};
    protobuf_put_text(&attribute, 4, value);
    put_attribute(image, name, 3, &attribute);
}

void onnx_ints(onnx_image *image, const char *name, const int64_t *values, size_t n)
{
    protobuf_image attribute = {0};
    if (n) protobuf_put_ints(&attribute, 8, values, n);
    put_attribute(image, name, 7, &attribute);
}

void onnx_floats(onnx_image *image, const char *name, const float *values, size_t n)
{
    protobuf_image attribute = {0};
    for (size_t i = 0; i < n; i++)
        protobuf_put_float(&attribute, 7, values[i]);
    put_attribute(image, name, 6, &attribute);
}

static void put_tensor(protobuf_image *to, uint32_t field, const char *name, int type,
                       const int64_t *dims, size_t n_dims, const void *raw, size_t n_bytes)
{
    protobuf_image tensor = {0};
    for (size_t i = 0; i < n_dims; i++)
        protobuf_put_int(&tensor, 1, dims[i]);
    protobuf_put_int(&tensor, 2, type);
    if (name) protobuf_put_text(&tensor, 8, name);
    protobuf_put_bytes(&tensor, 9, raw, n_bytes);
    protobuf_put_message(to, field, &tensor);
}

void onnx_tensor(onnx_image *image, const char *name, int type, const int64_t *dims, size_t n_dims,
                 const void *raw, size_t n_bytes)
{
    protobuf_image attribute = {0};
    put_tensor(&attribute, 5, NULL, type, dims, n_dims, raw, n_bytes);
    put_attribute(image, name, 4, &attribute);
}

void onnx_initializer(onnx_image *image, const char *name, int type, const int64_t *dims,
                      size_t n_dims, const void *raw, size_t n_bytes)
{
    put_tensor(&image->graph, 5, name, type, dims, n_dims, raw, n_bytes);
}

static void put_value(onnx_image *image, uint32_t field, const char *name, const int64_t *dims,
                      int n_dims)
{
    protobuf_image shape = {0}, tensor = {0}, type = {0}, value = {0};
    for (int i = 0; i < n_dims; i++) {
        protobuf_image dim = {0};
        if (dims[i] >= 0)
            protobuf_put_int(&dim, 1, dims[i]);
        else
            protobuf_put_text(&dim, 2, "N");
        protobuf_put_message(&shape, 1, &dim);
    }
    protobuf_put_int(&tensor, 1, 1);
    if (n_dims >= 0) protobuf_put_message(&tensor, 2, &shape);
    protobuf_put_message(&type, 1, &tensor);
    protobuf_put_text(&value, 1, name);
    protobuf_put_message(&value, 2, &type);
    protobuf_put_message(&image->graph, field, &value);
}

void onnx_input(onnx_image *image, const char *name, const int64_t *dims, int n_dims)
{
    put_value(image, 11, name, dims, n_dims);
}

void onnx_output(onnx_image *image, const char *name)
{
    put_value(image, 12, name, NULL, -1);
}

void onnx_image_close(onnx_image *image, int64_t opset)
{
    protobuf_image model = {0}, version = {0};
    end_node(image);
    protobuf_put_int(&model, 1, 8);
    protobuf_put_int(&version, 2, opset);
    protobuf_put_message(&model, 8, &version);
    protobuf_put_message(&model, 7, &image->graph);
    image->n = model.n;
    image->model = malloc(model.n);
    assert_non_null(image->model);
    memcpy(image->model, model.bytes, model.n);
    protobuf_image_free(&model);
}

void onnx_image_free(onnx_image *image)
{
    free(image->model);
    *image = (onnx_image){0};
}
