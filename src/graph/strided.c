/* SPDX-License-Identifier: MIT */
#include "graph/strided.h"

#include <string.h>

size_t eai_element_size(const eai_operand *operand)
{
    if (operand->element == EDGEAI_ELEMENT_TRITS || operand->element == EDGEAI_ELEMENT_BITS)
        return 0;
    return edgeai_element_bytes(operand->element, 1);
}

void eai_row_major(const int64_t *dims, int n_dims, int64_t *strides)
{
    uint64_t stride = 1; /* of an empty tensor it may wrap */
    for (int i = n_dims - 1; i >= 0; i--) {
        strides[i] = (int64_t)stride;
        stride *= (uint64_t)dims[i];
    }
}

typedef struct box {
    int n;
    int64_t dims[EAI_STRIDED_DIMS_MAX];
    int64_t to[EAI_STRIDED_DIMS_MAX], from[EAI_STRIDED_DIMS_MAX];
} box;

/* Leaves out dimensions of 1 and joins those that follow each other on both sides. */
static void simplify(box *b, const int64_t *dims, const int64_t *to, const int64_t *from, int n)
{
    b->n = 0;
    for (int i = 0; i < n; i++) {
        if (dims[i] == 1) continue;
        const int last = b->n - 1;
        if (last >= 0 && b->to[last] == to[i] * dims[i] && b->from[last] == from[i] * dims[i]) {
            b->dims[last] *= dims[i];
            b->to[last] = to[i];
            b->from[last] = from[i];
            continue;
        }
        b->dims[b->n] = dims[i];
        b->to[b->n] = to[i];
        b->from[b->n++] = from[i];
    }
    if (b->n == 0) {
        b->n = 1;
        b->dims[0] = b->to[0] = b->from[0] = 1;
    }
}

#define COPY_LINE(type)                                                                            \
    do {                                                                                           \
        type *t = to;                                                                              \
        const type *f = from;                                                                      \
        for (int64_t i = 0; i < n; i++)                                                            \
            t[i * to_stride] = f[i * from_stride];                                                 \
    } while (0)

static void copy_line(void *to, int64_t to_stride, const void *from, int64_t from_stride, int64_t n,
                      size_t element_size)
{
    if (to_stride == 1 && from_stride == 1) {
        memcpy(to, from, (size_t)n * element_size);
        return;
    }
    switch (element_size) {
    case 1:
        COPY_LINE(uint8_t);
        break;
    case 2:
        COPY_LINE(uint16_t);
        break;
    case 4:
        COPY_LINE(uint32_t);
        break;
    default:
        COPY_LINE(uint64_t);
        break;
    }
}

void eai_copy_strided(void *to, const int64_t *to_strides, const void *from,
                      const int64_t *from_strides, const int64_t *dims, int n_dims,
                      size_t element_size)
{
    box b;
    int64_t at[EAI_STRIDED_DIMS_MAX] = {0};
    for (int i = 0; i < n_dims; i++)
        if (dims[i] == 0) return;
    simplify(&b, dims, to_strides, from_strides, n_dims);
    const int inner = b.n - 1;
    const int64_t size = (int64_t)element_size;
    char *t = to;
    const char *f = from;
    for (;;) {
        copy_line(t, b.to[inner], f, b.from[inner], b.dims[inner], element_size);
        int i = inner - 1;
        for (; i >= 0; i--) {
            t += b.to[i] * size;
            f += b.from[i] * size;
            if (++at[i] < b.dims[i]) break;
            t -= b.to[i] * size * b.dims[i];
            f -= b.from[i] * size * b.dims[i];
            at[i] = 0;
        }
        if (i < 0) return;
    }
}

void eai_fill(void *to, const void *value, size_t n, size_t element_size)
{
    char *t = to;
    if (n == 0) return;
    memcpy(t, value, element_size);
    for (size_t done = 1; done < n;) {
        const size_t more = done < n - done ? done : n - done;
        memcpy(t + done * element_size, t, more * element_size);
        done += more;
    }
}
