/* SPDX-License-Identifier: MIT */
#include "reparam/input_shapes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool input_shape_read(const char *text, char *name, size_t n, edgeai_binding *out)
{
    const char *equals = strrchr(text, '=');
    *out = (edgeai_binding){.input = name};
    if (!equals || equals == text || (size_t)(equals - text) >= n) return false;
    memcpy(name, text, (size_t)(equals - text));
    name[equals - text] = '\0';
    const char *at = equals + 1;
    while (out->n_dims < EDGEAI_GRAPH_DIMS_MAX) {
        char *end;
        errno = 0;
        const long long number = strtoll(at, &end, 10);
        if (end == at || *at < '0' || *at > '9' || errno || number < 1 || number > 1 << 30)
            return false;
        out->dims[out->n_dims++] = number;
        if (*end == '\0') return true;
        if (*end != 'x') return false;
        at = end + 1;
    }
    return false;
}
