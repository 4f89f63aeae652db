/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_ONNX_IMAGE_H
#define TESTS_SUPPORT_ONNX_IMAGE_H

/* ONNX models put together in a test: parts are added to the graph, then the model is closed. */

#include "support/protobuf_image.h"

typedef struct onnx_image {
    protobuf_image graph, node;
    unsigned char *model; /* aligned to 8 bytes, after onnx_image_close() */
    size_t n;
} onnx_image;

/* Names are parted by spaces; "-" stands for one left out. Attributes follow the node. */
void onnx_node(onnx_image *image, const char *op_type, const char *name, const char *inputs,
               const char *outputs);
void onnx_int(onnx_image *image, const char *name, int64_t value);
void onnx_float(onnx_image *image, const char *name, float value);
void onnx_text(onnx_image *image, const char *name, const char *value);
void onnx_ints(onnx_image *image, const char *name, const int64_t *values, size_t n);
void onnx_floats(onnx_image *image, const char *name, const float *values, size_t n);
/* A tensor attribute, of raw data. */
void onnx_tensor(onnx_image *image, const char *name, int type, const int64_t *dims, size_t n_dims,
                 const void *raw, size_t n_bytes);

/* An initializer of raw data. */
void onnx_initializer(onnx_image *image, const char *name, int type, const int64_t *dims,
                      size_t n_dims, const void *raw, size_t n_bytes);

/* A float32 input or output; a negative dimension is the symbol "N". n_dims -1: no shape. */
void onnx_input(onnx_image *image, const char *name, const int64_t *dims, int n_dims);
void onnx_output(onnx_image *image, const char *name);

/* Makes the model; parts are freed. */
void onnx_image_close(onnx_image *image, int64_t opset);
void onnx_image_free(onnx_image *image);

#endif
