/* SPDX-License-Identifier: MIT */

/* Any bytes as the text of edgeai.graph, up to a zero byte, and as edgeai.preprocess behind it, in
 * a file with two tensors; what opens is planned under small limits. */

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const float weights[16] = {1, -1, 2};
    const uint8_t *zero = n ? memchr(data, 0, n) : NULL;
    const size_t n_graph = zero ? (size_t)(zero - data) : n;
    gguf_image image = {0};
    gguf_put_header(&image, 3, 2, zero ? 3 : 2);
    gguf_put_key_string(&image, "general.architecture", "edgeai-graph");
    put(&image, "edgeai.graph", data, n_graph);
    if (zero) put(&image, "edgeai.preprocess", zero + 1, n - n_graph - 1);
    gguf_put_tensor(&image, "w", 1, (uint64_t[]){16}, EDGEAI_DTYPE_F32, 0);
    gguf_put_tensor(&image, "b", 1, (uint64_t[]){16}, EDGEAI_DTYPE_I8, 64);
    gguf_put_padding(&image, 32);
    gguf_put(&image, weights, sizeof weights);
    gguf_put(&image, weights, 16);
    fuzz_network(image.bytes, image.n_bytes);
    gguf_image_free(&image);
    return 0;
}
