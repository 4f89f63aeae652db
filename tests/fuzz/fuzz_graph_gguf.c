/* SPDX-License-Identifier: MIT */

/* Any bytes as the text of edgeai.graph, up to a zero byte, and as edgeai.preprocess behind it, in
 * a file with tensors of a few sizes; what opens is planned and run under small limits. */

#include <string.h>

#include "fuzz_network.h"
#include "fuzz_target.h"
#include "support/gguf_image.h"

static void put(gguf_image *image, const char *key, const uint8_t *data, size_t n)
{
    gguf_put_key(image, key, EDGEAI_VALUE_STRING);
    gguf_put_u64(image, n);
    gguf_put(image, data, n);
}

/* Called fN of N float32, bN of N bytes; w and b have 16. */
static const struct {
    const char *name;
    uint64_t n;
    uint32_t type;
} tensors[] = {
    {"w", 16, EDGEAI_DTYPE_F32},     {"b", 16, EDGEAI_DTYPE_I8},    {"f1", 1, EDGEAI_DTYPE_F32},
    {"f2", 2, EDGEAI_DTYPE_F32},     {"f3", 3, EDGEAI_DTYPE_F32},   {"f4", 4, EDGEAI_DTYPE_F32},
    {"f8", 8, EDGEAI_DTYPE_F32},     {"f36", 36, EDGEAI_DTYPE_F32}, {"f64", 64, EDGEAI_DTYPE_F32},
    {"f144", 144, EDGEAI_DTYPE_F32}, {"b4", 4, EDGEAI_DTYPE_I8},    {"b36", 36, EDGEAI_DTYPE_I8},
    {"b144", 144, EDGEAI_DTYPE_I8},
};

enum { TENSORS = sizeof tensors / sizeof tensors[0], TENSOR_BYTES = 640 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const float weights[TENSOR_BYTES / sizeof(float)] = {1, -1, 2, 0.5f, -0.25f, 3, -4};
    static const uint8_t trits[TENSOR_BYTES] = {0x71, 0xC7, 0x1D, 0x00, 0x04, 0x0C, 0xFF, 0x55};
    const uint8_t *zero = n ? memchr(data, 0, n) : NULL;
    const size_t n_graph = zero ? (size_t)(zero - data) : n;
    gguf_image image = {0};
    gguf_put_header(&image, 3, TENSORS, zero ? 3 : 2);
    gguf_put_key_string(&image, "general.architecture", "edgeai-graph");
    put(&image, "edgeai.graph", data, n_graph);
    if (zero) put(&image, "edgeai.preprocess", zero + 1, n - n_graph - 1);
    for (size_t i = 0; i < TENSORS; i++)
        gguf_put_tensor(&image, tensors[i].name, 1, &tensors[i].n, tensors[i].type,
                        i * TENSOR_BYTES);
    gguf_put_padding(&image, 32);
    for (size_t i = 0; i < TENSORS; i++)
        gguf_put(&image, tensors[i].type == EDGEAI_DTYPE_F32 ? (const void *)weights : trits,
                 TENSOR_BYTES);
    fuzz_network(image.bytes, image.n_bytes);
    gguf_image_free(&image);
    return 0;
}
