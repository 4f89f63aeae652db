/* SPDX-License-Identifier: MIT */
#ifndef EAI_GRAPH_TRITS_H
#define EAI_GRAPH_TRITS_H

/*
 * Packed ternary and binary tensors (docs/formats/graph.md). Trit i: bits 2 (i mod 4) and the next
 * of byte i / 4, two's complement. Bit i: bit i mod 8 of byte i / 8, 0: +1, 1: -1. Rows of computed
 * tensors and slices of constants begin at bytes: both are "rows" of `length` elements here.
 */

#include <stddef.h>
#include <stdint.h>

static inline int eai_trits_get(const uint8_t *packed, size_t i)
{
    const int code = packed[i / 4] >> 2 * (i % 4) & 3;
    return (code & 1) - (code & 2); /* 0, 1, 2 (an error): -2, 3: -1 */
}

static inline int eai_bits_get(const uint8_t *packed, size_t i)
{
    return packed[i / 8] >> (i % 8) & 1 ? -1 : 1;
}

static inline size_t eai_trits_row_bytes(size_t length)
{
    return length / 4 + (length % 4 != 0);
}

static inline size_t eai_bits_row_bytes(size_t length)
{
    return length / 8 + (length % 8 != 0);
}

/* Element i of row `row`. */
int eai_trits_get_row(const void *data, size_t row, size_t length, size_t i);
/* value: -1, 0, 1. The first of a byte clears the others, so write in order. */
void eai_trits_set_row(void *data, size_t row, size_t length, size_t i, int value);

#endif
