/* SPDX-License-Identifier: MIT */

/* Any bytes as the text of edgeai.graph, in a file with two tensors; what opens is planned under
 * small limits. Aborts on a leak, or a failure without an error text. */

#include <stdlib.h>
#include <string.h>

#include "fuzz_network.h"
#include "fuzz_target.h"
#include "support/gguf_image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const float weights[16] = {1, -1, 2};
    gguf_image image = {0};
    gguf_put_header(&image, 3, 2, 3);
    gguf_put_key_string(&image, "general.architecture", "edgeai-graph");
    gguf_put_key(&image, "edgeai.graph", EDGEAI_VALUE_STRING);
    gguf_put_u64(&image, n);
    gguf_put(&image, data, n);
    gguf_put_key(&image, "edgeai.preprocess", EDGEAI_VALUE_STRING);
    gguf_put_u64(&image, n < 20 ? n : 20);
    gguf_put(&image, data, n < 20 ? n : 20);
    if (n >= 20) { /* the preprocessing of most inputs is right */
        image.n_bytes -= 20 + 8;
        gguf_put_u64(&image, 38);
        gguf_put(&image, "{\"version\":1,\"width\":32,\"height\":  32}", 38);
    }
    gguf_put_tensor(&image, "w", 1, (uint64_t[]){16}, EDGEAI_DTYPE_F32, 0);
    gguf_put_tensor(&image, "b", 1, (uint64_t[]){16}, EDGEAI_DTYPE_I8, 64);
    gguf_put_padding(&image, 32);
    gguf_put(&image, weights, sizeof weights);
    gguf_put(&image, weights, 16);
    fuzz_network(image.bytes, image.n_bytes);
    gguf_image_free(&image);
    return 0;
}
