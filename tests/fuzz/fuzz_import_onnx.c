/* SPDX-License-Identifier: MIT */

/* Any bytes as an ONNX model; what opens is planned and run under small limits. */

#include <stdlib.h>
#include <string.h>

#include "fuzz_network.h"
#include "fuzz_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    if (n >= 4 && memcmp(data, "GGUF", 4) == 0) return 0; /* fuzz_graph_gguf */
    void *copy = NULL;
    if (n == 0 || posix_memalign(&copy, 8, n) != 0) return 0;
    memcpy(copy, data, n);
    fuzz_network(copy, n);
    free(copy);
    return 0;
}
