/* SPDX-License-Identifier: MIT */
/* Element types of graph tensors: names and sizes. */

#include <edgeai/graph.h>

#include "base/memory.h"

static const struct {
    edgeai_element element;
    const char *name;
    unsigned bits;
} elements[] = {
    {EDGEAI_ELEMENT_F32, "f32", 32},   {EDGEAI_ELEMENT_U8, "u8", 8},
    {EDGEAI_ELEMENT_I8, "i8", 8},      {EDGEAI_ELEMENT_U16, "u16", 16},
    {EDGEAI_ELEMENT_I16, "i16", 16},   {EDGEAI_ELEMENT_I32, "i32", 32},
    {EDGEAI_ELEMENT_I64, "i64", 64},   {EDGEAI_ELEMENT_BOOL, "bool", 8},
    {EDGEAI_ELEMENT_F16, "f16", 16},   {EDGEAI_ELEMENT_F64, "f64", 64},
    {EDGEAI_ELEMENT_U32, "u32", 32},   {EDGEAI_ELEMENT_U64, "u64", 64},
    {EDGEAI_ELEMENT_BF16, "bf16", 16}, {EDGEAI_ELEMENT_TRITS, "trits", 2},
    {EDGEAI_ELEMENT_BITS, "bits", 1},
};

#define N_ELEMENTS (sizeof elements / sizeof elements[0])

const char *edgeai_element_name(edgeai_element element)
{
    for (size_t i = 0; i < N_ELEMENTS; i++)
        if (elements[i].element == element) return elements[i].name;
    return "?";
}

size_t edgeai_element_bytes(edgeai_element element, size_t n)
{
    size_t bytes = 0;
    for (size_t i = 0; i < N_ELEMENTS; i++) {
        if (elements[i].element != element) continue;
        if (elements[i].bits < 8) {
            const size_t in_byte = 8 / elements[i].bits;
            return n / in_byte + (n % in_byte != 0);
        }
        return eai_size_multiply(n, elements[i].bits / 8, &bytes) ? bytes : 0;
    }
    return 0;
}
